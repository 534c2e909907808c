//! When goods can be picked up: opening hours as OpenStreetMap writes them (`Mo-Fr 09:00-18:00; Sa 10:00-14:00; PH off`;
//! wiki.openstreetmap.org/wiki/Key:opening_hours/specification, read 2026), on the shop's own clock. Pure.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use entity::{Timestamp, shop::Checkout};
use jiff::tz::TimeZoneDatabase;
use opening_hours::{Context, OpeningHours, localization::Country};

/// Days that are looked ahead for the next opening.
const AHEAD: i64 = 400;
/// Changes that are looked at for it: holidays and lunch breaks come between.
const CHANGES: usize = 50;

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
    pub date: NaiveDate,
    pub hour: u32,
    pub minute: u32,
}

/// Whether `hours` can be read; empty ones can. `country` is asked for when they speak of public holidays.
///
/// # Errors
/// The field and what is wrong with it.
pub fn check(hours: &str, country: &str) -> Result<(), (&'static str, String)> {
    if !country.is_empty() && country.parse::<Country>().is_err() {
        let what = format!("`{country}` is no country whose holidays are known, such as `TR`");
        return Err(("pickup_country", what));
    }
    if hours.is_empty() {
        return Ok(());
    }
    if hours.chars().count() > 300 {
        return Err(("pickup_hours", "has more than 300 characters".to_owned()));
    }
    if let Err(error) = hours.parse::<OpeningHours>() {
        let why = error.to_string();
        let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
        let what =
            format!("is no opening hours such as `Mo-Fr 09:00-18:00; Sa 10:00-14:00`: {why}");
        return Err(("pickup_hours", what));
    }
    let mut words = hours.split(|c: char| !c.is_ascii_alphabetic());
    if country.is_empty() && words.any(|word| word == "PH") {
        let what = "speaks of public holidays (PH): say whose by the country, such as `TR`";
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
    let context = Context::default().approx_bound_interval_size(TimeDelta::days(AHEAD));
    let context = match checkout.pickup_country.parse::<Country>() {
        Ok(country) => context.with_holidays(country.holidays()),
        Err(_) => context,
    };
    let hours = checkout.pickup_hours.parse::<OpeningHours>().ok()?.with_context(context);
    let here = local(time_zone, now)?;
    let moment = |at: NaiveDateTime| Moment {
        days: (at.date() - here.date()).num_days(),
        date: at.date(),
        hour: at.hour(),
        minute: at.minute(),
    };
    if hours.is_open(here) {
        let mut until = hours.next_change(here);
        // Open under another rule is open all the same.
        for _ in 0..CHANGES {
            match until {
                Some(at) if hours.is_open(at) => until = hours.next_change(at),
                _ => break,
            }
        }
        let soon = until.filter(|&at| at - here < TimeDelta::days(1));
        return Some(Standing::Open { until: soon.map(moment) });
    }
    let mut at = here;
    for _ in 0..CHANGES {
        let Some(next) = hours.next_change(at).filter(|&next| next > at) else { break };
        if next - here > TimeDelta::days(AHEAD) {
            break;
        }
        if hours.is_open(next) {
            return Some(Standing::Closed { opens: Some(moment(next)) });
        }
        at = next;
    }
    Some(Standing::Closed { opens: None })
}

/// The instant on the clock of a time zone.
fn local(zone: &str, at: Timestamp) -> Option<NaiveDateTime> {
    let zone = TimeZoneDatabase::bundled().get(zone).ok()?;
    let here = zone.to_datetime(jiff::Timestamp::from_millisecond(at.ms()).ok()?);
    let date = NaiveDate::from_ymd_opt(
        i32::from(here.year()),
        u32::try_from(here.month()).ok()?,
        u32::try_from(here.day()).ok()?,
    )?;
    let part = |n: i8| u32::try_from(n).ok();
    date.and_hms_opt(part(here.hour())?, part(here.minute())?, part(here.second())?)
}

impl Moment {
    /// From 1 for Monday to 7.
    #[must_use]
    pub fn weekday(&self) -> u32 {
        self.date.weekday().number_from_monday()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a shop in Istanbul with these hours stands at a local time.
    fn at(hours: &str, country: &str, local: &str) -> Option<String> {
        let now: jiff::civil::DateTime = local.parse().unwrap();
        let now = now.in_tz("Europe/Istanbul").unwrap().timestamp().as_millisecond();
        let checkout = Checkout {
            pickup_hours: hours.to_owned(),
            pickup_country: country.to_owned(),
            ..Checkout::default()
        };
        let told = |m: Moment| format!("{} {:02}:{:02}", m.days, m.hour, m.minute);
        standing(&checkout, "Europe/Istanbul", Timestamp::from_ms(now)).map(|standing| {
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
        ] {
            assert_eq!(at(WEEK, "TR", local).as_deref(), Some(wanted), "{local}");
        }
    }

    #[test]
    fn holidays_are_those_of_the_country() {
        // 29 October is a holiday in Turkey; in 2026 a Thursday.
        assert_eq!(at(WEEK, "TR", "2026-10-29T10:00").as_deref(), Some("shut 1 09:00"));
        assert_eq!(at(WEEK, "DE", "2026-10-29T10:00").as_deref(), Some("open 0 18:00"));
        assert_eq!(at(WEEK, "DE", "2026-12-25T10:00").as_deref(), Some("shut 3 09:00"));
    }

    #[test]
    fn breaks_nights_and_never() {
        assert_eq!(at("", "", "2026-11-23T10:00"), None);
        assert_eq!(at("24/7", "", "2026-11-23T10:00").as_deref(), Some("open "));
        assert_eq!(at("off", "", "2026-11-23T10:00").as_deref(), Some("shut "));
        let lunch = "Mo-Fr 09:00-12:00,13:00-18:00";
        assert_eq!(at(lunch, "", "2026-11-23T12:30").as_deref(), Some("shut 0 13:00"));
        let night = "Fr 20:00-02:00";
        assert_eq!(at(night, "", "2026-11-27T23:00").as_deref(), Some("open 1 02:00"));
        assert_eq!(at(night, "", "2026-11-28T01:00").as_deref(), Some("open 0 02:00"));
        let once = "2026 Dec 24 10:00-12:00";
        assert_eq!(at(once, "", "2026-11-23T10:00").as_deref(), Some("shut 31 10:00"));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_reason() {
        assert_eq!(check("", ""), Ok(()));
        assert_eq!(check(WEEK, "TR"), Ok(()));
        assert_eq!(check("Mo-Su 10:00-22:00", ""), Ok(()));
        let fault = |hours: &str, country: &str| check(hours, country).unwrap_err();
        assert!(fault("Pazartesi 9-18", "").1.starts_with("is no opening hours"));
        assert!(fault("Mo-Fr 25:00-26:99", "").1.starts_with("is no opening hours"));
        assert!(fault(WEEK, "").1.contains("public holidays"));
        assert_eq!(fault("", "XX").0, "pickup_country");
    }
}
