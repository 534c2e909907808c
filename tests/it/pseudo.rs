//! No word that customers read stands in the code: a shop says every text in a language of numbers in brackets, and a
//! whole purchase shows nothing else but brackets and data.

use std::collections::BTreeMap;

use sepet::shop::keys::Scope;
use serde_json::{Value, json};

use crate::{
    api_data,
    harness::{Bubble, Options, Person, SKUS, Shop},
};

/// What is data of the shop and of its customers, not words of ours.
const DATA: &[&str] = &[
    "Kahve Dükkanı",
    // What the customer looked for is said back.
    "asdf qwer",
    "nerede kaldı?",
    "kahve",
    "kavhe",
    "Moda Cad. 12, Kadıköy",
    "Kahve Dükkanı, TR33 0006 1005 1978 6457 8413 26",
    "Kahveler",
    "Mutfak",
    "Filtre Kahve (250 g)",
    "Filtre Kahve (500 g)",
    "250 g",
    "500 g",
    "Türk Kahvesi",
    "Etiyopya Yirgacheffe",
    "Kolombiya Supremo",
    "Seramik Kupa (Mavi)",
    "Seramik Kupa (Beyaz)",
    "Mavi",
    "Beyaz",
    "Bakır Cezve",
    "Filtre Kâğıdı",
    "Orta kavrum, çikolata ve fındık tadında.",
    "İnce çekilmiş, taze kavrulmuş, 100 g.",
    "Çiçeksi, limon kabuğu ve bal, 250 g.",
    "Karamel ve kırmızı meyve, 250 g.",
    "El yapımı, 300 ml.",
    "Dövme bakır, iki fincanlık.",
    "100 yaprak, ağartılmamış.",
    // Of this story.
    "Ayşe",
    "Bağdat Caddesi 44/2, Erenköy, İstanbul (41.0082,28.9784)",
    "arkadaşıma hediye",
    "Stok bitti",
    "yok-123",
    // A date as the language writes it.
    "23 Kasım 2026, 10:00",
    // Languages call themselves.
    "English",
    "العربية",
    "Deutsch",
    "Español",
    "Português",
];

/// Every text of the shop in brackets: `⟦12‹…›⟧`, a number for the key, the values in marks of their own.
struct Pseudo(BTreeMap<String, usize>);

impl Pseudo {
    async fn put_on(shop: &Shop) -> Self {
        let listed = shop.api("GET", "/texts?language=tr", None).await;
        let texts = listed.body["texts"].as_array().unwrap().clone();
        let mut keys = BTreeMap::new();
        let mut api_key = String::new();
        for (number, text) in texts.iter().enumerate() {
            // One key makes a hundred changes at once.
            if number % 90 == 0 {
                api_key = api_data::key(shop, &[Scope::ShopWrite]).await;
            }
            let key = text["key"].as_str().unwrap();
            let values = text["variables"].as_array().unwrap().iter();
            let values: String =
                values.map(|v| format!("‹{{ ${} }}›", v.as_str().unwrap())).collect();
            let body = json!({"text": format!("⟦{number}{values}⟧")});
            let path = format!("/texts/tr/{key}");
            let headers = [("authorization", api_key.as_str())];
            let put = shop.api_with("PUT", &path, Some(body), &headers).await;
            assert_eq!(put.status, 200, "{key}: {}", put.body);
            keys.insert(key.to_owned(), number);
        }
        assert!(keys.len() > 100);
        Self(keys)
    }

    /// A text without values as the customer reads it now.
    fn says(&self, key: &str) -> String {
        format!("⟦{}⟧", self.0[key])
    }
}

/// Fails for a word that is no data.
#[track_caller]
fn nothing_hard_coded(text: &str, bubble: &Bubble) {
    let mut open = vec![String::new()];
    let mut parts = Vec::new();
    for c in text.chars() {
        match c {
            '⟦' | '‹' => open.push(String::new()),
            '⟧' => {
                let number = open.pop().unwrap();
                assert!(
                    number.chars().all(|c| c.is_ascii_digit() || c == '\n'),
                    "`{number}` stands in a text of the shop:\n{}",
                    bubble.script()
                );
            }
            '›' => parts.push(open.pop().unwrap()),
            _ => open.last_mut().unwrap().push(c),
        }
    }
    // What was cut is open still.
    parts.append(&mut open);
    for part in parts.iter().flat_map(|part| part.split(['\n', '·'])) {
        let part = part.trim().trim_end_matches('…').trim_end();
        let is_number = part.chars().all(|c| c.is_ascii_digit() || "₺.,-– ".contains(c));
        let is_data = DATA.iter().any(|data| data.contains(part));
        let is_sku = SKUS.iter().any(|(sku, ..)| *sku == part);
        assert!(is_number || is_data || is_sku, "`{part}` is hard-coded:\n{}", bubble.script());
    }
}

