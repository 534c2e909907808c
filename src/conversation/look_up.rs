//! Reads what an input may show or sell: for a group of inputs where many need it, by itself where few do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    ChannelId, ProductId, ShopId, Timestamp, VariantId, cart, link, order, order_event, order_line,
    product, shop, variant,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, SelectTwo,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{
    action::{Action, CartAction, OrderAction},
    goods::{collection_of, menu_goods, products},
    intent::Intent,
    linked::Linked,
    orders,
    pages::{Page, reach},
    shelf,
    step::Step,
    view::{FoundPage, View},
};
use crate::{
    cart::{
        Offer, Offers,
        link::token::{self, Token},
    },
    platform::db::Write,
};

/// Variants that a group needs, by the names it knows them by.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub skus: BTreeMap<ShopId, BTreeSet<String>>,
    pub codes: BTreeMap<ShopId, BTreeSet<i64>>,
    pub ids: BTreeSet<VariantId>,
    pub products: BTreeSet<ProductId>,
    /// Those of carts that may be placed now: locked before they are looked at.
    pub placed: BTreeSet<VariantId>,
}

impl Wanted {
    /// Notes what `intent` needs beside the cart, where the chat is.
    pub fn note(&mut self, shop: ShopId, step: Step, intent: &Intent) {
        if let (
            Intent::Edited { .. } | Intent::Yes | Intent::Checkout,
            Step::AskQuantity { code },
        ) = (intent, step)
        {
            self.codes.entry(shop).or_default().insert(code);
        }
        match intent {
            Intent::Native(cart) => {
                self.skus.entry(shop).or_default().extend(cart.items.iter().map(|i| i.sku.clone()));
            }
            Intent::About(sku) => {
                self.skus.entry(shop).or_default().insert(sku.clone());
            }
            Intent::Do(
                Action::Variant(code)
                | Action::Add(code)
                | Action::Buy(code)
                | Action::OfCart(_, CartAction::Line(code) | CartAction::Quantity(code, _)),
            )
            | Intent::Quantity { code, .. }
            | Intent::AskQuantity { code }
            | Intent::Wanted { code } => {
                self.codes.entry(shop).or_default().insert(*code);
            }
            _ => {}
        }
    }
}

/// The wanted variants with their products. Those that may be placed are locked in the order of their ids.
pub(super) async fn offers(txn: &Write, wanted: Wanted) -> Result<Offers, DbErr> {
    let mut variants: HashMap<VariantId, variant::Model> = HashMap::new();
    let mut products: HashMap<ProductId, product::Model> = HashMap::new();
    if !wanted.placed.is_empty() {
        // Without their products: those are not to be locked.
        let rows = variant::Entity::find()
            .filter(variant::COLUMN.id.is_in(wanted.placed.iter().copied()))
            .order_by_asc(variant::Column::Id)
            .lock_exclusive();
        variants.extend(rows.all(txn).await?.into_iter().map(|v| (v.id, v)));
    }
    let mut which: Vec<Condition> = vec![];
    let rest: Vec<_> = wanted.ids.difference(&wanted.placed).copied().collect();
    if !rest.is_empty() {
        which.push(Condition::all().add(variant::COLUMN.id.is_in(rest)));
    }
    let of_shop = |shop: ShopId| Condition::all().add(variant::COLUMN.shop_id.eq(shop));
    which.extend(
        wanted.skus.into_iter().map(|(s, skus)| of_shop(s).add(variant::Column::Sku.is_in(skus))),
    );
    which.extend(
        wanted
            .codes
            .into_iter()
            .map(|(s, codes)| of_shop(s).add(variant::Column::Code.is_in(codes))),
    );
    if !wanted.products.is_empty() {
        which.push(Condition::all().add(variant::COLUMN.product_id.is_in(wanted.products)));
    }
    for which in which {
        // One call less; PostgreSQL would read all products of a small shop to join them.
        if txn.get_database_backend() == DbBackend::Sqlite {
            for (variant, product) in with_products().filter(which).all(txn).await? {
                products.extend(product.map(|p| (p.id, p)));
                variants.insert(variant.id, variant);
            }
        } else {
            let rows = variant::Entity::find().filter(which).all(txn).await?;
            variants.extend(rows.into_iter().map(|v| (v.id, v)));
        }
    }
    let missing: BTreeSet<ProductId> =
        variants.values().map(|v| v.product_id).filter(|id| !products.contains_key(id)).collect();
    if !missing.is_empty() {
        let rows = product::Entity::find().filter(product::COLUMN.id.is_in(missing));
        products.extend(rows.all(txn).await?.into_iter().map(|p| (p.id, p)));
    }
    let mut offers = Offers::default();
    for variant in variants.into_values() {
        if let Some(product) = products.get(&variant.product_id) {
            offers.insert(Offer { product: product.clone(), variant });
        }
    }
    Ok(offers)
}

