//! One value, the same on both databases.

use sea_orm::{DbBackend, DbErr, QueryResult, TryGetable, Value, sea_query::Nullable};
use serde_json::Value as Json;
use uuid::Uuid;

use super::schema::{Column, Kind};

/// The value of a column of a row: whole numbers as 64 bits, whatever the column's width is.
///
/// # Errors
/// When the column holds something else than it says, which SQLite allows.
pub(super) fn read(
    row: &QueryResult,
    at: usize,
    column: &Column,
    backend: DbBackend,
) -> Result<Value, DbErr> {
    Ok(match column.kind {
        Kind::Int if backend == DbBackend::Postgres => {
            row.try_get_by_index::<Option<i32>>(at)?.map(i64::from).into()
        }
        Kind::Int | Kind::Long => get::<i64>(row, at)?,
        Kind::Bool if backend == DbBackend::Sqlite => {
            match row.try_get_by_index::<Option<i64>>(at)? {
                None => Value::Bool(None),
                Some(0) => false.into(),
                Some(1) => true.into(),
                Some(other) => return Err(wrong(column, &format!("{other} is no boolean"))),
            }
        }
        Kind::Bool => get::<bool>(row, at)?,
        Kind::Text => get::<String>(row, at)?,
        Kind::Uuid => get::<Uuid>(row, at)?,
        Kind::Bytes => get::<Vec<u8>>(row, at)?,
        Kind::Json => get::<Json>(row, at)?,
    })
}

fn get<T: TryGetable + Into<Value> + Nullable>(
    row: &QueryResult,
    at: usize,
) -> Result<Value, DbErr> {
    Ok(row.try_get_by_index::<Option<T>>(at)?.into())
}

/// The value as the column takes it.
///
/// # Errors
/// When a whole number is too big for a column of 32 bits.
pub(super) fn fit(value: Value, column: &Column) -> Result<Value, DbErr> {
    match (column.kind, value) {
        (Kind::Int, Value::BigInt(None)) => Ok(Value::Int(None)),
        (Kind::Int, Value::BigInt(Some(wide))) => i32::try_from(wide)
            .map(Value::from)
            .map_err(|_| wrong(column, &format!("{wide} does not fit into 32 bits"))),
        (_, value) => Ok(value),
    }
}

fn wrong(column: &Column, what: &str) -> DbErr {
    DbErr::Type(format!("column `{}`: {what}", column.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_never_cut() {
        let column = |kind| Column { name: "n".into(), kind };
        let big = i64::from(i32::MAX) + 1;
        assert!(fit(big.into(), &column(Kind::Int)).is_err());
        assert_eq!(fit(big.into(), &column(Kind::Long)).unwrap(), big.into());
        assert_eq!(fit((-1_i64).into(), &column(Kind::Int)).unwrap(), (-1_i32).into());
        assert_eq!(fit(Value::BigInt(None), &column(Kind::Int)).unwrap(), Value::Int(None));
    }
}
