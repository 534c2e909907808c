//! Messages are put in their place, and freed when the customer writes again.

use entity::{
    ChannelId, ConversationId, InboxId, OutboxId, ShopId, Timestamp,
    outbox::{self, Delivery, IS_OPEN, Purpose, State},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait,
    FromQueryResult, QueryFilter, QueryOrder, sea_query::Expr,
};

use super::{Draft, HELD, OutboxError, window_open};
use crate::{
    message::Outbound,
    platform::{
        db::Write,
        metrics,
        sql::{MAX_ROWS, Sql, Statements},
    },
};

/// Why what was held is dropped.
const DROPPED: &str = "a person took the chat over before the customer wrote again";

/// The row of a decided message: due at once, or held with its reason while the window is closed. Whoever commits it
/// wakes the outbox.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "a draft becomes a row and is gone")]
pub fn row(now: Timestamp, draft: Draft, window_open: bool) -> outbox::ActiveModel {
    // It cannot fail for these types; a null would end as a failed row with its reason.
    let mut message = serde_json::to_value(&draft.message).unwrap_or_default();
    without_nul(&mut message);
    let (state, reason) = if window_open { (State::Due, None) } else { (State::Held, Some(HELD)) };
    outbox::ActiveModel {
        id: Set(OutboxId::new(now)),
        shop_id: Set(draft.shop_id),
        channel_id: Set(draft.channel_id),
        conversation_id: Set(draft.conversation_id),
        sequence: Set(draft.sequence),
        purpose: Set(draft.purpose),
        message: Set(message),
        answers: Set(draft.answers),
        state: Set(state),
        reason: Set(reason.map(str::to_owned)),
        due_at: Set(now),
        leased_until: Set(None),
        attempts: Set(0),
        tried_at: Set(None),
        repeated: Set(false),
        wamid: Set(None),
        delivery: Set(Delivery::None),
        delivery_at: Set(None),
        error_code: Set(None),
        error_text: Set(None),
        pricing: Set(None),
        expires_at: Set(draft.expires_at),
        created_at: Set(now),
        sent_at: Set(None),
    }
}

/// Puts one message at the end of a conversation's queue. Whoever commits it wakes the outbox.
///
/// # Errors
/// [`OutboxError::NoConversation`], or when the database refuses.
pub async fn push(
    txn: &Write,
    now: Timestamp,
    conversation: ConversationId,
    purpose: outbox::Purpose,
    message: &Outbound,
    answers: Option<InboxId>,
) -> Result<OutboxId, OutboxError> {
    #[derive(FromQueryResult)]
    struct Place {
        shop_id: ShopId,
        channel_id: ChannelId,
        out_sequence: i64,
        window_ends_at: Option<Timestamp>,
    }
    let sql = Sql::new(
        "UPDATE conversations SET out_sequence = out_sequence + 1 WHERE id = $1 \
         RETURNING shop_id, channel_id, out_sequence, window_ends_at",
        [conversation.into()],
    );
    let place = Place::find_by_statement(sql.build(txn.get_database_backend()))
        .one(txn)
        .await?
        .ok_or(OutboxError::NoConversation(conversation))?;
    let draft = Draft {
        shop_id: place.shop_id,
        channel_id: place.channel_id,
        conversation_id: conversation,
        sequence: place.out_sequence,
        purpose,
        message: message.clone(),
        answers,
        expires_at: None,
    };
    let row = row(now, draft, window_open(place.window_ends_at, now));
    Ok(row.insert(txn).await?.id)
}

/// The window of these conversations is open again: what was held is due. Whoever commits it wakes the outbox.
pub fn free(writes: &mut Statements, now: Timestamp, conversations: &[ConversationId]) {
    for chunk in conversations.chunks(MAX_ROWS) {
        let sql = Sql::new(
            "UPDATE outbox SET state = 'due', reason = NULL, due_at = $1, attempts = 0, \
             tried_at = NULL WHERE state = 'held' AND ",
            [now.into()],
        );
        writes.add(sql.then(IS_OPEN).then(" AND conversation_id IN ").list(chunk));
    }
}

/// What the bot had waiting for the customer to write is dropped: a person answers from now on. Answers since when news
/// of orders is among it.
///
/// # Errors
/// When the database refuses.
pub async fn drop_held(
    txn: &Write,
    conversation: ConversationId,
) -> Result<Option<Timestamp>, OutboxError> {
    let held = outbox::Column::ConversationId
        .eq(conversation)
        .and(Expr::cust(IS_OPEN))
        .and(outbox::Column::State.eq(State::Held))
        .and(outbox::Column::Purpose.ne(Purpose::Staff));
    let oldest = outbox::Entity::find()
        .filter(held.clone())
        .filter(outbox::Column::Purpose.eq(Purpose::OrderUpdate))
        .order_by_asc(outbox::Column::Sequence)
        .one(txn)
        .await?;
    let dropped = outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value(State::Expired))
        .col_expr(outbox::Column::Reason, Expr::value(DROPPED))
        .filter(held)
        .exec(txn)
        .await?;
    metrics::expired(dropped.rows_affected);
    Ok(oldest.map(|row| row.created_at))
}

/// PostgreSQL's `jsonb` refuses NUL.
fn without_nul(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) if text.contains('\0') => {
            *text = text.replace('\0', "\u{fffd}");
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(without_nul),
        serde_json::Value::Object(map) => map.values_mut().for_each(without_nul),
        _ => {}
    }
}
