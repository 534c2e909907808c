//! Carries all rows of one database into another, of either kind, and compares the two row by row.
//!
//! Both sides have the same tables, made by the same migrations; the values of a row are the same values, only their
//! storage differs. Rows go in pages that hold a few megabytes at most, tables after those that they refer to.

mod compare;
mod file;
mod schema;
mod server;
mod value;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};

pub use self::{
    compare::{compare, compare_table},
    file::{integrity, into_file},
    schema::{Column, Kind, Table, tables},
    server::into_server,
};
use super::{Result, Told, UpkeepError, place::statement};

/// The table of the migrations: both sides fill theirs by migrating.
pub const STEPS: &str = "seaql_migrations";

/// Rows of a page at the most.
const MOST_ROWS: i64 = 256;
/// Bytes of pictures and payloads in a page at the most, unless one row has more.
const MOST_BYTES: i64 = 4 * 1_024 * 1_024;

/// Copies all rows of all `tables` into the same tables of `to`, which are empty. Gives the number of rows.
///
/// # Errors
/// When a database fails, or a value does not fit its column.
pub async fn copy(
    from: &DatabaseTransaction,
    to: &DatabaseTransaction,
    tables: &Tables,
    told: Told<'_>,
) -> Result<u64> {
    let mut total = 0;
    for (source, target) in tables.pairs() {
        let failed = |error| UpkeepError::Table { table: source.name.clone(), source: error };
        let mut pages = Pages::open(from, source).await.map_err(failed)?;
        let mut rows = 0;
        loop {
            let page = pages.next().await.map_err(failed)?;
            if page.is_empty() {
                break;
            }
            rows += page.len() as u64;
            let insert = insert(to.get_database_backend(), target, page).map_err(failed)?;
            to.execute_raw(insert).await.map_err(failed)?;
        }
        pages.close().await.map_err(failed)?;
        told(&source.name, rows);
        total += rows;
    }
    go_on_counting(to, tables).await?;
    Ok(total)
}

/// The same tables on two sides, in the order in which they can be filled.
#[derive(Clone, Debug)]
pub struct Tables {
    from: Vec<Table>,
    to: Vec<Table>,
}

impl Tables {
    /// Reads the tables of both sides and lays them beside each other.
    ///
    /// # Errors
    /// When they are not the same tables with the same columns, or a column is of a kind that nobody knows.
    pub async fn of(from: &impl ConnectionTrait, to: &impl ConnectionTrait) -> Result<Self> {
        Self::pair(schema::tables(from).await?, schema::tables(to).await?)
    }

    fn pair(from: Vec<Table>, to: Vec<Table>) -> Result<Self> {
        let unlike = |what: String| Err(UpkeepError::Unlike(what));
        for (side, other) in [(&from, &to), (&to, &from)] {
            for table in side {
                let Some(twin) = other.iter().find(|twin| twin.name == table.name) else {
                    return unlike(format!("only one of them has `{}`", table.name));
                };
                if twin.key != table.key {
                    return unlike(format!("`{}` has another key", table.name));
                }
                for column in &table.columns {
                    let same = twin.columns.iter().find(|c| c.name == column.name);
                    if !same.is_some_and(|same| same.kind.is_alike(column.kind)) {
                        return unlike(format!("`{}.{}`", table.name, column.name));
                    }
                }
            }
        }
        // The source's order of tables and of columns holds for both.
        let to = from
            .iter()
            .filter_map(|table| {
                let twin = to.iter().find(|twin| twin.name == table.name)?;
                let of = |name: &str| twin.columns.iter().find(|c| c.name == name).cloned();
                let columns = table.columns.iter().filter_map(|c| of(&c.name)).collect();
                Some(Table { columns, ..twin.clone() })
            })
            .collect();
        Ok(Self { from, to })
    }

    /// Each table as the source has it and as the target has it.
    pub fn pairs(&self) -> impl Iterator<Item = (&Table, &Table)> {
        self.from.iter().zip(&self.to)
    }

    /// How many tables there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.from.len()
    }
}

