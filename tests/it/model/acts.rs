//! What happens next: the acts of people, owners and time, as lines of a chat script.

use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};
use serde_json::{Value, json};

use super::garbage;
use crate::harness::{Bubble, SKUS};

/// What somebody who is about to act has in front of them.
pub(super) struct Sight<'a> {
    /// What the shop sent, oldest first.
    pub(super) ours: &'a [Bubble],
    /// What the chat waits for: `start`, `ask_address` …
    pub(super) step: &'a str,
    pub(super) with_person: bool,
    /// Words that are understood everywhere.
    pub(super) words: &'a [&'static str],
}

const ADDRESSES: &[&str] = &[
    "Moda Caddesi 12/3, Kadıköy, İstanbul",
    "Bahariye Sok. 5\\nKadıköy 34710 İstanbul",
    "Atatürk Blv. 100, D: 4, Çankaya/Ankara",
    "Hauptstraße 5, 10827 Berlin",
    "kısa",
    "شارع التحرير ١٢، الدقي، الجيزة",
    "5",
    "1",
    "Kule mah. 🏠 kapıda köpek var dikkat",
];
const SEARCHES: &[&str] = &[
    "türk kahvesi",
    "KAHVE",
    "kavhe",
    "turkish coffee",
    "çekirdek kahve 1kg",
    "kupa mavi",
    "cezve var mı",
    "filtre",
    "olmayan bir şey",
    "yirga",
];
const SAID: &[&str] = &[
    "Bir sorum olacaktı",
    "iade etmek istiyorum",
    "ne zaman gelir",
    "evet",
    "hayır",
    "tamam",
    "ok",
    "kaç para bu",
    "👍",
];
/// Events of an order's life, as the API takes them.
const EVENTS: &[&str] = &[
    "payment_received",
    "accepted_by_shop",
    "ready_for_pickup",
    "handed_to_carrier",
    "arrived",
    "picked_up",
    "cancelled_by_shop",
    "cancelled_by_customer",
];
/// Seconds, minutes, hours; over the end of a number that is waited for, of the window, of a transfer; weeks.
const TIMES: &[&str] =
    &["+7s", "+50s", "+3m", "+40m", "+3h", "+11h", "+23h", "+25h", "+49h", "+5d", "+21d"];

/// One act of a person, or two that come before anything is answered.
pub(super) fn of_a_person(rng: &mut StdRng, sight: &Sight<'_>) -> Vec<String> {
    let mut lines = vec![format!("> {}", one(rng, sight))];
    if rng.random_bool(0.06) {
        lines.push(format!(">+ {}", one(rng, sight)));
    }
    lines
}

fn one(rng: &mut StdRng, sight: &Sight<'_>) -> String {
    let Some(newest) = sight.ours.last() else {
        return match rng.random_range(0..4) {
            0 => format!("text  {}", SEARCHES.choose(rng).unwrap()),
            1 => cart(rng),
            2 => said(&garbage::text(rng)),
            _ => format!("text  {}", sight.words.choose(rng).unwrap()),
        };
    };
    // A question in plain words is answered, or left by one of the words.
    if newest.choices().is_empty() && sight.step != "start" && rng.random_bool(0.6) {
        return answer(rng, sight);
    }
    match rng.random_range(0..100) {
        0..46 => on_the_newest(rng, sight),
        46..58 => on_an_older(rng, sight),
        58..68 => format!("text  {}", sight.words.choose(rng).unwrap()),
        68..74 => answer(rng, sight),
        74..78 => said(&garbage::text(rng)),
        78..82 => said(garbage::number(rng)),
        82..86 => cart(rng),
        86..90 => odd_cart(rng),
        90..92 => format!("text  {}", SEARCHES.choose(rng).unwrap()),
        _ => odd(rng, sight),
    }
}

fn answer(rng: &mut StdRng, sight: &Sight<'_>) -> String {
    match rng.random_range(0..10) {
        0..5 => format!("text  {}", ADDRESSES.choose(rng).unwrap()),
        5 => pin(rng),
        6 => said(garbage::number(rng)),
        7 => format!("text  {}", SAID.choose(rng).unwrap()),
        _ => format!("text  {}", sight.words.choose(rng).unwrap()),
    }
}

