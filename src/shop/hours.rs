//! When goods can be picked up: the part of OpenStreetMap's opening hours that shops write
//! (wiki.openstreetmap.org/wiki/Key:opening_hours/specification, read 2026), on the shop's own clock. Pure.
//!
//! Rules stand between `;`; of those that mean a day, the last one holds. A rule is a choice of days (`Mo-Fr`, `Sa,Su`, `PH`
//! for the holidays that the shop names, `Dec 24-26`, `2026 Dec 31`; none: every day) and what holds then: `09:00-18:00`,
//! `09:00-12:00,13:00-18:00`, `20:00-02:00` into the night, `off`. `24/7` is always.

use entity::{Timestamp, shop::Checkout};
use jiff::{
    ToSpan,
    civil::{Date, DateTime},
    tz::TimeZoneDatabase,
};

/// Days that are looked ahead for the next opening.
const AHEAD: i64 = 400;
const DAY: i64 = 24 * 60;
/// Characters of opening hours, and named holidays.
const LONGEST: usize = 300;
const HOLIDAYS: usize = 100;

/// How a shop stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Open; closes then, unless that is more than a day away.
    Open { until: Option<Moment> },
    /// Closed; opens then, when that is known.
    Closed { opens: Option<Moment> },
}

/// A time on the shop's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Days from today on: 0 is today, 1 tomorrow.
    pub days: i64,
    pub date: Date,
    pub hour: i64,
    pub minute: i64,
}

