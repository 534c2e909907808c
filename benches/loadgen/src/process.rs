//! Memory and processor time of other processes, and of this one.

use std::fs;

/// Of `/proc/PID/stat`; fixed on Linux.
const TICKS_A_SECOND: f64 = 100.0;

#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Proportional share of memory, KiB.
    pub memory_kib: u64,
    pub cpu_s: f64,
}

/// What the processes use together.
pub fn usage(ids: &[u32]) -> Usage {
    ids.iter().fold(Usage::default(), |sum, id| Usage {
        memory_kib: sum.memory_kib + memory_kib(*id).unwrap_or(0),
        cpu_s: sum.cpu_s + cpu_s(*id).unwrap_or(0.0),
    })
}

/// Processor time of this process, seconds.
pub fn own_cpu_s() -> f64 {
    cpu_s(std::process::id()).unwrap_or(0.0)
}

fn cpu_s(id: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / TICKS_A_SECOND)
}

fn memory_kib(id: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("Pss:"))?.split_whitespace().next()?.parse().ok()
}
