//! A plain API under load: the steps of a JSON file, run by many users, each with its own variables. For the admin API
//! and for the shop APIs of other products.

use crate::http::{Conn, Response, Target};
use crate::procstat;
use crate::stats::Latency;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[derive(Clone, Debug, clap::Args)]
pub struct FlowOptions {
    #[arg(long)]
    pub base: String,
    /// Steps (JSON)
    #[arg(long)]
    pub file: String,
    #[arg(long, default_value_t = 4)]
    pub users: usize,
    /// Rounds a second over all users; 0: as fast as answers come
    #[arg(long, default_value_t = 0.0)]
    pub rate: f64,
    #[arg(long, default_value_t = 3.0)]
    pub warmup: f64,
    #[arg(long, default_value_t = 15.0)]
    pub duration: f64,
    /// Variables, as name=value; a value of the form a..b counts up, one with commas is drawn from in turn
    #[arg(long = "var")]
    pub vars: Vec<String>,
    #[arg(long)]
    pub pid: Vec<u32>,
    #[arg(long, default_value_t = 1)]
    pub threads: usize,
    #[arg(long, default_value = "")]
    pub label: String,
    #[arg(long)]
    pub json: Option<String>,
}

#[derive(Deserialize, Clone)]
struct File {
    name: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    steps: Vec<Step>,
}

#[derive(Deserialize, Clone)]
struct Step {
    name: String,
    #[serde(default = "post")]
    method: String,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<Value>,
    /// Variables taken from the answer: a JSON pointer, or `header:NAME`
    #[serde(default)]
    capture: BTreeMap<String, String>,
    /// JSON pointers that must hold these values; null means that anything but null will do
    #[serde(default)]
    check: BTreeMap<String, Value>,
    #[serde(default)]
    repeat: Option<usize>,
}

fn post() -> String {
    "POST".into()
}

struct Shared {
    options: FlowOptions,
    file: File,
    target: Target,
    pools: HashMap<String, Vec<String>>,
    from: Mutex<Option<Instant>>,
    stop: AtomicBool,
    counter: AtomicU64,
    per_step: Vec<Latency>,
    all: Latency,
    rounds: AtomicU64,
    round_time: Latency,
    failures: AtomicU64,
    samples: Mutex<Vec<String>>,
}

impl Shared {
    fn measured(&self, since: Instant) -> bool {
        self.from.lock().expect("no holder panics").is_some_and(|m| since >= m)
            && !self.stop.load(Relaxed)
    }

    fn fail(&self, text: String) {
        self.failures.fetch_add(1, Relaxed);
        let mut samples = self.samples.lock().expect("no holder panics");
        if samples.len() < 5 {
            samples.push(text);
        }
    }

    fn fill(&self, template: &str, own: &HashMap<String, String>) -> String {
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(i) = rest.find("{{") {
            out.push_str(&rest[..i]);
            let Some(j) = rest[i..].find("}}") else { break };
            let name = &rest[i + 2..i + j];
            if let Some(v) = own.get(name) {
                out.push_str(v);
            } else if let Some(pool) = self.pools.get(name) {
                let n = self.counter.fetch_add(1, Relaxed) as usize;
                out.push_str(&pool[n % pool.len()]);
            }
            rest = &rest[i + j + 2..];
        }
        out.push_str(rest);
        out
    }

