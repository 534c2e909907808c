//! The doctor finds each fault, says what to do, and prints no secret.

use std::{os::unix::fs::PermissionsExt, process::Command};

use sea_orm::ConnectionTrait;
use sepet::{
    platform::clock::{Clock, SystemClock},
    upkeep::{
        doctor::{self, Finding, Level},
        place::Place,
    },
    whatsapp::Graph,
};
use serde_json::{Value, json};

use super::run_with;
use crate::harness::{
    Backend, Base, Shop,
    process::{Folder, Running},
    seed,
    town::{Habits, Town, free_address},
};

/// A shop that is served, with a WhatsApp.
struct Served {
    town: Town,
    folder: Folder,
    service: Option<Running>,
}

impl Served {
    async fn start(on: Backend) -> Self {
        let town = Town::open(Base::create(on).await, Habits::default()).await;
        let service = Some(town.serve().await);
        Self { town, folder: Folder::new(), service }
    }

    async fn examine(&self) -> Found {
        self.examine_with(|_| {}).await
    }

    async fn examine_with(&self, more: impl Fn(&mut Command)) -> Found {
        let public = &self.town.url;
        let ended = run_with(&self.town.base.url, &["doctor", "--json"], |command| {
            command.env("SEPET_PUBLIC_URL", public);
            more(command);
        });
        let json: Value = serde_json::from_str(&ended.said)
            .unwrap_or_else(|e| panic!("{e}: {}{}", ended.said, ended.why));
        assert_eq!(ended.code, Some(i32::from(json["errors"] != 0)), "{json:#}");
        Found(json)
    }

    /// Changes what is stored.
    async fn sql(&self, sql: &str) {
        let db = self.town.db().await;
        let txn = db.begin_write().await.unwrap();
        txn.execute_unprepared(sql).await.unwrap();
        txn.commit().await.unwrap();
        db.close().await.unwrap();
    }

    /// Applies the `shop.toml` with something else in it.
    fn apply(&self, change: impl Fn(String) -> String) {
        let file = self.folder.0.join("shop.toml");
        let toml = change(seed::shop_toml(&self.town.simulator.base_url(), true));
        std::fs::write(&file, toml).unwrap();
        let file = file.display().to_string();
        run_with(&self.town.base.url, &["shop", "apply", &file], |_| {}).well();
    }

    /// Calls the simulator's Graph side as the owner of the account.
    async fn graph(&self, method: &str, path: &str, body: Value) {
        let url = format!("{}/v25.0/{path}", self.town.simulator.base_url());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let call = client.request(method.parse().unwrap(), url).bearer_auth("token");
        let answer = call.json(&body).send().await.unwrap();
        let status = answer.status();
        assert!(status.is_success(), "{status}: {}", answer.text().await.unwrap());
    }

    async fn fault(&self, fault: Value) {
        self.town.sim("POST", "/sim/faults", fault).await;
    }

    async fn faults_over(&self) {
        self.town.sim("DELETE", "/sim/faults", Value::Null).await;
    }

    fn stop(&mut self) {
        assert!(self.service.take().unwrap().stop().success());
    }

    async fn end(self) {
        drop(self.service);
        self.town.close().await;
    }
}

/// What the doctor found, as JSON.
struct Found(Value);

impl Found {
    fn findings(&self) -> &[Value] {
        self.0["findings"].as_array().unwrap()
    }

    /// There is such a finding, and what is no fault has a remedy.
    #[track_caller]
    fn has(&self, check: &str, level: &str, words: &str) -> &Self {
        let hit = self.findings().iter().find(|f| {
            let meaning = f["meaning"].as_str().unwrap();
            f["check"] == check && f["level"] == level && meaning.contains(words)
        });
        assert!(hit.is_some(), "no {level} of {check} with `{words}` in {:#}", self.0);
        for finding in self.findings() {
            assert_eq!(finding["level"] == "ok", finding["remedy"].is_null(), "{finding}");
        }
        self
    }

    #[track_caller]
    fn errors(&self, count: u64) -> &Self {
        assert_eq!(self.0["errors"], count, "{:#}", self.0);
        self
    }
}

const WABA: &str = "200000000000002";
const NUMBER: &str = "100000000000001";

