//! Into the inbox: what is there already left out, the lanes of the rest due.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{ChannelId, InboxId, Timestamp, inbox};
use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend, DbErr, QueryResult, Value};

use super::Row;
use crate::{
    inbox::{
        InboxError, Source,
        statuses::{self, Due},
        wake,
    },
    platform::{
        Platform,
        db::{Part, Write},
        metrics,
        sql::{MAX_ROWS, Sql, Statements},
        trace,
    },
};

/// What became of rows that were put into an open write.
#[derive(Debug, Default)]
pub(super) struct Put {
    /// How many were new, by kind.
    new: BTreeMap<String, u64>,
    /// Those that were new.
    ids: HashSet<InboxId>,
    /// Lanes with something new that is due.
    lanes: BTreeMap<String, ChannelId>,
    /// Something came that goes round the lanes.
    goes_round: bool,
}

/// Stores rows; comes back after the commit with the lanes that are being handled at this moment.
///
/// # Errors
/// When the database refuses: nothing of it is stored then.
pub(super) async fn store(
    platform: &Platform,
    rows: impl Iterator<Item = &Row>,
) -> Result<Vec<String>, DbErr> {
    let rows: Vec<&Row> = rows.collect();
    let now = platform.now();
    let txn = platform.db.begin_shared().await?;
    let put = put(&txn, now, &rows).await?;
    let busy = match platform.db.backend() {
        DbBackend::Sqlite => vec![],
        _ => open_lanes(&txn, now, &put.lanes).await?,
    };
    commit(platform, txn, &rows, &put).await?;
    Ok(busy)
}

/// Stores statuses and the like together with what they change: those that find their message are at their end at once.
///
/// # Errors
/// As [`store`].
pub(super) async fn store_reports(
    platform: &Platform,
    source: &dyn Source,
    rows: impl Iterator<Item = &Row>,
) -> Result<(), InboxError> {
    let all: Vec<&Row> = rows.collect();
    let mut txn = platform.db.begin_shared().await?;
    // What is repeated was attached when it came first.
    let known = known(&txn, &all).await?;
    let is_new = |row: &&&Row| !known.contains(&row.item.dedupe_key);
    let mut rows: Vec<Row> = all.iter().filter(is_new).map(|row| (*row).clone()).collect();
    // Of two that are the same the first one counts.
    let mut seen = HashSet::new();
    let going_round = rows.iter().filter(|row| goes_round(row));
    let first = going_round.filter(|row| seen.insert(row.item.dedupe_key.clone()));
    let new: Vec<Due> = first.map(report).collect();
    let attached = statuses::attach_new(platform, &txn, source, &new).await?;
    if let Some(attached) = &attached {
        let mut ends: HashMap<InboxId, _> =
            attached.ended.iter().map(|(id, _, state, reason)| (*id, (*state, reason))).collect();
        for row in &mut rows {
            if let Some((state, reason)) = ends.remove(&row.id) {
                row.item.state = state;
                row.item.reason.clone_from(reason);
            }
        }
    } else {
        txn.rollback().await?;
        txn = platform.db.begin_shared().await?;
    }
    let rows: Vec<&Row> = rows.iter().collect();
    let put = put(&txn, platform.now(), &rows).await?;
    if attached.is_some() {
        platform.points.reach("statuses.written").await;
    }
    commit(platform, txn, &all, &put).await?;
    if let Some(attached) = attached {
        platform.points.reach("statuses.committed").await;
        attached.tell(platform);
    }
    Ok(())
}

/// Whether it goes round the lanes and is due.
fn goes_round(row: &Row) -> bool {
    row.item.state == inbox::State::Due
        && matches!(row.item.kind, inbox::Kind::Status | inbox::Kind::Account)
}

fn report(row: &Row) -> Due {
    Due {
        id: row.id,
        app_id: row.item.app_id,
        kind: row.item.kind,
        channel_id: row.item.channel_id,
        payload: row.item.payload.clone(),
        attempts: 0,
        received_at: row.at,
    }
}

