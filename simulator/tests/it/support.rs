//! A business around the simulator: it receives webhooks, checks each signature, and calls the Graph side.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::{Request, Response, Server};
use serde_json::{Value, json};
use simulator::{Account, Config, Delivery, ManualClock, Simulator};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// 2026-11-01, noon UTC.
pub(crate) const NOON: i64 = 1_793_534_400_000;
pub(crate) const PHONE: &str = "+905551112233";

/// What came to the webhook.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) raw: String,
    pub(crate) signature: String,
    pub(crate) body: Value,
}

/// The webhook of the business.
#[derive(Clone)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) received: Arc<Mutex<Vec<Received>>>,
    pub(crate) answer: Arc<AtomicU16>,
    pub(crate) came: Arc<Notify>,
}

impl Webhook {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let webhook = Self {
            url,
            received: Arc::default(),
            answer: Arc::new(AtomicU16::new(200)),
            came: Arc::default(),
        };
        let inner = webhook.clone();
        let endpoint = poem::endpoint::make(move |request: Request| {
            let inner = inner.clone();
            async move { Ok::<_, std::convert::Infallible>(inner.take(request).await) }
        });
        let acceptor = TcpAcceptor::from_tokio(listener).unwrap();
        tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
        webhook
    }

    async fn take(&self, mut request: Request) -> Response {
        if request.method() == poem::http::Method::GET {
            let query = request.uri().query().unwrap_or_default().to_owned();
            let value = |key: &str| {
                query.split('&').find_map(|pair| pair.strip_prefix(key)).unwrap_or("").to_owned()
            };
            if value("hub.verify_token=") == "verify" && value("hub.mode=") == "subscribe" {
                return Response::builder().body(value("hub.challenge="));
            }
            return StatusCode::FORBIDDEN.into();
        }
        let signature = request.header("x-hub-signature-256").unwrap_or_default().to_owned();
        let raw = request.take_body().into_string().await.unwrap();
        let body = serde_json::from_str(&raw).unwrap_or(Value::Null);
        self.received.lock().unwrap().push(Received { raw, signature, body });
        self.came.notify_one();
        StatusCode::from_u16(self.answer.load(Ordering::SeqCst)).unwrap().into()
    }

    /// Every `value` received, in order.
    pub(crate) fn values(&self) -> Vec<Value> {
        let received = self.received.lock().unwrap();
        let changes = |r: &Received| -> Vec<Value> {
            let entries = r.body["entry"].as_array().cloned().unwrap_or_default();
            entries
                .iter()
                .flat_map(|e| e["changes"].as_array().cloned().unwrap_or_default())
                .collect()
        };
        received.iter().flat_map(changes).map(|change| change["value"].clone()).collect()
    }

    /// Every message received.
    pub(crate) fn messages(&self) -> Vec<Value> {
        self.list("messages")
    }

    /// Every status received.
    pub(crate) fn statuses(&self) -> Vec<Value> {
        self.list("statuses")
    }

    fn list(&self, key: &str) -> Vec<Value> {
        let values = self.values();
        values.iter().flat_map(|v| v[key].as_array().cloned().unwrap_or_default()).collect()
    }

    pub(crate) fn forget(&self) {
        self.received.lock().unwrap().clear();
    }
}

/// `sha256=…` of `body` under the account's secret.
pub(crate) fn sign(body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
    format!("sha256={}", HEXLOWER.encode(hmac::sign(&key, body).as_ref()))
}

pub(crate) fn account(number: u32, webhook_url: &str) -> Account {
    Account {
        app_id: "app".into(),
        app_secret: "secret".into(),
        verify_token: "verify".into(),
        webhook_url: webhook_url.into(),
        access_token: format!("token-{number}"),
        phone_number_id: format!("10{number}"),
        display_phone_number: format!("+90 850 000 00 0{number}"),
        waba_id: format!("20{number}"),
        portfolio_id: format!("30{number}"),
        catalog_id: format!("40{number}"),
        business_name: "Shop".into(),
    }
}

/// A simulator, the business it plays for, and a clock in hand.
pub(crate) struct Bench {
    pub(crate) sim: Simulator,
    pub(crate) webhook: Webhook,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) http: reqwest::Client,
}

impl Bench {
    pub(crate) async fn open() -> Self {
        Self::with(|_| ()).await
    }

