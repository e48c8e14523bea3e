//! A task that is paused behind a remote one takes that one with it when it is canceled.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adk_bridge::a2a_client::{CallError, Client, FailureKind};
use adk_bridge::a2a_core::{ErrorKind, SendMessageResponse, Task, TaskId, TaskState};
use adk_bridge::a2a_server::{
    AgentExecutor, CancelContext, ExecutorError, RequestContext, Responder, Server, SharedExecutor,
};
use adk_bridge::adk::{
    Agent, CancelRequest, FunctionCall, ParallelAgent, Runner, SequentialAgent, Turns, agent_fn,
};
use adk_bridge::{Decision, OnDrop, RemoteAgent, Trust};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::bridge_fixture::{
    Served, bind, foreign_card, paused as paused_turn, serve, soon, stored, task, task_of,
};

fn clerk() -> impl Agent {
    agent_fn("clerk", "", async |cx, mut out| {
        let pay = FunctionCall::new("pay", json!({"order": cx.text()}));
        match cx.decision(&pay) {
            Decision::NotAsked => out.ask(pay).await,
            decision => out.say(format!("{}", decision.is_approved())).await,
        }
    })
}

/// Sends a text, and gets the task paused.
async fn paused(client: &Client, text: &str) -> Task {
    let SendMessageResponse::Task(task) = client.send_text(text).await.unwrap() else { panic!() };
    assert_eq!(task.status.state, TaskState::InputRequired);
    task
}

/// The remote's task behind a task of the front, by the session of the front.
async fn behind(front: &Served, task: &Task) -> TaskId {
    let context = task.context_id.as_ref().unwrap();
    task_of(&stored(&front.runner, &format!("A2A_USER_{context}"), context.as_str()).await)
}

#[tokio::test]
async fn canceling_a_paused_task_cancels_the_remote_task_that_it_waits_for() {
    let back = serve(clerk()).await;
    for trust in [Trust::Peer, Trust::Own] {
        let remote = || RemoteAgent::new("clerk", &*back.url).trust(trust);
        let quiet = || agent_fn("quiet", "", async |_, mut out| out.say("hm").await);
        let fronts = [
            serve(remote()).await,
            serve(SequentialAgent::new("all").then(quiet()).then(remote())).await,
            serve(ParallelAgent::new("all").then(remote()).then(quiet())).await,
        ];
        for front in fronts {
            let client = Client::connect(&*front.url).await.unwrap();
            let asked = paused(&client, "900").await;
            let far = behind(&front, &asked).await;
            assert_eq!(task(&back, &far).await.status.state, TaskState::InputRequired);
            let canceled = soon(client.cancel(&asked.id)).await.unwrap();
            assert_eq!(canceled.status.state, TaskState::Canceled);
            assert_eq!(task(&back, &far).await.status.state, TaskState::Canceled);
        }
    }
}

#[tokio::test]
async fn a_cancel_goes_down_a_chain_of_servers() {
    let back = serve(clerk()).await;
    let middle = serve(back.own("clerk")).await;
    let front = serve(middle.own("clerk")).await;
    let client = Client::connect(&*front.url).await.unwrap();
    let asked = paused(&client, "900").await;
    let there = behind(&front, &asked).await;
    let far = behind(&middle, &task(&middle, &there).await).await;
    soon(client.cancel(&asked.id)).await.unwrap();
    assert_eq!(task(&middle, &there).await.status.state, TaskState::Canceled);
    assert_eq!(task(&back, &far).await.status.state, TaskState::Canceled);
}

#[tokio::test]
async fn only_what_is_still_asked_is_given_up() {
    let back = serve(clerk()).await;
    let twice = agent_fn("own", "", async |cx, mut out| {
        let call = FunctionCall::new("mine", json!({}));
        match cx.decision(&call) {
            Decision::NotAsked => out.ask(call).await,
            _ => out.say("thanks").await,
        }
    });
    let front = serve(SequentialAgent::new("all").then(back.own("clerk")).then(twice)).await;
    let client = Client::connect(&*front.url).await.unwrap();
    let asked = paused(&client, "900").await;
    let far = behind(&front, &asked).await;
    let question = &asked.status.message.as_ref().unwrap().parts;
    let call = adk_bridge::convert::part::from_a2a(&question[0]).as_function_call().unwrap().clone();
    let yes = adk_bridge::adk::FunctionResponse::new(&call.id, &call.name, json!({"confirmed": true}));
    let answer =
        crate::bridge_fixture::user_message("m-2", vec![adk_bridge::convert::part::to_a2a(&yes.into(), &[])]);
    let SendMessageResponse::Task(next) = client.call().task(&asked.id).send(answer).await.unwrap() else {
        panic!()
    };
    assert_eq!(next.status.state, TaskState::InputRequired);
    soon(client.cancel(&asked.id)).await.unwrap();
    assert_eq!(task(&back, &far).await.status.state, TaskState::Completed);
}

/// Asks whatever it is told, and lets go as it is told.
struct Foreign(Arc<AtomicUsize>, Result<(), &'static str>);

impl AgentExecutor for Foreign {
    async fn execute(&self, _: RequestContext, out: Responder) -> Result<(), ExecutorError> {
        Ok(out.task().await?.input_required("which one?").await?)
    }

    async fn cancel(&self, _: CancelContext) -> Result<(), ExecutorError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        self.1.map_err(ExecutorError::failed)
    }
}

fn kind(error: &CallError) -> FailureKind {
    error.kind()
}

