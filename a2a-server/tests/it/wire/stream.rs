//! A stream, whatever it comes as.

use std::fmt;

use a2a_core::{Error, StreamEvent, jsonrpc, sse::Decoder};

use super::{Binding, Route, json};
use crate::support::{Wire, soon};

/// The events of a stream, the first of them read already.
pub(crate) struct Events {
    first: Option<Result<StreamEvent, Error>>,
    source: Source,
}

pub(super) enum Source {
    Sse(Box<Sse>),
    #[cfg(feature = "grpc")]
    Grpc(Box<super::grpc::Messages>),
}

impl Events {
    /// Reads the first event; an error that comes before any is the answer itself.
    pub(super) async fn begin(mut source: Source) -> Result<Self, (Error, Source)> {
        match source.next().await {
            Some(Err(error)) => Err((error, source)),
            first => Ok(Self { first, source }),
        }
    }

    /// The event that was read already; none if the stream ended without.
    pub(crate) fn first(&self) -> Option<&StreamEvent> {
        self.first.as_ref().map(|first| first.as_ref().unwrap())
    }

    /// The next event, which must come soon.
    pub(crate) async fn next(&mut self) -> Option<Result<StreamEvent, Error>> {
        match self.first.take() {
            Some(first) => Some(first),
            None => self.source.next().await,
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("first", &self.first).finish_non_exhaustive()
    }
}

impl Source {
    async fn next(&mut self) -> Option<Result<StreamEvent, Error>> {
        match self {
            Self::Sse(sse) => soon(sse.next()).await,
            #[cfg(feature = "grpc")]
            Self::Grpc(messages) => soon(messages.next()).await,
        }
    }
}

/// Server-sent events.
pub(super) struct Sse {
    route: Route,
    wire: Wire,
    decoder: Decoder,
    /// What has been read of the body.
    pub(super) body: Vec<u8>,
}

impl Sse {
    pub(super) fn new(route: Route, wire: Wire) -> Self {
        Self { route, wire, decoder: Decoder::new(), body: Vec::new() }
    }

    async fn next(&mut self) -> Option<Result<StreamEvent, Error>> {
        loop {
            if let Some(event) = self.decoder.next_event().unwrap() {
                return Some(match self.route.binding {
                    Binding::JsonRpc => {
                        let answer = jsonrpc::Response::parse(event.data.as_bytes()).expect("an answer");
                        answer.result.map(|result| json::event(self.route, result))
                    }
                    _ => json::failed_event(event.data)
                        .map_or_else(|| Ok(json::event(self.route, event.data)), Err),
                });
            }
            let chunk = self.wire.chunk().await?;
            self.body.extend(&chunk);
            self.decoder.push(&chunk);
        }
    }

    /// The whole body; the stream is over.
    pub(super) async fn whole(mut self) -> Vec<u8> {
        while let Some(chunk) = soon(self.wire.chunk()).await {
            self.body.extend(chunk);
        }
        self.body
    }
}
