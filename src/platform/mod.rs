//! What every room stands on: settings, the database, time, secrets, worker loops.

pub mod bell;
pub mod clock;
pub mod config;
pub mod db;
pub mod memory;
pub mod metrics;
pub mod points;
pub mod pulse;
pub mod secret;
mod shared;
pub mod sql;
pub mod telemetry;
pub mod trace;
pub mod worker;

use std::sync::Arc;

use entity::Timestamp;

/// What every verb may use. Built once, in `app.rs`.
pub struct Platform {
    pub db: db::Db,
    pub clock: Arc<dyn clock::Clock>,
    pub config: config::Config,
    pub sealer: secret::Sealer,
    pub wake: worker::Wake,
    pub memory: memory::Memory,
    pub points: points::Points,
    pub traces: trace::Traces,
}

impl Platform {
    /// The instant now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An absolute link for a picture: `/media/…` of ours gets the public URL in front, any other link stays.
    #[must_use]
    pub fn absolute(&self, link: &str) -> String {
        if link.starts_with('/') {
            format!("{}{link}", self.config.public_url.trim_end_matches('/'))
        } else {
            link.to_owned()
        }
    }
}