    /// Two accounts in two portfolios, seeded, webhooks on flush; `change` may change that.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::at(NOON, change).await
    }

    pub(crate) async fn at(now_ms: i64, change: impl FnOnce(&mut Config)) -> Self {
        let webhook = Webhook::open().await;
        let clock = Arc::new(ManualClock::at(now_ms));
        let accounts = vec![account(1, &webhook.url), account(2, &webhook.url)];
        let mut config = Config {
            delivery: Delivery::OnFlush,
            seed: Some(1),
            ..Config::new(accounts, Arc::clone(&clock) as _)
        };
        change(&mut config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sim = simulator::start(config, listener).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sim, webhook, clock, http }
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.sim.control("POST", path, body).await
    }

    /// A control call that must work.
    pub(crate) async fn ok(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.sim.control("GET", path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// A person with [`PHONE`].
    pub(crate) async fn ayse(&self) -> Value {
        self.ok("/sim/customers", json!({"name": "Ayşe", "phone": PHONE, "bsuid": "TR.1234567890"}))
            .await
    }

    /// The person writes, so the window is open; gives the message id.
    pub(crate) async fn says(&self, customer: &Value, message: Value) -> String {
        let id = customer["id"].as_str().unwrap();
        let answer = self.ok(&format!("/sim/customers/{id}/messages"), message).await;
        answer["id"].as_str().unwrap().to_owned()
    }

    /// [`PHONE`] with an open window and no webhook waiting.
    pub(crate) async fn chatting(&self) -> Value {
        let ayse = self.ayse().await;
        self.says(&ayse, json!({"type": "text", "body": "merhaba"})).await;
        self.sim.flush().await;
        self.webhook.forget();
        ayse
    }

    pub(crate) fn graph(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/v25.0/{path}", self.sim.base_url());
        self.http.request(method, url).bearer_auth("token-1")
    }

    /// A POST to the Graph side as the first account.
    pub(crate) async fn call(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.graph(reqwest::Method::POST, path).json(&body)).await
    }

    pub(crate) async fn read(&self, path: &str) -> (u16, Value) {
        answer(self.graph(reqwest::Method::GET, path)).await
    }

    /// Sends as the first account's number.
    pub(crate) async fn send(&self, body: Value) -> (u16, Value) {
        self.call("101/messages", body).await
    }

    /// A send that must be accepted; gives the message id.
    pub(crate) async fn sent(&self, body: Value) -> String {
        let (status, answer) = self.send(body).await;
        assert_eq!(status, 200, "{answer}");
        answer["messages"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn chat(&self, customer: &Value) -> Vec<Value> {
        let id = customer["id"].as_str().unwrap();
        let chat = self.get(&format!("/sim/customers/{id}/chat")).await;
        chat["bubbles"].as_array().unwrap().clone()
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or(Value::Null))
}

/// A text to [`PHONE`].
pub(crate) fn text(body: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": PHONE, "type": "text", "text": {"body": body}})
}

/// An interactive message to [`PHONE`].
pub(crate) fn interactive(interactive: Value) -> Value {
    json!({"messaging_product": "whatsapp", "to": PHONE, "type": "interactive", "interactive": interactive})
}

/// Buttons with these ids and titles.
pub(crate) fn buttons(choices: &[(&str, &str)]) -> Value {
    let reply =
        |(id, title): &(&str, &str)| json!({"type": "reply", "reply": {"id": id, "title": title}});
    let buttons: Vec<Value> = choices.iter().map(reply).collect();
    interactive(json!({"type": "button", "body": {"text": "?"}, "action": {"buttons": buttons}}))
}

/// A complete new item.
pub(crate) fn item(sku: &str, price: &str) -> Value {
    json!({"method": "CREATE", "data": {"id": sku, "title": format!("Item {sku}"), "description": "Good.",
        "availability": "in stock", "condition": "new", "price": price, "link": "https://shop.example/p",
        "image_link": "https://shop.example/p.jpg", "brand": "Acme"}})
}

pub(crate) fn batch(requests: Vec<Value>) -> Value {
    json!({"item_type": "PRODUCT_ITEM", "requests": requests})
}

impl Bench {
    /// Sends a batch, asks twice, and gives the final status.
    pub(crate) async fn batched(&self, requests: Vec<Value>) -> Value {
        let (status, taken) = self.call("401/items_batch", batch(requests)).await;
        assert_eq!(status, 200, "{taken}");
        let handle = taken["handles"][0].as_str().unwrap();
        let path = format!(
            "401/check_batch_request_status?handle={handle}&load_ids_of_invalid_requests=true"
        );
        let (_, first) = self.read(&path).await;
        assert_eq!(first["data"][0]["status"], "started");
        let (_, last) = self.read(&path).await;
        assert_eq!(last["data"][0]["status"], "finished");
        last["data"][0].clone()
    }
}
