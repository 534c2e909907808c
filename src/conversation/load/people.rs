//! Who wrote, in which chat, and about which message of ours.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{ChannelId, ConversationId, CustomerId, InboxId, Timestamp, conversation, customer};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;

use super::Read;
use crate::{
    conversation::{context::Context, history::sent, language::first_language, step::Step},
    customer::{Seen, resolve},
    message::{Content, Inbound, Outbound, Person, PhoneNumber, SystemEvent},
    platform::{db::Write, sql::Statements},
};

/// The customers of a group in its order; new ones are made, and stored with `writes`.
pub(super) async fn people(
    txn: &Write,
    writes: &mut Statements,
    now: Timestamp,
    read: &[Read],
) -> Result<Vec<customer::Model>, DbErr> {
    let becomes: Vec<Option<Person>> = read.iter().map(|r| moved(&r.inbound)).collect();
    let people: Vec<Person> = read.iter().map(|r| called(&r.inbound)).collect();
    let inputs: Vec<String> = read.iter().map(|r| r.item.id.to_string()).collect();
    let seen: Vec<Seen<'_>> = read
        .iter()
        .zip(&people)
        .zip(&becomes)
        .zip(&inputs)
        .map(|(((r, person), becomes), by)| Seen {
            shop: r.shop.id,
            portfolio: &r.channel.portfolio_id,
            person,
            becomes: becomes.as_ref(),
            language: first_language(&r.shop, &r.inbound).tag(),
            at: r.inbound.sent_at,
            by,
        })
        .collect();
    resolve(txn, writes, now, &seen).await
}

/// What the sender is called: a number that we asked for is the sender's own.
fn called(inbound: &Inbound) -> Person {
    let mut person = inbound.from.clone();
    if let Content::Contacts { phones, requested: true } = &inbound.content {
        let given = || phones.iter().find_map(|phone| PhoneNumber::parse(phone));
        person.phone = person.phone.or_else(given);
    }
    person
}

/// What the sender is called from now on, when WhatsApp says that they moved.
fn moved(inbound: &Inbound) -> Option<Person> {
    let Content::System(SystemEvent::Moved { phone, bsuid, parent_bsuid }) = &inbound.content
    else {
        return None;
    };
    Some(Person {
        phone: phone.clone(),
        bsuid: bsuid.clone(),
        parent_bsuid: parent_bsuid.clone(),
        name: None,
    })
}

/// What the messages of ours were about that inputs quote. What a tap means stands in its id.
pub(super) async fn quoted(
    txn: &Write,
    read: &[Read],
    conversations: &[(conversation::Model, bool)],
) -> Result<HashMap<InboxId, Context>, DbErr> {
    let quotes = |r: &Read| {
        let own_words = matches!(
            r.inbound.content,
            Content::Text(_)
                | Content::Media { .. }
                | Content::Location { .. }
                | Content::Contacts { .. }
                | Content::Unsupported(_)
        );
        r.inbound.reply_to.clone().filter(|_| own_words)
    };
    let wamids: BTreeSet<String> = read.iter().filter_map(quotes).collect();
    if wamids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sent(txn, wamids).await?;
    let mut found = HashMap::new();
    for (read, (conversation, _)) in read.iter().zip(conversations) {
        let Some(wamid) = quotes(read) else { continue };
        let mut own = rows.iter().filter(|row| row.conversation_id == conversation.id);
        let row = own.find(|row| row.wamid.as_ref() == Some(&wamid));
        let message = row.and_then(|row| Outbound::deserialize(&row.message).ok());
        if let Some(message) = message {
            found.insert(read.item.id, Context::of(&message));
        }
    }
    Ok(found)
}

/// The conversations of a group in its order, locked; missing ones are made, and stored with the group's outcome.
pub(super) async fn conversations(
    txn: &Write,
    now: Timestamp,
    read: &[Read],
    customers: &[customer::Model],
) -> Result<Vec<(conversation::Model, bool)>, DbErr> {
    let ids: BTreeSet<CustomerId> = customers.iter().map(|c| c.id).collect();
    let stored = conversation::Entity::find()
        .filter(conversation::COLUMN.customer_id.is_in(ids))
        .order_by_asc(conversation::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await?;
    let mut known: BTreeMap<(ChannelId, CustomerId), (conversation::Model, bool)> =
        stored.into_iter().map(|c| ((c.channel_id, c.customer_id), (c, false))).collect();
    let found = read.iter().zip(customers).map(|(read, customer)| {
        let new = || (started(read, customer, now), true);
        known.entry((read.channel.id, customer.id)).or_insert_with(new).clone()
    });
    Ok(found.collect())
}

fn started(read: &Read, customer: &customer::Model, now: Timestamp) -> conversation::Model {
    conversation::Model {
        id: ConversationId::new(now),
        shop_id: read.shop.id,
        channel_id: read.channel.id,
        customer_id: customer.id,
        owner: conversation::Owner::Bot,
        step: Step::Start.write(),
        out_sequence: 0,
        window_ends_at: None,
        last_inbound_at: None,
        echoed_at: None,
        unread_wamid: None,
        pair_tat_ms: 0,
        about_order: None,
        untold_since: None,
        said: None,
        said_times: 0,
        misses: 0,
        ad_source_id: None,
        ctwa_clid: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
