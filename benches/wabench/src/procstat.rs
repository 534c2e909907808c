//! Memory and processor time of the server under test, its children included, and of this process.

use std::collections::HashSet;
use std::fs;

const TICKS_PER_S: f64 = 100.0;

#[derive(Clone, Copy, Default, Debug)]
pub struct Usage {
    pub rss_kib: u64,
    pub cpu_s: f64,
}

fn stat_fields(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let after = text.rsplit_once(')')?.1;
    Some(after.split_whitespace().map(str::to_string).collect())
}

fn children_of(roots: &[u32]) -> HashSet<u32> {
    let mut found: HashSet<u32> = roots.iter().copied().collect();
    let mut pairs = Vec::new();
    if let Ok(dir) = fs::read_dir("/proc") {
        for entry in dir.flatten() {
            if let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<u32>().ok())
                && let Some(f) = stat_fields(pid)
                && let Ok(ppid) = f[1].parse::<u32>()
            {
                pairs.push((pid, ppid));
            }
        }
    }
    loop {
        let before = found.len();
        for (pid, ppid) in &pairs {
            if found.contains(ppid) {
                found.insert(*pid);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Resident memory (proportional share where the kernel tells it) and processor seconds of a set of process trees.
pub fn usage(roots: &[u32]) -> Usage {
    if roots.is_empty() {
        return Usage::default();
    }
    let mut total = Usage::default();
    for pid in children_of(roots) {
        if let Some(f) = stat_fields(pid) {
            let ticks: f64 =
                f[11].parse::<f64>().unwrap_or(0.0) + f[12].parse::<f64>().unwrap_or(0.0);
            total.cpu_s += ticks / TICKS_PER_S;
        }
        total.rss_kib += pss_kib(pid).unwrap_or(0);
    }
    total
}

fn pss_kib(pid: u32) -> Option<u64> {
    let read = |file: &str, key: &str| -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
        text.lines().find(|l| l.starts_with(key))?.split_whitespace().nth(1)?.parse().ok()
    };
    read("smaps_rollup", "Pss:").or_else(|| read("status", "VmRSS:"))
}

pub fn own_cpu_s() -> f64 {
    stat_fields(std::process::id())
        .map(|f| {
            (f[11].parse::<f64>().unwrap_or(0.0) + f[12].parse::<f64>().unwrap_or(0.0))
                / TICKS_PER_S
        })
        .unwrap_or(0.0)
}

pub fn load_average() -> String {
    fs::read_to_string("/proc/loadavg")
        .map(|t| t.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
        .unwrap_or_default()
}
