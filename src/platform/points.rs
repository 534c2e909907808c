//! Named points in the way of a message, where a test ends the process or holds it: between a commit and the send,
//! between an answer and its being written down.
//!
//! Only builds with debug assertions know them; in a release build nothing is left of a point. A process is ended at
//! one by the environment: `STOP_AT_POINT=send.answered:2` ends it, as a power cut would, when it comes there for the
//! second time. A test in the same process holds whoever comes next with [`Points::hold`].

/// Every point, in the order in which a message passes.
pub const ALL: &[&str] = &[
    // A webhook, on SQLite: in the spool and not answered.
    "intake.spooled",
    // Written into the inbox and not committed; committed (and not answered, on PostgreSQL).
    "intake.written",
    "intake.committed",
    // A group of lanes: taken, decided, written, committed.
    "chats.taken",
    "chats.decided",
    "chats.written",
    "chats.committed",
    // A send: leased and not committed; committed and not sent; answered and not written down; written down and not
    // committed; committed.
    "send.leased",
    "send.begins",
    "send.answered",
    "send.written",
    "send.committed",
    // Statuses: attached and not committed; committed.
    "statuses.written",
    "statuses.committed",
    // A write of the admin API: done and not committed; committed and not answered.
    "api.written",
    "api.committed",
];

/// The points of one service.
#[derive(Debug, Default)]
pub struct Points {
    #[cfg(debug_assertions)]
    armed: armed::Armed,
}

impl Points {
    /// Somebody comes to a point.
    #[cfg_attr(not(debug_assertions), expect(clippy::unused_async, reason = "nothing to wait for"))]
    pub async fn reach(&self, name: &'static str) {
        #[cfg(debug_assertions)]
        self.armed.reach(name).await;
        #[cfg(not(debug_assertions))]
        let _ = name;
    }

    /// Holds the next who comes to a point.
    #[cfg(debug_assertions)]
    pub fn hold(&self, name: &'static str) -> std::sync::Arc<Gate> {
        self.armed.hold(name)
    }
}

#[cfg(debug_assertions)]
pub use armed::Gate;

#[cfg(debug_assertions)]
mod armed {
    use std::{
        collections::HashMap,
        sync::{
            Arc, Mutex, PoisonError,
            atomic::{AtomicU32, Ordering},
        },
    };

    use tokio_util::sync::CancellationToken;

    /// A closed gate at a point.
    #[derive(Debug, Default)]
    pub struct Gate {
        reached: CancellationToken,
        open: CancellationToken,
    }

    impl Gate {
        /// Waits until somebody stands before it.
        pub async fn reached(&self) {
            self.reached.cancelled().await;
        }

        /// Lets them go on.
        pub fn open(&self) {
            self.open.cancel();
        }
    }

    #[derive(Debug)]
    pub(super) struct Armed {
        /// Where the process ends, and how often it comes there before.
        end: Option<(String, u32)>,
        came: AtomicU32,
        gates: Mutex<HashMap<&'static str, Arc<Gate>>>,
    }

    impl Default for Armed {
        fn default() -> Self {
            let end = std::env::var("STOP_AT_POINT").ok().map(|text| {
                let (name, times) = text.split_once(':').unwrap_or((&text, "1"));
                (name.to_owned(), times.parse().unwrap_or(1))
            });
            Self { end, came: AtomicU32::new(0), gates: Mutex::default() }
        }
    }

    impl Armed {
        pub(super) async fn reach(&self, name: &'static str) {
            if let Some((_, times)) = self.end.as_ref().filter(|(end, _)| end == name)
                && self.came.fetch_add(1, Ordering::SeqCst) + 1 == *times
            {
                // No destructor runs, nothing is flushed.
                std::process::abort();
            }
            let gate = self.gates.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
            if let Some(gate) = gate {
                gate.reached.cancel();
                gate.open.cancelled().await;
            }
        }

        pub(super) fn hold(&self, name: &'static str) -> Arc<Gate> {
            let gate = Arc::new(Gate::default());
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            gates.insert(name, gate.clone());
            gate
        }
    }
}
