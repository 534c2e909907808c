//! Statuses find their messages. What was reported never loses rank. An answer of WhatsApp is an acceptance and no more: what
//! it reports as failed later is treated as if it had been answered so.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{
    ChannelId, ConversationId, InboxId, OutboxId, Timestamp,
    outbox::{Delivery, State},
};
use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend, FromQueryResult, Value};

use super::{OutboxError, Outcome, StatusReport, failed, record};
use crate::platform::{
    db::Write,
    sql::{MAX_ROWS, Sql, Statements},
};

/// What became of a group of reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// For each report its message, and the input that this answers; absent when it was not found.
    pub found: Vec<Option<(OutboxId, Option<InboxId>)>>,
    /// A message that was under way or unanswered is settled: the next one of its conversation may leave.
    pub freed: bool,
}

/// A message that reports are about.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Row {
    pub(super) id: OutboxId,
    pub(super) channel_id: ChannelId,
    pub(super) conversation_id: ConversationId,
    wamid: Option<String>,
    pub(super) answers: Option<InboxId>,
    state: State,
    pub(super) delivery: Delivery,
    delivery_at: Option<Timestamp>,
    pub(super) attempts: i32,
    pub(super) tried_at: Option<Timestamp>,
}

/// What is written for one message.
#[derive(Clone, Debug)]
struct Change {
    row: Row,
    at: Timestamp,
    reason: Option<String>,
    error_code: Option<i64>,
    error_text: Option<String>,
    pricing: Option<serde_json::Value>,
    /// It was reported as failed just now, and this is what that means.
    refusal: Option<Outcome>,
    /// When it goes out again.
    due_at: Option<Timestamp>,
}

/// Attaches reports by our own id, else by the provider's, each to a message of the channel that it came on. A send that
/// was unanswered, or not yet written down, counts as sent from then on. An id that the provider gave twice stays with
/// the message that had it first. What becomes of the messages is added to `writes`.
///
/// # Errors
/// When the database refuses.
pub async fn attach(
    txn: &Write,
    writes: &mut Statements,
    now: Timestamp,
    reports: &[(ChannelId, &StatusReport)],
) -> Result<Attached, OutboxError> {
    let found = find(txn, reports).await?;
    let is_about = |row: &Row, (channel, report): &(ChannelId, &StatusReport)| {
        let named = Some(row.id) == report.outbox_id;
        row.channel_id == *channel && (named || row.wamid.as_deref() == Some(&report.wamid))
    };
    let failures = reports.iter().copied().filter(|(_, report)| report.refusal.is_some());
    let ours: Vec<_> =
        failures.filter(|told| found.iter().any(|row| is_about(row, told))).collect();
    // Channels and chats before messages, as where outcomes are recorded and chats are answered.
    failed::move_channels(txn, now, &ours).await?;
    if ours.iter().any(|(_, r)| matches!(r.refusal, Some(Outcome::WindowClosed { .. }))) {
        failed::lock_chats(txn, found.iter().map(|row| row.conversation_id).collect()).await?;
    }
    let rows = lock(txn, found).await?;
    let by_id: HashMap<_, &Row> = rows.iter().map(|r| ((r.channel_id, r.id), r)).collect();
    let by_wamid: HashMap<_, &Row> =
        rows.iter().filter_map(|r| Some(((r.channel_id, r.wamid.as_deref()?), r))).collect();
    let mut given: HashSet<&str> = rows.iter().filter_map(|row| row.wamid.as_deref()).collect();
    let mut changes: HashMap<OutboxId, Change> = HashMap::new();
    let mut attached = Attached::default();
    for (channel, report) in reports {
        let named = report.outbox_id.and_then(|id| by_id.get(&(*channel, id)));
        let row = named.or_else(|| by_wamid.get(&(*channel, report.wamid.as_str())));
        // Its answer is on the way, and says what this failure is of: it is looked at again when that is written down.
        let row = row.filter(|row| row.state != State::Leased || report.refusal.is_none());
        attached.found.push(row.map(|row| (row.id, row.answers)));
        let Some(row) = row else { continue };
        let change = changes.entry(row.id).or_insert_with(|| Change {
            row: (*row).clone(),
            at: report.at,
            reason: None,
            error_code: None,
            error_text: None,
            pricing: None,
            refusal: None,
            due_at: None,
        });
        let known = change.row.wamid.is_some();
        if report.delivery.is_some()
            && !known
            && !report.wamid.is_empty()
            && given.insert(&report.wamid)
        {
            change.row.wamid = Some(report.wamid.clone());
        }
        attached.freed |= apply(change, report, known);
    }
    let mut changes: Vec<Change> = changes.into_values().collect();
    changes.sort_by_key(|change| change.row.id);
    let mut held = vec![];
    for change in &mut changes {
        let Some(refusal) = change.refusal.take() else { continue };
        let Some(next) = failed::next(txn, now, &change.row, change.at, &refusal).await? else {
            continue;
        };
        attached.freed = true;
        if next.state == State::Held {
            held.push(change.row.conversation_id);
        }
        change.row.state = next.state;
        change.reason = next.reason;
        change.due_at = Some(next.due_at);
    }
    write(writes, now, &changes);
    record::hold_rest(writes, &held);
    Ok(attached)
}