fn with_products() -> SelectTwo<variant::Entity, product::Entity> {
    let product = variant::Entity::belongs_to(product::Entity)
        .from(variant::Column::ProductId)
        .to(product::Column::Id);
    variant::Entity::find().join(JoinType::InnerJoin, product.into()).select_also(product::Entity)
}

/// Whose chat it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose {
    pub shop: ShopId,
    pub channel: ChannelId,
    pub customer: entity::CustomerId,
    pub conversation: entity::ConversationId,
    /// Since when what happened to orders is untold, when it is to be told now.
    pub untold_since: Option<Timestamp>,
}

/// What the answer to `intent` shows. `cart` is the open one, `found` what it looks for.
pub(super) async fn view(
    txn: &Write,
    whose: Whose,
    intent: &Intent,
    cart: Option<&cart::Model>,
    found: Option<FoundPage>,
) -> Result<View, DbErr> {
    let untold = untold(txn, whose).await?;
    let mut view = View { found, untold, ..View::default() };
    match intent {
        Intent::Do(Action::Menu(from)) => menu_goods(txn, whose, *from, &mut view).await?,
        Intent::Greet
        | Intent::Back
        | Intent::NoMedia
        | Intent::NoContact
        | Intent::OwnNumber
        | Intent::NotUnderstood
        | Intent::Yes
        | Intent::No
        | Intent::Asked(_)
        | Intent::Link(_)
        | Intent::Do(
            Action::Shop | Action::Languages | Action::Language(_) | Action::Notices(true),
        ) => {
            menu_goods(txn, whose, 0, &mut view).await?;
        }
        // A picture may be the proof of a transfer.
        Intent::Cancel | Intent::CancelOrder | Intent::Picture => {
            menu_goods(txn, whose, 0, &mut view).await?;
            customer_orders(txn, whose, 0, &mut view).await?;
        }
        // Nothing was found, or it may be meant otherwise: the menu is shown instead.
        Intent::Find(_) | Intent::Do(Action::Find(..)) if !view.found_whole() => {
            menu_goods(txn, whose, 0, &mut view).await?;
        }
        Intent::Do(Action::Collection(code, page)) => {
            view.products = products(txn, whose, *code, *page).await?;
        }
        Intent::Do(
            Action::Cards(code) | Action::CardsFrom(code, _) | Action::CardRanges(code, _),
        ) => {
            if let Some(collection) = collection_of(txn, whose.shop, *code).await? {
                view.cards = Some(shelf::cards(txn, whose, collection, shelf::CARDS).await?);
            }
        }
        Intent::Do(Action::Catalog) => {
            let first = shelf::cards(txn, whose, None, 1).await?;
            if first.cards.is_empty() {
                menu_goods(txn, whose, 0, &mut view).await?;
            }
            view.cards = Some(first);
        }
        Intent::Do(Action::Product(code, _)) => {
            view.product = product::Entity::find()
                .filter(product::COLUMN.shop_id.eq(whose.shop))
                .filter(product::Column::Code.eq(*code))
                .one(txn)
                .await?
                .map(|p| p.id);
        }
        Intent::Do(Action::Again(number)) => {
            view.order = with_lines(txn, order_of(txn, whose, number.as_deref()).await?).await?;
        }
        Intent::Do(Action::Orders(page)) => customer_orders(txn, whose, *page, &mut view).await?,
        Intent::Do(Action::Order(number) | Action::OfOrder(number, _))
        | Intent::OrderSaid { number, .. }
        | Intent::OrderAddress { number, .. } => {
            let mut find = order::Entity::find()
                .filter(order::COLUMN.shop_id.eq(whose.shop))
                .filter(order::COLUMN.customer_id.eq(whose.customer))
                .filter(order::Column::Number.eq(number.as_str()));
            if changes_order(intent) {
                // Behind the conversation, as whoever else moves it locks them.
                find = find.lock_exclusive();
            }
            view.order = with_lines(txn, find.one(txn).await?).await?;
        }
        Intent::Do(Action::OfCart(of, _)) if cart.is_none_or(|c| c.number != of.number) => {
            let earlier = cart::Entity::find()
                .filter(cart::COLUMN.conversation_id.eq(whose.conversation))
                .filter(cart::Column::Number.eq(of.number))
                .one(txn)
                .await?;
            if let Some(earlier) = earlier {
                let order = order::Entity::find()
                    .filter(order::COLUMN.cart_id.eq(earlier.id))
                    .one(txn)
                    .await?;
                view.earlier_order = with_lines(txn, order).await?;
                view.closed = Some(earlier).filter(|cart| cart.status != cart::Status::Placed);
            }
        }
        // An empty cart is shown with the way back to the one before.
        Intent::Checkout | Intent::Chosen(_) | Intent::Do(Action::Cart | Action::Restore)
            if cart.is_none() =>
        {
            view.closed = latest_closed(txn, whose, true).await?;
        }
        Intent::Do(Action::Restore) => view.closed = latest_closed(txn, whose, false).await?,
        _ => {}
    }
    Ok(view)
}