/// Every text in a message that the customer sees.
fn visible(message: &Value, texts: &mut Vec<String>) {
    const SEEN: &[&str] =
        &["body", "text", "title", "description", "button", "caption", "display_text"];
    match message {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(text) if SEEN.contains(&name.as_str()) => texts.push(text.to_owned()),
                    _ => visible(value, texts),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visible(item, texts)),
        _ => {}
    }
}

/// Reads what came; there must be something.
async fn look(person: &Person<'_>, after: &str) -> Vec<Bubble> {
    person_sees(person.news().await, after)
}

fn person_sees(bubbles: Vec<Bubble>, after: &str) -> Vec<Bubble> {
    assert!(!bubbles.is_empty(), "nothing came after {after}");
    for bubble in &bubbles {
        let mut texts = Vec::new();
        visible(&bubble.message, &mut texts);
        assert!(texts.iter().any(|text| text.contains('⟦')), "{}", bubble.script());
        texts.iter().for_each(|text| nothing_hard_coded(text, bubble));
    }
    bubbles
}

on_both! {
    async fn a_whole_purchase_shows_no_hard_coded_word(shop: &Shop; Options { paced: false, ..Options::default() }) {
        // Boxed, for a walk this long is no small future.
        let pseudo = Box::pin(Pseudo::put_on(shop)).await;
        // News of a transfer that never came must come while the chat is open.
        Box::pin(shop.reapply("checkout.transfer_hours = 1")).await.unwrap();
        let person = shop.customer("Ayşe").await;
        let say = async |text: &str| person_sees(Box::pin(person.say(text)).await, text);
        let tap = async |key: &str| {
            person_sees(Box::pin(person.tap(&pseudo.says(key))).await, key)
        };
        let open = async |title: &str| person_sees(Box::pin(person.tap(title)).await, title);

        // The way of a stranger to the first order.
        say("Merhaba").await;
        open("Kahveler").await;
        open("Filtre Kahve").await;
        open("500 g").await;
        tap("add-button").await;
        say("2").await;
        say("100").await;
        tap("change-button").await;
        open("Filtre Kahve (500 g)").await;
        tap("plus-button").await;
        tap("checkout-button").await;
        say("ne?").await;
        tap("delivery-button").await;
        say("kısa").await;
        say("Bağdat Caddesi 44/2, Erenköy, İstanbul").await;
        say("geri").await;
        person_sees(
            Box::pin(person
                .send(json!({"type": "location", "latitude": 41.0082, "longitude": 28.9784,
                    "name": "Bağdat Caddesi 44/2, Erenköy, İstanbul"})))
                .await,
            "a pin",
        );
        tap("pay-cash-button").await;
        tap("change-button").await;
        tap("back-to-order-row").await;
        tap("confirm-button").await;
        tap("order-button").await;

        // News of it, to the end that the shop sets to it.
        let orders = Box::pin(shop.api("GET", "/orders", None)).await;
        let order = orders.body["items"][0].clone();
        let id = order["id"].as_str().unwrap();
        for (event, why) in [("accepted_by_shop", ""), ("cancelled_by_shop", "Stok bitti")] {
            let body = json!({"event": event, "why": why});
            let path = format!("/orders/{id}/events");
            let made = Box::pin(shop.api("POST", &path, Some(body))).await;
            assert!(made.status.is_success(), "{}", made.body);
            Box::pin(shop.settle()).await;
            Box::pin(look(&person, event)).await;
        }

        // The second time by WhatsApp's own cart, with what cannot be had, picked up, paid by transfer.
        say("siparişlerim").await;
        open(order["number"].as_str().unwrap()).await;
        let mut cart = Person::cart_message(&[("cezve", 1), ("kolombiya-250", 1), ("yok-123", 2)]);
        cart["text"] = json!("arkadaşıma hediye");
        person_sees(Box::pin(person.send(cart)).await, "a cart of WhatsApp's");
        say("sepetim").await;
        tap("checkout-button").await;
        let parts = say("bilmem").await;
        if parts.iter().any(|b| b.choice(&pseudo.says("pickup-button")).is_some()) {
            tap("pickup-button").await;
            tap("pay-transfer-button").await;
        } else {
            tap("change-button").await;
            tap("change-delivery-row").await;
            tap("pickup-button").await;
            tap("change-button").await;
            tap("change-payment-row").await;
            tap("pay-transfer-button").await;
        }
        tap("confirm-button").await;
        Box::pin(shop.pass(2 * 3_600)).await;
        Box::pin(look(&person, "the transfer that never came")).await;

        // The words that are understood everywhere, and what is not understood.
        for words in [
            "menü", "sepet", "yardım", "teşekkürler", "iptal", "dur", "menü", "başla", "geri",
            "siparişi tamamla", "asdf qwer", "kahve", "kavhe",
        ] {
            say(words).await;
        }
        person_sees(Box::pin(person.send(json!({"type": "image"}))).await, "a picture");
        say("temsilci").await;
        tap("human-back-button").await;
        open("Mutfak").await;
        open("Filtre Kâğıdı").await;
        tap("buy-button").await;
        say("vazgeç").await;

        // More languages than two are chosen from a list.
        Box::pin(shop.reapply(r#"shop.languages = ["tr", "en", "ar", "de", "es", "pt-BR"]"#)).await.unwrap();
        say("menü").await;
        tap("languages-row").await;
    }
}

on_both! {
    async fn what_stands_beside_the_way_shows_no_hard_coded_word(shop: &Shop; Options { paced: false, ..Options::default() }) {
        let pseudo = Box::pin(Pseudo::put_on(shop)).await;
        Box::pin(shop.reapply("terms.text = \"Kahve Dükkanı\"\npickup.hours = \"24/7\"")).await.unwrap();
        let person = shop.customer("Ayşe").await;
        let say = async |text: &str| person_sees(Box::pin(person.say(text)).await, text);
        let tap = async |key: &str| {
            person_sees(Box::pin(person.tap(&pseudo.says(key))).await, key)
        };
        let cart = async |items: &[(&str, i64)]| {
            let cart = Person::cart_message(items);
            person_sees(Box::pin(person.send(cart)).await, "a cart of WhatsApp's")
        };

        // Everything of an order that can be changed before it is one.
        cart(&[("cezve", 1)]).await;
        tap("delivery-button").await;
        say("bir dakika eşime sorayım").await;
        say("Bağdat Caddesi 44/2, Erenköy, İstanbul").await;
        tap("pay-cash-button").await;
        tap("terms-button").await;
        for (row, answer) in [
            ("change-receiver-row", "Ayşe 0532 111"),
            ("change-note-row", "arkadaşıma hediye"),
        ] {
            tap("change-button").await;
            tap(row).await;
            say(answer).await;
            say("siparişi tamamla").await;
        }
        tap("change-button").await;
        tap("change-address-row").await;
        say("geri").await;
        // A second cart asks which it shall be.
        cart(&[("turk-100", 2)]).await;
        say("ne?").await;
        tap("both-add-button").await;
        say("siparişi tamamla").await;
        tap("confirm-button").await;

        // What can be done with the order.
        tap("order-button").await;
        tap("receipt-row").await;
        tap("order-button").await;
        tap("order-address-row").await;
        say("kısa").await;
        say("Moda Cad. 12, Kadıköy").await;
        tap("order-button").await;
        tap("cancel-order-row").await;
        tap("cancel-no-button").await;
        say("siparişlerim").await;
        say("aynısı").await;
        say("sepet").await;
        tap("change-button").await;
        tap("clear-row").await;
        tap("restore-button").await;

        // Questions, the same thrice, and what is not understood until a person is called.
        for words in ["ne kadar sürer?", "nerede kaldı?", "sepet", "sepet", "sepet"] {
            say(words).await;
        }
        for _ in 0..4 {
            say("asdf qwer").await;
        }
    }
}
