//! The admin API. One struct per path prefix, one file per struct; each operation allows, calls one verb, and shapes
//! the answer.

pub mod carts;
pub mod channels;
pub mod conversations;
pub mod customers;
pub mod dead_letters;
pub mod keys;
pub mod me;
pub mod orders;
pub mod shop;

use poem_openapi::Tags;

use super::once::Edge;

/// Parts of the reference.
#[derive(Tags)]
pub(crate) enum Tag {
    /// The key in use, and what it may do.
    Me,
    /// Name, languages, checkout.
    Shop,
    /// The WhatsApp numbers of the shop.
    Channels,
    /// Keys of this API.
    Keys,
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
pub(super) type Apis = (People, ());

/// The shop, its people, their chats and what they buy.
type People = (
    me::MeApi,
    shop::ShopApi,
    channels::ChannelsApi,
    keys::KeysApi,
    customers::CustomersApi,
    conversations::ConversationsApi,
    carts::CartsApi,
    orders::OrdersApi,
    dead_letters::DeadLettersApi,
);

/// All of the admin API over one edge.
pub(super) fn apis(edge: &Edge) -> Apis {
    let people = (
        me::MeApi(edge.clone()),
        shop::ShopApi(edge.clone()),
        channels::ChannelsApi(edge.clone()),
        keys::KeysApi(edge.clone()),
        customers::CustomersApi(edge.clone()),
        conversations::ConversationsApi(edge.clone()),
        carts::CartsApi(edge.clone()),
        orders::OrdersApi(edge.clone()),
        dead_letters::DeadLettersApi(edge.clone()),
    );
    (people, ())
}
