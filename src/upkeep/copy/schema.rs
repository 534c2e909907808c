//! Tables as the database itself knows them.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};

use super::STEPS;
use crate::upkeep::{
    Result, UpkeepError,
    place::{statement, table_names},
};

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// The columns of its primary key, in the key's order.
    pub key: Vec<String>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// What a column holds. Nothing else is used: instants and money are whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 32 bits.
    Int,
    /// 64 bits; SQLite keeps all whole numbers so.
    Long,
    Bool,
    Text,
    Uuid,
    Bytes,
    Json,
}

impl Kind {
    /// What a database calls it.
    fn parse(backend: DbBackend, name: &str) -> Option<Self> {
        Some(match (backend, name.to_ascii_lowercase().as_str()) {
            (DbBackend::Postgres, "int4") => Self::Int,
            (DbBackend::Postgres, "int8") | (DbBackend::Sqlite, "integer" | "bigint") => Self::Long,
            (DbBackend::Postgres, "bool") | (DbBackend::Sqlite, "boolean") => Self::Bool,
            (_, "text" | "varchar") => Self::Text,
            (DbBackend::Postgres, "uuid") | (DbBackend::Sqlite, "uuid_text") => Self::Uuid,
            (DbBackend::Postgres, "bytea") | (DbBackend::Sqlite, "blob") => Self::Bytes,
            (DbBackend::Postgres, "jsonb") | (DbBackend::Sqlite, "jsonb_text") => Self::Json,
            _ => return None,
        })
    }

    /// Whether the two hold the same values.
    #[must_use]
    pub fn is_alike(self, other: Self) -> bool {
        let wide = |kind| if kind == Self::Int { Self::Long } else { kind };
        wide(self) == wide(other)
    }
}

impl Table {
    /// All columns, as `SELECT` and `INSERT` name them.
    pub(super) fn column_list(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|c| format!("\"{}\"", c.name)).collect();
        names.join(", ")
    }

    /// The order of the key, byte by byte for texts: alike on both databases.
    pub(super) fn order(&self, backend: DbBackend) -> String {
        let is_text = |name: &str| {
            self.columns.iter().any(|column| column.name == name && column.kind == Kind::Text)
        };
        let by = |name: &String| match backend {
            DbBackend::Postgres if is_text(name) => format!("\"{name}\" COLLATE \"C\""),
            _ => format!("\"{name}\""),
        };
        self.key.iter().map(by).collect::<Vec<_>>().join(", ")
    }

    /// The values of the key in a row.
    pub(super) fn key_of(&self, row: &[sea_orm::Value]) -> Vec<sea_orm::Value> {
        let at = |name: &String| self.columns.iter().position(|column| column.name == *name);
        self.key.iter().filter_map(|name| row.get(at(name)?).cloned()).collect()
    }
}

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    column_name: String,
    kind: String,
}

#[derive(FromQueryResult)]
struct Pair {
    a: String,
    b: String,
}

const COLUMNS_SQLITE: &str = "SELECT m.name AS table_name, p.name AS column_name, p.type AS kind FROM sqlite_schema m \
     JOIN pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY m.name, p.cid";
const KEYS_SQLITE: &str = "SELECT m.name AS a, p.name AS b FROM sqlite_schema m \
     JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.pk > 0 ORDER BY m.name, p.pk";
const PARENTS_SQLITE: &str = "SELECT m.name AS a, f.\"table\" AS b FROM sqlite_schema m \
     JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";

const COLUMNS_POSTGRES: &str = "SELECT table_name::text, column_name::text, udt_name::text AS kind FROM information_schema.columns \
     WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position";
const KEYS_POSTGRES: &str = "SELECT c.relname::text AS a, t.attname::text AS b FROM pg_index i \
     JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
     CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (column_number, place) \
     JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum = k.column_number \
     WHERE i.indisprimary AND n.nspname = current_schema() ORDER BY c.relname, k.place";
const PARENTS_POSTGRES: &str = "SELECT c.relname::text AS a, p.relname::text AS b FROM pg_constraint k \
     JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid \
     JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE k.contype = 'f' AND n.nspname = current_schema()";

