//! A running shop: service, simulator and database, with a clock that stands still.

use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use entity::{
    AppId, ChannelId, ShopId, Timestamp,
    catalog_item::{self, State},
};
use reqwest::{Method, StatusCode, header::HeaderMap};
use sea_orm::EntityTrait;
use secrecy::{ExposeSecret, SecretString};
use sepet::{
    app::App,
    platform::{
        clock::Clock,
        config::Config,
        db::{CONNECTIONS, Db, Watch},
    },
};
use serde_json::{Value, json};
use simulator::{Clock as _, Delivery, ManualClock, Pace, Review, Simulator};
use tokio::task::JoinSet;

use super::{
    Backend, Person, Services,
    base::Base,
    control::Control,
    invariants,
    seed::{self, SKUS},
};

/// When every test begins: Monday 2026-11-23, 10:00 in Istanbul.
pub(crate) const START_MS: i64 = 1_795_417_200_000;
/// Rounds of settling before a test fails.
const ROUNDS: usize = 200;

/// How a shop is opened.
#[derive(Clone)]
pub(crate) struct Options {
    /// WhatsApp's pace on both sides; off, messages leave at once.
    pub(crate) paced: bool,
    pub(crate) review: Review,
    /// Whether the catalog is brought to WhatsApp before the test begins.
    pub(crate) synced: bool,
    /// What the phones report by themselves.
    pub(crate) statuses: Vec<String>,
    pub(crate) seed: u64,
    /// Is told every statement of the service until it is started anew, and none of the test.
    pub(crate) watch: Option<Watch>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            paced: true,
            review: Review::Approve,
            synced: true,
            statuses: vec!["sent".into(), "delivered".into()],
            seed: 7,
            watch: None,
        }
    }
}

/// A shop on a database of its own.
pub(crate) struct Shop {
    pub(crate) on: Backend,
    /// Where the service listens, without a slash at the end.
    pub(crate) url: String,
    pub(crate) app_id: AppId,
    pub(crate) shop_id: ShopId,
    pub(crate) channel_id: ChannelId,
    /// May do everything in this shop.
    pub(crate) key: SecretString,
    clock: Arc<ManualClock>,
    base: Base,
    listener: TcpListener,
    app: Mutex<Arc<App>>,
    /// What the test looks with when the service's own connections are watched.
    beside: Option<Db>,
    simulator: Simulator,
    http: reqwest::Client,
    /// Names of invariants that this test breaks on purpose.
    forgiven: Mutex<Vec<&'static str>>,
    /// The `shop.toml` as it was applied last.
    toml: Mutex<String>,
    /// Who does the work, when `TEST_WORKERS` asks for several.
    crew: tokio::sync::Mutex<Option<Services>>,
}

/// The answer of an admin API call.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// `null` when the body is empty or no JSON.
    pub(crate) body: Value,
    pub(crate) bytes: Vec<u8>,
}

/// The clock of service and simulator, and how many milliseconds a service is ahead of it.
struct SharedClock(Arc<ManualClock>, i64);

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.0.now_ms() + self.1)
    }
}

impl Shop {
    pub(crate) async fn open(on: Backend) -> Self {
        Self::open_with(on, Options::default()).await
    }

    pub(crate) async fn open_with(on: Backend, options: Options) -> Self {
        Self::open_over(Base::create(on).await, on, options).await
    }

    /// The same over a database that is migrated and empty.
    pub(crate) async fn open_over(base: Base, on: Backend, options: Options) -> Self {
        let clock = Arc::new(ManualClock::at(START_MS));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let simulator = simulate(&url, clock.clone(), &options).await;
        let watch = options.watch.clone();
        let beside =
            if watch.is_some() { Some(Db::connect(&base.url).await.unwrap()) } else { None };
        let db = Db::watched(&base.url, CONNECTIONS, watch).await.unwrap();
        let app = build_on(db, &base.url, &url, clock.clone(), 0);
        let toml = seed::shop_toml(&simulator.base_url(), options.paced);
        let seeded = seed::seed(app.platform(), &toml).await;
        app.start_server(listener.try_clone().unwrap()).unwrap();
        let shop = Self {
            on,
            url,
            app_id: seeded.applied.app_id,
            shop_id: seeded.applied.shop_id,
            channel_id: seeded.applied.channel_id,
            key: seeded.key,
            clock,
            base,
            listener,
            app: Mutex::new(Arc::new(app)),
            beside,
            simulator,
            http: client(),
            forgiven: Mutex::default(),
            toml: Mutex::new(toml),
            crew: tokio::sync::Mutex::default(),
        };
        if options.synced {
            shop.sync().await;
        }
        shop
    }

