//! `/channels`: the WhatsApp numbers of the shop.

use entity::{ChannelId, channel};
use poem_openapi::{Object, OpenApi, param::Path, param::Query, payload::Json, types::Example};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Tag;
use crate::{
    http::{
        auth::{Key, ShopRead, ShopWrite},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        reply::{Answer, IfMatch, Reply},
        types::{At, Id},
    },
    outbox,
    shop::{
        self,
        edit::{self, ChannelEdit},
    },
};

/// Operations under `/channels`.
#[derive(Clone)]
pub struct ChannelsApi(pub(super) Edge);

/// One WhatsApp number. Its access token is never shown.
#[derive(Clone, Debug, Object)]
pub struct Channel {
    pub id: Id<ChannelId>,
    /// WhatsApp's id of the number.
    pub phone_number_id: String,
    /// The number as people see it, `+` and digits.
    pub display_phone_number: String,
    /// WhatsApp Business Account.
    pub waba_id: String,
    pub portfolio_id: String,
    /// WhatsApp's catalog; `null`: none is connected.
    pub catalog_id: Option<String>,
    /// The forms for an address, one a language; empty: customers type it.
    pub address_forms: Vec<AddressForm>,
    /// Set by `sepet shop apply` alone.
    pub graph_url: String,
    pub graph_version: String,
    pub pace: ChannelPace,
    /// Whether incoming messages are marked read, with a typing indicator.
    pub read_marks: bool,
    /// Seconds to wait for a status before a send without an answer is repeated.
    pub unknown_seconds: i32,
    /// Nothing is sent before: WhatsApp throttles the account.
    pub paused_until: Option<At>,
    /// WhatsApp gave no answers lately: one message at a time tries whether it is back, the next not before
    /// `resting_until`. It ends by itself.
    pub resting: bool,
    pub resting_until: Option<At>,
    /// Why nothing is sent until somebody acts, then calls `resume`; `null`: it sends.
    pub stopped_reason: Option<String>,
    /// How many people may be written to outside of their window, as WhatsApp told last: `TIER_1K`.
    pub messaging_limit: Option<String>,
    pub created_at: At,
    pub updated_at: At,
}

/// A published WhatsApp Flow.
#[derive(Clone, Debug, Object)]
pub struct AddressForm {
    /// Language tag; `null`: for every language that has none of its own.
    pub language: Option<String>,
    pub flow_id: String,
}

/// How fast a number sends. Meta counts incoming messages too.
#[derive(Clone, Debug, Object)]
pub struct ChannelPace {
    /// Messages a second of the number; 0: no limit.
    pub per_second: i32,
    /// Seconds a message to one person, sustained; 0: no limit.
    pub pair_seconds: i32,
    /// Messages to one person at once.
    pub pair_burst: i32,
}

impl Channel {
    fn of(row: channel::Model) -> Self {
        let resting = outbox::is_resting(&row);
        let form = |(language, flow): (String, channel::Flow)| AddressForm {
            language: (language != "*").then_some(language),
            flow_id: flow.id,
        };
        Self {
            id: Id(row.id),
            phone_number_id: row.phone_number_id,
            display_phone_number: row.display_phone_number,
            waba_id: row.waba_id,
            portfolio_id: row.portfolio_id,
            catalog_id: row.catalog_id,
            address_forms: row.address_flows.0.into_iter().map(form).collect(),
            graph_url: row.graph_url,
            graph_version: row.graph_version,
            pace: ChannelPace {
                per_second: row.pace_per_second,
                pair_seconds: row.pair_seconds,
                pair_burst: row.pair_burst,
            },
            read_marks: row.read_marks,
            unknown_seconds: row.unknown_seconds,
            paused_until: row.paused_until.map(At),
            resting,
            resting_until: row.resting_until.map(At),
            stopped_reason: row.stopped_reason,
            messaging_limit: row.messaging_limit,
            created_at: At(row.created_at),
            updated_at: At(row.updated_at),
        }
    }
}

