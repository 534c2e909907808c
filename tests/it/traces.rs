//! One trace from the webhook to the report of the delivery, as a collector is told it by the real binary; and a
//! collector that is dead.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use entity::{
    inbox,
    outbox::{self, Delivery},
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value,
    trace::v1::{Span, status::StatusCode},
};
use poem::{Response, Route, Server, endpoint::make, listener::TcpAcceptor};
use prost::Message;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sepet::platform::db::Db;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::harness::{
    Backend, Base,
    buyer::Buyer,
    process::{Running, ready},
    town::{Habits, Town},
};

/// What a collector was told.
type Told = Arc<Mutex<Vec<Span>>>;

/// Takes traces as OpenTelemetry's own collector does, and keeps them.
async fn collector() -> (String, Told) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let told = Told::default();
    let kept = told.clone();
    let take = make(move |mut request: poem::Request| {
        let kept = kept.clone();
        async move {
            assert_eq!(request.content_type(), Some("application/x-protobuf"));
            let body = request.take_body().into_vec().await?;
            let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
            for of in request.resource_spans {
                let resource = format!("{:?}", of.resource);
                assert!(resource.contains("service.name") && resource.contains("sepet"));
                kept.lock().unwrap().extend(of.scope_spans.into_iter().flat_map(|of| of.spans));
            }
            Ok::<_, poem::Error>(Response::default())
        }
    });
    let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener).unwrap());
    tokio::spawn(server.run(Route::new().at("/v1/traces", poem::post(take))));
    (url, told)
}

/// The service over one database: on PostgreSQL one process answers and another one works.
async fn serve(town: &Town, on: Backend, collector: &str) -> Vec<Running> {
    let start = |role: &str, address: &str| {
        let mut command = town.command(&["--role", role], address);
        command.env("SEPET_OTLP_ENDPOINT", collector);
        Running::start(command)
    };
    let mut running = vec![];
    if on == Backend::Postgres {
        running.push(start("worker", &crate::harness::town::free_address()));
        running.push(start("web", &town.address));
    } else {
        running.push(start("all", &town.address));
    }
    ready(&town.url).await;
    running
}

/// Waits until every message was reported as delivered.
async fn reported(db: &Db) {
    let open = outbox::Entity::find().filter(outbox::Column::Delivery.lt(Delivery::Delivered));
    let mut look = tokio::time::interval(Duration::from_millis(50));
    let all = async {
        while open.clone().count(db.reader()).await.unwrap() > 0 {
            look.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.unwrap();
}

fn attribute(span: &Span, name: &str) -> Option<String> {
    let value = &span.attributes.iter().find(|it| it.key == name)?.value.as_ref()?.value;
    Some(match value.as_ref()? {
        any_value::Value::StringValue(text) => text.clone(),
        any_value::Value::IntValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    })
}

fn named<'a>(spans: &[&'a Span], name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.name == name).copied().collect()
}

on_both! {
    async fn a_purchase_is_told_from_the_webhook_to_the_report(on: Backend) {
        let (url, told) = collector().await;
        let town = Town::open(Base::create(on).await, Habits::default()).await;
        let mut running = serve(&town, on, &url).await;
        let mut buyer = Buyer::new(town.simulator.clone(), "Gülizar Sarmaşık").await;
        buyer.buy().await;
        // One that is refused first.
        town.sim("POST", "/sim/faults", json!({"kind": "code", "code": 131_016, "times": 1})).await;
        buyer.buy().await;
        let db = town.db().await;
        town.quiet(&db).await;
        reported(&db).await;
        // What is still waiting is told before the end.
        for mut one in running.drain(..) {
            assert!(one.stop().success());
        }
        let spans = told.lock().unwrap().clone();

        let messages = inbox::Entity::find().filter(inbox::Column::Kind.eq(inbox::Kind::Message));
        let came = messages.all(db.reader()).await.unwrap();
        let went = outbox::Entity::find().all(db.reader()).await.unwrap();
        let replies = went.iter().filter(|row| row.answers.is_some()).count();
        assert!(came.len() > 4 && replies > 4, "two purchases: {} inputs, {replies} replies", came.len());
        for input in &came {
            let of: Vec<_> = spans.iter().filter(|span| span.trace_id == input.id.0.as_bytes()).collect();
            let (webhook, handle) = (named(&of, "webhook"), named(&of, "handle"));
            assert_eq!((webhook.len(), handle.len()), (1, 1), "{of:#?}");
            assert!(webhook[0].parent_span_id.is_empty());
            assert_eq!(attribute(webhook[0], "sepet.input.kind").as_deref(), Some("message"));
            assert_eq!(handle[0].parent_span_id, webhook[0].span_id);
            assert_eq!(attribute(handle[0], "sepet.input.state").as_deref(), Some("done"));
            for reply in went.iter().filter(|row| row.answers == Some(input.id)) {
                let id = Some(reply.id.to_string());
                let about = |name| -> Vec<&Span> {
                    named(&of, name).into_iter().filter(|s| attribute(s, "sepet.message.id") == id).collect()
                };
                let sends = about("send");
                assert!(sends.iter().all(|send| send.parent_span_id == handle[0].span_id));
                let last = sends.last().unwrap();
                assert_eq!(attribute(last, "sepet.send.outcome").as_deref(), Some("accepted"));
                assert_eq!(attribute(last, "sepet.send.attempt"), Some(sends.len().to_string()));
                let reports: HashSet<_> =
                    about("status").iter().filter_map(|s| attribute(s, "sepet.delivery")).collect();
                assert!(reports.contains("delivered"), "{reports:?}");
            }
            let ids: HashSet<_> = of.iter().map(|span| &span.span_id).collect();
            assert_eq!(ids.len(), of.len(), "each span has an id of its own");
        }
        let refused: Vec<_> = spans.iter().filter(|s| attribute(s, "sepet.send.outcome").as_deref() == Some("retry")).collect();
        assert_eq!(refused.len(), 1);
        assert_eq!(attribute(refused[0], "sepet.send.code").as_deref(), Some("131016"));
        assert_eq!(refused[0].status.as_ref().unwrap().code, StatusCode::Error as i32);

        let people = town.sim("GET", "/sim/customers", Value::Null).await;
        let person = people.as_array().or(people["customers"].as_array()).unwrap()[0].clone();
        let text: String = spans.iter().map(|span| format!("{span:?}")).collect();
        let (phone, bsuid) = (person["phone"].as_str().unwrap(), person["bsuid"].as_str().unwrap());
        for secret in ["Gülizar", "Sarmaşık", phone.trim_start_matches('+'), bsuid, "turk-100", "wamid", "Mağaza"] {
            assert!(!text.contains(secret), "`{secret}` is told");
        }
        db.close().await.unwrap();
        town.close().await;
    }
}

on_both! {
    /// It takes connections and never answers: nobody waits for it, not even the end.
    async fn a_dead_collector_holds_nobody_up(on: Backend) {
        let dead = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", dead.local_addr().unwrap());
        let town = Town::open(Base::create(on).await, Habits::default()).await;
        let mut running = serve(&town, on, &url).await;
        let mut buyer = Buyer::new(town.simulator.clone(), "Ayşe").await;
        buyer.buy().await;
        let db = town.db().await;
        town.quiet(&db).await;
        for mut one in running.drain(..) {
            assert!(one.stop().success());
        }
        // It was tried.
        dead.accept().await.unwrap();
        let went = outbox::Entity::find().all(db.reader()).await.unwrap();
        assert!(went.len() >= 4 && went.iter().all(|row| row.state == outbox::State::Sent));
        db.close().await.unwrap();
        town.close().await;
    }
}