#[tokio::test]
async fn a_remote_that_does_not_let_go_keeps_the_task_paused() {
    let asked_to = Arc::new(AtomicUsize::new(0));
    let agent = SharedExecutor::new(Foreign(Arc::clone(&asked_to), Err("never")));
    let (url, _) = bind(Server::builder(foreign_card(true), agent)).await;
    let front = serve(RemoteAgent::new("clerk", &*url)).await;
    let client = Client::connect(&*front.url).await.unwrap();
    let asked = paused(&client, "go").await;
    let refused = soon(client.cancel(&asked.id)).await.unwrap_err();
    assert_eq!(kind(&refused), FailureKind::Agent(ErrorKind::TaskNotCancelable));
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert!(why.contains("the remote agent clerk doesn't cancel its task"), "{why}");
    assert_eq!(asked_to.load(Ordering::SeqCst), 1);
    assert_eq!(task(&front, &asked.id).await, asked);
}

#[tokio::test]
async fn a_remote_task_that_is_over_or_a_remote_that_is_gone_holds_nothing_up() {
    let asked_to = Arc::new(AtomicUsize::new(0));
    for gone in [false, true] {
        let (url, handle) =
            bind(Server::builder(foreign_card(true), Foreign(Arc::clone(&asked_to), Ok(())))).await;
        let front = serve(RemoteAgent::new("clerk", &*url)).await;
        let client = Client::connect(&*front.url).await.unwrap();
        let asked = paused(&client, "go").await;
        let far = behind(&front, &asked).await;
        if gone {
            handle.shutdown();
            soon(handle.drain()).await;
        } else {
            Client::connect(&*url).await.unwrap().cancel(&far).await.unwrap();
        }
        assert_eq!(soon(client.cancel(&asked.id)).await.unwrap().status.state, TaskState::Canceled);
    }
    assert_eq!(asked_to.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_remote_task_that_is_to_be_kept_is_kept() {
    let back = serve(clerk()).await;
    let front = serve(back.own("clerk").on_drop(OnDrop::Keep)).await;
    let client = Client::connect(&*front.url).await.unwrap();
    let asked = paused(&client, "900").await;
    let far = behind(&front, &asked).await;
    soon(client.cancel(&asked.id)).await.unwrap();
    assert_eq!(task(&back, &far).await.status.state, TaskState::InputRequired);
}

#[tokio::test]
async fn an_agent_of_any_kind_learns_that_its_turn_is_given_up() {
    struct Told(Arc<AtomicUsize>);
    impl Agent for Told {
        fn name(&self) -> &'static str {
            "told"
        }
        fn run(&self, cx: adk_bridge::adk::InvocationContext) -> adk_bridge::adk::EventStream<'_> {
            drop(cx);
            adk_bridge::adk::EventStream::new(async |mut out| {
                out.ask(FunctionCall::new("f", json!({}))).await
            })
        }
        fn cancel(
            &self,
            paused: adk_bridge::adk::PausedTurn,
        ) -> futures_util::future::BoxFuture<'_, Result<(), adk_bridge::AgentError>> {
            self.0.fetch_add(paused.asked.len(), Ordering::SeqCst);
            Box::pin(async { Err(adk_bridge::AgentError::private("secret")) })
        }
    }
    let told = Arc::new(AtomicUsize::new(0));
    let front =
        crate::bridge_fixture::serve_runner(Runner::new("far", Box::new(Told(Arc::clone(&told)))), |_| true)
            .await;
    let client = Client::connect(&*front.url).await.unwrap();
    let asked = paused(&client, "go").await;
    let refused = soon(client.cancel(&asked.id)).await.unwrap_err();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert!(why.contains("the agent failed") && !why.contains("secret"), "{why}");
    assert_eq!(told.load(Ordering::SeqCst), 1);
    assert_eq!(task(&front, &asked.id).await.status.state, TaskState::InputRequired);
}

/// Asks, and when its turn is given up says so, or nothing ever.
struct Asking(&'static str, Option<tokio::sync::mpsc::UnboundedSender<usize>>);

impl Agent for Asking {
    fn name(&self) -> &str {
        self.0
    }

    fn run(&self, cx: adk_bridge::adk::InvocationContext) -> adk_bridge::adk::EventStream<'_> {
        drop(cx);
        adk_bridge::adk::EventStream::new(async |mut out| out.ask(FunctionCall::new(self.0, json!({}))).await)
    }

    fn cancel(
        &self,
        paused: adk_bridge::adk::PausedTurn,
    ) -> futures_util::future::BoxFuture<'_, Result<(), adk_bridge::AgentError>> {
        Box::pin(async move {
            match &self.1 {
                Some(told) => {
                    told.send(paused.asked.len()).unwrap();
                    Ok(())
                }
                None => std::future::pending().await,
            }
        })
    }
}

#[tokio::test]
async fn an_agent_that_is_silent_keeps_the_cancel_from_nobody() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let agents = ParallelAgent::new("all").then(Asking("silent", None)).then(Asking("heard", Some(tell)));
    let runner = Runner::new("near", agents);
    let asks = paused_turn(runner.run("ann", "s1", "go")).await;
    let calls = asks.iter().map(|ask| ask.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(calls.len(), 2);
    let request = CancelRequest::new("ann".parse().unwrap(), "s1".parse().unwrap(), calls);
    let canceling = Turns::cancel(&runner, request);
    let heard = soon(async {
        tokio::select! {
            _ = canceling => panic!("one of them is silent"),
            heard = told.recv() => heard,
        }
    });
    assert_eq!(heard.await, Some(2));
}
