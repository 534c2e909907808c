//! The door for webhooks: who may come in, what is stored, and that 200 means committed.

use std::time::Duration;

use data_encoding::HEXLOWER;
use entity::inbox;
use reqwest::{Response, StatusCode};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use sepet::inbox::{Intake, IntakeError, NewItem};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{Backend, Options, Shop};

const APP: &str = "1234567890";
const NUMBER: &str = "100000000000001";

fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

fn signature(secret: &str, body: &[u8]) -> String {
    use aws_lc_rs::hmac;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("sha256={}", HEXLOWER.encode(hmac::sign(&key, body).as_ref()))
}

async fn post_as(shop: &Shop, app: &str, signature: Option<&str>, body: &[u8]) -> Response {
    let mut call = shop.http().post(format!("{}/webhooks/whatsapp/{app}", shop.url));
    if let Some(signature) = signature {
        call = call.header("x-hub-signature-256", signature);
    }
    call.body(body.to_vec()).send().await.unwrap()
}

async fn post(shop: &Shop, body: &[u8]) -> StatusCode {
    post_as(shop, APP, Some(&signature("app-secret", body)), body).await.status()
}

fn webhook(value: &Value) -> Vec<u8> {
    json!({"object": "whatsapp_business_account", "entry": [
        {"id": "200000000000002", "changes": [{"field": "messages", "value": value}]}]})
    .to_string()
    .into_bytes()
}

/// Reactions to nothing: they make items and no conversation.
fn messages(ids: &[&str]) -> Vec<u8> {
    let messages: Vec<_> = ids
        .iter()
        .map(|id| {
            json!({"id": id, "from": "905551112233", "type": "reaction",
            "timestamp": "1795417100", "reaction": {"message_id": "wamid.0", "emoji": "👍"}})
        })
        .collect();
    webhook(&json!({"metadata": {"phone_number_id": NUMBER}, "messages": messages}))
}

async fn stored(shop: &Shop) -> Vec<inbox::Model> {
    shop.carry().await;
    let order = inbox::Entity::find().order_by_asc(inbox::Column::Arrival);
    order.all(shop.db().reader()).await.unwrap()
}

