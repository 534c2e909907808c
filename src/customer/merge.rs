//! Two customers turn out to be one: everything of the one who goes becomes the other's, in one audited act.
//!
//! | what | becomes |
//! |---|---|
//! | names (aliases) | all of them name who stays: late statuses and old numbers go on working |
//! | chats on different numbers | move as they are |
//! | two chats on one number | become one: messages of both, the step of the one that was written to last; with a person if either was; what waited for the customer to write leaves when they have, in either |
//! | orders, carts, addresses | move; addresses that are the same are kept once |
//! | two open carts | the one that was changed last and holds something stays open, its version goes on so that every old bubble explains itself; the other is dropped |
//! | no notices | if either wanted none |
//! | name, language, habits | of who wrote last, filled up from the other |

use std::collections::BTreeSet;

use entity::{
    CartId, ChannelId, ConversationId, CustomerId, MergeId, ShopId, Timestamp, address,
    cart::{self, Status},
    channel, conversation, customer, identity,
    merge::{self, Why},
    order,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr,
};
use serde_json::json;
use tracing::info;

use crate::{
    inbox, outbox,
    platform::{
        db::Write,
        sql::{Sql, Statements},
    },
};

/// Tables whose rows belong to a chat and move with it. Those that need more care than that are done one by one.
const OF_A_CHAT: &[&str] = &["inbox", "carts"];
/// Tables whose rows belong to a customer and move with them; carts are found by their chats.
const OF_A_CUSTOMER: &[&str] = &["identities", "orders", "conversations"];

/// Why two customers were not merged. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    #[error("there is no customer `{0}`")]
    NotFound(CustomerId),
    #[error("customer `{0}` cannot be merged into itself")]
    Same(CustomerId),
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Who becomes whom, and upon what.
#[derive(Clone, Copy, Debug)]
pub struct Merge<'a> {
    pub shop: ShopId,
    /// Who stays.
    pub into: CustomerId,
    /// Who goes.
    pub from: CustomerId,
    pub why: Why,
    /// The input or the key that brought it about.
    pub by: &'a str,
}

