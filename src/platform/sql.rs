//! Statements for a whole group of rows, with one text for both databases.
//!
//! Parameters are written `$1`, which both databases read. Lists are padded to a power of two by repeating their last
//! row, so that a statement has a handful of prepared forms and not one for each length. States are written into the
//! text and not bound: a partial index is only used for what the planner can see.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, QueryResult, QueryTrait, Statement, Value, Values,
};

/// Rows in one statement at the most: 64 rows of 16 columns stay far below the limits of parameters.
pub const MAX_ROWS: usize = 64;

/// A statement under construction: its text and its parameters.
#[derive(Clone, Debug)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Begins with `text`, which may hold the parameters `$1`, `$2`, … of `values`.
    #[must_use]
    pub fn new(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        Self { text: text.into(), values: values.into_iter().collect() }
    }

    /// Goes on with plain text.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Goes on with one parameter.
    #[must_use]
    pub fn value(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Goes on with `VALUES (…), (…)`: both databases call its columns `column1`, `column2`, ….
    #[must_use]
    pub fn rows<const N: usize>(mut self, rows: impl IntoIterator<Item = [Value; N]>) -> Self {
        let mut count = 0_usize;
        self.text.push_str("VALUES ");
        let mut last: Option<[Value; N]> = None;
        for row in rows {
            if let Some(row) = last.replace(row) {
                self.row(count, row);
                count += 1;
            }
        }
        if let Some(row) = last {
            for at in count..count.saturating_add(1).next_power_of_two() {
                self.row(at, row.clone());
            }
        }
        self
    }

    /// Goes on with `($1, $2, …)`, for `IN`.
    #[must_use]
    pub fn list<V: Into<Value> + Clone>(mut self, items: &[V]) -> Self {
        let Some(last) = items.last() else {
            return self.then("(NULL)");
        };
        let padding = items.len().next_power_of_two() - items.len();
        self.text.push('(');
        for (at, item) in items.iter().chain(std::iter::repeat_n(last, padding)).enumerate() {
            if at > 0 {
                self.text.push_str(", ");
            }
            self = self.value(item.clone());
        }
        self.then(")")
    }

    /// Goes on with a row lock that passes over what others hold; on SQLite the open write is the lock.
    #[must_use]
    pub fn skip_locked(self, backend: DbBackend, of: &str) -> Self {
        match backend {
            DbBackend::Postgres => {
                self.then(" FOR NO KEY UPDATE OF ").then(of).then(" SKIP LOCKED")
            }
            _ => self,
        }
    }

    /// Goes on with a row lock that waits; on SQLite the open write is the lock.
    #[must_use]
    pub fn locked(self, backend: DbBackend) -> Self {
        match backend {
            DbBackend::Postgres => self.then(" FOR NO KEY UPDATE"),
            _ => self,
        }
    }

    /// The statement as the database takes it.
    #[must_use]
    pub fn build(self, backend: DbBackend) -> Statement {
        match backend {
            DbBackend::Sqlite => {
                let (text, values) = nameless(&self.text, self.values);
                Statement::from_sql_and_values(backend, text, values)
            }
            _ => Statement::from_sql_and_values(backend, self.text, self.values),
        }
    }

    /// Runs it; gives the number of rows that it changed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn run(self, db: &impl ConnectionTrait) -> Result<u64, DbErr> {
        let statement = self.build(db.get_database_backend());
        Ok(db.execute_raw(statement).await?.rows_affected())
    }

    fn row<const N: usize>(&mut self, at: usize, row: [Value; N]) {
        self.text.push_str(if at > 0 { ", (" } else { "(" });
        for (column, value) in row.into_iter().enumerate() {
            if column > 0 {
                self.text.push_str(", ");
            }
            self.values.push(value);
            self.text.push('$');
            self.text.push_str(&self.values.len().to_string());
        }
        self.text.push(')');
    }
}

/// The text with `?` for each parameter, and the values in the order in which they stand there: SQLite looks up the name
/// of each parameter in a list of all, and with a thousand of them that is most of the work.
fn nameless(text: &str, values: Vec<Value>) -> (String, Vec<Value>) {
    let mut out = String::with_capacity(text.len());
    let mut order = Vec::with_capacity(values.len());
    let mut parts = text.split('$');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(digits);
        if let Some(at) = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) {
            out.push('?');
            order.push(at);
        } else {
            out.push('$');
            out.push_str(number);
        }
        out.push_str(rest);
    }
    let values = if order.iter().copied().eq(0..values.len()) {
        values
    } else {
        order.into_iter().filter_map(|at| values.get(at).cloned()).collect()
    };
    (out, values)
}

/// Parameters of statements that go to SQLite at once, at the most: a form that is prepared costs memory by its length,
/// and there is one for each way to put statements together. With many rows the call is cheap beside them anyway.
const TOGETHER: usize = 1_000;

