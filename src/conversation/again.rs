//! The goods of an earlier order once more. Pure.

use entity::cart::{self, Why};

use super::{
    cart_text::joined,
    incoming::{self, Coming},
    step::{Chat, Decision, StepError, to_menu},
};
use crate::{
    cart::Offers,
    text::{t, t_with},
};

/// The goods of an order into the cart, at the prices and with the stock of now.
pub(super) fn again(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let Some((order, bought)) = &chat.view.order else {
        return Ok(Decision::say(to_menu(chat, &t(&chat.voice, "orders-none"))?));
    };
    let lines: Vec<cart::Line> = bought
        .iter()
        .map(|line| cart::Line {
            variant_id: line.variant_id,
            sku: line.sku.clone(),
            quantity: u32::try_from(line.quantity).unwrap_or(0),
            unit_price_minor: line.unit_price_minor,
        })
        .collect();
    let mut coming = Coming::checked(chat, &lines, "", offers)?;
    // What was bought once is no unknown thing: it has a name.
    for line in coming.set_aside.iter_mut().filter(|line| line.why == Why::Unknown) {
        line.title = bought.iter().find(|b| b.sku == line.sku).map(|b| b.title.clone());
        line.why = Why::Withdrawn;
    }
    let word = t_with(&chat.voice, "again", [("number", (&order.number).into())]);
    coming.told = joined(Some(word), coming.told);
    incoming::take(chat, coming, offers)
}
