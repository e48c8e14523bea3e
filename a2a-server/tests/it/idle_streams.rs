//! Ten thousand streams that wait, held by a second process: what they cost, and that each gets the next event.
//!
//! The test starts itself again under the highest limit of open files that there is: as the server, which starts itself
//! once more as the clients.

use std::{env, net::SocketAddr, process::Stdio};

use a2a_server::{Limits, RequestContext, Responder, executor_fn};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    process::Command,
    task::JoinSet,
};

use crate::{
    agents::Gate,
    support::{envelope, host_with, id, request, says, soon},
};

const ROLE: &str = "A2A_TEST_IDLE_STREAMS";
const TEST: &str =
    "idle_streams::ten_thousand_idle_streams_of_a_second_process_cost_little_and_all_get_the_next_event";
const STREAMS: usize = 10_000;
/// Tasks that they follow.
const TASKS: usize = 100;
/// Files that a process has open beside its streams.
const OTHERS: usize = 100;
/// What a stream may take of the server's memory, its connection included.
const BYTES: usize = 64 << 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_idle_streams_of_a_second_process_cost_little_and_all_get_the_next_event() {
    match env::var(ROLE) {
        Err(_) => {
            let script = "ulimit -n $(ulimit -Hn); exec \"$0\" --exact \"$1\" --nocapture";
            let mut shell = Command::new("sh");
            shell.args(["-c", script]).arg(env::current_exe().unwrap()).arg(TEST).env(ROLE, "server");
            assert!(shell.status().await.unwrap().success());
        }
        Ok(role) if role == "server" => serve().await,
        Ok(role) => follow(&role).await,
    }
}

async fn serve() {
    let gate = Gate::new();
    let passed = gate.clone();
    let agent = executor_fn(move |_: RequestContext, out: Responder| {
        let gate = passed.clone();
        async move {
            let task = out.task().await?;
            task.working("wait").await?;
            gate.pass().await;
            Ok(task.complete_with("now").await?)
        }
    });
    let host = host_with(agent, Limits::new()).await;
    let mut tasks = Vec::new();
    for n in 0..TASKS {
        tasks.push(id(&host.start(says(&n.to_string())).await).to_owned());
    }
    let streams = STREAMS.min(open_files().saturating_sub(OTHERS));
    if streams < STREAMS {
        println!("only {streams} streams: a process may have {} files open here", open_files());
    }
    let before = resident();
    let role = format!("{} {streams} {}", host.addr, tasks.join(" "));
    let mut clients = Command::new(env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture"])
        .env(ROLE, role)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(clients.stdout.take().unwrap()).lines();
    let mut heard = async |what: &str| {
        while let Some(line) = soon_enough(lines.next_line()).await.unwrap() {
            if line.ends_with(what) {
                return;
            }
        }
        panic!("the clients ended before they were {what}");
    };
    heard("all wait").await;
    let each = resident().saturating_sub(before) / streams;
    println!("{streams} streams take {each} bytes each");
    assert!(each <= BYTES, "a stream that waits takes {each} bytes, which is more than {BYTES}");
    for _ in 0..TASKS {
        gate.open();
    }
    heard("all heard").await;
    assert!(soon(clients.wait()).await.unwrap().success());
}

/// The other process: opens the streams, says when all have their task, and when all have heard its end.
async fn follow(role: &str) {
    let words: Vec<&str> = role.split(' ').collect();
    let (addr, streams): (SocketAddr, usize) = (words[0].parse().unwrap(), words[1].parse().unwrap());
    let (mut opening, mut waiting) = (JoinSet::new(), Vec::new());
    for n in 0..streams {
        let task = words[2 + n % TASKS].to_owned();
        opening.spawn(open(addr, task));
        if opening.len() >= 100 {
            waiting.push(soon(opening.join_next()).await.unwrap().unwrap());
        }
    }
    while let Some(stream) = soon(opening.join_next()).await {
        waiting.push(stream.unwrap());
    }
    println!("all wait");
    for socket in &mut waiting {
        until(socket, "TASK_STATE_COMPLETED").await;
    }
    println!("all heard");
}

async fn open(addr: SocketAddr, task: String) -> TcpStream {
    let mut socket = TcpStream::connect(addr).await.unwrap();
    let body = envelope("SubscribeToTask", &json!({ "id": task }));
    socket.write_all(&request("POST", "/", &[], &body)).await.unwrap();
    until(&mut socket, "TASK_STATE_WORKING").await;
    socket
}

/// Reads until this comes; comments may come before it.
async fn until(socket: &mut TcpStream, what: &str) {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(what) {
        let mut some = [0; 2048];
        let count = soon_enough(socket.read(&mut some)).await.unwrap();
        assert_ne!(count, 0, "the stream ended before {what}");
        read.extend_from_slice(&some[..count]);
    }
}

/// Patience for ten thousand at once on a machine that has other things to do.
async fn soon_enough<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(std::time::Duration::from_secs(240), what)
        .await
        .expect("this should have happened by now")
}

fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    line.split_whitespace().nth(3).unwrap().parse().unwrap_or(usize::MAX)
}

/// The memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() << 10
}
