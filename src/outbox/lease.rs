//! Which messages leave next: the first open one of each conversation, as far as window and pace allow.

use std::sync::{Arc, LazyLock};

use entity::{
    ConversationId, InboxId, OutboxId, Timestamp, channel,
    outbox::{Purpose, State},
};
use sea_orm::{ConnectionTrait, FromQueryResult, IdenStatic, Iterable, Value};

use super::{
    HELD, OutboxError, Recipient, breaker,
    outcome::{Next, Try},
    pace::Pace,
    record,
    stale::stale_at,
    sweep::{MAY_SEND, set_back},
    window_open,
};
use crate::{
    message::Outbound,
    platform::{
        db::Write,
        metrics,
        sql::{MAX_ROWS, Sql, Statements},
    },
};

/// A sender has a row for so long, milliseconds. Longer than a send can take, and clocks may differ.
pub(super) const LEASE_MS: i64 = 40_000;

/// So long a message that this version cannot read is left to others, milliseconds,
const UNREAD_MS: i64 = 24 * 3_600 * 1_000;
/// and looked at again so often.
const UNREAD_PAUSE_MS: i64 = 10_000;

/// One message that is ours to send.
#[derive(Clone, Debug)]
pub(super) struct Leased {
    pub(super) id: OutboxId,
    pub(super) conversation: ConversationId,
    pub(super) channel: Arc<channel::Model>,
    pub(super) to: Recipient,
    pub(super) message: Outbound,
    /// The input that it answers.
    pub(super) answers: Option<InboxId>,
    pub(super) tried: Try,
    pub(super) until: Timestamp,
}

#[derive(FromQueryResult)]
struct Candidate {
    id: OutboxId,
    conversation_id: ConversationId,
    /// JSON.
    message: String,
    answers: Option<InboxId>,
    attempts: i32,
    tried_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    purpose: Purpose,
    created_at: Timestamp,
    window_ends_at: Option<Timestamp>,
    pair_tat_ms: i64,
    phone: Option<String>,
    bsuid: Option<String>,
}

/// What a look at one candidate says.
enum Verdict {
    Send(Recipient, Outbound),
    Not(Next),
}

/// Leases up to `room` messages over all channels, which `turn` puts into another order each time, and settles what cannot
/// leave: held, expired, failed, or due later. Gives the leased ones and the number of the settled. `writes` go before it.
pub(super) async fn lease(
    txn: &Write,
    mut writes: Statements,
    now: Timestamp,
    room: usize,
    turn: usize,
) -> Result<(Vec<Leased>, usize), OutboxError> {
    let mut leased = vec![];
    let mut settled = 0;
    if room == 0 {
        writes.run(txn).await?;
        return Ok((leased, 0));
    }
    let mut channels = open_channels(txn, &mut writes, now).await?;
    // One after the other is the first: where room is for one message only, it is not always the same channel's.
    if !channels.is_empty() {
        let first = turn % channels.len();
        channels.rotate_left(first);
    }
    // Each channel gets its share, so a long queue of one does not hold up the others.
    let share = (room / channels.len().max(1)).max(1);
    for channel in channels {
        let left = room.saturating_sub(leased.len()).min(share);
        let (mut picked, others) = lease_of(txn, &mut writes, now, Arc::new(channel), left).await?;
        leased.append(&mut picked);
        settled += others;
    }
    writes.run(txn).await?;
    Ok((leased, settled))
}

/// The columns of a channel by their names: a form that was prepared for all of them would fail for good when a newer
/// version adds one beside us.
static CHANNEL: LazyLock<String> = LazyLock::new(|| {
    let names: Vec<_> =
        channel::Column::iter().map(|column| format!("h.{}", column.as_str())).collect();
    names.join(", ")
});

