//! What is sent instead of a message that WhatsApp refused for what is in it: something simpler in its place. Pure.

use super::Outcome;
use crate::message::{Outbound, Text};

/// What leaves in the place of a refused message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Instead {
    pub(super) message: Outbound,
    /// Why, for who reads the row.
    pub(super) why: &'static str,
    /// What WhatsApp shows of the catalog is not what we took it for.
    pub(super) about_products: bool,
}

/// Whether something may be taken where any message was refused so.
pub(super) fn may_be(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Refused { .. } | Outcome::RetryOnce { .. } | Outcome::Retry { code: Some(_), .. }
    )
}

/// What may be taken where `message` was refused; `None`: it stays refused.
pub(super) fn instead(message: &Outbound, outcome: &Outcome) -> Option<Instead> {
    let code = match outcome {
        Outcome::Refused { code, .. } => *code,
        // A medium that cannot be taken, and a form that is not shown for a while.
        Outcome::RetryOnce { code, .. } => Some(*code),
        Outcome::Retry { code: Some(code), .. } => Some(*code),
        _ => return None,
    };
    let refused = matches!(outcome, Outcome::Refused { .. });
    match message {
        Outbound::OrElse { instead, .. } if refused && is_about_products(code) => Some(Instead {
            message: Outbound::Buttons(instead.clone()),
            why: "WhatsApp refused its products, so a way to the list goes out",
            about_products: true,
        }),
        Outbound::Buttons(buttons) if is_about_media(code) => Some(Instead {
            message: Outbound::Buttons(buttons.without_picture()?),
            why: "WhatsApp could not take its picture, so it goes out without",
            about_products: false,
        }),
        // The text says that the answer may be written as well.
        Outbound::Form { body, .. } | Outbound::AskContact { body }
            if is_about_forms(code, refused) =>
        {
            Some(Instead {
                message: Outbound::Text { body: Text::cut(body.as_str()) },
                why: "WhatsApp refused its button, so the text goes out alone",
                about_products: false,
            })
        }
        _ => None,
    }
}

/// An invalid value (which is what WhatsApp says of a product that it does not show), an unsupported kind, or none to show
/// at all.
fn is_about_products(code: Option<i64>) -> bool {
    matches!(code, None | Some(100 | 131_008 | 131_009 | 131_051 | 135_000))
}

/// The medium cannot be fetched, or not be taken.
fn is_about_media(code: Option<i64>) -> bool {
    matches!(code, Some(131_052 | 131_053))
}

/// A value or a kind that is not taken; a Flow that is blocked, throttled or not whole.
fn is_about_forms(code: Option<i64>, refused: bool) -> bool {
    match code {
        Some(132_069) => true,
        Some(132_068 | 139_000..=139_004) => refused,
        other => refused && is_about_products(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Button, Buttons, Header};

    fn buttons() -> Buttons {
        let button = Button { id: Text::cut("menu"), title: Text::cut("Menu") };
        Buttons::new(Text::cut("a way to the list"), vec![button]).unwrap()
    }

    fn products() -> Outbound {
        let first = Outbound::Catalog { body: Text::cut("goods"), thumbnail_sku: None };
        Outbound::OrElse { first: Box::new(first), instead: buttons() }
    }

    fn refused(code: i64) -> Outcome {
        Outcome::Refused { code: Some(code), text: "no".into() }
    }

    fn once(code: i64) -> Outcome {
        Outcome::RetryOnce { code, text: "no".into(), after_ms: None }
    }

    #[test]
    fn refused_products_leave_a_way_to_the_list() {
        let taken = instead(&products(), &refused(131_009)).unwrap();
        assert_eq!((taken.message, taken.about_products), (Outbound::Buttons(buttons()), true));
        let without_code = Outcome::Refused { code: None, text: "none to show".into() };
        assert!(instead(&products(), &without_code).is_some());
        assert_eq!(instead(&products(), &refused(131_026)), None);
        assert_eq!(instead(&products(), &once(131_053)), None);
    }

    #[test]
    fn a_picture_that_is_not_taken_stays_away() {
        let card = Outbound::Buttons(buttons().header(Header::Image("https://x/y.webp".into())));
        for outcome in [once(131_053), refused(131_052)] {
            let taken = instead(&card, &outcome).unwrap();
            assert_eq!(taken.message, Outbound::Buttons(buttons()));
        }
        assert_eq!(instead(&card, &refused(131_009)), None);
        assert_eq!(instead(&Outbound::Buttons(buttons()), &once(131_053)), None);
    }

    #[test]
    fn a_button_that_is_not_taken_leaves_its_text() {
        let asks = Outbound::AskContact { body: Text::cut("which number?") };
        let text = Outbound::text("which number?");
        assert_eq!(instead(&asks, &refused(131_009)).unwrap().message, text);
        let throttled =
            Outcome::Retry { code: Some(132_069), text: "throttled".into(), after_ms: None };
        assert_eq!(instead(&asks, &throttled).unwrap().message, text);
        let later = Outcome::Retry { code: Some(131_016), text: "later".into(), after_ms: None };
        assert_eq!(instead(&asks, &later), None);
        assert_eq!(instead(&text, &refused(131_009)), None);
    }
}
