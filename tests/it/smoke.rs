//! The harness itself: a shop opens, answers and closes on both databases.

use crate::harness::Shop;

on_both! {
    async fn a_shop_opens_and_closes(shop: &Shop) {
        let ayse = shop.customer("Ayşe").await;
        assert!(ayse.phone.starts_with('+'));
        assert_eq!(ayse.news().await.len(), 0);
        shop.pass(60).await;
    }
}
