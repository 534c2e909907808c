//! Outcomes are written down, a group in one statement.

use entity::{
    ChannelId, ConversationId, OutboxId, Sealed, Timestamp, catalog_sync,
    outbox::{self, IS_OPEN, State},
};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, Value,
    sea_query::Expr,
};
use tracing::{info, warn};

use super::{
    HELD, OutboxError, Outcome, breaker,
    instead::instead,
    lease::Leased,
    outcome::{self, ChannelMove, Next},
};
use crate::{
    message::Outbound,
    platform::{
        Platform,
        db::Write,
        metrics,
        sql::{MAX_ROWS, Sql, Statements},
        trace,
    },
};

/// Why a message is expired.
pub(super) const EXPIRED: &str = "it could not leave before it was too late to be of use";

/// Why a message waits that found nobody.
const RESTS: &str = "the provider cannot be reached: the channel rests and tries again";

/// The reviews of a catalog are read again so soon after its products were refused, milliseconds: not for each of many.
const REVIEW_MS: i64 = 10 * 60_000;

/// One try and what came of it.
pub(super) type Tried = (Leased, Outcome);

/// Writes the outcomes of a group, most of it with `writes`. A row that a status has settled meanwhile stays as it is.
pub(super) async fn record(
    txn: &Write,
    writes: &mut Statements,
    now: Timestamp,
    group: &[Tried],
) -> Result<(), OutboxError> {
    let resting = breaker::note(txn, now, group).await?;
    let mut rows = Vec::with_capacity(group.len());
    let (mut spared, mut replaced, mut moves) = (vec![], vec![], vec![]);
    for (row, outcome) in group {
        let mut next = outcome::next(now, row.tried, outcome);
        // Nobody was there: the channel rests, and this was no try of the message.
        if resting.contains(&row.channel.id) && breaker::never_left(outcome) {
            next = Next::end(State::Due, now, RESTS);
            spared.push(row.id);
        }
        if let Some(instead) = instead(&row.message, outcome) {
            next = outcome::replaced(now, next, instead.why);
            replaced.push((row, instead));
        }
        if let Some(moved) = &next.channel {
            moves.push((&row.channel, moved.clone()));
        }
        log(row, &next);
        rows.push((row.id, next, row.until));
    }
    // In the order of the channels' ids, as reports move them.
    moves.sort_by_key(|(channel, _)| channel.id);
    for (channel, moved) in &moves {
        move_channel(txn, channel.id, Judge::Answer(&channel.access_token), moved).await?;
    }
    // Behind the channels, as where reports are attached.
    lock(txn, rows.iter().map(|(id, ..)| *id).collect()).await?;
    for (row, instead) in replaced {
        rewrite(txn, row.id, &instead.message, Some(row.until)).await?;
        if instead.about_products {
            review_soon(txn, now, row.channel.id).await?;
        }
    }
    let values: Vec<_> = rows.iter().map(|(id, next, until)| values(*id, next, *until)).collect();
    // An acceptance that comes late settles what was taken for unanswered, unless it was reported as failed since.
    let guard = "(outbox.state = 'leased' AND outbox.leased_until = v.column9) \
                 OR (v.column2 = 'sent' AND outbox.state IN ('leased', 'unknown', 'due') \
                 AND (outbox.wamid IS NULL OR outbox.wamid <> v.column6))";
    write(writes, now, &values, guard);
    spare(writes, &spared);
    let held = group.iter().zip(&rows).filter(|(_, (_, next, _))| next.state == State::Held);
    let held: Vec<_> = held.map(|((row, _), _)| row.conversation).collect();
    hold_rest(writes, &held);
    Ok(())
}

/// Takes back the try of messages that never left.
fn spare(writes: &mut Statements, ids: &[OutboxId]) {
    for chunk in ids.chunks(MAX_ROWS) {
        let sql = Sql::new(
            "UPDATE outbox SET attempts = attempts - 1, \
             tried_at = CASE WHEN attempts <= 1 THEN NULL ELSE tried_at END \
             WHERE state = 'due' AND attempts > 0 AND id IN ",
            [],
        );
        writes.add(sql.list(chunk));
    }
}