/// Carries it out and gives who stayed. Whoever commits it wakes the outbox.
///
/// # Errors
/// [`MergeError::Same`]; [`MergeError::NotFound`] for another shop's customer too.
pub async fn merge(
    txn: &Write,
    now: Timestamp,
    wanted: Merge<'_>,
) -> Result<customer::Model, MergeError> {
    let Merge { shop, into, from, why, by } = wanted;
    if into == from {
        return Err(MergeError::Same(into));
    }
    hold_lanes(txn, shop, &[into, from]).await?;
    let rows = customer::Entity::find()
        .filter(customer::COLUMN.id.is_in([into, from]))
        .filter(customer::COLUMN.shop_id.eq(shop))
        .order_by_asc(customer::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await?;
    let find = |id| rows.iter().find(|c| c.id == id).cloned().ok_or(MergeError::NotFound(id));
    let (stays, goes) = (find(into)?, find(from)?);
    // Chats before orders, as whoever moves an order locks them.
    let chats = conversation::Entity::find()
        .filter(conversation::COLUMN.customer_id.is_in([into, from]))
        .order_by_asc(conversation::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await?;
    let orders = order::Entity::find()
        .filter(order::COLUMN.customer_id.eq(from))
        .order_by_asc(order::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await?;
    let latest =
        |id| chats.iter().filter(|c| c.customer_id == id).filter_map(|c| c.last_inbound_at).max();
    let stays_is_later = latest(into) >= latest(from);
    let (mut joined, mut dropped) = (Vec::new(), Vec::new());
    for gone in chats.iter().filter(|c| c.customer_id == from) {
        let kept = chats.iter().find(|c| c.customer_id == into && c.channel_id == gone.channel_id);
        if let Some(kept) = kept {
            dropped.extend(join(txn, now, kept, gone).await?);
            joined.push(json!({"kept": kept.id, "gone": gone.id}));
        }
    }
    let same_addresses = addresses(txn, into, from).await?;
    for table in OF_A_CUSTOMER {
        Sql::new(
            format!("UPDATE {table} SET customer_id = $1 WHERE customer_id = $2"),
            [into.into(), from.into()],
        )
        .run(txn)
        .await?;
    }
    let chat_ids: Vec<ConversationId> = chats.iter().map(|chat| chat.id).collect();
    let carts = "UPDATE carts SET customer_id = $1 WHERE customer_id = $2 AND conversation_id IN ";
    Sql::new(carts, [into.into(), from.into()]).list(&chat_ids).run(txn).await?;
    // Bubbles name an address by its number, and numbers may have changed: they explain themselves.
    cart::Entity::update_many()
        .col_expr(cart::Column::Version, Expr::cust("version + 1"))
        .filter(cart::COLUMN.conversation_id.is_in(chat_ids))
        .filter(Expr::cust(cart::IS_OPEN))
        .exec(txn)
        .await?;
    Sql::new("UPDATE merges SET into_id = $1 WHERE into_id = $2", [into.into(), from.into()])
        .run(txn)
        .await?;
    customer::Entity::delete_by_id(from).exec(txn).await?;
    let whole = one_of(&stays, &goes, stays_is_later, now);
    let mut row = stays.into_active_model();
    row.name = Set(whole.name);
    row.phone = Set(whole.phone);
    row.bsuid = Set(whole.bsuid);
    row.contact_phone = Set(whole.contact_phone);
    row.language = Set(whole.language);
    row.language_chosen = Set(whole.language_chosen);
    row.notices_stopped_at = Set(whole.notices_stopped_at);
    row.last_delivery = Set(whole.last_delivery);
    row.last_payment = Set(whole.last_payment);
    row.version = Set(whole.version);
    row.updated_at = Set(now);
    let stayed = row.update(txn).await?;
    let moved = json!({
        "name": goes.name, "phone": goes.phone, "bsuid": goes.bsuid,
        "notices_stopped_at": goes.notices_stopped_at.map(Timestamp::ms),
        "chats_joined": joined, "carts_dropped": dropped,
        "orders": orders.iter().map(|o| o.id).collect::<Vec<_>>(),
        "addresses_the_same": same_addresses,
    });
    let row = merge::Model {
        id: MergeId::new(now),
        shop_id: shop,
        into_id: into,
        from_id: from,
        why,
        by: by.to_owned(),
        moved,
        created_at: now,
    };
    merge::Entity::insert(row.into_active_model()).exec_without_returning(txn).await?;
    info!(customer.id = %into, "customer `{from}` is merged into `{into}`: {why:?}");
    Ok(stayed)
}

/// Merges of which a customer is the outcome, the oldest first.
///
/// # Errors
/// The database's.
pub async fn merges(db: &impl ConnectionTrait, id: CustomerId) -> Result<Vec<merge::Model>, DbErr> {
    merge::Entity::find()
        .filter(merge::COLUMN.into_id.eq(id))
        .order_by_asc(merge::Column::Id)
        .all(db)
        .await
}

/// Nobody handles an input of either while they become one: all their lanes are held, in one order.
async fn hold_lanes(txn: &Write, shop: ShopId, ids: &[CustomerId]) -> Result<(), DbErr> {
    let names = identity::Entity::find()
        .filter(identity::COLUMN.customer_id.is_in(ids.iter().copied()))
        .all(txn)
        .await?;
    let channels: Vec<ChannelId> = channel::Entity::find()
        .select_only()
        .column(channel::Column::Id)
        .filter(channel::COLUMN.shop_id.eq(shop))
        .into_tuple()
        .all(txn)
        .await?;
    let lanes: BTreeSet<String> = channels
        .iter()
        .flat_map(|channel| {
            names.iter().filter_map(|name| inbox::lane(*channel, Some(&name.value), None))
        })
        .collect();
    inbox::hold(txn, &lanes.into_iter().collect::<Vec<_>>()).await
}

/// Two chats on one number become one. Gives the cart that was dropped.
async fn join(
    txn: &Write,
    now: Timestamp,
    kept: &conversation::Model,
    gone: &conversation::Model,
) -> Result<Option<CartId>, DbErr> {
    let (dropped, step_of) = one_cart(txn, now, kept.id, gone.id).await?;
    // Behind what is in the other's queue, so that no place is taken twice.
    Sql::new(
        "UPDATE outbox SET conversation_id = $1, sequence = sequence + $2 WHERE conversation_id = $3",
        [kept.id.into(), kept.out_sequence.into(), gone.id.into()],
    )
    .run(txn)
    .await?;
    for table in OF_A_CHAT {
        Sql::new(
            format!("UPDATE {table} SET conversation_id = $1 WHERE conversation_id = $2"),
            [kept.id.into(), gone.id.into()],
        )
        .run(txn)
        .await?;
    }
    Sql::new(
        "UPDATE orders SET conversation_id = $1 WHERE customer_id = $2 AND conversation_id = $3",
        [kept.id.into(), gone.customer_id.into(), gone.id.into()],
    )
    .run(txn)
    .await?;
    let later = if gone.last_inbound_at > kept.last_inbound_at { gone } else { kept };
    let step = match step_of {
        Some(id) if id == gone.id => &gone.step,
        Some(_) => &kept.step,
        None => &later.step,
    };
    let window_ends_at = kept.window_ends_at.max(gone.window_ends_at);
    let by_person = [kept, gone].iter().any(|c| c.owner == conversation::Owner::Person);
    let mut row = kept.clone().into_active_model();
    row.owner = Set(if by_person { conversation::Owner::Person } else { conversation::Owner::Bot });
    row.step = Set(step.clone());
    row.out_sequence = Set(kept.out_sequence + gone.out_sequence);
    row.window_ends_at = Set(window_ends_at);
    row.last_inbound_at = Set(later.last_inbound_at);
    row.echoed_at = Set(kept.echoed_at.max(gone.echoed_at));
    row.about_order = Set(later.about_order.or(kept.about_order));
    row.untold_since = Set([kept, gone].iter().filter_map(|c| c.untold_since).min());
    row.said = Set(later.said);
    row.said_times = Set(later.said_times);
    row.misses = Set(later.misses);
    row.unread_wamid = Set(later.unread_wamid.clone());
    row.pair_tat_ms = Set(kept.pair_tat_ms.max(gone.pair_tat_ms));
    row.ad_source_id = Set(later.ad_source_id.clone().or_else(|| kept.ad_source_id.clone()));
    row.ctwa_clid = Set(later.ctwa_clid.clone().or_else(|| kept.ctwa_clid.clone()));
    row.version = Set(kept.version + gone.version + 1);
    row.updated_at = Set(now);
    row.update(txn).await?;
    conversation::Entity::delete_by_id(gone.id).exec(txn).await?;
    if outbox::window_open(window_ends_at, now) {
        let mut writes = Statements::of(txn);
        outbox::free(&mut writes, now, &[kept.id]);
        writes.run(txn).await?;
    }
    Ok(dropped)
}

/// Of two open carts one stays: the one that was changed last, but not an empty one. Gives the dropped one, and the chat
/// of the other when there were two.
async fn one_cart(
    txn: &Write,
    now: Timestamp,
    kept: ConversationId,
    gone: ConversationId,
) -> Result<(Option<CartId>, Option<ConversationId>), DbErr> {
    let mut open = cart::Entity::find()
        .filter(cart::COLUMN.conversation_id.is_in([kept, gone]))
        .filter(Expr::cust(cart::IS_OPEN))
        .all(txn)
        .await?;
    if open.len() < 2 {
        return Ok((None, None));
    }
    open.sort_by_key(|cart| {
        let holds = !cart.lines.0.is_empty() || !cart.set_aside.0.is_empty();
        (holds, cart.updated_at, cart.id)
    });
    let stays = open.pop().map(|cart| cart.conversation_id);
    let mut dropped = None;
    for cart in open {
        dropped = Some(cart.id);
        let version = cart.version + 1;
        let mut row = cart.into_active_model();
        row.status = Set(Status::Dropped);
        row.version = Set(version);
        row.updated_at = Set(now);
        row.update(txn).await?;
    }
    Ok((dropped, stays))
}

/// Addresses move under new numbers; what the other has already is not kept twice. Gives how many that were.
async fn addresses(txn: &Write, into: CustomerId, from: CustomerId) -> Result<usize, DbErr> {
    let all = address::Entity::find()
        .filter(address::COLUMN.customer_id.is_in([into, from]))
        .order_by_asc(address::Column::Number)
        .all(txn)
        .await?;
    let own: Vec<_> = all.iter().filter(|a| a.customer_id == into).collect();
    let mut number = own.iter().map(|a| a.number).max().unwrap_or(0);
    let mut same = 0;
    for address in all.iter().filter(|a| a.customer_id == from) {
        let twin =
            own.iter().find(|o| o.text == address.text && o.coordinates == address.coordinates);
        let mut row = address.clone().into_active_model();
        row.customer_id = Set(into);
        if let Some(twin) = twin {
            same += 1;
            Sql::new(
                "UPDATE carts SET address_id = $1 WHERE address_id = $2",
                [twin.id.into(), address.id.into()],
            )
            .run(txn)
            .await?;
            address::Entity::delete_by_id(address.id).exec(txn).await?;
            continue;
        }
        number += 1;
        row.number = Set(number);
        row.update(txn).await?;
    }
    Ok(same)
}

/// What is known of the two as one.
fn one_of(
    stays: &customer::Model,
    goes: &customer::Model,
    stays_is_later: bool,
    now: Timestamp,
) -> customer::Model {
    let (later, other) = if stays_is_later { (stays, goes) } else { (goes, stays) };
    // A language that was chosen wins over one that was guessed.
    let speaks = if other.language_chosen && !later.language_chosen { other } else { later };
    let stopped = [stays.notices_stopped_at, goes.notices_stopped_at];
    customer::Model {
        id: stays.id,
        shop_id: stays.shop_id,
        name: if later.name.is_empty() { other.name.clone() } else { later.name.clone() },
        phone: later.phone.clone().or_else(|| other.phone.clone()),
        bsuid: later.bsuid.clone().or_else(|| other.bsuid.clone()),
        contact_phone: later.contact_phone.clone().or_else(|| other.contact_phone.clone()),
        language: speaks.language.clone().or_else(|| other.language.clone()),
        language_chosen: speaks.language_chosen,
        // The stricter wins.
        notices_stopped_at: stopped.into_iter().flatten().min(),
        last_delivery: later.last_delivery.or(other.last_delivery),
        last_payment: later.last_payment.or(other.last_payment),
        version: stays.version.max(goes.version) + 1,
        created_at: stays.created_at.min(goes.created_at),
        updated_at: now,
    }
}
