//! The edge by itself, on an SQLite file.

use std::{num::NonZeroU32, path::PathBuf, sync::Arc};

use entity::Timestamp;
use poem::{Response, endpoint::BoxEndpoint, http::StatusCode, test::TestClient};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::*;
use crate::{
    platform::{clock::Clock, config::Config, db::Db, secret::Sealer, worker::Wake},
    shop::{ShopFile, keys, keys::Scope},
};

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(1_790_000_000_000)
    }
}

struct Bench {
    client: TestClient<BoxEndpoint<'static, Response>>,
    key: SecretString,
    platform: Arc<Platform>,
    folder: PathBuf,
}

impl Bench {
    async fn open(name: &str, limits: Limits) -> Self {
        let folder = std::env::temp_dir().join(format!("sepet-http-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::connect(&format!("sqlite://{}/a.db", folder.display())).await.unwrap();
        db.migrate().await.unwrap();
        let file = r#"
            app = { id = "1", secrets = ["s"], verify_token = "v" }
            channel = { phone_number_id = "2", display_phone_number = "+905550000001", waba_id = "3", portfolio_id = "4", access_token = "t" }
            shop = { handle = "a", name = "A", currency = "TRY", languages = ["tr"], time_zone = "Europe/Istanbul" }
        "#;
        let file = ShopFile::parse(file, &folder).unwrap();
        let txn = db.begin_write().await.unwrap();
        let now = Still.now();
        let shop = crate::shop::apply(&txn, &Sealer::default(), &file, now).await.unwrap().shop_id;
        let (_, key) = keys::create(&txn, now, shop, "test", Scope::ALL, None).await.unwrap();
        txn.commit().await.unwrap();
        let platform = Arc::new(Platform {
            db,
            clock: Arc::new(Still),
            config: Config::default(),
            sealer: Sealer::default(),
            wake: Wake::default(),
            memory: Default::default(),
            points: Default::default(),
            traces: Default::default(),
        });
        let hooks = Arc::new(crate::whatsapp::Webhooks::new(platform.clone()));
        let state = State {
            platform: platform.clone(),
            intake: Intake::start(platform.clone()).unwrap(),
            door: hooks.clone(),
            source: hooks,
            workers: None,
            limits,
        };
        let client = TestClient::new(endpoint(state).boxed());
        Self { client, key, platform, folder }
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        let method = method.parse().unwrap();
        let mut request = self
            .client
            .request(method, path)
            .header("Authorization", format!("Bearer {}", self.key.expose_secret()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.content_type("application/json").body(body.to_owned());
        }
        Got::read(request.send().await.0).await
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

struct Got {
    status: u16,
    headers: poem::http::HeaderMap,
    text: String,
}

impl Got {
    async fn read(mut response: Response) -> Self {
        let text = response.take_body().into_string().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    #[track_caller]
    fn is(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!((&body["code"], &body["status"]), (&json!(code), &json!(status)), "{body}");
        for member in ["type", "title", "detail", "remedy"] {
            assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {body}");
        }
        assert!(!self.header("x-request-id").is_empty());
    }
}

#[tokio::test]
async fn whatever_is_refused_is_a_problem() {
    let bench = Bench::open("problems", Limits::default()).await;
    let got = Got::read(bench.client.get("/api/v1/me").send().await.0).await;
    got.is(401, "key-missing");
    assert!(got.header("www-authenticate").starts_with("Bearer"));
    bench.send("GET", "/api/v1/nowhere", &[], "").await.is(404, "no-route");
    bench.send("GET", "/nowhere", &[], "").await.is(404, "no-route");
    let got = bench.send("PUT", "/api/v1/keys", &[], "").await;
    got.is(405, "method-not-allowed");
    assert_eq!(got.header("allow"), "GET, POST");
    let got = bench.send("POST", "/health/live", &[], "").await;
    got.is(405, "method-not-allowed");
    assert_eq!(got.header("allow"), "GET");
    bench.send("POST", "/api/v1/keys", &[], "{").await.is(400, "invalid-body");
    let got = bench.send("POST", "/api/v1/keys", &[], r#"{"name":"a","scopes":["x"]}"#).await;
    got.is(400, "invalid-body");
    let unknown = r#"{"name":"a","scopes":["orders:read"],"nmae":1}"#;
    let got = bench.send("POST", "/api/v1/keys", &[], unknown).await;
    got.is(400, "invalid-body");
    assert!(got.json()["detail"].as_str().unwrap().contains("nmae"), "{}", got.text);
    assert!(!got.text.contains("NewApiKey"), "no names of types: {}", got.text);
    bench.send("GET", "/api/v1/keys?limit=101", &[], "").await.is(400, "invalid-parameter");
    bench.send("GET", "/api/v1/keys?limmit=10", &[], "").await.is(400, "invalid-parameter");
    bench.send("GET", "/api/v1/keys?cursor=abc", &[], "").await.is(400, "invalid-cursor");
    bench.send("GET", "/api/v1/keys/key_1", &[], "").await.is(400, "invalid-parameter");
    let foreign = entity::ApiKeyId::new(Still.now());
    bench.send("GET", &format!("/api/v1/keys/{foreign}"), &[], "").await.is(404, "not-found");
    let large = format!("{{\"name\":\"{}\"}}", "a".repeat(1 << 20));
    bench.send("POST", "/api/v1/keys", &[], &large).await.is(413, "body-too-large");
    let plain = bench.client.post("/api/v1/keys").content_type("text/plain").body("x");
    let plain =
        plain.header("Authorization", format!("Bearer {}", bench.key.expose_secret())).send();
    Got::read(plain.await.0).await.is(415, "unsupported-media-type");
}

#[tokio::test]
async fn nul_is_refused_before_anything_is_looked_up() {
    let bench = Bench::open("nul", Limits::default()).await;
    bench.send("GET", "/api/v1/variants?sku=%00", &[], "").await.is(400, "invalid-parameter");
    bench.send("GET", "/api/v1/texts/tr/a%00b", &[], "").await.is(400, "invalid-parameter");
    let encoded = bench.send("GET", "/api/v1/variants?sku=%2500", &[], "").await;
    assert_eq!(encoded.status, 200, "{}", encoded.text);
    let key = |name: &str| format!(r#"{{"name":"{name}","scopes":["orders:read"]}}"#);
    let got = bench.send("POST", "/api/v1/keys", &[], &key(r"a\u0000")).await;
    got.is(422, "invalid-value");
    let got = bench.send("POST", "/api/v1/keys", &[], &key(r"a\\u0000")).await;
    assert_eq!((got.status, &got.json()["about"]["name"]), (201, &json!(r"a\u0000")));

    // A file is no JSON.
    let file = bench.client.post("/api/v1/imports").content_type("text/csv");
    let file = file.header("Authorization", format!("Bearer {}", bench.key.expose_secret()));
    let file = file.body("id,title,price\na,\\u0000,1.00 TRY\n").send();
    let got = Got::read(file.await.0).await;
    assert_eq!((got.status, &got.json()["created"]), (201, &json!(1)), "{}", got.text);
}

#[tokio::test]
async fn me_tells_which_key_it_is_and_what_is_left() {
    let bench = Bench::open("me", Limits::default()).await;
    let got = bench.send("GET", "/api/v1/me", &[], "").await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert_eq!(got.json()["shop"]["handle"], "a");
    assert_eq!(got.header("ratelimit-limit"), "100");
    assert_eq!(got.header("ratelimit-remaining"), "99");
    assert!(got.header("cache-control").contains("no-cache"));
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(bench.send("GET", path, &[], "").await.json()["status"], "ok");
    }
}

#[tokio::test]
async fn a_key_that_asks_too_often_waits() {
    let two = NonZeroU32::new(2).unwrap();
    let limits = Limits { per_second: two, burst: two, ..Limits::default() };
    let bench = Bench::open("pace", limits).await;
    for _ in 0..2 {
        assert_eq!(bench.send("GET", "/api/v1/me", &[], "").await.status, 200);
    }
    let got = bench.send("GET", "/api/v1/me", &[], "").await;
    got.is(429, "rate-limited");
    assert_eq!((got.header("retry-after"), got.header("ratelimit-remaining")), ("1", "0"));
}

const NEW: &str = r#"{"name":"ERP","scopes":["orders:read"]}"#;

#[tokio::test]
async fn a_repeat_gets_the_same_answer_and_makes_nothing() {
    let bench = Bench::open("once", Limits::default()).await;
    let once = [("Idempotency-Key", "a-1")];
    let first = bench.send("POST", "/api/v1/keys", &once, NEW).await;
    let again = bench.send("POST", "/api/v1/keys", &once, NEW).await;
    assert_eq!((first.status, again.status), (201, 201), "{}", first.text);
    assert_eq!(first.text, again.text);
    assert_eq!(
        (first.header("idempotency-replayed"), again.header("idempotency-replayed")),
        ("", "true")
    );
    // The same key, written in another way.
    let loose = bench.client.post("/api/v1/keys").content_type("application/json").body(NEW);
    let loose = loose.header("Authorization", format!("bearer  {}", bench.key.expose_secret()));
    let loose = Got::read(loose.header("Idempotency-Key", "a-1").send().await.0).await;
    assert_eq!((loose.status, &loose.text), (201, &first.text));
    let other = NEW.replace("ERP", "CRM");
    bench.send("POST", "/api/v1/keys", &once, &other).await.is(422, "idempotency-mismatch");
    bench
        .send("POST", "/api/v1/keys", &[("Idempotency-Key", "a b")], NEW)
        .await
        .is(400, "invalid-idempotency-key");
    let listed = bench.send("GET", "/api/v1/keys", &[], "").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2, "{listed}");

    // What the database keeps for a replay does not show the secret.
    use sea_orm::EntityTrait;
    let kept =
        entity::idempotency_key::Entity::find().all(bench.platform.db.reader()).await.unwrap();
    assert_eq!(kept.len(), 1, "the refused ones left nothing behind");
    let key = first.json()["key"].as_str().unwrap().to_owned();
    assert!(!String::from_utf8_lossy(&kept[0].body).contains(&key));
}

#[tokio::test]
async fn at_the_same_time_one_is_carried_out() {
    let bench = Bench::open("race", Limits::default()).await;
    let once = [("Idempotency-Key", "race")];
    let all = (0..8).map(|_| bench.send("POST", "/api/v1/keys", &once, NEW));
    let all = futures_util::future::join_all(all).await;
    assert!(all.iter().all(|got| got.status == 201 && got.text == all[0].text));
    let replayed = all.iter().filter(|got| got.header("idempotency-replayed") == "true");
    assert_eq!(replayed.count(), 7);
}

#[tokio::test]
async fn reference_and_problem_pages_are_served() {
    let bench = Bench::open("docs", Limits::default()).await;
    let page = bench.send("GET", "/api/docs", &[], "").await;
    assert_eq!(page.status, StatusCode::OK.as_u16());
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    let document = bench.send("GET", "/api/openapi.json", &[], "").await;
    assert_eq!(document.text, openapi_document());
    let problem = bench.send("GET", "/api/problems/stale", &[], "").await;
    assert!(problem.text.contains("<h1>stale</h1>") && problem.text.contains("If-Match"));
    assert_eq!(bench.send("GET", "/api/problems/none", &[], "").await.status, 404);
}

#[tokio::test]
async fn a_panic_is_a_problem_that_tells_nothing() {
    #[poem::handler]
    fn breaks() -> String {
        panic!("secret")
    }
    let app = Route::new()
        .at("/", poem::get(breaks))
        .with(CatchPanic::new().with_handler(problem::from_panic))
        .with(RequestId::new());
    let got = Got::read(TestClient::new(app).get("/").send().await.0).await;
    got.is(500, "internal");
    assert!(!got.text.contains("secret"));
}
