//! Each table with two rows, also one that is made tomorrow, goes from one kind of database to the other and back.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, FromQueryResult, Statement,
    TransactionTrait, Value,
};
use sepet::upkeep::{
    UpkeepError,
    copy::{Kind, Table, Tables, compare, compare_table, into_file, into_server, tables},
    moving::relocate,
    place::Place,
};
use uuid::Uuid;

use crate::harness::{Backend, Base, postgres_url, process::Folder};

/// Rows that the test writes into each table.
const ROWS: usize = 2;

#[derive(FromQueryResult)]
struct Reference {
    child: String,
    column: String,
    parent: String,
    parent_column: String,
}

/// Writes rows into every table, each referring to rows that are there. Nothing here knows a table by name.
async fn fill(db: &DatabaseTransaction) -> Vec<Table> {
    let backend = db.get_database_backend();
    let sql = "SELECT m.name AS child, f.\"from\" AS \"column\", f.\"table\" AS parent, f.\"to\" AS parent_column \
               FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
    let statement = Statement::from_string(backend, sql);
    let references = Reference::find_by_statement(statement).all(db).await.unwrap();
    let tables = tables(db).await.unwrap();
    let mut written: BTreeMap<(String, String, usize), Value> = BTreeMap::new();
    for table in &tables {
        for n in 0..ROWS {
            let mut values = Vec::new();
            for column in &table.columns {
                let refers = references
                    .iter()
                    .find(|r| r.child == table.name && r.column == column.name)
                    .map(|r| written[&(r.parent.clone(), r.parent_column.clone(), n)].clone());
                let value = refers.unwrap_or_else(|| match column.kind {
                    // Sums of orders are 0 = 0 + 0 + 0 − 0; what was bought is at least one.
                    Kind::Int | Kind::Long => i64::from(column.name == "quantity").into(),
                    Kind::Bool => (n == 0).into(),
                    Kind::Text => format!("{}é\u{1f9fa}{n}", column.name).into(),
                    Kind::Uuid => Uuid::now_v7().into(),
                    Kind::Bytes => vec![0_u8, 255, u8::try_from(n).unwrap()].into(),
                    Kind::Json => serde_json::json!({"é": [n, null, 1.5, true, i64::MAX]}).into(),
                });
                written.insert((table.name.clone(), column.name.clone(), n), value.clone());
                values.push(value);
            }
            let names: Vec<_> = table.columns.iter().map(|c| format!("\"{}\"", c.name)).collect();
            let marks: Vec<_> = (1..=values.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "INSERT INTO \"{}\" ({}) VALUES ({})",
                table.name,
                names.join(", "),
                marks.join(", ")
            );
            let insert = Statement::from_sql_and_values(backend, sql, values);
            db.execute_raw(insert).await.unwrap_or_else(|e| panic!("{}: {e}", table.name));
        }
    }
    tables
}

/// The rows of each table, counted by the database's own list of tables.
async fn counts(db: &DatabaseConnection) -> BTreeMap<String, i64> {
    let backend = db.get_database_backend();
    let list = match backend {
        sea_orm::DbBackend::Postgres => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    };
    let mut counts = BTreeMap::new();
    for row in db.query_all_raw(Statement::from_string(backend, list)).await.unwrap() {
        let name: String = row.try_get("", "name").unwrap();
        let sql = format!("SELECT COUNT(*) AS n FROM \"{name}\"");
        let row = db.query_one_raw(Statement::from_string(backend, sql)).await.unwrap().unwrap();
        counts.insert(name, row.try_get("", "n").unwrap());
    }
    counts
}

