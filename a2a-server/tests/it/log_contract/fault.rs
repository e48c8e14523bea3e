//! What may be wrong with a log, one at a time, and which promises catch it.

/// What is wrong with a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A lease that isn't the latest appends as if it were.
    FencesNothing,
    /// A lease that is lost is renewed.
    RenewsLostLeases,
    /// A lease beside a live run is given for a stop.
    StopsLiveRuns,
    /// A turn that a run leaves behind starts none.
    LosesTurns,
    /// A turn without a message says its message again, and is taken in any state.
    SaysAgain,
    /// Turns that were consumed are offered again.
    OffersConsumedTurns,
    /// What is over a batch's end or over its limits is refused, but what is before it was taken.
    TakesHalfOfABatch,
    /// Entries are numbered with a gap.
    SkipsANumber,
    /// A null in metadata is dropped.
    DropsNulls,
    /// Records aren't kept.
    DropsRecords,
    /// A page is empty if not even its first entry fits.
    ReadsEmptyPages,
    /// A place beyond the end is waited for.
    WaitsForPlaces,
    /// The header of another's task is shown.
    ShowsHeaders,
    /// A missing task and another's are refused in different ways.
    TellsForbiddenFromMissing,
    /// Another's post with a key of the owner's is answered.
    AnswersAnothersPost,
    /// A key is never found before it is taken.
    FindsNoKey,
    /// A key is forgotten as soon as it was taken.
    ForgetsKeys,
    /// A repeated post is refused behind the end.
    RefusesRepeatedPosts,
    /// Tasks of the same time are listed latest id first.
    ListsIdsBackwards,
    /// The total counts the tasks of the page.
    CountsThePage,
    /// The filter of time leaves out the time itself.
    ListsOnlyLater,
    /// A page has the tasks behind a number, not behind a place.
    PagesByNumber,
    /// Runs that live are answered as orphans.
    TakesLiveRuns,
    /// A run starts without the turns that wait for it.
    StartsWithoutTurns,
    /// Only the latest message of a task is kept.
    ForgetsHistory,
    /// A reader of a task that has ended is told the task instead of what it hasn't seen.
    EndsReaders,
    /// A page ends where the one before did.
    ReadsAgain,
    /// A view is always the whole task.
    ShowsAll,
    /// The end of a task doesn't fit if the task is large.
    RefusesLargeEnds,
    /// A task begins without the webhook that comes with it.
    LosesWebhooksOfNewTasks,
    /// A turn is posted without the webhook that comes with it.
    LosesWebhooksOfTurns,
    /// The webhook of a turn is registered whatever becomes of the turn.
    RegistersBeforeItPosts,
    /// A webhook in the place of another is a new one.
    MakesWebhooksAnew,
    /// A task that has ended takes no webhook.
    RefusesWebhooksBehindTheEnd,
    /// A token isn't kept.
    ForgetsSecrets,
    /// Whoever may not see a task learns that it hasn't this webhook.
    ShowsWebhooks,
    /// Webhooks are listed by their ids.
    ListsWebhooksById,
    /// A webhook that is removed stays.
    KeepsRemovedWebhooks,
}

