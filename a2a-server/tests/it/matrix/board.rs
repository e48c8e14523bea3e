//! A server with callers and tasks in each state.

use std::net::SocketAddr;

use a2a_core::{AgentSkill, Caller, CallerKind, ContextId, Method, StreamEvent, TaskId, TaskState};
use a2a_server::{AgentExecutor, Credentials, RequestContext, Responder, Server, StatusSpec, executor_fn};

use super::rule::{Door, HOOK, State, WEBHOOKS, Who};
use crate::{
    support::{card, serve, short},
    wire::{Answer, Ask, Peer, ROUTES, Route, message},
};

/// An id that nothing has, as long as one that something has.
const NOTHING: &str = "00000000-0000-4000-8000-000000000000";
/// The id of the webhook that every task has.
const WEBHOOK: &str = "hook";

pub(super) struct Board {
    addr: SocketAddr,
}

/// A task that somebody has, or nobody.
pub(super) struct Place {
    id: TaskId,
    context: ContextId,
    state: State,
}

impl Place {
    /// The text without what is the task's own.
    pub(super) fn masked(&self, text: &str) -> String {
        text.replace(self.id.as_str(), "TASK").replace(self.context.as_str(), "CONTEXT")
    }
}

impl Board {
    pub(super) async fn new(door: Door) -> Self {
        let mut tenant = Caller::new(CallerKind::User, "ann");
        tenant.tenant = Some("acme".parse().unwrap());
        let callers = Credentials::new()
            .with_bearer("of-ann", Caller::new(CallerKind::User, "ann"))
            .with_bearer("of-bob", Caller::new(CallerKind::User, "bob"))
            .with_bearer("of-ann-at-acme", tenant);
        let extended =
            card().with_skill(AgentSkill::new("more", "More", "For those who are known", ["test"]));
        let server = Server::builder(card(), agent()).authenticator(callers).extended_card(extended);
        let server = server.limits(short());
        #[cfg(feature = "push")]
        let server = server.webhooks(a2a_server::Webhooks::unguarded());
        let server = match door {
            Door::Closed => server,
            Door::Open => server.allow_anonymous(),
        };
        let addr = serve(server).await.addr;
        Self { addr }
    }

    fn peer(&self, route: Route, who: Who) -> Peer {
        let peer = Peer::new(self.addr, route);
        match who {
            Who::Owner => peer.with("authorization", "Bearer of-ann"),
            Who::Other => peer.with("authorization", "Bearer of-bob"),
            Who::OtherTenant => peer.with("authorization", "Bearer of-ann-at-acme"),
            Who::Anonymous => peer,
        }
    }

    fn owner(&self) -> Peer {
        self.peer(ROUTES[0], Who::Owner)
    }

    /// One task of the owner's in each state.
    pub(super) async fn tasks(&self) -> Vec<Place> {
        let mut tasks = Vec::new();
        for state in State::ALL {
            tasks.push(self.task(state).await);
        }
        tasks
    }

    /// A new task of the owner's, or an id of none.
    pub(super) async fn task(&self, state: State) -> Place {
        let nothing = || (NOTHING.parse().unwrap(), NOTHING.parse().unwrap());
        let (id, context) = match state {
            State::Running => self.running().await,
            State::Paused => self.sent("ask").await,
            State::Terminal => self.sent("end").await,
            State::Absent => nothing(),
        };
        if WEBHOOKS && state != State::Absent {
            self.owner().ask(Ask::create_webhook(&id, Some(WEBHOOK), HOOK)).await;
        }
        Place { id, context, state }
    }

    async fn sent(&self, text: &str) -> (TaskId, ContextId) {
        let task = self.owner().ask(Ask::send(message(None, text))).await.task();
        (task.id, task.context_id.unwrap())
    }

    async fn running(&self) -> (TaskId, ContextId) {
        let mut events = self.owner().ask(Ask::stream(message(None, "work"))).await.events();
        loop {
            if let StreamEvent::StatusUpdate(update) = events.next().await.unwrap().unwrap()
                && update.status.state == TaskState::Working
            {
                return (update.task_id, update.context_id.unwrap());
            }
        }
    }

    /// One cell.
    pub(super) async fn ask(&self, route: Route, method: Method, who: Who, place: &Place) -> Answer {
        let Place { id, context, state } = place;
        let ask = match method {
            Method::SendMessage if *state == State::Running => Ask::start(message(Some(id), "more")),
            Method::SendMessage => Ask::send(message(Some(id), "end")),
            Method::SendStreamingMessage => Ask::stream(message(Some(id), "end")),
            Method::GetTask => Ask::get(id),
            Method::ListTasks => Ask::list(context),
            Method::CancelTask => Ask::cancel(id),
            Method::SubscribeToTask => Ask::subscribe(id),
            Method::CreateTaskPushNotificationConfig => Ask::create_webhook(id, None, HOOK),
            Method::GetTaskPushNotificationConfig => Ask::get_webhook(id, WEBHOOK),
            Method::ListTaskPushNotificationConfigs => Ask::list_webhooks(id),
            Method::DeleteTaskPushNotificationConfig => Ask::delete_webhook(id, WEBHOOK),
            Method::GetExtendedAgentCard => Ask::extended_card(),
            other => panic!("the board doesn't know {other}"),
        };
        self.peer(route, who).ask(ask).await
    }

    /// How these tasks look to their owner.
    pub(super) async fn looks(&self, places: &[Place]) -> Vec<String> {
        let mut looks = Vec::new();
        for place in places {
            looks.push(self.owner().ask(Ask::get(&place.id)).await.seen);
            looks.push(self.owner().ask(Ask::list_webhooks(&place.id)).await.seen);
        }
        looks
    }
}

/// Works until it is canceled, asks, or ends, as it is told.
fn agent() -> impl AgentExecutor {
    executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        match &*cx.message.text() {
            "work" => {
                task.working(StatusSpec::none()).await?;
                cx.cancel.canceled().await;
                Ok(task.canceled(StatusSpec::none()).await?)
            }
            "ask" => Ok(task.input_required("?").await?),
            _ => Ok(task.complete().await?),
        }
    })
}