async fn open(url: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// The tables that the entities are about, read from their files.
fn entities() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/entity/src");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .filter_map(|text| {
            Some(text.split_once("table_name = \"")?.1.split('"').next()?.to_owned())
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn no_table_is_left_behind() {
    if postgres_url().is_none() {
        return;
    }
    let (base, folder) = (Base::create(Backend::Sqlite).await, Folder::new());
    let db = open(&base.url).await;
    let txn = db.begin().await.unwrap();
    let filled = fill(&txn).await;
    txn.commit().await.unwrap();
    let mut names: Vec<_> = filled.iter().map(|table| table.name.clone()).collect();
    names.sort();
    assert_eq!(names, entities(), "the schema and the entities have the same tables");
    let here = counts(&db).await;
    assert!(names.iter().all(|name| here[name] == ROWS as i64), "{here:?}");

    let server = Base::empty(Backend::Postgres).await;
    let txn = db.begin().await.unwrap();
    let rows = into_server(&txn, &server.url, "it", &|_, _| {}).await.unwrap();
    assert_eq!(rows, (names.len() * ROWS) as u64);
    let there = open(&server.url).await;
    assert_eq!(counts(&there).await, here);

    // And back into a file.
    let file = folder.0.join("back.db");
    let back = there.begin().await.unwrap();
    let steps = usize::try_from(here["seaql_migrations"]).unwrap();
    into_file(&back, &file, steps, &|_, _| {}).await.unwrap();
    let again = open(&format!("sqlite://{}", file.display())).await;
    assert_eq!(counts(&again).await, here);

    // Whatever differs is found: a value of each table, a row that is gone, a row too many.
    let pairs = Tables::of(&txn, &back).await.unwrap();
    assert_eq!(compare(&txn, &back, &pairs).await.unwrap(), rows);
    back.commit().await.unwrap();
    for (table, twin) in pairs.pairs() {
        let column = table.columns.iter().rfind(|c| !table.key.contains(&c.name));
        let column = column.unwrap_or_else(|| table.columns.last().unwrap());
        let other = match column.kind {
            Kind::Int | Kind::Long => "COALESCE({c}, 0) + 1".replace("{c}", &column.name),
            Kind::Bool => format!("NOT {}", column.name),
            Kind::Text => format!("{} || '!'", column.name),
            Kind::Uuid => "gen_random_uuid()".to_owned(),
            Kind::Bytes => format!("{} || '\\x00'::bytea", column.name),
            Kind::Json => "'{}'::jsonb".to_owned(),
        };
        let changed = there.begin().await.unwrap();
        // References would refuse some of these; what is compared is another matter.
        changed.execute_unprepared("SET LOCAL session_replication_role = replica").await.unwrap();
        let key = table.key.join(", ");
        let last =
            table.key.iter().map(|name| format!("{name} DESC")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "UPDATE \"{0}\" SET \"{1}\" = {other} WHERE ({key}) = (SELECT {key} FROM \"{0}\" ORDER BY {last} LIMIT 1)",
            table.name, column.name
        );
        if let Err(refused) = changed.execute_unprepared(&sql).await {
            // A value that the table does not take cannot come about.
            assert!(refused.to_string().contains("check constraint"), "{sql}: {refused}");
        } else {
            let told = compare_table(&txn, &changed, table, twin).await.unwrap_err();
            let UpkeepError::Different(told) = told else { panic!("{}: {told}", table.name) };
            assert!(told.contains(&format!("`{}`", table.name)), "{told}");
        }
        changed.rollback().await.unwrap();
        let shorter = there.begin().await.unwrap();
        shorter.execute_unprepared("SET LOCAL session_replication_role = replica").await.unwrap();
        let sql = format!(
            "DELETE FROM \"{0}\" WHERE ({key}) = (SELECT {key} FROM \"{0}\" ORDER BY {last} LIMIT 1)",
            table.name
        );
        shorter.execute_unprepared(&sql).await.unwrap();
        let less = compare_table(&txn, &shorter, table, twin).await.unwrap_err().to_string();
        assert!(less.contains("is missing"), "{less}");
        let more = compare_table(&shorter, &txn, twin, table).await.unwrap_err().to_string();
        assert!(more.contains("was never there"), "{more}");
        shorter.rollback().await.unwrap();
    }
    txn.commit().await.unwrap();
    for db in [db, there, again] {
        db.close().await.unwrap();
    }
    server.remove().await;
    base.remove().await;
}

/// A value that PostgreSQL cannot hold: nothing of the move stays, and the file goes on.
#[tokio::test]
async fn a_move_that_fails_leaves_nothing() {
    if postgres_url().is_none() {
        return;
    }
    let base = Base::create(Backend::Sqlite).await;
    let server = Base::empty(Backend::Postgres).await;
    let db = open(&base.url).await;
    let txn = db.begin().await.unwrap();
    fill(&txn).await;
    // A text with a zero in it: SQLite takes it, PostgreSQL does not.
    txn.execute_unprepared("UPDATE outbox SET reason = 'a' || char(0) || 'b'").await.unwrap();
    txn.commit().await.unwrap();
    db.close().await.unwrap();
    let (from, to) = (Place::parse(&base.url).unwrap(), Place::parse(&server.url).unwrap());
    let told = relocate(&from, &to, &|_, _| {}).await.unwrap_err();
    assert!(matches!(&told, UpkeepError::Table { table, .. } if table == "outbox"), "{told}");
    let there = open(&server.url).await;
    assert_eq!(counts(&there).await, BTreeMap::new(), "as empty as before");
    there.close().await.unwrap();
    let db = open(&base.url).await;
    assert_eq!(counts(&db).await["outbox"], ROWS as i64);
    db.close().await.unwrap();
    server.remove().await;
    base.remove().await;
}

/// Columns that the database counts itself: none today, and if one comes, its numbers go on.
#[tokio::test]
async fn counted_columns_go_on_behind_the_highest() {
    if postgres_url().is_none() {
        return;
    }
    let (from, to) = (Base::empty(Backend::Postgres).await, Base::empty(Backend::Postgres).await);
    let mut ends = Vec::new();
    for base in [&from, &to] {
        let db = open(&base.url).await;
        db.execute_unprepared(
            "CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n bigserial, t text);
             CREATE TABLE b (id serial PRIMARY KEY)",
        )
        .await
        .unwrap();
        ends.push(db);
    }
    ends[0].execute_unprepared("INSERT INTO a (t) VALUES ('x'), ('y'), ('z')").await.unwrap();
    let (source, target) = (ends[0].begin().await.unwrap(), ends[1].begin().await.unwrap());
    let tables = Tables::of(&source, &target).await.unwrap();
    sepet::upkeep::copy::copy(&source, &target, &tables, &|_, _| {}).await.unwrap();
    compare(&source, &target, &tables).await.unwrap();
    target
        .execute_unprepared("INSERT INTO a (t) VALUES ('next'); INSERT INTO b DEFAULT VALUES")
        .await
        .unwrap();
    let sql = "SELECT a.id AS a, a.n AS n, CAST(b.id AS BIGINT) AS b FROM a, b WHERE t = 'next'";
    let row = target.query_one_raw(Statement::from_string(target.get_database_backend(), sql));
    let row = row.await.unwrap().unwrap();
    let got = ["a", "n", "b"].map(|column| row.try_get::<i64>("", column).unwrap());
    assert_eq!(got, [4, 4, 1]);
    source.commit().await.unwrap();
    target.commit().await.unwrap();
    for db in ends {
        db.close().await.unwrap();
    }
    from.remove().await;
    to.remove().await;
}
