//! The shop that every test starts with: the settings, a few goods and a key.

use std::path::Path;

use entity::{
    CollectionId, ProductId, ShopId, Timestamp, VariantId, collection, collection_product, product,
    shop, variant,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, sea_query::Expr};
use secrecy::SecretString;
use sepet::{
    platform::{Platform, db::Write},
    shop::{
        Applied, ShopFile,
        keys::{self, Scope},
    },
};
use simulator::Account;

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
    pub(crate) applied: Applied,
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

/// The shop's number as WhatsApp has it; its webhooks go to the service at `url`.
pub(super) fn account(url: &str) -> Account {
    Account {
        app_id: "1234567890".into(),
        app_secret: "app-secret".into(),
        verify_token: "verify".into(),
        webhook_url: format!("{url}/webhooks/whatsapp/1234567890"),
        access_token: "token".into(),
        phone_number_id: "100000000000001".into(),
        display_phone_number: "+905550000001".into(),
        waba_id: "200000000000002".into(),
        portfolio_id: "300000000000003".into(),
        catalog_id: "400000000000004".into(),
        business_name: "Kahve Dükkanı".into(),
    }
}

/// The shop as `sepet shop apply` reads it, with WhatsApp at `graph_url`.
pub(crate) fn shop_toml(graph_url: &str, paced: bool) -> String {
    let toml = include_str!("shop.toml").replace("GRAPH_URL", graph_url);
    if paced {
        return toml;
    }
    toml.replace("per_second = 80", "per_second = 0")
        .replace("pair_seconds = 6", "pair_seconds = 0")
}

/// Writes the shop, its goods and a key that may do everything.
pub(crate) async fn seed(platform: &Platform, toml: &str) -> Seeded {
    let now = platform.now();
    let txn = platform.db.begin_write().await.unwrap();
    let applied = apply(platform, &txn, toml).await;
    shop::Entity::update_many()
        .col_expr(shop::Column::NumberKey, Expr::value(KEY_BYTES.to_vec()))
        .col_expr(shop::Column::NextCode, Expr::value(100_i64))
        .exec(&txn)
        .await
        .unwrap();
    goods(&txn, now, applied.shop_id).await;
    let (_, key) =
        keys::create(&txn, now, applied.shop_id, "tests", Scope::ALL, None).await.unwrap();
    txn.commit().await.unwrap();
    Seeded { applied, key }
}

/// Applies a `shop.toml`.
pub(crate) async fn apply(platform: &Platform, txn: &Write, toml: &str) -> Applied {
    let file = ShopFile::parse(toml, Path::new(".")).unwrap();
    sepet::shop::apply(txn, &platform.sealer, &file, platform.now()).await.unwrap()
}

async fn goods(txn: &Write, now: Timestamp, shop_id: ShopId) {
    let mut codes = 1..;
    let mut next = || codes.next().unwrap();
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
            keywords: String::new(),
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
