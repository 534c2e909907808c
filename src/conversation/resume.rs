//! A person hands the chat back: the bot answers again, and says so with one message that shows where the chat was and
//! what happened to orders meanwhile. While the window is closed nothing is said but that news, which waits like all
//! news until the customer writes.

use entity::{
    ConversationId, ShopId, Timestamp, address, cart, channel,
    conversation::{self, Owner},
    customer,
    outbox::Purpose,
    shop,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set,
    sea_query::Expr,
};

use super::{
    action::Action,
    apply::{change_hands, store_carts},
    intent::Intent,
    language::spoken,
    load::waiting,
    look_up::{self, Wanted, Whose},
    orders,
    staff::{StaffError, locked},
    step::{Chat, Decision, Step},
    talk,
    view::View,
};
use crate::{
    cart::{Offers, is_over},
    outbox::{push, window_open},
    platform::{db::Write, sql::Statements},
    text::voice_of,
};

/// The bot answers again. Releasing again changes nothing. Whoever commits it wakes the outbox.
///
/// # Errors
/// [`StaffError::NotFound`], or the database's.
pub async fn release(
    txn: &Write,
    now: Timestamp,
    public_url: &str,
    shop: ShopId,
    id: ConversationId,
) -> Result<conversation::Model, StaffError> {
    let before = locked(txn, shop, id).await?;
    if before.owner == Owner::Bot {
        return Ok(before);
    }
    let open = window_open(before.window_ends_at, now);
    let (chat, offers) = chat(txn, now, public_url, before.clone()).await?;
    let (decision, purpose) = if open {
        (talk::resumed(&chat, ("resume", "resume"), &offers)?, Purpose::Reply)
    } else {
        let replies = orders::untold_news(&chat)?.into_iter().collect();
        (Decision { step: chat.step, replies, ..Decision::default() }, Purpose::OrderUpdate)
    };
    let mut after = before.clone();
    change_hands(&mut after, Owner::Bot, now);
    let mut row = before.into_active_model();
    row.owner = Set(after.owner);
    row.echoed_at = Set(None);
    row.about_order = Set(after.about_order);
    row.untold_since = Set(after.untold_since);
    row.said = Set(after.said);
    row.said_times = Set(after.said_times);
    row.misses = Set(after.misses);
    row.step = Set(decision.step.write());
    row.version = Set(after.version + 1);
    row.updated_at = Set(now);
    let stored = row.update(txn).await?;
    let cart = decision.cart.map(|cart| cart::Model { updated_at: now, ..cart });
    let mut writes = Statements::of(txn);
    store_carts(&mut writes, cart.into_iter().collect());
    writes.run(txn).await?;
    for message in &decision.replies {
        push(txn, now, id, purpose, message, None).await?;
    }
    Ok(stored)
}

/// A chat with all that may be shown when it goes on.
async fn chat(
    txn: &Write,
    now: Timestamp,
    public_url: &str,
    conversation: conversation::Model,
) -> Result<(Chat, Offers), StaffError> {
    let missing = || StaffError::NotFound(conversation.id);
    let (shop, channel) = (conversation.shop_id, conversation.channel_id);
    let shop = shop::Entity::find_by_id(shop).one(txn).await?.ok_or_else(missing)?;
    let channel = channel::Entity::find_by_id(channel).one(txn).await?.ok_or_else(missing)?;
    let customer = conversation.customer_id;
    let customer = customer::Entity::find_by_id(customer).one(txn).await?.ok_or_else(missing)?;
    let cart = cart::Entity::find()
        .filter(cart::COLUMN.conversation_id.eq(conversation.id))
        .filter(Expr::cust(cart::IS_OPEN))
        .one(txn)
        .await?
        .filter(|cart| !is_over(cart, shop.cart_days, now));
    let addresses = address::Entity::find()
        .filter(address::COLUMN.customer_id.eq(customer.id))
        .order_by_desc(address::Column::LastUsedAt)
        .order_by_desc(address::Column::Number)
        .all(txn)
        .await?;
    let whose = Whose {
        shop: shop.id,
        channel: channel.id,
        customer: customer.id,
        conversation: conversation.id,
        untold_since: conversation.untold_since,
    };
    let view: View =
        look_up::view(txn, whose, &Intent::Do(Action::Shop), cart.as_ref(), None).await?;
    let lines = cart.iter().flat_map(|cart| &cart.lines.0).map(|line| line.variant_id);
    let ids = lines.chain(cart.iter().flat_map(waiting)).collect();
    let offers = look_up::offers(txn, Wanted { ids, ..Wanted::default() }).await?;
    let lang = spoken(&shop, customer.language.as_deref());
    let voice = voice_of(txn, shop.id, lang).await?;
    let chat = Chat {
        now,
        voice,
        heard: None,
        step: Step::read(&conversation.step),
        shop: shop.into(),
        channel: channel.into(),
        customer,
        conversation,
        cart,
        addresses,
        view,
        public_url: public_url.trim_end_matches('/').to_owned(),
    };
    Ok((chat, offers))
}