impl Fault {
    /// Every fault, with the promises that catch it.
    pub(super) const ALL: &[(Self, &[&str])] = &[
        (
            Self::FencesNothing,
            &[
                "leases::a_later_lease_fences_the_one_before",
                "leases::a_stop_keeps_the_number_of_the_run",
                "leases::a_stop_that_is_given_back_leaves_the_turns_to_the_next_run",
                "runs::a_run_that_leaves_a_turn_behind_is_followed_by_the_next",
            ],
        ),
        (
            Self::RenewsLostLeases,
            &[
                "leases::a_later_lease_fences_the_one_before",
                "leases::a_lease_that_was_never_given_writes_nothing",
                "leases::leases_that_are_lost_are_not_renewed",
                "leases::a_stop_keeps_the_number_of_the_run",
                "leases::a_stop_that_is_given_back_leaves_the_turns_to_the_next_run",
            ],
        ),
        (
            Self::StopsLiveRuns,
            &["leases::a_live_run_keeps_its_lease", "leases::a_task_has_one_lease_at_a_time"],
        ),
        (
            Self::LosesTurns,
            &[
                "posting::a_turn_before_a_run_gives_back_its_pause_is_not_lost",
                "leases::a_stop_that_is_given_back_leaves_the_turns_to_the_next_run",
                "runs::a_run_that_leaves_a_turn_behind_is_followed_by_the_next",
                "runs::turns_that_were_consumed_are_not_offered_again",
            ],
        ),
        (
            Self::OffersConsumedTurns,
            &[
                "runs::a_run_that_leaves_a_turn_behind_is_followed_by_the_next",
                "runs::turns_that_were_consumed_are_not_offered_again",
                "repeats::a_post_is_repeated_safely",
            ],
        ),
        (
            Self::TakesHalfOfABatch,
            &[
                "writing::a_run_neither_opens_nor_posts",
                "retention::a_task_that_would_grow_too_large_takes_only_its_end",
            ],
        ),
        (
            Self::SkipsANumber,
            &[
                "writing::many_writers_at_once_leave_no_gap",
                "writing::an_end_among_many_writers_is_the_last_entry",
                "reading::a_snapshot_and_what_is_behind_it_are_the_whole_task",
                "reading::a_snapshot_of_a_trimmed_log_and_what_is_behind_it_are_the_whole_task",
                "reading::readers_and_writer_at_once_see_the_same_log",
            ],
        ),
        (Self::DropsNulls, &["entries::entries_of_every_kind_come_back_as_they_were"]),
        (
            Self::DropsRecords,
            &[
                "creating::a_task_id_is_given_once",
                "writing::what_a_run_appends_is_counted_without_a_gap",
                "writing::many_writers_at_once_leave_no_gap",
                "leases::a_lease_that_was_never_given_writes_nothing",
                "leases::a_live_run_keeps_its_lease",
                "entries::entries_of_every_kind_come_back_as_they_were",
                "entries::records_count_and_fold_to_nothing",
            ],
        ),
        (Self::ReadsEmptyPages, &["cursors::a_page_has_at_least_one_entry_and_ends_at_its_limits"]),
        (Self::WaitsForPlaces, &["cursors::a_place_that_the_log_never_had_begins_with_the_task"]),
        (Self::ShowsHeaders, &["owners::a_task_of_somebody_else_is_a_missing_one"]),
        (Self::TellsForbiddenFromMissing, &["owners::a_task_of_somebody_else_is_a_missing_one"]),
        (Self::AnswersAnothersPost, &["owners::a_task_of_somebody_else_is_a_missing_one"]),
        (
            Self::FindsNoKey,
            &[
                "creating::a_task_that_nobody_reads_from_the_start_is_a_task_like_any_other",
                "keys::a_key_is_found_by_its_owner_within_its_window",
                "keys::the_oldest_key_is_forgotten_first",
            ],
        ),
        (
            Self::ForgetsKeys,
            &[
                "creating::a_task_that_nobody_reads_from_the_start_is_a_task_like_any_other",
                "keys::a_key_that_is_taken_leads_to_its_task",
                "keys::a_key_is_known_for_its_window_only",
                "keys::a_key_is_found_by_its_owner_within_its_window",
                "keys::keys_of_two_owners_are_two_keys",
                "keys::a_send_that_is_repeated_needs_no_room",
                "keys::sends_at_once_with_one_key_make_one_task",
                "keys::the_oldest_key_is_forgotten_first",
                "webhooks::the_webhook_of_a_new_task_is_kept_with_it",
            ],
        ),
        (
            Self::RefusesRepeatedPosts,
            &[
                "repeats::a_repeated_post_is_answered_behind_the_end",
                "webhooks::a_post_that_is_refused_or_repeated_registers_nothing",
            ],
        ),
        (
            Self::ListsIdsBackwards,
            &[
                "listing::the_latest_status_comes_first",
                "listing::tasks_of_one_time_are_listed_by_their_ids",
                "listing::every_filter_narrows_the_list_and_its_total",
            ],
        ),
        (
            Self::CountsThePage,
            &[
                "listing::tasks_of_one_time_are_listed_by_their_ids",
                "listing::every_filter_narrows_the_list_and_its_total",
                "listing::pages_cover_the_list_while_statuses_change",
                "listing::a_list_without_matches_is_empty",
            ],
        ),
        (Self::ListsOnlyLater, &["listing::every_filter_narrows_the_list_and_its_total"]),
        (Self::PagesByNumber, &["listing::pages_cover_the_list_while_statuses_change"]),
        (Self::TakesLiveRuns, &["orphans::what_lives_is_no_orphan"]),
        (
            Self::StartsWithoutTurns,
            &[
                "posting::a_turn_before_a_run_gives_back_its_pause_is_not_lost",
                "leases::a_stop_that_is_given_back_leaves_the_turns_to_the_next_run",
                "runs::turns_that_were_consumed_are_not_offered_again",
                "runs::a_run_begins_with_the_task_and_its_turns",
            ],
        ),
        (
            Self::ForgetsHistory,
            &[
                "writing::many_writers_at_once_leave_no_gap",
                "posting::a_turn_to_a_paused_task_resumes_it_in_the_same_step",
                "posting::a_turn_without_a_message_is_taken_once_and_only_where_a_credential_is_awaited",
                "entries::entries_of_every_kind_come_back_as_they_were",
                "reading::a_task_is_the_fold_of_its_entries_at_every_append",
                "reading::a_task_that_is_folded_at_every_append_is_the_same",
                "reading::a_snapshot_and_what_is_behind_it_are_the_whole_task",
                "reading::a_snapshot_of_a_trimmed_log_and_what_is_behind_it_are_the_whole_task",
                "reading::a_view_has_what_is_wanted",
                "listing::a_listed_task_is_the_task_in_the_view_that_is_wanted",
            ],
        ),
        (
            Self::EndsReaders,
            &[
                "creating::a_terminal_entry_in_the_first_batch_ends_the_task_at_once",
                "writing::entries_behind_the_end_in_a_batch_are_dropped",
                "writing::an_end_among_many_writers_is_the_last_entry",
                "reading::a_task_is_the_fold_of_its_entries_at_every_append",
                "reading::a_task_that_is_folded_at_every_append_is_the_same",
                "reading::a_view_has_what_is_wanted",
                "cursors::a_task_that_has_ended_is_still_read",
                "trimming::a_task_that_has_ended_keeps_a_tail_within_its_limits",
                "trimming::a_tail_that_grew_old_behind_the_end_is_trimmed_when_others_end",
                "retention::a_reader_of_a_task_that_goes_reads_on_or_learns_it",
            ],
        ),
        (
            Self::ReadsAgain,
            &[
                "reading::a_snapshot_and_what_is_behind_it_are_the_whole_task",
                "reading::a_snapshot_of_a_trimmed_log_and_what_is_behind_it_are_the_whole_task",
                "reading::readers_and_writer_at_once_see_the_same_log",
                "cursors::a_reader_that_joins_anywhere_reads_the_rest_once",
                "cursors::readers_of_one_task_do_not_move_each_other",
                "cursors::a_page_has_at_least_one_entry_and_ends_at_its_limits",
            ],
        ),
        (
            Self::ShowsAll,
            &[
                "reading::a_view_has_what_is_wanted",
                "listing::a_listed_task_is_the_task_in_the_view_that_is_wanted",
            ],
        ),
        (
            Self::SaysAgain,
            &["posting::a_turn_without_a_message_is_taken_once_and_only_where_a_credential_is_awaited"],
        ),
        (Self::RefusesLargeEnds, &["retention::a_task_that_would_grow_too_large_takes_only_its_end"]),
        (
            Self::LosesWebhooksOfNewTasks,
            &[
                "webhooks::the_webhook_of_a_new_task_is_kept_with_it",
                "webhooks::a_task_has_no_more_webhooks_than_it_may",
            ],
        ),
        (
            Self::LosesWebhooksOfTurns,
            &[
                "webhooks::the_webhook_of_a_turn_is_kept_with_it",
                "webhooks::a_post_that_is_refused_or_repeated_registers_nothing",
                "webhooks::a_task_has_no_more_webhooks_than_it_may",
            ],
        ),
        (Self::RegistersBeforeItPosts, &["webhooks::a_post_that_is_refused_or_repeated_registers_nothing"]),
        (Self::MakesWebhooksAnew, &["webhooks::a_webhook_takes_the_place_of_the_one_of_its_id"]),
        (Self::RefusesWebhooksBehindTheEnd, &["webhooks::a_task_that_has_ended_has_webhooks_as_any_other"]),
        (Self::ForgetsSecrets, &["webhooks::a_webhook_is_kept_as_it_was_sent"]),
        (Self::ShowsWebhooks, &["webhooks::webhooks_of_somebody_elses_task_are_missing"]),
        (Self::ListsWebhooksById, &["webhooks::webhooks_are_listed_as_they_were_made_page_by_page"]),
        (
            Self::KeepsRemovedWebhooks,
            &[
                "webhooks::a_webhook_that_is_removed_is_gone",
                "webhooks::a_task_has_no_more_webhooks_than_it_may",
                "webhooks::a_task_that_has_ended_has_webhooks_as_any_other",
            ],
        ),
    ];
}
