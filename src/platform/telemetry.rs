//! Logs: one line each, no tokens, numbers or bodies.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use super::config::LogFormat;

/// Starts logging to standard error. `SEPET_LOG` filters; without it `filter` does, such as `info`. A second call
/// changes nothing.
pub fn start(format: LogFormat, filter: &str) {
    let set = std::env::var("SEPET_LOG").ok().filter(|set| !set.trim().is_empty());
    let read = set.map(|set| EnvFilter::builder().parse(set));
    let filter = match read {
        Some(Ok(set)) => set,
        Some(Err(error)) => {
            eprintln!("SEPET_LOG cannot be read, so `{filter}` holds: {error}");
            EnvFilter::new(filter)
        }
        None => EnvFilter::new(filter),
    };
    let lines = tracing_subscriber::registry().with(filter);
    let started = match format {
        LogFormat::Text => {
            // Colours are for people, not for files.
            let colours = std::io::stderr().is_terminal();
            let lines = lines.with(fmt::layer().with_ansi(colours).with_writer(std::io::stderr));
            lines.try_init()
        }
        LogFormat::Json => lines.with(fmt::layer().json().with_writer(std::io::stderr)).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
    // What a panic says may hold a piece of what somebody wrote: the place is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "our own code failed at {at}");
    }));
}
