//! The tables that tasks are in.

/// What the tables belong to.
pub(super) const PART: &str = "tasks";

/// A script for each version, oldest first. A version that was released is never changed.
///
/// `task.ended` counts the tasks as they ended. `task.tail` says what of an ended task's entries is in the file: 1
/// some, beside the task as a whole, 2 all that it still has to be stored whole from. `task.due` is set while
/// somebody has to take the task up. `task_turn` has the turns that no run has taken and whose batch is gone.
/// `task_webhook.config` has the secrets of a webhook as they are.
pub(super) const VERSIONS: &[&str] = &[
    "
CREATE TABLE task (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    tenant TEXT NOT NULL,
    context TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    cancel INTEGER NOT NULL,
    inbox INTEGER NOT NULL,
    consumed INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    run INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    holder INTEGER NOT NULL,
    died INTEGER NOT NULL,
    due INTEGER NOT NULL,
    ended INTEGER,
    tail INTEGER,
    bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX task_of_owner ON task (owner, tenant, at DESC, id, state);
CREATE INDEX task_of_context ON task (owner, tenant, context, at DESC, id, state);
CREATE INDEX task_due ON task (key) WHERE due = 1;
CREATE INDEX task_held ON task (key) WHERE holder <> 0;
CREATE INDEX task_ended ON task (ended, bytes) WHERE ended IS NOT NULL;
CREATE INDEX task_tail ON task (tail, ended) WHERE tail IS NOT NULL;
CREATE TABLE task_batch (
    task INTEGER NOT NULL,
    last INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (task, last)
) STRICT, WITHOUT ROWID;
CREATE TABLE task_fold (
    task INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    head BLOB NOT NULL,
    rest BLOB NOT NULL,
    history BLOB NOT NULL,
    artifacts BLOB NOT NULL
) STRICT;
CREATE TABLE task_turn (
    task INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (task, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE task_key (
    number INTEGER PRIMARY KEY,
    task INTEGER NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    seq INTEGER,
    run INTEGER,
    leased INTEGER
) STRICT;
",
    "
CREATE TABLE task_webhook (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    task INTEGER NOT NULL,
    id TEXT NOT NULL,
    config BLOB NOT NULL,
    version TEXT NOT NULL,
    after INTEGER NOT NULL,
    UNIQUE (task, id)
) STRICT;
CREATE INDEX task_webhook_of ON task_webhook (task, number);
",
];
