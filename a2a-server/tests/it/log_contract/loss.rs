//! What may be lost with a process, one at a time, and which promises catch it.

/// What is wrong with how the log is found behind a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// Nothing.
    None,
    /// Everything is gone.
    Everything,
    /// A run that died isn't answered.
    DeadRuns,
    /// What was answered is answered again.
    WhatWasAnswered,
    /// A further attempt is called the first one.
    Attempts,
    /// A further attempt has the lease of the dead one.
    Epochs,
    /// The entry that opened the task isn't in the start of a further attempt.
    TheOpening,
    /// Nobody knows what an attempt took.
    WhatWasTaken,
    /// What a run took counts for the next one.
    WhoTook,
    /// Turns that nobody took wait for ever.
    Turns,
    /// As many orphans are answered as there are.
    TheMost,
    /// A stop that died goes on as a run.
    ThatItWasAStop,
    /// Nobody knows who is still to be told.
    WhoIsToBeTold,
    /// The webhooks of tasks that have ended are answered as still to be told.
    WhoWasToldAll,
}

impl Loss {
    /// Every one, with the promises that catch it.
    pub(super) const ALL: &[(Self, &[&str])] = &[
        (
            Self::Everything,
            &[
                "entries::entries_of_every_kind_outlive_the_process",
                "reading::a_task_behind_a_crash_is_the_fold_of_its_entries",
                "keys::keys_outlive_the_process",
                "listing::lists_outlive_the_process",
                "webhooks::webhooks_outlive_the_process",
                "orphans::a_run_that_died_is_attempted_again",
                "orphans::a_run_that_died_counts_as_live_until_it_is_taken_over",
                "orphans::a_run_that_died_begins_with_what_opened_the_task",
                "orphans::a_further_attempt_knows_what_was_taken",
                "orphans::what_an_earlier_run_took_is_not_taken_by_a_later",
                "orphans::a_turn_that_nobody_took_starts_the_next_run",
                "orphans::a_stop_that_died_is_void",
                "orphans::attempts_count_up_over_several_deaths",
                "orphans::orphans_are_answered_once_and_as_many_as_are_wanted",
                "reopening::every_task_is_as_it_was",
                "reopening::readers_go_on_where_they_were",
                "reopening::an_answer_to_a_paused_task_works",
                "reopening::later_leases_are_later_than_all_before",
                "reopening::what_was_refused_is_not_there",
                "reopening::a_trimmed_log_stays_trimmed_and_loses_nothing",
                "reopening::unfinished_tasks_count_on",
                "reopening::finished_tasks_still_go_in_the_order_of_their_ends",
                "reopening::what_many_wrote_at_once_is_there",
            ],
        ),
        (
            Self::DeadRuns,
            &[
                "reading::a_task_behind_a_crash_is_the_fold_of_its_entries",
                "orphans::a_run_that_died_is_attempted_again",
                "orphans::a_run_that_died_counts_as_live_until_it_is_taken_over",
                "orphans::a_run_that_died_begins_with_what_opened_the_task",
                "orphans::a_further_attempt_knows_what_was_taken",
                "orphans::what_an_earlier_run_took_is_not_taken_by_a_later",
                "orphans::attempts_count_up_over_several_deaths",
                "orphans::orphans_are_answered_once_and_as_many_as_are_wanted",
                "reopening::readers_go_on_where_they_were",
                "reopening::a_trimmed_log_stays_trimmed_and_loses_nothing",
                "reopening::unfinished_tasks_count_on",
            ],
        ),
        (Self::WhatWasAnswered, &["orphans::orphans_are_answered_once_and_as_many_as_are_wanted"]),
        (
            Self::Attempts,
            &[
                "orphans::a_run_that_died_is_attempted_again",
                "orphans::a_run_that_died_counts_as_live_until_it_is_taken_over",
                "orphans::a_run_that_died_begins_with_what_opened_the_task",
                "orphans::a_further_attempt_knows_what_was_taken",
                "orphans::what_an_earlier_run_took_is_not_taken_by_a_later",
                "orphans::attempts_count_up_over_several_deaths",
            ],
        ),
        (
            Self::Epochs,
            &[
                "orphans::a_run_that_died_is_attempted_again",
                "orphans::attempts_count_up_over_several_deaths",
            ],
        ),
        (
            Self::TheOpening,
            &[
                "orphans::a_run_that_died_counts_as_live_until_it_is_taken_over",
                "orphans::a_run_that_died_begins_with_what_opened_the_task",
                "orphans::a_further_attempt_knows_what_was_taken",
            ],
        ),
        (Self::WhatWasTaken, &["orphans::a_further_attempt_knows_what_was_taken"]),
        (Self::WhoTook, &["orphans::what_an_earlier_run_took_is_not_taken_by_a_later"]),
        (
            Self::Turns,
            &[
                "orphans::a_turn_that_nobody_took_starts_the_next_run",
                "orphans::orphans_are_answered_once_and_as_many_as_are_wanted",
            ],
        ),
        (Self::TheMost, &["orphans::orphans_are_answered_once_and_as_many_as_are_wanted"]),
        (Self::ThatItWasAStop, &["orphans::a_stop_that_died_is_void"]),
        (Self::WhoIsToBeTold, &["webhooks::webhooks_outlive_the_process"]),
        (Self::WhoWasToldAll, &["webhooks::webhooks_outlive_the_process"]),
    ];
}
