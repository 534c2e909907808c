//! The whole way of an order: verify, commit, acknowledge, reply, note that it was accepted.

use crate::store::{self, Job, Reply};
use crate::webhook::{Seal, Webhook};
use poem::http::StatusCode;
use poem::listener::TcpListener;
use poem::web::Data;
use poem::{Body, EndpointExt, IntoResponse, Request, Response, Route, Server, get, handler};
use rusqlite::Connection;
use std::cell::RefCell;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Jobs that may wait for the writer.
const WAITING: usize = 4096;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    #[arg(long, default_value = "127.0.0.1:8093")]
    listen: String,
    /// App secret that signs the webhooks
    #[arg(long, default_value = "secret")]
    secret: String,
    #[arg(long, default_value_t = 2)]
    threads: usize,
    #[arg(long, default_value = "bot.db")]
    file: String,
    /// off, normal or full: what a commit waits for
    #[arg(long, default_value = "full")]
    synchronous: String,
    /// Where replies go
    #[arg(long, default_value = "http://127.0.0.1:9090")]
    graph: String,
    /// Replies under way at once
    #[arg(long, default_value_t = 64)]
    senders: usize,
    #[arg(long, default_value_t = 1000)]
    products: i64,
}

#[derive(Clone)]
struct Shop {
    seal: Seal,
    file: String,
    jobs: mpsc::Sender<Job>,
}

/// Serves until it is ended.
pub fn serve(options: Options) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(options.threads)
        .enable_all()
        .build()?;
    let (jobs, due) = mpsc::channel::<Job>(WAITING);
    let (replies, outbox) = mpsc::unbounded_channel::<Reply>();
    let mut connection = store::open(&options.file, &options.synchronous);
    store::fill(&mut connection, options.products);
    std::thread::spawn(move || store::write(connection, due, &replies));
    runtime.block_on(async {
        let client = reqwest::Client::builder()
            .pool_max_idle_per_host(options.senders)
            .build()
            .map_err(std::io::Error::other)?;
        let outbox = Arc::new(Mutex::new(outbox));
        let url = format!("{}/v23.0/100000000000001/messages", options.graph);
        for _ in 0..options.senders {
            tokio::spawn(send(outbox.clone(), client.clone(), url.clone(), jobs.clone()));
        }
        let shop = Shop { seal: Seal::new(&options.secret), file: options.file, jobs };
        let routes = Route::new()
            .at("/webhook", get(challenge).post(take))
            .at("/products", get(page))
            .data(shop);
        Server::new(TcpListener::bind(options.listen)).run(routes).await
    })
}

/// Sends one reply after the other.
async fn send(
    outbox: Arc<Mutex<mpsc::UnboundedReceiver<Reply>>>,
    client: reqwest::Client,
    url: String,
    jobs: mpsc::Sender<Job>,
) {
    loop {
        let Some((id, body)) = outbox.lock().await.recv().await else { return };
        let request = client
            .post(&url)
            .header("content-type", "application/json")
            .header("authorization", "Bearer token")
            .body(body);
        let Ok(response) = request.send().await else { continue };
        let good = response.status().is_success();
        if response.bytes().await.is_ok() && good && jobs.send(Job::Sent(id)).await.is_err() {
            return;
        }
    }
}

#[handler]
async fn challenge(request: &Request) -> String {
    let query = request.uri().query().unwrap_or_default();
    let challenge = query.split('&').find_map(|part| part.strip_prefix("hub.challenge="));
    challenge.unwrap_or_default().to_string()
}

#[handler]
async fn take(request: &Request, body: Body, shop: Data<&Shop>) -> StatusCode {
    let Ok(bytes) = body.into_bytes().await else { return StatusCode::BAD_REQUEST };
    if !shop.seal.made(&bytes, request.header("x-hub-signature-256").unwrap_or_default()) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(webhook) = serde_json::from_slice::<Webhook<'_>>(&bytes) else {
        return StatusCode::BAD_REQUEST;
    };
    for message in webhook.messages() {
        let (acked, committed) = oneshot::channel();
        let job = Job::Order {
            wa: message.from.to_string(),
            wamid: message.id.to_string(),
            body: bytes.to_vec(),
            picks: message.picks(),
            acked,
        };
        if shop.jobs.send(job).await.is_err() || committed.await.is_err() {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    StatusCode::OK
}

thread_local! {
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// A page of twenty products, read on the spot: what a list in an admin API can cost at least.
#[handler]
fn page(shop: Data<&Shop>) -> Response {
    let rows = READER.with(|reader| {
        let mut reader = reader.borrow_mut();
        let connection = reader.get_or_insert_with(|| store::open(&shop.file, "normal"));
        let sql = "SELECT id, sku, price, stock FROM product WHERE id > ? ORDER BY id LIMIT 20";
        let mut products = connection.prepare_cached(sql).expect("prepares");
        products
            .query_map([40], |row| {
                Ok(serde_json::json!({
                    "id": row.get::<_, i64>(0)?, "sku": row.get::<_, String>(1)?,
                    "price": row.get::<_, i64>(2)?, "stock": row.get::<_, i64>(3)?,
                }))
            })
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .expect("reads")
    });
    let body = serde_json::json!({ "items": rows }).to_string();
    body.with_content_type("application/json").into_response()
}
