//! The admin API. One struct per path prefix, one file per struct; each operation allows, calls one verb, and shapes
//! the answer.

pub mod carts;
pub mod channels;
pub mod collections;
pub mod conversations;
pub mod customers;
pub mod dead_letters;
pub mod images;
pub mod imports;
pub mod keys;
pub mod links;
pub mod me;
pub mod orders;
pub mod products;
pub mod shop;
pub mod stock;
pub mod sync;
pub mod texts;
pub mod variants;

use poem_openapi::Tags;

use super::once::Edge;

/// Parts of the reference.
#[derive(Tags)]
pub(crate) enum Tag {
    /// The key in use, and what it may do.
    Me,
    /// Name, languages, checkout.
    Shop,
    /// What customers read, in the shop's own words.
    Texts,
    /// The WhatsApp numbers of the shop.
    Channels,
    /// Keys of this API.
    Keys,
    /// What is sold; each product has one variant or more.
    Products,
    /// What has a SKU, a price and stock.
    Variants,
    /// How much there is.
    Stock,
    /// What the menu of the chat offers.
    Collections,
    /// Pictures that the service keeps and serves.
    Images,
    /// Product feeds, taken in row by row.
    Imports,
    /// Links and QR pictures that open a chat with goods.
    Links,
    /// WhatsApp's copy of the catalog.
    Sync,
    /// People who wrote to the shop.
    Customers,
    /// Chats: read, take over, write, hand back.
    Conversations,
    /// What customers have in their carts.
    Carts,
    /// Orders: find, move on, note.
    Orders,
    /// Webhook items that nothing could handle.
    #[oai(rename = "Dead letters")]
    DeadLetters,
}

/// All of the admin API, in two halves because a tuple holds sixteen.
pub(super) type Apis = (People, Goods);

/// The shop, its people, their chats and what they buy.
type People = (
    me::MeApi,
    shop::ShopApi,
    texts::TextsApi,
    channels::ChannelsApi,
    keys::KeysApi,
    customers::CustomersApi,
    conversations::ConversationsApi,
    carts::CartsApi,
    orders::OrdersApi,
    dead_letters::DeadLettersApi,
);

/// What is sold.
type Goods = (
    products::ProductsApi,
    variants::VariantsApi,
    stock::StockApi,
    collections::CollectionsApi,
    images::ImagesApi,
    imports::ImportsApi,
    links::LinksApi,
    sync::SyncApi,
);

/// All of the admin API over one edge.
pub(super) fn apis(edge: &Edge) -> Apis {
    let people = (
        me::MeApi(edge.clone()),
        shop::ShopApi(edge.clone()),
        texts::TextsApi(edge.clone()),
        channels::ChannelsApi(edge.clone()),
        keys::KeysApi(edge.clone()),
        customers::CustomersApi(edge.clone()),
        conversations::ConversationsApi(edge.clone()),
        carts::CartsApi(edge.clone()),
        orders::OrdersApi(edge.clone()),
        dead_letters::DeadLettersApi(edge.clone()),
    );
    let goods = (
        products::ProductsApi(edge.clone()),
        variants::VariantsApi(edge.clone()),
        stock::StockApi(edge.clone()),
        collections::CollectionsApi(edge.clone()),
        images::ImagesApi(edge.clone()),
        imports::ImportsApi(edge.clone()),
        links::LinksApi(edge.clone()),
        sync::SyncApi(edge.clone()),
    );
    (people, goods)
}
