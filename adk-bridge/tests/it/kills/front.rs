//! The address that stays while the server behind it dies and comes back.

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

pub(super) struct Front {
    url: String,
    server: watch::Sender<Option<String>>,
}

impl Front {
    pub(super) async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (server, current) = watch::channel(None);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, current.clone()));
            }
        });
        Self { url, server }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Where to say at which address the server is; none while it is dead.
    pub(super) fn server(&self) -> watch::Sender<Option<String>> {
        self.server.clone()
    }
}

/// Whoever calls while there is no server waits for the next one.
async fn pass(mut client: TcpStream, mut current: watch::Receiver<Option<String>>) {
    client.set_zero_linger().unwrap();
    let Ok(address) = current.wait_for(Option::is_some).await.map(|address| address.clone().unwrap()) else {
        return;
    };
    // One that has died meanwhile is a line that is cut.
    if let Ok(mut server) = TcpStream::connect(address).await {
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}
