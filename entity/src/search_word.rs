//! The words that goods are found by, folded.

use crate::{ProductId, ShopId};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// One word of one thing.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_words")]
pub struct Model {
    /// The product, variant or collection: `field` tells which.
    #[sea_orm(primary_key, auto_increment = false)]
    pub thing: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub field: Field,
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
    pub shop_id: ShopId,
    /// The product that is found by it; absent for a collection, whose products are found.
    pub product_id: Option<ProductId>,
    /// Whether product and variant are for sale.
    pub live: bool,
}

/// Where the word stands. The order of the variants is their weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i32", db_type = "Integer")]
pub enum Field {
    /// Of the product.
    #[sea_orm(num_value = 1)]
    Title,
    /// Of the product: other words that people call it by.
    #[sea_orm(num_value = 2)]
    Keyword,
    /// Of the variant: values of its options.
    #[sea_orm(num_value = 3)]
    Option,
    /// Of the variant.
    #[sea_orm(num_value = 4)]
    Sku,
    /// Of the product.
    #[sea_orm(num_value = 5)]
    Brand,
    /// The title of a collection.
    #[sea_orm(num_value = 6)]
    Collection,
}

impl ActiveModelBehavior for ActiveModel {}
