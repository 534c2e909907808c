//! From bytes to rows. Pure; knows the columns and their forms, not the database.

use std::collections::HashMap;

use chrono::DateTime;
use csv::ByteRecord;
use entity::{Timestamp, product::Condition};

use crate::{
    catalog::rules::{self, Invalid},
    money::Money,
};

/// Bytes of a file, at most.
pub const BYTES: usize = 10 * 1024 * 1024;

/// The columns that tell variants apart, in the order in which a product gets them as options.
pub(super) const AXES: [&str; 4] = ["color", "size", "pattern", "material"];

const COLUMNS: [&str; 19] = [
    "id",
    "title",
    "description",
    "availability",
    "condition",
    "price",
    "sale_price",
    "sale_price_effective_date",
    "link",
    "image_link",
    "brand",
    "item_group_id",
    "color",
    "size",
    "pattern",
    "material",
    "quantity_to_sell_on_facebook",
    "inventory",
    "product_type",
];

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("the file has {0} bytes, at most 10 MiB are taken")]
    TooLarge(usize),
    #[error("the file is empty: its first line must name the columns")]
    Empty,
    #[error("the file is not UTF-8: save it as “CSV UTF-8”")]
    NotUtf8,
    #[error("the first line names no column `{0}`")]
    NoColumn(&'static str),
    #[error("the first line names the column `{0}` twice")]
    Twice(String),
    #[error("the file cannot be read: {0}")]
    Broken(String),
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct File {
    pub(super) lines: Vec<Line>,
    /// Columns that mean nothing here.
    pub(super) ignored: Vec<String>,
}

impl File {
    /// Rows below the header.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no row below the header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// One record below the header.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The header is 1.
    pub(super) number: i32,
    /// Its `id`, when one can be read.
    pub(super) sku: Option<String>,
    /// The row, or why it is refused.
    pub(super) row: Result<Row, String>,
}

/// What a row says. `None`: it says nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) sku: String,
    pub(super) group: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) brand: Option<String>,
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

/// Reads a file: UTF-8 with or without BOM; commas, semicolons or tabs, told by the first line; quoted fields.
///
/// # Errors
/// [`Unusable`] when no row of it can be read.
pub fn read(bytes: &[u8]) -> Result<File, Unusable> {
    if bytes.len() > BYTES {
        return Err(Unusable::TooLarge(bytes.len()));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Unusable::NotUtf8);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(bytes))
        .from_reader(bytes);
    let mut record = ByteRecord::new();
    let broken = |e: csv::Error| Unusable::Broken(e.to_string());
    if !reader.read_byte_record(&mut record).map_err(broken)? {
        return Err(Unusable::Empty);
    }
    let (columns, ignored) = Columns::of(&record)?;
    let mut lines = Vec::new();
    while reader.read_byte_record(&mut record).map_err(broken)? {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let number = record.position().map_or(0, csv::Position::line);
        lines.push(line(i32::try_from(number).unwrap_or(i32::MAX), &columns, &record));
    }
    refuse_twins(&mut lines);
    Ok(File { lines, ignored })
}

/// Meta takes no row of an id that stands twice: neither do we.
fn refuse_twins(lines: &mut [Line]) {
    let mut count = HashMap::<String, usize>::new();
    for sku in lines.iter().filter_map(|line| line.sku.clone()) {
        *count.entry(sku).or_default() += 1;
    }
    for line in lines {
        if let Some(n @ 2..) = line.sku.as_ref().and_then(|sku| count.get(sku)) {
            line.row = Err(format!("`id` stands {n} times in the file: no row of it is taken"));
        }
    }
}

/// Commas as the feed has them; semicolons and tabs as spreadsheets write them.
fn delimiter(bytes: &[u8]) -> u8 {
    let header = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| header.iter().filter(|&&b| b == wanted).count();
    let mut best = b',';
    for other in [b';', b'\t'] {
        if count(other) > count(best) {
            best = other;
        }
    }
    best
}

/// Where each known column stands.
struct Columns {
    at: HashMap<&'static str, usize>,
    width: usize,
}

