//! Many who talk to one server at once, whose tasks and sessions are in one file.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex},
};

use adk_bridge::{
    AdkExecutor, Decision, FunctionCall, RemoteAgent, Runner, Trust,
    a2a_client::Client,
    a2a_core::{ListTasksRequest, TaskState},
    a2a_server::{Server, sqlite::Sqlite},
    adk::{Agent, SqliteSessions, ToolContext, tool_fn},
    agent_fn, card,
};
use futures_util::future::try_join_all;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::bridge_fixture::{bind, done, paused};

const CLIENTS: usize = 50;
const EACH: usize = 20;

/// Charges once it may, and tells whom.
fn clerk(charged: Arc<Mutex<Vec<String>>>) -> impl Agent {
    let charge = tool_fn("charge", "Charges an account", move |args: Value, _: ToolContext| {
        let charged = Arc::clone(&charged);
        async move {
            charged.lock().unwrap().push(args["account"].as_str().unwrap_or_default().to_owned());
            Ok(json!({ "charged": true }))
        }
    });
    agent_fn("clerk", "Charges accounts", async move |cx, mut out| {
        let call = FunctionCall::new("charge", json!({ "account": cx.text() }));
        match cx.decision(&call) {
            Decision::NotAsked => {
                out.delta("I'll ").await?;
                out.delta("ask.").await?;
                out.ask(call).await
            }
            Decision::Approved(_) => {
                out.call(&cx, &charge, json!({ "account": cx.text() })).await?;
                out.say(format!("charged {}", cx.text())).await
            }
            Decision::Refused(_) => out.say("not charged").await,
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_conversations_of_fifty_clients_come_out_once_each() {
    let folder = tempfile::tempdir().unwrap();
    let file = Sqlite::open(folder.path().join("clerk.db")).await.unwrap();
    let charged = Arc::default();
    let agent = clerk(Arc::clone(&charged));
    let card = card::of(&agent);
    let runner = Runner::new("clerk", agent).sessions(SqliteSessions::of(&file).await.unwrap());
    let executor = AdkExecutor::new(runner).own_peers(|_| true);
    let (url, _) = bind(Server::builder(card, executor).store(file.clone())).await;

    let conversations = (0..CLIENTS).map(|client| {
        let caller = Runner::new("caller", RemoteAgent::new("clerk", &*url).trust(Trust::Own));
        tokio::spawn(async move {
            for n in 0..EACH {
                let account = format!("account {client}.{n}");
                let asks = paused(caller.run("ann", &*account, &*account)).await;
                let reply = done(caller.run("ann", &*account, asks[0].approve())).await;
                assert_eq!(reply.text(), format!("charged {account}"));
            }
        })
    });
    try_join_all(conversations).await.unwrap();

    let mut accounts = charged.lock().unwrap().clone();
    accounts.sort_unstable();
    accounts.dedup();
    assert_eq!((charged.lock().unwrap().len(), accounts.len()), (CLIENTS * EACH, CLIENTS * EACH));
    assert_eq!(listed(&url).await, BTreeMap::from([(TaskState::Completed.to_string(), CLIENTS * EACH)]));
}

/// How many tasks there are in which state, by all pages of the list.
async fn listed(url: &str) -> BTreeMap<String, usize> {
    let client = Client::connect(url).await.unwrap();
    let (mut seen, mut states, mut request) = (HashSet::new(), BTreeMap::new(), ListTasksRequest::default());
    loop {
        let page = client.list_tasks(request.clone()).await.unwrap();
        assert_eq!(usize::try_from(page.total_size), Ok(CLIENTS * EACH));
        for task in page.tasks {
            assert!(seen.insert(task.id.clone()), "{} was listed twice", task.id);
            *states.entry(task.status.state.to_string()).or_default() += 1;
        }
        if page.next_page_token.is_empty() {
            return states;
        }
        request.page_token = page.next_page_token;
    }
}
