//! Connections: one task each, bounded in what it waits for.

#[cfg(feature = "grpc")]
mod preface;
mod socket;

use std::{io, sync::Arc, time::Duration};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tower_service::Service as _;

use crate::{Cancellation, Limits, stalled::Stalled};

/// How long to wait when no connection can be taken, for want of file descriptors say.
const BREATH: Duration = Duration::from_secs(1);

/// Takes connections until `stop`, and then waits for those there are. Dropping it cuts them.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Arc<Limits>, stop: Cancellation) {
    let mut connections = JoinSet::new();
    let mut stopped = std::pin::pin!(stop.canceled());
    loop {
        tokio::select! {
            () = &mut stopped => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            stream = accept(&listener) => {
                connections.spawn(connection(stream, router.clone(), Arc::clone(&limits), stop.clone()));
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn accept(listener: &TcpListener) -> TcpStream {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) => {
            }
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, router: Router, limits: Arc<Limits>, stop: Cancellation) {
    socket::prepare(&stream, &limits);
    #[cfg(feature = "grpc")]
    {
        let first = tokio::time::timeout(limits.stalled_head, preface::is_http2(&stream));
        let first = tokio::select! {
            first = first => first,
            () = stop.canceled() => return,
        };
        match first {
            Ok(Ok(false)) => {}
            Ok(Ok(true)) => return Box::pin(http2(stream, router, limits, stop)).await,
            Ok(Err(_)) | Err(_) => return,
        }
    }
    let io = TokioIo::new(Stalled::new(stream, limits.stalled_write));
    let service = service_fn(move |request: Request<Incoming>| router.clone().call(request.map(Body::new)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.stalled_head);
    let mut serving = std::pin::pin!(http.serve_connection(io, service));
    let served = tokio::select! {
        served = &mut serving => served,
        () = stop.canceled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    ended(served);
}

/// HTTP/2 without TLS, which a client has to know of (RFC 9113 §3.3).
///
/// Resets are bounded by hyper's defaults: a peer that resets more than 20 streams before they are looked at, or has
/// us reset 1,024 of them, is sent away.
#[cfg(feature = "grpc")]
async fn http2(stream: TcpStream, router: Router, limits: Arc<Limits>, stop: Cancellation) {
    use hyper::server::conn::http2;
    use hyper_util::rt::TokioExecutor;

    let io = TokioIo::new(Stalled::new(stream, limits.stalled_write));
    let service = service_fn(move |request: Request<Incoming>| router.clone().call(request.map(Body::new)));
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_concurrent_streams(limits.http2_streams)
        .max_header_list_size(limits.http2_head_bytes)
        .keep_alive_interval(limits.keep_alive)
        .keep_alive_timeout(limits.stalled_ping);
    let mut serving = std::pin::pin!(http.serve_connection(io, service));
    let served = tokio::select! {
        served = &mut serving => served,
        () = stop.canceled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    ended(served);
}

fn ended(served: hyper::Result<()>) {
    if let Err(error) = served {
        tracing::debug!(error = &error as &dyn std::error::Error, "a connection was cut");
    }
}
