//! What is told.

use a2a_core::{
    AgentCard, Error, ListTaskPushNotificationConfigsResponse, ListTasksResponse, SendMessageResponse, Task,
    TaskPushNotificationConfig,
};

use super::Events;

/// An answer as it was meant, and as it was seen on the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) told: Told,
    /// Status, headers without those of the moment, and what is known of the body: for a stream that goes well nothing.
    pub(crate) seen: String,
}

/// What an operation answers, whatever it came as.
#[derive(Debug)]
pub(crate) enum Told {
    Reply(Box<SendMessageResponse>),
    Events(Box<Events>),
    Task(Box<Task>),
    Tasks(ListTasksResponse),
    Webhook(TaskPushNotificationConfig),
    Webhooks(ListTaskPushNotificationConfigsResponse),
    Deleted,
    Card(Box<AgentCard>),
    Refused(Error),
}

impl Answer {
    /// The task that a send or a call about one answers.
    pub(crate) fn task(self) -> Task {
        match self.told {
            Told::Task(task) => *task,
            Told::Reply(reply) => match *reply {
                SendMessageResponse::Task(task) => task,
                other => panic!("a task was due: {other:?}"),
            },
            other => panic!("a task was due: {other:?}"),
        }
    }

    pub(crate) fn events(self) -> Events {
        match self.told {
            Told::Events(events) => *events,
            other => panic!("a stream was due: {other:?}"),
        }
    }
}
