//! What one of our messages was about, for replies that quote it. Nothing is kept for that: the ids of its choices say
//! it, in messages of every age. Pure.

use std::collections::BTreeSet;

use super::{action::Action, history::choices};
use crate::message::Outbound;

/// What a message was about, as far as it was about one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Number of the one order that it named.
    pub order: Option<String>,
    /// Short code of the one variant that it offered.
    pub variant: Option<i64>,
    /// SKU of the one item of WhatsApp's catalog that it showed.
    pub sku: Option<String>,
}

impl Context {
    /// What `message` was about.
    #[must_use]
    pub fn of(message: &Outbound) -> Self {
        let (mut orders, mut variants) = (BTreeSet::new(), BTreeSet::new());
        for (id, _) in choices(message) {
            match id.parse() {
                Ok(
                    Action::Order(number)
                    | Action::OfOrder(number, _)
                    | Action::Again(Some(number)),
                ) => {
                    orders.insert(number);
                }
                Ok(Action::Variant(code) | Action::Add(code) | Action::Buy(code)) => {
                    variants.insert(code);
                }
                _ => {}
            }
        }
        let sku = match message {
            Outbound::Product { sku, .. } => Some(sku.clone()),
            _ => None,
        };
        Self { order: only(orders), variant: only(variants), sku }
    }
}

fn only<T: Ord>(mut all: BTreeSet<T>) -> Option<T> {
    let first = all.pop_first();
    first.filter(|_| all.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        conversation::{action::OrderAction, show},
        message::Text,
        text::Lang,
    };

    fn about(actions: Vec<Action>) -> Context {
        let voice = Lang::En.into();
        let rows = actions.into_iter().map(|action| show::Choice::new(action, "x")).collect();
        Context::of(&show::list(&voice, "body", vec![(None, rows)]).unwrap())
    }

    #[test]
    fn a_message_with_the_ids_of_one_order_is_about_it() {
        let order = |number: &str| Action::Order(number.into());
        let talk = Action::OfOrder("1".into(), OrderAction::Talk);
        let found = about(vec![order("1"), talk.clone(), Action::Menu(0)]);
        assert_eq!(found.order.as_deref(), Some("1"));
        assert_eq!(about(vec![order("1"), order("2")]), Context::default(), "a list of orders");
        assert_eq!(about(vec![Action::Orders(0)]), Context::default());
    }

    #[test]
    fn a_product_is_known_by_its_buttons_or_its_sku() {
        let card = about(vec![Action::Buy(7), Action::Add(7), Action::Menu(0)]);
        assert_eq!(card.variant, Some(7));
        assert_eq!(about(vec![Action::Variant(7), Action::Variant(8)]).variant, None);
        let sku = "kupa-mavi".to_owned();
        let shown = Outbound::Product { sku: sku.clone(), body: None, footer: None };
        assert_eq!(Context::of(&shown).sku, Some(sku));
        assert_eq!(Context::of(&Outbound::Text { body: Text::cut("x") }), Context::default());
    }
}