    async fn user(self: Arc<Self>, tickets: Option<async_channel::Receiver<Instant>>) {
        let mut conn = None;
        while !self.stop.load(Relaxed) {
            let since = match &tickets {
                Some(t) => match t.recv().await {
                    Ok(due) => due,
                    Err(_) => return,
                },
                None => Instant::now(),
            };
            let mut own = HashMap::new();
            own.insert("n".to_string(), self.counter.fetch_add(1, Relaxed).to_string());
            let mut good = true;
            'steps: for (k, step) in self.file.steps.iter().enumerate() {
                for _ in 0..step.repeat.unwrap_or(1) {
                    if self.stop.load(Relaxed) {
                        return;
                    }
                    let begun = Instant::now();
                    match self.step(&mut conn, step, &mut own).await {
                        Ok(()) => {
                            if self.measured(begun) {
                                self.per_step[k].record(begun.elapsed());
                                self.all.record(begun.elapsed());
                            }
                        }
                        Err(why) => {
                            self.fail(format!("{}: {why}", step.name));
                            good = false;
                            conn = None;
                            tokio::time::sleep(Duration::from_millis(20)).await;
                            break 'steps;
                        }
                    }
                }
            }
            if good && self.measured(since) {
                self.rounds.fetch_add(1, Relaxed);
                self.round_time.record(since.elapsed());
            }
        }
    }

    async fn step(
        &self,
        conn: &mut Option<Conn>,
        step: &Step,
        own: &mut HashMap<String, String>,
    ) -> Result<(), String> {
        let body = match &step.body {
            Some(v) => self.fill(&v.to_string(), own),
            None => String::new(),
        };
        let prefix = self.target.path.trim_end_matches('/');
        let mut head = format!(
            "{} {prefix}{} HTTP/1.1\r\nhost: {}\r\naccept: application/json\r\n",
            step.method,
            self.fill(&step.path, own),
            self.target.host
        );
        if step.body.is_some() {
            head.push_str("content-type: application/json\r\n");
        }
        for (k, v) in self.file.headers.iter().chain(&step.headers) {
            let v = self.fill(v, own);
            if !v.is_empty() {
                head.push_str(&format!("{k}: {v}\r\n"));
            }
        }
        head.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        let mut c = match conn.take() {
            Some(c) => c,
            None => Conn::open(&self.target.addr).await.map_err(|e| e.to_string())?,
        };
        let response = match c.roundtrip(head.as_bytes(), true).await {
            Ok(r) => r,
            Err(_) => {
                c = Conn::open(&self.target.addr).await.map_err(|e| e.to_string())?;
                c.roundtrip(head.as_bytes(), true).await.map_err(|e| e.to_string())?
            }
        };
        let closing = response
            .headers
            .iter()
            .any(|(k, v)| k == "connection" && v.eq_ignore_ascii_case("close"));
        if !closing {
            *conn = Some(c);
        }
        take(step, &response, own)
    }
}

fn take(step: &Step, response: &Response, own: &mut HashMap<String, String>) -> Result<(), String> {
    let short = || String::from_utf8_lossy(&response.body).chars().take(400).collect::<String>();
    if response.status >= 400 {
        return Err(format!("{} {}", response.status, short()));
    }
    if step.capture.is_empty() && step.check.is_empty() {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    for (pointer, wanted) in &step.check {
        let found = body.pointer(pointer).unwrap_or(&Value::Null);
        let good = if wanted.is_null() { !found.is_null() } else { found == wanted };
        if !good {
            return Err(format!("{pointer} is {found}: {}", short()));
        }
    }
    for (name, place) in &step.capture {
        let value = match place.strip_prefix("header:") {
            Some(header) => {
                response.headers.iter().find(|(k, _)| k == header).map(|(_, v)| v.clone())
            }
            None => body
                .pointer(place)
                .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_string)),
        };
        match value {
            Some(v) => {
                own.insert(name.clone(), v);
            }
            None if place.starts_with("header:") => {}
            None => return Err(format!("no {place} in {}", short())),
        }
    }
    Ok(())
}

fn pool(text: &str) -> Vec<String> {
    if let Some((a, b)) = text.split_once("..")
        && let (Ok(a), Ok(b)) = (a.parse::<u64>(), b.parse::<u64>())
    {
        return (a..b).map(|n| n.to_string()).collect();
    }
    text.split(',').map(str::to_string).collect()
}