    /// A shop on a database that an earlier version left behind: migrated, told where WhatsApp is, opened. `key` is the
    /// one that was made then; the clock goes on at `now_ms`.
    pub(crate) async fn open_stored(base: Base, on: Backend, now_ms: i64, key: &str) -> Self {
        let options = Options { seed: 8, ..Options::default() };
        let clock = Arc::new(ManualClock::at(now_ms));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let simulator = simulate(&url, clock.clone(), &options).await;
        let app = build(&base.url, &url, clock.clone()).await;
        app.platform().db.migrate().await.unwrap();
        let toml = seed::shop_toml(&simulator.base_url(), options.paced);
        let txn = app.platform().db.begin_write().await.unwrap();
        let applied = seed::apply(app.platform(), &txn, &toml).await;
        txn.commit().await.unwrap();
        app.start_server(listener.try_clone().unwrap()).unwrap();
        Self {
            on,
            url,
            app_id: applied.app_id,
            shop_id: applied.shop_id,
            channel_id: applied.channel_id,
            key: SecretString::from(key),
            clock,
            base,
            listener,
            app: Mutex::new(Arc::new(app)),
            beside: None,
            simulator,
            http: client(),
            forgiven: Mutex::default(),
            toml: Mutex::new(toml),
            crew: tokio::sync::Mutex::default(),
        }
    }

    /// Where its database is.
    pub(crate) fn database_url(&self) -> &str {
        &self.base.url
    }

    /// The service as it runs now.
    pub(crate) fn app(&self) -> Arc<App> {
        self.app.lock().unwrap().clone()
    }

