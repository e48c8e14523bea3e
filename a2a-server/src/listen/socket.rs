//! What the system is told about a connection.

use std::{io, time::Duration};

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

use crate::Limits;

/// The shortest and the longest time between two probes that systems take.
const PROBES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(32_767));
/// How many probes a peer may leave unanswered, where the system doesn't take a time for it.
const UNANSWERED: u32 = 4;

/// Has events sent at once, and peers given up who have vanished without a word: to somebody who waits for an answer
/// nothing is written, and what is written to a reader of a few events fits into the system's buffers, so without this
/// they would be kept for as long as the run goes on, or as the system tries.
pub(super) fn prepare(stream: &TcpStream, limits: &Limits) {
    let socket = SockRef::from(stream);
    // An event that waits for a full segment is late.
    told("TCP_NODELAY", socket.set_tcp_nodelay(true));
    let pause = limits.keep_alive.clamp(PROBES.0, PROBES.1);
    let probes = TcpKeepalive::new().with_time(pause);
    #[cfg(any(
        target_os = "linux",
        target_os = "android",
        target_vendor = "apple",
        target_os = "freebsd",
        windows
    ))]
    let probes = probes.with_interval(pause).with_retries(UNANSWERED);
    told("keep-alive of TCP", socket.set_tcp_keepalive(&probes));
    // Of data that isn't acknowledged, or not taken, and of probes.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    told("TCP_USER_TIMEOUT", socket.set_tcp_user_timeout(Some(limits.stalled_write)));
}

fn told(what: &str, set: io::Result<()>) {
    if let Err(error) = set {
        tracing::debug!(%error, "{what} can't be set");
    }
}
