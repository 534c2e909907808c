//! Statements for a whole group of rows, with one text for both databases.
//!
//! Parameters are written `$1`, which both databases read. Lists are padded to a power of two by repeating their last
//! row, so that a statement has a handful of prepared forms and not one for each length. States are written into the
//! text and not bound: a partial index is only used for what the planner can see.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

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
        let text = match backend {
            // SQLite looks up the name of each parameter in a list of all: with a thousand of them, that is most of it.
            DbBackend::Sqlite => nameless(&self.text).unwrap_or(self.text),
            _ => self.text,
        };
        Statement::from_sql_and_values(backend, text, self.values)
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

/// The text with `?` for each parameter, when each of them stands there once and in its order.
fn nameless(text: &str) -> Option<String> {
    let mut parts = text.split('$');
    let mut out = String::with_capacity(text.len());
    out.push_str(parts.next()?);
    for (at, part) in parts.enumerate() {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(digits);
        if number.parse() != Ok(at + 1) {
            return None;
        }
        out.push('?');
        out.push_str(rest);
    }
    Some(out)
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
        for named in ["a = $2 AND b = $1", "a = $1 AND b = $1", "a = '$.x' AND b = $1"] {
            assert_eq!(of(named, DbBackend::Sqlite), named);
        }
    }

    #[test]
    fn an_empty_list_matches_nothing() {
        assert_eq!(Sql::new("IN ", []).list::<i64>(&[]).text, "IN (NULL)");
    }
}
