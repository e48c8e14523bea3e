//! Puts the agent behind its two ports.

use std::{io, net::SocketAddr, sync::Arc};

use a2a_server::Server;
use axum::{Router, middleware};
use tokio::net::TcpListener;

use crate::{Failure, agent::Conformance, callers::identify, card::card, options::Options};

/// The agent, listening and not yet answering.
pub(crate) struct Host {
    http: TcpListener,
    grpc: TcpListener,
    addresses: [SocketAddr; 2],
    server: Server,
    options: Arc<Options>,
}

impl Host {
    /// Takes both ports.
    pub(crate) async fn bind(options: Options) -> Result<Self, Failure> {
        let (http, grpc) = (listen(options.http_port).await?, listen(options.grpc_port).await?);
        let addresses = [http.local_addr()?, grpc.local_addr()?];
        let card = card(&options, addresses[0], addresses[1]);
        let server = Server::builder(card, Conformance::new(&options)).callers_from_extensions().build()?;
        Ok(Self { http, grpc, addresses, server, options: options.into() })
    }

    /// Where JSON-RPC and HTTP+JSON are.
    pub(crate) fn http(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// Where gRPC is.
    pub(crate) fn grpc(&self) -> SocketAddr {
        self.addresses[1]
    }

    /// Answers for good.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let app = app(self.server).layer(middleware::from_fn_with_state(self.options, identify));
        let _grpc = self.grpc;
        Ok(axum::serve(self.http, app).await?)
    }
}

/// The suites look for the card at each of these, and write the slash or leave it out.
fn app(server: Server) -> Router {
    let agent = server.into_router();
    Router::new().nest_service("/jsonrpc", agent.clone()).nest_service("/rest", agent.clone()).merge(agent)
}

async fn listen(port: u16) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    Ok(listener.map_err(|error| io::Error::new(error.kind(), format!("port {port}: {error}")))?)
}
