//! Orders at the edges: very many lines, very long words, two people over the last pieces.

use entity::{order, order_line, product, variant};
use sea_orm::{EntityTrait, PaginatorTrait};
use sepet::catalog::{self, NewProduct, NewVariant, Stock};
use serde_json::json;

use crate::harness::{Person, Shop};

const PICKUP: &str = "🏬 Mağazadan alırım";
const PAY: &str = "💵 Mağazada ödeme";
const CONFIRM: &str = "✅ Siparişi onayla";

/// Puts so many products on the shelf, each counted.
pub(crate) async fn stock_up(shop: &Shop, count: usize, title: &str) {
    let app = shop.app();
    let txn = app.platform().db.begin_write().await.unwrap();
    for n in 0..count {
        let variant = NewVariant {
            sku: format!("many-{n}"),
            option_values: Vec::new(),
            price: "10.00 TRY".parse().unwrap(),
            sale: None,
            stock: Stock::Counted(100),
            status: variant::Status::Active,
            image: None,
        };
        let new = NewProduct {
            handle: None,
            title: format!("{title} {n}"),
            description: title.repeat(20),
            brand: String::new(),
            keywords: String::new(),
            condition: product::Condition::New,
            link: None,
            status: product::Status::Active,
            options: Vec::new(),
            images: Vec::new(),
            variants: vec![variant],
        };
        catalog::create_product(&txn, shop.now(), shop.shop_id, new).await.unwrap();
    }
    txn.commit().await.unwrap();
}

on_both! {
    /// A cart of 120 lines with a long note is shown, changed, and ordered whole.
    async fn a_cart_of_120_lines_becomes_one_order(shop: &Shop) {
        stock_up(shop, 120, "Çok uzun adlı, ince belli, el yapımı çay bardağı ☕️").await;
        let skus: Vec<_> = (0..120).map(|n| format!("many-{n}")).collect();
        let items: Vec<_> = skus.iter().map(|sku| (sku.as_str(), 3)).collect();
        let mut message = Person::cart_message(&items);
        message["text"] = json!("Kapıyı çalmayın 👩‍👩‍👧‍👦 ".repeat(300));
        let ayse = shop.customer("Ayşe").await;
        let told = ayse.send(message).await;
        assert!(told[0].body().contains("satır daha"), "{}", told[0].script());
        assert!(told[0].body().contains("₺3.600,00"), "{}", told[0].script());

        // Every line can be reached to be changed.
        let mut lines = 0;
        let mut page = ayse.tap("Değiştir").await.remove(0);
        loop {
            lines += page.choices().iter().filter(|c| c.description.is_some()).count();
            if page.choice("Devamı ▸").is_none() {
                break;
            }
            page = ayse.tap_on(&page, "Devamı ▸").await.remove(0);
        }
        assert_eq!(lines, 120);

        for title in [PICKUP, PAY] {
            ayse.tap(title).await;
        }
        let told = ayse.tap(CONFIRM).await;
        assert!(told[0].body().contains("siparişiniz alındı"), "{}", told[0].script());
        let order = order::Entity::find().one(shop.db().reader()).await.unwrap().unwrap();
        assert_eq!(order.total_minor, 360_000);
        let lines = order_line::Entity::find().count(shop.db().reader()).await.unwrap();
        assert_eq!(lines, 120);
        assert!(!ayse.tap("Sipariş durumu").await.is_empty());
    }
}

on_both! {
    /// Two people confirm in one group; what they want together is more than there is. One gets it all, the other is
    /// told what is left, and nobody waits for anything.
    async fn two_who_want_the_last_pieces_together(shop: &Shop) {
        let (ayse, burak) = (shop.customer("Ayşe").await, shop.customer("Burak").await);
        for person in [&ayse, &burak] {
            person.send_cart(&[("cezve", 2), ("turk-100", 1)]).await;
            person.tap(PICKUP).await;
            person.tap(PAY).await;
        }
        for person in [&ayse, &burak] {
            person.post(Person::tap_message(&person.newest_with(CONFIRM).await, CONFIRM)).await;
        }
        shop.settle().await;
        assert_eq!(order::Entity::find().count(shop.db().reader()).await.unwrap(), 1);
        let told: Vec<_> = [ayse.news().await, burak.news().await]
            .iter()
            .map(|news| news.last().unwrap().body())
            .collect();
        let (lucky, late) =
            if told[0].contains("alındı") { (&told[0], &told[1]) } else { (&told[1], &told[0]) };
        assert!(lucky.contains("₺1.355,50"), "{lucky}");
        assert!(late.contains("1 × Bakır Cezve = ₺640,00"), "{late}");
        assert!(late.contains("1 adet eksik"), "{late}");
    }
}
