//! What each cell of the matrix should answer.

use a2a_core::{ErrorKind, Method, SendMessageResponse, StreamEvent, TaskState};

use crate::wire::{Answer, Told};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Owner,
    /// Somebody else, of no tenant as the owner.
    Other,
    /// Somebody of the owner's name, in a tenant.
    OtherTenant,
    Anonymous,
}

/// Whether those may call whom nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Door {
    Closed,
    Open,
}

/// How the task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Running,
    Paused,
    Terminal,
    Absent,
}

/// What an answer comes down to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Task(TaskState),
    /// A stream that begins with the task in this state.
    Stream(TaskState),
    /// So many tasks.
    Tasks(usize),
    /// One that calls there.
    Webhook(String),
    /// So many webhooks.
    Webhooks(usize),
    Deleted,
    /// A card with so many skills.
    Card(usize),
    Refused(ErrorKind),
}

impl Who {
    pub(super) const ALL: [Self; 4] = [Self::Owner, Self::Other, Self::OtherTenant, Self::Anonymous];
}

impl State {
    pub(super) const ALL: [Self; 4] = [Self::Running, Self::Paused, Self::Terminal, Self::Absent];

    fn task(self) -> TaskState {
        match self {
            Self::Running => TaskState::Working,
            Self::Paused => TaskState::InputRequired,
            Self::Terminal | Self::Absent => TaskState::Completed,
        }
    }
}

/// The rule: strangers stay before a closed door, a task is its owner's, and what may be done to it is a matter of its state.
pub(super) fn expected(door: Door, method: Method, who: Who, state: State) -> Verdict {
    let sees = who == Who::Owner && state != State::Absent;
    match method {
        _ if who == Who::Anonymous && door == Door::Closed => Verdict::Refused(ErrorKind::Unauthenticated),
        // It is for those who are known, whoever they are.
        Method::GetExtendedAgentCard if who == Who::Anonymous => Verdict::Refused(ErrorKind::Unauthenticated),
        Method::GetExtendedAgentCard => Verdict::Card(1),
        Method::ListTasks => Verdict::Tasks(usize::from(sees)),
        _ if is_about_webhooks(method) && !WEBHOOKS => {
            Verdict::Refused(ErrorKind::PushNotificationNotSupported)
        }
        _ if !sees => Verdict::Refused(ErrorKind::TaskNotFound),
        Method::GetTask => Verdict::Task(state.task()),
        Method::CancelTask if state == State::Terminal => Verdict::Refused(ErrorKind::TaskNotCancelable),
        Method::CancelTask => Verdict::Task(TaskState::Canceled),
        Method::SendMessage | Method::SendStreamingMessage | Method::SubscribeToTask
            if state == State::Terminal =>
        {
            Verdict::Refused(ErrorKind::UnsupportedOperation)
        }
        // The message ends a pause, and the agent the task.
        Method::SendMessage if state == State::Paused => Verdict::Task(TaskState::Completed),
        Method::SendMessage => Verdict::Task(TaskState::Working),
        // The stream begins with the message in the task, which works on it.
        Method::SendStreamingMessage => Verdict::Stream(TaskState::Working),
        Method::SubscribeToTask => Verdict::Stream(state.task()),
        Method::CreateTaskPushNotificationConfig | Method::GetTaskPushNotificationConfig => {
            Verdict::Webhook(HOOK.to_owned())
        }
        Method::ListTaskPushNotificationConfigs => Verdict::Webhooks(1),
        Method::DeleteTaskPushNotificationConfig => Verdict::Deleted,
        other => panic!("the rule doesn't know {other}"),
    }
}

/// Where webhooks of the test are: nobody listens there.
pub(super) const HOOK: &str = "http://127.0.0.1:9/";
/// Whether the server has webhooks at all.
pub(super) const WEBHOOKS: bool = cfg!(feature = "push");

fn is_about_webhooks(method: Method) -> bool {
    method.path().contains("pushNotificationConfigs")
}

impl Verdict {
    pub(super) fn of(answer: Answer) -> Self {
        match answer.told {
            Told::Task(task) => Self::Task(task.status.state),
            Told::Reply(reply) => match *reply {
                SendMessageResponse::Task(task) => Self::Task(task.status.state),
                other => panic!("a task was due: {other:?}"),
            },
            Told::Events(events) => match events.first() {
                Some(StreamEvent::Task(task)) => Self::Stream(task.status.state.clone()),
                other => panic!("a stream begins with its task: {other:?}"),
            },
            Told::Tasks(page) => Self::Tasks(page.tasks.len()),
            Told::Webhook(config) => Self::Webhook(config.url),
            Told::Webhooks(page) => Self::Webhooks(page.configs.len()),
            Told::Deleted => Self::Deleted,
            Told::Card(card) => Self::Card(card.skills.len()),
            Told::Refused(error) => Self::Refused(error.kind()),
        }
    }
}