/// Something that the newest message with choices offers.
fn on_the_newest(rng: &mut StdRng, sight: &Sight<'_>) -> String {
    let skus = sight.ours.last().map(skus).unwrap_or_default();
    if !skus.is_empty() {
        return format!("cart  {} × {}", rng.random_range(1..5), skus.choose(rng).unwrap());
    }
    let newest = sight.ours.iter().rev().find(|b| !b.choices().is_empty());
    let choices = newest.map(Bubble::choices).unwrap_or_default();
    // The first choice is the way to an order more often than the others.
    let ahead = if rng.random_bool(0.3) { choices.first() } else { choices.choose(rng) };
    let times = if rng.random_bool(0.04) { "×3 " } else { "" };
    match ahead {
        Some(choice) => format!("tap  {times}{}", choice.title),
        None => cart(rng),
    }
}

/// Something that any message ever offered.
fn on_an_older(rng: &mut StdRng, sight: &Sight<'_>) -> String {
    let choices = sight.ours.choose(rng).map(Bubble::choices).unwrap_or_default();
    let Some(choice) = choices.choose(rng) else { return on_the_newest(rng, sight) };
    let which = ["old ", "older ", ""].choose(rng).unwrap();
    format!("tap  {which}{}", choice.title)
}

/// SKUs of a product message.
fn skus(bubble: &Bubble) -> Vec<String> {
    let action = &bubble.message["interactive"]["action"];
    let one = action["product_retailer_id"].as_str().map(str::to_owned);
    let sections = action["sections"].as_array().into_iter().flatten();
    let items = sections.flat_map(|s| s["product_items"].as_array().into_iter().flatten());
    let items = items.filter_map(|i| i["product_retailer_id"].as_str().map(str::to_owned));
    one.into_iter().chain(items).collect()
}

/// Words as a line; what a line cannot hold is sent as WhatsApp would write it.
fn said(text: &str) -> String {
    let plain = !text.is_empty()
        && text.trim() == text
        && !text.contains('\\')
        && !text.chars().any(char::is_control)
        && !text.starts_with("  ");
    if plain {
        return format!("text  {text}");
    }
    format!("raw  {}", json!({"type": "text", "text": {"body": text}}))
}

fn sku(rng: &mut StdRng) -> &'static str {
    SKUS.choose(rng).unwrap().0
}

fn cart(rng: &mut StdRng) -> String {
    let mut items: Vec<_> = (0..rng.random_range(1..4))
        .map(|_| format!("{} × {}", rng.random_range(1..4), sku(rng)))
        .collect();
    if rng.random_bool(0.2) {
        items.push("1 × eski-urun".to_owned());
    }
    let note = if rng.random_bool(0.2) { " \"Zile basmayın 🙏\"" } else { "" };
    format!("cart  {}{note}", items.join(", "))
}

/// A cart that WhatsApp's own phone would never send, but that came (reference §1.7).
fn odd_cart(rng: &mut StdRng) -> String {
    let count = if rng.random_bool(0.1) { 120 } else { rng.random_range(1..6) };
    let quantities = [
        json!(1),
        json!(2),
        json!(99),
        json!(0),
        json!(-1),
        json!(100),
        json!(1_000_000_000_i64),
        json!("2"),
        json!(2.0),
        json!(2.5),
        json!(""),
        Value::Null,
    ];
    let prices = [
        json!(180),
        json!(180.5),
        json!("75.50"),
        json!("75,50"),
        json!(-1),
        json!(1e300),
        json!(""),
        Value::Null,
    ];
    let currencies =
        [json!("TRY"), json!("TRY"), json!("USD"), json!("try"), json!(""), Value::Null];
    let items: Vec<_> = (0..count)
        .map(|n| {
            let sku = match rng.random_range(0..8) {
                0 => format!("yok-{n}"),
                1 => sku(rng).to_uppercase(),
                2 => "x".repeat(120),
                _ => sku(rng).to_owned(),
            };
            let mut item = json!({
                "product_retailer_id": sku,
                "quantity": quantities.choose(rng).unwrap(),
                "item_price": prices.choose(rng).unwrap(),
                "currency": currencies.choose(rng).unwrap(),
            });
            item.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            item
        })
        .collect();
    let mut order = json!({"catalog_id": "400000000000004", "product_items": items});
    match rng.random_range(0..5) {
        0 => order["catalog_id"] = json!("999"),
        1 => order["text"] = json!("not ".repeat(300)),
        2 => order["text"] = json!("\u{202e}ters\u{0}"),
        _ => {}
    }
    format!("raw  {}", json!({"type": "order", "order": order}))
}

fn pin(rng: &mut StdRng) -> String {
    let name = if rng.random_bool(0.5) { " \"Ev\"" } else { "" };
    format!("location  41.0{:02},28.97{name}", rng.random_range(10..99))
}