/// What is to change about a channel; what is left out stays.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example)]
pub struct ChannelChange {
    pub pace: Option<PaceChange>,
    pub read_marks: Option<bool>,
    /// Seconds.
    #[oai(validator(minimum(value = "5"), maximum(value = "600")))]
    pub unknown_seconds: Option<i32>,
}

impl Example for ChannelChange {
    fn example() -> Self {
        Self { read_marks: Some(false), ..Self::default() }
    }
}

/// What is to change about the pace; what is left out stays.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct PaceChange {
    #[oai(validator(minimum(value = "0"), maximum(value = "1000")))]
    pub per_second: Option<i32>,
    #[oai(validator(minimum(value = "0"), maximum(value = "3600")))]
    pub pair_seconds: Option<i32>,
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub pair_burst: Option<i32>,
}

impl From<ChannelChange> for ChannelEdit {
    fn from(change: ChannelChange) -> Self {
        let pace = change.pace.unwrap_or_default();
        Self {
            pace: shop::Pace {
                per_second: pace.per_second,
                pair_seconds: pace.pair_seconds,
                pair_burst: pace.pair_burst,
            },
            read_marks: change.read_marks,
            unknown_seconds: change.unknown_seconds,
        }
    }
}

#[OpenApi(prefix_path = "/channels", tag = "Tag::Channels")]
impl ChannelsApi {
    /// List channels
    ///
    /// Newest first.
    #[oai(path = "/", method = "get", operation_id = "list_channels")]
    async fn list(
        &self,
        key: Key<ShopRead>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Channel>> {
        let wanted = Wanted::read("channels", limit.0, cursor.0)?;
        let mut find = channel::Entity::find().filter(channel::Column::ShopId.eq(key.shop()));
        if let Some(after) = wanted.after::<ChannelId>()? {
            find = find.filter(channel::Column::Id.lt(after));
        }
        let rows = find
            .order_by_desc(channel::Column::Id)
            .limit(wanted.rows())
            .all(self.0.reader())
            .await?;
        Ok(Reply::new(&wanted.page(rows, |row| row.id.to_string(), Channel::of)))
    }

    /// Read a channel
    #[oai(path = "/:id", method = "get", operation_id = "get_channel")]
    async fn get(&self, key: Key<ShopRead>, id: Path<Id<ChannelId>>) -> Answer<Channel> {
        let row = edit::channel(self.0.reader(), key.shop(), id.0.0).await?;
        let version = row.version;
        Ok(Reply::versioned(&Channel::of(row), version).live())
    }

    /// Change a channel
    ///
    /// Addresses, ids and the token are set by `sepet shop apply` alone.
    #[oai(path = "/:id", method = "patch", operation_id = "update_channel")]
    async fn update(
        &self,
        key: Key<ShopWrite>,
        id: Path<Id<ChannelId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<ChannelChange>,
    ) -> Answer<Channel> {
        let change = ChannelEdit::from(body.0);
        self.0
            .write(&key, once, async |txn, now| {
                let shop = key.shop();
                let row = edit::edit_channel(txn, now, shop, id.0.0, if_match.0, change).await?;
                let version = row.version;
                Ok(Reply::versioned(&Channel::of(row), version).live())
            })
            .await
    }

    /// Let a stopped channel send again
    ///
    /// When `stopped_reason` was put right: a new token applied, the account unlocked. What waits leaves at once. A rest
    /// and a pause end too.
    #[oai(path = "/:id/resume", method = "post", operation_id = "resume_channel")]
    async fn resume(
        &self,
        key: Key<ShopWrite>,
        id: Path<Id<ChannelId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
    ) -> Answer<Channel> {
        self.0
            .write(&key, once, async |txn, now| {
                let row = edit::resume_channel(txn, now, key.shop(), id.0.0).await?;
                let version = row.version;
                Ok(Reply::versioned(&Channel::of(row), version).live())
            })
            .await
    }
}