    pub(crate) fn db(&self) -> Db {
        self.beside.clone().unwrap_or_else(|| self.app().platform().db.clone())
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.clock.now_ms())
    }

    /// The clock of service and simulator.
    pub(crate) fn clock(&self) -> &ManualClock {
        &self.clock
    }

    pub(crate) fn shared_clock(&self) -> Arc<ManualClock> {
        self.clock.clone()
    }

    pub(crate) fn sim_url(&self) -> String {
        self.simulator.base_url()
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Lets webhooks, workers and sends run until nothing is due any more.
    pub(crate) async fn settle(&self) {
        let workers = workers();
        if workers > 1 && self.on == Backend::Postgres {
            let mut crew = self.crew.lock().await;
            if crew.is_none() {
                *crew = Some(self.processes(workers).await);
            }
            if let Some(crew) = crew.as_ref() {
                crew.settle().await;
            }
            return;
        }
        for _ in 0..ROUNDS {
            let flushed = self.sim("POST", "/sim/flush", Some(json!({}))).await;
            let done = self.app().settle().await.unwrap();
            // What a busy database asked to come again is brought again.
            let refused = flushed["refused"].as_array().into_iter().flatten();
            let late = refused.filter(|refused| refused["status"] == 503).count();
            if flushed["delivered"] == 0 && done == 0 && late == 0 {
                return;
            }
        }
        panic!("the shop did not settle in {ROUNDS} rounds");
    }

    /// Moves the clock of service and simulator; nothing is settled.
    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance_ms(seconds * 1_000);
    }

    /// Moves the clock of service and simulator, then settles.
    pub(crate) async fn pass(&self, seconds: i64) {
        self.advance(seconds);
        self.settle().await;
    }

    /// Settles until WhatsApp has the whole catalog; seconds pass.
    pub(crate) async fn sync(&self) {
        let items = catalog_item::Entity::find();
        for _ in 0..20 {
            self.settle().await;
            let items = items.clone().all(self.db().reader()).await.unwrap();
            if items.len() == SKUS.len() && items.iter().all(|i| i.state == State::Approved) {
                return;
            }
            self.pass(2).await;
        }
        panic!("the catalog did not reach WhatsApp");
    }

    /// Stops the service and starts it again on the same database and port.
    pub(crate) async fn restart(&self) {
        self.dismiss().await;
        self.app().drain().await.unwrap();
        let app = build(&self.base.url, &self.url, self.clock.clone()).await;
        app.start_server(self.listener.try_clone().unwrap()).unwrap();
        *self.app.lock().unwrap() = Arc::new(app);
    }

    /// Stops the service; its database is at rest then.
    pub(crate) async fn stop(&self) {
        self.dismiss().await;
        self.app().drain().await.unwrap();
    }

    /// Starts the stopped service again, on another database and the same port.
    pub(crate) async fn go_on_with(&mut self, base: Base, on: Backend) {
        let old = std::mem::replace(&mut self.base, base);
        old.remove().await;
        self.beside = None;
        self.on = on;
        let app = build(&self.base.url, &self.url, self.clock.clone()).await;
        app.start_server(self.listener.try_clone().unwrap()).unwrap();
        *self.app.lock().unwrap() = Arc::new(app);
    }

    /// A person who was met before.
    pub(crate) async fn known(&self, id: &str) -> Person<'_> {
        let all = self.sim("GET", "/sim/customers", None).await;
        let all = all.as_array().or(all["customers"].as_array()).unwrap();
        let person = Person::new(self, all.iter().find(|person| person["id"] == id).unwrap());
        person.news().await;
        person
    }

    /// The further workers go home.
    async fn dismiss(&self) {
        if let Some(crew) = self.crew.lock().await.take() {
            crew.close().await;
        }
    }

    /// Another service on the same database, with the same WhatsApp, a port of its own, and a clock that is so many
    /// milliseconds ahead.
    pub(super) async fn further_app(&self, ahead_ms: i64) -> (Arc<App>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // Pictures are served by any of them: the world knows one address.
        let app = build_at(&self.base.url, &self.url, self.clock.clone(), ahead_ms).await;
        app.start_server(listener).unwrap();
        (Arc::new(app), url)
    }

    /// A customer whose phone number and BSUID WhatsApp tells us.
    pub(crate) async fn customer(&self, name: &str) -> Person<'_> {
        self.customer_with(json!({"name": name})).await
    }

    /// A customer known by BSUID only.
    pub(crate) async fn phoneless_customer(&self, name: &str) -> Person<'_> {
        self.customer_with(json!({"name": name, "phone_visible": false})).await
    }

    /// A customer as `POST /sim/customers` takes it.
    pub(crate) async fn customer_with(&self, wish: Value) -> Person<'_> {
        Person::new(self, &self.sim("POST", "/sim/customers", Some(wish)).await)
    }

    /// Switches a fault of the simulator on.
    pub(crate) async fn fault(&self, fault: Value) {
        self.sim("POST", "/sim/faults", Some(fault)).await;
    }

    pub(crate) async fn faults_over(&self) {
        self.sim("DELETE", "/sim/faults", None).await;
    }

    /// Calls the simulator's control side; anything but success fails the test.
    pub(crate) async fn sim(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let answer = self.control().call(method, path, body).await;
        if ["/sim/flush", "/sim/webhooks/raw"].contains(&path) {
            self.carry().await;
        }
        answer
    }

    /// Lets what comes in go into the inbox at once, as its worker does, until this is dropped.
    pub(crate) fn carrying(&self) -> JoinSet<()> {
        let app = self.app();
        let mut carrying = JoinSet::new();
        carrying.spawn(async move {
            let mut look = tokio::time::interval(Duration::from_millis(5));
            loop {
                look.tick().await;
                // What the database refuses stays in the spool and is tried again.
                let _ = app.intake().carry(app.platform()).await;
            }
        });
        carrying
    }

    /// Brings what came in into the inbox.
    pub(crate) async fn carry(&self) {
        let app = self.app();
        while app.intake().carry(app.platform()).await.unwrap() > 0 {}
    }

    /// The simulator's control side.
    pub(crate) fn control(&self) -> Control {
        Control { http: self.http.clone(), url: self.simulator.base_url() }
    }

    /// All exchanges that the simulator saw.
    pub(crate) async fn journal(&self) -> Vec<Value> {
        self.control().journal().await
    }

    /// Calls the admin API with the shop's key.
    pub(crate) async fn api(&self, method: &str, path: &str, body: Option<Value>) -> Api {
        self.api_with(method, path, body, &[]).await
    }

    /// The same with headers of one's own; an `authorization` replaces the key.
    pub(crate) async fn api_with(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Api {
        let method: Method = method.parse().unwrap();
        let mut call = self.http.request(method, format!("{}/api/v1{path}", self.url));
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
            call = call.bearer_auth(self.key.expose_secret());
        }
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        if let Some(body) = body {
            call = call.json(&body);
        }
        let answer = call.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = answer.bytes().await.unwrap().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Api { status, headers, body, bytes }
    }

    /// Applies the `shop.toml` again with one setting changed: `shop.languages = ["en", "tr"]`.
    pub(crate) async fn reapply(&self, setting: &str) -> Result<(), String> {
        let (path, value) = setting.split_once('=').ok_or("write `~ shop  TABLE.KEY = VALUE`")?;
        let (table, key) = path.trim().rsplit_once('.').ok_or("name the table and the key")?;
        let value: toml::Table =
            format!("it = {}", value.trim()).parse().map_err(|e| format!("no TOML: {e}"))?;
        let mut file: toml::Table = self.toml.lock().unwrap().parse().unwrap();
        let mut at = &mut file;
        for name in table.split('.') {
            at = at
                .entry(name)
                .or_insert_with(|| toml::Table::new().into())
                .as_table_mut()
                .ok_or_else(|| format!("`{name}` of shop.toml is no table"))?;
        }
        at.insert(key.to_owned(), value["it"].clone());
        let text = file.to_string();
        let app = self.app();
        let txn = app.platform().db.begin_write().await.unwrap();
        seed::apply(app.platform(), &txn, &text).await;
        txn.commit().await.unwrap();
        *self.toml.lock().unwrap() = text;
        Ok(())
    }

    /// Says that this test breaks an invariant (`I5`, `violations` …) on purpose.
    pub(crate) fn forgive(&self, invariant: &'static str) {
        self.forgiven.lock().unwrap().push(invariant);
    }

    /// Takes the shop down without a look at its books: what is wrong in it is known.
    pub(crate) async fn abandon(self) {
        self.dismiss().await;
        self.app().drain().await.unwrap();
        self.simulator.stop().await;
        self.base.remove().await;
    }

    /// Checks what must always hold and takes the shop down.
    pub(crate) async fn close(self) {
        self.settle().await;
        let mut broken = invariants::broken(&self.db(), self.now(), &self.journal().await).await;
        let forgiven = self.forgiven.lock().unwrap().clone();
        broken.retain(|b| !forgiven.contains(&b.invariant));
        assert!(broken.is_empty(), "invariants are broken:\n{}", invariants::told(&broken));
        self.dismiss().await;
        self.app().drain().await.unwrap();
        self.simulator.stop().await;
        self.base.remove().await;
    }
}

