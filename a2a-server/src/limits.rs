//! Every limit in one place: a name, a default, a setter.

use std::time::Duration;

/// Bytes of a request's body: 10 MiB.
pub const MAX_BODY_BYTES: usize = 10 << 20;
/// Parts of a message: 10,000.
pub const MAX_PARTS: usize = 10_000;
/// Tasks that a message may refer to, which are loaded for its run: 32.
pub const MAX_REFERENCES: usize = 32;
/// Live runs of one caller: 1,000.
pub const RUNS_PER_CALLER: usize = 1_000;
/// Open streams of one caller: 1,000.
pub const STREAMS_PER_CALLER: usize = 1_000;
/// How long a run may go on without pausing or ending its task: no limit, for nobody but the agent knows what is long.
pub const RUN_DEADLINE: Option<Duration> = None;
/// How often a run is attempted whose process dies each time: 3 times.
pub const ATTEMPTS: u32 = 3;
/// How long a stream, or a send that returns immediately, waits for the agent to choose between a message and a
/// task before the task is opened for it: 500 ms.
pub const FIRST_EVENT_GRACE: Duration = Duration::from_millis(500);
/// How long an agent that was asked to stop may still end its task itself, and how long one that has answered,
/// paused or ended its task may tidy up: 5 s.
pub const CANCEL_GRACE: Duration = Duration::from_secs(5);
/// Silence on a stream after which a comment is sent: 15 s.
pub const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long live runs and open connections may go on after a shutdown: 10 s.
pub const DRAIN: Duration = Duration::from_secs(10);
/// How long a request's body may stand still before it is complete: 60 s.
pub const STALLED_BODY: Duration = Duration::from_secs(60);
/// How long a connection may take for the head of its next request: 60 s.
pub const STALLED_HEAD: Duration = Duration::from_secs(60);
/// How long a peer may take nothing of what is written to it: 60 s.
pub const STALLED_WRITE: Duration = Duration::from_secs(60);
/// How long a peer may leave a ping of HTTP/2 unanswered: 20 s.
pub const STALLED_PING: Duration = Duration::from_secs(20);
/// Open streams of one connection of HTTP/2: 1,000.
pub const HTTP2_STREAMS: u32 = 1_000;
/// Bytes of the head of a request in HTTP/2: 16 KiB.
pub const HTTP2_HEAD_BYTES: u32 = 16 << 10;
/// Entries that a run may have queued before its writers wait: 256.
pub const QUEUE_ENTRIES: usize = 256;
/// Bytes that a run may have queued before its writers wait: 1 MiB.
pub const QUEUE_BYTES: usize = 1 << 20;
/// Answers without a task that are remembered for the case that their send is repeated: 10,000.
pub const ANSWERS: usize = 10_000;
/// Bytes of such answers: 16 MiB.
pub const ANSWER_BYTES: usize = 16 << 20;
/// How long such an answer is remembered: 10 min.
pub const ANSWER_WINDOW: Duration = Duration::from_secs(10 * 60);

