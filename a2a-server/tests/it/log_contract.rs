//! What every engine of the log keeps to. Each test takes whatever implements `TaskLog`.

pub(crate) mod doors;
pub(crate) mod keys;
pub(crate) mod leases;
pub(crate) mod listing;
pub(crate) mod owners;
pub(crate) mod reading;

/// Tests of these names, each with an engine of its own that `$engine` makes.
macro_rules! contract {
    ($engine:path => $( $module:ident { $( $test:ident, )+ } )+) => { $(
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $test() {
                    crate::log_contract::$module::$test(std::sync::Arc::new($engine())).await;
                }
            )+
        }
    )+ };
}

/// Every test of the contract, for the engines that `$engine` makes.
macro_rules! every_contract {
    ($engine:path) => {
        crate::log_contract::contract! { $engine =>
            doors {
                a_new_task_is_leased_to_its_first_run,
                a_terminal_entry_in_the_first_batch_ends_the_task_at_once,
                a_task_that_nobody_reads_from_the_start_is_a_task_like_any_other,
                what_a_run_appends_is_counted_without_a_gap,
                a_task_begins_with_one_opening_entry,
                a_task_id_is_given_once,
                a_run_neither_opens_nor_posts,
                only_turns_and_wishes_are_posted,
                a_turn_to_a_paused_task_resumes_it_in_the_same_step,
                a_turn_to_a_running_task_waits_in_its_inbox,
                a_wish_to_cancel_shows_at_the_next_append,
                entries_behind_the_end_in_a_batch_are_dropped,
                nothing_is_taken_behind_the_end,
                many_writers_at_once_leave_no_gap,
            }
            leases {
                a_later_lease_fences_the_one_before,
                a_lease_that_was_given_back_writes_nothing,
                a_task_has_one_lease_at_a_time,
                a_stop_keeps_the_number_of_the_run,
                a_stop_that_is_given_back_takes_the_wish_with_it,
                a_run_that_leaves_a_turn_behind_is_followed_by_the_next,
                turns_that_were_consumed_are_not_offered_again,
                a_run_begins_with_the_task_and_its_turns,
                a_task_that_has_ended_has_no_lease,
                leases_that_are_lost_are_not_renewed,
            }
            reading {
                a_task_is_the_fold_of_its_entries_at_every_append,
                a_reader_that_joins_anywhere_reads_the_rest_once,
                readers_and_writer_at_once_see_the_same_log,
                a_page_has_at_least_one_entry_and_ends_at_its_limits,
                a_reader_without_a_place_begins_with_the_task,
                a_place_that_the_log_never_had_begins_with_the_task,
                a_task_that_has_ended_is_still_read,
                a_view_has_what_is_wanted,
            }
            listing {
                the_latest_status_comes_first,
                filters_narrow_the_list_and_its_total,
                pages_cover_the_list_while_statuses_change,
                a_list_without_matches_is_empty,
            }
            keys {
                a_key_that_is_taken_leads_to_its_task,
                a_key_is_known_for_its_window_only,
                a_key_is_found_by_its_owner_within_its_window,
                keys_of_two_owners_are_two_keys,
                a_send_that_failed_takes_no_key,
                sends_at_once_with_one_key_make_one_task,
                a_post_is_repeated_safely,
                a_repeated_post_is_answered_behind_the_end,
                a_key_that_posts_to_one_task_is_free_for_another,
            }
            owners {
                a_task_of_somebody_else_is_a_missing_one,
                a_tenant_is_part_of_the_owner,
            }
        }
    };
}

pub(crate) use {contract, every_contract};
