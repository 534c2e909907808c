//! Conversations: the chat of one customer on one channel.

use crate::{ChannelId, ConversationId, CustomerId, OrderId, ShopId, Timestamp};
use sea_orm::entity::prelude::*;

/// A chat; unique per channel and customer.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConversationId,
    pub shop_id: ShopId,
    pub channel_id: ChannelId,
    pub customer_id: CustomerId,
    pub owner: Owner,
    /// Where the chat is: `conversation::step::Step` as JSON. An unknown one is read as the start.
    #[sea_orm(column_type = "JsonBinary")]
    pub step: Json,
    /// The place of the latest outgoing message; they leave in this order.
    pub out_sequence: i64,
    /// End of the customer service window; absent while the customer never wrote.
    pub window_ends_at: Option<Timestamp>,
    pub last_inbound_at: Option<Timestamp>,
    /// When somebody of the shop last wrote from the app on the phone. Absent once a person takes over here, or lets go.
    pub echoed_at: Option<Timestamp>,
    /// The provider id of the newest message of the customer that is not marked read yet.
    pub unread_wamid: Option<String>,
    /// GCRA: when the pair's bucket is full again, milliseconds since the epoch.
    pub pair_tat_ms: i64,
    /// The order that a person is asked about; absent while the bot answers.
    pub about_order: Option<OrderId>,
    /// While a person has the chat, nothing automatic is sent: what happened to orders since then is told when they
    /// hand it back.
    pub untold_since: Option<Timestamp>,
    /// Fingerprint of what the bot said last, as the customer reads it.
    pub said: Option<i64>,
    /// How often it was said in a row.
    pub said_times: i32,
    /// Inputs in a row that led nowhere.
    pub misses: i32,
    /// The ad or post that it came from last: WhatsApp's id of it, and of the click.
    pub ad_source_id: Option<String>,
    pub ctwa_clid: Option<String>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// So long after the last word from the app on the phone the bot goes on, milliseconds: the app has no way to hand a
/// chat back.
const ECHO_HOLDS_MS: i64 = 12 * 60 * 60 * 1_000;

impl Model {
    /// Whether somebody took the chat by the app on the phone and has said nothing for so long, at `at`, that nobody
    /// answers it any more.
    #[must_use]
    pub fn is_left_alone(&self, at: Timestamp) -> bool {
        let left = |echoed: Timestamp| at.ms() - echoed.ms() > ECHO_HOLDS_MS;
        self.owner == Owner::Person && self.echoed_at.is_some_and(left)
    }
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Owner {
    Bot,
    Person,
}

impl ActiveModelBehavior for ActiveModel {}