/// What a server grants at most.
///
/// What goes over one of the quotas is refused with
/// [`ResourceExhausted`](a2a_core::ErrorKind::ResourceExhausted), whose text says which one it is. Callers whom
/// nobody knows aren't told apart and so aren't counted: what bounds them is the number of unfinished tasks, and
/// whatever stands before the server.
///
/// # Defaults
///
/// | setter | default |
/// |---|---|
/// | [`with_max_body_bytes`](Self::with_max_body_bytes) | [`MAX_BODY_BYTES`], 10 MiB |
/// | [`with_max_parts`](Self::with_max_parts) | [`MAX_PARTS`], 10,000 |
/// | [`with_max_references`](Self::with_max_references) | [`MAX_REFERENCES`], 32 |
/// | [`with_runs_per_caller`](Self::with_runs_per_caller) | [`RUNS_PER_CALLER`], 1,000 |
/// | [`with_streams_per_caller`](Self::with_streams_per_caller) | [`STREAMS_PER_CALLER`], 1,000 |
/// | [`with_run_deadline`](Self::with_run_deadline) | [`RUN_DEADLINE`], none |
/// | [`with_attempts`](Self::with_attempts) | [`ATTEMPTS`], 3 |
/// | [`with_first_event_grace`](Self::with_first_event_grace) | [`FIRST_EVENT_GRACE`], 500 ms |
/// | [`with_cancel_grace`](Self::with_cancel_grace) | [`CANCEL_GRACE`], 5 s |
/// | [`with_keep_alive`](Self::with_keep_alive) | [`KEEP_ALIVE`], 15 s |
/// | [`with_drain`](Self::with_drain) | [`DRAIN`], 10 s |
/// | [`with_stalled_body`](Self::with_stalled_body) | [`STALLED_BODY`], 60 s |
/// | [`with_stalled_head`](Self::with_stalled_head) | [`STALLED_HEAD`], 60 s |
/// | [`with_stalled_write`](Self::with_stalled_write) | [`STALLED_WRITE`], 60 s |
/// | [`with_stalled_ping`](Self::with_stalled_ping) | [`STALLED_PING`], 20 s |
/// | [`with_http2`](Self::with_http2) | [`HTTP2_STREAMS`], 1,000, and [`HTTP2_HEAD_BYTES`], 16 KiB |
/// | [`with_queue`](Self::with_queue) | [`QUEUE_ENTRIES`], 256, and [`QUEUE_BYTES`], 1 MiB |
/// | [`with_answers`](Self::with_answers) | [`ANSWERS`], 10,000, [`ANSWER_BYTES`], 16 MiB, and [`ANSWER_WINDOW`], 10 min |
///
/// Not to be set: JSON that is read nests [`MAX_JSON_DEPTH`](a2a_core::MAX_JSON_DEPTH) levels at most. How large a
/// task may grow, how many may be unfinished, and what is kept for how long, is the log's own setting; see
/// [`Retention`](crate::log::Retention). Metadata has no limit of its own: it counts in the body that brings it and in
/// the task that keeps it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a request's body; a larger one is refused before it is read to its end.
    pub max_body_bytes: usize,
    /// Parts of a message; one with more is refused.
    pub max_parts: usize,
    /// Tasks that a message may refer to; one with more is refused. Each is loaded whole when a run begins.
    pub max_references: usize,
    /// Live runs of one caller; [`usize::MAX`] is no limit and costs nothing.
    pub runs_per_caller: usize,
    /// Open streams of one caller; [`usize::MAX`] is no limit and costs nothing.
    pub streams_per_caller: usize,
    /// How long a run may go on without pausing or ending its task; then it is stopped, and the task ends FAILED.
    pub run_deadline: Option<Duration>,
    /// How often a run is attempted, the first time included, if its process dies each time and the agent
    /// [redrives](crate::AgentExecutor::redrives); then its task ends FAILED.
    pub attempts: u32,
    /// How long the first event of a stream may take before the task is opened.
    pub first_event_grace: Duration,
    /// How long an agent that was asked to stop, or has nothing left to write, may take.
    pub cancel_grace: Duration,
    /// Silence on a stream after which a comment is sent, on a connection of HTTP/2 a ping, and where the server listens
    /// itself on any connection a probe of TCP.
    pub keep_alive: Duration,
    /// How long runs and connections may go on after a shutdown.
    pub drain: Duration,
    /// How long a request's body may stand still; then the request is refused by 408.
    pub stalled_body: Duration,
    /// How long a connection may take for the head of its next request, the time before its first byte included;
    /// then it is closed. In HTTP/2 it is the connection's preface that may take so long, and from then on pings
    /// tell who is there. Where the server listens itself: a mounted router doesn't see its connections.
    pub stalled_head: Duration,
    /// How long a peer may take nothing of what is written to it; then its connection is closed, with all that was
    /// kept for it. A peer that reads steadily is not cut off, however slowly, unless it takes longer than this for
    /// what the system buffers. In HTTP/2 a peer may leave one stream unread and read others: such a stream is kept,
    /// with one chunk of it, as long as its connection. On Linux it is as well how long a peer that has vanished may leave
    /// unacknowledged what the system sends it, [probes](Self::keep_alive) included; elsewhere the system's own time for
    /// that counts, and the fourth probe is the last. Where the server listens itself: a mounted router doesn't see its
    /// connections.
    pub stalled_write: Duration,
    /// How long a peer may leave a ping of HTTP/2 unanswered, which is sent after [`keep_alive`](Self::keep_alive) of
    /// silence; then its connection is closed. Where the server listens itself.
    pub stalled_ping: Duration,
    /// Open streams of one connection of HTTP/2, which is open calls; a client keeps further ones back. Where the
    /// server listens itself.
    pub http2_streams: u32,
    /// Bytes of the head of a request in HTTP/2, which is a call's metadata; a larger one is refused. Where the server
    /// listens itself.
    pub http2_head_bytes: u32,
    /// Entries that a run may have queued.
    pub queue_entries: usize,
    /// Bytes that a run may have queued.
    pub queue_bytes: usize,
    /// Answers without a task that are remembered; the oldest is forgotten first.
    pub answers: usize,
    /// Bytes of remembered answers.
    pub answer_bytes: usize,
    /// How long an answer is remembered.
    pub answer_window: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: MAX_BODY_BYTES,
            max_parts: MAX_PARTS,
            max_references: MAX_REFERENCES,
            runs_per_caller: RUNS_PER_CALLER,
            streams_per_caller: STREAMS_PER_CALLER,
            run_deadline: RUN_DEADLINE,
            attempts: ATTEMPTS,
            first_event_grace: FIRST_EVENT_GRACE,
            cancel_grace: CANCEL_GRACE,
            keep_alive: KEEP_ALIVE,
            drain: DRAIN,
            stalled_body: STALLED_BODY,
            stalled_head: STALLED_HEAD,
            stalled_write: STALLED_WRITE,
            stalled_ping: STALLED_PING,
            http2_streams: HTTP2_STREAMS,
            http2_head_bytes: HTTP2_HEAD_BYTES,
            queue_entries: QUEUE_ENTRIES,
            queue_bytes: QUEUE_BYTES,
            answers: ANSWERS,
            answer_bytes: ANSWER_BYTES,
            answer_window: ANSWER_WINDOW,
        }
    }
}

