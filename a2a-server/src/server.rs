//! Putting a server together.

mod builder;

use std::{net::SocketAddr, pin::pin, sync::Arc};

use a2a_core::AgentCard;
use futures_util::future::join_all;
use tokio::net::{TcpListener, ToSocketAddrs};
use tower_http::cors::CorsLayer;

pub use self::builder::ServerBuilder;
use crate::{AgentExecutor, ServerHandle, auth::Callers, binding, card, listen, operations::Service};

/// An agent behind the protocol, ready to be mounted or bound.
///
/// ```no_run
/// use a2a_core as a2a;
/// use a2a_server::{Server, executor_fn};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let card = a2a::AgentCard::new("echo", "Says it again", "1.0.0");
/// let echo = executor_fn(async |cx, out| Ok(out.message(cx.message.text()).await?));
///
/// let server = Server::builder(card, echo).allow_anonymous().public_url("https://example.com/echo/").build()?;
/// let app: axum::Router = axum::Router::new().nest_service("/echo", server.into_router());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    service: Service,
    callers: Callers,
    cors: Option<CorsLayer>,
}

/// Why a server couldn't be put together or couldn't go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Nothing says who may call.
    #[error(
        "nothing says who may call: authenticator(..), allow_anonymous(), or callers_from_extensions() behind a layer \
         of your own"
    )]
    NoCallers,
    /// A version that nobody here speaks, or none at all.
    #[error("versions(..) takes 1.0 and 0.3, at least one of them")]
    Versions,
    /// Web pages may come from an origin that isn't one.
    #[error("{0:?} is no origin such as https://example.com, without a slash at its end")]
    Origin(String),
    /// The address couldn't be bound.
    #[error("couldn't listen")]
    Bind(#[source] std::io::Error),
    /// The URL of the agent, or one of them, can't be one.
    #[error("{url:?} can't be the URL of an agent: {reason}")]
    PublicUrl {
        /// What was set.
        url: String,
        /// What would be right.
        reason: &'static str,
    },
    /// An address other than loopback needs to know its callers.
    #[error("{0} can be reached from elsewhere: say who may call with Server::builder")]
    NotLoopback(SocketAddr),
}

impl Server {
    /// Begins with the two things that every server has.
    ///
    /// What the card doesn't say, the server does: interfaces for everything that is spoken, at the [public
    /// URL](ServerBuilder::public_url) or where it listens; that it streams; that there is an [extended
    /// card](ServerBuilder::extended_card); how to [authenticate](ServerBuilder::authenticator). It is written for
    /// clients of both versions where both are spoken. A card with signatures is served as it was signed, so it has to
    /// say all of this itself.
    pub fn builder(card: AgentCard, executor: impl AgentExecutor) -> ServerBuilder {
        ServerBuilder::new(card, executor)
    }

    /// What goes on beside the router: calls in process, shutdown.
    pub fn handle(&self) -> ServerHandle {
        ServerHandle::new(self.service.clone())
    }

    /// The routes, for an app of your own: the card below `/.well-known/`, JSON-RPC at the root, HTTP+JSON 1.0 at its
    /// paths below it, with and without a tenant before them, HTTP+JSON 0.3 below `/v1/`, and with the feature `grpc` both
    /// services of gRPC.
    ///
    /// Mount it by `nest_service`: that takes the path with and without a slash at its end, as clients differ in what
    /// they call. By `nest`, axum takes only the one without. Clients of gRPC know no path but that of the service, so
    /// they find it only where the routes aren't nested; and `axum::serve` speaks HTTP/2 only with axum's feature
    /// `http2`.
    ///
    /// ```
    /// # fn example(server: a2a_server::Server) -> axum::Router {
    /// axum::Router::new().nest_service("/echo", server.into_router())
    /// # }
    /// ```
    ///
    /// The app listens, so it is the app that bounds what its connections may take: how long a peer may stand still
    /// while a head is read or an answer is written. [`Bound::run`] does both. A body that stands still is refused
    /// here as there.
    ///
    /// Inside a runtime this sees to the runs that the process before left in the log; elsewhere the first call does.
    pub fn into_router(self) -> axum::Router {
        self.service.check_reach();
        self.service.runs.recover();
        let shutdown = self.service.runs.shutdown.clone();
        binding::router(self.service, self.callers, self.cors, shutdown)
    }