on_both! {
    async fn a_shop_that_is_well_has_no_error(on: Backend) {
        let served = Served::start(on).await;
        served.graph("POST", &format!("{NUMBER}/whatsapp_commerce_settings?is_catalog_visible=true&is_cart_enabled=true"), json!({})).await;
        let found = served.examine().await;
        found.errors(0);
        for (check, words) in [
            ("settings", "fit together"),
            ("database", "of this version"),
            ("database", "are sound"),
            ("database", "add up"),
            ("disk", "free"),
            ("clock", "agrees with WhatsApp's"),
            ("token", "takes the token"),
            ("number", "is connected"),
            ("subscription", "gets what comes in"),
            ("catalog", "is connected to the account"),
            ("waiting", "nothing waits"),
        ] {
            let level = if check == "disk" { found.findings().iter().find(|f| f["check"] == "disk").unwrap()["level"].as_str().unwrap() } else { "ok" };
            found.has(check, level, words);
        }
        if on == Backend::Postgres {
            found.has("clock", "ok", "agrees with the database's");
            // The server of the tests is one that may lose what it has.
            found.has("database", "warning", "does not wait for its disk (fsync = off, full_page_writes = off");
        }
        // What this machine alone is for is told as such.
        found.has("webhook", "warning", "WhatsApp cannot reach it").has("secrets", "warning", "in the clear");
        let people = run_with(&served.town.base.url, &["doctor"], |command| {
            command.env("SEPET_PUBLIC_URL", format!("http://{}", served.town.address));
        });
        assert!(people.well().said.contains("\nok       token "), "{}", people.said);
        assert!(people.said.contains("0 errors, "), "{}", people.said);
        served.end().await;
    }
}

/// What WhatsApp says has nothing to do with the kind of database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_at_whatsapp_is_found() {
    let served = Served::start(Backend::Sqlite).await;
    served.fault(json!({"kind": "code", "code": 190, "on": "all"})).await;
    served.examine().await.has("token", "error", "does not take the access token").errors(1);
    served.faults_over().await;
    served.fault(json!({"kind": "down", "on": "all"})).await;
    served.examine().await.has("token", "error", "cannot be asked").errors(1);
    served.faults_over().await;
    served.fault(json!({"kind": "down", "http": 502, "on": "all"})).await;
    served.examine().await.has("token", "error", "status 502").errors(1);
    served.faults_over().await;
    served.fault(json!({"kind": "code", "code": 10, "on": "all"})).await;
    served.examine().await.has("number", "error", "does not show the number").has(
        "subscription",
        "error",
        "cannot be asked",
    );
    served.faults_over().await;

    served.graph("DELETE", &format!("{WABA}/subscribed_apps"), json!({})).await;
    served.examine().await.has("subscription", "error", "nothing comes in").errors(1);
    let elsewhere = format!("http://{}/webhooks/whatsapp/1234567890?old", served.town.address);
    let wish = json!({"override_callback_uri": elsewhere, "verify_token": "verify"});
    served.graph("POST", &format!("{WABA}/subscribed_apps"), wish).await;
    served.examine().await.has("subscription", "error", "?old").errors(1);
    served.graph("POST", &format!("{WABA}/subscribed_apps"), json!({})).await;
    served.examine().await.errors(0);

    served
        .graph(
            "POST",
            &format!(
                "{NUMBER}/whatsapp_commerce_settings?is_catalog_visible=false&is_cart_enabled=false"
            ),
            json!({}),
        )
        .await;
    served.examine().await.has("catalog", "warning", "the catalog of the number").has(
        "catalog",
        "warning",
        "the cart of the number",
    );
    served.apply(|toml| toml.replace("400000000000004", "499"));
    served.examine().await.has("catalog", "error", "`499` is not connected").errors(1);
    served.apply(|toml| toml.replace("catalog_id = \"400000000000004\"", ""));
    served.examine().await.has("catalog", "warning", "has no catalog").errors(0);
    served.apply(|toml| toml.replace("+905550000001", "+905550000009"));
    served.examine().await.has("number", "warning", "+905550000009 here").has(
        "pace",
        "ok",
        "no faster than WhatsApp takes",
    );
    served.apply(|toml| toml.replace("per_second = 80", "per_second = 400"));
    served.examine().await.has("pace", "warning", "WhatsApp takes 80 from it");
    served.sql("UPDATE channels SET stopped_reason = 'the account is locked'").await;
    served.examine().await.has("number", "error", "the account is locked").errors(1);
    served.end().await;
}