/// The rows of one table in the order of its key, page by page.
struct Pages<'a> {
    db: &'a DatabaseTransaction,
    table: &'a Table,
    rows: i64,
    /// The key of the last row that was read.
    last: Option<Vec<Value>>,
    /// Nothing is left.
    over: bool,
}

impl<'a> Pages<'a> {
    async fn open(
        db: &'a DatabaseTransaction,
        table: &'a Table,
    ) -> std::result::Result<Self, sea_orm::DbErr> {
        let rows = rows_of_a_page(db, table).await?;
        if db.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "DECLARE {} NO SCROLL CURSOR FOR SELECT {} FROM \"{}\" ORDER BY {}",
                cursor(table),
                table.column_list(),
                table.name,
                table.order(DbBackend::Postgres)
            );
            db.execute_unprepared(&sql).await?;
        }
        Ok(Self { db, table, rows, last: None, over: false })
    }

    /// The next page; an empty one when there is none.
    async fn next(&mut self) -> std::result::Result<Vec<Vec<Value>>, sea_orm::DbErr> {
        if self.over {
            return Ok(Vec::new());
        }
        let backend = self.db.get_database_backend();
        let statement = match backend {
            DbBackend::Postgres => {
                let cursor = cursor(self.table);
                statement(self.db, format!("FETCH FORWARD {} FROM {cursor}", self.rows))
            }
            _ => self.behind_the_last(),
        };
        let found = self.db.query_all_raw(statement).await?;
        self.over = found.len() < usize::try_from(self.rows).unwrap_or(usize::MAX);
        let mut page = Vec::with_capacity(found.len());
        for row in &found {
            let columns = self.table.columns.iter().enumerate();
            let values = columns.map(|(at, column)| value::read(row, at, column, backend));
            page.push(values.collect::<std::result::Result<Vec<_>, _>>()?);
        }
        self.last = page.last().map(|row| self.table.key_of(row));
        Ok(page)
    }

    /// SQLite has no cursor that outlives a statement, but an index of the key.
    fn behind_the_last(&self) -> Statement {
        let (table, backend) = (self.table, self.db.get_database_backend());
        let mut sql = format!("SELECT {} FROM \"{}\"", table.column_list(), table.name);
        let last = self.last.clone().unwrap_or_default();
        if !last.is_empty() {
            let key: Vec<_> = table.key.iter().map(|name| format!("\"{name}\"")).collect();
            let marks: Vec<_> = (1..=last.len()).map(|n| format!("${n}")).collect();
            sql.push_str(&format!(" WHERE ({}) > ({})", key.join(", "), marks.join(", ")));
        }
        sql.push_str(&format!(" ORDER BY {} LIMIT {}", table.order(backend), self.rows));
        Statement::from_sql_and_values(backend, sql, last)
    }

    async fn close(self) -> std::result::Result<(), sea_orm::DbErr> {
        if self.db.get_database_backend() == DbBackend::Postgres {
            self.db.execute_unprepared(&format!("CLOSE {}", cursor(self.table))).await?;
        }
        Ok(())
    }
}

/// The cursor that reads a table of PostgreSQL. Each table has its own: a connection remembers the columns of what it
/// fetched from one.
fn cursor(table: &Table) -> String {
    format!("\"rows of {}\"", table.name)
}

/// So many that a page stays small also when all of its rows are as big as the biggest.
async fn rows_of_a_page(
    db: &DatabaseTransaction,
    table: &Table,
) -> std::result::Result<i64, sea_orm::DbErr> {
    let big = table.columns.iter().filter(|column| column.kind == Kind::Bytes);
    let length = match db.get_database_backend() {
        DbBackend::Postgres => "octet_length",
        _ => "length",
    };
    let sum: Vec<_> =
        big.map(|column| format!("COALESCE({length}(\"{}\"), 0)", column.name)).collect();
    if sum.is_empty() {
        return Ok(MOST_ROWS);
    }
    let sql = format!(
        "SELECT CAST(COALESCE(MAX({}), 0) AS BIGINT) AS biggest FROM \"{}\"",
        sum.join(" + "),
        table.name
    );
    let row = db.query_one_raw(statement(db, sql)).await?;
    let biggest: i64 = row.map(|row| row.try_get("", "biggest")).transpose()?.unwrap_or(0);
    Ok((MOST_BYTES / biggest.max(1)).clamp(1, MOST_ROWS))
}

