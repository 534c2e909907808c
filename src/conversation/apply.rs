//! Apply: what was decided for a group, one statement for each table.

use std::collections::BTreeMap;

use entity::{LinkId, Timestamp, address, cart, conversation, customer, outbox as outbox_table};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::{
    ConversationError,
    heard::is_said,
    load::Turn,
    original::{self, Changed},
    step::{Chat, Decision},
};
use crate::{
    cart::link,
    inbox::{self, Finished},
    message::Content,
    order::{self, place},
    outbox::{self, Draft},
    platform::{db::Write, metrics, sql::Statements},
};

/// The customer service window, milliseconds (reference §3.6).
const WINDOW_MS: i64 = 24 * 60 * 60 * 1_000;
/// Rows of one statement.
const CHUNK: usize = 200;

/// Writes what was decided, after what waits in `writes`. The caller commits.
pub(super) async fn apply(
    txn: &Write,
    mut writes: Statements,
    now: Timestamp,
    decided: Vec<(Turn, Decision)>,
    over: Vec<(Finished, String)>,
) -> Result<(), ConversationError> {
    let (mut finished, mut lanes): (Vec<Finished>, Vec<String>) = over.into_iter().unzip();
    let (mut chats, mut carts, mut addresses) = (Vec::new(), Vec::new(), Vec::new());
    let mut expired = Vec::new();
    let mut opened: BTreeMap<LinkId, i64> = BTreeMap::new();
    let (mut drafts, mut placed, mut freed) = (Vec::new(), Vec::new(), Vec::new());
    let mut moves = Vec::new();
    let mut changed = Vec::new();
    for (turn, decision) in decided {
        let Turn { item, lane, inbound, chat, is_new, .. } = turn;
        let before = &chat.conversation;
        let mut after = before.clone();
        after.step = decision.step.write();
        change_hands(&mut after, decision.owner.unwrap_or(before.owner), now);
        after.about_order = decision.about_order.or(after.about_order);
        if let Some(said) = decision.said {
            (after.said, after.said_times, after.misses) =
                (Some(said.print), said.times, said.misses);
        }
        if after.owner == conversation::Owner::Bot && !decision.replies.is_empty() {
            after.untold_since = None;
        }
        after.version += 1;
        after.updated_at = now;
        if let Some(ad) = &inbound.referral {
            after.ad_source_id.clone_from(&ad.source_id);
            after.ctwa_clid.clone_from(&ad.ctwa_clid);
        }
        if matches!(inbound.content, Content::Echo(_)) {
            after.echoed_at = after.echoed_at.max(Some(inbound.sent_at));
        }
        if let Content::Edit { of, .. } | Content::Revoke { of } = &inbound.content {
            changed.push(Changed {
                chat: after.id,
                key: inbox::message_key(&chat.channel.phone_number_id, of),
                at: inbound.sent_at,
                revoked: matches!(inbound.content, Content::Revoke { .. }),
            });
        }
        if is_said(&inbound.content) {
            let end = inbound.sent_at.plus_ms(WINDOW_MS);
            after.window_ends_at = before.window_ends_at.max(Some(end));
            after.last_inbound_at = before.last_inbound_at.max(Some(inbound.sent_at));
            if chat.channel.read_marks {
                after.unread_wamid = Some(inbound.wamid.clone());
            }
            // Also when our clock held the window for open all the time: WhatsApp may have said otherwise and had
            // something held, and nothing may wait behind that for ever.
            if !is_new && outbox::window_open(after.window_ends_at, now) {
                freed.push(before.id);
            }
        }
        let open = outbox::window_open(after.window_ends_at, now);
        for message in &decision.replies {
            after.out_sequence += 1;
            let draft = Draft {
                shop_id: after.shop_id,
                channel_id: after.channel_id,
                conversation_id: after.id,
                sequence: after.out_sequence,
                purpose: outbox_table::Purpose::Reply,
                message: message.clone(),
                answers: Some(item),
                expires_at: None,
            };
            drafts.push(outbox::row(now, draft, open));
        }
        change_customer(&mut writes, now, &chat, &decision);
        let state = decision.state();
        finished.push((item, Some(after.id), state, decision.kept));
        lanes.push(lane);
        expired.extend(decision.expired.map(|cart| cart::Model { updated_at: now, ..cart }));
        carts.extend(decision.cart.map(|cart| cart::Model { updated_at: now, ..cart }));
        if let Some(link) = decision.link {
            *opened.entry(link).or_default() += 1;
        }
        addresses.extend(decision.address);
        placed.extend(decision.placement);
        moves.extend(decision.order);
        chats.push(after);
    }
    store_chats(&mut writes, chats);
    store_addresses(&mut writes, addresses);
    // A chat has one open cart: the old one is closed before the new one is there.
    store_carts(&mut writes, expired);
    store_carts(&mut writes, carts);
    if !(placed.is_empty() && moves.is_empty() && opened.is_empty() && changed.is_empty()) {
        writes.run(txn).await?;
        place::store(txn, now, &placed).await?;
        for done in &moves {
            order::carry_out(txn, now, done).await?;
        }
        for (id, times) in opened {
            link::used(txn, now, id, times).await?;
        }
        original::mark(txn, changed).await?;
    }
    outbox::free(&mut writes, now, &freed);
    for rows in pieces(drafts) {
        writes.query(&outbox_table::Entity::insert_many(rows));
    }
    inbox::finish(&mut writes, now, &finished, &lanes);
    writes.run(txn).await?;
    for (_, _, state, _) in &finished {
        metrics::inputs(state.to_value(), 1);
    }
    Ok(())
}

