//! The harness itself: a shop opens, answers, restarts and closes on both databases.

use crate::harness::Shop;

on_both! {
    async fn a_shop_opens_restarts_and_closes(shop: &Shop) {
        let ayse = shop.customer("Ayşe").await;
        assert!(ayse.phone.starts_with('+'));
        assert_eq!(ayse.news().await.len(), 0);
        shop.restart().await;
        shop.pass(60).await;
        let ready = shop.http().get(format!("{}/health/ready", shop.url)).send().await.unwrap();
        assert_eq!(ready.status(), 200);
        assert_eq!(shop.api("GET", "/me", None).await.status, 200);
    }
}
