//! The same rows on both sides: every value of every row is read from both and compared.

use sea_orm::{DatabaseTransaction, Value};

use super::{Pages, Table, Tables};
use crate::upkeep::{Result, UpkeepError};

/// Compares all rows of all `tables`. Gives the number of rows that are alike.
///
/// # Errors
/// [`UpkeepError::Different`] names the first difference.
pub async fn compare(
    from: &DatabaseTransaction,
    to: &DatabaseTransaction,
    tables: &Tables,
) -> Result<u64> {
    let mut alike = 0;
    for (source, target) in tables.pairs() {
        alike += compare_table(from, to, source, target).await?;
    }
    Ok(alike)
}

/// Compares all rows of one table, as the source has it and as the target has it.
///
/// # Errors
/// [`UpkeepError::Different`] names the first difference.
pub async fn compare_table(
    from: &DatabaseTransaction,
    to: &DatabaseTransaction,
    source: &Table,
    target: &Table,
) -> Result<u64> {
    let failed = |error| UpkeepError::Table { table: source.name.clone(), source: error };
    let mut theirs = Pages::open(to, target).await.map_err(failed)?;
    let mut ours = Pages::open(from, source).await.map_err(failed)?;
    // Both sides in steps of the same size, or rows would be held against others.
    let rows = ours.rows.min(theirs.rows);
    (ours.rows, theirs.rows) = (rows, rows);
    let mut alike = 0;
    let found = loop {
        let (here, there) =
            (ours.next().await.map_err(failed)?, theirs.next().await.map_err(failed)?);
        let found = difference(source, &here, &there);
        if found.is_some() || here.is_empty() {
            break found;
        }
        alike += here.len() as u64;
    };
    ours.close().await.map_err(failed)?;
    theirs.close().await.map_err(failed)?;
    found.map_or(Ok(alike), |what| Err(UpkeepError::Different(what)))
}

/// The first difference of two pages, without what stands in it: it may be of a person.
fn difference(table: &Table, here: &[Vec<Value>], there: &[Vec<Value>]) -> Option<String> {
    let name = &table.name;
    for (row, twin) in here.iter().zip(there) {
        if row == twin {
            continue;
        }
        let columns = table.columns.iter().zip(row.iter().zip(twin));
        let differ: Vec<_> = columns
            .filter(|(_, (a, b))| a != b)
            .map(|(column, _)| format!("`{}`", column.name))
            .collect();
        let key = key(&table.key_of(row));
        return Some(format!("row {key} of `{name}` in {}", differ.join(", ")));
    }
    if here.len() == there.len() {
        return None;
    }
    let (longer, side) =
        if here.len() > there.len() { (here, "is missing") } else { (there, "was never there") };
    let row = longer.get(here.len().min(there.len()))?;
    Some(format!("row {} of `{name}` {side}", key(&table.key_of(row))))
}

fn key(values: &[Value]) -> String {
    let shown: Vec<_> = values.iter().map(ToString::to_string).collect();
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upkeep::copy::{Column, Kind};

    fn people() -> Table {
        let column = |name: &str, kind| Column { name: name.into(), kind };
        Table {
            name: "people".into(),
            columns: vec![column("id", Kind::Long), column("name", Kind::Text)],
            key: vec!["id".into()],
        }
    }

    fn row(id: i64, name: &str) -> Vec<Value> {
        vec![id.into(), name.into()]
    }

    #[test]
    fn each_difference_is_found_and_tells_no_content() {
        let here = [row(1, "Ada"), row(2, "Bea")];
        assert_eq!(difference(&people(), &here, &here), None);
        let told = difference(&people(), &here, &[row(1, "Ada"), row(2, "Bia")]).unwrap();
        assert_eq!(told, "row 2 of `people` in `name`");
        let told = difference(&people(), &here, &here[..1]).unwrap();
        assert_eq!(told, "row 2 of `people` is missing");
        let told = difference(&people(), &here[..1], &here).unwrap();
        assert_eq!(told, "row 2 of `people` was never there");
    }
}
