//! Many customers holding scripted conversations with one server: signed webhooks go in, replies come out at the fake
//! Graph API, and every reply is checked against the script.

use crate::clock;
use crate::graph::Graph;
use crate::http::{Conn, Target};
use crate::options::{Mode, RunOptions};
use crate::procstat::{self, Usage};
use crate::report;
use crate::script::Script;
use crate::sign::Signer;
use crate::webhook::{Post, Who};
use crate::world::{Report, World};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Memory and processor time around the part that counts.
pub struct Watched {
    pub idle: Usage,
    pub begin: Usage,
    pub end: Usage,
    pub peak_kib: u64,
    pub db: f64,
    pub own: f64,
    pub seconds: f64,
    pub load_before: String,
}

/// Runs, prints the report, and tells whether every reply was as it should be.
pub async fn run(options: RunOptions) -> Result<bool, String> {
    let target = Target::parse(&options.base)?;
    if let Some(token) = &options.verify_token {
        handshake(&target, token).await?;
    }
    let (status_queue, status_due) = async_channel::unbounded::<Report>();
    let script = Script::read(&options.script)?;
    let post = Post { target, signer: Signer::new(&options.secret) };
    let world = Arc::new(World::new(options, script, post, status_queue)?);
    let o = &world.options;
    let graph = Graph::new(o.graph.clone(), world.clone()).map_err(|e| e.to_string())?;
    let serving = graph.clone();
    tokio::spawn(async move {
        if let Err(e) = serving.serve().await {
            eprintln!("fake Graph: {e}");
            std::process::exit(2);
        }
    });
    if !world.statuses.is_empty() {
        for _ in 0..o.conns {
            tokio::spawn(report_statuses(world.clone(), status_due.clone()));
        }
    }
    let (idle, load_before) = (procstat::usage(&o.pid), procstat::load_average());
    let (ticket_in, ticket_out) = async_channel::unbounded::<Instant>();
    let tickets = (o.mode == Mode::Open).then(|| ticket_out.clone());
    let users: Vec<_> =
        (0..o.customers).map(|_| tokio::spawn(world.clone().converse(tickets.clone()))).collect();
    if o.mode == Mode::Open {
        clock::tickets(o.rate, o.even, ticket_in.clone());
    }
    let watched = watch(&world, &users, idle, load_before).await;
    world.stop.store(true, Relaxed);
    let left_over = ticket_out.len();
    ticket_out.close();
    for user in users {
        user.await.map_err(|e| e.to_string())?;
    }
    tokio::time::sleep(Duration::from_secs_f64(o.settle)).await;
    graph.flush().and_then(|()| world.flush()).map_err(|e| e.to_string())?;
    let report = report::of(&world, &graph, &watched, left_over);
    if let Some(path) = &o.json {
        std::fs::write(path, report.to_string()).map_err(|e| format!("{path}: {e}"))?;
    }
    println!("{report:#}");
    Ok(report["exact"].as_bool().unwrap_or(false))
}

/// Waits out warm-up and duration, or until so many conversations are over.
async fn watch(
    world: &World,
    users: &[JoinHandle<()>],
    idle: Usage,
    load_before: String,
) -> Watched {
    let o = &world.options;
    let over = || o.conversations > 0 && users.iter().all(JoinHandle::is_finished);
    let warming = Instant::now();
    while warming.elapsed().as_secs_f64() < o.warmup && !over() {
        let left = o.warmup - warming.elapsed().as_secs_f64();
        tokio::time::sleep(Duration::from_secs_f64(left.clamp(0.0, 0.1))).await;
    }
    *world.measuring_from.lock().expect("no holder panics") = Some(Instant::now());
    let (begin, db, own) =
        (procstat::usage(&o.pid), procstat::usage(&o.db_pid), procstat::own_cpu_s());
    let (started, mut peak_kib, mut looked) = (Instant::now(), begin.rss_kib, Instant::now());
    loop {
        let passed = started.elapsed().as_secs_f64();
        if over() || (o.conversations == 0 && passed >= o.duration) {
            break;
        }
        let left = if o.conversations > 0 { 0.1 } else { o.duration - passed };
        tokio::time::sleep(Duration::from_secs_f64(left.clamp(0.0, 0.1))).await;
        if !o.pid.is_empty() && looked.elapsed() >= Duration::from_millis(500) {
            looked = Instant::now();
            peak_kib = peak_kib.max(procstat::usage(&o.pid).rss_kib);
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let end = procstat::usage(&o.pid);
    let db = procstat::usage(&o.db_pid).cpu_s - db.cpu_s;
    let own = procstat::own_cpu_s() - own;
    Watched { idle, begin, end, peak_kib, db, own, seconds, load_before }
}

/// Reports what became of the server's messages, as Meta does.
async fn report_statuses(world: Arc<World>, due: async_channel::Receiver<Report>) {
    while let Ok((id, customer, opaque)) = due.recv().await {
        let who = Who::of(&world.options, customer);
        for status in &world.statuses {
            let request = world.post.status(&world.options, &who, &id, status, opaque.as_deref());
            let since = Instant::now();
            if world.deliver(&request, None).await {
                world.figures.statuses.all.up();
                if world.measured(since) {
                    world.figures.statuses.measured.up();
                    world.figures.status_acks.record(since.elapsed());
                }
            }
        }
    }
}

async fn handshake(target: &Target, token: &str) -> Result<(), String> {
    let glue = if target.path.contains('?') { '&' } else { '?' };
    let request = format!(
        "GET {}{glue}hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158201444 HTTP/1.1\r\nhost: {}\r\n\r\n",
        target.path, target.host
    );
    let mut conn = Conn::open(&target.addr).await.map_err(|e| e.to_string())?;
    let r = conn.roundtrip(request.as_bytes(), false).await.map_err(|e| e.to_string())?;
    let body = String::from_utf8_lossy(&r.body);
    if r.status == 200 && body.trim().trim_matches('"') == "1158201444" {
        Ok(())
    } else {
        Err(format!("the handshake answered {} {body}", r.status))
    }
}
