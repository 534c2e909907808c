//! The shop that every test starts with: the settings, a few goods and a key.

use entity::{
    ApiKeyId, AppId, ChannelId, CollectionId, ProductId, Sealed, SealedList, ShopId, StringList,
    Timestamp, VariantId, api_key, app, channel, collection, collection_product, product, shop,
    variant,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use secrecy::{ExposeSecret, SecretString};
use sepet::platform::{
    Platform,
    db::Write,
    secret::{new_api_key, sha256_hex},
};

/// Order numbers are made from this key, so scripts can quote them.
pub(crate) const KEY_BYTES: [u8; 16] = *b"sixteen bytes ok";

/// SKU, price in minor units, stock (`None`: not counted).
pub(crate) const SKUS: &[(&str, i64, Option<i64>)] = &[
    ("filtre-250", 18_000, Some(20)),
    ("filtre-500", 33_000, Some(5)),
    ("turk-100", 7_550, Some(50)),
    ("yirga-250", 32_000, Some(1)),
    ("kolombiya-250", 29_000, Some(0)),
    ("kupa-mavi", 25_000, Some(8)),
    ("kupa-beyaz", 25_000, Some(4)),
    ("cezve", 64_000, Some(3)),
    ("filtre-kagidi", 4_500, None),
];

/// What was applied.
pub(crate) struct Seeded {
    pub(crate) app_id: AppId,
    pub(crate) shop_id: ShopId,
    pub(crate) channel_id: ChannelId,
    pub(crate) key: SecretString,
}

struct Goods {
    handle: &'static str,
    title: &'static str,
    text: &'static str,
    collection: &'static str,
    option: Option<&'static str>,
    variants: &'static [(&'static str, &'static str)],
}

const GOODS: &[Goods] = &[
    Goods {
        handle: "filtre",
        title: "Filtre Kahve",
        text: "Orta kavrum, çikolata ve fındık tadında.",
        collection: "kahveler",
        option: Some("size"),
        variants: &[("filtre-250", "250 g"), ("filtre-500", "500 g")],
    },
    Goods {
        handle: "turk",
        title: "Türk Kahvesi",
        text: "İnce çekilmiş, taze kavrulmuş, 100 g.",
        collection: "kahveler",
        option: None,
        variants: &[("turk-100", "")],
    },
    Goods {
        handle: "yirga",
        title: "Etiyopya Yirgacheffe",
        text: "Çiçeksi, limon kabuğu ve bal, 250 g.",
        collection: "kahveler",
        option: None,
        variants: &[("yirga-250", "")],
    },
    Goods {
        handle: "kolombiya",
        title: "Kolombiya Supremo",
        text: "Karamel ve kırmızı meyve, 250 g.",
        collection: "kahveler",
        option: None,
        variants: &[("kolombiya-250", "")],
    },
    Goods {
        handle: "kupa",
        title: "Seramik Kupa",
        text: "El yapımı, 300 ml.",
        collection: "mutfak",
        option: Some("color"),
        variants: &[("kupa-mavi", "Mavi"), ("kupa-beyaz", "Beyaz")],
    },
    Goods {
        handle: "cezve",
        title: "Bakır Cezve",
        text: "Dövme bakır, iki fincanlık.",
        collection: "mutfak",
        option: None,
        variants: &[("cezve", "")],
    },
    Goods {
        handle: "kagit",
        title: "Filtre Kâğıdı",
        text: "100 yaprak, ağartılmamış.",
        collection: "mutfak",
        option: None,
        variants: &[("filtre-kagidi", "")],
    },
];

/// Writes the shop, its goods and a key that may do everything.
pub(crate) async fn seed(platform: &Platform, graph_url: &str, paced: bool) -> Seeded {
    let now = platform.now();
    let txn = platform.db.begin_write().await.unwrap();
    let seeded = rows(&txn, now, graph_url, paced).await;
    goods(&txn, now, seeded.shop_id).await;
    txn.commit().await.unwrap();
    seeded
}

async fn rows(txn: &Write, now: Timestamp, graph_url: &str, paced: bool) -> Seeded {
    let (app_id, shop_id, channel_id) = (AppId::new(now), ShopId::new(now), ChannelId::new(now));
    let sealed = |text: &str| Sealed(text.to_owned());
    let app = app::Model {
        id: app_id,
        meta_app_id: "1234567890".into(),
        secrets: SealedList(vec![sealed("app-secret")]),
        verify_token: sealed("verify"),
        created_at: now,
        updated_at: now,
    };
    insert(txn, app).await;
    let shop = shop::Model {
        id: shop_id,
        handle: "kahve".into(),
        name: "Kahve Dükkanı".into(),
        currency: "TRY".into(),
        languages: ["tr", "en"].into_iter().collect(),
        time_zone: "Europe/Istanbul".into(),
        prices_include_tax: true,
        checkout: shop::Checkout {
            pickup_address: "Moda Cad. 12, Kadıköy".into(),
            bank_transfer: true,
            bank_account: "Kahve Dükkanı, TR00 0000 0000 0000 0000 0000 01".into(),
            ..shop::Checkout::default()
        },
        next_code: 100,
        next_order: 1,
        number_key: KEY_BYTES.to_vec(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    insert(txn, shop).await;
    let channel = channel::Model {
        id: channel_id,
        shop_id,
        app_id,
        phone_number_id: "100000000000001".into(),
        display_phone_number: "+905550000001".into(),
        waba_id: "200000000000002".into(),
        portfolio_id: "300000000000003".into(),
        catalog_id: Some("400000000000004".into()),
        graph_url: graph_url.into(),
        graph_version: "v25.0".into(),
        access_token: sealed("token"),
        pace_per_second: if paced { 80 } else { 0 },
        pair_seconds: if paced { 6 } else { 0 },
        pair_burst: 45,
        pace_tat_us: 0,
        unknown_seconds: 20,
        read_marks: true,
        paused_until: None,
        stopped_reason: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    insert(txn, channel).await;
    let key = new_api_key().unwrap();
    let row = api_key::Model {
        id: ApiKeyId::new(now),
        shop_id,
        name: "tests".into(),
        hint: key.expose_secret()[..12].to_owned(),
        hash: sha256_hex(key.expose_secret().as_bytes()),
        scopes: StringList(vec![]),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        created_at: now,
    };
    insert(txn, row).await;
    Seeded { app_id, shop_id, channel_id, key }
}

async fn goods(txn: &Write, now: Timestamp, shop_id: ShopId) {
    let mut code = 0;
    let mut next = || {
        code += 1;
        code
    };
    let mut ids = Vec::new();
    for (position, (handle, title)) in
        [("kahveler", "Kahveler"), ("mutfak", "Mutfak")].into_iter().enumerate()
    {
        let id = CollectionId::new(now);
        let row = collection::Model {
            id,
            shop_id,
            handle: handle.into(),
            code: next(),
            title: title.into(),
            position: i32::try_from(position).unwrap(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        insert(txn, row).await;
        ids.push((handle, id));
    }
    for (position, goods) in GOODS.iter().enumerate() {
        let product_id = ProductId::new(now);
        let row = product::Model {
            id: product_id,
            shop_id,
            handle: goods.handle.into(),
            code: next(),
            title: goods.title.into(),
            description: goods.text.into(),
            brand: "Kahve Dükkanı".into(),
            condition: product::Condition::New,
            link: None,
            status: product::Status::Active,
            options: goods.option.into_iter().collect(),
            images: [format!("https://pictures.example/{}.jpg", goods.handle)]
                .into_iter()
                .collect(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        insert(txn, row).await;
        for (place, (sku, value)) in goods.variants.iter().enumerate() {
            let (_, price, stock) = SKUS.iter().find(|(s, ..)| s == sku).unwrap();
            let row = variant::Model {
                id: VariantId::new(now),
                shop_id,
                product_id,
                sku: (*sku).into(),
                code: next(),
                option_values: goods.option.map(|_| *value).into_iter().collect(),
                price_minor: *price,
                sale_price_minor: (*sku == "yirga-250").then_some(28_000),
                sale_starts_at: None,
                sale_ends_at: None,
                tracked: stock.is_some(),
                on_hand: stock.unwrap_or_default(),
                reserved: 0,
                status: variant::Status::Active,
                image: None,
                position: i32::try_from(place).unwrap(),
                version: 1,
                created_at: now,
                updated_at: now,
            };
            insert(txn, row).await;
        }
        let (_, collection_id) = ids.iter().find(|(h, _)| *h == goods.collection).unwrap();
        let row = collection_product::Model {
            collection_id: *collection_id,
            product_id,
            shop_id,
            position: i32::try_from(position).unwrap(),
        };
        insert(txn, row).await;
    }
}

async fn insert<M, A>(txn: &Write, row: M)
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + sea_orm::ActiveModelBehavior + Send,
    <A::Entity as sea_orm::EntityTrait>::Model: IntoActiveModel<A>,
{
    row.into_active_model().insert(txn).await.unwrap();
}
