//! Many buy at once while one process takes the webhooks and three do the work, over one PostgreSQL, in real time. Every
//! webhook comes twice, somebody taps the same confirmation again and again, and in the long form workers are killed.

use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{of, proven};
use crate::harness::{
    Backend, Base,
    buyer::{Buyer, Crowd},
    postgres_url,
    process::{Running, ready},
    town::{Habits, Town, free_address},
};

const WORKERS: usize = 3;

/// A process that works and tells how much.
struct Worker {
    process: Running,
    metrics: String,
}

impl Worker {
    async fn start(town: &Town) -> Self {
        let (address, metrics) = (free_address(), free_address());
        let mut command = town.command(&["--role", "worker"], &address);
        command.env("SEPET_METRICS_LISTEN", &metrics);
        let process = Running::start(command);
        ready(&format!("http://{address}")).await;
        Self { process, metrics }
    }

    /// Inputs that it handled.
    async fn handled(&self) -> u64 {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let asked = http.get(format!("http://{}/metrics", self.metrics)).send().await.unwrap();
        let text = asked.text().await.unwrap();
        let line =
            text.lines().find_map(|l| l.strip_prefix("sepet_inputs_total{outcome=\"done\"} "));
        line.map_or(0, |count| count.trim().parse().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_purchases_over_one_door_and_three_workers_places_each_once() {
    if postgres_url().is_none() {
        return;
    }
    let (buyers, times, taps, kills) = of((12, 2, 10, 0), (60, 5, 50, 4));
    let town = Town::open(Base::create(Backend::Postgres).await, Habits::default()).await;
    town.sim("POST", "/sim/faults", json!({"kind": "duplicate_webhooks"})).await;
    let mut web = Running::start(town.command(&["--role", "web"], &town.address));
    ready(&town.url).await;
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        workers.push(Worker::start(&town).await);
    }

    let crowd = Crowd::enter(&town, buyers, times);
    let mut hasty = Buyer::new(town.simulator.clone(), "Aceleci").await;
    hasty.buy_tapping(taps).await;
    for n in 0..kills {
        crowd.until((n + 1) * buyers * times / (kills + 1)).await;
        // What it held is taken over by the others.
        workers[n % WORKERS].process.kill();
        workers[n % WORKERS] = Worker::start(&town).await;
    }
    let (mut people, bought) = crowd.all_done().await;
    assert_eq!(bought, buyers * times);
    people.push(hasty.id);
    let tally = town.tally(&people, bought + 1).await;
    let db = town.db().await;
    let inputs = entity::inbox::Entity::find().count(db.reader()).await.unwrap();
    db.close().await.unwrap();
    let mut busy = 0;
    for worker in &workers {
        busy += usize::from(worker.handled().await > 0);
    }
    assert!(busy > 1, "one worker did it alone");
    assert!(web.stop().success());
    for worker in &mut workers {
        assert!(worker.process.stop().success());
    }
    let figure = format!(
        "{buyers} buyers, {times} purchases each, one of them more confirmed by {taps} taps; each webhook twice; {busy} of \
         {WORKERS} workers had a share, {kills} were killed: {inputs} inputs, {tally}"
    );
    proven("processes", &figure);
    town.close().await;
}