/// What is sent instead takes the place of what was refused, in the same row: nothing overtakes it. With `lease`, only while
/// that lasts: whoever has it since sends it as it was.
pub(super) async fn rewrite(
    txn: &Write,
    id: OutboxId,
    message: &Outbound,
    lease: Option<Timestamp>,
) -> Result<(), DbErr> {
    // It cannot fail for these types; a null would end as a failed row with its reason.
    let message = serde_json::to_value(message).unwrap_or_default();
    let mut update = outbox::Entity::update_many()
        .col_expr(outbox::Column::Message, Expr::value(message))
        .filter(outbox::COLUMN.id.eq(id));
    if let Some(until) = lease {
        update = update
            .filter(outbox::Column::State.eq(State::Leased))
            .filter(outbox::Column::LeasedUntil.eq(until));
    }
    update.exec(txn).await?;
    Ok(())
}

/// What WhatsApp shows of the catalog is read again soon: it refused products that we took for shown.
pub(super) async fn review_soon(
    txn: &Write,
    now: Timestamp,
    channel: ChannelId,
) -> Result<(), DbErr> {
    let soon = now.plus_ms(REVIEW_MS);
    catalog_sync::Entity::update_many()
        .col_expr(catalog_sync::Column::ReviewDueAt, Expr::value(soon))
        .filter(catalog_sync::COLUMN.channel_id.eq(channel))
        .filter(catalog_sync::Column::ReviewDueAt.gt(soon))
        .exec(txn)
        .await?;
    Ok(())
}

/// Locks rows in the order of their ids, as statuses do: two that wait for each other never wait in a circle.
async fn lock(txn: &Write, mut ids: Vec<OutboxId>) -> Result<(), OutboxError> {
    let backend = txn.get_database_backend();
    if backend == DbBackend::Sqlite {
        return Ok(());
    }
    ids.sort_unstable();
    for chunk in ids.chunks(MAX_ROWS) {
        let sql = Sql::new("SELECT id FROM outbox WHERE id IN ", []).list(chunk);
        sql.then(" ORDER BY id").locked(backend).run(txn).await?;
    }
    Ok(())
}

/// What is due in these conversations waits with what is held there, and says so.
pub(super) fn hold_rest(writes: &mut Statements, conversations: &[ConversationId]) {
    for chunk in conversations.chunks(MAX_ROWS) {
        let sql = Sql::new(
            "UPDATE outbox SET state = 'held', reason = $1 WHERE state = 'due' AND ",
            [HELD.into()],
        );
        writes.add(sql.then(IS_OPEN).then(" AND conversation_id IN ").list(chunk));
    }
}

/// Writes the outcomes again, each in a transaction of its own: one that the database refuses harms only itself.
pub(super) async fn record_singly(
    platform: &Platform,
    now: Timestamp,
    group: Vec<Tried>,
) -> Result<(), OutboxError> {
    for (row, mut outcome) in group {
        let txn = platform.db.begin_write().await?;
        let (id, trace_id) = (row.id, trace::of_message(row.id, row.answers));
        let tried = [(row, outcome.clone())];
        if record_alone(&txn, now, &tried).await.is_ok() {
            txn.commit().await?;
            continue;
        }
        txn.rollback().await?;
        // The one thing in a group that another row can forbid is an id that the provider gave twice.
        if let Outcome::Accepted { wamid } = &mut outcome {
            warn!(outbox.id = %id, %trace_id, "message `{id}` is recorded without the id that WhatsApp gave it");
            *wamid = None;
        }
        let [(row, _)] = tried;
        let txn = platform.db.begin_write().await?;
        record_alone(&txn, now, &[(row, outcome)]).await?;
        txn.commit().await?;
    }
    Ok(())
}

async fn record_alone(txn: &Write, now: Timestamp, tried: &[Tried]) -> Result<(), OutboxError> {
    let mut writes = Statements::of(txn);
    record(txn, &mut writes, now, tried).await?;
    Ok(writes.run(txn).await?)
}