/// Whether what is asked for may change an order.
fn changes_order(intent: &Intent) -> bool {
    matches!(
        intent,
        Intent::OrderAddress { .. }
            | Intent::Do(Action::OfOrder(
                _,
                OrderAction::CancelNow | OrderAction::Address(Some(_))
            ))
    )
}

/// Orders of the chat that moved while a person had it, the latest first.
async fn untold(txn: &Write, whose: Whose) -> Result<Vec<order::Model>, DbErr> {
    let Some(since) = whose.untold_since else { return Ok(Vec::new()) };
    let happened = Query::select()
        .expr(Expr::val(1))
        .from(order_event::Entity)
        .and_where(
            Expr::col((order_event::Entity, order_event::Column::OrderId))
                .equals((order::Entity, order::Column::Id)),
        )
        .and_where(order_event::Column::Event.ne("note"))
        .and_where(order_event::Column::At.gte(since))
        .to_owned();
    order::Entity::find()
        .filter(order::COLUMN.customer_id.eq(whose.customer))
        .filter(order::COLUMN.conversation_id.eq(whose.conversation))
        .filter(order::Column::UpdatedAt.gte(since))
        .filter(order::Column::Version.gt(1))
        // What somebody of the shop noted is not for the customer.
        .filter(Expr::exists(happened))
        .order_by_desc(order::Column::UpdatedAt)
        .order_by_desc(order::Column::Id)
        .limit(orders::UNTOLD as u64)
        .all(txn)
        .await
}

/// What a token leads to in this shop.
pub(super) async fn link(
    txn: &Write,
    now: Timestamp,
    shop: &shop::Model,
    token: &Token,
) -> Result<Linked, DbErr> {
    if !token::is_sealed(&shop.number_key, token) {
        return Ok(Linked::Unknown);
    }
    let found = link::Entity::find()
        .filter(link::COLUMN.shop_id.eq(shop.id))
        .filter(link::Column::Code.eq(&token.code))
        .one(txn)
        .await?;
    Ok(match found {
        Some(link) if link.expires_at.is_some_and(|end| end <= now) => Linked::Over,
        Some(link) => Linked::Opens(Box::new(link)),
        None => Linked::Unknown,
    })
}

/// An order of the customer by its number, or the latest.
async fn order_of(
    txn: &Write,
    whose: Whose,
    number: Option<&str>,
) -> Result<Option<order::Model>, DbErr> {
    let mut find = order::Entity::find()
        .filter(order::COLUMN.shop_id.eq(whose.shop))
        .filter(order::COLUMN.customer_id.eq(whose.customer));
    if let Some(number) = number {
        find = find.filter(order::Column::Number.eq(number));
    }
    find.order_by_desc(order::Column::Id).limit(1).one(txn).await
}

/// The cart of the chat that was closed last and is no order; with `only_newest`, none when an order came after it.
async fn latest_closed(
    txn: &Write,
    whose: Whose,
    only_newest: bool,
) -> Result<Option<cart::Model>, DbErr> {
    let find = cart::Entity::find()
        .filter(cart::COLUMN.conversation_id.eq(whose.conversation))
        .filter(cart::COLUMN.status.ne(cart::Status::Open));
    let find =
        if only_newest { find } else { find.filter(cart::COLUMN.status.ne(cart::Status::Placed)) };
    let latest = find
        .order_by_desc(cart::Column::UpdatedAt)
        .order_by_desc(cart::Column::Id)
        .limit(1)
        .one(txn)
        .await?;
    Ok(latest.filter(|cart| cart.status != cart::Status::Placed))
}

async fn with_lines(
    txn: &Write,
    order: Option<order::Model>,
) -> Result<Option<(order::Model, Vec<order_line::Model>)>, DbErr> {
    let Some(order) = order else { return Ok(None) };
    let lines = order_line::Entity::find()
        .filter(order_line::COLUMN.order_id.eq(order.id))
        .order_by_asc(order_line::Column::Position)
        .all(txn)
        .await?;
    Ok(Some((order, lines)))
}

async fn customer_orders(
    txn: &Write,
    whose: Whose,
    page: u32,
    view: &mut View,
) -> Result<(), DbErr> {
    let until = order::Entity::find()
        .filter(order::COLUMN.shop_id.eq(whose.shop))
        .filter(order::COLUMN.customer_id.eq(whose.customer))
        .order_by_desc(order::Column::Id)
        .limit(reach(page, orders::PAGE))
        .all(txn)
        .await?;
    view.orders = Page::of(until, page, orders::PAGE);
    Ok(())
}
