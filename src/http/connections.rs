//! Connections: so many at once, and none for ever. Who sends a request byte by byte is cut off, and what all of them
//! hold stays bounded; who comes when there is no room waits at the door of the system.

use std::{
    io::{Error, ErrorKind, Result},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use poem::{
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use rustix::process::{Resource, getrlimit};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tracing::warn;

/// From the first byte of a request to the first of its answer, at the most.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);
/// Connections at once, where the system allows so many files.
const MOST: u64 = 4_096;
/// Files that are kept for the database and for our own calls.
const SPARE_FILES: u64 = 128;
/// After an error of the system (no file left) it is tried again.
const AGAIN: Duration = Duration::from_millis(50);

/// Accepts connections within the limits.
pub struct Connections {
    listener: TcpListener,
    address: LocalAddr,
    room: Arc<Semaphore>,
}

impl Connections {
    /// Takes a listener that does not block.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn new(listener: std::net::TcpListener) -> Result<Self> {
        let files = getrlimit(Resource::Nofile).current.unwrap_or(MOST + SPARE_FILES);
        Self::at_most(listener, most(files))
    }

    fn at_most(listener: std::net::TcpListener, most: usize) -> Result<Self> {
        let address = LocalAddr(listener.local_addr()?.into());
        let listener = TcpListener::from_std(listener)?;
        Ok(Self { listener, address, room: Arc::new(Semaphore::new(most)) })
    }
}

/// How many connections fit when the system allows so many files.
fn most(files: u64) -> usize {
    let most = files.saturating_sub(SPARE_FILES).clamp(32, MOST);
    usize::try_from(most).unwrap_or(usize::MAX)
}

impl Acceptor for Connections {
    type Io = Connection;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![self.address.clone()]
    }

    async fn accept(&mut self) -> Result<(Connection, LocalAddr, RemoteAddr, Scheme)> {
        let room = self.room.clone().acquire_owned().await.map_err(Error::other)?;
        loop {
            match self.listener.accept().await {
                Ok((inner, from)) => {
                    let connection = Connection { inner, asked_at: None, _room: room };
                    let to = self.address.clone();
                    return Ok((connection, to, RemoteAddr(from.into()), Scheme::HTTP));
                }
                Err(error) => {
                    warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }
}

/// One connection. It ends when a request takes too long to come, also one that never stops.
pub struct Connection {
    inner: TcpStream,
    /// When the request that is not answered yet began.
    asked_at: Option<Instant>,
    _room: OwnedSemaphorePermit,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            let asked_at = *self.asked_at.get_or_insert_with(Instant::now);
            if asked_at.elapsed() > LONGEST_REQUEST {
                return Poll::Ready(Err(ErrorKind::TimedOut.into()));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        self.asked_at = None;
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[std::io::IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.asked_at = None;
        Pin::new(&mut self.inner).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[test]
    fn files_of_the_system_bound_the_connections() {
        assert_eq!([most(1_024), most(1_000_000), most(10)], [896, 4_096, 32]);
    }

    #[tokio::test]
    async fn no_more_than_the_limit_are_served_at_once() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let mut door = Connections::at_most(listener, 1).unwrap();
        let _first = TcpStream::connect(address).await.unwrap();
        let _second = TcpStream::connect(address).await.unwrap();
        let (served, ..) = door.accept().await.unwrap();
        let next = tokio::time::timeout(Duration::from_millis(50), door.accept()).await;
        assert!(next.is_err(), "the second waits");
        drop(served);
        door.accept().await.unwrap();
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_to_come_is_cut_off() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let mut door = Connections::at_most(listener, 1).unwrap();
        let mut phone = TcpStream::connect(*door.address.as_socket_addr().unwrap()).await.unwrap();
        let (mut served, ..) = door.accept().await.unwrap();
        let mut byte = [0];
        tokio::io::AsyncWriteExt::write_all(&mut phone, b"GE").await.unwrap();
        served.read_exact(&mut byte).await.unwrap();
        // As if it had begun a minute ago.
        served.asked_at = Instant::now().checked_sub(LONGEST_REQUEST + Duration::from_secs(1));
        let cut = served.read_exact(&mut byte).await.unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::TimedOut);
        // An answer in between begins the time anew.
        served.asked_at = Instant::now().checked_sub(LONGEST_REQUEST + Duration::from_secs(1));
        tokio::io::AsyncWriteExt::write_all(&mut served, b"HTTP").await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut phone, b"T").await.unwrap();
        served.read_exact(&mut byte).await.unwrap();
    }
}