impl Limits {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the most bytes of a request's body.
    #[must_use]
    pub fn with_max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Sets the most parts of a message.
    #[must_use]
    pub fn with_max_parts(mut self, parts: usize) -> Self {
        self.max_parts = parts;
        self
    }

    /// Sets the most tasks that a message may refer to.
    #[must_use]
    pub fn with_max_references(mut self, tasks: usize) -> Self {
        self.max_references = tasks;
        self
    }

    /// Sets how many live runs one caller may have.
    #[must_use]
    pub fn with_runs_per_caller(mut self, runs: usize) -> Self {
        self.runs_per_caller = runs;
        self
    }

    /// Sets how many open streams one caller may have.
    #[must_use]
    pub fn with_streams_per_caller(mut self, streams: usize) -> Self {
        self.streams_per_caller = streams;
        self
    }

    /// Sets how long a run may go on without pausing or ending its task.
    #[must_use]
    pub fn with_run_deadline(mut self, time: Duration) -> Self {
        self.run_deadline = Some(time);
        self
    }

    /// Sets how often a run is attempted whose process dies each time; with 1 none is made again.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets how long the first event may take.
    #[must_use]
    pub fn with_first_event_grace(mut self, grace: Duration) -> Self {
        self.first_event_grace = grace;
        self
    }

    /// Sets how long an agent may take to stop.
    #[must_use]
    pub fn with_cancel_grace(mut self, grace: Duration) -> Self {
        self.cancel_grace = grace;
        self
    }

    /// Sets the silence after which a stream gets a comment.
    #[must_use]
    pub fn with_keep_alive(mut self, silence: Duration) -> Self {
        self.keep_alive = silence;
        self
    }

    /// Sets how long runs and connections may go on after a shutdown.
    #[must_use]
    pub fn with_drain(mut self, time: Duration) -> Self {
        self.drain = time;
        self
    }

    /// Sets how long a request's body may stand still.
    #[must_use]
    pub fn with_stalled_body(mut self, time: Duration) -> Self {
        self.stalled_body = time;
        self
    }

    /// Sets how long a connection may take for the head of its next request.
    #[must_use]
    pub fn with_stalled_head(mut self, time: Duration) -> Self {
        self.stalled_head = time;
        self
    }

    /// Sets how long a peer may take nothing of what is written to it.
    #[must_use]
    pub fn with_stalled_write(mut self, time: Duration) -> Self {
        self.stalled_write = time;
        self
    }

    /// Sets how long a ping may stay unanswered.
    #[must_use]
    pub fn with_stalled_ping(mut self, time: Duration) -> Self {
        self.stalled_ping = time;
        self
    }

    /// Sets how many open streams a connection of HTTP/2 may have, and how many bytes the head of a request.
    #[must_use]
    pub fn with_http2(mut self, streams: u32, head_bytes: u32) -> Self {
        (self.http2_streams, self.http2_head_bytes) = (streams, head_bytes);
        self
    }

    /// Sets how many entries and bytes a run may have queued.
    #[must_use]
    pub fn with_queue(mut self, entries: usize, bytes: usize) -> Self {
        self.queue_entries = entries.max(1);
        self.queue_bytes = bytes;
        self
    }

    /// Sets how many answers without a task are remembered, how many bytes of them, and for how long.
    #[must_use]
    pub fn with_answers(mut self, answers: usize, bytes: usize, window: Duration) -> Self {
        (self.answers, self.answer_bytes, self.answer_window) = (answers, bytes, window);
        self
    }
}
