//! From bytes to rows. Pure; knows the columns and their forms, not the database.

use std::collections::HashMap;

use csv::ByteRecord;

use super::row::{Row, row};
use crate::catalog::rules::{self, Invalid};

/// Bytes of a file, at most.
pub const BYTES: usize = 10 * 1024 * 1024;

const COLUMNS: [&str; 20] = [
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
    "keywords",
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

    /// The line of each row, in the order of the file; the header is 1. No two rows have the same.
    pub fn numbers(&self) -> impl Iterator<Item = i32> {
        self.lines.iter().map(|line| line.number)
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
    let mut lines_before = LineCounter { bytes, at: 0, line: 1 };
    while reader.read_byte_record(&mut record).map_err(broken)? {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let start = record.position().map_or(0, csv::Position::byte);
        let number = lines_before.of(usize::try_from(start).unwrap_or(usize::MAX));
        lines.push(line(number, &columns, &record));
    }
    refuse_twins(&mut lines);
    Ok(File { lines, ignored })
}

/// Tells the line of a record. A line ends as a record does: at `\r\n`, `\n` or `\r`. The reader's own count stops at the
/// blank lines before it.
struct LineCounter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: i32,
}

impl LineCounter<'_> {
    /// The line on which the record that starts at `start` has its first cell; `start` never goes back.
    fn of(&mut self, start: usize) -> i32 {
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.at >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.at += 1;
            let ends = match byte {
                b'\n' => true,
                b'\r' => self.bytes.get(self.at) != Some(&b'\n'),
                _ => false,
            };
            self.line = self.line.saturating_add(i32::from(ends));
        }
        self.line
    }
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
    let header = bytes.split(|b| matches!(b, b'\r' | b'\n')).next().unwrap_or_default();
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
pub(super) struct Columns {
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
pub(super) struct Cells<'a> {
    columns: &'a Columns,
    record: &'a ByteRecord,
}

impl<'a> Cells<'a> {
    /// The cell without space around it: `None` when there is no such column, empty when it is blank.
    pub(super) fn raw(&self, column: &str) -> Result<Option<&'a str>, Invalid> {
        let Some(cell) = self.columns.at.get(column).map(|&at| self.record.get(at)) else {
            return Ok(None);
        };
        match std::str::from_utf8(cell.unwrap_or_default()) {
            Ok(text) => Ok(Some(text.trim())),
            Err(_) => Err(Invalid::new(column, "is not UTF-8")),
        }
    }

    /// The cell when it says something.
    pub(super) fn said(&self, column: &str) -> Result<Option<&'a str>, Invalid> {
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
        // It may name what stands in the cell, and no text of the database holds U+0000.
        row(&cells).map_err(|e| e.to_string().replace('\0', "\u{fffd}"))
    };
    Line { number, sku, row }
}

#[cfg(test)]
mod tests {
    use super::super::row::{SaleCell, StockCell};
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
    fn each_row_has_a_line_of_its_own_however_lines_end() {
        let numbers = |text: &str| read(text.as_bytes()).unwrap().numbers().collect::<Vec<_>>();
        assert_eq!(numbers("id;title\ra;A\rb;B, C, D\r"), [2, 3]);
        assert_eq!(numbers("id,title\r\r\ra,A\r\rb,B"), [4, 6]);
        assert_eq!(numbers("id,title\na,A\rb,B\nc,C\n"), [2, 3, 4]);
        assert_eq!(numbers("id,title\r\na,A\r\n\r\nb,\"B\r\nB\"\r\nc,C\r\n"), [2, 4, 6]);
        assert_eq!(numbers("id,title\na,\"A\rA\"\nb,B\n"), [2, 4]);
    }

    #[test]
    fn a_row_that_is_not_utf8_is_refused_alone() {
        let lines = read(b"id,title\na,\xdcber\nb,B\n").unwrap().lines;
        assert_eq!(lines[0].row.as_ref().unwrap_err(), "`title` is not UTF-8");
        assert!(lines[1].row.is_ok());
    }

    #[test]
    fn why_a_row_is_refused_can_be_stored() {
        let why = why("id,price\na,1\u{0}2 TRY\n");
        assert!(why.contains("1\u{fffd}2") && !why.contains('\0'), "{why}");
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
