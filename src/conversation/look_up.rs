//! Reads what an input may show or sell: for a group of inputs where many need it, by itself where few do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    ChannelId, ProductId, ShopId, Timestamp, VariantId, cart, catalog_item, collection,
    collection_product, link, order, order_line, product, shop, variant,
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationDef, sea_query::Expr,
};

use super::{
    action::{Action, CartAction},
    intent::Intent,
    linked::Linked,
    menu, orders,
    pages::{Page, reach},
    view::{Cards, CollectionLine, FoundPage, ProductPage, View},
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
    /// Notes what `intent` needs beside the cart.
    pub fn note(&mut self, shop: ShopId, intent: &Intent) {
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
            | Intent::AskQuantity { code } => {
                self.codes.entry(shop).or_default().insert(*code);
            }
            _ => {}
        }
    }
}

/// The wanted variants with their products. Those that may be placed are locked in the order of their ids.
pub(super) async fn offers(txn: &Write, wanted: Wanted) -> Result<Offers, DbErr> {
    let mut variants: HashMap<VariantId, variant::Model> = HashMap::new();
    let mut add = |rows: Vec<variant::Model>| variants.extend(rows.into_iter().map(|v| (v.id, v)));
    if !wanted.placed.is_empty() {
        let rows = variant::Entity::find()
            .filter(variant::COLUMN.id.is_in(wanted.placed.iter().copied()))
            .order_by_asc(variant::Column::Id)
            .lock_exclusive();
        add(rows.all(txn).await?);
    }
    let rest: Vec<_> = wanted.ids.difference(&wanted.placed).copied().collect();
    if !rest.is_empty() {
        add(variant::Entity::find().filter(variant::COLUMN.id.is_in(rest)).all(txn).await?);
    }
    for (shop, skus) in wanted.skus {
        let rows = variant::Entity::find()
            .filter(variant::COLUMN.shop_id.eq(shop))
            .filter(variant::Column::Sku.is_in(skus));
        add(rows.all(txn).await?);
    }
    for (shop, codes) in wanted.codes {
        let rows = variant::Entity::find()
            .filter(variant::COLUMN.shop_id.eq(shop))
            .filter(variant::Column::Code.is_in(codes));
        add(rows.all(txn).await?);
    }
    if !wanted.products.is_empty() {
        let rows =
            variant::Entity::find().filter(variant::COLUMN.product_id.is_in(wanted.products));
        add(rows.all(txn).await?);
    }
    let mut offers = Offers::default();
    let ids: BTreeSet<ProductId> = variants.values().map(|v| v.product_id).collect();
    if ids.is_empty() {
        return Ok(offers);
    }
    let products = product::Entity::find().filter(product::COLUMN.id.is_in(ids)).all(txn).await?;
    let products: HashMap<ProductId, product::Model> =
        products.into_iter().map(|p| (p.id, p)).collect();
    for variant in variants.into_values() {
        if let Some(product) = products.get(&variant.product_id) {
            offers.insert(Offer { product: product.clone(), variant });
        }
    }
    Ok(offers)
}

/// Whose chat it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose {
    pub shop: ShopId,
    pub channel: ChannelId,
    pub customer: entity::CustomerId,
    pub conversation: entity::ConversationId,
}