async fn handshake(shop: &Shop, app: &str, query: &str) -> (StatusCode, String) {
    let url = format!("{}/webhooks/whatsapp/{app}?{query}", shop.url);
    let answer = shop.http().get(url).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

on_both! {
    async fn the_handshake_echoes_the_challenge(shop: &Shop; quiet()) {
        let good = "hub.mode=subscribe&hub.challenge=01%3Cx%3E&hub.verify_token=verify";
        assert_eq!(handshake(shop, APP, good).await, (StatusCode::OK, "01<x>".to_owned()));
        for (app, query, status) in [
            (APP, "hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong", 403),
            (APP, "hub.mode=subscribe&hub.challenge=1&hub.verify_token=", 403),
            (APP, "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=verify", 403),
            (APP, "hub.challenge=1", 403),
            (APP, "", 403),
            ("999", good, 404),
            ("x", good, 404),
            ("%00", good, 404),
        ] {
            assert_eq!(handshake(shop, app, query).await.0.as_u16(), status, "{query}");
        }
    }
}

on_both! {
    async fn only_the_apps_secrets_sign(shop: &Shop; quiet()) {
        let body = messages(&["wamid.1"]);
        let good = signature("app-secret", &body);
        let upper = good.to_uppercase();
        for bad in [None, Some(""), Some("sha256=ab"), Some(&good[7..]), Some(&upper)] {
            assert_eq!(post_as(shop, APP, bad, &body).await.status(), 401, "{bad:?}");
        }
        let other = signature("other-secret", &body);
        assert_eq!(post_as(shop, APP, Some(&other), &body).await.status(), 401);
        for app in ["999", "x", "%00"] {
            assert_eq!(post_as(shop, app, Some(&good), &body).await.status(), 404, "{app}");
        }
        let mut changed = body.clone();
        changed.push(b' ');
        assert_eq!(post_as(shop, APP, Some(&good), &changed).await.status(), 401);
        assert_eq!(stored(shop).await.len(), 0);
        assert_eq!(post_as(shop, APP, Some(&good), &body).await.status(), 200);
        assert_eq!(stored(shop).await.len(), 1);
    }
}

on_both! {
    async fn a_new_secret_holds_at_once_beside_the_old_one(shop: &Shop; quiet()) {
        assert_eq!(post(shop, &messages(&["wamid.1"])).await, 200);
        shop.reapply(r#"app.secrets = ["app-secret", "new-secret"]"#).await.unwrap();
        for (secret, id) in [("new-secret", "wamid.2"), ("app-secret", "wamid.3")] {
            let body = messages(&[id]);
            let answer = post_as(shop, APP, Some(&signature(secret, &body)), &body).await;
            assert_eq!(answer.status(), 200, "{secret}");
        }
        assert_eq!(stored(shop).await.len(), 3);
    }
}

on_both! {
    async fn the_signature_covers_the_bytes_as_they_came(shop: &Shop; quiet()) {
        let body = messages(&["wamid.1"]);
        let call = shop.http().post(format!("{}/webhooks/whatsapp/{APP}", shop.url));
        let call = call.header("x-hub-signature-256", signature("app-secret", &body));
        // Whoever believes this header fails, or unpacks before the signature is checked.
        let call = call.header("content-encoding", "gzip");
        assert_eq!(call.body(body).send().await.unwrap().status(), 200);
        assert_eq!(stored(shop).await[0].dedupe_key, format!("m:{NUMBER}:wamid.1"));
        let page = shop.http().get(format!("{}/health/live", shop.url));
        assert_eq!(page.send().await.unwrap().status(), 200);
        let nowhere = shop.http().get(format!("{}/nowhere", shop.url)).send().await.unwrap();
        assert_eq!(nowhere.status(), 404);
    }
}

on_both! {
    async fn everything_is_stored_once(shop: &Shop; quiet()) {
        let body = messages(&["wamid.1", "wamid.2", "wamid.1"]);
        let posts = (0..20).map(|_| post(shop, &body));
        let answers = futures_util::future::join_all(posts).await;
        assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
        let both = messages(&["wamid.2", "wamid.3"]);
        assert_eq!(post(shop, &both).await, 200);
        let keys: Vec<_> = stored(shop).await.into_iter().map(|item| item.dedupe_key).collect();
        let expected = ["wamid.1", "wamid.2", "wamid.3"].map(|id| format!("m:{NUMBER}:{id}"));
        assert_eq!(keys, expected);
    }
}

on_both! {
    async fn what_is_no_webhook_is_a_dead_letter(shop: &Shop; quiet()) {
        for body in [&b"no json"[..], b"\xff\x00", b"{}", b"[1]", br#"{"object":"page"}"#] {
            assert_eq!(post(shop, body).await, 200);
            assert_eq!(post(shop, body).await, 200);
        }
        let dead = stored(shop).await;
        assert_eq!(dead.len(), 5);
        for letter in &dead {
            assert_eq!((letter.kind, letter.state), (inbox::Kind::Unreadable, inbox::State::Dead));
            assert!(letter.reason.is_some() && letter.done_at.is_some());
        }
        assert_eq!(dead[1].payload, b"\xff\x00");
        assert_eq!(post(shop, br#"{"object":"whatsapp_business_account","entry":[]}"#).await, 200);
        assert_eq!(stored(shop).await.len(), 5);
    }
}

on_both! {
    async fn one_bad_item_never_blocks_its_batch(shop: &Shop; quiet()) {
        let body = webhook(&json!({"metadata": {"phone_number_id": NUMBER},
            "messages": [
                {"from": "905551112233", "type": "text"},
                {"id": "wamid.nul\u{0}", "from": "", "from_user_id": "TR.1\u{0}2",
                    "type": "reaction", "reaction": {"message_id": "wamid.0"}},
                {"id": "wamid.1", "from": "905551112233", "type": "reaction",
                    "reaction": {"message_id": "wamid.0\u{0}", "emoji": "👍"}},
                "x"],
            "statuses": [{"id": "wamid.9"}, {"status": "sent"}]}));
        // Half of a surrogate pair, as Meta would escape it.
        let body = String::from_utf8(body).unwrap().replace("👍", r"\ud83d");
        assert_eq!(post(shop, body.as_bytes()).await, 200);
        let items = stored(shop).await;
        let count = |state| items.iter().filter(|item| item.state == state).count();
        assert_eq!((items.len(), count(inbox::State::Due), count(inbox::State::Dead)), (6, 3, 3));
    }
}

on_both! {
    async fn numbers_of_others_are_kept_until_they_are_ours(shop: &Shop; quiet()) {
        let of = |number: &str| {
            webhook(&json!({"metadata": {"phone_number_id": number}, "messages": [
                {"id": "wamid.1", "from": "905551112233", "type": "reaction",
                    "reaction": {"message_id": "wamid.0"}}]}))
        };
        assert_eq!(post(shop, &of("100000000000009")).await, 200);
        assert_eq!(post(shop, &of("100000000000009")).await, 200);
        let kept = stored(shop).await;
        assert_eq!((kept.len(), kept[0].state, kept[0].channel_id), (1, inbox::State::Kept, None));
        // Once the number is ours, the very next POST with the same message is welcome.
        shop.reapply(r#"channel.phone_number_id = "100000000000009""#).await.unwrap();
        assert_eq!(post(shop, &of("100000000000009")).await, 200);
        let items = stored(shop).await;
        assert_eq!((items.len(), items[1].state), (2, inbox::State::Due));
    }
}

on_both! {
    async fn too_large_is_refused_without_reading_on(shop: &Shop; quiet()) {
        let address = shop.url.trim_start_matches("http://");
        let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /webhooks/whatsapp/{APP} HTTP/1.1\r\nhost: x\r\ncontent-length: 3145729\r\n\
             x-hub-signature-256: sha256={}\r\n\r\n",
            "a".repeat(64)
        );
        line.write_all(head.as_bytes()).await.unwrap();
        let mut answer = vec![0; 64];
        let read = tokio::time::timeout(Duration::from_secs(5), line.read(&mut answer));
        let read = read.await.expect("it waits for the body").unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");

        // The largest that may come does.
        let mut largest = messages(&["wamid.1"]);
        largest.resize(3 * 1024 * 1024, b' ');
        assert_eq!(post(shop, &largest).await, 200);
        // Without a length it is refused as soon as it is too long.
        largest.push(b' ');
        let signature = signature("app-secret", &largest);
        let chunks = largest.chunks(65_536).map(|c| Ok::<_, std::io::Error>(c.to_vec()));
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(
            chunks.collect::<Vec<_>>(),
        ));
        let url = format!("{}/webhooks/whatsapp/{APP}", shop.url);
        let sent = shop.http().post(url).header("x-hub-signature-256", signature).body(body);
        // The server may hang up while we are still sending.
        if let Ok(answer) = sent.send().await {
            assert_eq!(answer.status(), 413);
        }
        assert_eq!(stored(shop).await.len(), 1);
    }
}

on_both! {
    async fn without_the_database_the_provider_is_asked_to_come_again(shop: &Shop; quiet()) {
        let body = messages(&["wamid.1"]);
        assert_eq!(post(shop, &body).await, 200);
        let rename = async |from: &str, to: &str| {
            let txn = shop.db().begin_write().await.unwrap();
            let sql = format!("ALTER TABLE {from} RENAME TO {to}");
            txn.execute_unprepared(&sql).await.unwrap();
            txn.commit().await.unwrap();
        };
        rename("inbox", "inbox_away").await;
        let next = messages(&["wamid.2"]);
        let answer = post_as(shop, APP, Some(&signature("app-secret", &next)), &next).await;
        if shop.on == Backend::Sqlite {
            // It is in the spool, and stays there.
            assert_eq!(answer.status(), 200);
            shop.app().intake().carry(shop.app().platform()).await.unwrap_err();
            rename("inbox_away", "inbox").await;
            assert_eq!(stored(shop).await.len(), 2);
        } else {
            assert_eq!(answer.status(), 503);
            assert!(answer.headers().contains_key("retry-after"));
            rename("inbox_away", "inbox").await;
            assert_eq!(stored(shop).await.len(), 1);
        }
        assert_eq!(post(shop, &next).await, 200);
        assert_eq!(stored(shop).await.len(), 2);
    }
}

fn letter(shop: &Shop, number: usize, bytes: usize) -> Vec<NewItem> {
    vec![NewItem {
        app_id: shop.app_id,
        channel_id: None,
        kind: inbox::Kind::Unreadable,
        dedupe_key: format!("b:{number}"),
        lane: None,
        payload: vec![b'x'; bytes],
        sent_at: shop.now(),
        state: inbox::State::Dead,
        reason: Some("a test".into()),
    }]
}

on_both! {
    async fn what_waits_is_bounded_and_shares_its_commits(shop: &Shop; quiet()) {
        let intake = Intake::start(shop.app().platform().clone()).unwrap();
        let db = shop.db();
        let txn = db.begin_write().await.unwrap();
        if shop.on == Backend::Postgres {
            txn.execute_unprepared("LOCK TABLE inbox").await.unwrap();
        }
        // Nothing can be stored now: 64 MiB wait, and no more.
        let posts = (0..30).map(|n| {
            let (intake, items) = (intake.clone(), letter(shop, n, 3 * 1024 * 1024));
            tokio::spawn(async move { intake.accept(items).await })
        });
        let mut posts: Vec<_> = posts.collect();
        while posts.iter().filter(|post| post.is_finished()).count() < 9 {
            tokio::task::yield_now().await;
        }
        txn.rollback().await.unwrap();
        let mut answers = vec![];
        for post in posts.drain(..) {
            answers.push(post.await.unwrap());
        }
        let count = |error| answers.iter().filter(|a| **a == Err(error)).count();
        // On a disk that is slow some are told to come again, and do.
        let (full, slow) = (count(IntakeError::Full), count(IntakeError::Slow));
        assert_eq!((full, slow + answers.iter().filter(|a| a.is_ok()).count()), (9, 21));
        for (n, answer) in answers.iter().enumerate() {
            if *answer == Err(IntakeError::Slow) {
                while intake.accept(letter(shop, n, 3 * 1024 * 1024)).await.is_err() {
                    intake.carry(shop.app().platform()).await.unwrap();
                }
            }
        }
        while intake.carry(shop.app().platform()).await.unwrap() > 0 {}
        assert_eq!(stored(shop).await.len(), 21);
        assert_eq!(intake.accept(letter(shop, 99, 10)).await, Ok(()));
    }
}
