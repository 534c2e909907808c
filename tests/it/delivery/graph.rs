//! The Graph client against a host that answers as it is told, byte for byte.

use std::sync::Arc;

use sepet::whatsapp::Graph;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

/// Answers one request with these bytes; gives what was asked.
async fn host(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let (mut line, _) = listener.accept().await.unwrap();
        let mut asked = String::new();
        let mut bytes = vec![0; 8_192];
        while !asked.ends_with('}') {
            let read = line.read(&mut bytes).await.unwrap();
            asked.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        line.write_all(answer.as_bytes()).await.unwrap();
        asked
    });
    (url, asked)
}

async fn channel_at(shop: &Shop, url: &str) -> channel::Model {
    channel::Model { graph_url: url.to_owned(), ..channel_of(shop, shop.channel_id).await }
}

async fn outcome_at(shop: &Shop, url: &str) -> Outcome {
    let graph = Graph::new(Arc::clone(shop.app().platform()));
    let channel = channel_at(shop, url).await;
    let to = Recipient::Phone("+905551112233".into());
    graph.send(&channel, &to, &Outbound::text("Merhaba"), OutboxId::new(shop.now())).await
}

async fn outcome_of(shop: &Shop, answer: &'static str) -> Outcome {
    let (url, asked) = host(answer).await;
    let outcome = outcome_at(shop, &url).await;
    asked.await.unwrap();
    outcome
}

fn http(status: &str, headers: &str, body: &str) -> &'static str {
    let length = body.len();
    let whole = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}");
    Box::leak(whole.into_boxed_str())
}

fn error(code: i64) -> String {
    format!(
        r#"{{"error":{{"message":"(#{code}) m","type":"OAuthException","code":{code},
        "error_data":{{"messaging_product":"whatsapp","details":"why"}},"fbtrace_id":"A"}}}}"#
    )
}

