//! Clocks that jump, clocks that differ, people who hold the door: slow lines and floods.

use std::time::{Duration, Instant};

use entity::outbox;
use sea_orm::EntityTrait;
use serde_json::json;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, task::JoinSet};

use super::{of, proven};
use crate::{
    harness::Shop,
    rush::{CONFIRM, SERVICES, all_tap, all_want, orders, unpaced},
};

on_both! {
    async fn a_clock_that_jumps_loses_nothing_and_keeps_the_order(shop: &Shop; unpaced()) {
        let ayse = shop.customer("Ayşe").await;
        ayse.say("merhaba").await;
        let crew = shop.services(1).await;
        for jump in [-3_600, 7_200, -30, 30] {
            // One is answered and its answer is not sent, one has come and is not answered when it happens.
            ayse.post(json!({"type": "text", "body": "menü"})).await;
            crew.settle_chats().await;
            ayse.post(json!({"type": "text", "body": "sepet"})).await;
            shop.sim("POST", "/sim/flush", Some(json!({}))).await;
            shop.advance(jump);
            ayse.post(json!({"type": "text", "body": "menü"})).await;
            shop.settle().await;
            // What a jump back leaves in the future is found as soon as the jump is seen, when it is more than clocks may
            // differ; behind a small one it is due a little later.
            sepet::inbox::set_back(shop.app().platform()).await.unwrap();
            shop.pass(if jump == -30 { 60 } else { 5 }).await;
            assert_eq!(ayse.news().await.len(), 3, "jump of {jump} s");
        }
        crew.close().await;
        let rows = outbox::Entity::find().all(shop.db().reader()).await.unwrap();
        assert!(rows.iter().all(|row| row.state == outbox::State::Sent && !row.repeated));
        proven(&format!("clock-jumps-{}", shop.on.name()), "−1 h, +2 h, −30 s, +30 s: each input has its one answer at once (after −30 s within a minute), nothing is sent again");
    }
}

on_both! {
    /// Five seconds apart from one service to the next.
    async fn workers_whose_clocks_differ_by_seconds_do_everything_once(shop: &Shop; unpaced()) {
        let services = shop.services_apart(SERVICES, 5_000).await;
        let mut people = Vec::new();
        for n in 0..40 {
            people.push(shop.customer(&format!("Kişi {n}")).await);
        }
        all_want(&services, &people, &[("turk-100", 1)]).await;
        all_tap(&services, &people, CONFIRM).await;
        assert_eq!(orders(shop).await, 40);
        for person in &people {
            assert_eq!(person.bubbles().await.len(), 4, "{}: one answer each", person.name);
        }
        let rows = outbox::Entity::find().all(shop.db().reader()).await.unwrap();
        assert!(rows.iter().all(|row| row.state == outbox::State::Sent && !row.repeated));
        // What one with a fast clock has written down is due for the others a little later.
        shop.advance(15);
        services.settle().await;
        proven(&format!("clocks-apart-{}", shop.on.name()), "3 workers, 5 s and 10 s ahead: 40 orders, 160 answers, each once");
        services.close().await;
    }
}

on_both! {
    /// Lines that say a little and then nothing, and a flood of what nobody signed, beside honest webhooks.
    async fn slow_lines_and_floods_do_not_keep_honest_traffic_out(shop: &Shop; unpaced()) {
        let (slow, flood, honest) = of((200, 400, 30), (400, 10_000, 500));
        let address = shop.url.trim_start_matches("http://").to_owned();
        let mut lines = Vec::new();
        for n in 0..slow {
            let mut line = TcpStream::connect(&address).await.unwrap();
            // Half of them stop within the head, half within the body.
            let said = if n % 2 == 0 {
                "POST /webhooks/whatsapp/1234567890 HTTP/1.1\r\nhost: x\r\ncontent-le".to_owned()
            } else {
                format!(
                    "POST /webhooks/whatsapp/1234567890 HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\
                     x-hub-signature-256: sha256={}\r\n\r\n{{\"entry\":",
                    "a".repeat(64)
                )
            };
            line.write_all(said.as_bytes()).await.unwrap();
            lines.push(line);
        }
        let mut noise = JoinSet::new();
        for _ in 0..16 {
            let (http, url) = (shop.http().clone(), format!("{}/webhooks/whatsapp/1234567890", shop.url));
            noise.spawn(async move {
                for _ in 0..flood / 16 {
                    let call = http.post(&url).header("x-hub-signature-256", format!("sha256={}", "b".repeat(64)));
                    let status = call.body(vec![b'x'; 2_000]).send().await.unwrap().status();
                    assert_eq!(status.as_u16(), 401);
                }
            });
        }
        let ayse = shop.customer("Ayşe").await;
        let mut slowest = Duration::ZERO;
        for _ in 0..honest {
            ayse.post(json!({"type": "text", "body": "menü"})).await;
            let began = Instant::now();
            let flushed = shop.sim("POST", "/sim/flush", Some(json!({}))).await;
            slowest = slowest.max(began.elapsed());
            assert_eq!((&flushed["delivered"], &flushed["failed"]), (&json!(1), &json!(0)));
        }
        noise.join_all().await;
        assert!(slowest < Duration::from_secs(30), "{slowest:?}");
        drop(lines);
        shop.settle().await;
        assert_eq!(ayse.bubbles().await.len(), honest);
        let figure = format!(
            "{slow} lines that say nothing more, {flood} unsigned webhooks: {honest} honest ones answered 200, the slowest in \
             {} ms", slowest.as_millis()
        );
        proven(&format!("floods-{}", shop.on.name()), &figure);
    }
}
