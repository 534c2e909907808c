//! Which rows of one product can stand beside each other, and by which options. Pure.

use std::collections::{BTreeMap, HashMap};

use super::row::AXES;
use crate::catalog::rules;

/// A row that wants to be a variant of the product.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    /// The caller's number of the row.
    pub(super) row: usize,
    pub(super) sku: &'a str,
    /// The option values that it has in the product now; `None` when it is new.
    pub(super) now: Option<&'a [String]>,
    /// As in `Row`.
    pub(super) axes: &'a [Option<String>; 4],
}

/// How the rows stand beside each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) options: Vec<String>,
    /// Option values of the rows that are taken.
    pub(super) taken: Vec<(usize, Vec<String>)>,
    /// Rows that are not, and why.
    pub(super) refused: Vec<(usize, String)>,
}

/// Settles options and values. `options` are those of the product now, `others` its variants (SKU and values) that the
/// file does not name: while there are such, the options stay. A known variant whose row is refused stays as it is.
pub(super) fn settle<'a>(
    options: &[String],
    mut others: Vec<(&'a str, &'a [String])>,
    mut rows: Vec<Candidate<'a>>,
) -> Family {
    let mut refused = Vec::new();
    let known = others.len() + rows.iter().filter(|row| row.now.is_some()).count();
    let mut room = rules::VARIANTS.saturating_sub(known);
    rows.retain(|row| {
        let fits = row.now.is_some() || room > 0;
        if row.now.is_none() {
            room = room.saturating_sub(1);
        }
        if !fits {
            refused
                .push((row.row, format!("its product has {} variants already", rules::VARIANTS)));
        }
        fits
    });
    loop {
        let values: Vec<_> = rows.iter().map(|row| told(options, row)).collect();
        let wanted = wanted(options, !others.is_empty(), &values);
        let bad = first_bad(&wanted, &others, &rows, &values);
        let Some((at, why)) = bad else {
            let taken = rows
                .iter()
                .zip(values)
                .map(|(row, values)| (row.row, in_order(&wanted, &values)))
                .collect();
            return Family { options: wanted, taken, refused };
        };
        let row = rows.remove(at);
        refused.push((row.row, why));
        if let Some(now) = row.now {
            others.push((row.sku, now));
        }
    }
}

