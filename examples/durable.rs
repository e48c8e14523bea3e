//! The clerk of the quickstart in a process that dies: asked, killed while it waits for an approval, started again
//! from its file, approved. It pays once.
//!
//! `cargo run --example durable --features sqlite`

use std::{
    path::Path,
    process::{ExitCode, Stdio},
};

use adk_bridge::{
    AdkExecutor, Pending, RemoteAgent, Runner, Trust,
    a2a_server::{Server, sqlite::Sqlite},
    adk::{Input, SqliteSessions},
    card,
};
use examples::{clerk::clerk, terminal::print_event};
use futures_util::StreamExt as _;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => play().await,
        [serve, file, address] if serve == "serve" => {
            host(Path::new(file), address).await?;
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("usage: durable [serve FILE ADDRESS]");
            Ok(ExitCode::from(2))
        }
    }
}

/// The clerk with everything it has in one file: its tasks, and the sessions behind them.
async fn host(file: &Path, address: &str) -> Result<()> {
    let file = Sqlite::open(file).await?;
    let runner = Runner::new("clerk", clerk()).sessions(SqliteSessions::of(&file).await?);
    let executor = AdkExecutor::new(runner).own_peers(|_| true);
    let server = Server::builder(card::of(&clerk()), executor).store(file).allow_anonymous().build()?;
    let bound = server.bind(address).await?;
    println!("{}", bound.local_addr());
    Ok(bound.run().await?)
}

async fn play() -> Result<ExitCode> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("clerk.db");
    let (mut clerk, address) = start(&file, "127.0.0.1:0").await?;
    println!("served   http://{address}   in a process of its own, on a file");
    let remote = RemoteAgent::new("clerk", format!("http://{address}")).trust(Trust::Own);
    let caller = Runner::new("demo", remote);

    let asked = converse(&caller, "pay 18 to ann and 240 to bob").await?;
    clerk.kill().await?;
    println!("killed   while it waits for an approval");
    let (mut clerk, _) = start(&file, &address).await?;
    println!("served   the same file, at the same address");
    for question in &asked {
        println!("  you  {} {}   approved", question.call().name, serde_json::json!(question.call().args));
    }
    let answers: Vec<_> = asked.iter().map(Pending::approve).collect();
    converse(&caller, answers).await?;
    clerk.kill().await?;

    let payments = payments(&file, &caller).await?;
    println!("paid     {}", payments.join(", "));
    let once = payments == ["18 to ann", "240 to bob"];
    println!("{}", if once { "each of them once" } else { "that is not what was asked" });
    Ok(if once { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// This program as the clerk, and the address at which it listens.
async fn start(file: &Path, address: &str) -> Result<(Child, String)> {
    let mut program = Command::new(std::env::current_exe()?);
    program.arg("serve").arg(file).arg(address).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = program.spawn()?;
    let output = child.stdout.take().ok_or("a child without output")?;
    let address = BufReader::new(output).lines().next_line().await?.ok_or("the clerk didn't start")?;
    Ok((child, address))
}

/// Says something, shows what comes back, and answers what is asked.
async fn converse(caller: &Runner, said: impl Into<Input>) -> Result<Vec<Pending>> {
    let (mut turn, mut events, mut open) = (caller.run("ann", "s1", said), Vec::new(), 0);
    while let Some(event) = turn.next().await {
        let event = event?;
        print_event(&event, &mut open);
        events.push(event);
    }
    Ok(Pending::collect(&events))
}

/// What the clerk has paid, by its own file.
async fn payments(file: &Path, caller: &Runner) -> Result<Vec<String>> {
    let session = caller.session("ann", "s1").await?.ok_or("no session was kept")?;
    let context =
        session.events.iter().find_map(|event| event.custom_metadata.get("a2a:context_id")?.as_str());
    let context = context.ok_or("the clerk never answered")?;
    let file = Sqlite::open(file).await?;
    let clerk = Runner::new("clerk", clerk()).sessions(SqliteSessions::of(&file).await?);
    let session =
        clerk.session(format!("A2A_USER_{context}"), context).await?.ok_or("no session was served")?;
    let calls = session.events.iter().flat_map(|event| event.function_calls());
    let paid = calls.filter(|call| call.name == "pay");
    Ok(paid
        .map(|call| format!("{} to {}", call.args["amount"], call.args["to"].as_str().unwrap_or("?")))
        .collect())
}