async fn open_channels(
    txn: &Write,
    writes: &mut Statements,
    now: Timestamp,
) -> Result<Vec<channel::Model>, OutboxError> {
    let backend = txn.get_database_backend();
    let sql = Sql::new(
        format!(
            "SELECT {} FROM channels h WHERE {MAY_SEND} \
             AND EXISTS (SELECT 1 FROM outbox o WHERE o.channel_id = h.id AND o.state = 'due' \
             AND o.due_at <= $1) ORDER BY h.id",
            *CHANNEL
        ),
        [now.into(), set_back(now).into()],
    )
    .skip_locked(backend, "h");
    writes.add(sql);
    let rows = writes.rows(txn).await?;
    Ok(rows
        .iter()
        .map(|row| channel::Model::from_query_result(row, ""))
        .collect::<Result<_, _>>()?)
}

async fn lease_of(
    txn: &Write,
    writes: &mut Statements,
    now: Timestamp,
    channel: Arc<channel::Model>,
    room: usize,
) -> Result<(Vec<Leased>, usize), OutboxError> {
    let now_us = now.ms().saturating_mul(1_000);
    let number = Pace::of_number(channel.pace_per_second);
    let tokens = number.map_or(i64::MAX, |pace| pace.free(channel.pace_tat_us, now_us));
    let room = breaker::room(&channel, room).min(usize::try_from(tokens).unwrap_or(0));
    if room == 0 {
        return Ok((vec![], 0));
    }
    let pair = Pace::of_pair(channel.pair_seconds, channel.pair_burst);
    let until = now.plus_ms(LEASE_MS);
    let mut leased = vec![];
    let mut settled = vec![];
    let mut held = vec![];
    let mut pairs: Vec<[Value; 2]> = vec![];
    for row in candidates(txn, now, &channel, room * 2).await? {
        match look(now, &row, pair) {
            Verdict::Not(next) => {
                if next.state == State::Held {
                    held.push(row.conversation_id);
                }
                settled.push((row.id, next));
            }
            Verdict::Send(..) if leased.len() >= room => {}
            Verdict::Send(to, message) => {
                if let Some(pace) = pair {
                    let full_at = pace.take(row.pair_tat_ms, now.ms(), 1);
                    pairs.push([row.conversation_id.into(), full_at.into()]);
                }
                let tried = Try {
                    attempt: row.attempts.saturating_add(1),
                    first_at: row.tried_at.unwrap_or(now),
                    unknown_seconds: channel.unknown_seconds,
                };
                let channel = Arc::clone(&channel);
                let conversation = row.conversation_id;
                leased.push(Leased {
                    id: row.id,
                    conversation,
                    channel,
                    to,
                    message,
                    answers: row.answers,
                    tried,
                    until,
                });
            }
        }
    }
    let expired = settled.iter().filter(|(_, next)| next.state == State::Expired).count();
    metrics::expired(expired as u64);
    record::settle(writes, now, &settled);
    record::hold_rest(writes, &held);
    if breaker::is_resting(&channel) && !leased.is_empty() {
        breaker::probe(writes, now, &channel);
    }
    mark(writes, now, &leased, until);
    for chunk in pairs.chunks(MAX_ROWS) {
        writes.add(
            Sql::new("UPDATE conversations SET pair_tat_ms = v.column2 FROM (", [])
                .rows(chunk.iter().cloned())
                .then(") AS v WHERE conversations.id = v.column1"),
        );
    }
    if let (Some(pace), false) = (number, leased.is_empty()) {
        let count = i64::try_from(leased.len()).unwrap_or(i64::MAX);
        let full_at = pace.take(channel.pace_tat_us, now_us, count);
        writes.add(Sql::new(
            "UPDATE channels SET pace_tat_us = $1 WHERE id = $2",
            [full_at.into(), channel.id.into()],
        ));
    }
    Ok((leased, settled.len()))
}

