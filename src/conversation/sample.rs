//! A chat for the tests of the rules: a shop in Turkish and English, a customer who never bought.

use entity::{
    AppId, CartId, ChannelId, ConversationId, CustomerId, OrderId, OrderLineId, Sealed, ShopId,
    StringList, Timestamp, VariantId, address, cart, channel, conversation, customer, order,
    order_line, product, shop, variant,
};

use super::{
    step::{Chat, Step},
    view::{CollectionLine, View},
};
use crate::{
    cart::{Offer, Offers},
    text::Lang,
};

pub(super) const NOW: Timestamp = Timestamp::from_ms(1_795_417_200_000);

pub(super) fn chat() -> Chat {
    let shop = shop::Model {
        id: ShopId::new(NOW),
        handle: "kahve".into(),
        name: "Kahve Dükkanı".into(),
        currency: "TRY".into(),
        languages: ["tr", "en"].into_iter().collect(),
        time_zone: "Europe/Istanbul".into(),
        prices_include_tax: true,
        checkout: shop::Checkout {
            bank_transfer: true,
            bank_account: "TR33".into(),
            ..shop::Checkout::default()
        },
        orders: shop::Orders::default(),
        cart_days: 30,
        next_code: 100,
        next_order: 1,
        texts_version: 0,
        words_version: 1,
        words_form: 0,
        number_key: vec![7; 16],
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    let customer = customer::Model {
        id: CustomerId::new(NOW),
        shop_id: shop.id,
        name: "Ayşe".into(),
        phone: Some("+905551112233".into()),
        contact_phone: None,
        bsuid: None,
        language: Some("tr".into()),
        language_chosen: false,
        notices_stopped_at: None,
        last_delivery: None,
        last_payment: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    let channel = channel(shop.id);
    let conversation = conversation::Model {
        id: ConversationId::new(NOW),
        shop_id: shop.id,
        channel_id: channel.id,
        customer_id: customer.id,
        owner: conversation::Owner::Bot,
        step: Step::Start.write(),
        out_sequence: 0,
        window_ends_at: None,
        last_inbound_at: None,
        echoed_at: None,
        unread_wamid: None,
        pair_tat_ms: 0,
        about_order: None,
        untold_since: None,
        said: None,
        said_times: 0,
        misses: 0,
        ad_source_id: None,
        ctwa_clid: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    Chat {
        now: NOW,
        voice: Lang::Tr.into(),
        heard: None,
        shop: shop.into(),
        channel: channel.into(),
        customer,
        conversation,
        step: Step::Start,
        cart: None,
        addresses: Vec::new(),
        view: View { has_goods: true, ..View::default() },
        public_url: "https://shop.example".into(),
    }
}

fn channel(shop_id: ShopId) -> channel::Model {
    channel::Model {
        id: ChannelId::new(NOW),
        shop_id,
        app_id: AppId::new(NOW),
        phone_number_id: "1".into(),
        display_phone_number: "+905550000001".into(),
        waba_id: "2".into(),
        portfolio_id: "3".into(),
        catalog_id: None,
        address_flows: channel::Flows::default(),
        graph_url: "http://127.0.0.1:1".into(),
        graph_version: "v25.0".into(),
        access_token: Sealed(String::new()),
        pace_per_second: 0,
        pair_seconds: 0,
        pair_burst: 0,
        pace_tat_us: 0,
        unknown_seconds: 20,
        read_marks: false,
        paused_until: None,
        failures: 0,
        resting_until: None,
        stopped_reason: None,
        messaging_limit: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// Collections with the codes from 1 on.
pub(super) fn collections(count: usize) -> Vec<CollectionLine> {
    let line = |code| CollectionLine {
        id: entity::CollectionId::new(NOW),
        code,
        title: format!("Koleksiyon {code}"),
    };
    (1..).take(count).map(line).collect()
}

/// Puts a product of one variant on the shelf; its code is `code`, its SKU `sku-code`.
pub(super) fn put(offers: &mut Offers, shop: ShopId, code: i64, minor: i64, stock: Option<i64>) {
    let product = product::Model {
        id: entity::ProductId::new(NOW),
        shop_id: shop,
        handle: format!("handle-{code}"),
        code,
        title: format!("Ürün {code}"),
        description: String::new(),
        brand: String::new(),
        keywords: String::new(),
        condition: product::Condition::New,
        link: None,
        status: product::Status::Active,
        options: StringList::default(),
        images: StringList::default(),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    let variant = variant::Model {
        id: VariantId::new(NOW),
        shop_id: shop,
        product_id: product.id,
        sku: format!("sku-{code}"),
        code,
        option_values: StringList::default(),
        price_minor: minor,
        sale_price_minor: None,
        sale_starts_at: None,
        sale_ends_at: None,
        tracked: stock.is_some(),
        on_hand: stock.unwrap_or(0),
        reserved: 0,
        status: variant::Status::Active,
        image: None,
        position: 1,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    offers.insert(Offer { product, variant });
}

/// An address of the customer.
pub(super) fn address(chat: &Chat, text: &str) -> (entity::AddressId, address::Model) {
    let id = entity::AddressId::new(chat.now);
    let address = address::Model {
        id,
        shop_id: chat.shop.id,
        customer_id: chat.customer.id,
        number: 1,
        text: text.to_owned(),
        coordinates: None,
        receiver_name: None,
        receiver_phone: None,
        last_used_at: chat.now,
        created_at: chat.now,
    };
    (id, address)
}

/// An open cart that holds something.
pub(super) fn cart(chat: &Chat) -> cart::Model {
    let line = cart::Line {
        variant_id: VariantId::new(chat.now),
        sku: "s".into(),
        quantity: 2,
        unit_price_minor: i64::MAX / 3,
    };
    cart::Model {
        id: CartId::new(chat.now),
        shop_id: chat.shop.id,
        customer_id: chat.customer.id,
        conversation_id: chat.conversation.id,
        number: 1,
        status: cart::Status::Open,
        lines: cart::Lines(vec![line.clone(), line]),
        set_aside: cart::SetAside::default(),
        note: String::new(),
        delivery_method: None,
        address_id: None,
        payment_method: None,
        pending: None,
        details: cart::Details::default(),
        version: 1,
        created_at: chat.now,
        updated_at: chat.now,
    }
}

/// A placed order of so many lines, to be delivered and paid at the door.
pub(super) fn order(chat: &Chat, lines: usize) -> (order::Model, Vec<order_line::Model>) {
    let id = OrderId::new(NOW);
    let line = |position: i32| order_line::Model {
        id: OrderLineId::new(NOW),
        order_id: id,
        position,
        variant_id: VariantId::new(NOW),
        sku: format!("sku-{position}"),
        title: format!("Ürün {position}"),
        quantity: 2,
        unit_price_minor: 1_000,
        line_total_minor: 2_000,
    };
    let lines: Vec<_> = (1..).take(lines).map(line).collect();
    let total_minor = lines.iter().map(|line| line.line_total_minor).sum();
    let order = order::Model {
        id,
        shop_id: chat.shop.id,
        customer_id: chat.customer.id,
        conversation_id: chat.conversation.id,
        cart_id: CartId::new(NOW),
        cart_version: 1,
        number: "4829-1735".into(),
        status: order::Status::Placed,
        payment_status: order::PaymentStatus::Unpaid,
        payment_method: order::PaymentMethod::CashOnDelivery,
        delivery_method: order::DeliveryMethod::Delivery,
        delivery_address: Some("Moda Caddesi 12/3, Kadıköy".into()),
        receiver_name: None,
        receiver_phone: None,
        currency: chat.shop.currency.clone(),
        lines_minor: total_minor,
        tax_minor: 0,
        delivery_minor: 0,
        discount_minor: 0,
        total_minor,
        paid_minor: 0,
        note: String::new(),
        language: "tr".into(),
        pay_until: None,
        terms_id: None,
        terms_accepted_at: None,
        terms_wamid: None,
        version: 1,
        placed_at: NOW,
        updated_at: NOW,
    };
    (order, lines)
}