/// One statement for a page of rows.
fn insert(
    backend: DbBackend,
    table: &Table,
    page: Vec<Vec<Value>>,
) -> std::result::Result<Statement, sea_orm::DbErr> {
    let mut sql = format!("INSERT INTO \"{}\" ({})", table.name, table.column_list());
    if backend == DbBackend::Postgres {
        // Numbers that the database counts itself come along as they are.
        sql.push_str(" OVERRIDING SYSTEM VALUE");
    }
    sql.push_str(" VALUES ");
    let mut values = Vec::with_capacity(page.len() * table.columns.len());
    for (at, row) in page.into_iter().enumerate() {
        sql.push_str(if at > 0 { ", (" } else { "(" });
        for (place, (cell, column)) in row.into_iter().zip(&table.columns).enumerate() {
            if place > 0 {
                sql.push_str(", ");
            }
            values.push(value::fit(cell, column)?);
            sql.push_str(&format!("${}", values.len()));
        }
        sql.push(')');
    }
    Ok(Statement::from_sql_and_values(backend, sql, values))
}

/// Columns that PostgreSQL counts by itself go on behind the highest number. SQLite does so of its own.
async fn go_on_counting(to: &DatabaseTransaction, tables: &Tables) -> Result<()> {
    if to.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for (_, table) in tables.pairs() {
        for Column { name, kind } in &table.columns {
            if !kind.is_alike(Kind::Long) {
                continue;
            }
            let sql = format!(
                "SELECT setval(s.name, GREATEST((SELECT MAX(\"{name}\") FROM \"{0}\"), 1), \
                 (SELECT MAX(\"{name}\") FROM \"{0}\") IS NOT NULL) \
                 FROM (SELECT pg_get_serial_sequence('\"{0}\"', '{name}') AS name) s WHERE s.name IS NOT NULL",
                table.name
            );
            to.execute_unprepared(&sql).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, columns: &[(&str, Kind)]) -> Table {
        let columns =
            columns.iter().map(|(name, kind)| Column { name: (*name).into(), kind: *kind });
        Table { name: name.into(), columns: columns.collect(), key: vec!["id".into()] }
    }

    #[test]
    fn columns_may_stand_in_another_order() {
        let from = table("a", &[("id", Kind::Uuid), ("n", Kind::Long)]);
        let to = table("a", &[("n", Kind::Int), ("id", Kind::Uuid)]);
        let tables = Tables::pair(vec![from.clone()], vec![to]).unwrap();
        let (_, twin) = tables.pairs().next().unwrap();
        assert_eq!(twin.column_list(), from.column_list());
        assert_eq!(twin.columns[1].kind, Kind::Int);
    }

    #[test]
    fn a_table_or_a_column_that_one_side_lacks_is_found() {
        let a = table("a", &[("id", Kind::Uuid), ("n", Kind::Long)]);
        let b = table("b", &[("id", Kind::Uuid)]);
        let short = table("a", &[("id", Kind::Uuid)]);
        let other = table("a", &[("id", Kind::Uuid), ("n", Kind::Text)]);
        for (from, to) in [
            (vec![a.clone(), b.clone()], vec![a.clone()]),
            (vec![a.clone()], vec![a.clone(), b]),
            (vec![a.clone()], vec![short.clone()]),
            (vec![short], vec![a.clone()]),
            (vec![a], vec![other]),
        ] {
            assert!(matches!(Tables::pair(from, to), Err(UpkeepError::Unlike(_))));
        }
    }

    #[test]
    fn a_page_becomes_one_statement() {
        let table = table("a", &[("id", Kind::Text), ("n", Kind::Int)]);
        let row = |id: &str| vec![Value::from(id), Value::from(7_i64)];
        let made = insert(DbBackend::Sqlite, &table, vec![row("x"), row("y")]).unwrap();
        assert_eq!(made.sql, "INSERT INTO \"a\" (\"id\", \"n\") VALUES ($1, $2), ($3, $4)");
        assert_eq!(made.values.unwrap().0[1], Value::from(7_i32));
    }
}