on_both! {
    async fn each_fault_around_the_service_is_found(on: Backend) {
        let mut served = Served::start(on).await;
        let url = format!("http://{}", served.town.address);
        // Another address, or one where somebody else answers.
        let elsewhere = free_address();
        served.examine_with(|c| { c.env("SEPET_PUBLIC_URL", format!("http://{elsewhere}")); }).await
            .has("webhook", "error", "does not answer")
            .has("subscription", "error", "and we are at");
        served.examine_with(|c| { c.env("SEPET_PUBLIC_URL", format!("{url}/api")); }).await
            .has("webhook", "error", "is not found there");
        let simulator = served.town.simulator.base_url();
        served.examine_with(|c| { c.env("SEPET_PUBLIC_URL", &simulator); }).await
            .has("webhook", "error", "where our service would not");

        served.stop();
        served.examine().await.has("webhook", "error", "does not answer");
        let old = "1000";
        let soon = SystemClock.now().ms() + 3_000_000;
        for (sql, level, words) in [
            (format!("INSERT INTO lanes (key, channel_id, due_at) SELECT 'x', id, {old} FROM channels"), "error", "1 customers wait for an answer"),
            ("UPDATE channels SET paused_until = 99999999999999".to_owned(), "warning", "asked the number"),
            (format!("UPDATE channels SET failures = 7, resting_until = {soon}"), "warning", "rests: 7 sends in a row got no answer of WhatsApp, and one is tried again in 4"),
            (format!("UPDATE channels SET resting_until = {old}"), "warning", "one is tried again with the next message"),
            (format!("UPDATE catalog_syncs SET failures = 3, reason = 'x', compared_at = {old}"), "warning", "trouble with their catalog"),
        ] {
            served.sql(&sql).await;
            let check = if sql.contains("UPDATE channels") { "number" } else { "waiting" };
            // The timetable of a catalog is made by the first look at it.
            if sql.contains("catalog_syncs") {
                continue;
            }
            served.examine().await.has(check, level, words);
        }

        served.sql("UPDATE variants SET reserved = 1 WHERE sku = 'cezve'").await;
        served.examine().await.has("database", "error", "stock of cezve is off");
        served.sql("UPDATE variants SET reserved = 0").await;
        served.examine_with(|c| { c.env("SEPET_KEY_FILE", "/nowhere/key"); }).await
            .has("settings", "error", "/nowhere/key cannot be read");
        served.examine_with(|c| { c.env("SEPET_LISTEN", "everywhere"); }).await
            .has("settings", "error", "LISTEN").errors(1);
        served.examine_with(|c| { c.env("SEPET_PUBLIC_URL", "http://shop.example"); }).await
            .has("settings", "error", "no https address");

        served.sql("INSERT INTO seaql_migrations VALUES ('m9999_later', 0)").await;
        served.examine().await.has("database", "error", "`m9999_later`").errors(1);
        served.sql("DELETE FROM seaql_migrations WHERE version >= 'm0011'").await;
        served.examine().await.has("database", "error", "older than this version").errors(1);
        served.end().await;
    }
}

on_both! {
    /// How old the newest one is, of whatever lies in the folder.
    async fn the_age_of_the_newest_backup_is_told(on: Backend) {
        let (base, folder) = (Base::create(on).await, Folder::new());
        let place = folder.0.display().to_string();
        let found = |args: &[&str]| {
            let args: Vec<_> = ["doctor", "--json"].iter().chain(args).copied().collect();
            let ended = run_with(&base.url, &args, |_| {});
            Found(serde_json::from_str(&ended.said).unwrap())
        };
        found(&[]).has("backup", "ok", "not looked at");
        let asked = ["--backups", place.as_str()];
        found(&["--backups", "/nowhere"]).has("backup", "error", "cannot be read");
        found(&asked).has("backup", "error", "there is no backup");
        run_with(&base.url, &["backup", &format!("{place}/a")], |_| {}).well();
        found(&asked).has("backup", "ok", "the newest backup is ").has("backup", "ok", "/a, ");
        // As if it had been made days ago, and once more with half of the file gone.
        let manifest = folder.0.join("a/manifest.json");
        let mut told: Value = serde_json::from_str(&std::fs::read_to_string(&manifest).unwrap()).unwrap();
        for (days, level) in [(3, "warning"), (9, "error")] {
            told["made_at"] = SystemClock.now().plus_seconds(-days * 86_400).to_string().into();
            std::fs::write(&manifest, told.to_string()).unwrap();
            found(&asked).has("backup", level, &format!("{days} days old"));
        }
        std::fs::write(folder.0.join("a/sepet.db"), "half").unwrap();
        found(&asked).has("backup", "error", "there is no backup");
        base.remove().await;
    }
}

