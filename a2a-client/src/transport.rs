//! How the operations travel.

mod answer;
mod events;
mod http;
mod jsonrpc;
mod reply;
mod tls;

pub(crate) use self::{
    http::{Http, Outgoing},
    jsonrpc::JsonRpcTransport,
};
