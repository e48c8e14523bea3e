//! A socket whose peer may take its time to read, but not for ever.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Sleep,
};

/// Fails a write of which nothing is taken for too long. Whoever takes a byte now and then is left alone. A socket
/// neither flushes nor shuts down for long, so only writes are watched.
#[derive(Debug)]
pub(crate) struct Stalled<T> {
    io: T,
    limit: Duration,
    /// Only while a write waits: one that doesn't costs nothing.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<T> Stalled<T> {
    pub(crate) fn new(io: T, limit: Duration) -> Self {
        Self { io, limit, timer: None }
    }

    /// What to make of a write that the socket has answered so.
    fn judge(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.timer = None;
            return written;
        }
        let limit = self.limit;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the peer has stopped reading")))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Stalled<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Stalled<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.judge(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, slices);
        self.judge(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);
    const ALMOST: Duration = Duration::from_millis(59_999);

    fn pair() -> (Stalled<DuplexStream>, DuplexStream) {
        let (here, there) = duplex(4);
        (Stalled::new(here, LIMIT), there)
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_nothing_is_given_up_when_its_time_is_over() {
        let (mut here, _there) = pair();
        let begun = tokio::time::Instant::now();
        let writing = tokio::time::timeout(LIMIT * 2, here.write_all(b"more than fits"));
        let error = writing.await.unwrap().unwrap_err();
        assert_eq!((error.kind(), begun.elapsed().as_secs()), (io::ErrorKind::TimedOut, LIMIT.as_secs()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_a_byte_now_and_then_is_waited_for() {
        let (mut here, mut there) = pair();
        let writing = tokio::spawn(async move { here.write_all(&[7; 40]).await });
        for _ in 0..40 {
            tokio::time::sleep(ALMOST).await;
            assert_eq!(there.read_u8().await.unwrap(), 7);
        }
        writing.await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_to_which_nothing_is_written_may_be_silent() {
        let (mut here, mut there) = pair();
        here.write_all(b"ab").await.unwrap();
        assert!(tokio::time::timeout(LIMIT * 9, here.read_u8()).await.is_err());
        here.write_all(b"cd").await.unwrap();
        let mut read = [0; 4];
        there.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"abcd");
    }
}