/// Statements that go to the database at once, one after the other. Each call of SQLite wakes a thread that waits, and
/// that one wakes us again: dearer than most statements. PostgreSQL takes them one by one.
#[derive(Debug)]
pub struct Statements {
    backend: DbBackend,
    statements: Vec<Statement>,
}

impl Statements {
    /// None yet, for this database.
    #[must_use]
    pub fn of(db: &impl ConnectionTrait) -> Self {
        Self { backend: db.get_database_backend(), statements: vec![] }
    }

    /// Adds one with its parameters written `$1`, `$2`, ….
    pub fn add(&mut self, sql: Sql) {
        self.statements.push(sql.build(self.backend));
    }

    /// Adds one that SeaORM has put together.
    pub fn query(&mut self, query: &impl QueryTrait) {
        self.statements.push(query.build(self.backend));
    }

    /// Runs all of them; what was added is done.
    ///
    /// # Errors
    /// When the database refuses one: what comes after it is not tried.
    pub async fn run(&mut self, db: &impl ConnectionTrait) -> Result<(), DbErr> {
        for statement in self.together() {
            db.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// Runs all of them and gives the rows of the one that has some.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn rows(&mut self, db: &impl ConnectionTrait) -> Result<Vec<QueryResult>, DbErr> {
        let mut rows = vec![];
        for statement in self.together() {
            rows.append(&mut db.query_all_raw(statement).await?);
        }
        Ok(rows)
    }

    fn together(&mut self) -> Vec<Statement> {
        let statements = std::mem::take(&mut self.statements);
        if self.backend != DbBackend::Sqlite {
            return statements;
        }
        let mut all: Vec<Statement> = Vec::with_capacity(statements.len());
        for next in statements {
            let count = |s: &Statement| s.values.as_ref().map_or(0, |values| values.0.len());
            match all.last_mut() {
                Some(last) if count(last) + count(&next) <= TOGETHER => {
                    last.sql.push_str(";\n");
                    last.sql.push_str(&next.sql);
                    let values = next.values.into_iter().flat_map(|values| values.0);
                    last.values.get_or_insert_with(|| Values(vec![])).0.extend(values);
                }
                _ => all.push(next),
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_padded_to_a_power_of_two() {
        let sql = Sql::new("SELECT $1 IN ", [Value::from(7_i64)]).list(&[1_i64, 2, 3]);
        assert_eq!(sql.text, "SELECT $1 IN ($2, $3, $4, $5)");
        assert_eq!(sql.values[3..], [Value::from(3_i64), Value::from(3_i64)]);
    }

    #[test]
    fn rows_are_padded_with_the_last_one() {
        let row = |n: i64| [Value::from(n), Value::from("x")];
        let sql = Sql::new("", []).rows([row(1), row(2), row(3)]);
        assert_eq!(sql.text, "VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8)");
        assert_eq!(sql.values[6], Value::from(3_i64));
    }

    #[test]
    fn sqlite_gets_no_names_where_none_is_needed() {
        let of = |text: &str, backend| Sql::new(text, []).build(backend).sql;
        assert_eq!(
            of("SET a = $1 WHERE b IN ($2, $3)", DbBackend::Sqlite),
            "SET a = ? WHERE b IN (?, ?)"
        );
        assert_eq!(of("SET a = $1", DbBackend::Postgres), "SET a = $1");
        assert_eq!(of("a = '$.x' AND b = $1", DbBackend::Sqlite), "a = '$.x' AND b = ?");
    }

    #[test]
    fn a_value_that_stands_twice_is_given_twice() {
        let sql = Sql::new("a = $2 AND b = $1 OR c = $2", [7_i64.into(), 8_i64.into()]);
        let statement = sql.build(DbBackend::Sqlite);
        assert_eq!(statement.sql, "a = ? AND b = ? OR c = ?");
        assert_eq!(statement.values.unwrap().0, [8_i64, 7, 8].map(Value::from));
    }

    #[test]
    fn sqlite_gets_a_batch_at_once_and_postgres_one_by_one() {
        let of = |backend| {
            let mut writes = Statements { backend, statements: vec![] };
            writes.add(Sql::new("SET a = $1", [7_i64.into()]));
            writes.add(Sql::new("SET b = $1", [8_i64.into()]));
            writes.together().into_iter().map(|s| (s.sql, s.values.unwrap().0)).collect::<Vec<_>>()
        };
        let one = |text: &str, values: &[i64]| {
            (text.to_owned(), values.iter().copied().map(Value::from).collect::<Vec<_>>())
        };
        assert_eq!(of(DbBackend::Sqlite), [one("SET a = ?;\nSET b = ?", &[7, 8])]);
        assert_eq!(of(DbBackend::Postgres), [one("SET a = $1", &[7]), one("SET b = $1", &[8])]);
    }

    #[test]
    fn an_empty_list_matches_nothing() {
        assert_eq!(Sql::new("IN ", []).list::<i64>(&[]).text, "IN (NULL)");
    }
}
