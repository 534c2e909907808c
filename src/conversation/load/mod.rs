//! Load: everything that a group of inputs needs, in a few set statements.

mod people;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use entity::{
    ChannelId, ConversationId, CustomerId, InboxId, ShopId, Timestamp, VariantId, address, cart,
    channel, conversation, inbox as inbox_table, shop, terms,
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::{
    action::{Action, CartAction, OrderAction},
    heard,
    intent::{At, Intent, intent},
    language::{language_heard, spoken},
    look_up::{self, Wanted, Whose},
    near, original, seek,
    step::{Chat, Step},
    view::View,
};
use crate::{
    cart::{Offers, is_over},
    inbox::{DueItem, Finished, Source},
    message::Inbound,
    platform::{db::Write, memory::Memory, sql::Statements},
    text::{OwnTexts, Voice, own_texts},
};

/// One input with its chat, ready to be decided.
pub(super) struct Turn {
    pub item: InboxId,
    pub lane: String,
    pub inbound: Inbound,
    pub intent: Intent,
    pub chat: Chat,
    /// The conversation is not stored yet.
    pub is_new: bool,
}

/// A group, ready to be decided.
pub(super) struct Group {
    pub turns: Vec<Turn>,
    pub offers: Offers,
    /// Items that are over without a decision: dead letters with their reason.
    pub over: Vec<(Finished, String)>,
    /// What is written before all else: people who are new.
    pub writes: Statements,
}

/// An input whose channel and shop are known.
struct Read {
    item: DueItem,
    inbound: Inbound,
    channel: Arc<channel::Model>,
    shop: Arc<shop::Model>,
}

/// Loads a group. An item whose customer already has one in the group is left for the next.
pub(super) async fn load(
    txn: &Write,
    now: Timestamp,
    source: &dyn Source,
    memory: &Memory,
    public_url: &str,
    items: Vec<DueItem>,
) -> Result<Group, DbErr> {
    let mut over = vec![];
    let mut writes = Statements::of(txn);
    let mut read = read(txn, source, items, &mut over).await?;
    // Of somebody with two lanes, what was said first comes first.
    read.sort_by_key(|read| read.inbound.sent_at);
    let own = own(txn, &read).await?;
    let customers = people::people(txn, &mut writes, now, &read).await?;
    let conversations = people::conversations(txn, now, &read, &customers).await?;
    let quoted = people::quoted(txn, &read, &conversations).await?;
    let mut seen = HashSet::new();
    let mut turns = Vec::with_capacity(read.len());
    let mut wanted = Wanted::default();
    for ((read, customer), (mut conversation, is_new)) in
        read.into_iter().zip(customers).zip(conversations)
    {
        if !seen.insert(customer.id) {
            continue;
        }
        heard::let_go(&mut conversation, &read.inbound, now);
        let step = Step::read(&conversation.step);
        let last = conversation.last_inbound_at;
        let idle_ms = last.map_or(0, |last| read.inbound.sent_at.ms() - last.ms());
        let quoted = quoted.get(&read.item.id).cloned().unwrap_or_default();
        let lang = spoken(&read.shop, customer.language.as_deref());
        let at = At { step, lang, first: last.is_none(), idle_ms, quoted: Some(&quoted) };
        let asked = intent(&read.inbound, at);
        let asked = heard::if_it_can_be_said(asked, &read.inbound, &conversation, now);
        // With a person in the chat nothing is looked up but for the way back.
        let with_person = conversation.owner == conversation::Owner::Person;
        let asked = if with_person { asked.while_a_person_answers(&quoted) } else { asked };
        wanted.note(read.shop.id, step, &asked);
        let heard = (!customer.language_chosen && !with_person)
            .then(|| language_heard(&read.shop, &read.inbound, step, lang))
            .flatten();
        let own = own.get(&read.shop.id).cloned();
        let voice = Voice::new(heard.unwrap_or(lang), own);
        turns.push(Turn {
            item: read.item.id,
            lane: read.item.lane,
            inbound: read.inbound,
            intent: asked,
            is_new,
            chat: Chat {
                now,
                voice,
                heard,
                shop: read.shop,
                channel: read.channel,
                customer,
                conversation,
                step,
                cart: None,
                addresses: Vec::new(),
                view: View::default(),
                public_url: public_url.to_owned(),
            },
        });
    }
    carts(txn, &mut turns).await?;
    addresses(txn, &mut turns).await?;
    original::originals(txn, source, &mut turns).await?;
    for turn in &mut turns {
        let chat = &mut turn.chat;
        let whose = Whose {
            shop: chat.shop.id,
            channel: chat.channel.id,
            customer: chat.customer.id,
            conversation: chat.conversation.id,
            untold_since: chat.conversation.untold_since.filter(|_| {
                let bot = chat.conversation.owner == conversation::Owner::Bot;
                bot || turn.intent == Intent::Do(Action::Shop)
            }),
        };
        let found = match turn.intent.find() {
            Some(find) => Some(seek::found(txn, memory, &chat.shop, &find).await?),
            None => None,
        };
        let view = look_up::view(txn, whose, &turn.intent, chat.cart.as_ref(), found).await?;
        let (original, lapsed) = (chat.view.original.take(), chat.view.lapsed.take());
        chat.view = View { original, lapsed, ..view };
        if let Intent::Link(token) = &turn.intent {
            chat.view.linked = look_up::link(txn, now, &chat.shop, token).await?;
            let skus = wanted.skus.entry(chat.shop.id).or_default();
            skus.extend(chat.view.linked.items().into_iter().map(|item| item.sku));
        }
        chat.view.terms = terms_to_read(txn, chat, &turn.intent).await?;
        chat.view.wamid.clone_from(&turn.inbound.wamid);
        chat.view.sent_at = turn.inbound.sent_at;
        let turn = &*turn;
        if gives_back(turn) {
            let lines = turn.chat.view.order.iter().flat_map(|(_, lines)| lines);
            wanted.placed.extend(lines.map(|line| line.variant_id));
        }
        let variants = turn.chat.cart.iter().flat_map(|c| &c.lines.0).map(|l| l.variant_id);
        let into = if confirms(turn) { &mut wanted.placed } else { &mut wanted.ids };
        into.extend(variants);
        let view = &turn.chat.view;
        wanted.ids.extend(view.wanted());
        wanted.ids.extend(turn.chat.cart.iter().flat_map(waiting));
        if matches!(turn.intent, Intent::Do(Action::OfCart(_, CartAction::Both(_)))) {
            let left = turn.chat.cart.iter().flat_map(|c| &c.pending).flat_map(|p| &p.set_aside);
            let skus = wanted.skus.entry(turn.chat.shop.id).or_default();
            skus.extend(left.map(|line| line.sku.clone()));
        }
        wanted.products.extend(view.product);
        wanted.products.extend(view.products.iter().flat_map(|page| &page.products.items));
        let found = view.found.iter().flat_map(|page| &page.found);
        wanted.products.extend(found.map(|found| found.product));
    }
    // Goods before the shop's row, as an import of the catalog locks them.
    let mut offers = look_up::offers(txn, wanted).await?;
    near::load(txn, &mut turns, &mut offers).await?;
    places(txn, &mut turns).await?;
    Ok(Group { turns, offers, over, writes })
}

/// Reads the payloads; what cannot be read is over.
async fn read(
    txn: &Write,
    source: &dyn Source,
    items: Vec<DueItem>,
    over: &mut Vec<(Finished, String)>,
) -> Result<Vec<Read>, DbErr> {
    let channels = channels(txn, &items).await?;
    let mut read = Vec::with_capacity(items.len());
    for item in items {
        let dead =
            |why: String| ((item.id, None, inbox_table::State::Dead, Some(why)), item.lane.clone());
        let Some((channel, shop)) = channels.get(&item.channel_id).cloned() else {
            over.push(dead("its channel is gone".to_owned()));
            continue;
        };
        match catch_unwind(AssertUnwindSafe(|| source.message(&item.payload))) {
            Ok(Ok(inbound)) => read.push(Read { item, inbound, channel, shop }),
            Ok(Err(error)) => over.push(dead(error.to_string())),
            Err(_) => over.push(dead("its reading panicked".to_owned())),
        }
    }
    Ok(read)
}

type Channels = HashMap<ChannelId, (Arc<channel::Model>, Arc<shop::Model>)>;

/// The channels of these items, each with its shop.
async fn channels(txn: &Write, items: &[DueItem]) -> Result<Channels, DbErr> {
    let ids: BTreeSet<ChannelId> = items.iter().map(|item| item.channel_id).collect();
    let shop = channel::Entity::belongs_to(shop::Entity)
        .from(channel::Column::ShopId)
        .to(shop::Column::Id);
    let found = channel::Entity::find()
        .join(JoinType::InnerJoin, shop.into())
        .select_also(shop::Entity)
        .filter(channel::COLUMN.id.is_in(ids))
        .all(txn)
        .await?;
    let pairs = found
        .into_iter()
        .filter_map(|(channel, shop)| Some((channel.id, (Arc::new(channel), Arc::new(shop?)))));
    Ok(pairs.collect())
}

/// The own texts of the shops that have some.
async fn own(txn: &Write, read: &[Read]) -> Result<HashMap<ShopId, Arc<OwnTexts>>, DbErr> {
    let versions: BTreeMap<ShopId, i32> =
        read.iter().map(|read| (read.shop.id, read.shop.texts_version)).collect();
    let mut all = HashMap::new();
    for (shop, version) in versions {
        if let Some(texts) = own_texts(txn, shop, version).await? {
            all.insert(shop, texts);
        }
    }
    Ok(all)
}

/// Variants of the cart that waits beside an open one.
pub(super) fn waiting(cart: &cart::Model) -> impl Iterator<Item = VariantId> {
    cart.pending.iter().flat_map(|p| &p.lines).map(|l| l.variant_id)
}

/// The open carts of a group; those that nobody touched for the shop's days are over.
async fn carts(txn: &Write, turns: &mut [Turn]) -> Result<(), DbErr> {
    let ids: Vec<ConversationId> =
        turns.iter().filter(|t| !t.is_new).map(|t| t.chat.conversation.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let open = cart::Entity::find()
        .filter(cart::COLUMN.conversation_id.is_in(ids))
        .filter(Expr::cust(cart::IS_OPEN))
        .all(txn)
        .await?;
    let mut open: HashMap<ConversationId, cart::Model> =
        open.into_iter().map(|c| (c.conversation_id, c)).collect();
    for turn in turns {
        let chat = &mut turn.chat;
        let cart = open.remove(&chat.conversation.id);
        let is_over = |cart: &cart::Model| is_over(cart, chat.shop.cart_days, chat.now);
        match cart {
            Some(cart) if is_over(&cart) => chat.view.lapsed = Some(cart),
            cart => chat.cart = cart,
        }
    }
    Ok(())
}

/// The addresses of those who may be in a checkout, latest first. Whoever writes for the first time has none.
async fn addresses(txn: &Write, turns: &mut [Turn]) -> Result<(), DbErr> {
    let known = turns.iter().filter(|t| !(t.is_new && t.chat.customer.created_at == t.chat.now));
    let ids: BTreeSet<CustomerId> =
        known.filter(|t| may_check_out(t)).map(|t| t.chat.customer.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let all = address::Entity::find()
        .filter(address::COLUMN.customer_id.is_in(ids))
        .order_by_desc(address::Column::LastUsedAt)
        .order_by_desc(address::Column::Number)
        .all(txn)
        .await?;
    for turn in turns.iter_mut().filter(|t| may_check_out(t)) {
        let own = all.iter().filter(|a| a.customer_id == turn.chat.customer.id);
        turn.chat.addresses = own.cloned().collect();
    }
    Ok(())
}

/// The terms of sale, when they are asked for.
async fn terms_to_read(
    txn: &Write,
    chat: &Chat,
    intent: &Intent,
) -> Result<Option<terms::Model>, DbErr> {
    let Intent::Do(Action::OfCart(_, CartAction::Terms)) = intent else { return Ok(None) };
    let Some(current) = super::terms::current(chat) else { return Ok(None) };
    terms::Entity::find_by_id(current.id).one(txn).await
}

fn may_check_out(turn: &Turn) -> bool {
    match turn.intent {
        // A question was left open, and this may answer it.
        Intent::Find(ref find) => find.address.is_some() && turn.chat.cart.is_some(),
        // In the middle of it, it goes on.
        Intent::Greet | Intent::Do(Action::Language(_)) => turn.chat.step.in_checkout(),
        Intent::Native(_)
        | Intent::Link(_)
        | Intent::Address { .. }
        | Intent::OrderAddress { .. }
        | Intent::OrderSaid { .. }
        | Intent::Edited { .. }
        | Intent::Told(_)
        | Intent::Asked(_)
        | Intent::Chosen(_)
        | Intent::Form { .. }
        | Intent::Checkout
        | Intent::Yes
        | Intent::No
        | Intent::Do(
            Action::Buy(_)
            | Action::Again(_)
            | Action::Restore
            | Action::OfCart(..)
            | Action::OfOrder(_, OrderAction::AskAddress | OrderAction::Address(_)),
        ) => true,
        // The open question is asked again.
        Intent::NotUnderstood
        | Intent::NoMedia
        | Intent::Picture
        | Intent::NoContact
        | Intent::OwnNumber
        | Intent::Back
        | Intent::Do(Action::Shop) => turn.chat.step.in_checkout(),
        _ => false,
    }
}

/// Whether an order may give its goods back.
fn gives_back(turn: &Turn) -> bool {
    matches!(turn.intent, Intent::Do(Action::OfOrder(_, OrderAction::CancelNow)))
}

fn confirms(turn: &Turn) -> bool {
    matches!(&turn.intent, Intent::Do(Action::OfCart(of, CartAction::Confirm))
        if turn.chat.cart.as_ref().is_some_and(|c| c.number == of.number && c.version == of.version))
}

/// Takes a place in the shop's sequence for each order that may be placed: one statement for each shop.
async fn places(txn: &Write, turns: &mut [Turn]) -> Result<(), DbErr> {
    let mut counts: BTreeMap<ShopId, i64> = BTreeMap::new();
    for turn in turns.iter().filter(|t| confirms(t)) {
        *counts.entry(turn.chat.shop.id).or_default() += 1;
    }
    for (id, count) in counts {
        let shop = shop::Entity::update_many()
            .col_expr(shop::Column::NextOrder, Expr::col(shop::Column::NextOrder).add(count))
            .filter(shop::COLUMN.id.eq(id))
            .exec_with_returning(txn)
            .await?;
        let after = shop.first().map_or(count, |shop| shop.next_order);
        let own = turns.iter_mut().filter(|t| t.chat.shop.id == id && confirms(t));
        for (place, turn) in (after - count..).zip(own) {
            turn.chat.view.place = place;
        }
    }
    Ok(())
}
