//! What a row says, cell by cell. Pure.

use chrono::DateTime;
use entity::{Timestamp, product::Condition};

use super::read::Cells;
use crate::{
    catalog::rules::{self, Invalid},
    money::{Money, MoneyError},
};

/// The columns that tell variants apart, in the order in which a product gets them as options.
pub(super) const AXES: [&str; 4] = ["color", "size", "pattern", "material"];

/// What a row says. `None`: it says nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) sku: String,
    pub(super) group: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) brand: Option<String>,
    pub(super) keywords: Option<String>,
    pub(super) condition: Option<Condition>,
    pub(super) link: Option<String>,
    pub(super) image: Option<String>,
    pub(super) collection: Option<String>,
    pub(super) price: Option<Money>,
    pub(super) sale: Option<SaleCell>,
    pub(super) stock: StockCell,
    /// Of each axis: `None` when the file has no such column; an empty text for a blank cell.
    pub(super) axes: [Option<String>; 4],
}

/// What a row says about a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SaleCell {
    /// `sale_price` is blank.
    Over,
    /// The dates are `None` when the file has no such column.
    At { price: Money, dates: Option<Dates> },
}

pub(super) type Dates = (Option<Timestamp>, Option<Timestamp>);

/// What a row says about stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StockCell {
    Unsaid,
    /// In stock, without a number; `asked` when the file has a column for the number.
    InStock {
        asked: bool,
    },
    OutOfStock,
    Counted(i64),
}

/// Reads the cells of one record.
///
/// # Errors
/// The first cell that cannot be taken.
pub(super) fn row(cells: &Cells<'_>) -> Result<Row, Invalid> {
    let text = |column: &str, max: usize| {
        cells.said(column)?.map(|cell| rules::text(column, cell, 1, max)).transpose()
    };
    let one_line = |column: &str, max: usize| {
        cells.said(column)?.map(|cell| rules::line(column, cell, 1, max)).transpose()
    };
    let mut axes = [const { None }; 4];
    for (axis, name) in axes.iter_mut().zip(AXES) {
        *axis = match cells.raw(name)? {
            Some(cell) => Some(rules::line(name, cell, 0, rules::OPTION_VALUE)?),
            None => None,
        };
    }
    Ok(Row {
        sku: rules::line("id", cells.raw("id")?.unwrap_or_default(), 1, rules::NAME)?,
        group: one_line("item_group_id", rules::NAME)?,
        title: one_line("title", rules::TITLE)?,
        description: text("description", rules::DESCRIPTION)?,
        brand: one_line("brand", rules::NAME)?,
        keywords: one_line("keywords", rules::KEYWORDS)?,
        condition: cells.said("condition")?.map(condition).transpose()?,
        link: cells.said("link")?.map(|cell| rules::link("link", cell)).transpose()?,
        image: cells
            .said("image_link")?
            .map(|cell| rules::image("image_link", cell))
            .transpose()?,
        collection: match cells.said("product_type")? {
            Some(cell) => collection(cell)?,
            None => None,
        },
        price: cells.said("price")?.map(|cell| money("price", cell)).transpose()?,
        sale: sale(cells)?,
        stock: stock(cells)?,
        axes,
    })
}

fn money(column: &str, cell: &str) -> Result<Money, Invalid> {
    cell.parse()
        .map_err(|e: MoneyError| Invalid::new(column, format!("must look like `12.50 TRY`: {e}")))
}

/// `Home > Coffee > Filter` names the collection `Filter`.
fn collection(cell: &str) -> Result<Option<String>, Invalid> {
    let last = cell.split('>').map(str::trim).rfind(|part| !part.is_empty());
    last.map(|title| rules::line("product_type", title, 1, rules::TITLE)).transpose()
}

fn condition(cell: &str) -> Result<Condition, Invalid> {
    match cell.to_ascii_lowercase().as_str() {
        "new" => Ok(Condition::New),
        "refurbished" | "cpo" => Ok(Condition::Refurbished),
        "used" | "used_like_new" | "used_good" | "used_fair" => Ok(Condition::Used),
        _ => Err(Invalid::new("condition", "must be `new`, `refurbished` or `used`")),
    }
}

fn stock(cells: &Cells<'_>) -> Result<StockCell, Invalid> {
    let (column, quantity) = match cells.raw("quantity_to_sell_on_facebook")? {
        Some(cell) => ("quantity_to_sell_on_facebook", Some(cell)),
        None => ("inventory", cells.raw("inventory")?),
    };
    let counted = match quantity {
        None | Some("") => None,
        Some(cell) => {
            let pieces = cell
                .parse()
                .map_err(|_| Invalid::new(column, "must be a whole number of pieces"))?;
            Some(rules::on_hand(column, pieces)?)
        }
    };
    let available =
        cells.said("availability")?.map(|cell| cell.to_ascii_lowercase().replace('_', " "));
    match (available.as_deref(), counted) {
        (Some("out of stock"), _) => Ok(StockCell::OutOfStock),
        (Some("in stock") | None, Some(pieces)) => Ok(StockCell::Counted(pieces)),
        (Some("in stock"), None) => Ok(StockCell::InStock { asked: quantity.is_some() }),
        (None, None) => Ok(StockCell::Unsaid),
        (Some(_), _) => Err(Invalid::new("availability", "must be `in stock` or `out of stock`")),
    }
}

fn sale(cells: &Cells<'_>) -> Result<Option<SaleCell>, Invalid> {
    const DATES: &str = "sale_price_effective_date";
    let dates = match cells.raw(DATES)? {
        None => None,
        Some("") => Some((None, None)),
        Some(cell) => Some(period(cell)?),
    };
    match cells.raw("sale_price")? {
        None => Ok(None),
        Some("") => Ok(Some(SaleCell::Over)),
        Some(cell) => Ok(Some(SaleCell::At { price: money("sale_price", cell)?, dates })),
    }
}

/// `start/end`, ISO 8601 with offset; either side may be blank.
fn period(cell: &str) -> Result<Dates, Invalid> {
    const FORMS: [&str; 4] = [
        "%Y-%m-%dT%H:%M:%S%.f%:z",
        "%Y-%m-%dT%H:%M:%S%.f%z",
        "%Y-%m-%dT%H:%M%:z",
        "%Y-%m-%dT%H:%M%z",
    ];
    let bad = || {
        Invalid::new(
            "sale_price_effective_date",
            "must look like `2026-11-20T00:00+03:00/2026-12-01T00:00+03:00`",
        )
    };
    let instant = |text: &str| -> Result<Option<Timestamp>, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let read = DateTime::parse_from_rfc3339(text).ok().or_else(|| {
            FORMS.into_iter().find_map(|form| DateTime::parse_from_str(text, form).ok())
        });
        read.map(|at| Some(at.to_utc().into())).ok_or_else(bad)
    };
    let (start, end) = cell.split_once('/').ok_or_else(bad)?;
    Ok((instant(start)?, instant(end)?))
}