/// How many processes do the work of a shop on PostgreSQL: `TEST_WORKERS`, else this one alone.
fn workers() -> usize {
    std::env::var("TEST_WORKERS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

pub(super) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

pub(super) async fn build(database_url: &str, url: &str, clock: Arc<ManualClock>) -> App {
    build_at(database_url, url, clock, 0).await
}

async fn build_at(database_url: &str, url: &str, clock: Arc<ManualClock>, ahead_ms: i64) -> App {
    let db = Db::connect(database_url).await.unwrap();
    build_on(db, database_url, url, clock, ahead_ms)
}

fn build_on(db: Db, database_url: &str, url: &str, clock: Arc<ManualClock>, ahead_ms: i64) -> App {
    let config = Config {
        database_url: database_url.to_owned(),
        public_url: url.to_owned(),
        ..Config::default()
    };
    App::build(config, Arc::new(SharedClock(clock, ahead_ms)), db).unwrap()
}

async fn simulate(url: &str, clock: Arc<ManualClock>, options: &Options) -> Simulator {
    let off = Pace { pair_seconds: 0, pair_burst: 0, per_second: 0 };
    let config = simulator::Config {
        delivery: Delivery::OnFlush,
        review: options.review,
        auto_statuses: options.statuses.clone(),
        pace: if options.paced { Pace::default() } else { off },
        seed: Some(options.seed),
        ..simulator::Config::new(vec![seed::account(url)], clock)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    simulator::start(config, listener).await.unwrap()
}