impl Columns {
    fn of(header: &ByteRecord) -> Result<(Self, Vec<String>), Unusable> {
        let mut columns = Self { at: HashMap::new(), width: header.len() };
        let mut ignored = Vec::new();
        for (i, name) in header.iter().enumerate() {
            let name = std::str::from_utf8(name).map_err(|_| Unusable::NotUtf8)?.trim();
            let lower = name.to_ascii_lowercase();
            match COLUMNS.into_iter().find(|&known| known == lower) {
                Some(known) => {
                    if columns.at.insert(known, i).is_some() {
                        return Err(Unusable::Twice(known.to_owned()));
                    }
                }
                None if name.is_empty() => {}
                None => ignored.push(name.chars().filter(|c| !c.is_control()).take(100).collect()),
            }
        }
        if !columns.at.contains_key("id") {
            return Err(Unusable::NoColumn("id"));
        }
        Ok((columns, ignored))
    }
}

/// The cells of one record.
struct Cells<'a> {
    columns: &'a Columns,
    record: &'a ByteRecord,
}

impl<'a> Cells<'a> {
    /// The cell without space around it: `None` when there is no such column, empty when it is blank.
    fn raw(&self, column: &str) -> Result<Option<&'a str>, Invalid> {
        let Some(cell) = self.columns.at.get(column).map(|&at| self.record.get(at)) else {
            return Ok(None);
        };
        match std::str::from_utf8(cell.unwrap_or_default()) {
            Ok(text) => Ok(Some(text.trim())),
            Err(_) => Err(Invalid::new(column, "is not UTF-8")),
        }
    }

    /// The cell when it says something.
    fn said(&self, column: &str) -> Result<Option<&'a str>, Invalid> {
        Ok(self.raw(column)?.filter(|text| !text.is_empty()))
    }
}

fn line(number: i32, columns: &Columns, record: &ByteRecord) -> Line {
    let cells = Cells { columns, record };
    let sku =
        cells.said("id").ok().flatten().and_then(|id| rules::line("id", id, 1, rules::NAME).ok());
    let extra = record.iter().skip(columns.width).any(|cell| !cell.trim_ascii().is_empty());
    let row = if record.len() < columns.width || extra {
        Err(format!("has {} cells, the first line has {}", record.len(), columns.width))
    } else {
        row(&cells).map_err(|e| e.to_string())
    };
    Line { number, sku, row }
}