async fn commit(platform: &Platform, txn: Part, rows: &[&Row], put: &Put) -> Result<(), DbErr> {
    platform.points.reach("intake.written").await;
    let released = txn.release().await?;
    // Called before the commit: where writes share one, the answer is in it as well.
    if !put.lanes.is_empty() {
        platform.wake.call_lanes();
    }
    released.committed().await?;
    platform.points.reach("intake.committed").await;
    tell(platform, rows, put);
    if put.goes_round {
        platform.wake.statuses.notify_one();
    }
    Ok(())
}

/// Counts what was stored and begins the traces of what was new. A status belongs to that of its message, which it still
/// has to find.
fn tell(platform: &Platform, rows: &[&Row], put: &Put) {
    if !put.ids.is_empty() {
        platform.wake.pulse.wrote(true);
    }
    for (kind, count) in &put.new {
        metrics::stored(kind.clone(), *count);
    }
    metrics::duplicates((rows.len() - put.ids.len()) as u64);
    if !platform.traces.is_on() {
        return;
    }
    for row in rows.iter().filter(|row| row.item.kind != inbox::Kind::Status) {
        let Row { item, id, since, .. } = row;
        if put.ids.contains(id) {
            let stored =
                trace::Stored { kind: item.kind, channel: item.channel_id, state: item.state };
            platform.traces.stored(*id, &stored, platform.now(), since.elapsed());
        }
    }
}

/// Inserts what is not there yet. On SQLite, where nobody can hold a lane meanwhile, the lanes are due as well.
pub(super) async fn put(txn: &Write, now: Timestamp, rows: &[&Row]) -> Result<Put, DbErr> {
    let mut rows = rows.to_vec();
    // One order in all processes: two that store the same items wait for each other, never in a circle.
    rows.sort_by(|a, b| a.item.dedupe_key.cmp(&b.item.dedupe_key));
    // On SQLite nobody can be storing the same.
    if txn.get_database_backend() == DbBackend::Postgres {
        let known = known(txn, &rows).await?;
        rows.retain(|row| !known.contains(&row.item.dedupe_key));
    }
    let mut put = Put { goes_round: rows.iter().any(|row| goes_round(row)), ..Put::default() };
    for chunk in rows.chunks(MAX_ROWS) {
        for stored in insert(txn, now, chunk).await? {
            let kind: String = stored.try_get("", "kind")?;
            *put.new.entry(kind).or_default() += 1;
            put.ids.insert(stored.try_get("", "id")?);
            let lane: Option<String> = stored.try_get("", "lane")?;
            if let Some(lane) = lane {
                put.lanes.insert(lane, stored.try_get("", "channel_id")?);
            }
        }
    }
    Ok(put)
}

/// Inserts what is not there yet; gives `id`, `lane`, `channel_id` and `kind` of what was new and is due. On SQLite, where
/// nobody can hold a lane meanwhile, their lanes are due with the same call.
async fn insert(txn: &Write, now: Timestamp, rows: &[&Row]) -> Result<Vec<QueryResult>, DbErr> {
    let Some(last) = rows.last() else { return Ok(vec![]) };
    let padding = rows.len().next_power_of_two() - rows.len();
    let values = rows.iter().map(|row| values(row, row.id, &row.item.payload));
    // The repeated row conflicts with itself, so what it holds does not matter: but its id is that of no other row.
    let filled = values
        .chain(std::iter::repeat_with(|| self::values(last, InboxId::new(now), &[])).take(padding));
    let backend = txn.get_database_backend();
    let mut writes = Statements::of(txn);
    writes.add(
        Sql::new(
            "INSERT INTO inbox (id, app_id, channel_id, kind, dedupe_key, lane, payload, sent_at, \
             arrival, state, due_at, attempts, reason, received_at, done_at) ",
            [],
        )
        .rows(filled)
        .then(" ON CONFLICT DO NOTHING RETURNING id, lane, channel_id, kind"),
    );
    if backend == DbBackend::Sqlite && rows.iter().any(|row| row.item.lane.is_some()) {
        let ids: Vec<InboxId> = rows.iter().map(|row| row.id).collect();
        writes.add(
            Sql::new(
                "INSERT INTO lanes (key, channel_id, due_at) \
                 SELECT i.lane, MIN(i.channel_id), $1 FROM inbox i WHERE i.id IN ",
                [now.into()],
            )
            .list(&ids)
            .then(
                " AND i.lane IS NOT NULL AND i.state = 'due' GROUP BY i.lane ON CONFLICT (key) DO UPDATE SET due_at = \
                 MIN(COALESCE(due_at, excluded.due_at), excluded.due_at)",
            ),
        );
    }
    writes.rows(txn).await
}

