//! What was looked up to be shown: filled by `load`, read by the answers.

use super::linked::Linked;
use crate::cart::Gone;
use entity::{CollectionId, ProductId, Timestamp, VariantId, cart, order, order_line, terms};

use super::pages::Page;

use crate::catalog::search::Found;

/// Everything that one answer may show beside cart and customer.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Collections that hold something for sale, in the owner's order: from where the page begins, one more than fits.
    pub collections: Vec<CollectionLine>,
    /// Whether anything at all is for sale.
    pub has_goods: bool,
    /// Whether WhatsApp approved at least one item of the channel's catalog.
    pub has_catalog: bool,
    pub products: Option<ProductPage>,
    /// What was looked for by words.
    pub found: Option<FoundPage>,
    /// The chosen product; its variants are among the offers.
    pub product: Option<ProductId>,
    /// What WhatsApp approved of a collection, for product messages.
    pub cards: Option<Cards>,
    /// What a changed message said before.
    pub original: Option<String>,
    pub orders: Page<order::Model>,
    /// The order that it is about.
    pub order: Option<(order::Model, Vec<order_line::Model>)>,
    /// Orders that moved while a person had the chat, which the customer was not told.
    pub untold: Vec<order::Model>,
    /// What became of the cart that a bubble showed, when it is not the open one.
    pub earlier_order: Option<(order::Model, Vec<order_line::Model>)>,
    /// The open cart, when it was left alone for longer than the shop keeps carts.
    pub lapsed: Option<cart::Model>,
    /// The closed cart that is asked for, or the latest.
    pub closed: Option<cart::Model>,
    /// What the token of a link leads to.
    pub linked: Linked,
    /// What of this turn cannot be had.
    pub missing: Vec<Missing>,
    /// The terms of sale that are to be read.
    pub terms: Option<terms::Model>,
    /// The provider's id of the message that is answered, and its time.
    pub wamid: String,
    pub sent_at: Timestamp,
    /// The place in the shop's sequence for an order that may be placed now.
    pub place: i64,
}

impl View {
    /// Variants of the closed carts and of the order that may be bought again.
    pub fn wanted(&self) -> impl Iterator<Item = VariantId> {
        let carts = [&self.lapsed, &self.closed].into_iter().flatten();
        let of_cart = |cart: &cart::Model| {
            let waiting = cart.pending.clone().unwrap_or_default().lines;
            cart.lines.0.iter().cloned().chain(waiting).map(|l| l.variant_id).collect::<Vec<_>>()
        };
        let ordered = self.order.iter().flat_map(|(_, lines)| lines).map(|l| l.variant_id);
        carts.flat_map(of_cart).chain(ordered)
    }

    /// Whether words were looked for and all of them were met.
    #[must_use]
    pub fn found_whole(&self) -> bool {
        self.found.as_ref().is_some_and(|page| page.whole && !page.found.is_empty())
    }
}

/// Something that cannot be had, with what is near it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub sku: String,
    /// Whether the customer asked for it by this very input, so that every answer tells of it.
    pub told: bool,
    pub gone: Gone,
}

/// A page of what words led to.
#[derive(Clone, Debug, Default)]
pub struct FoundPage {
    pub query: String,
    /// It was not written, but is what an ad says.
    pub of_ad: bool,
    pub page: u32,
    /// The best first.
    pub found: Vec<Found>,
    pub more: bool,
    /// Whether they have every word of the query.
    pub whole: bool,
}

/// A collection as the menu shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionLine {
    pub id: CollectionId,
    pub code: i64,
    pub title: String,
}

/// A page of products.
#[derive(Clone, Debug, Default)]
pub struct ProductPage {
    /// Of the collection; 0: everything.
    pub code: i64,
    /// Of the collection; absent for everything.
    pub title: Option<String>,
    pub products: Page<ProductId>,
    /// Whether some of them are approved for product messages.
    pub has_cards: bool,
}

/// Products of a collection as WhatsApp shows them.
#[derive(Clone, Debug, Default)]
pub struct Cards {
    /// Of the collection; 0: everything.
    pub code: i64,
    /// Of the collection; absent for everything.
    pub title: Option<String>,
    /// In the owner's order.
    pub cards: Vec<Card>,
}

/// A variant that WhatsApp approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub sku: String,
    pub code: i64,
    /// Of the product.
    pub title: String,
    /// The first collection that holds it; absent when one is looked at already.
    pub place: Option<String>,
}
