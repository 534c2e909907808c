//! Connections to the server under test: kept, and never more than were asked for.

use crate::http::{Conn, Target};
use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

pub struct Pool {
    idle: Mutex<Vec<Conn>>,
    permits: Semaphore,
    addr: String,
}

impl Pool {
    pub fn new(target: &Target, conns: usize) -> Self {
        let addr = target.addr.clone();
        Self { idle: Mutex::default(), permits: Semaphore::new(conns), addr }
    }

    /// The answer's status, and how long it took from the moment at which the request was written.
    pub async fn post(&self, request: &[u8]) -> io::Result<(u16, Duration)> {
        let _permit = self.permits.acquire().await.map_err(io::Error::other)?;
        let kept = self.idle.lock().expect("no holder panics").pop();
        let reused = kept.is_some();
        let mut conn = match kept {
            Some(conn) => conn,
            None => Conn::open(&self.addr).await?,
        };
        let mut began = Instant::now();
        let response = match conn.roundtrip(request, false).await {
            Ok(response) => response,
            // A connection that was kept may have been closed meanwhile.
            Err(_) if reused => {
                conn = Conn::open(&self.addr).await?;
                began = Instant::now();
                conn.roundtrip(request, false).await?
            }
            Err(error) => return Err(error),
        };
        self.idle.lock().expect("no holder panics").push(conn);
        Ok((response.status, began.elapsed()))
    }
}