/// What the answer to `intent` shows. `cart` is the open one, `found` what it looks for.
pub(super) async fn view(
    txn: &Write,
    whose: Whose,
    intent: &Intent,
    cart: Option<&cart::Model>,
    found: Option<FoundPage>,
) -> Result<View, DbErr> {
    let mut view = View { found, ..View::default() };
    match intent {
        Intent::Do(Action::Menu(from)) => menu_goods(txn, whose, *from, &mut view).await?,
        Intent::Greet
        | Intent::Back
        | Intent::Cancel
        | Intent::NoMedia
        | Intent::NoContact
        | Intent::OwnNumber
        | Intent::NotUnderstood
        | Intent::Link(_)
        | Intent::Do(
            Action::Shop | Action::Language(_) | Action::Catalog | Action::Notices(true),
        ) => menu_goods(txn, whose, 0, &mut view).await?,
        // Nothing was found: the menu is shown instead.
        Intent::Find(_) | Intent::Do(Action::Find(..)) if view.found_nothing() => {
            menu_goods(txn, whose, 0, &mut view).await?;
        }
        Intent::Do(Action::Collection(code, page)) => {
            view.products = products(txn, whose, *code, *page).await?;
        }
        Intent::Do(Action::Cards(code)) => view.cards = cards(txn, whose, *code).await?,
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
        Intent::Do(Action::Order(number)) => {
            view.order = with_lines(txn, order_of(txn, whose, Some(number)).await?).await?;
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
        Intent::Checkout | Intent::Do(Action::Cart | Action::Restore) if cart.is_none() => {
            view.closed = latest_closed(txn, whose, true).await?;
        }
        Intent::Do(Action::Restore) => view.closed = latest_closed(txn, whose, false).await?,
        _ => {}
    }
    Ok(view)
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

async fn menu_goods(txn: &Write, whose: Whose, from: u32, view: &mut View) -> Result<(), DbErr> {
    // Asked for each collection, so that the first product that is found answers: shops have few collections and many
    // products.
    let collection = (collection::Entity, collection::Column::Id);
    let in_it = (collection_product::Entity, collection_product::Column::CollectionId);
    let filled = sellable(whose.shop)
        .select_only()
        .column(product::Column::Id)
        .join(JoinType::InnerJoin, held())
        .filter(Expr::col(in_it).equals(collection))
        .into_query();
    view.collections = collection::Entity::find()
        .filter(collection::COLUMN.shop_id.eq(whose.shop))
        .filter(Expr::exists(filled))
        .order_by_asc(collection::Column::Position)
        .order_by_asc(collection::Column::Code)
        // Not by OFFSET: SQLite 3.51 counts every match of an EXISTS towards it.
        .limit(u64::from(from) + menu::COLLECTIONS as u64)
        .all(txn)
        .await?
        .into_iter()
        .skip(from as usize)
        .map(|c| CollectionLine { id: c.id, code: c.code, title: c.title })
        .collect();
    view.has_goods = !view.collections.is_empty()
        || for_sale(whose.shop, None).limit(1).one(txn).await?.is_some();
    view.has_catalog = catalog_item::Entity::find()
        .filter(catalog_item::COLUMN.channel_id.eq(whose.channel))
        .filter(catalog_item::COLUMN.state.eq(catalog_item::State::Approved))
        .limit(1)
        .one(txn)
        .await?
        .is_some();
    Ok(())
}

/// Title and code of a collection; code 0 is everything and has no title.
async fn collection_of(
    txn: &Write,
    shop: ShopId,
    code: i64,
) -> Result<Option<Option<collection::Model>>, DbErr> {
    if code == 0 {
        return Ok(Some(None));
    }
    let found = collection::Entity::find()
        .filter(collection::COLUMN.shop_id.eq(shop))
        .filter(collection::Column::Code.eq(code))
        .one(txn)
        .await?;
    Ok(found.map(Some))
}

/// Active products with an active variant, in no order.
fn sellable(shop: ShopId) -> sea_orm::Select<product::Entity> {
    let of_it = variant::Entity::find()
        .select_only()
        .column(variant::Column::Id)
        .filter(
            Expr::col((variant::Entity, variant::Column::ProductId))
                .equals((product::Entity, product::Column::Id)),
        )
        .filter(variant::COLUMN.status.eq(variant::Status::Active))
        .into_query();
    product::Entity::find()
        .filter(product::COLUMN.shop_id.eq(shop))
        .filter(product::COLUMN.status.eq(product::Status::Active))
        .filter(Expr::exists(of_it))
}

/// Products for sale of a collection, or of the shop, in the owner's order.
fn for_sale(
    shop: ShopId,
    collection: Option<&collection::Model>,
) -> sea_orm::Select<product::Entity> {
    let find = sellable(shop);
    let Some(collection) = collection else { return find.order_by_asc(product::Column::Code) };
    find.join(JoinType::InnerJoin, held())
        .filter(collection_product::COLUMN.collection_id.eq(collection.id))
        .order_by_asc(collection_product::Column::Position)
        .order_by_asc(product::Column::Id)
}

/// From a product to the collections that hold it.
fn held() -> RelationDef {
    product::Entity::belongs_to(collection_product::Entity)
        .from(product::Column::Id)
        .to(collection_product::Column::ProductId)
        .into()
}

async fn products(
    txn: &Write,
    whose: Whose,
    code: i64,
    page: u32,
) -> Result<Option<ProductPage>, DbErr> {
    let Some(collection) = collection_of(txn, whose.shop, code).await? else { return Ok(None) };
    // Not by OFFSET: SQLite 3.51 counts every match of an EXISTS towards it.
    let until: Vec<ProductId> = for_sale(whose.shop, collection.as_ref())
        .select_only()
        .column(product::Column::Id)
        .limit(reach(page, menu::PAGE))
        .into_tuple()
        .all(txn)
        .await?;
    let products = Page::of(until, page, menu::PAGE);
    let has_cards = !approved(txn, whose, &products.items).await?.is_empty();
    let title = collection.map(|c| c.title);
    Ok(Some(ProductPage { code, title, products, has_cards }))
}

/// The most products of one product message (reference §2.6).
const CARDS: usize = 30;

async fn cards(txn: &Write, whose: Whose, code: i64) -> Result<Option<Cards>, DbErr> {
    let Some(collection) = collection_of(txn, whose.shop, code).await? else { return Ok(None) };
    let products: Vec<ProductId> = for_sale(whose.shop, collection.as_ref())
        .limit(CARDS as u64)
        .all(txn)
        .await?
        .into_iter()
        .map(|p| p.id)
        .collect();
    let mut skus = approved(txn, whose, &products).await?;
    skus.truncate(CARDS);
    Ok(Some(Cards { title: collection.map(|c| c.title), skus }))
}

/// SKUs of `products` that WhatsApp approved, in the order of the products.
async fn approved(txn: &Write, whose: Whose, products: &[ProductId]) -> Result<Vec<String>, DbErr> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let mut variants = variant::Entity::find()
        .filter(variant::COLUMN.product_id.is_in(products.iter().copied()))
        .filter(variant::COLUMN.status.eq(variant::Status::Active))
        .all(txn)
        .await?;
    let place = |id| products.iter().position(|&p| p == id);
    variants.sort_by_key(|v| (place(v.product_id), v.position));
    let skus: Vec<&String> = variants.iter().map(|v| &v.sku).collect();
    let approved: BTreeSet<String> = catalog_item::Entity::find()
        .filter(catalog_item::COLUMN.channel_id.eq(whose.channel))
        .filter(catalog_item::Column::Sku.is_in(skus))
        .filter(catalog_item::COLUMN.state.eq(catalog_item::State::Approved))
        .all(txn)
        .await?
        .into_iter()
        .map(|item| item.sku)
        .collect();
    Ok(variants.into_iter().map(|v| v.sku).filter(|sku| approved.contains(sku)).collect())
}
