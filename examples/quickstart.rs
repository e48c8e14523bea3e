//! One agent twice: in this process, and over A2A through a real socket. The timelines are the same, or this fails.
//!
//! `cargo run --example quickstart -- "pay 18 to ann and 240 to bob" [--approve | --refuse]`

use std::io::Read as _;

use adk_bridge::{
    AdkExecutor, Agent, Pending, RemoteAgent, Runner, Trust,
    a2a_server::Server,
    adk::{Events, Part},
    card, timeline,
};
use examples::{
    clerk::clerk,
    terminal::{User, print_event},
};
use futures_util::StreamExt as _;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let (flags, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let mut text = words.join(" ");
    if words.is_empty() {
        std::io::stdin().read_to_string(&mut text)?;
    }
    if text.trim().is_empty() {
        eprintln!("say what the clerk should do, such as: quickstart \"pay 18 to ann and 240 to bob\"");
        std::process::exit(2);
    }

    // Serve: an agent and its runner become an A2A service, the card is made from the agent.
    let served = Runner::new("clerk", clerk());
    let card = card::of(&clerk());
    let skills: Vec<String> = card.skills.iter().map(|skill| skill.id.clone()).collect();
    println!("clerk    {}", clerk().describe().text);
    let executor = AdkExecutor::new(served.clone()).own_peers(|_| true);
    let bound = Server::builder(card, executor).allow_anonymous().build()?.bind("127.0.0.1:0").await?;
    println!("served   {}   skills: {}", bound.url(), skills.join(", "));
    let remote = RemoteAgent::new("clerk", bound.url()).trust(Trust::Own);
    tokio::spawn(bound.run());

    // Call: the same conversation with the agent itself, and with the proxy of the one behind the socket.
    let mut user = User::new(&flags);
    println!("── in this process");
    let local = converse(&Runner::new("demo", clerk()), &text, &mut user).await?;
    println!("── over A2A, through a socket");
    let caller = converse(&Runner::new("demo", remote), &text, &mut user).await?;

    // Compare: what the serving side has stored, what the caller has, and what the run in this process made.
    let context =
        caller.events.iter().find_map(|event| event.custom_metadata.get("a2a:context_id")?.as_str());
    let context = context.ok_or("the remote agent never answered")?;
    let stored =
        served.session(format!("A2A_USER_{context}"), context).await?.ok_or("no session was served")?;
    let across = timeline::diff(&stored.events, &caller.events);
    let apart = timeline::diff_runs(&local.events, &caller.events);
    if !across.is_empty() || !apart.is_empty() || local.chunks != caller.chunks {
        eprintln!("the timelines differ:\n{across}{apart}chunks: {} and {}", local.chunks, caller.chunks);
        std::process::exit(1);
    }
    println!(
        "same timeline: {} events, {} chunks, {} pause{}; every field but timestamps (ids matched one to one)",
        caller.events.len(),
        caller.chunks,
        caller.pauses,
        if caller.pauses == 1 { "" } else { "s" },
    );
    println!("next: cargo run --example hello_agent");
    Ok(())
}

/// What a conversation left behind.
struct Conversation {
    events: Events,
    chunks: usize,
    pauses: usize,
}

/// One message and, as long as the agent asks something, the answers to it.
async fn converse(runner: &Runner, text: &str, user: &mut User) -> Result<Conversation> {
    let mut input = vec![Part::text(text)];
    let (mut chunks, mut questions, mut pauses) = (0, 0, 0);
    loop {
        let (mut turn, mut events, mut open) = (runner.run("ann", "s1", input), Vec::new(), 0);
        while let Some(event) = turn.next().await {
            let event = event?;
            print_event(&event, &mut open);
            if event.is_partial() {
                chunks += 1;
            } else {
                events.push(event);
            }
        }
        let asked = Pending::collect(&events);
        if asked.is_empty() {
            let session = runner.session("ann", "s1").await?.ok_or("no session was kept")?;
            return Ok(Conversation { events: session.events, chunks, pauses });
        }
        input = Vec::new();
        for question in &asked {
            input.push(user.decide(questions, question)?);
            questions += 1;
        }
        pauses += 1;
    }
}