/// Settles rows that are due and do not leave.
pub(super) fn settle(writes: &mut Statements, now: Timestamp, rows: &[(OutboxId, Next)]) {
    let values: Vec<_> = rows.iter().map(|(id, next)| values(*id, next, now)).collect();
    write(writes, now, &values, "outbox.state = 'due'");
}

fn write(writes: &mut Statements, now: Timestamp, rows: &[[Value; 9]], guard: &str) {
    for chunk in rows.chunks(MAX_ROWS) {
        let sql = Sql::new(
            "UPDATE outbox SET state = v.column2, reason = v.column3, due_at = v.column4, \
             leased_until = v.column5, \
             wamid = CASE WHEN v.column2 = 'sent' THEN v.column6 ELSE outbox.wamid END, \
             delivery = CASE WHEN outbox.wamid IS NOT NULL AND outbox.delivery = 0 \
             AND v.column2 IN ('due', 'held', 'failed') THEN 2 ELSE outbox.delivery END, \
             error_code = v.column7, error_text = v.column8, \
             sent_at = CASE WHEN v.column2 = 'sent' THEN $1 ELSE outbox.sent_at END FROM (",
            [now.into()],
        )
        .rows(chunk.iter().cloned())
        .then(") AS v WHERE outbox.id = v.column1 AND (")
        .then(guard)
        .then(")");
        writes.add(sql);
    }
}

fn values(id: OutboxId, next: &Next, lease: Timestamp) -> [Value; 9] {
    // While it is unknown, this is the end of the wait.
    let leased_until = (next.state == State::Unknown).then_some(next.due_at.ms());
    [
        id.into(),
        next.state.to_value().into(),
        next.reason.clone().into(),
        next.due_at.into(),
        leased_until.into(),
        next.wamid.clone().into(),
        next.error_code.into(),
        next.error_text.clone().into(),
        lease.into(),
    ]
}

/// What a channel is judged by.
pub(super) enum Judge<'a> {
    /// An answer to this token: one that was changed meanwhile is not judged by it.
    Answer(&'a Sealed),
    /// A report of this moment, in whole seconds: whoever saw to the channel since is not undone by it.
    Report(Timestamp),
}

pub(super) async fn move_channel(
    txn: &Write,
    id: ChannelId,
    judge: Judge<'_>,
    moved: &ChannelMove,
) -> Result<(), DbErr> {
    match moved {
        ChannelMove::PauseUntil(at) => {
            info!(channel.id = %id, until = %at, "channel `{id}` is paused: WhatsApp asks to wait");
            Sql::new(
                "UPDATE channels SET paused_until = $1 WHERE id = $2 \
                 AND (paused_until IS NULL OR paused_until < $1)",
                [(*at).into(), id.into()],
            )
            .run(txn)
            .await?;
        }
        ChannelMove::Stop(reason) => {
            let mut sql = Sql::new(
                "UPDATE channels SET stopped_reason = $1, version = version + 1 WHERE id = $2 \
                 AND stopped_reason IS NULL",
                [reason.as_str().into(), id.into()],
            );
            sql = match judge {
                Judge::Answer(token) => sql.then(" AND access_token = ").value(token.clone()),
                Judge::Report(at) => sql.then(" AND updated_at < ").value(at.plus_ms(1_000)),
            };
            let stopped = sql.run(txn).await?;
            if stopped > 0 {
                warn!(channel.id = %id, "channel `{id}` is stopped until a person acts: {reason}");
            }
        }
    }
    Ok(())
}

fn log(row: &Leased, next: &Next) {
    let (id, trace_id) = (row.id, trace::of_message(row.id, row.answers));
    metrics::sent(next.state.to_value(), next.error_code);
    match next.state {
        State::Sent => {}
        State::Failed => {
            warn!(outbox.id = %id, %trace_id, code = next.error_code, "message `{id}` has finally failed");
        }
        State::Unknown => {
            warn!(outbox.id = %id, %trace_id, "message `{id}` got no answer: a status or the time decides");
        }
        State::Due | State::Leased | State::Held | State::Expired => {
            info!(outbox.id = %id, %trace_id, code = next.error_code, "message `{id}` waits");
        }
    }
}
