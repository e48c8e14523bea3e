//! A line to a server that can be cut.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// Where the first connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    Never,
    /// Before the server has seen anything.
    Unsent,
    /// When the server has seen the request, behind so many bytes of its response.
    Behind(usize),
}

/// Passes bytes on, and counts.
pub(crate) struct Proxy {
    pub(crate) url: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    bytes: AtomicUsize,
}

impl Proxy {
    /// Gives `again` a permit when there is another connection behind the first one.
    pub(crate) async fn start(server: String, cut: Cut, again: Arc<Semaphore>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let counts = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let is_first = counts.connections.fetch_add(1, Ordering::Relaxed) == 0;
                let cut = if is_first { cut } else { Cut::Never };
                if !is_first {
                    again.add_permits(1);
                }
                let (server, counts) = (server.clone(), Arc::clone(&counts));
                tokio::spawn(async move { pass(client, &server, cut, &counts).await });
            }
        });
        Self { url, seen }
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::Relaxed)
    }

    /// How many bytes of responses there were.
    pub(crate) fn bytes(&self) -> usize {
        self.seen.bytes.load(Ordering::Relaxed)
    }
}

/// Resets both connections when it returns: thousands that are closed in good order would keep their ports for a minute
/// each, and there are not so many.
async fn pass(mut client: TcpStream, server: &str, cut: Cut, counts: &Seen) {
    let mut server = TcpStream::connect(server).await.unwrap();
    client.set_zero_linger().unwrap();
    server.set_zero_linger().unwrap();
    let limit = match cut {
        Cut::Never => usize::MAX,
        Cut::Unsent => {
            let _ = client.read_u8().await;
            return;
        }
        Cut::Behind(bytes) => bytes,
    };
    let (mut there, mut back) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let mut passed = 0;
    let mut has_asked = false;
    while !has_asked || passed < limit {
        let room = back.len().min(limit - passed).max(1);
        tokio::select! {
            read = client.read(&mut there) => match read {
                Ok(read @ 1..) => {
                    has_asked = true;
                    if server.write_all(&there[..read]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
            read = server.read(&mut back[..room]), if passed < limit => match read {
                Ok(read @ 1..) => {
                    passed += read;
                    counts.bytes.fetch_add(read, Ordering::Relaxed);
                    if client.write_all(&back[..read]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
    if limit == 0 {
        // The server has the request once it begins to answer.
        let _ = server.readable().await;
    }
}
