//! A WhatsApp to test and try against: a strict fake of the Cloud API with pretend phones.
//!
//! It knows no shop and speaks only HTTP. A business calls the Graph side as it would call Meta, and gets webhooks as
//! it would get them from Meta; a person (or a test) plays the customers through the control side under `/sim`.
//!
//! ```text
//! graph/    what the business calls: messages, media, catalog, settings; refuses what WhatsApp would refuse
//! webhook/  what the business is told: signed, at least once, late, twice, shuffled or batched on demand
//! control/  what a person does: write, tap, order, read; faults, clock, journal
//! world/    what is true: people, chats, windows, catalogs, pace (pure)
//! sim.rs    all of it behind one lock; journal.rs what survives a restart; server/ the HTTP around it
//! ```
//!
//! It leaves out: sending to groups, calls, Flow endpoints, the money of payments, feeds, template review, marketing
//! limits, pictures of QR codes.

mod clock;
mod config;
mod control;
mod graph;
mod ids;
mod journal;
mod server;
mod sim;
mod webhook;
mod world;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use poem::Server;
use poem::listener::TcpAcceptor;
use serde::Serialize;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use clock::{Clock, ManualClock, OffsetClock};
pub use config::{Account, Config, Delivery, Pace, Review};

use sim::Sim;

/// How long open requests may take to end when the simulator stops.
const DRAIN: Duration = Duration::from_secs(1);
/// How often batches are looked after when nobody asks about them.
const TICK: Duration = Duration::from_secs(1);

/// Why a simulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is nobody to play.
    #[error("at least one account is needed")]
    NoAccount,
    /// The journal cannot be opened or read.
    #[error("journal {path}: {source}")]
    Journal {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The journal holds a line that no simulator wrote.
    #[error("journal {path}, line {number}: {source}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        number: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The built-in schema is broken.
    #[error("schema of outgoing messages: {0}")]
    Schema(String),
    /// The HTTP client for webhooks cannot be built.
    #[error("http client: {0}")]
    Http(reqwest::Error),
    /// The listener cannot be used.
    #[error("listener: {0}")]
    Listen(std::io::Error),
}

/// What a flush did. Counts updates (messages and statuses), not POSTs.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Flushed {
    /// Answered 200.
    pub delivered: u64,
    /// Refused or not answered; they wait for the next flush.
    pub failed: u64,
    /// Still waiting: refused ones, and those held back by a fault.
    pub pending: u64,
    /// Every answer that was not 200.
    pub refused: Vec<Refusal>,
}

/// An answer to a webhook that was not 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The HTTP status, 0 when there was no answer.
    pub status: u16,
    /// The body, or what went wrong.
    pub body: String,
}

/// A running simulator; it stops when this is dropped.
pub struct Simulator {
    sim: Arc<Sim>,
    server: Option<JoinHandle<()>>,
}

/// Starts serving on `listener`; stops when the handle is dropped or [`Simulator::stop`]ped.
///
/// # Errors
/// When there is no account, or the journal cannot be read. Nothing listens then.
pub async fn start(config: Config, listener: TcpListener) -> Result<Simulator, StartError> {
    let address = listener.local_addr().map_err(StartError::Listen)?;
    let delivery = config.delivery;
    let sim = Arc::new(Sim::build(config, format!("http://{address}"))?);
    let lines = server::cut::Lines::default();
    let inner = TcpAcceptor::from_tokio(listener).map_err(StartError::Listen)?;
    let acceptor = server::cut::Cuttable { inner, lines: lines.clone() };
    let served = Arc::clone(&sim);
    let endpoint = poem::endpoint::make(move |request| {
        let (sim, lines) = (Arc::clone(&served), lines.clone());
        async move { server::serve(sim, lines, request).await }
    });
    let stop = sim.stop.clone();
    let server = tokio::spawn(async move {
        let served = Server::new_with_acceptor(acceptor)
            .run_with_graceful_shutdown(endpoint, stop.cancelled_owned(), Some(DRAIN))
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "the simulator's server ended");
        }
    });
    if delivery == Delivery::Background {
        tokio::spawn(webhook::deliver::run(Arc::clone(&sim)));
        tokio::spawn(tick(Arc::clone(&sim)));
    }
    Ok(Simulator { sim, server: Some(server) })
}

/// Lets batches finish while nobody asks about them.
async fn tick(sim: Arc<Sim>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(TICK) => graph::catalog::settle(&sim, &mut sim.lock()),
            () = sim.stop.cancelled() => return,
        }
    }
}

impl Simulator {
    /// Where it is served, such as `http://127.0.0.1:9090`: put a Graph version behind it, or `/sim`, or `/phone`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.sim.base_url.clone()
    }

    /// The same as `POST /sim/flush`.
    pub async fn flush(&self) -> Flushed {
        webhook::deliver::flush(&self.sim).await
    }

    /// A call to the control side without a network: `("POST", "/sim/customers", {…})` gives status and body.
    pub async fn control(&self, method: &str, path_and_query: &str, body: Value) -> (u16, Value) {
        control::direct(&self.sim, method, path_and_query, &body).await
    }

    /// Stops serving; returns when the address is free again.
    pub async fn stop(mut self) {
        self.sim.stop.cancel();
        if let Some(server) = self.server.take() {
            let _ = server.await;
        }
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("base_url", &self.sim.base_url).finish_non_exhaustive()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.sim.stop.cancel();
    }
}
