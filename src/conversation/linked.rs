//! Links: a message with a token opens the card of a product, or fills the cart. Pure.

use entity::link::{Model, Opens};

use super::{
    incoming::{self, Coming},
    menu,
    step::{Chat, Decision, StepError},
};
use crate::{
    cart::{Offers, from_native},
    message::NativeItem,
    text::t,
};

/// What a token in a message leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Linked {
    Opens(Box<Model>),
    /// Its time is over.
    Over,
    /// Another shop made it, or nobody; or it was taken away.
    #[default]
    Unknown,
}

impl Linked {
    /// The link, as long as it opens something.
    pub fn link(&self) -> Option<&Model> {
        match self {
            Self::Opens(link) => Some(link),
            Self::Over | Self::Unknown => None,
        }
    }

    /// Whether it opens the card of a product.
    pub fn is_product(&self) -> bool {
        self.link().is_some_and(|link| matches!(link.opens, Opens::Product { .. }))
    }

    /// What it opens, as a cart would name it.
    pub fn items(&self) -> Vec<NativeItem> {
        let item = |sku: &str, quantity: u32| NativeItem {
            sku: sku.to_owned(),
            quantity: Some(quantity.into()),
            item_price: None,
            currency: String::new(),
        };
        match self.link().map(|link| &link.opens) {
            Some(Opens::Product { sku }) => vec![item(sku, 1)],
            Some(Opens::Cart { lines }) => {
                lines.iter().map(|line| item(&line.sku, line.quantity)).collect()
            }
            None => Vec::new(),
        }
    }
}

/// Opens what the token stands for; one that opens nothing is explained.
pub(super) fn open(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let linked = &chat.view.linked;
    let Some(link) = linked.link() else {
        let key = if *linked == Linked::Over { "link-over" } else { "link-unknown" };
        return Ok(menu::menu(chat, 0, Some(t(&chat.voice, key)))?.wait(chat.step));
    };
    let mut decision = match &link.opens {
        Opens::Product { sku } => menu::about(chat, sku, offers)?,
        Opens::Cart { .. } => {
            let checked = from_native(chat.shop.id, &linked.items(), offers, chat.now);
            let (lines, set_aside) = (checked.lines, checked.set_aside);
            let coming = Coming { lines, set_aside, note: String::new(), told: None };
            incoming::take(chat, coming, offers)?
        }
    };
    decision.link = Some(link.id);
    Ok(decision)
}