/// What a row says of each option, on top of what is known.
fn told(options: &[String], row: &Candidate<'_>) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, String> = row
        .now
        .map(|now| options.iter().cloned().zip(now.iter().cloned()).collect())
        .unwrap_or_default();
    for (name, cell) in AXES.into_iter().zip(row.axes) {
        match cell.as_deref() {
            None => {}
            Some("") => {
                values.remove(name);
            }
            Some(value) => {
                values.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    values
}

/// The options that the product has then: the old ones that someone still uses, then new ones.
fn wanted(options: &[String], fixed: bool, values: &[BTreeMap<String, String>]) -> Vec<String> {
    if fixed {
        return options.to_vec();
    }
    let used = |name: &str| values.iter().any(|values| values.contains_key(name));
    let mut wanted: Vec<String> = options.iter().filter(|name| used(name)).cloned().collect();
    for name in AXES {
        if used(name) && !wanted.iter().any(|known| known == name) {
            wanted.push(name.to_owned());
        }
    }
    wanted
}

fn in_order(wanted: &[String], values: &BTreeMap<String, String>) -> Vec<String> {
    wanted.iter().filter_map(|name| values.get(name)).cloned().collect()
}

fn first_bad(
    wanted: &[String],
    others: &[(&str, &[String])],
    rows: &[Candidate<'_>],
    values: &[BTreeMap<String, String>],
) -> Option<(usize, String)> {
    let mut seen: HashMap<Vec<String>, &str> =
        others.iter().map(|&(sku, values)| (values.to_vec(), sku)).collect();
    for (at, (row, values)) in rows.iter().zip(values).enumerate() {
        if let Some(name) = wanted.iter().find(|name| !values.contains_key(*name)) {
            return Some((
                at,
                format!("`{name}` is blank, but other variants of its product have one"),
            ));
        }
        if let Some(name) = values.keys().find(|name| !wanted.contains(name)) {
            let why = format!(
                "`{name}` cannot be told: the product has variants without it that the file does not name"
            );
            return Some((at, why));
        }
        if let Some(twin) = seen.insert(in_order(wanted, values), row.sku) {
            let why = if wanted.is_empty() {
                format!("needs a color, size, pattern or material to be told from `{twin}`")
            } else {
                format!("has the same {} as `{twin}`", wanted.join(", "))
            };
            return Some((at, why));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    type Axes = [Option<String>; 4];

    fn axes(color: Option<&str>, size: Option<&str>) -> Axes {
        [color.map(str::to_owned), size.map(str::to_owned), None, None]
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&t| t.to_owned()).collect()
    }

    fn rows(rows: &[(&'static str, Axes)]) -> Family {
        let rows = rows.iter().enumerate();
        settle(
            &[],
            vec![],
            rows.map(|(row, (sku, axes))| Candidate { row, sku, now: None, axes }).collect(),
        )
    }

    #[test]
    fn the_options_are_the_axes_that_are_used() {
        let family = rows(&[("a", axes(Some(""), Some("S"))), ("b", axes(Some(""), Some("M")))]);
        assert_eq!(family.options, ["size"]);
        assert_eq!(family.taken, [(0, strings(&["S"])), (1, strings(&["M"]))]);
        assert_eq!(family.refused, []);
    }

    #[test]
    fn a_row_that_cannot_be_told_apart_is_refused_alone() {
        let family = rows(&[
            ("a", axes(Some("red"), Some("S"))),
            ("b", axes(Some("red"), Some(""))),
            ("c", axes(Some("red"), Some("S"))),
            ("d", axes(Some("blue"), Some("S"))),
        ]);
        assert_eq!(family.taken.iter().map(|t| t.0).collect::<Vec<_>>(), [0, 3]);
        assert_eq!(
            family.refused[0].1,
            "`size` is blank, but other variants of its product have one"
        );
        assert_eq!(family.refused[1].1, "has the same color, size as `a`");

        let bare = rows(&[("a", axes(None, None)), ("b", axes(None, None))]);
        assert_eq!(bare.options, strings(&[]));
        assert_eq!(bare.taken, [(0, vec![])]);
        assert_eq!(
            bare.refused[0].1,
            "needs a color, size, pattern or material to be told from `a`"
        );
    }

    #[test]
    fn variants_that_the_file_does_not_name_keep_the_options() {
        let (options, small) = (strings(&["size"]), strings(&["S"]));
        let new = axes(Some("red"), Some("M"));
        let same = axes(None, Some("S"));
        let good = axes(None, Some("L"));
        let candidate = |row, sku, axes| Candidate { row, sku, now: None, axes };
        let family = settle(
            &options,
            vec![("old", &small)],
            vec![candidate(0, "a", &new), candidate(1, "b", &same), candidate(2, "c", &good)],
        );
        assert_eq!(family.options, ["size"]);
        assert_eq!(family.taken, [(2, strings(&["L"]))]);
        assert!(family.refused[0].1.starts_with("`color` cannot be told"));
        assert_eq!(family.refused[1].1, "has the same size as `old`");
    }

    #[test]
    fn a_file_without_the_columns_keeps_the_values() {
        let (options, small) = (strings(&["Öğütme"]), strings(&["ince"]));
        let none = axes(None, None);
        let row = Candidate { row: 0, sku: "a", now: Some(&small), axes: &none };
        let family = settle(&options, vec![], vec![row]);
        assert_eq!((family.options, family.taken), (options.clone(), vec![(0, small.clone())]));
    }

    #[test]
    fn a_product_can_get_options_when_all_its_variants_are_named() {
        let red = axes(Some("red"), None);
        let blue = axes(Some("blue"), None);
        let rows = vec![
            Candidate { row: 0, sku: "a", now: Some(&[]), axes: &red },
            Candidate { row: 1, sku: "b", now: None, axes: &blue },
        ];
        let family = settle(&[], vec![], rows);
        assert_eq!(family.options, ["color"]);
        assert_eq!(family.taken, [(0, strings(&["red"])), (1, strings(&["blue"]))]);
    }

    #[test]
    fn there_are_not_more_variants_than_allowed() {
        let all: Vec<Axes> =
            (0..rules::VARIANTS + 3).map(|i| axes(None, Some(&i.to_string()))).collect();
        let rows = all.iter().enumerate();
        let family = settle(
            &[],
            vec![],
            rows.map(|(row, axes)| Candidate { row, sku: "x", now: None, axes }).collect(),
        );
        assert_eq!((family.taken.len(), family.refused.len()), (rules::VARIANTS, 3));
    }
}