/// Opening hours that were read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hours(Vec<Rule>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// Any of them; none: every day.
    days: Vec<Days>,
    /// Minutes from midnight on; the end may lie in the next day. None: closed.
    spans: Vec<(i64, i64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Days {
    /// From Monday, 0, to Sunday, 6, both included; may go over the end of the week.
    Week(i8, i8),
    Holidays,
    /// In that year only, or in every one; both included; may go over the end of the year.
    Dates {
        year: Option<i16>,
        from: (i8, i8),
        to: (i8, i8),
    },
}

/// Whether `hours` can be read, and `holidays` are days (`2026-10-29`).
///
/// # Errors
/// The field and what is wrong with it.
pub fn check(hours: &str, holidays: &[String]) -> Result<(), (&'static str, String)> {
    if holidays.len() > HOLIDAYS {
        return Err(("pickup_holidays", format!("names more than {HOLIDAYS} days")));
    }
    for day in holidays {
        if day.parse::<Date>().is_err() {
            return Err(("pickup_holidays", format!("`{day}` is no day such as `2026-10-29`")));
        }
    }
    if hours.chars().count() > LONGEST {
        return Err(("pickup_hours", format!("has more than {LONGEST} characters")));
    }
    if hours.is_empty() {
        return Ok(());
    }
    let read = Hours::read(hours).map_err(|part| {
        let what = "is no opening hours such as `Mo-Fr 09:00-18:00; Sa 10:00-14:00; Dec 31 off`";
        ("pickup_hours", format!("{what}: `{part}` cannot be read"))
    })?;
    if holidays.is_empty() && read.0.iter().any(|rule| rule.days.contains(&Days::Holidays)) {
        let what = "speaks of holidays (`PH`), but no day is named as one: name them as \
                    `pickup_holidays` (in a shop file `holidays` below `[pickup]`), such as \
                    `[\"2026-10-29\"]`, or take `PH` out";
        return Err(("pickup_hours", what.to_owned()));
    }
    Ok(())
}

/// How the shop stands at `now`; `None` when it does not tell its hours.
#[must_use]
pub fn standing(checkout: &Checkout, time_zone: &str, now: Timestamp) -> Option<Standing> {
    if checkout.pickup_hours.is_empty() {
        return None;
    }
    let hours = Hours::read(&checkout.pickup_hours).ok()?;
    let holidays: Vec<Date> =
        checkout.pickup_holidays.iter().filter_map(|day| day.parse().ok()).collect();
    let here = local(time_zone, now)?;
    let minute = i64::from(here.hour()) * 60 + i64::from(here.minute());
    let moment = |at: i64| {
        let days = at.div_euclid(DAY);
        let date = here.date().checked_add(days.days()).ok()?;
        let within = at.rem_euclid(DAY);
        Some(Moment { days, date, hour: within / 60, minute: within % 60 })
    };
    // Minutes from today's midnight on; yesterday's night may reach into today.
    let mut open: Option<(i64, i64)> = None;
    for days in -1..=AHEAD {
        let date = here.date().checked_add(days.days()).ok()?;
        let mut spans = hours.on(date, &holidays).to_vec();
        spans.sort_unstable();
        for (from, to) in spans.into_iter().map(|(a, b)| (a + days * DAY, b + days * DAY)) {
            match open {
                _ if to <= minute => {}
                Some((_, end)) if from <= end => open = open.map(|(a, b)| (a, b.max(to))),
                Some(_) => return open.and_then(|span| told(span, minute, moment)),
                None => open = Some((from, to)),
            }
        }
        // Longer than a day is long enough.
        if open.is_some_and(|(from, to)| from <= minute && to - minute >= DAY) {
            break;
        }
    }
    match open {
        Some(span) => told(span, minute, moment),
        None => Some(Standing::Closed { opens: None }),
    }
}

/// What the first span that is not over says at `minute`.
fn told(
    (from, to): (i64, i64),
    minute: i64,
    moment: impl Fn(i64) -> Option<Moment>,
) -> Option<Standing> {
    Some(if from <= minute {
        Standing::Open { until: (to - minute < DAY).then(|| moment(to)).flatten() }
    } else {
        Standing::Closed { opens: Some(moment(from)?) }
    })
}

/// The instant on the clock of a time zone.
fn local(zone: &str, at: Timestamp) -> Option<DateTime> {
    let zone = TimeZoneDatabase::bundled().get(zone).ok()?;
    Some(zone.to_datetime(jiff::Timestamp::from_millisecond(at.ms()).ok()?))
}

impl Moment {
    /// From 1 for Monday to 7.
    #[must_use]
    pub fn weekday(&self) -> i8 {
        self.date.weekday().to_monday_one_offset()
    }
}

impl Hours {
    /// # Errors
    /// The part that cannot be read.
    fn read(text: &str) -> Result<Self, String> {
        let rules = text.split(';').map(str::trim).filter(|rule| !rule.is_empty());
        let rules = rules.map(Rule::read).collect::<Result<Vec<_>, _>>()?;
        if rules.is_empty() { Err(text.trim().to_owned()) } else { Ok(Self(rules)) }
    }

    /// The spans of a day.
    fn on(&self, date: Date, holidays: &[Date]) -> &[(i64, i64)] {
        let of = self.0.iter().rev().find(|rule| {
            rule.days.is_empty() || rule.days.iter().any(|days| days.hold(date, holidays))
        });
        of.map_or(&[], |rule| &rule.spans)
    }
}

impl Rule {
    fn read(text: &str) -> Result<Self, String> {
        if text == "24/7" {
            return Ok(Self { days: Vec::new(), spans: vec![(0, DAY)] });
        }
        // What holds stands last, without a blank in it.
        let text = text.replace(", ", ",");
        let (days, what) = text.rsplit_once(' ').unwrap_or(("", &text));
        let spans = match what {
            "off" | "closed" => Vec::new(),
            "open" => vec![(0, DAY)],
            times => times.split(',').map(span).collect::<Result<_, _>>()?,
        };
        Ok(Self { days: read_days(days.trim())?, spans })
    }
}

/// `09:00-18:00`, or into the next day.
fn span(text: &str) -> Result<(i64, i64), String> {
    let read = || {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (clock(from)?, clock(to)?);
        match to {
            _ if from == DAY => None,
            to if to > from => Some((from, to)),
            to => Some((from, to + DAY)),
        }
    };
    read().ok_or_else(|| text.to_owned())
}

/// Minutes from midnight on.
fn clock(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let two = |text: &str| (text.len() == 2).then(|| text.parse::<i64>().ok()).flatten();
    let (hour, minute) = (two(hour)?, two(minute)?);
    let at = hour * 60 + minute;
    (minute < 60 && (0..=DAY).contains(&at)).then_some(at)
}

fn read_days(text: &str) -> Result<Vec<Days>, String> {
    let mut days = Vec::new();
    if text.is_empty() {
        return Ok(days);
    }
    let mut month_before = None;
    for part in text.split(',').map(str::trim) {
        let read = weekdays(part).or_else(|| dates(part, &mut month_before));
        days.push(read.ok_or_else(|| part.to_owned())?);
    }
    Ok(days)
}

fn weekdays(text: &str) -> Option<Days> {
    const WEEK: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
    let day = |text: &str| {
        let at = WEEK.iter().position(|day| *day == text)?;
        i8::try_from(at).ok()
    };
    if text == "PH" {
        return Some(Days::Holidays);
    }
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some(Days::Week(day(from)?, day(to)?))
}

/// `Dec 31`, `Dec 24-26`, `Dec 30-Jan 02`, `2026 Dec 24`; behind `Dec 24,` also `26`.
fn dates(text: &str, month_before: &mut Option<i8>) -> Option<Days> {
    let (year, text) = match text.split_once(' ') {
        Some((year, rest)) if year.len() == 4 => (Some(year.parse::<i16>().ok()?), rest),
        _ => (None, text),
    };
    let (from, to) = text.split_once('-').unwrap_or((text, ""));
    let from = month_day(from, *month_before)?;
    let to = if to.is_empty() { from } else { month_day(to, Some(from.0))? };
    *month_before = Some(to.0);
    Some(Days::Dates { year, from, to })
}

fn month_day(text: &str, month: Option<i8>) -> Option<(i8, i8)> {
    const YEAR: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (month, day) = match text.trim().split_once(' ') {
        Some((name, day)) => {
            let at = YEAR.iter().position(|month| *month == name)?;
            (i8::try_from(at + 1).ok()?, day)
        }
        None => (month?, text.trim()),
    };
    let day = day.trim().parse::<i8>().ok()?;
    // 2024 has all days.
    Date::new(2024, month, day).ok().map(|_| (month, day))
}

impl Days {
    fn hold(self, date: Date, holidays: &[Date]) -> bool {
        match self {
            Self::Week(from, to) => {
                let day = date.weekday().to_monday_zero_offset();
                if from <= to { (from..=to).contains(&day) } else { day >= from || day <= to }
            }
            Self::Holidays => holidays.contains(&date),
            Self::Dates { year, from, to } => {
                let day = (date.month(), date.day());
                let over = from > to;
                // January belongs to the winter of the year before.
                let of = if over && day <= to { date.year() - 1 } else { date.year() };
                let within =
                    if over { day >= from || day <= to } else { (from..=to).contains(&day) };
                within && year.is_none_or(|year| year == of)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn checkout(hours: &str) -> Checkout {
        Checkout {
            pickup_hours: hours.to_owned(),
            pickup_holidays: vec!["2026-10-29".to_owned(), "2026-12-25".to_owned()],
            ..Checkout::default()
        }
    }

    /// How a shop in Istanbul with these hours stands at a local time.
    fn at(hours: &str, local: &str) -> Option<String> {
        let now: DateTime = local.parse().unwrap();
        let now = now.in_tz("Europe/Istanbul").unwrap().timestamp().as_millisecond();
        let told = |m: Moment| format!("{} {:02}:{:02}", m.days, m.hour, m.minute);
        standing(&checkout(hours), "Europe/Istanbul", Timestamp::from_ms(now)).map(|standing| {
            match standing {
                Standing::Open { until } => format!("open {}", until.map(told).unwrap_or_default()),
                Standing::Closed { opens } => {
                    format!("shut {}", opens.map(told).unwrap_or_default())
                }
            }
        })
    }

    const WEEK: &str = "Mo-Fr 09:00-18:00; Sa 10:00-14:00; PH off";

    #[test]
    fn the_week_goes_round_on_the_clock_of_the_shop() {
        for (local, wanted) in [
            ("2026-11-23T08:59", "shut 0 09:00"),
            ("2026-11-23T09:00", "open 0 18:00"),
            ("2026-11-23T17:59", "open 0 18:00"),
            ("2026-11-23T18:00", "shut 1 09:00"),
            ("2026-11-28T14:00", "shut 2 09:00"),
            ("2026-11-29T12:00", "shut 1 09:00"),
            // A holiday on a Thursday, and one before a weekend.
            ("2026-10-29T10:00", "shut 1 09:00"),
            ("2026-12-25T10:00", "shut 1 10:00"),
        ] {
            assert_eq!(at(WEEK, local).as_deref(), Some(wanted), "{local}");
        }
    }

    #[test]
    fn breaks_nights_dates_and_never() {
        for (hours, local, wanted) in [
            ("24/7", "2026-11-23T10:00", "open "),
            ("off", "2026-11-23T10:00", "shut "),
            ("09:00-18:00", "2026-11-29T10:00", "open 0 18:00"),
            ("Mo-Fr 09:00-12:00,13:00-18:00", "2026-11-23T12:30", "shut 0 13:00"),
            ("Mo-Fr 09:00-12:00, 12:00-18:00", "2026-11-23T11:30", "open 0 18:00"),
            ("Fr 20:00-02:00", "2026-11-27T23:00", "open 1 02:00"),
            ("Fr 20:00-02:00", "2026-11-28T01:00", "open 0 02:00"),
            ("Fr-Sa 20:00-02:00; Sa off", "2026-11-28T01:00", "open 0 02:00"),
            ("Sa-Mo 10:00-12:00", "2026-11-24T10:00", "shut 4 10:00"),
            ("Mo,We 10:00-12:00", "2026-11-24T10:00", "shut 1 10:00"),
            ("2026 Dec 24 10:00-12:00", "2026-11-23T10:00", "shut 31 10:00"),
            ("Mo-Su 09:00-18:00; Dec 30-Jan 02 off", "2026-12-31T10:00", "shut 3 09:00"),
            ("Mo-Su 09:00-18:00; Dec 24-26,31 off", "2026-12-24T10:00", "shut 3 09:00"),
            ("Mo-Su 09:00-24:00", "2026-11-23T10:00", "open 1 00:00"),
            ("Mo-Su 00:00-24:00; Su off", "2026-11-28T10:00", "open 1 00:00"),
        ] {
            assert_eq!(at(hours, local).as_deref(), Some(wanted), "{hours} at {local}");
        }
        assert_eq!(at("", "2026-11-23T10:00"), None);
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_reason() {
        let days = ["2026-10-29".to_owned()];
        for hours in ["", WEEK, "Mo-Su 10:00-22:00", "24/7", "Mo off;"] {
            assert_eq!(check(hours, &days), Ok(()), "{hours}");
        }
        for (hours, part) in [
            ("Pazartesi 9-18", "9-18"),
            ("Pazartesi 09:00-18:00", "Pazartesi"),
            ("Mo-Fr 25:00-26:99", "25:00-26:99"),
            ("Mo-Fr", "Mo-Fr"),
            ("Feb 30 off", "Feb 30"),
            ("Mo-Fr 9:00-18:00", "9:00-18:00"),
            (";", ";"),
        ] {
            let (field, what) = check(hours, &days).unwrap_err();
            assert_eq!(field, "pickup_hours");
            assert!(what.contains(&format!("`{part}` cannot")), "{hours}: {what}");
        }
        let (_, what) = check(WEEK, &[]).unwrap_err();
        assert!(what.contains("no day is named") && what.contains("take `PH` out"), "{what}");
        assert_eq!(check("", &["29.10.2026".to_owned()]).unwrap_err().0, "pickup_holidays");
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_or_refused(text in "[MoFrSaPH0-9:;, -]{0,40}", ms: i64) {
            let read = check(&text, &["2026-10-29".to_owned()]);
            let told = standing(&checkout(&text), "Europe/Istanbul", Timestamp::from_ms(ms % 4_000_000_000_000));
            prop_assert!(read.is_ok() || told.is_none());
        }
    }
}