on_both! {
    /// A database that is not there is not made, one without a shop is told.
    async fn a_database_that_is_missing_or_empty_is_told(on: Backend) {
        let base = Base::empty(on).await;
        let gone = if on == Backend::Sqlite { base.url.clone() } else { format!("{}x", base.url) };
        let json = |url: &str| {
            let ended = run_with(url, &["doctor", "--json"], |_| {});
            assert_eq!(ended.code, Some(1), "{}{}", ended.said, ended.why);
            Found(serde_json::from_str(&ended.said).unwrap())
        };
        let words = if on == Backend::Sqlite { "there is no file" } else { "cannot be opened" };
        json(&gone).has("database", "error", words).errors(1);
        if on == Backend::Postgres {
            json(&base.url).has("database", "error", "no table is there").errors(1);
        }
        run_with(&base.url, &["migrate"], |_| {}).well();
        json(&base.url).has("settings", "error", "no shop is applied");
        json("nonsense").has("settings", "error", "names no database").errors(1);
        base.remove().await;
    }
}

/// Neither when all is well nor when WhatsApp, the database or the key refuse.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_printed() {
    let served = Served::start(Backend::Sqlite).await;
    let key = served.folder.0.join("key");
    std::fs::write(&key, "5ec2e7".repeat(10) + "abcd").unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let file = served.folder.0.join("shop.toml");
    let toml = seed::shop_toml("https://127.0.0.1:9", true)
        .replace("\"app-secret\"", "\"hush-one\"")
        .replace("\"token\"", "\"hush-three\"");
    std::fs::write(&file, toml).unwrap();
    let file = file.display().to_string();
    let sealed = |command: &mut Command| {
        command.env("SEPET_KEY_FILE", &key);
    };
    run_with(&served.town.base.url, &["shop", "apply", &file], sealed).well();
    let found = served.examine_with(sealed).await;
    found
        .has("token", "error", "cannot be asked")
        .has(
            "secrets",
            "error",
            "`app.verify_token` of the app `1234567890` is a word of the example",
        )
        .has("secrets", "warning", "can be read by others");
    let clear = served.examine().await;
    clear.has("settings", "error", "cannot be read: a stored secret is sealed");
    let wrong = run_with("postgres://sepet:hush-four@127.0.0.1:9/none", &["doctor"], |_| {});
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.said.contains("postgres://sepet:***@127.0.0.1:9/none"), "{}", wrong.said);
    for text in [found.0.to_string(), clear.0.to_string(), wrong.said, wrong.why] {
        assert!(!text.contains("hush-") && !text.contains("5ec2e75"), "{text}");
    }
    served.end().await;
}

/// A file whose pages are broken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_file_is_told() {
    let mut served = Served::start(Backend::Sqlite).await;
    served.stop();
    let file = served.town.base.url.strip_prefix("sqlite://").unwrap().to_owned();
    let mut bytes = std::fs::read(&file).unwrap();
    let page = 4_096;
    // The headers of pages in the middle, not the schema.
    for at in (40..60).map(|n| n * page) {
        bytes[at..at + 16].fill(0xff);
    }
    std::fs::write(&file, bytes).unwrap();
    let found = served.examine().await;
    let faults =
        found.findings().iter().filter(|f| f["check"] == "database" && f["level"] == "error");
    assert!(faults.count() > 0, "{:#}", found.0);
    served.end().await;
}

on_both! {
    /// The tests' clock stands two days from the real one.
    async fn a_clock_that_is_wrong_is_told(shop: &Shop) {
        let app = shop.app();
        let place = Place::parse(shop.database_url()).unwrap();
        let graph = Graph::new(app.platform().clone());
        let found = doctor::examine(app.platform(), &place, &graph).await.unwrap();
        let clocks: Vec<&Finding> = found.iter().filter(|finding| finding.check == "clock").collect();
        assert_eq!(clocks.len(), if shop.on == Backend::Postgres { 2 } else { 1 });
        assert!(clocks.iter().all(|clock| clock.level == Level::Error && clock.remedy.is_some()), "{clocks:?}");
    }
}
