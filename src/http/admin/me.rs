//! `/me`: the key in use.

use entity::{ApiKeyId, ShopId, shop};
use poem_openapi::{Object, OpenApi};
use sea_orm::EntityTrait;

use super::Tag;
use crate::http::{
    auth::{AnyScope, Key},
    once::Edge,
    problem::Problem,
    reply::{Answer, Reply},
    types::{At, Id},
};

/// Operations under `/me`.
#[derive(Clone)]
pub struct MeApi(pub(super) Edge);

/// The key that the request was made with.
#[derive(Clone, Debug, Object)]
pub struct Me {
    pub key_id: Id<ApiKeyId>,
    /// As it was named when it was made.
    #[oai(validator(max_length = 100))]
    pub key_name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it ends by itself; absent: never.
    pub expires_at: Option<At>,
    pub shop: MyShop,
}

/// The shop that the key belongs to.
#[derive(Clone, Debug, Object)]
pub struct MyShop {
    pub id: Id<ShopId>,
    /// Its short name on the command line.
    pub handle: String,
    pub name: String,
    /// ISO 4217; all prices of the shop are in it.
    pub currency: String,
}

#[OpenApi(prefix_path = "/me", tag = "Tag::Me")]
impl MeApi {
    /// See which key this is
    ///
    /// The first call to make: it tells whether the key works, for which shop, and what it may do.
    #[oai(path = "/", method = "get", operation_id = "get_me")]
    async fn get(&self, key: Key<AnyScope>) -> Answer<Me> {
        let shop = shop::Entity::find_by_id(key.shop())
            .one(self.0.reader())
            .await?
            .ok_or_else(|| Problem::not_found("shop", key.shop()))?;
        let row = key.row();
        Ok(Reply::new(&Me {
            key_id: Id(row.id),
            key_name: row.name.clone(),
            scopes: row.scopes.0.clone(),
            expires_at: row.expires_at.map(At),
            shop: MyShop {
                id: Id(shop.id),
                handle: shop.handle,
                name: shop.name,
                currency: shop.currency,
            },
        }))
    }
}
