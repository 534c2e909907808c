//! Which products a collection holds.

use crate::{CollectionId, ProductId, ShopId};
use sea_orm::entity::prelude::*;

/// One product in one collection.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "collection_products")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection_id: CollectionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    pub shop_id: ShopId,
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
