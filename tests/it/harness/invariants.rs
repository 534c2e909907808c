//! What must hold after every test that touches the database: I1 to I10 of the design, each as a query whose rows are
//! the breaches or a look at what came, and the simulator's own objections to what we sent. I9 (no notice without
//! consent) has no query: there is no ledger of consents yet, and nothing is sent but answers and news of one's own order.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    sync::Arc,
};

use entity::{
    ConversationId, Timestamp, conversation, inbox,
    outbox::{self, Delivery},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};
use sepet::{
    inbox::Source as _,
    message::Content,
    platform::{
        Platform, clock::SystemClock, config::Config, db::Db, secret::Sealer, worker::Wake,
    },
    upkeep::books,
    whatsapp::Webhooks,
};
use serde_json::Value;

/// One breach.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) invariant: &'static str,
    pub(crate) what: String,
}

/// What holds when nothing is under way; what holds at any moment is in `upkeep::books`. Each query gives one text column
/// `what`, a row a breach. `{now}` is the time of the test's clock in milliseconds.
const QUERIES: &[(&str, &str)] = &[
    // I1: every accepted input has exactly one effect.
    (
        "I1",
        "SELECT 'input left lying: ' || dedupe_key || ' ' || state AS what FROM inbox
         WHERE state = 'due' AND due_at <= {now}",
    ),
    (
        "I1",
        "SELECT 'input without an end: ' || dedupe_key || ' ' || state AS what FROM inbox
         WHERE (state IN ('kept', 'dead') AND COALESCE(reason, '') = '')
            OR (state = 'done' AND kind = 'message' AND conversation_id IS NULL
                AND COALESCE(reason, '') = '')
            OR (state <> 'due' AND done_at IS NULL AND kind = 'message')",
    ),
    (
        "I1",
        "SELECT 'answer to an input of another chat: ' || i.dedupe_key AS what
         FROM outbox o JOIN inbox i ON i.id = o.answers
         WHERE i.state <> 'done' OR i.conversation_id <> o.conversation_id",
    ),
    (
        "I1",
        "SELECT 'lane asleep over due inputs: ' || i.dedupe_key AS what
         FROM inbox i JOIN lanes l ON l.key = i.lane
         WHERE i.state = 'due' AND i.kind = 'message' AND l.due_at IS NULL",
    ),
    (
        // Every turn gives one message today; when one gives several, it is named here.
        "I1",
        "SELECT 'input answered ' || CAST(COUNT(*) AS TEXT) || ' times: ' || MIN(i.dedupe_key) AS what
         FROM outbox o JOIN inbox i ON i.id = o.answers WHERE o.purpose = 'reply'
         GROUP BY o.answers HAVING COUNT(*) > 1",
    ),
    (
        // Each turn adds one to the version, and so does each change of hands.
        "I1",
        "SELECT 'a turn of a chat overwrote another' AS what FROM conversations c
         WHERE c.version <= (SELECT COUNT(*) FROM inbox i WHERE i.conversation_id = c.id)",
    ),
    // I5: every outbox row ends with its reason, or says what it waits for.
    (
        "I5",
        "SELECT 'unsent and unexplained: ' || state || ' ' || CAST(message AS TEXT) AS what
         FROM outbox
         WHERE (state = 'due' AND due_at <= {now})
            OR (state IN ('leased', 'unknown') AND leased_until IS NULL AND due_at <= {now})",
    ),
];

/// Everything that does not hold, by the books and by the simulator's journal.
pub(crate) async fn broken(db: &Db, now: Timestamp, entries: &[Value]) -> Vec<Broken> {
    let books = books::breaches(db.reader()).await.unwrap();
    let mut broken: Vec<_> = books
        .into_iter()
        .map(|breach| Broken { invariant: breach.invariant, what: breach.what })
        .collect();
    for (invariant, sql) in QUERIES {
        let sql = sql.replace("{now}", &now.ms().to_string());
        let rows =
            db.reader().query_all_raw(Statement::from_string(db.backend(), sql.clone())).await;
        let rows = rows.unwrap_or_else(|error| panic!("{error} in {sql}"));
        broken.extend(
            rows.iter()
                .map(|row| Broken { invariant, what: row.try_get::<String>("", "what").unwrap() }),
        );
    }
    unanswered(db, &mut broken).await;
    ranks(db, entries, &mut broken).await;
    journal(entries, &mut broken);
    broken
}