/// All tables but that of the migrations, each behind those that it refers to.
///
/// # Errors
/// When a column is of a kind that nobody knows, or a table has no key.
pub async fn tables(db: &impl ConnectionTrait) -> Result<Vec<Table>> {
    let backend = db.get_database_backend();
    let (columns, keys, parents) = match backend {
        DbBackend::Postgres => (COLUMNS_POSTGRES, KEYS_POSTGRES, PARENTS_POSTGRES),
        _ => (COLUMNS_SQLITE, KEYS_SQLITE, PARENTS_SQLITE),
    };
    let columns = ColumnRow::find_by_statement(statement(db, columns)).all(db).await?;
    let keys = Pair::find_by_statement(statement(db, keys)).all(db).await?;
    let parents = Pair::find_by_statement(statement(db, parents)).all(db).await?;
    let mut found = Vec::new();
    for name in table_names(db).await? {
        if name == STEPS {
            continue;
        }
        let mut table = Table { name: name.clone(), columns: Vec::new(), key: Vec::new() };
        for column in columns.iter().filter(|column| column.table_name == name) {
            let (column, kind) = (column.column_name.clone(), &column.kind);
            let Some(known) = Kind::parse(backend, kind) else {
                let kind = kind.clone();
                return Err(UpkeepError::Strange { table: name, column, kind });
            };
            table.columns.push(Column { name: column, kind: known });
        }
        table.key.extend(keys.iter().filter(|pair| pair.a == name).map(|pair| pair.b.clone()));
        if table.key.is_empty() {
            return Err(UpkeepError::Unlike(format!("`{name}` has no primary key")));
        }
        found.push(table);
    }
    let names = found.iter().map(|table| table.name.clone()).collect();
    let order = parents_first(&names, parents.into_iter().map(|pair| (pair.a, pair.b)).collect())?;
    found.sort_by_key(|table| order.iter().position(|name| *name == table.name));
    Ok(found)
}

/// Each name behind all those that it refers to, otherwise by name.
fn parents_first(
    names: &BTreeSet<String>,
    refers: BTreeSet<(String, String)>,
) -> Result<Vec<String>> {
    let mut waits: BTreeMap<&String, BTreeSet<&String>> =
        names.iter().map(|name| (name, BTreeSet::new())).collect();
    for (child, parent) in &refers {
        if child != parent
            && let Some(parents) = waits.get_mut(child)
        {
            parents.insert(parent);
        }
    }
    let mut order: Vec<String> = Vec::new();
    while !waits.is_empty() {
        let free: Vec<_> =
            waits.iter().filter(|(_, p)| p.is_empty()).map(|(name, _)| *name).collect();
        if free.is_empty() {
            let names: Vec<_> = waits.keys().map(|name| name.as_str()).collect();
            return Err(UpkeepError::Unlike(format!("a circle of {}", names.join(", "))));
        }
        for name in free {
            waits.remove(name);
            waits.values_mut().for_each(|parents| {
                parents.remove(name);
            });
            order.push(name.clone());
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(names: &[&str], refers: &[(&str, &str)]) -> Result<Vec<String>> {
        let text = |text: &&str| (*text).to_owned();
        let refers = refers.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        parents_first(&names.iter().map(text).collect(), refers)
    }

    #[test]
    fn a_table_comes_behind_those_that_it_refers_to() {
        let refers = [("a", "c"), ("b", "a"), ("b", "c"), ("d", "d")];
        assert_eq!(order(&["a", "b", "c", "d"], &refers).unwrap(), ["c", "d", "a", "b"]);
    }

    #[test]
    fn tables_in_a_circle_are_refused() {
        let told = order(&["a", "b", "c"], &[("a", "b"), ("b", "a")]).unwrap_err().to_string();
        assert!(told.contains("a, b"), "{told}");
    }

    #[test]
    fn no_column_is_guessed() {
        for name in ["real", "float8", "numeric", "timestamptz", "datetime", ""] {
            assert_eq!(Kind::parse(DbBackend::Postgres, name), None);
            assert_eq!(Kind::parse(DbBackend::Sqlite, name), None);
        }
    }

    #[test]
    fn texts_are_ordered_byte_by_byte() {
        let column = |name: &str, kind| Column { name: name.into(), kind };
        let table = Table {
            name: "t".into(),
            columns: vec![column("k", Kind::Text), column("n", Kind::Long)],
            key: vec!["n".into(), "k".into()],
        };
        assert_eq!(table.order(DbBackend::Postgres), "\"n\", \"k\" COLLATE \"C\"");
        assert_eq!(table.order(DbBackend::Sqlite), "\"n\", \"k\"");
    }
}
