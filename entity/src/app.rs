//! Meta apps: who may sign a webhook.

use crate::{AppId, Sealed, SealedList, Timestamp};
use sea_orm::entity::prelude::*;

/// A Meta app that one or more channels belong to.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "apps")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppId,
    /// Meta's app id, the last part of the webhook's path; unique.
    #[sea_orm(unique)]
    pub meta_app_id: String,
    /// App secrets, several during a rotation.
    pub secrets: SealedList,
    /// What the handshake must name.
    pub verify_token: Sealed,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
