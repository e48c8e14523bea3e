//! The process that is killed, and whoever starts it again.

use std::{collections::BTreeMap, io::Write as _, path::Path, process::Stdio, time::Duration};

use adk_bridge::{
    AdkExecutor, AgentError, Decision, FunctionCall, RemoteAgent, Runner, Trust,
    a2a_server::{Server, sqlite::Sqlite},
    adk::{Agent, Emitter, InvocationContext, SqliteSessions, Tool, ToolContext, tool_fn},
    agent_fn, card,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    sync::{oneshot, watch},
    task::JoinHandle,
};

use super::{
    conversation::patient,
    front::Front,
    points::{Log, Points, Sessions},
};

const LEDGER: &str = "ledger";

/// What the process does with what it is asked.
#[derive(Clone)]
pub(super) enum Work {
    /// It pays.
    Pays,
    /// It asks the one at this URL to pay, whom it believes so far.
    Asks(String, Trust),
}

/// Keeps a server alive, and knows the points that each of its processes has passed.
pub(super) struct Host {
    end: oneshot::Sender<()>,
    lives: JoinHandle<Vec<Vec<String>>>,
}

impl Host {
    /// Each process dies at the point of its number, and those behind them don't.
    pub(super) fn start(folder: &Path, work: Work, kill_at: Vec<usize>, front: &Front) -> Self {
        let (end, ended) = oneshot::channel();
        let (folder, url, address) = (folder.to_owned(), front.url().to_owned(), front.server());
        let lives = tokio::spawn(async move {
            let mut lives = Vec::new();
            let mut ended = ended;
            for kill_at in kill_at.into_iter().chain(std::iter::repeat(0)) {
                let (mut process, mut points) = (spawn(&folder, &work, &url, kill_at), Vec::new());
                let over = tokio::select! {
                    () = live(&mut process, &address, &mut points) => false,
                    _ = &mut ended => true,
                };
                address.send_replace(None);
                process.kill().await.unwrap();
                lives.push(points);
                if over {
                    break;
                }
            }
            lives
        });
        Self { end, lives }
    }

    /// What comes of a conversation, and the points of the processes that it was with; a conversation that hangs
    /// tells them.
    pub(super) async fn through<T>(self, conversation: impl Future<Output = T>) -> (T, Vec<Vec<String>>) {
        let came = tokio::time::timeout(Duration::from_secs(40), conversation).await;
        let lives = self.end().await;
        (came.unwrap_or_else(|_| panic!("nothing comes any more behind {lives:#?}")), lives)
    }

    /// Kills it for good.
    pub(super) async fn end(self) -> Vec<Vec<String>> {
        drop(self.end);
        self.lives.await.unwrap()
    }
}

fn spawn(folder: &Path, work: &Work, url: &str, kill_at: usize) -> Child {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", "kills::host::is_killed", "--ignored", "--nocapture"]);
    program.env("A2A_FOLDER", folder).env("A2A_URL", url).env("A2A_KILL_AT", kill_at.to_string());
    if let Work::Asks(far, trust) = work {
        program.env("A2A_FAR", far).env("A2A_OWN", (*trust == Trust::Own).to_string());
    }
    program.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap()
}

/// Follows a process to its end.
async fn live(process: &mut Child, address: &watch::Sender<Option<String>>, points: &mut Vec<String>) {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, point)) = line.split_once("point: ") {
            points.push(point.to_owned());
        } else if let Some((_, bound)) = line.split_once("address: ") {
            address.send_replace(Some(bound.to_owned()));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that a_client_goes_on_over_a_server_that_is_killed_anywhere kills"]
async fn is_killed() {
    let [folder, url, kill_at] =
        ["A2A_FOLDER", "A2A_URL", "A2A_KILL_AT"].map(|name| std::env::var(name).unwrap());
    let (folder, points) = (Path::new(&folder), Points::new(kill_at.parse().unwrap()));
    let file = Sqlite::open(folder.join("clerk.db")).await.unwrap();
    let sessions = SqliteSessions::of(&file).await.unwrap();
    let agent: Box<dyn Agent> = match std::env::var("A2A_FAR") {
        Ok(far) => {
            let trust = if std::env::var("A2A_OWN").unwrap() == "true" { Trust::Own } else { Trust::Peer };
            Box::new(RemoteAgent::new("clerk", far).trust(trust).client(patient))
        }
        Err(_) => Box::new(clerk(folder, points.clone())),
    };
    let card = card::of(&agent);
    let runner = Runner::new("clerk", agent).sessions(Sessions { sessions, points: points.clone() });
    let server =
        Server::builder(card, AdkExecutor::new(runner).own_peers(|_| true)).store(Log { log: file, points });
    let server = server.public_url(url).allow_anonymous().build().unwrap();
    let bound = server.bind("127.0.0.1:0").await.unwrap();
    println!("address: {}", bound.local_addr());
    bound.run().await.unwrap();
}

/// Says something, charges an account, asks, charges it again and says so; or waits for ever.
pub(super) fn clerk(folder: &Path, points: Points) -> impl Agent {
    let ledger = folder.join(LEDGER);
    let charge = tool_fn("charge", "Charges the account", move |_: Value, cx: ToolContext| {
        let (ledger, points) = (ledger.clone(), points.clone());
        async move {
            points.pass("before the charge");
            let mut file = std::fs::File::options().append(true).create(true).open(ledger)?;
            writeln!(file, "{}", cx.call_id())?;
            points.pass("after the charge");
            Ok(json!({ "charged": 240 }))
        }
    });
    agent_fn("clerk", "Pays", async move |cx, mut out| work(&cx, &mut out, &charge).await)
}

async fn work(cx: &InvocationContext, out: &mut Emitter, charge: &dyn Tool) -> Result<(), AgentError> {
    if cx.text() == "wait" {
        out.say("waiting").await?;
        cx.cancellation().cancelled().await;
        return Ok(());
    }
    let pay = FunctionCall::new("pay", json!({ "to": "bob" }));
    match cx.decision(&pay) {
        Decision::NotAsked => {
            for word in ["let ", "me ", "see"] {
                out.delta(word).await?;
                // So that each chunk is stored by itself.
                tokio::task::yield_now().await;
            }
            out.close().await?;
            out.call(cx, charge, json!({ "deposit": true })).await?;
            out.ask(pay).await
        }
        Decision::Approved(_) => {
            out.call(cx, charge, json!({ "deposit": false })).await?;
            out.say("paid").await
        }
        Decision::Refused(_) => out.say("not paid").await,
    }
}

/// How often each call was made.
pub(super) fn charges(folder: &Path) -> Vec<usize> {
    let ledger = std::fs::read_to_string(folder.join(LEDGER)).unwrap_or_default();
    let mut calls: BTreeMap<&str, usize> = BTreeMap::new();
    for key in ledger.lines() {
        *calls.entry(key).or_default() += 1;
    }
    calls.into_values().collect()
}