/// Whoever answers from now on. While it is a person, what happens to orders is kept to be told later.
pub(super) fn change_hands(
    chat: &mut conversation::Model,
    to: conversation::Owner,
    now: Timestamp,
) {
    if chat.owner == to {
        return;
    }
    chat.owner = to;
    chat.about_order = None;
    chat.untold_since = (to == conversation::Owner::Person).then_some(now);
    (chat.said, chat.said_times, chat.misses) = (None, 0, 0);
}

fn store_chats(writes: &mut Statements, chats: Vec<conversation::Model>) {
    use conversation::Column::{
        AboutOrder, AdSourceId, CtwaClid, EchoedAt, Id, LastInboundAt, Misses, OutSequence, Owner,
        Said, SaidTimes, Step, UnreadWamid, UntoldSince, UpdatedAt, Version, WindowEndsAt,
    };
    // The pair's pace is the outbox's: it is not written here.
    let changed = [
        AdSourceId,
        CtwaClid,
        Owner,
        Step,
        OutSequence,
        WindowEndsAt,
        LastInboundAt,
        EchoedAt,
        UnreadWamid,
        AboutOrder,
        UntoldSince,
        Said,
        SaidTimes,
        Misses,
        Version,
        UpdatedAt,
    ];
    for rows in pieces(chats) {
        let rows = rows.into_iter().map(|c| c.into_active_model().reset_all());
        writes.query(
            &conversation::Entity::insert_many(rows)
                .on_conflict(OnConflict::column(Id).update_columns(changed).to_owned()),
        );
    }
}

pub(super) fn store_carts(writes: &mut Statements, carts: Vec<cart::Model>) {
    use cart::Column::{
        AddressId, DeliveryMethod, Details, Id, Lines, Note, PaymentMethod, Pending, SetAside,
        Status, UpdatedAt, Version,
    };
    let changed = [
        Status,
        Lines,
        SetAside,
        Note,
        DeliveryMethod,
        AddressId,
        PaymentMethod,
        Pending,
        Details,
        Version,
        UpdatedAt,
    ];
    for rows in pieces(carts) {
        let rows = rows.into_iter().map(|c| c.into_active_model().reset_all());
        writes.query(
            &cart::Entity::insert_many(rows)
                .on_conflict(OnConflict::column(Id).update_columns(changed).to_owned()),
        );
    }
}

fn store_addresses(writes: &mut Statements, addresses: Vec<address::Model>) {
    use address::Column::{Id, LastUsedAt, ReceiverName, ReceiverPhone, Text};
    for rows in pieces(addresses) {
        let rows = rows.into_iter().map(|a| a.into_active_model().reset_all());
        writes.query(
            &address::Entity::insert_many(rows).on_conflict(
                OnConflict::column(Id)
                    .update_columns([Text, ReceiverName, ReceiverPhone, LastUsedAt])
                    .to_owned(),
            ),
        );
    }
}

/// The rows of one statement after the other.
fn pieces<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let piece: Vec<T> = rows.by_ref().take(CHUNK).collect();
        (!piece.is_empty()).then_some(piece)
    })
}

fn change_customer(writes: &mut Statements, now: Timestamp, chat: &Chat, decision: &Decision) {
    use customer::Column as C;
    use sea_orm::ExprTrait as _;

    let before = &chat.customer;
    // Only what changes is written: others may be changing the rest of the row.
    let mut change = customer::Entity::update_many().filter(customer::COLUMN.id.eq(before.id));
    let mut any = false;
    if let Some(lang) = decision.language.or(chat.heard)
        && before.language.as_deref() != Some(lang.tag())
    {
        change = change.col_expr(C::Language, Expr::value(lang.tag()));
        any = true;
    }
    if decision.language.is_some() && !before.language_chosen {
        change = change.col_expr(C::LanguageChosen, Expr::value(true));
        any = true;
    }
    if let Some(on) = decision.notices
        && on == before.notices_stopped_at.is_some()
    {
        let since = (!on).then_some(now);
        change = change.col_expr(C::NoticesStoppedAt, Expr::value(since));
        any = true;
    }
    if let Some(phone) = &decision.contact_phone {
        change = change.col_expr(C::ContactPhone, Expr::value(phone.as_str()));
        any = true;
    }
    if let Some(placement) = &decision.placement {
        change = change
            .col_expr(C::LastDelivery, Expr::value(placement.order.delivery_method))
            .col_expr(C::LastPayment, Expr::value(placement.order.payment_method));
        any = true;
    }
    if any {
        let change = change
            .col_expr(C::Version, Expr::col(C::Version).add(1))
            .col_expr(C::UpdatedAt, Expr::value(now));
        writes.query(&change);
    }
}