pub async fn flow(options: FlowOptions) -> Result<bool, String> {
    let text =
        std::fs::read_to_string(&options.file).map_err(|e| format!("{}: {e}", options.file))?;
    let file: File = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", options.file))?;
    let pools = options
        .vars
        .iter()
        .filter_map(|v| v.split_once('='))
        .map(|(k, v)| (k.to_string(), pool(v)))
        .collect();
    let shared = Arc::new(Shared {
        target: Target::parse(&options.base)?,
        per_step: file.steps.iter().map(|_| Latency::default()).collect(),
        pools,
        file,
        from: Mutex::new(None),
        stop: AtomicBool::new(false),
        counter: AtomicU64::new(1),
        all: Latency::default(),
        rounds: AtomicU64::new(0),
        round_time: Latency::default(),
        failures: AtomicU64::new(0),
        samples: Mutex::new(Vec::new()),
        options,
    });
    let o = &shared.options;
    let idle = procstat::usage(&o.pid);
    let load_before = procstat::load_average();
    let (tx, rx) = async_channel::unbounded();
    let tickets = (o.rate > 0.0).then(|| rx.clone());
    let users: Vec<_> =
        (0..o.users).map(|_| tokio::spawn(shared.clone().user(tickets.clone()))).collect();
    if o.rate > 0.0 {
        crate::clock::tickets(o.rate, false, tx.clone());
    }
    tokio::time::sleep(Duration::from_secs_f64(o.warmup)).await;
    *shared.from.lock().expect("no holder panics") = Some(Instant::now());
    let (cpu0, own0, started) = (procstat::usage(&o.pid), procstat::own_cpu_s(), Instant::now());
    let mut peak = cpu0.rss_kib;
    while started.elapsed().as_secs_f64() < o.duration {
        tokio::time::sleep(Duration::from_millis(500)).await;
        peak = peak.max(procstat::usage(&o.pid).rss_kib);
    }
    let seconds = started.elapsed().as_secs_f64();
    let (cpu1, own1) = (procstat::usage(&o.pid), procstat::own_cpu_s());
    shared.stop.store(true, Relaxed);
    rx.close();
    for user in users {
        let _ = tokio::time::timeout(Duration::from_secs(20), user).await;
    }
    let requests = shared.all.count();
    let rounds = shared.rounds.load(Relaxed);
    let cpu = cpu1.cpu_s - cpu0.cpu_s;
    let r1 = |x: f64| (x * 10.0).round() / 10.0;
    let steps: Vec<Value> = shared
        .file
        .steps
        .iter()
        .zip(&shared.per_step)
        .map(|(s, l)| json!({"step": s.name, "ms": l.json()}))
        .collect();
    let failures = shared.failures.load(Relaxed);
    let report = json!({
        "label": o.label, "flow": shared.file.name, "users": o.users, "rate_asked": o.rate, "seconds": r1(seconds),
        "requests_per_s": r1(requests as f64 / seconds), "rounds_per_s": r1(rounds as f64 / seconds),
        "ms": shared.all.json(), "round_ms": shared.round_time.json(), "steps": steps,
        "failures": failures, "samples": *shared.samples.lock().expect("no holder panics"),
        "server": {"mem_idle_mib": r1(idle.rss_kib as f64 / 1024.0), "mem_peak_mib": r1(peak as f64 / 1024.0), "cores": r1(cpu / seconds),
            "cpu_us_per_request": if requests > 0 { json!((cpu * 1e6 / requests as f64).round()) } else { Value::Null },
            "cpu_us_per_round": if rounds > 0 { json!((cpu * 1e6 / rounds as f64).round()) } else { Value::Null }},
        "generator_cores": r1((own1 - own0) / seconds), "load_before": load_before, "load_after": procstat::load_average(),
    });
    if let Some(path) = &o.json {
        std::fs::write(path, report.to_string()).map_err(|e| format!("{path}: {e}"))?;
    }
    println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
    Ok(failures == 0 && requests > 0)
}