/// I1: an input that was handled has its answer, unless it is of a kind that gets none or a person had the chat. Who
/// had it then is not kept; chats that may ever have been with a person are left out.
async fn unanswered(db: &Db, broken: &mut Vec<Broken>) {
    let handled = inbox::Entity::find().filter(inbox::Column::Kind.eq(inbox::Kind::Message));
    let handled = handled.filter(inbox::Column::ConversationId.is_not_null());
    let handled = handled.all(db.reader()).await.unwrap();
    let sent = outbox::Entity::find().all(db.reader()).await.unwrap();
    let answered: HashSet<_> = sent.iter().filter_map(|row| row.answers).collect();
    let mut turns: HashMap<ConversationId, i32> = HashMap::new();
    for input in &handled {
        *turns.entry(input.conversation_id.unwrap()).or_default() += 1;
    }
    // The way back from a person is offered when one is called.
    let called = sent.iter().filter(|row| row.message.to_string().contains("\"shop\""));
    let called: HashSet<_> = called.map(|row| row.conversation_id).collect();
    let chats = conversation::Entity::find().all(db.reader()).await.unwrap();
    let bots = chats.iter().filter(|chat| {
        chat.owner == conversation::Owner::Bot
            && !called.contains(&chat.id)
            // One for its beginning and one for each turn: no person took or gave it back.
            && chat.version == 1 + turns.get(&chat.id).copied().unwrap_or_default()
    });
    let bots: HashSet<_> = bots.map(|chat| chat.id).collect();
    let source = reader(db);
    for input in handled {
        if input.state != inbox::State::Done
            || answered.contains(&input.id)
            || !bots.contains(&input.conversation_id.unwrap())
        {
            continue;
        }
        let silent = source.message(&input.payload).is_ok_and(|message| {
            // By what they are: nothing of them is said to the shop.
            match message.content {
                Content::Reaction { .. }
                | Content::System(_)
                | Content::Edit { .. }
                | Content::Revoke { .. }
                | Content::Welcome
                | Content::Echo(_) => true,
                Content::Unsupported(kind) => kind == "edit",
                _ => false,
            }
        });
        if !silent {
            let what = format!("input without an answer: {}", input.dedupe_key);
            broken.push(Broken { invariant: "I1", what });
        }
    }
}

/// Reads stored payloads as the service does.
fn reader(db: &Db) -> Webhooks {
    Webhooks::new(Arc::new(Platform {
        db: db.clone(),
        clock: Arc::new(SystemClock),
        config: Config::default(),
        sealer: Sealer::default(),
        wake: Wake::default(),
        memory: Default::default(),
        points: Default::default(),
        traces: Default::default(),
    }))
}

/// I6: a message is never less far than WhatsApp reported and we took (answered with 200).
async fn ranks(db: &Db, entries: &[Value], broken: &mut Vec<Broken>) {
    let mut reported: HashMap<&str, Delivery> = HashMap::new();
    for entry in entries {
        if entry["kind"] != "webhook" || entry["status"] != 200 {
            continue;
        }
        let lists = entry["request"]["entry"].as_array().into_iter().flatten();
        let changes = lists.flat_map(|e| e["changes"].as_array().into_iter().flatten());
        let statuses =
            changes.flat_map(|c| c["value"]["statuses"].as_array().into_iter().flatten());
        for status in statuses {
            let (Some(id), Some(rank)) = (status["id"].as_str(), rank(status)) else { continue };
            let known = reported.entry(id).or_insert(rank);
            *known = rank.max(*known);
        }
    }
    // Taken and not looked at yet: its message may be recorded later.
    let waiting = inbox::Entity::find()
        .filter(inbox::Column::Kind.eq(inbox::Kind::Status))
        .filter(inbox::Column::State.ne(inbox::State::Done));
    let waiting = waiting.all(db.reader()).await.unwrap();
    let waiting: Vec<_> = waiting.iter().map(|i| String::from_utf8_lossy(&i.payload)).collect();
    for row in outbox::Entity::find().all(db.reader()).await.unwrap() {
        let Some(wamid) = row.wamid.as_deref() else { continue };
        let Some(rank) = reported.get(wamid).copied() else { continue };
        if row.delivery < rank && !waiting.iter().any(|payload| payload.contains(wamid)) {
            let what = format!("`{}` was reported {rank:?} and is {:?}", row.id, row.delivery);
            broken.push(Broken { invariant: "I6", what });
        }
    }
}

/// The rank of a status of delivery; other statuses have none.
fn rank(status: &Value) -> Option<Delivery> {
    if status.get("type").is_some_and(|kind| kind != "message") {
        return None;
    }
    Some(match status["status"].as_str()? {
        "sent" => Delivery::Sent,
        "failed" => Delivery::Failed,
        "delivered" => Delivery::Delivered,
        "read" => Delivery::Read,
        "played" => Delivery::Played,
        _ => return None,
    })
}

/// I7, and whatever else the simulator found wrong with what we sent.
fn journal(entries: &[Value], broken: &mut Vec<Broken>) {
    for entry in entries {
        let path = entry["path"].as_str().unwrap_or_default();
        for violation in entry["violations"].as_array().into_iter().flatten() {
            broken.push(Broken {
                invariant: "violations",
                what: format!("{violation} at {path}: {}", entry["request"]),
            });
        }
        if entry["response"]["error"]["code"] == 131_047 {
            broken.push(Broken {
                invariant: "I7",
                what: format!("sent after the window closed: {}", entry["request"]),
            });
        }
    }
}

/// One line each.
pub(crate) fn told(broken: &[Broken]) -> String {
    broken.iter().fold(String::new(), |mut all, b| {
        let _ = writeln!(all, "{}: {}", b.invariant, b.what);
        all
    })
}
