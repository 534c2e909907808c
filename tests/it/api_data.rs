//! Rows that the tests of the admin API look at, and a second shop that must not see them.

use std::{collections::BTreeMap, path::Path};

use entity::{
    CartId, ConversationId, CustomerId, IdentityId, ImageId, ImportId, InboxId, LinkId,
    OrderEventId, OrderId, OrderLineId, TermsId, api_key, cart, collection, conversation, customer,
    identity, image, import, inbox, link, order, order_event, order_line, product, terms, variant,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use secrecy::ExposeSecret;
use sepet::{
    platform::db::Write,
    shop::{
        ShopFile, apply,
        keys::{self, Scope},
    },
};

use crate::harness::Shop;

/// One thing of each kind in a shop: public ids by the name of their type.
pub(crate) type Ids = BTreeMap<&'static str, String>;

/// Puts one thing of each kind into the shop.
pub(crate) async fn furnish(shop: &Shop) -> Ids {
    let now = shop.now();
    let txn = shop.db().begin_write().await.unwrap();
    let person = someone(&txn, shop, "Ayşe Yılmaz", Some("+905550001122")).await;
    let chat = chat(&txn, shop, person).await;
    let goods = variant::Entity::find()
        .filter(variant::Column::Sku.eq("turk-100"))
        .one(&txn)
        .await
        .unwrap()
        .unwrap();
    let (cart, order) = bought(&txn, shop, person, chat, &goods).await;
    let letter = InboxId::new(now);
    inbox::ActiveModel {
        id: Set(letter),
        app_id: Set(shop.app_id),
        channel_id: Set(Some(shop.channel_id)),
        kind: Set(inbox::Kind::Other),
        dedupe_key: Set("letter".to_owned()),
        payload: Set(b"{\"strange\":true}".to_vec()),
        sent_at: Set(now),
        arrival: Set(1),
        state: Set(inbox::State::Kept),
        due_at: Set(now),
        attempts: Set(0),
        reason: Set(Some("nothing handles `strange` yet".to_owned())),
        received_at: Set(now),
        ..Default::default()
    }
    .insert(&txn)
    .await
    .unwrap();
    let picture = ImageId::new(now);
    image::ActiveModel {
        id: Set(picture),
        shop_id: Set(shop.shop_id),
        sha256: Set("0".repeat(64)),
        content_type: Set("image/png".to_owned()),
        bytes: Set(vec![0]),
        created_at: Set(now),
    }
    .insert(&txn)
    .await
    .unwrap();
    let run = ImportId::new(now);
    import::ActiveModel {
        id: Set(run),
        shop_id: Set(shop.shop_id),
        created: Set(0),
        updated: Set(0),
        unchanged: Set(0),
        refused: Set(0),
        ignored_columns: Set(entity::StringList::default()),
        created_at: Set(now),
    }
    .insert(&txn)
    .await
    .unwrap();
    let way = LinkId::new(now);
    link::ActiveModel {
        id: Set(way),
        shop_id: Set(shop.shop_id),
        channel_id: Set(shop.channel_id),
        code: Set("K7Q2MD".to_owned()),
        opens: Set(link::Opens::Product { sku: goods.sku.clone() }),
        words: Set("Merhaba!".to_owned()),
        expires_at: Set(None),
        uses: Set(0),
        last_used_at: Set(None),
        created_at: Set(now),
    }
    .insert(&txn)
    .await
    .unwrap();
    let terms = TermsId::new(now);
    terms::ActiveModel {
        id: Set(terms),
        shop_id: Set(shop.shop_id),
        language: Set(String::new()),
        body: Set("Cayma hakkı 14 gündür.".to_owned()),
        url: Set(None),
        sha256: Set("0".repeat(64)),
        created_at: Set(now),
    }
    .insert(&txn)
    .await
    .unwrap();
    let shelf = collection::Entity::find().one(&txn).await.unwrap().unwrap();
    let product = product::Entity::find_by_id(goods.product_id).one(&txn).await.unwrap().unwrap();
    let key = api_key::Entity::find().one(&txn).await.unwrap().unwrap();
    txn.commit().await.unwrap();
    Ids::from([
        ("ApiKeyId", key.id.to_string()),
        ("CartId", cart.to_string()),
        ("ChannelId", shop.channel_id.to_string()),
        ("CollectionId", shelf.id.to_string()),
        ("ConversationId", chat.to_string()),
        ("CustomerId", person.to_string()),
        ("ImageId", picture.to_string()),
        ("ImportId", run.to_string()),
        ("InboxId", letter.to_string()),
        ("LinkId", way.to_string()),
        ("OrderId", order.to_string()),
        ("ProductId", product.id.to_string()),
        ("TermsId", terms.to_string()),
        ("VariantId", goods.id.to_string()),
    ])
}

/// A customer of the shop.
pub(crate) async fn someone(
    txn: &Write,
    shop: &Shop,
    name: &str,
    phone: Option<&str>,
) -> CustomerId {
    let (id, now) = (CustomerId::new(shop.now()), shop.now());
    customer::ActiveModel {
        id: Set(id),
        shop_id: Set(shop.shop_id),
        name: Set(name.to_owned()),
        phone: Set(phone.map(str::to_owned)),
        language: Set(Some("tr".to_owned())),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(txn)
    .await
    .unwrap();
    if let Some(phone) = phone {
        identity::ActiveModel {
            id: Set(IdentityId::new(now)),
            shop_id: Set(shop.shop_id),
            kind: Set(identity::Kind::Phone),
            scope: Set(String::new()),
            value: Set(phone.to_owned()),
            customer_id: Set(id),
            created_at: Set(now),
        }
        .insert(txn)
        .await
        .unwrap();
    }
    id
}

/// A chat whose customer wrote just now.
pub(crate) async fn chat(txn: &Write, shop: &Shop, customer: CustomerId) -> ConversationId {
    let (id, now) = (ConversationId::new(shop.now()), shop.now());
    conversation::ActiveModel {
        id: Set(id),
        shop_id: Set(shop.shop_id),
        channel_id: Set(shop.channel_id),
        customer_id: Set(customer),
        owner: Set(conversation::Owner::Bot),
        step: Set(serde_json::json!({})),
        out_sequence: Set(0),
        window_ends_at: Set(Some(now.plus_seconds(86_400))),
        last_inbound_at: Set(Some(now)),
        pair_tat_ms: Set(0),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(txn)
    .await
    .unwrap();
    id
}

/// Two of `goods` in a cart, and the order that it became.
async fn bought(
    txn: &Write,
    shop: &Shop,
    customer: CustomerId,
    chat: ConversationId,
    goods: &variant::Model,
) -> (CartId, OrderId) {
    let now = shop.now();
    let (cart_id, order_id) = (CartId::new(now), OrderId::new(now));
    let line = cart::Line {
        variant_id: goods.id,
        sku: goods.sku.clone(),
        quantity: 2,
        unit_price_minor: goods.price_minor,
    };
    cart::ActiveModel {
        id: Set(cart_id),
        shop_id: Set(shop.shop_id),
        customer_id: Set(customer),
        conversation_id: Set(chat),
        number: Set(1),
        status: Set(cart::Status::Placed),
        lines: Set(cart::Lines(vec![line])),
        set_aside: Set(cart::SetAside::default()),
        note: Set(String::new()),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(txn)
    .await
    .unwrap();
    let total = 2 * goods.price_minor;
    order::ActiveModel {
        id: Set(order_id),
        shop_id: Set(shop.shop_id),
        customer_id: Set(customer),
        conversation_id: Set(chat),
        cart_id: Set(cart_id),
        cart_version: Set(1),
        number: Set("4829-1735".to_owned()),
        status: Set(order::Status::Placed),
        payment_status: Set(order::PaymentStatus::Unpaid),
        payment_method: Set(cart::PaymentMethod::CashOnDelivery),
        delivery_method: Set(cart::DeliveryMethod::Delivery),
        delivery_address: Set(Some("Moda Cad. 1, Kadıköy".to_owned())),
        currency: Set("TRY".to_owned()),
        lines_minor: Set(total),
        tax_minor: Set(0),
        delivery_minor: Set(0),
        discount_minor: Set(0),
        total_minor: Set(total),
        paid_minor: Set(0),
        note: Set(String::new()),
        language: Set("tr".to_owned()),
        version: Set(1),
        placed_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(txn)
    .await
    .unwrap();
    order_line::ActiveModel {
        id: Set(OrderLineId::new(now)),
        order_id: Set(order_id),
        position: Set(1),
        variant_id: Set(goods.id),
        sku: Set(goods.sku.clone()),
        title: Set("Türk Kahvesi".to_owned()),
        quantity: Set(2),
        unit_price_minor: Set(goods.price_minor),
        line_total_minor: Set(total),
    }
    .insert(txn)
    .await
    .unwrap();
    order_event::ActiveModel {
        id: Set(OrderEventId::new(now)),
        order_id: Set(order_id),
        sequence: Set(1),
        event: Set("placed".to_owned()),
        actor: Set("customer".to_owned()),
        status: Set(order::Status::Placed),
        payment_status: Set(order::PaymentStatus::Unpaid),
        note: Set(String::new()),
        at: Set(now),
    }
    .insert(txn)
    .await
    .unwrap();
    hold(txn, shop, order_id, goods).await;
    (cart_id, order_id)
}

/// The stock that the order holds.
async fn hold(txn: &Write, shop: &Shop, order: OrderId, goods: &variant::Model) {
    entity::reservation::ActiveModel {
        order_id: Set(order),
        variant_id: Set(goods.id),
        shop_id: Set(shop.shop_id),
        quantity: Set(2),
        state: Set(entity::reservation::State::Live),
        updated_at: Set(shop.now()),
    }
    .insert(txn)
    .await
    .unwrap();
    let mut row: variant::ActiveModel = goods.clone().into();
    row.reserved = Set(goods.reserved + 2);
    row.update(txn).await.unwrap();
}

/// A key of the shop with these scopes.
pub(crate) async fn key(shop: &Shop, scopes: &[Scope]) -> String {
    let txn = shop.db().begin_write().await.unwrap();
    let made = keys::create(&txn, shop.now(), shop.shop_id, "test", scopes, None).await.unwrap();
    txn.commit().await.unwrap();
    format!("Bearer {}", made.1.expose_secret())
}

/// A key that may do everything, in another shop of the same installation.
pub(crate) async fn key_of_another_shop(shop: &Shop) -> String {
    let toml = r#"
        app = { id = "1234567890", secrets = ["app-secret"], verify_token = "verify" }
        shop = { handle = "other", name = "Other", currency = "EUR", languages = ["en"], time_zone = "Europe/Berlin" }
        channel = { phone_number_id = "999", display_phone_number = "+4930123456", waba_id = "1", portfolio_id = "2", access_token = "t" }
    "#;
    let file = ShopFile::parse(toml, Path::new(".")).unwrap();
    let app = shop.app();
    let txn = shop.db().begin_write().await.unwrap();
    let applied = apply(&txn, &app.platform().sealer, &file, shop.now()).await.unwrap();
    let scopes = Scope::ALL;
    let made =
        keys::create(&txn, shop.now(), applied.shop_id, "foreign", scopes, None).await.unwrap();
    txn.commit().await.unwrap();
    format!("Bearer {}", made.1.expose_secret())
}