/// Takes one report in; whether it settled a send. `known`: the message had an id of WhatsApp's before. One that is not sent
/// and has an id was reported as failed.
fn apply(change: &mut Change, report: &StatusReport, known: bool) -> bool {
    let row = &mut change.row;
    let Some(delivery) = report.delivery else { return false };
    let same = row.wamid.as_deref() == Some(report.wamid.as_str());
    let under_way = matches!(row.state, State::Leased | State::Unknown);
    // By WhatsApp's clock: what it tells of before the failure is of an earlier send.
    let newer = row.delivery_at.is_none_or(|failed| report.at >= failed);
    match (known, same) {
        // Of the send that failed, only that it came after all is news.
        (true, true) if row.state != State::Sent && delivery <= Delivery::Failed => return false,
        // Of the send that is under way, or got no answer and waits to be repeated.
        (true, false)
            if newer && (under_way || (row.state == State::Due && delivery == Delivery::Sent)) =>
        {
            row.wamid = Some(report.wamid.clone());
        }
        // Of a send before the last one.
        (true, false) if delivery <= Delivery::Failed => return false,
        _ => {}
    }
    if report.pricing.is_some() {
        change.pricing.clone_from(&report.pricing);
    }
    let failed_now = delivery == Delivery::Failed && delivery > row.delivery;
    if delivery > row.delivery {
        row.delivery = delivery;
        change.at = report.at;
        let text = report.error_text.as_deref().unwrap_or("no reason was given");
        change.reason = (delivery == Delivery::Failed)
            .then(|| format!("WhatsApp accepted it and could not deliver it: {text}"));
    }
    if delivery == Delivery::Failed {
        change.error_code = report.error_code;
        change.error_text.clone_from(&report.error_text);
    }
    change.refusal = match row.state {
        State::Sent | State::Unknown if failed_now => report.refusal.clone(),
        // Further than failed.
        _ if delivery > Delivery::Failed => None,
        _ => change.refusal.take(),
    };
    let settles = match row.state {
        State::Leased | State::Unknown => true,
        // It went out after all.
        State::Due | State::Held | State::Failed | State::Expired => delivery != Delivery::Failed,
        State::Sent => false,
    };
    if settles {
        row.state = State::Sent;
    }
    settles
}

const FROM: &str = "SELECT id, channel_id, conversation_id, wamid, answers, state, delivery, \
                    delivery_at, attempts, tried_at FROM outbox WHERE ";

