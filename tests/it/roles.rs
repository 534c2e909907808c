//! One process for requests and several for the work, over one PostgreSQL.

use entity::{inbox, order, outbox};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sepet::platform::{
    clock::{Clock, SystemClock},
    db::Db,
};

use crate::{
    crash::{buy, each_message_came_once, free_address, furnish, quiet, simulate},
    harness::{
        Backend, Base, Control, invariants, postgres_url,
        process::{Folder, Running, ready, sepet},
    },
};

const BUYERS: usize = 6;
/// Purchases of each buyer, as `buy` makes them.
const TIMES: usize = 5;

fn serve(base: &Base, role: &str, address: &str, web: &str) -> Running {
    let mut command = sepet(&["serve", "--role", role]);
    command
        .env("SEPET_DATABASE_URL", &base.url)
        .env("SEPET_LISTEN", address)
        .env("SEPET_PUBLIC_URL", web)
        .env("SEPET_LOG", "error");
    Running::start(command)
}

async fn status(url: &str) -> u16 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(url).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_work_are_split_over_processes_and_a_dead_worker_is_replaced() {
    if postgres_url().is_none() {
        return;
    }
    let base = Base::create(Backend::Postgres).await;
    let addresses: Vec<String> = (0..3).map(|_| free_address()).collect();
    let url = |at: usize| format!("http://{}", addresses[at]);
    let simulator = simulate(&url(0)).await;
    furnish(&base.url, &simulator.base_url()).await;
    let mut web = serve(&base, "web", &addresses[0], &url(0));
    let mut first = serve(&base, "worker", &addresses[1], &url(0));
    let mut second = serve(&base, "worker", &addresses[2], &url(0));
    for at in 0..3 {
        ready(&url(at)).await;
    }
    assert_eq!(
        status(&format!("{}/api/v1/openapi.json", url(1))).await,
        404,
        "a worker serves its health"
    );

    let buyers: Vec<_> = (0..BUYERS)
        .map(|n| tokio::spawn(buy(Control::new(simulator.base_url()), format!("Alıcı {n}"))))
        .collect();
    let mut people = Vec::new();
    for (at, buyer) in buyers.into_iter().enumerate() {
        if at == 1 {
            // What it held is taken over by the other one.
            first.kill();
        }
        people.push(buyer.await.unwrap());
    }
    let db = Db::connect(&base.url).await.unwrap();
    quiet(&db).await;
    assert_eq!(order::Entity::find().count(db.reader()).await.unwrap(), (BUYERS * TIMES) as u64);
    let control = Control::new(simulator.base_url());
    each_message_came_once(&db, &control, &people).await;
    let broken = invariants::broken(&db, SystemClock.now(), &control.journal().await).await;
    assert!(broken.is_empty(), "{}", invariants::told(&broken));
    db.close().await.unwrap();
    assert!(web.stop().success() && second.stop().success());
    simulator.stop().await;
    base.remove().await;
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
        let base = Base::create(on).await;
        let (address, metrics) = (free_address(), free_address());
        let url = format!("http://{address}");
        let simulator = simulate(&url).await;
        furnish(&base.url, &simulator.base_url()).await;
        let mut command = sepet(&["serve"]);
        command
            .env("SEPET_DATABASE_URL", &base.url)
            .env("SEPET_LISTEN", &address)
            .env("SEPET_PUBLIC_URL", &url)
            .env("SEPET_METRICS_LISTEN", &metrics)
            .env("SEPET_LOG", "error");
        let mut service = Running::start(command);
        ready(&url).await;
        let person = buy(Control::new(simulator.base_url()), "Gizli Kişi".into()).await;
        let db = Db::connect(&base.url).await.unwrap();
        quiet(&db).await;
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
        for empty in ["sepet_inbox_due{stage=\"lanes\"}", "sepet_outbox{state=\"due\"}", "sepet_lanes_due", "sepet_channels_stopped"] {
            assert!(figure(empty) == 0.0, "{empty} in\n{text}");
        }
        assert!(!text.contains("Gizli") && !text.contains(&person));
        assert_eq!(status(&format!("{url}/metrics")).await, 404, "not for the world");
        assert!(service.stop().success());
        simulator.stop().await;
        base.remove().await;
    }
}
