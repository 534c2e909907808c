//! Identities: the ways in which WhatsApp names a person. Aliases are never deleted.

use crate::{CustomerId, IdentityId, ShopId, Timestamp};
use sea_orm::entity::prelude::*;

/// One alias of one customer.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityId,
    pub shop_id: ShopId,
    pub kind: Kind,
    /// The portfolio of a BSUID; empty for a phone. Unique with shop, kind and value.
    pub scope: String,
    /// `+` and digits, or the BSUID verbatim.
    pub value: String,
    pub customer_id: CustomerId,
    pub created_at: Timestamp,
}

/// What kind of name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Kind {
    Phone,
    Bsuid,
    ParentBsuid,
}

impl ActiveModelBehavior for ActiveModel {}
