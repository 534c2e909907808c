//! Every documented limit of a message: just fits, and one too many.

use serde_json::{Value, json};

use crate::support::{Bench, buttons, interactive, text};

async fn code(bench: &Bench, body: Value) -> (u64, String) {
    let (status, answer) = bench.send(body).await;
    let error = &answer["error"];
    assert!(error.is_object() || status == 200, "{answer}");
    (
        error["code"].as_u64().unwrap_or(0),
        error["error_data"]["details"].as_str().unwrap_or_default().to_owned(),
    )
}

fn letters(count: usize) -> String {
    "x".repeat(count)
}

fn list(sections: Value) -> Value {
    interactive(
        json!({"type": "list", "body": {"text": "?"}, "action": {"button": "Choose", "sections": sections}}),
    )
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    *body.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    body
}

#[tokio::test]
async fn what_fits_is_taken_and_one_more_is_not() {
    let bench = Bench::with(|c| c.pace.pair_seconds = 0).await;
    bench.chatting().await;
    let one = || buttons(&[("a", "A")]);
    let row = |n: usize| json!({"id": format!("r{n}"), "title": "Row"});
    let rows = |range: std::ops::Range<usize>| range.map(row).collect::<Vec<_>>();
    let header = |text: String| {
        let mut body = one();
        body["interactive"]["header"] = json!({"type": "text", "text": text});
        body
    };
    let footer = |text: String| {
        let mut body = one();
        body["interactive"]["footer"] = json!({"text": text});
        body
    };
    let callback = |text: String| {
        let mut body = text_with_callback();
        body["biz_opaque_callback_data"] = json!(text);
        body
    };
    let cta = |label: String| {
        interactive(json!({"type": "cta_url", "body": {"text": "b"}, "action": {"name": "cta_url",
            "parameters": {"display_text": label, "url": "https://shop.example"}}}))
    };
    let listed = |title: String, row: Value| list(json!([{"title": title, "rows": [row]}]));
    let button = |id: String, title: String| buttons(&[(&id, &title)]);
    let pairs: Vec<(&str, Value, Value)> = vec![
        ("text", text(&letters(4_096)), text(&letters(4_097))),
        ("emoji text", text(&"😀".repeat(2_048)), text(&"😀".repeat(2_049))),
        ("empty text", text("x"), text("")),
        (
            "body",
            with(one(), "/interactive/body/text", json!(letters(1_024))),
            with(one(), "/interactive/body/text", json!(letters(1_025))),
        ),
        ("header", header(letters(60)), header(letters(61))),
        ("footer", footer(letters(60)), footer(letters(61))),
        ("title", button("a".into(), letters(20)), button("a".into(), letters(21))),
        ("emoji title", button("a".into(), "🎁".repeat(10)), button("a".into(), "🎁".repeat(11))),
        ("id", button(letters(256), "A".into()), button(letters(257), "A".into())),
        ("id edges", button("a b".into(), "A".into()), button(" a".into(), "A".into())),
        (
            "three buttons",
            buttons(&[("a", "A"), ("b", "B"), ("c", "C")]),
            buttons(&[("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]),
        ),
        ("ids differ", buttons(&[("a", "A"), ("b", "B")]), buttons(&[("a", "A"), ("a", "B")])),
        ("titles differ", buttons(&[("a", "A"), ("b", "B")]), buttons(&[("a", "A"), ("b", "A")])),
        (
            "list body",
            with(
                list(json!([{"rows": [row(0)]}])),
                "/interactive/body/text",
                json!(letters(4_096)),
            ),
            with(
                list(json!([{"rows": [row(0)]}])),
                "/interactive/body/text",
                json!(letters(4_097)),
            ),
        ),
        (
            "list button",
            with(
                list(json!([{"rows": [row(0)]}])),
                "/interactive/action/button",
                json!(letters(20)),
            ),
            with(
                list(json!([{"rows": [row(0)]}])),
                "/interactive/action/button",
                json!(letters(21)),
            ),
        ),
        ("rows in one", list(json!([{"rows": rows(0..10)}])), list(json!([{"rows": rows(0..11)}]))),
        (
            "rows in all",
            list(json!([{"title": "1", "rows": rows(0..5)}, {"title": "2", "rows": rows(5..10)}])),
            list(json!([{"title": "1", "rows": rows(0..5)}, {"title": "2", "rows": rows(5..11)}])),
        ),
        (
            "row ids differ",
            list(json!([{"rows": rows(0..2)}])),
            list(json!([{"rows": [row(0), row(0)]}])),
        ),
        (
            "section titles",
            list(json!([{"title": "1", "rows": rows(0..1)}, {"title": "2", "rows": rows(1..2)}])),
            list(json!([{"rows": rows(0..1)}, {"rows": rows(1..2)}])),
        ),
        ("section title", listed(letters(24), row(0)), listed(letters(25), row(0))),
        (
            "row title",
            listed("s".into(), json!({"id": "1", "title": letters(24)})),
            listed("s".into(), json!({"id": "1", "title": letters(25)})),
        ),
        (
            "row id",
            listed("s".into(), json!({"id": letters(200), "title": "t"})),
            listed("s".into(), json!({"id": letters(201), "title": "t"})),
        ),
        (
            "row description",
            listed("s".into(), json!({"id": "1", "title": "t", "description": letters(72)})),
            listed("s".into(), json!({"id": "1", "title": "t", "description": letters(73)})),
        ),
        ("cta label", cta(letters(20)), cta(letters(21))),
        ("callback", callback(letters(512)), callback(letters(513))),
        ("phone with +", text("x"), with(text("x"), "/to", json!("905551112233"))),
        ("known keys", text("x"), with(text("x"), "/text", json!({"body": "x", "colour": "red"}))),
    ];
    for (name, fits, too_much) in pairs {
        assert_eq!(code(&bench, fits).await, (0, String::new()), "{name} must fit");
        let (refused, details) = code(&bench, too_much).await;
        assert!(matches!(refused, 100 | 131_008 | 131_009), "{name}: {refused} {details}");
        assert!(!details.is_empty(), "{name}");
    }
}

fn text_with_callback() -> Value {
    let mut body = text("x");
    body["biz_opaque_callback_data"] = json!("");
    body
}

#[tokio::test]
async fn a_refused_message_leaves_nothing_behind() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let before = bench.chat(&ayse).await.len();
    assert_eq!(code(&bench, text(&letters(5_000))).await.0, 131_009);
    assert_eq!(bench.chat(&ayse).await.len(), before);
    assert_eq!(bench.sim.flush().await.delivered, 0);
    let journal = bench.get("/sim/journal").await;
    let noted =
        journal.as_array().unwrap().iter().rev().find(|e| e["kind"] == "graph").unwrap().clone();
    assert_eq!(
        noted["violations"],
        json!(["/text/body: longer than 4096 characters (UTF-16 units)"])
    );
    assert!(!noted.to_string().contains("token-1"));
}

#[tokio::test]
async fn nonsense_is_refused_in_shape() {
    let bench = Bench::open().await;
    let request = bench.graph(reqwest::Method::POST, "101/messages").body("{not json");
    let (status, answer) = crate::support::answer(request).await;
    assert_eq!(status, 400);
    let error = &answer["error"];
    assert_eq!(error["code"], 100);
    assert_eq!(error["type"], "OAuthException");
    assert_eq!(error["message"], "(#100) Invalid parameter");
    assert_eq!(error["is_transient"], false);
    assert_eq!(error["error_data"]["messaging_product"], "whatsapp");
    assert!(error["fbtrace_id"].as_str().is_some_and(|id| id.len() > 8));
    assert_eq!(
        code(
            &bench,
            json!({"messaging_product": "whatsapp", "to": "+905551112233", "type": "fax"})
        )
        .await
        .0,
        131_051
    );
}