fn values(row: &Row, id: InboxId, payload: &[u8]) -> [Value; 15] {
    let item = &row.item;
    let due = item.state == inbox::State::Due;
    [
        id.into(),
        item.app_id.into(),
        item.channel_id.map(|id| id.0).into(),
        item.kind.to_value().into(),
        item.dedupe_key.as_str().into(),
        // A lane is only of use to what is due.
        item.lane.clone().filter(|_| due).into(),
        payload.to_vec().into(),
        item.sent_at.into(),
        row.arrival.into(),
        item.state.to_value().into(),
        row.at.into(),
        0_i32.into(),
        item.reason.clone().into(),
        row.at.into(),
        (!due).then_some(row.at.ms()).into(),
    ]
}

/// Keys that are stored already. PostgreSQL would let an insert of one wait for the worker that is just ending it.
async fn known(txn: &Write, rows: &[&Row]) -> Result<HashSet<String>, DbErr> {
    let mut known = HashSet::new();
    let backend = txn.get_database_backend();
    for chunk in rows.chunks(MAX_ROWS) {
        let keys: Vec<&str> = chunk.iter().map(|row| row.item.dedupe_key.as_str()).collect();
        let sql = Sql::new("SELECT dedupe_key FROM inbox WHERE dedupe_key IN ", []).list(&keys);
        for row in txn.query_all_raw(sql.build(backend)).await? {
            known.insert(row.try_get("", "dedupe_key")?);
        }
    }
    Ok(known)
}

/// Marks lanes as due and makes those that are missing, on PostgreSQL. Gives the ones that are being handled at this
/// moment: nothing here waits for them.
async fn open_lanes(
    txn: &Write,
    now: Timestamp,
    lanes: &BTreeMap<String, ChannelId>,
) -> Result<Vec<String>, DbErr> {
    let backend = txn.get_database_backend();
    let keys: Vec<&str> = lanes.keys().map(String::as_str).collect();
    let woken = wake::wake(txn, now, &keys).await?;
    let mut others: BTreeMap<&str, ChannelId> =
        lanes.iter().map(|(key, channel)| (key.as_str(), *channel)).collect();
    for key in &woken {
        others.remove(key.as_str());
    }
    // An insert would wait for whoever changes the row that it meets: so only of what is not there.
    let rest: Vec<&str> = others.keys().copied().collect();
    let mut busy = vec![];
    for chunk in rest.chunks(MAX_ROWS) {
        let sql = Sql::new("SELECT key FROM lanes WHERE key IN ", []).list(chunk);
        for row in txn.query_all_raw(sql.build(backend)).await? {
            let key: String = row.try_get("", "key")?;
            others.remove(key.as_str());
            busy.push(key);
        }
    }
    let missing: Vec<_> = others.into_iter().collect();
    for chunk in missing.chunks(MAX_ROWS) {
        let values =
            chunk.iter().map(|(key, channel)| [Value::from(*key), (*channel).into(), now.into()]);
        let sql = Sql::new("INSERT INTO lanes (key, channel_id, due_at) ", [])
            .rows(values)
            .then(" ON CONFLICT (key) DO NOTHING RETURNING key");
        let mut made = HashSet::new();
        for row in txn.query_all_raw(sql.build(backend)).await? {
            made.insert(row.try_get::<String>("", "key")?);
        }
        // Another process has made it a moment ago, for items of its own.
        let met = chunk.iter().filter(|(key, _)| !made.contains(*key));
        busy.extend(met.map(|(key, _)| (*key).to_owned()));
    }
    Ok(busy)
}