/// What else people do with a phone.
fn odd(rng: &mut StdRng, sight: &Sight<'_>) -> String {
    let far = rng.random_range(1..=sight.ours.len().min(9));
    let all = [
        pin(rng),
        "image bu mu".to_owned(),
        "image".to_owned(),
        "audio".to_owned(),
        "document".to_owned(),
        "sticker".to_owned(),
        "video".to_owned(),
        "reaction 👍".to_owned(),
        "contacts  +905551112233".to_owned(),
        format!("reply to {far} {}", SAID.choose(rng).unwrap()),
        format!("reply to {far} {}", sight.words.choose(rng).unwrap()),
        format!("about  {} Bundan var mı?", sku(rng)),
        format!("about  yok-{far} Bu ne kadar?"),
        "edit  yanlış yazdım".to_owned(),
        "revoke".to_owned(),
        "forward  bunu gördün mü".to_owned(),
        "unsupported  poll".to_owned(),
        format!("ad  \"İndirim\" 120200 {}", SEARCHES.choose(rng).unwrap()),
        format!(
            "raw  {}",
            json!({"type": "button", "button": {"payload": "menu:0", "text": "Menü"}})
        ),
        format!("raw  {}", json!({"type": "hologram", "hologram": {"id": "1"}})),
        format!(
            "raw  {}",
            json!({"type": "interactive", "interactive": {"type": "button_reply",
                "button_reply": {"id": "gone:7:x", "title": "Eski"}}})
        ),
    ];
    all.choose(rng).unwrap().clone()
}

/// What the staff does in the chat of somebody; nothing mostly.
pub(super) fn of_the_staff(rng: &mut StdRng, sight: &Sight<'_>) -> Option<String> {
    if !sight.with_person {
        return rng.random_bool(0.01).then(|| "~ staff takes over".to_owned());
    }
    match rng.random_range(0..10) {
        0..3 => Some("~ staff releases".to_owned()),
        3 => Some("~ staff says Hemen bakıyorum.".to_owned()),
        _ => None,
    }
}

/// What owner and WhatsApp change for everybody; nothing now and then.
pub(super) fn of_the_owner(rng: &mut StdRng, orders: usize) -> Option<String> {
    let sku = sku(rng);
    let line = match rng.random_range(0..24) {
        0..3 => format!("~ stock  {sku} = {}", [0, 1, 2, 5, 40, 200].choose(rng).unwrap()),
        3..5 => {
            format!("~ price  {sku} = {}.{:02}", rng.random_range(1..900), rng.random_range(0..100))
        }
        5 => format!("~ withdraw  {sku}"),
        6..8 => format!("~ offer  {sku}"),
        8 => format!("~ sale  {sku} = 1.50 from +{}h", rng.random_range(1..30)),
        9..16 if orders > 0 => {
            let place = rng.random_range(orders.saturating_sub(12).max(1)..=orders);
            format!("~ order {place} {} bir sebep", EVENTS.choose(rng).unwrap())
        }
        16 => "~ shop  checkout.bank_transfer = false".to_owned(),
        17 => "~ shop  checkout.bank_transfer = true".to_owned(),
        18 => "~ shop  checkout.pickup = false".to_owned(),
        19 => "~ shop  checkout.pickup = true".to_owned(),
        _ => return None,
    };
    Some(line)
}

/// Time that passes between two rounds.
pub(super) fn of_time(rng: &mut StdRng) -> String {
    // Long waits are rarer.
    let far = rng.random_range(0..TIMES.len()).min(rng.random_range(0..TIMES.len()));
    format!("~ time {}", TIMES[far])
}

/// A WhatsApp that fails for a while; everything that it refuses may be sent again.
pub(super) fn of_trouble(rng: &mut StdRng) -> String {
    let times = rng.random_range(1..12);
    let kinds =
        ["down", "lost_answer", "code 131056", "code 130429", "code 131016", "code 2 transient"];
    match rng.random_range(0..3) {
        0 => format!(
            "~ fault {}",
            ["duplicate_webhooks", "shuffle_webhooks", "batch_webhooks"].choose(rng).unwrap()
        ),
        _ => format!("~ fault {} ×{times}", kinds.choose(rng).unwrap()),
    }
}

/// How WhatsApp calls somebody from now on.
pub(super) fn of_identity(rng: &mut StdRng) -> String {
    let all = ["tells phone", "hides phone", "tells bsuid", "says new number"];
    format!("~ whatsapp {}", all.choose(rng).unwrap())
}