    /// Listens on an address; port 0 takes any that is free.
    pub async fn bind(self, addr: impl ToSocketAddrs) -> Result<Bound, ServeError> {
        let listener = TcpListener::bind(addr).await.map_err(ServeError::Bind)?;
        let local = listener.local_addr().map_err(ServeError::Bind)?;
        // Nothing but this can have set it, and it takes the server with it.
        let _ = self.service.cards.local.set(local);
        let url = card::url(local);
        Ok(Bound { handle: self.handle(), listener, others: Vec::new(), local, url, server: self })
    }
}

/// A server that listens and doesn't answer yet.
#[derive(Debug)]
pub struct Bound {
    server: Server,
    handle: ServerHandle,
    listener: TcpListener,
    /// What else it listens on.
    others: Vec<TcpListener>,
    local: SocketAddr,
    url: String,
}

impl Bound {
    /// Listens on a further address, too, which it answers; port 0 takes any that is free. Everything is served on
    /// every address.
    pub async fn also(&mut self, addr: impl ToSocketAddrs) -> Result<SocketAddr, ServeError> {
        let listener = TcpListener::bind(addr).await.map_err(ServeError::Bind)?;
        let local = listener.local_addr().map_err(ServeError::Bind)?;
        self.others.push(listener);
        Ok(local)
    }

    /// Where it listens, such as `http://127.0.0.1:41733/`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address it listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// What goes on beside it: calls in process, shutdown.
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }

    /// Answers until [`ServerHandle::shutdown`], and then until its runs and connections are done or
    /// [`Limits::drain`](crate::Limits::drain) is over.
    ///
    /// Dropping the future closes all connections; runs go on. A connection that stands still is closed: see
    /// [`Limits::stalled_head`](crate::Limits::stalled_head), [`Limits::stalled_body`](crate::Limits::stalled_body) and
    /// [`Limits::stalled_write`](crate::Limits::stalled_write).
    pub async fn run(self) -> Result<(), ServeError> {
        let runs = &self.server.service.runs;
        let (stop, limits) = (runs.shutdown.clone(), Arc::new(runs.limits.clone()));
        let drain = limits.drain;
        let router = self.server.into_router();
        let listeners = std::iter::once(self.listener).chain(self.others);
        let mut serving =
            pin!(join_all(listeners.map(|listener| {
                listen::serve(listener, router.clone(), Arc::clone(&limits), stop.clone())
            })));
        // Without connections a shutdown ends the serving at once, and is still to be waited behind.
        tokio::select! {
            biased;
            () = stop.canceled() => {}
            _ = &mut serving => return Ok(()),
        }
        // A client that doesn't read, or an agent that doesn't end, has its connection until then.
        let ending = async { tokio::join!(serving, self.handle.drained()) };
        if tokio::time::timeout(drain, ending).await.is_ok() {
            return Ok(());
        }
        tracing::warn!("the server ended before its runs and connections did");
        Ok(())
    }
}

/// Serves an agent to this machine: binds, prints the URL, answers until Ctrl-C.
///
/// Anybody who reaches the address may call, so only loopback addresses are taken; for others see
/// [`Server::builder`].
pub async fn serve(
    addr: impl ToSocketAddrs,
    card: AgentCard,
    executor: impl AgentExecutor,
) -> Result<(), ServeError> {
    let bound = Server::builder(card, executor).allow_anonymous().build()?.bind(addr).await?;
    if !bound.local_addr().ip().is_loopback() {
        return Err(ServeError::NotLoopback(bound.local_addr()));
    }
    println!("{}", bound.url());
    let handle = bound.handle();
    let interrupted = async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            handle.shutdown();
        }
        std::future::pending().await
    };
    tokio::select! {
        served = bound.run() => served,
        never = interrupted => never,
    }
}
