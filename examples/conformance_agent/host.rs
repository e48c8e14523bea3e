//! Puts the agent behind its two ports.

use std::{io, net::SocketAddr};

use a2a_core::{AgentCard, AgentSkill, Caller};
use a2a_server::{Server, Webhooks};
use axum::Router;
use tokio::net::TcpListener;

use crate::{
    Failure,
    agent::Conformance,
    callers::{self, Tokens},
    card::card,
    options::Options,
};

/// The agent, listening and not yet answering.
pub(crate) struct Host {
    http: TcpListener,
    grpc: TcpListener,
    addresses: [SocketAddr; 2],
    server: Server,
}

impl Host {
    /// Takes both ports.
    pub(crate) async fn bind(options: Options) -> Result<Self, Failure> {
        let (http, grpc) = (listen(options.http_port).await?, listen(options.grpc_port).await?);
        let addresses = [http.local_addr()?, grpc.local_addr()?];
        let card = card(&options, addresses[0], addresses[1]);
        let server = build(&options, card)?;
        Ok(Self { http, grpc, addresses, server })
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
        let app = app(self.server);
        tokio::try_join!(axum::serve(self.http, app.clone()), axum::serve(self.grpc, app))?;
        Ok(())
    }
}

fn build(options: &Options, card: AgentCard) -> Result<Server, Failure> {
    let secrets = AgentSkill::new("secrets", "Secrets", "Is seen by those who have a token", ["test"]);
    let extended = card.clone().with_skill(secrets);
    let mut server =
        Server::builder(card, Conformance::new(options)).authenticator(Tokens { needed: options.auth });
    if options.push {
        // The suites' webhooks are on this machine.
        server = server.webhooks(Webhooks::unguarded());
    }
    if options.extended_card {
        server = server.extended_card(move |caller: Caller| {
            let extended = extended.clone();
            async move { callers::may_see_extended_card(&caller).map(|()| extended) }
        });
    }
    Ok(server.build()?)
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
