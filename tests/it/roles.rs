//! One process for requests and several for the work, over one PostgreSQL.

use entity::{inbox, outbox};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::harness::{
    Backend, Base,
    buyer::{Buyer, Crowd},
    postgres_url,
    process::{Folder, Running, ready, sepet},
    town::{Habits, Town, free_address},
};

const BUYERS: usize = 6;
/// Purchases of each buyer.
const TIMES: usize = 5;

async fn status(url: &str) -> u16 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(url).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_work_are_split_over_processes_and_a_dead_worker_is_replaced() {
    if postgres_url().is_none() {
        return;
    }
    let town = Town::open(Base::create(Backend::Postgres).await, Habits::default()).await;
    let mut web = Running::start(town.command(&["--role", "web"], &town.address));
    ready(&town.url).await;
    let (mut first, worker_url) = town.serve_as("worker").await;
    let (mut second, _) = town.serve_as("worker").await;
    assert_eq!(
        status(&format!("{worker_url}/api/v1/openapi.json")).await,
        404,
        "a worker serves its health"
    );

    let crowd = Crowd::enter(&town, BUYERS, TIMES);
    crowd.until(BUYERS).await;
    // What it held is taken over by the other one.
    first.kill();
    let (people, bought) = crowd.all_done().await;
    assert_eq!(bought, BUYERS * TIMES);
    town.tally(&people, bought).await;
    assert!(web.stop().success() && second.stop().success());
    town.close().await;
}

#[test]
fn an_sqlite_file_is_not_shared_by_processes() {
    let folder = Folder::new();
    let mut command = sepet(&["serve", "--role", "web"]);
    command
        .env("SEPET_DATABASE_URL", format!("sqlite://{}/sepet.db", folder.0.display()))
        .env("SEPET_LISTEN", "127.0.0.1:0")
        .current_dir(&folder.0);
    let done = command.output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    let why = String::from_utf8(done.stderr).unwrap();
    assert!(why.contains("belongs to one process"), "{why}");
}

on_both! {
    /// Figures stand on a listener of their own, tell what came and what waits, and name nobody.
    async fn prometheus_reads_what_came_and_what_waits(on: Backend) {
        let town = Town::open(Base::create(on).await, Habits::default()).await;
        let (url, metrics) = (town.url.clone(), free_address());
        let mut command = town.command(&[], &town.address);
        command.env("SEPET_METRICS_LISTEN", &metrics);
        let mut service = Running::start(command);
        ready(&url).await;
        let mut person = Buyer::new(town.simulator.clone(), "Gizli Kişi").await;
        for _ in 0..TIMES {
            person.buy().await;
        }
        let db = town.db().await;
        town.quiet(&db).await;
        let came = inbox::Entity::find().filter(inbox::Column::Kind.eq(inbox::Kind::Message));
        let came = came.count(db.reader()).await.unwrap();
        let went = outbox::Entity::find().count(db.reader()).await.unwrap();
        db.close().await.unwrap();
        assert!(came > TIMES as u64 && went > TIMES as u64);

        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let asked = client.get(format!("http://{metrics}/metrics")).send().await.unwrap();
        assert_eq!(asked.status().as_u16(), 200);
        let text = asked.text().await.unwrap();
        let figure = |name: &str| -> f64 {
            let line = text.lines().find(|l| l.starts_with(name)).unwrap_or_else(|| panic!("no `{name}` in\n{text}"));
            line.rsplit(' ').next().unwrap().parse().unwrap()
        };
        let is = |name: &str, count: u64| assert_eq!(figure(name) as u64, count, "{name} in\n{text}");
        is("sepet_inbox_items_total{kind=\"message\"}", came);
        is("sepet_inputs_total{outcome=\"done\"}", came);
        is("sepet_sends_total{outcome=\"sent\",code=\"\"}", went);
        is("sepet_send_seconds_count", went);
        assert!(figure("sepet_webhooks_total{status=\"200\"}") as u64 >= came);
        assert!(figure("sepet_webhook_seconds_count") as u64 >= came);
        for empty in ["sepet_inbox_due{stage=\"lanes\"}", "sepet_outbox{state=\"due\"}", "sepet_lanes_due", "sepet_channels_stopped", "sepet_pace_seconds"] {
            assert!(figure(empty) == 0.0, "{empty} in\n{text}");
        }
        // Each purchase changes what WhatsApp is to show: a batch may be on its way.
        assert!(figure("sepet_sync_lag_seconds") < 60.0, "{text}");
        assert!(!text.contains("Gizli") && !text.contains(&person.id));
        assert_eq!(status(&format!("{url}/metrics")).await, 404, "not for the world");
        assert!(service.stop().success());
        town.close().await;
    }
}
