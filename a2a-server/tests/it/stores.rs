//! The same agent over each of our logs.

use a2a_server::{Server, SharedExecutor, log::MemoryLog};
use tempfile::TempDir;

use crate::support::{Host, card, serve, short};

/// A server for each log, and the folder of its file if it has one.
pub(crate) async fn over_each_log(agent: SharedExecutor) -> Vec<(Host, Option<TempDir>)> {
    let server = || Server::builder(card(), agent.clone()).allow_anonymous().limits(short());
    #[cfg_attr(not(feature = "sqlite"), expect(unused_mut, reason = "there is one log"))]
    let mut hosts = vec![(serve(server().store(MemoryLog::new())).await, None)];
    #[cfg(feature = "sqlite")]
    {
        let folder = TempDir::new().unwrap();
        let file = a2a_server::Sqlite::open(folder.path().join("tasks.db")).await.unwrap();
        hosts.push((serve(server().store(file)).await, Some(folder)));
    }
    hosts
}
