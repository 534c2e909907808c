//! A person with a narrow phone buys in the browser, with real taps. Pictures of it land in `target/screens`.

mod chromium;
mod kinds;

use serde_json::json;

use crate::harness::{
    Control,
    process::{Demo, Folder},
};

use chromium::{Chromium, last, named};

/// The browser to drive. Without `TEST_BROWSER` the test is skipped and says so; `./test` always sets it.
fn program() -> Option<String> {
    let program = std::env::var("TEST_BROWSER").ok().filter(|p| !p.is_empty());
    if program.is_none() {
        assert!(std::env::var_os("TEST_DATABASE_REQUIRED").is_none(), "TEST_BROWSER is not set");
        eprintln!("skipped: TEST_BROWSER names no Chromium");
    }
    program
}

/// The phone page, with somebody's thumb on it.
struct Phone {
    browser: Chromium,
    taps: usize,
    heard: i64,
}

impl Phone {
    fn tap(&mut self, find: &str) {
        self.browser.tap(find);
        self.taps += 1;
    }

    fn answers(&mut self) -> i64 {
        let all = "document.querySelectorAll('[data-testid=bubble][data-from=business]').length";
        self.browser.evaluate(all).as_i64().unwrap()
    }

    /// Waits for the next message of the shop that holds this text.
    fn hears(&mut self, text: &str) {
        let quoted = json!(text);
        let new = format!(
            "[...document.querySelectorAll('[data-testid=bubble][data-from=business]')]
             .slice({}).some(b => b.textContent.includes({quoted}))",
            self.heard
        );
        self.browser.until(&format!("`{text}` was said"), &new);
        self.heard = self.answers();
    }

    /// Writes and sends; the keys are no taps, the button is.
    fn say(&mut self, text: &str) {
        self.tap(&last("composer-input"));
        self.browser.write(text);
        self.tap(&last("composer-send"));
    }

    fn picture(&mut self, name: &str) {
        settled(&mut self.browser);
        self.browser.screenshot(name);
    }

    fn button(&mut self, title: &str) {
        self.tap(&named("bubble-choice", title));
    }

    /// Opens the newest list and takes a row of it.
    fn row(&mut self, title: &str) {
        self.tap(&last("open-list"));
        self.browser.until("the list to open", &named("list-row", title));
        self.tap(&named("list-row", title));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_buys_on_the_phone_page() {
    let Some(program) = program() else { return };
    let folder = Folder::new();
    let mut demo = Demo::start(&folder.0, &[]);
    let control = Control::new(demo.simulator.clone());
    let ayse = control.call("POST", "/sim/customers", Some(json!({"name": "Ayşe"}))).await;
    synced(&control).await;
    let url = format!("{}/phone?customer={}", demo.simulator, ayse["id"].as_str().unwrap());

    tokio::task::spawn_blocking(move || {
        let browser = Chromium::start(&program, &folder.0, 360, 740);
        let mut phone = Phone { browser, taps: 0, heard: 0 };
        phone.browser.go(&url);
        phone.browser.until("the chat is there", &last("composer-input"));
        a_first_purchase(&mut phone);
        a_known_customer_needs_six_taps(&mut phone);
        a_cart_from_the_catalog(&mut phone);
        let wide = phone.browser.evaluate("document.documentElement.scrollWidth");
        assert!(wide.as_i64() <= Some(360), "the page is {wide} wide");
        assert!(phone.browser.errors.is_empty(), "{:?}", phone.browser.errors);
    })
    .await
    .unwrap();

    let orders = control.http.get(format!("{}/api/v1/orders", demo.url)).bearer_auth(&demo.key);
    let orders: serde_json::Value =
        serde_json::from_str(&orders.send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(orders["items"].as_array().map(Vec::len), Some(3), "{orders}");
    for entry in control.journal().await {
        assert_eq!(entry["violations"], json!([]), "{entry}");
    }
    assert!(demo.process.stop().success());
}

/// Goes to the end of the chat, as a person would, and waits until nothing moves.
fn settled(browser: &mut Chromium) {
    let still = "document.getAnimations().every(a => a.playState !== 'running')";
    browser.evaluate("document.getElementById('to-end')?.click()");
    browser.until("nothing moves", still);
}

/// Waits until the phones show the catalog.
async fn synced(control: &Control) {
    let mut look = tokio::time::interval(std::time::Duration::from_millis(50));
    for _ in 0..3_000 {
        look.tick().await;
        let items = control.call("GET", "/sim/catalog", None).await;
        let shown = items.as_array().unwrap();
        if shown.len() > 10 && shown.iter().all(|i| i["review_status"] == "approved") {
            return;
        }
    }
    panic!("the catalog did not reach WhatsApp");
}

fn a_first_purchase(phone: &mut Phone) {
    phone.say("merhaba");
    phone.hears("hoş geldiniz");
    phone.picture("1-greeting");
    phone.row("Öğütülmüş");
    phone.hears("Öğütülmüş · Ground");
    phone.tap(&last("open-list"));
    phone.browser.until("the list to open", &named("list-row", "Filter Coffee"));
    phone.picture("2-list");
    phone.tap(&named("list-row", "Filter Coffee"));
    phone.hears("Hangisini");
    phone.row("250 g");
    phone.hears("180,00");
    phone.picture("3-product");
    phone.button("Hemen al");
    phone.hears("Nasıl teslim");
    phone.button("Adrese teslim");
    phone.hears("Nereye");
    phone.say("Moda Caddesi 12/3, Kadıköy, İstanbul");
    phone.hears("Nasıl ödersiniz");
    phone.button("Kapıda ödeme");
    phone.hears("Her şey doğru mu");
    phone.picture("4-summary");
    phone.button("Siparişi onayla");
    phone.hears("siparişiniz alındı");
    phone.picture("5-placed");
}

fn a_known_customer_needs_six_taps(phone: &mut Phone) {
    phone.say("merhaba");
    phone.hears("Ayşe");
    phone.picture("6-known");
    phone.taps = 0;
    phone.row("Türk · Turkish");
    phone.hears("Türk · Turkish");
    phone.row("Dibek");
    phone.hears("185,00");
    phone.button("Hemen al");
    phone.hears("Her şey doğru mu");
    phone.button("Siparişi onayla");
    phone.hears("siparişiniz alındı");
    assert!(phone.taps <= 6, "{} taps", phone.taps);
    phone.picture("7-placed-again");
}

fn a_cart_from_the_catalog(phone: &mut Phone) {
    phone.taps = 0;
    phone.tap(&last("open-catalog"));
    let cezve = "document.querySelector('[data-testid=catalog-item][data-sku=cezve]')";
    phone.browser.until("the catalog to open", cezve);
    let shown = "[...document.querySelectorAll('[data-testid=catalog-item] img')].slice(0, 4)
                 .every(i => i.complete && i.naturalWidth > 0)";
    phone.browser.until("the pictures are there", shown);
    phone.picture("8-catalog");
    phone.tap(&format!("{cezve}?.querySelector('[data-testid=item-plus]')"));
    phone.tap(&last("open-cart"));
    phone.browser.until("the cart to open", &last("cart-send"));
    phone.picture("9-cart");
    phone.tap(&last("cart-send"));
    phone.hears("Copper Pot");
    phone.button("Siparişi onayla");
    phone.hears("siparişiniz alındı");
    phone.picture("10-placed-from-the-catalog");
}
