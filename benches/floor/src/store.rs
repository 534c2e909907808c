//! The statements of an order, and the one thread that writes: what waits is committed together.

use rusqlite::{Connection, ToSql, Transaction, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot};

/// Jobs that one commit holds at most.
const GROUP: usize = 512;
/// The moment at which everything happens: a clock costs nothing here.
const NOW: i64 = 1_790_000_000;
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS inbound (wamid TEXT PRIMARY KEY, received_at INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS conversation (wa_id TEXT PRIMARY KEY, state TEXT NOT NULL, last_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS product (id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, price INTEGER NOT NULL, stock INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS cart_line (wa_id TEXT NOT NULL, product_id INTEGER NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (wa_id, product_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, wa_id TEXT NOT NULL, wamid TEXT NOT NULL, total INTEGER NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS orders_wa ON orders (wa_id);
CREATE TABLE IF NOT EXISTS order_line (order_id INTEGER NOT NULL, line INTEGER NOT NULL, product_id INTEGER NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL, PRIMARY KEY (order_id, line)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, wa_id TEXT NOT NULL, body TEXT NOT NULL, due_at INTEGER NOT NULL, done INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due_at) WHERE done = 0;
";

/// What the writer is asked for.
pub enum Job {
    Order {
        wa: String,
        wamid: String,
        body: Vec<u8>,
        picks: Vec<(i64, u32)>,
        /// Hears of the commit.
        acked: oneshot::Sender<()>,
    },
    /// The reply has been accepted.
    Sent(i64),
}

/// A reply that may leave: its place in the outbox and its body.
pub type Reply = (i64, String);

/// A connection; `synchronous` is what a commit waits for.
pub fn open(file: &str, synchronous: &str) -> Connection {
    let connection = Connection::open(file).expect("the database opens");
    let pragmas = format!(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA cache_size=-65536; \
         PRAGMA wal_autocheckpoint=4000; PRAGMA foreign_keys=OFF;"
    );
    connection.execute_batch(&pragmas).expect("the pragmas are taken");
    connection
}

/// Makes the tables and so many products.
pub fn fill(connection: &mut Connection, products: i64) {
    connection.execute_batch(SCHEMA).expect("the schema is taken");
    let t = connection.transaction().expect("begins");
    for i in 0..products {
        t.execute(
            "INSERT OR IGNORE INTO product (id, sku, price, stock) VALUES (?, ?, 999, 1000000000)",
            params![i + 1, format!("SKU-{i}")],
        )
        .expect("inserts");
    }
    t.commit().expect("commits");
}

/// Commits what is due, all that waits at once, and only then tells who asked for it.
pub fn write(
    mut connection: Connection,
    mut due: mpsc::Receiver<Job>,
    replies: &mpsc::UnboundedSender<Reply>,
) {
    while let Some(first) = due.blocking_recv() {
        let (mut next, mut waiting, mut fresh, mut n) = (Some(first), vec![], vec![], 0);
        let t =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).expect("begins");
        while let Some(job) = next {
            match job {
                Job::Order { wa, wamid, body, picks, acked } => {
                    fresh.extend(order(&t, &wa, &wamid, &body, &picks));
                    waiting.push(acked);
                }
                Job::Sent(id) => {
                    run(&t, "UPDATE outbox SET done = 1 WHERE id = ?", &[&id]);
                }
            }
            n += 1;
            next = if n < GROUP { due.try_recv().ok() } else { None };
        }
        let ready: Vec<Reply> = {
            let mut body =
                t.prepare_cached("SELECT body FROM outbox WHERE id = ?").expect("prepares");
            let of = |id| (id, body.query_row([id], |row| row.get(0)).expect("reads"));
            fresh.into_iter().map(of).collect()
        };
        t.commit().expect("commits");
        for acked in waiting {
            // Who went away has nothing to hear.
            let _gone = acked.send(());
        }
        for reply in ready {
            let _over = replies.send(reply);
        }
    }
}

fn run(t: &Transaction<'_>, sql: &str, values: &[&dyn ToSql]) -> usize {
    t.prepare_cached(sql).expect("prepares").execute(values).expect("runs")
}

/// The same statements as `pg/order.sql`. Gives the reply's place; none where the message has been seen before.
fn order(
    t: &Transaction<'_>,
    wa: &str,
    wamid: &str,
    body: &[u8],
    picks: &[(i64, u32)],
) -> Option<i64> {
    let run = |sql: &str, values: &[&dyn ToSql]| run(t, sql, values);
    let inbound = "INSERT INTO inbound VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    if run(inbound, &[&wamid, &NOW, &body]) == 0 {
        return None;
    }
    run(
        "INSERT INTO conversation VALUES (?, 'ordering', ?) \
         ON CONFLICT (wa_id) DO UPDATE SET last_at = excluded.last_at",
        &[&wa, &NOW],
    );
    for (product, n) in picks {
        run(
            "INSERT INTO cart_line VALUES (?, ?, ?) \
             ON CONFLICT (wa_id, product_id) DO UPDATE SET quantity = excluded.quantity",
            &[&wa, product, n],
        );
    }
    for (product, n) in picks {
        let stock = "UPDATE product SET stock = stock - ? WHERE id = ? AND stock >= ?";
        run(stock, &[n, product, n]);
    }
    run(
        "INSERT INTO orders (wa_id, wamid, total, status, created_at) \
         VALUES (?, ?, 2997, 'new', ?)",
        &[&wa, &wamid, &NOW],
    );
    let id = t.last_insert_rowid();
    for (line, (product, n)) in (0i64..).zip(picks) {
        run("INSERT INTO order_line VALUES (?, ?, ?, ?, 999)", &[&id, &line, product, n]);
    }
    run("DELETE FROM cart_line WHERE wa_id = ?", &[&wa]);
    let outbox = "INSERT INTO outbox (wa_id, body, due_at, done) VALUES (?, ?, ?, 0)";
    run(outbox, &[&wa, &reply(wa, id), &NOW]);
    Some(t.last_insert_rowid())
}

fn reply(wa: &str, id: i64) -> String {
    format!(
        r#"{{"messaging_product":"whatsapp","recipient_type":"individual","to":"{wa}","type":"interactive","interactive":{{"type":"button","body":{{"text":"Thank you, order {id} is taken"}},"action":{{"buttons":[{{"type":"reply","reply":{{"id":"pay:{id}","title":"Pay"}}}},{{"type":"reply","reply":{{"id":"cancel:{id}","title":"Cancel"}}}}]}}}}}}"#
    )
}
