//! How the shop's opening hours read. Pure.

use super::{show, step::Chat};
use crate::{
    shop::hours::{Moment, Standing, standing},
    text::{Voice, clock, day, t, t_with},
};

/// UTF-16 units of the shop's address beside other things.
const PLACE: usize = 200;

/// Where goods are picked up, and whether somebody is there.
pub(super) fn place(chat: &Chat) -> String {
    let place = address(chat);
    match now(chat) {
        Some(now) => {
            format!("{place}\n{}", t_with(&chat.voice, "pickup-now", [("now", now.into())]))
        }
        None => place,
    }
}

/// Where goods are picked up.
pub(super) fn address(chat: &Chat) -> String {
    let place = show::short::<PLACE>(&chat.shop.checkout.pickup_address);
    if place.is_empty() {
        t(&chat.voice, "summary-pickup-plain")
    } else {
        t_with(&chat.voice, "summary-pickup", [("address", place.into())])
    }
}

/// The same beside the question how it shall reach the customer; `None` when the shop does not tell its hours.
pub(super) fn beside_question(chat: &Chat) -> Option<String> {
    let now = now(chat)?;
    Some(t_with(&chat.voice, "pickup-now", [("now", now.into())]))
}

/// How the shop stands at this moment.
fn now(chat: &Chat) -> Option<String> {
    let voice = &chat.voice;
    Some(match standing(&chat.shop.checkout, &chat.shop.time_zone, chat.now)? {
        Standing::Open { until: Some(end) } => {
            t_with(voice, "pickup-open-until", [("time", time(voice, &end).into())])
        }
        Standing::Open { until: None } => t(voice, "pickup-open"),
        Standing::Closed { opens: None } => t(voice, "pickup-closed"),
        Standing::Closed { opens: Some(start) } => {
            let time = time(voice, &start);
            match start.days {
                0 => t_with(voice, "pickup-opens-today", [("time", time.into())]),
                1 => t_with(voice, "pickup-opens-tomorrow", [("time", time.into())]),
                2..7 => {
                    let day = t(voice, weekday(&start));
                    t_with(voice, "pickup-opens-day", [("day", day.into()), ("time", time.into())])
                }
                _ => t_with(
                    voice,
                    "pickup-opens-date",
                    [("date", date(voice, &start).into()), ("time", time.into())],
                ),
            }
        }
    })
}

fn time(voice: &Voice, at: &Moment) -> String {
    clock(voice, at.hour, at.minute)
}

fn weekday(at: &Moment) -> &'static str {
    match at.weekday() {
        1 => "weekday-monday",
        2 => "weekday-tuesday",
        3 => "weekday-wednesday",
        4 => "weekday-thursday",
        5 => "weekday-friday",
        6 => "weekday-saturday",
        _ => "weekday-sunday",
    }
}

fn date(voice: &Voice, at: &Moment) -> String {
    day(voice, at.date)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{conversation::sample, text::Lang};

    /// In every language the shop tells when it is open, without a word of another one.
    #[test]
    fn hours_are_told_in_every_language() {
        let mut chat = sample::chat();
        let mut told = |hours: &str, lang: Lang| {
            hours.clone_into(&mut Arc::make_mut(&mut chat.shop).checkout.pickup_hours);
            chat.voice = lang.into();
            beside_question(&chat).unwrap()
        };
        // It is Monday, 23 November 2026, 10:00.
        assert_eq!(told("09:00-18:00", Lang::Tr), "🕐 Mağaza şu an açık, kapanış 18:00");
        assert_eq!(told("09:00-18:00", Lang::De), "🕐 Der Laden ist jetzt geöffnet, bis 18:00 Uhr");
        assert_eq!(
            told("Th 09:00-18:00", Lang::Es),
            "🕐 La tienda está cerrada y abre el jueves a las 9:00"
        );
        assert_eq!(
            told("Dec 24 10:00-12:00", Lang::En),
            "🕐 The shop is closed until 24 December 2026, 10:00"
        );
        assert_eq!(
            told("Dec 24 10:00-12:00", Lang::PtBr),
            "🕐 A loja está fechada até 24 de dezembro de 2026 às 10:00"
        );
        for lang in Lang::ALL {
            for hours in [
                "24/7",
                "09:00-18:00",
                "18:00-20:00",
                "Tu 09:00-18:00",
                "Fr 09:00-18:00",
                "Dec 24 10:00-12:00",
                "off",
            ] {
                let text = told(hours, lang);
                assert!(!text.contains(['{', '}', '$']), "{lang}: {text}");
            }
        }
    }
}
