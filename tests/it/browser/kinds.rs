//! Every kind of bubble on the phone page alone, without a shop: forms, shared numbers, edits, deletions, ads.

use std::sync::Arc;

use serde_json::{Value, json};
use simulator::{Account, Delivery, OffsetClock, Simulator};

use super::{
    chromium::{Chromium, last, named},
    program, settled,
};
use crate::harness::{Control, process::Folder};

const NUMBER: &str = "101";

async fn simulate() -> Simulator {
    let account = Account {
        app_id: "app".into(),
        app_secret: "secret".into(),
        verify_token: "verify".into(),
        webhook_url: "http://127.0.0.1:1/".into(),
        access_token: "token".into(),
        phone_number_id: NUMBER.into(),
        display_phone_number: "+90 850 000 00 01".into(),
        waba_id: "201".into(),
        portfolio_id: "301".into(),
        catalog_id: "401".into(),
        business_name: "Kahve Dükkanı".into(),
    };
    let config = simulator::Config {
        delivery: Delivery::OnFlush,
        seed: Some(7),
        ..simulator::Config::new(vec![account], Arc::new(OffsetClock::new()))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    simulator::start(config, listener).await.unwrap()
}

/// The business and one person, without a service between them.
struct Bench {
    control: Control,
    person: Value,
}

impl Bench {
    async fn graph(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/v25.0/{path}", self.control.url);
        let call = self.control.http.post(url).bearer_auth("token").json(body);
        let answer = call.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    async fn interactive(&self, interactive: Value) -> Value {
        let body = json!({"messaging_product": "whatsapp", "to": self.person["phone"],
            "type": "interactive", "interactive": interactive});
        self.graph(&format!("{NUMBER}/messages"), &body).await
    }

    async fn says(&self, message: Value) {
        let id = self.person["id"].as_str().unwrap();
        let path = format!("/sim/customers/{id}/messages");
        self.control.call("POST", &path, Some(message)).await;
    }

    /// What the person said last, as the business hears it.
    async fn last(&self) -> Value {
        let path = format!("/sim/customers/{}/chat", self.person["id"].as_str().unwrap());
        let chat = self.control.call("GET", &path, None).await;
        let own = chat["bubbles"].as_array().unwrap().iter().rev();
        own.clone().find(|b| b["from"] == "customer").unwrap()["message"].clone()
    }
}

fn form() -> Value {
    json!({"version": "7.3", "screens": [{"id": "ADDRESS", "title": "عنوان التوصيل", "terminal": true,
        "data": {"name": {"type": "string", "__example__": "Ada"}},
        "layout": {"type": "SingleColumnLayout", "children": [
            {"type": "Form", "name": "f", "init-values": {"name": "${data.name}"}, "children": [
                {"type": "TextInput", "name": "name", "label": "Ad soyad", "required": true},
                {"type": "TextArea", "name": "street", "label": "Adres", "required": true},
                {"type": "Dropdown", "name": "slot", "label": "Saat", "data-source": [
                    {"id": "am", "title": "09-12"}, {"id": "pm", "title": "14-18"}]},
                {"type": "OptIn", "name": "news", "label": "Haberler gelsin"},
                {"type": "Footer", "label": "Gönder", "on-click-action": {"name": "complete",
                    "payload": {"name": "${form.name}", "street": "${form.street}",
                        "slot": "${form.slot}", "news": "${form.news}"}}}]}]}}]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_bubble_can_be_used() {
    let Some(program) = program() else { return };
    let folder = Folder::new();
    let simulator = simulate().await;
    let control = Control::new(simulator.base_url());
    let person = control.call("POST", "/sim/customers", Some(json!({"name": "Ayşe"}))).await;
    let bench = Bench { control, person };
    let ad = json!({"headline": "Bu hafta kavruldu", "image_url": null});
    bench.says(json!({"type": "text", "body": "iki tane", "ad": ad})).await;
    let flow = json!({"name": "adres", "categories": ["OTHER"], "publish": true,
        "flow_json": form().to_string()});
    let flow = bench.graph("201/flows", &flow).await["id"].clone();
    let ask = json!({"type": "request_contact_info", "body": {"text": "Numaranız?"},
        "action": {"name": "request_contact_info"}});
    bench.interactive(ask).await;
    let open = json!({"type": "flow", "body": {"text": "Nereye getirelim?"}, "action": {"name": "flow",
        "parameters": {"flow_message_version": "3", "flow_id": flow, "flow_cta": "Adresi yaz",
            "flow_token": "ft_1", "flow_action": "navigate",
            "flow_action_payload": {"screen": "ADDRESS", "data": {"name": "Ayşe"}}}}});
    bench.interactive(open).await;

    let words = "Bir link ile geldim";
    let query = [("customer", bench.person["id"].as_str().unwrap()), ("text", words)];
    let url = reqwest::Url::parse_with_params(&format!("{}/phone", bench.control.url), query);
    let url = url.unwrap().to_string();
    let profile = folder.0.clone();
    let mut browser = tokio::task::spawn_blocking(move || {
        let mut browser = Chromium::start(&program, &profile, 360, 740);
        browser.go(&url);
        browser.until("the form is offered", &last("open-flow"));
        browser.until("the words wait", &format!("{}.value === '{words}'", last("composer-input")));
        browser.until("the ad is shown", &named("ad", "Bu hafta kavruldu"));
        fill_the_form(&mut browser);
        browser
    })
    .await
    .unwrap();
    let reply = bench.last().await["interactive"]["nfm_reply"]["response_json"].clone();
    let reply: Value = serde_json::from_str(reply.as_str().unwrap()).unwrap();
    let filled = json!({"name": "Ayşe", "street": "Moda Caddesi 12", "slot": "pm", "news": true,
        "flow_token": "ft_1"});
    assert_eq!(reply, filled);

    let mut browser = tokio::task::spawn_blocking(move || {
        browser.tap(&last("share-contact"));
        browser.until("the number is shared", &last("contact-shared"));
        browser
    })
    .await
    .unwrap();
    assert_eq!(bench.last().await["contacts"][0]["origin"], "contact_request");

    let echo = json!({"customer": bench.person["id"], "type": "text", "body": "Ben Deniz"});
    bench.control.call("POST", "/sim/echo", Some(echo)).await;
    let mut browser = tokio::task::spawn_blocking(move || {
        browser.until("the staff wrote", &named("origin", "phone app"));
        browser.tap(&last("composer-send"));
        browser.until("the words are sent", &named("bubble", words));
        change(&mut browser, words, "edit");
        browser.write(" 2");
        browser.tap(&last("composer-send"));
        browser.until("the message is edited", &last("edited"));
        browser
    })
    .await
    .unwrap();
    let edited = bench.last().await["edit"]["message"]["text"]["body"].clone();
    assert_eq!(edited, format!("{words} 2"));

    let errors = tokio::task::spawn_blocking(move || {
        change(&mut browser, words, "forward");
        browser.until("it is forwarded", &named("origin", "Forwarded"));
        change(&mut browser, "iki tane", "revoke");
        let gone = "document.querySelector('[data-testid=bubble][data-type=deleted]')";
        browser.until("the message is deleted", gone);
        let wide = browser.evaluate("document.documentElement.scrollWidth");
        assert!(wide.as_i64() <= Some(360), "the page is {wide} wide");
        settled(&mut browser);
        browser.screenshot("every-kind");
        browser.errors.clone()
    })
    .await
    .unwrap();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(bench.last().await["type"], "revoke");
    simulator.stop().await;
}

/// Sends it unfinished first: what is missing is told, and nothing goes out.
fn fill_the_form(browser: &mut Chromium) {
    browser.tap(&last("open-flow"));
    browser.until("the form opens", &last("field-street"));
    let right =
        format!("getComputedStyle({}.querySelector('h2')).direction === 'rtl'", last("flow-sheet"));
    browser.until("the title reads from the right", &right);
    browser.tap(&last("form-send"));
    let told = format!(
        "document.activeElement === {} && document.activeElement.ariaInvalid",
        last("field-street")
    );
    browser.until("what is missing is told", &told);
    browser.write("Moda Caddesi 12");
    let slot = last("field-slot");
    browser.evaluate(&format!(
        "{slot}.value = 'pm', {slot}.dispatchEvent(new Event('input', {{bubbles: true}}))"
    ));
    browser.tap(&last("field-news"));
    browser.screenshot("form");
    browser.tap(&last("form-send"));
    browser.until("the form is sent", &last("flow-sent"));
    browser.until("the form is closed", &format!("!{}", last("flow-sheet")));
}

/// Takes one of the options of the newest own bubble that holds this text.
fn change(browser: &mut Chromium, text: &str, option: &str) {
    let text = json!(text);
    let options = format!(
        "[...document.querySelectorAll('.own')].filter(e => e.textContent.includes({text})).at(-1)\
         ?.querySelector('[data-testid=bubble-options]')"
    );
    browser.tap(&options);
    browser.tap(&last(option));
    browser.until("the options are closed", &format!("!{}", last("options-sheet")));
}
