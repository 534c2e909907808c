//! Pages of lists. A cursor names the place after which the next page begins, not a number of rows, so pages neither
//! skip nor repeat when rows are added meanwhile.

use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use poem_openapi::{
    NewType, Object,
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};

use super::problem::{Code, Problem};

const DEFAULT: u16 = 20;
const MAX: u16 = 100;

/// One page of a list.
#[derive(Clone, Debug, Object)]
pub struct Page<T: ToJSON + ParseFromJSON> {
    /// At most `limit` of them; in the order that the operation describes.
    pub items: Vec<T>,
    /// Pass it as `cursor` for the next page; `null` on the last.
    pub next: Option<String>,
}

/// How many at most on a page: 1 to 100, usually 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u16);

impl Type for Limit {
    const IS_REQUIRED: bool = false;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> std::borrow::Cow<'static, str> {
        "Limit".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            minimum: Some(1.0),
            maximum: Some(f64::from(MAX)),
            default: Some(DEFAULT.into()),
            ..MetaSchema::new("integer")
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for Limit {
    fn parse_from_parameter(text: &str) -> ParseResult<Self> {
        text.parse()
            .ok()
            .filter(|limit| (1..=MAX).contains(limit))
            .map(Self)
            .ok_or_else(|| ParseError::custom(format!("a whole number from 1 to {MAX}")))
    }

    fn parse_from_parameters<I: IntoIterator<Item = A>, A: AsRef<str>>(
        values: I,
    ) -> ParseResult<Self> {
        match values.into_iter().next() {
            Some(text) => Self::parse_from_parameter(text.as_ref()),
            None => Ok(Self(DEFAULT)),
        }
    }
}

/// Where a page begins: `next` of the page before.
#[derive(Clone, Debug, NewType)]
#[oai(from_json = false, to_json = true, from_multipart = false, to_header = false)]
pub struct Cursor(String);

/// A page that is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    list: &'static str,
    limit: u16,
    after: Option<String>,
}

impl Wanted {
    /// Reads `limit` and `cursor`; `list` names the list, so that a cursor of another is refused.
    ///
    /// # Errors
    /// An `invalid-cursor` problem.
    pub fn read(list: &'static str, limit: Limit, cursor: Option<Cursor>) -> Result<Self, Problem> {
        let after = cursor.map(|cursor| open(list, &cursor.0).ok_or_else(unfit)).transpose()?;
        Ok(Self { list, limit: limit.0, after })
    }

    /// The place after which the page begins; absent on the first page.
    ///
    /// # Errors
    /// An `invalid-cursor` problem.
    pub fn after<P: FromStr>(&self) -> Result<Option<P>, Problem> {
        self.after.as_deref().map(|text| text.parse().map_err(|_| unfit())).transpose()
    }

    /// Where the page begins in a list that is there as a whole: behind the place that the page before ended with.
    ///
    /// # Errors
    /// An `invalid-cursor` problem, also when that place is in the list no more.
    pub fn start<P: FromStr + PartialEq>(&self, list: &[P]) -> Result<usize, Problem> {
        match self.after::<P>()? {
            None => Ok(0),
            Some(last) => list.iter().position(|p| *p == last).map(|at| at + 1).ok_or_else(unfit),
        }
    }

    /// How many rows to read: one more than the page holds, which tells whether there is a next one.
    #[must_use]
    pub fn rows(&self) -> u64 {
        u64::from(self.limit) + 1
    }

    /// How many the page holds at the most.
    #[must_use]
    pub fn limit(&self) -> usize {
        usize::from(self.limit)
    }

    /// A page of `rows` that is followed by what lies behind `next`.
    pub fn page_before<R, V: ToJSON + ParseFromJSON>(
        &self,
        rows: Vec<R>,
        next: Option<String>,
        view: impl FnMut(R) -> V,
    ) -> Page<V> {
        let next = next.map(|place| seal(self.list, &place));
        Page { items: rows.into_iter().map(view).collect(), next }
    }

    /// The page of `rows`, of which at most [`Self::rows`] were read; `place` tells a row's place in the list.
    pub fn page<R, V: ToJSON + ParseFromJSON>(
        &self,
        mut rows: Vec<R>,
        place: impl Fn(&R) -> String,
        view: impl FnMut(R) -> V,
    ) -> Page<V> {
        let more = rows.len() > usize::from(self.limit);
        rows.truncate(usize::from(self.limit));
        let next = rows.last().filter(|_| more).map(|row| seal(self.list, &place(row)));
        Page { items: rows.into_iter().map(view).collect(), next }
    }
}

fn unfit() -> Problem {
    Problem::new(Code::InvalidCursor, "`cursor` was not given out by this list")
}

/// The cursor of a place in a list.
#[must_use]
pub fn seal(list: &str, place: &str) -> String {
    BASE64URL_NOPAD.encode(format!("{list}\n{place}").as_bytes())
}

/// The place that a cursor of this list names. No place holds U+0000, which PostgreSQL's text refuses.
#[must_use]
pub fn open(list: &str, cursor: &str) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (named, place) = text.split_once('\n')?;
    (named == list && !place.contains('\0')).then(|| place.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_where_the_next_begins() {
        let limit = Limit::parse_from_parameter("2").unwrap();
        let first = Wanted::read("numbers", limit, None).unwrap();
        assert_eq!((first.rows(), first.after::<u32>().unwrap()), (3, None));
        let page = first.page(vec![9, 8, 7], ToString::to_string, |n: i32| n);
        assert_eq!(page.items, [9, 8]);
        let cursor = Cursor(page.next.unwrap());
        let second = Wanted::read("numbers", limit, Some(cursor.clone())).unwrap();
        assert_eq!(second.after::<i32>().unwrap(), Some(8));
        let page = second.page(vec![7, 6], ToString::to_string, |n: i32| n);
        assert_eq!((page.items, page.next), (vec![7, 6], None));
        let other = Wanted::read("letters", limit, Some(cursor));
        assert_eq!(other.unwrap_err().code(), Code::InvalidCursor);
        let made_up = Cursor(seal("numbers", "8\0"));
        let made_up = Wanted::read("numbers", limit, Some(made_up));
        assert_eq!(made_up.unwrap_err().code(), Code::InvalidCursor);
    }

    #[test]
    fn limits_are_1_to_100() {
        for text in ["0", "101", "-1", "x", ""] {
            assert!(Limit::parse_from_parameter(text).is_err(), "{text}");
        }
        assert_eq!(Limit::parse_from_parameters(Vec::<String>::new()).unwrap(), Limit(20));
    }
}
