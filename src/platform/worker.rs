//! The loop of every worker: take a turn while there is something to do, then wait for a call or for the next look.

use std::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::error;

use super::{metrics, pulse::Pulse};

const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// Calls that wake the workers of this process. What other processes did is found by looking every `poll`.
#[derive(Debug, Default)]
pub struct Wake {
    /// Something came in and lies in the spool.
    pub spool: Notify,
    /// What goes round the lanes lies there.
    pub reports: Notify,
    /// Something came in for a lane.
    pub lanes: Notify,
    /// A status or another change came in.
    pub statuses: Notify,
    /// A message must go out.
    pub outbox: Notify,
    /// The catalog changed.
    pub sync: Notify,
    /// Set together with a call for something that is not committed yet: a look beside the write would not see it.
    pub lanes_called: AtomicBool,
    pub outbox_called: AtomicBool,
    /// When the sender last looked for what time decides, milliseconds.
    pub outbox_looked: AtomicI64,
    /// How often messages were leased.
    pub outbox_turns: AtomicUsize,
    /// The service is stopping: what is under way is finished, nothing new is begun.
    pub stop: CancellationToken,
    /// What the turns of the workers come to.
    pub pulse: Pulse,
}

impl Wake {
    /// Calls for lanes that are due in a write that is ending.
    pub fn call_lanes(&self) {
        self.lanes_called.store(true, Ordering::Release);
        self.lanes.notify_one();
    }

    /// Calls for messages that are due in a write that is ending.
    pub fn call_outbox(&self) {
        self.outbox_called.store(true, Ordering::Release);
        self.outbox.notify_one();
    }
}

/// Runs `turn` until `stop`: again at once while it reports work done, otherwise after `wake` or `poll`. Before each
/// turn it lets work gather for `gather`: a hundred small turns are a hundred commits, one for all of them is one. A
/// turn that fails or panics is logged and tried again after a pause that doubles up to 5 s. A turn that has begun is
/// finished before it stops.
pub async fn run<E, F>(
    name: &'static str,
    wake: &Notify,
    poll: Duration,
    gather: Duration,
    stop: &CancellationToken,
    pulse: &Pulse,
    turn: impl Fn() -> F,
) where
    E: std::fmt::Display,
    F: Future<Output = Result<usize, E>>,
{
    let mut pause = FIRST_PAUSE;
    while !stop.is_cancelled() {
        let began = Instant::now();
        let failed = match AssertUnwindSafe(turn()).catch_unwind().await {
            Ok(Ok(done)) => {
                pause = FIRST_PAUSE;
                if done > 0 {
                    metrics::turn(name, began.elapsed());
                }
                Ok(if done == 0 { poll } else { Duration::ZERO })
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("it panicked".to_owned()),
        };
        pulse.beat(name, failed.is_ok());
        let wait = failed.unwrap_or_else(|error| {
            error!(worker = name, error, "worker `{name}` failed a turn and tries again");
            pause = (pause * 2).min(Duration::from_secs(5));
            pause
        });
        if !wait.is_zero() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        if !gather.is_zero() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(gather) => {}
            }
        }
    }
}