/// Due rows before which nothing of their conversation is open: a look into the index for each, and no join that a
/// planner could turn round.
async fn candidates(
    txn: &Write,
    now: Timestamp,
    channel: &channel::Model,
    limit: usize,
) -> Result<Vec<Candidate>, OutboxError> {
    let backend = txn.get_database_backend();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = Sql::new(
        "SELECT o.id, o.conversation_id, CAST(o.message AS TEXT) AS message, o.answers, o.attempts, \
         o.tried_at, o.expires_at, o.purpose, o.created_at, \
         c.window_ends_at, c.pair_tat_ms, p.phone, p.bsuid FROM outbox o \
         JOIN conversations c ON c.id = o.conversation_id JOIN customers p ON p.id = c.customer_id \
         WHERE o.channel_id = $1 AND o.state = 'due' AND o.due_at <= $2 AND o.sequence = (\
         SELECT e.sequence FROM outbox e WHERE e.conversation_id = o.conversation_id \
         AND e.state IN ('due', 'leased', 'unknown', 'held') ORDER BY e.sequence LIMIT 1) \
         ORDER BY o.due_at, o.id LIMIT $3",
        [channel.id.into(), now.into(), limit.into()],
    )
    // A conversation that is being handled is passed over: nobody waits, so nobody waits in a circle.
    .skip_locked(backend, "o, c");
    Ok(Candidate::find_by_statement(sql.build(backend)).all(txn).await?)
}

fn look(now: Timestamp, row: &Candidate, pair: Option<Pace>) -> Verdict {
    let message = serde_json::from_str::<Outbound>(&row.message);
    let stale = message.as_ref().ok().map(|m| stale_at(row.purpose, m, row.created_at));
    if row.expires_at.into_iter().chain(stale).any(|at| at <= now) {
        return Verdict::Not(Next::end(State::Expired, now, record::EXPIRED));
    }
    if !window_open(row.window_ends_at, now) {
        return Verdict::Not(Next::end(State::Held, now, HELD));
    }
    if let Some(next) =
        pair.map(|pace| pace.next(row.pair_tat_ms, now.ms())).filter(|at| *at > now.ms())
    {
        let reason = "this person gets no more messages at once: the pace of the channel";
        return Verdict::Not(Next::end(State::Due, Timestamp::from_ms(next), reason));
    }
    let to = match (&row.phone, &row.bsuid) {
        (Some(phone), _) => Recipient::Phone(phone.clone()),
        (None, Some(bsuid)) => Recipient::Bsuid(bsuid.clone()),
        (None, None) => {
            let reason = "the customer has neither a phone nor a BSUID";
            return Verdict::Not(Next::end(State::Failed, now, reason));
        }
    };
    match message {
        Ok(message) => Verdict::Send(to, message),
        Err(_) => Verdict::Not(unreadable(now, row.created_at)),
    }
}

/// A newer version may have written it while both are running: it is left to that one for a while.
fn unreadable(now: Timestamp, created_at: Timestamp) -> Next {
    if now.ms() - created_at.ms() > UNREAD_MS {
        return Next::end(State::Failed, now, "the stored message cannot be read");
    }
    let reason =
        "the stored message is of another version: it waits for a process that can read it";
    Next::end(State::Due, now.plus_ms(UNREAD_PAUSE_MS), reason)
}

/// What was reported as failed has a delivery of its own when it goes out again.
fn mark(writes: &mut Statements, now: Timestamp, leased: &[Leased], until: Timestamp) {
    let ids: Vec<OutboxId> = leased.iter().map(|row| row.id).collect();
    for chunk in ids.chunks(MAX_ROWS) {
        let sql = Sql::new(
            "UPDATE outbox SET state = 'leased', leased_until = $1, attempts = attempts + 1, \
             tried_at = COALESCE(tried_at, $2), reason = NULL, \
             delivery = CASE WHEN delivery = 2 THEN 0 ELSE delivery END WHERE state = 'due' AND id IN ",
            [until.into(), now.into()],
        );
        writes.add(sql.list(chunk));
    }
}