/// The messages of these reports.
async fn find(
    txn: &Write,
    reports: &[(ChannelId, &StatusReport)],
) -> Result<Vec<Row>, OutboxError> {
    let backend = txn.get_database_backend();
    let mut by_channel: BTreeMap<ChannelId, Vec<&StatusReport>> = BTreeMap::new();
    for (channel, report) in reports {
        by_channel.entry(*channel).or_default().push(report);
    }
    let mut found: Vec<Row> = vec![];
    for (channel, reports) in by_channel {
        for chunk in reports.chunks(MAX_ROWS) {
            let ids: Vec<OutboxId> = chunk.iter().filter_map(|report| report.outbox_id).collect();
            let wamids: Vec<&str> = chunk.iter().map(|report| report.wamid.as_str()).collect();
            let sql = Sql::new(FROM, []).then("channel_id = ").value(channel).then(" AND (id IN ");
            let sql = sql.list(&ids).then(" OR (wamid IS NOT NULL AND wamid IN ");
            let sql = sql.list(&wamids).then("))").build(backend);
            found.extend(Row::find_by_statement(sql).all(txn).await?);
        }
    }
    Ok(found)
}

/// The same as they are now, locked in the order of their ids.
async fn lock(txn: &Write, found: Vec<Row>) -> Result<Vec<Row>, OutboxError> {
    let backend = txn.get_database_backend();
    if backend == DbBackend::Sqlite {
        return Ok(found);
    }
    // The sender may be writing to them at this moment.
    let ids: BTreeSet<OutboxId> = found.iter().map(|row| row.id).collect();
    let ids: Vec<OutboxId> = ids.into_iter().collect();
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(MAX_ROWS) {
        let sql = Sql::new(FROM, []).then("id IN ").list(chunk).then(" ORDER BY id");
        rows.extend(Row::find_by_statement(sql.locked(backend).build(backend)).all(txn).await?);
    }
    Ok(rows)
}

fn write(writes: &mut Statements, now: Timestamp, changes: &[Change]) {
    for chunk in changes.chunks(MAX_ROWS) {
        let rows = chunk.iter().map(|change| -> [Value; 10] {
            [
                change.row.id.into(),
                change.row.state.to_value().into(),
                change.row.wamid.clone().into(),
                change.row.delivery.to_value().into(),
                change.at.into(),
                change.reason.clone().into(),
                change.error_code.into(),
                change.error_text.clone().into(),
                change.pricing.clone().into(),
                change.due_at.into(),
            ]
        });
        let sql = Sql::new(
            "UPDATE outbox SET state = v.column2, \
             wamid = CASE WHEN (outbox.wamid IS NULL OR outbox.state IN ('leased', 'unknown', 'due')) \
             AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.wamid = v.column3) \
             THEN v.column3 ELSE outbox.wamid END, \
             reason = CASE WHEN v.column4 > outbox.delivery OR v.column2 <> outbox.state \
             THEN v.column6 ELSE outbox.reason END, \
             leased_until = CASE WHEN v.column2 IN ('sent', 'due', 'held') THEN NULL \
             ELSE outbox.leased_until END, \
             due_at = COALESCE(v.column10, outbox.due_at), \
             sent_at = CASE WHEN v.column2 = 'sent' THEN COALESCE(outbox.sent_at, $1) \
             WHEN v.column10 IS NOT NULL THEN NULL ELSE outbox.sent_at END, \
             delivery_at = CASE WHEN v.column4 > outbox.delivery THEN v.column5 \
             ELSE outbox.delivery_at END, \
             delivery = CASE WHEN v.column4 > outbox.delivery THEN v.column4 \
             ELSE outbox.delivery END, \
             error_code = COALESCE(v.column7, outbox.error_code), \
             error_text = COALESCE(v.column8, outbox.error_text), \
             pricing = COALESCE(v.column9, outbox.pricing) FROM (",
            [now.into()],
        )
        .rows(rows)
        .then(") AS v WHERE outbox.id = v.column1");
        writes.add(sql);
    }
}
