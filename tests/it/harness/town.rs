//! The real binary in processes of its own, over a database of its own; WhatsApp and the customers in the test's process.
//! WhatsApp's journal lies in a file, so that nothing of a long test is forgotten.

use std::{path::PathBuf, process::Command, sync::Arc};

use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use sepet::{
    app::App,
    platform::{clock::SystemClock, config::Config, db::Db},
};
use serde_json::{Value, json};
use simulator::{Delivery, OffsetClock, Pace, Simulator};

use super::{
    Base,
    base::patiently,
    process::{Folder, Running, ready, sepet},
    seed,
};

/// How WhatsApp behaves in it.
pub(crate) struct Habits {
    /// What the phones report by themselves.
    pub(crate) statuses: &'static [&'static str],
    pub(crate) delivery: Delivery,
    /// Seconds after which an unanswered send is sent again.
    pub(crate) unknown_seconds: i32,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            statuses: &["sent", "delivered"],
            delivery: Delivery::Background,
            unknown_seconds: 1,
        }
    }
}

pub(crate) struct Town {
    pub(crate) base: Base,
    /// Where WhatsApp brings its webhooks.
    pub(crate) url: String,
    pub(crate) address: String,
    pub(crate) simulator: Arc<Simulator>,
    /// May do everything in the shop.
    pub(crate) key: SecretString,
    pub(crate) delivery: Delivery,
    folder: Folder,
}

impl Town {
    /// A furnished shop over `base`; nothing runs yet but WhatsApp. There is no pace on either side.
    pub(crate) async fn open(base: Base, habits: Habits) -> Self {
        let (address, folder) = (free_address(), Folder::new());
        let url = format!("http://{address}");
        let off = Pace { pair_seconds: 0, pair_burst: 0, per_second: 0 };
        let config = simulator::Config {
            journal: Some(folder.0.join("journal.jsonl")),
            delivery: habits.delivery,
            auto_statuses: habits.statuses.iter().map(ToString::to_string).collect(),
            pace: off,
            ..simulator::Config::new(vec![seed::account(&url)], Arc::new(OffsetClock::new()))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let simulator = Arc::new(simulator::start(config, listener).await.unwrap());
        let key = furnish(&base.url, &simulator.base_url(), habits.unknown_seconds).await;
        Self { base, url, address, simulator, key, delivery: habits.delivery, folder }
    }

    /// `sepet serve` with these arguments and settings, at `address`.
    pub(crate) fn command(&self, args: &[&str], address: &str) -> Command {
        let mut command = sepet(&["serve"]);
        command
            .args(args)
            .env("SEPET_DATABASE_URL", &self.base.url)
            .env("SEPET_LISTEN", address)
            .env("SEPET_PUBLIC_URL", &self.url)
            .env("SEPET_LOG", "off")
            .current_dir(&self.folder.0);
        command
    }

    /// One process that does everything, when it is ready.
    pub(crate) async fn serve(&self) -> Running {
        let service = Running::start(self.command(&[], &self.address));
        ready(&self.url).await;
        service
    }

    /// One that ends itself when it comes to this point.
    pub(crate) fn serve_until(&self, point: &str) -> Running {
        let mut command = self.command(&[], &self.address);
        command.env("STOP_AT_POINT", point);
        Running::start(command)
    }

    /// A process with a part of the work, and where it listens.
    pub(crate) async fn serve_as(&self, role: &str) -> (Running, String) {
        let address = free_address();
        let url = format!("http://{address}");
        let process = Running::start(self.command(&["--role", role], &address));
        ready(&url).await;
        (process, url)
    }

    pub(crate) async fn db(&self) -> Db {
        patiently(async || Db::connect(&self.base.url).await).await
    }

    /// Calls WhatsApp's control side; anything but success fails the test.
    pub(crate) async fn sim(&self, method: &str, path: &str, body: Value) -> Value {
        call(&self.simulator, method, path, body).await
    }

    /// All exchanges that WhatsApp ever saw.
    pub(crate) fn journal(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.journal_file()).unwrap();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter_map(|mut line| line.get_mut("exchange").map(Value::take)).collect()
    }

    fn journal_file(&self) -> PathBuf {
        self.folder.0.join("journal.jsonl")
    }

    /// As if a minute had passed for those who held something when they died.
    pub(crate) async fn leases_run_out(&self) {
        let db = self.db().await;
        let txn = db.begin_write().await.unwrap();
        let sql =
            "UPDATE outbox SET leased_until = leased_until - 60000 WHERE leased_until IS NOT NULL";
        txn.execute_unprepared(sql).await.unwrap();
        txn.commit().await.unwrap();
        db.close().await.unwrap();
    }

    pub(crate) async fn close(self) {
        drop(self.simulator);
        self.base.remove().await;
    }
}

/// Calls the control side of a simulator of this process.
pub(crate) async fn call(simulator: &Simulator, method: &str, path: &str, body: Value) -> Value {
    let (status, answer) = simulator.control(method, path, body).await;
    assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
    answer
}

/// An address of this machine for a process to listen at. It stays bound by this one, which does not listen: nobody is given
/// the port by chance, and who names it may listen there.
pub(crate) fn free_address() -> String {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::mem::forget(socket);
    address
}

/// The shop, with more Turkish coffee than anybody can buy.
async fn furnish(database_url: &str, graph_url: &str, unknown_seconds: i32) -> SecretString {
    let db = Db::connect(database_url).await.unwrap();
    let config = Config { database_url: database_url.to_owned(), ..Config::default() };
    let app = App::build(config, Arc::new(SystemClock), db).unwrap();
    let seeded = seed::seed(app.platform(), &seed::shop_toml(graph_url, false)).await;
    let txn = app.platform().db.begin_write().await.unwrap();
    for sql in [
        format!("UPDATE channels SET unknown_seconds = {unknown_seconds}"),
        "UPDATE variants SET on_hand = 1000000 WHERE sku = 'turk-100'".to_owned(),
    ] {
        txn.execute_unprepared(&sql).await.unwrap();
    }
    txn.commit().await.unwrap();
    app.drain().await.unwrap();
    seeded.key
}

/// The webhook of one message, as WhatsApp would bring it; `person` as the control side describes them.
pub(crate) fn webhook(person: &Value, message: &Value) -> Vec<u8> {
    let contact = json!({"profile": {"name": person["name"]},
        "wa_id": person["phone"].as_str().unwrap_or_default().trim_start_matches('+'),
        "user_id": person["bsuid"]});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "200000000000002", "changes": [
        {"field": "messages", "value": {"messaging_product": "whatsapp",
            "metadata": {"phone_number_id": "100000000000001"},
            "contacts": [contact], "messages": [message]}}]}]})
    .to_string()
    .into_bytes()
}

/// `sha256=…` of a body, with the app's secret.
pub(crate) fn signature(body: &[u8]) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"app-secret");
    let signed = aws_lc_rs::hmac::sign(&key, body);
    format!("sha256={}", data_encoding::HEXLOWER.encode(signed.as_ref()))
}