#[tokio::test]
async fn the_request_is_what_whatsapp_wants() {
    let shop = Shop::open_with(crate::harness::Backend::Sqlite, quiet()).await;
    let good = r#"{"messaging_product":"whatsapp","messages":[{"id":"wamid.1"}]}"#;
    let (url, asked) = host(http("200 OK", "", good)).await;
    let accepted = Outcome::Accepted { wamid: Some("wamid.1".into()) };
    assert_eq!(outcome_at(&shop, &url).await, accepted);
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("POST /v25.0/100000000000001/messages HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("authorization: Bearer token\r\n"), "{asked}");
    assert!(asked.contains("content-type: application/json\r\n"), "{asked}");
    assert!(asked.contains(r#""to":"+905551112233""#), "{asked}");
    shop.close().await;
}

#[tokio::test]
async fn answers_become_outcomes() {
    let shop = Shop::open_with(crate::harness::Backend::Sqlite, quiet()).await;
    let why = || "why".to_owned();
    let dated =
        "date: Wed, 25 Nov 2026 08:00:00 GMT\r\nretry-after: Wed, 25 Nov 2026 08:05:00 GMT\r\n";
    let retry_after = "retry-after: 7\r\n";
    let for_days = "retry-after: 999999\r\n";
    let usage = "x-business-use-case-usage: {\"200\":[{\"type\":\"messaging\",\
                 \"call_count\":100,\"estimated_time_to_regain_access\":3}]}\r\n";
    let cases: Vec<(&'static str, Outcome)> = vec![
        (http("200 OK", "", "{}"), Outcome::Accepted { wamid: None }),
        (http("200 OK", "", "no json"), Outcome::Accepted { wamid: None }),
        (
            http("400 Bad Request", "", &error(131_026)),
            Outcome::Refused { code: Some(131_026), text: why() },
        ),
        (
            http("400 Bad Request", "", &error(131_047)),
            Outcome::WindowClosed { code: 131_047, text: why() },
        ),
        (
            http("400 Bad Request", "", &error(131_056)),
            Outcome::PairThrottled { code: 131_056, text: why(), after_ms: None },
        ),
        (
            http("401 Unauthorized", "", &error(190)),
            Outcome::ChannelStopped { code: Some(190), text: why() },
        ),
        (
            http("500 Internal", "", &error(131_016)),
            Outcome::Retry { code: Some(131_016), text: why(), after_ms: None },
        ),
        (
            http("500 Internal", "", &error(131_000)),
            Outcome::Unknown { text: "code 131000: why".into(), after_ms: None },
        ),
        (
            http("400 Bad Request", retry_after, &error(130_429)),
            Outcome::Throttled { code: 130_429, text: why(), after_ms: Some(7_000) },
        ),
        (
            http("400 Bad Request", usage, &error(80_007)),
            Outcome::Throttled { code: 80_007, text: why(), after_ms: Some(180_000) },
        ),
        (
            http("400 Bad Request", "", &error(131_053)),
            Outcome::RetryOnce { code: 131_053, text: why(), after_ms: None },
        ),
        (
            http("503 Unavailable", "", "<html>"),
            Outcome::Unknown {
                text: "an unreadable answer with status 503".into(),
                after_ms: None,
            },
        ),
        (
            http("503 Unavailable", retry_after, "<html>"),
            Outcome::Unknown {
                text: "an unreadable answer with status 503".into(),
                after_ms: Some(7_000),
            },
        ),
        (
            http("503 Unavailable", dated, "<html>"),
            Outcome::Unknown {
                text: "an unreadable answer with status 503".into(),
                after_ms: Some(300_000),
            },
        ),
        (
            http("400 Bad Request", for_days, &error(130_429)),
            Outcome::Throttled { code: 130_429, text: why(), after_ms: Some(82_800_000) },
        ),
        (
            http("429 Too Many", for_days, "<html>"),
            Outcome::Throttled {
                code: 429,
                text: "an unreadable answer with status 429".into(),
                after_ms: Some(3_600_000),
            },
        ),
        (
            http("400 Bad Request", retry_after, &error(131_056)),
            Outcome::PairThrottled { code: 131_056, text: why(), after_ms: Some(7_000) },
        ),
        (
            http("403 Forbidden", "", "<html>"),
            Outcome::Retry {
                code: None,
                text: "an unreadable answer with status 403".into(),
                after_ms: None,
            },
        ),
        (
            http("302 Found", "location: http://127.0.0.1:1/\r\n", ""),
            Outcome::ChannelStopped { code: None, text: "graph_url redirects".into() },
        ),
        ("", Outcome::Unknown { text: "the connection was cut".into(), after_ms: None }),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"mess",
            Outcome::Unknown { text: "the connection was cut".into(), after_ms: None },
        ),
    ];
    for (answer, expected) in cases {
        assert_eq!(outcome_of(&shop, answer).await, expected, "{answer}");
    }
    shop.close().await;
}

#[tokio::test]
async fn a_connection_that_was_never_made_carried_nothing() {
    let shop = Shop::open_with(crate::harness::Backend::Sqlite, quiet()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let expected =
        Outcome::Retry { code: None, text: "the host cannot be reached".into(), after_ms: None };
    assert_eq!(outcome_at(&shop, &url).await, expected);
    shop.close().await;
}

#[tokio::test]
async fn the_token_goes_nowhere_else() {
    let shop = Shop::open_with(crate::harness::Backend::Sqlite, quiet()).await;
    for url in ["http://example.com", "http://10.0.0.1:80", "ftp://127.0.0.1", "nonsense", ""] {
        let outcome = outcome_at(&shop, url).await;
        assert!(
            matches!(outcome, Outcome::ChannelStopped { code: None, .. }),
            "{url}: {outcome:?}"
        );
    }
    shop.close().await;
}

#[tokio::test]
async fn products_without_a_catalog_are_refused_here() {
    let shop = Shop::open_with(crate::harness::Backend::Sqlite, quiet()).await;
    let graph = Graph::new(Arc::clone(shop.app().platform()));
    let channel =
        channel::Model { catalog_id: None, ..channel_at(&shop, "http://127.0.0.1:1").await };
    let to = Recipient::Phone("+905551112233".into());
    let product = Outbound::Product { sku: "a".into(), body: None, footer: None };
    let outcome = graph.send(&channel, &to, &product, OutboxId::new(shop.now())).await;
    let text = "the channel has no catalog to show products from".to_owned();
    assert_eq!(outcome, Outcome::Refused { code: None, text });
    shop.close().await;
}
