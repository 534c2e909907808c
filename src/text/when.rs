//! Days and times in the shop's time zone, as people of a language write them.
//!
//! The names and patterns are those of CLDR 47 (`long` day and month, `short` time), for English those of Europe
//! (`en-150`), where the day comes first and the clock has 24 hours. A table of six languages is all that is needed:
//! `icu_datetime` would bring the calendars of the world.

use entity::Timestamp;
use jiff::{Zoned, civil::Date, tz::TimeZone};

use super::{Lang, Voice};

/// The day: `25 Kasım 2026`.
#[must_use]
pub fn date(voice: &Voice, at: Timestamp, zone: &str) -> String {
    day(voice, local(at, zone).date())
}

/// A day of the calendar: `25 Kasım 2026`.
#[must_use]
pub fn day(voice: &Voice, date: Date) -> String {
    let (day, month, year) = (date.day(), month(voice.lang(), date.month()), date.year());
    match voice.lang() {
        Lang::Tr | Lang::En | Lang::Ar => format!("{day} {month} {year}"),
        Lang::De => format!("{day}. {month} {year}"),
        Lang::Es | Lang::PtBr => format!("{day} de {month} de {year}"),
    }
}

/// The time of day: `14:30`.
#[must_use]
pub fn time(voice: &Voice, at: Timestamp, zone: &str) -> String {
    let local = local(at, zone);
    clock(voice, local.hour().into(), local.minute().into())
}

/// An hour and minute of the day, 0 to 23 and 0 to 59.
#[must_use]
pub fn clock(voice: &Voice, hour: i64, minute: i64) -> String {
    match voice.lang() {
        Lang::Tr | Lang::En | Lang::De | Lang::PtBr => format!("{hour:02}:{minute:02}"),
        Lang::Es => format!("{hour}:{minute:02}"),
        Lang::Ar => {
            let half = if hour < 12 { "ص" } else { "م" };
            let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
            format!("{hour}:{minute:02} {half}")
        }
    }
}

fn month(lang: Lang, month: i8) -> &'static str {
    let names = match lang {
        Lang::Tr => [
            "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül",
            "Ekim", "Kasım", "Aralık",
        ],
        Lang::En => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        Lang::Ar => [
            "يناير",
            "فبراير",
            "مارس",
            "أبريل",
            "مايو",
            "يونيو",
            "يوليو",
            "أغسطس",
            "سبتمبر",
            "أكتوبر",
            "نوفمبر",
            "ديسمبر",
        ],
        Lang::De => [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        Lang::Es => [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
        Lang::PtBr => [
            "janeiro",
            "fevereiro",
            "março",
            "abril",
            "maio",
            "junho",
            "julho",
            "agosto",
            "setembro",
            "outubro",
            "novembro",
            "dezembro",
        ],
    };
    names[usize::from(month.unsigned_abs()).saturating_sub(1) % 12]
}

/// An instant as the clock on the wall says it; `zone` is the shop's, checked when it was applied.
fn local(at: Timestamp, zone: &str) -> Zoned {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    jiff::Timestamp::from_millisecond(at.ms()).unwrap_or_default().to_zoned(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_read_as_people_write_them() {
        // Wednesday, 25 November 2026, 11:30 UTC.
        let at = Timestamp::from_ms(1_795_606_200_000);
        let all = |say: &dyn Fn(&Voice) -> String| Lang::ALL.map(|lang| say(&lang.into()));
        assert_eq!(
            all(&|voice| date(voice, at, "Europe/Istanbul")),
            [
                "25 Kasım 2026",
                "25 November 2026",
                "25 نوفمبر 2026",
                "25. November 2026",
                "25 de noviembre de 2026",
                "25 de novembro de 2026"
            ]
        );
        assert_eq!(
            all(&|voice| time(voice, at, "Europe/Istanbul")),
            ["14:30", "14:30", "2:30 م", "14:30", "14:30", "14:30"]
        );
        assert_eq!(
            all(&|voice| clock(voice, 9, 5)),
            ["09:05", "09:05", "9:05 ص", "09:05", "9:05", "09:05"]
        );
        // The day is the shop's: in São Paulo it is still the day before.
        let midnight = Timestamp::from_ms(1_795_606_200_000 + 15 * 3_600_000);
        assert_eq!(date(&Lang::De.into(), midnight, "Europe/Istanbul"), "26. November 2026");
        assert_eq!(date(&Lang::De.into(), midnight, "America/Sao_Paulo"), "25. November 2026");
    }
}
