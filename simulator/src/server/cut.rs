//! Connections that can be cut in the middle of a request, as a network does it: the caller sees no answer at all.

use std::collections::HashMap;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use poem::http::uri::Scheme;
use poem::listener::{Acceptor, TcpAcceptor};
use poem::web::{LocalAddr, RemoteAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The connections that are open, by the address of the caller.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<HashMap<SocketAddr, Arc<AtomicBool>>>>);

impl Lines {
    /// From now on nothing is written to this caller: the connection breaks instead of the next answer.
    pub(crate) fn cut(&self, caller: SocketAddr) {
        if let Some(line) = self.map().get(&caller) {
            line.store(true, Ordering::SeqCst);
        }
    }

    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<SocketAddr, Arc<AtomicBool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts connections and keeps the means to cut them.
pub(crate) struct Cuttable {
    pub(crate) inner: TcpAcceptor,
    pub(crate) lines: Lines,
}

impl Acceptor for Cuttable {
    type Io = Line;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> Result<(Line, LocalAddr, RemoteAddr, Scheme)> {
        let (io, local, remote, scheme) = self.inner.accept().await?;
        io.set_nodelay(true)?;
        let caller = remote.0.as_socket_addr().copied();
        let cut = Arc::new(AtomicBool::new(false));
        if let Some(caller) = caller {
            self.lines.map().insert(caller, Arc::clone(&cut));
        }
        Ok((Line { io, cut, caller, lines: self.lines.clone() }, local, remote, scheme))
    }
}

/// One connection.
pub(crate) struct Line {
    io: TcpStream,
    cut: Arc<AtomicBool>,
    caller: Option<SocketAddr>,
    lines: Lines,
}

impl Line {
    fn broken(&self) -> Option<Error> {
        self.cut.load(Ordering::SeqCst).then(|| Error::from(ErrorKind::ConnectionReset))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(caller) = self.caller {
            self.lines.map().remove(&caller);
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<Result<usize>> {
        if let Some(error) = self.broken() {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