fn row(cells: &Cells<'_>) -> Result<Row, Invalid> {
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
    cell.parse().map_err(|e: crate::money::MoneyError| {
        Invalid::new(column, format!("must look like `12.50 TRY`: {e}"))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Result<Row, String>> {
        read(text.as_bytes()).unwrap().lines.into_iter().map(|line| line.row).collect()
    }

    fn why(text: &str) -> String {
        rows(text).remove(0).unwrap_err()
    }

    #[test]
    fn columns_come_in_any_order_and_unknown_ones_are_told() {
        let file = read(
            "\u{feff}Price,TITLE, id ,shoe_size,\n12.50 TRY,\"Çay, demli\",a,43,\n".as_bytes(),
        )
        .unwrap();
        assert_eq!(file.ignored, ["shoe_size"]);
        let row = file.lines[0].row.clone().unwrap();
        assert_eq!((row.sku.as_str(), row.title.as_deref()), ("a", Some("Çay, demli")));
        assert_eq!(row.price.unwrap().minor(), 1250);
        assert_eq!(row.stock, StockCell::Unsaid);
    }

    #[test]
    fn spreadsheets_write_semicolons_and_tabs() {
        assert_eq!(
            rows("id;title\na;Çay, demli\n")[0].as_ref().unwrap().title.as_deref(),
            Some("Çay, demli")
        );
        assert!(rows("id\ttitle\r\na\tÇay\r\n")[0].is_ok());
    }

    #[test]
    fn files_that_are_none_are_refused_whole() {
        assert_eq!(read(b"").unwrap_err(), Unusable::Empty);
        assert_eq!(read(b"\xef\xbb\xbf").unwrap_err(), Unusable::Empty);
        assert_eq!(read(b"title,price\n").unwrap_err(), Unusable::NoColumn("id"));
        assert_eq!(read(b"id,ID\n").unwrap_err(), Unusable::Twice("id".to_owned()));
        assert_eq!(read(b"\xff\xfei\0d\0").unwrap_err(), Unusable::NotUtf8);
        assert_eq!(read(&vec![b'a'; BYTES + 1]).unwrap_err(), Unusable::TooLarge(BYTES + 1));
        assert!(read(b"id\n").unwrap().is_empty());
    }

    #[test]
    fn a_bad_row_says_why_and_harms_no_other() {
        let text = "id,title,price,availability,quantity_to_sell_on_facebook\n\
            a,A,12.50 TRY,in stock,3\n\
            b,B,\"12,50 TRY\",in stock,3\n\
            c,C,1 TRY,maybe,3\n\
            d,D,1 TRY,in stock,-3\n\
            e,E,1 TRY\n\
            ,F,1 TRY,in stock,3\n\
            \n\
            g,\"two\nlines\",1 TRY,in stock,\n\
            h,H,1 TRY,out of stock,9\n";
        let lines = read(text.as_bytes()).unwrap().lines;
        let told: Vec<_> = lines
            .iter()
            .map(|l| (l.number, l.row.as_ref().err().map_or("", String::as_str)))
            .collect();
        assert_eq!(
            told,
            [
                (2, ""),
                (3, "`price` must look like `12.50 TRY`: `12,50 TRY` is no amount"),
                (4, "`availability` must be `in stock` or `out of stock`"),
                (5, "`quantity_to_sell_on_facebook` must not be negative"),
                (6, "has 3 cells, the first line has 5"),
                (7, "`id` is empty"),
                (9, "`title` must be one line"),
                (11, ""),
            ]
        );
        assert_eq!(lines[7].row.as_ref().unwrap().stock, StockCell::OutOfStock);
    }

    #[test]
    fn a_row_that_is_not_utf8_is_refused_alone() {
        let lines = read(b"id,title\na,\xdcber\nb,B\n").unwrap().lines;
        assert_eq!(lines[0].row.as_ref().unwrap_err(), "`title` is not UTF-8");
        assert!(lines[1].row.is_ok());
    }

    #[test]
    fn an_id_that_stands_twice_is_refused_everywhere() {
        let lines = rows("id,title\na,A\nb,B\na,C\n");
        assert_eq!(lines.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn stock_is_what_quantity_and_availability_say() {
        let stock = |text: &str| rows(text).remove(0).unwrap().stock;
        assert_eq!(stock("id,availability\na,in stock"), StockCell::InStock { asked: false });
        assert_eq!(
            stock("id,availability,inventory\na,In_Stock,"),
            StockCell::InStock { asked: true }
        );
        assert_eq!(stock("id,availability,inventory\na,in stock,4"), StockCell::Counted(4));
        assert_eq!(stock("id,availability,inventory\na,out of stock,4"), StockCell::OutOfStock);
        assert_eq!(stock("id,inventory\na,0"), StockCell::Counted(0));
        assert_eq!(stock("id,title\na,A"), StockCell::Unsaid);
    }

    #[test]
    fn sales_have_dates_with_offset() {
        let sale = |dates: &str| {
            rows(&format!("id,sale_price,sale_price_effective_date\na,9 TRY,{dates}\n")).remove(0)
        };
        let dates = |text: &str| match sale(text).unwrap().sale {
            Some(SaleCell::At { dates: Some((a, b)), .. }) => {
                (a.map(|t| t.to_string()), b.map(|t| t.to_string()))
            }
            other => panic!("{other:?}"),
        };
        let wanted = (
            Some("2026-11-19T21:00:00.000Z".to_owned()),
            Some("2026-11-30T21:00:00.000Z".to_owned()),
        );
        assert_eq!(dates("2026-11-20T00:00+03:00/2026-12-01T00:00+0300"), wanted);
        assert_eq!(dates("2026-11-19T21:00:00Z/2026-12-01T00:00:00+03:00"), wanted);
        assert_eq!(dates("2026-11-19T21:00:00Z/"), (wanted.0, None));
        assert_eq!(dates(""), (None, None));
        assert!(sale("2026-11-20/2026-11-21").is_err());
        assert_eq!(rows("id,sale_price\na,").remove(0).unwrap().sale, Some(SaleCell::Over));
        assert_eq!(rows("id\na").remove(0).unwrap().sale, None);
    }

    #[test]
    fn the_last_part_of_product_type_names_the_collection() {
        let row = |text: &str| rows(&format!("id,product_type\na,{text}\n")).remove(0).unwrap();
        assert_eq!(row("Ev > Kahve > Filtre").collection.as_deref(), Some("Filtre"));
        assert_eq!(row("Kahve >").collection.as_deref(), Some("Kahve"));
        assert_eq!(row(" > ").collection, None);
    }

    #[test]
    fn long_names_are_refused() {
        assert_eq!(why(&format!("id\n{}", "a".repeat(101))), "`id` is longer than 100 characters");
        assert_eq!(
            why(&format!("id,title\na,{}", "a".repeat(201))),
            "`title` is longer than 200 characters"
        );
    }
}
