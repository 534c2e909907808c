//! Reads what words lead to.

use entity::shop;
use sea_orm::DbErr;

use super::{find::Find, menu, view::FoundPage};
use crate::{
    catalog::search::{self, Among, Results},
    platform::{db::Write, memory::Memory},
};

/// A page of what `find` found in the shop.
pub(super) async fn found(
    txn: &Write,
    memory: &Memory,
    shop: &shop::Model,
    find: &Find,
) -> Result<FoundPage, DbErr> {
    let vocabulary = search::vocabulary(txn, memory, shop).await?;
    let mut results = Results::default();
    let (mut query, mut of_ad) = (&find.query, false);
    for said in find.ad.iter().map(Some).chain([None]) {
        (query, of_ad) = (said.unwrap_or(&find.query), said.is_some());
        results = search::find(txn, shop, &vocabulary, query, Among::ForSale).await?;
        if !results.found.is_empty() {
            break;
        }
    }
    let size = menu::PAGE as usize;
    // What was there on a page before may be gone.
    let from = Some(find.page as usize * size).filter(|&from| from < results.found.len());
    let from = from.unwrap_or(0);
    let found: Vec<_> = results.found.iter().skip(from).take(size).copied().collect();
    Ok(FoundPage {
        query: query.clone(),
        of_ad,
        page: u32::try_from(from / size).unwrap_or(0),
        more: results.found.len() > from + found.len(),
        found,
        whole: results.whole,
    })
}
