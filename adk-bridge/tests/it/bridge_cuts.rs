//! A line that is cut in the middle of a turn: the proxy's caller doesn't notice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adk_bridge::a2a_client::Client;
use adk_bridge::adk::{Agent, Event, FunctionCall, FunctionResponse, Part, Runner, agent_fn};
use adk_bridge::{RemoteAgent, Trust, timeline};
use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::bridge_fixture::{Served, collect, serve, sketch};

fn teller() -> impl Agent {
    agent_fn("teller", "", async |_, mut out| {
        out.delta("Once upon ").await?;
        out.delta("a time").await?;
        let mut call = FunctionCall::new("look", json!({}));
        "c1".clone_into(&mut call.id);
        let response = FunctionResponse::new("c1", "look", json!({"sky": "blue"}));
        out.emit(Event::default().with_content(Part::from(call))).await?;
        out.emit(Event::default().with_content(Part::from(response))).await?;
        out.delta("The ").await?;
        out.say("end").await
    })
}

/// Passes bytes on, of the first response only so many; counts them and the connections.
async fn line(server: String, limit: usize) -> (String, Arc<(AtomicUsize, AtomicUsize)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let seen = Arc::clone(&counts);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let is_first = seen.0.fetch_add(1, Ordering::Relaxed) == 0;
            let (server, seen) = (TcpStream::connect(&server).await.unwrap(), Arc::clone(&seen));
            tokio::spawn(async move {
                pass(client, server, if is_first { limit } else { usize::MAX }, &seen.1).await;
            });
        }
    });
    (url, counts)
}

async fn pass(mut client: TcpStream, mut server: TcpStream, limit: usize, bytes: &AtomicUsize) {
    let (mut there, mut back) = (vec![0; 4096], vec![0; 4096]);
    let mut left = limit;
    while left > 0 {
        let room = back.len().min(left);
        tokio::select! {
            read = client.read(&mut there) => match read {
                Ok(read @ 1..) => server.write_all(&there[..read]).await.unwrap(),
                _ => return,
            },
            read = server.read(&mut back[..room]) => match read {
                Ok(read @ 1..) => {
                    left -= read;
                    bytes.fetch_add(read, Ordering::Relaxed);
                    if client.write_all(&back[..read]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}

/// A turn whose line is cut so: its events, how many connections there were, and how many bytes.
async fn turn(served: &Served, trust: Trust, limit: usize) -> (Vec<Event>, usize, usize) {
    let address = served.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let (url, counts) = line(address, limit).await;
    let mut card = Client::connect(&*served.url).await.unwrap().card().unwrap().clone();
    card.supported_interfaces[0].url = url;
    let client = Client::connect(card).await.unwrap();
    let remote = RemoteAgent::over("far", client).trust(trust);
    let events = collect(Runner::new("demo", remote).run("ann", "s1", "go")).await;
    (events, counts.0.load(Ordering::Relaxed), counts.1.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_turn_whose_line_is_cut_has_the_events_of_one_whose_line_is_not() {
    let served = serve(teller()).await;
    for trust in [Trust::Peer, Trust::Own] {
        let (whole, _, length) = turn(&served, trust, usize::MAX).await;
        assert!(length > 3000, "there is something to cut");
        // Behind the head and the task: before them only a server that promises it is sent the message again.
        for limit in (1500..length).step_by(61) {
            let (events, connections, _) = turn(&served, trust, limit).await;
            assert_eq!(sketch(&events), sketch(&whole), "{trust:?}, cut behind {limit}");
            assert_eq!(connections, 2, "{trust:?}, cut behind {limit}");
            if trust == Trust::Own {
                let differences = timeline::diff_runs(&whole, &events);
                assert!(differences.is_empty(), "cut behind {limit}: {differences:?}");
            }
        }
    }
}
