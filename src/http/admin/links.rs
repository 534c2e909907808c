//! `/links`: links and QR pictures that open a chat with goods.

use entity::{
    ChannelId, LinkId,
    link::{Opens, Wish},
};
use poem_openapi::{Object, OpenApi, param::Path, param::Query, payload::Json, types::Example};

use super::Tag;
use crate::{
    cart::link::{self, NewLink, WholeLink},
    http::{
        auth::{CatalogRead, CatalogWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        reply::{Answer, Made, Removed, Reply},
        types::{At, Id},
    },
};

/// Operations under `/links`.
#[derive(Clone)]
pub struct LinksApi(pub(super) Edge);

/// A link that opens a chat with a product or a cart.
#[derive(Clone, Debug, Object)]
pub struct Link {
    pub id: Id<LinkId>,
    /// The number whose chat it opens.
    pub channel_id: Id<ChannelId>,
    /// The SKU whose card it opens; `null` when it opens a cart.
    pub sku: Option<String>,
    /// What the cart holds that it opens; `null` when it opens a product.
    pub cart: Option<Vec<LinkLine>>,
    /// What customers open: `https://wa.me/…`.
    pub url: String,
    /// The message that they send: words and a token. Without the token the link is nothing.
    pub text: String,
    /// The QR picture of `url`, open to everybody.
    pub qr_png: String,
    pub qr_svg: String,
    /// When it opens nothing any more; `null`: never.
    pub expires_at: Option<At>,
    /// How often a customer sent its message.
    pub uses: i64,
    pub last_used_at: Option<At>,
    pub created_at: At,
}

/// One line of a cart in a link.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct LinkLine {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub sku: String,
    #[oai(validator(minimum(value = "1"), maximum(value = "99")))]
    pub quantity: u32,
}

/// A link to be made: with `sku` or with `cart`, and not with both.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewLinkBody {
    /// The SKU whose card it opens.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub sku: Option<String>,
    /// What the cart holds that it opens, each SKU once.
    #[oai(validator(min_items = 1, max_items = 50))]
    pub cart: Option<Vec<LinkLine>>,
    /// What stands before the token in the message; the service has words of its own.
    #[oai(validator(min_length = 1, max_length = 120))]
    pub words: Option<String>,
    /// When it ends; left out: never.
    pub expires_at: Option<At>,
    /// The number whose chat it opens; left out: the shop's first.
    pub channel_id: Option<Id<ChannelId>>,
}

impl Example for NewLinkBody {
    fn example() -> Self {
        Self { sku: Some("turk-100".to_owned()), ..Self::default() }
    }
}

impl NewLinkBody {
    fn read(self) -> Result<NewLink, Problem> {
        let opens = match (self.sku, self.cart) {
            (Some(sku), None) => Opens::Product { sku },
            (None, Some(lines)) => {
                let wish = |line: LinkLine| Wish { sku: line.sku, quantity: line.quantity };
                Opens::Cart { lines: lines.into_iter().map(wish).collect() }
            }
            (None, None) => return Err(Problem::invalid("/sku", "is missing, and `cart` too")),
            (Some(_), Some(_)) => return Err(Problem::invalid("/cart", "stands beside `sku`")),
        };
        Ok(NewLink {
            channel: self.channel_id.map(|id| id.0),
            opens,
            words: self.words,
            expires_at: self.expires_at.map(|at| at.0),
        })
    }
}

fn view(edge: &Edge, whole: WholeLink) -> Link {
    let (url, text) = (whole.url(), whole.text());
    let base = edge.platform().config.public_url.trim_end_matches('/');
    let picture = |kind: &str| format!("{base}/links/{}.{kind}", whole.name);
    let (qr_png, qr_svg) = (picture("png"), picture("svg"));
    let link = whole.link;
    let (sku, cart) = match link.opens {
        Opens::Product { sku } => (Some(sku), None),
        Opens::Cart { lines } => {
            let line = |wish: Wish| LinkLine { sku: wish.sku, quantity: wish.quantity };
            (None, Some(lines.into_iter().map(line).collect()))
        }
    };
    Link {
        id: Id(link.id),
        channel_id: Id(link.channel_id),
        sku,
        cart,
        url,
        text,
        qr_png,
        qr_svg,
        expires_at: link.expires_at.map(At),
        uses: link.uses,
        last_used_at: link.last_used_at.map(At),
        created_at: At(link.created_at),
    }
}

#[OpenApi(prefix_path = "/links", tag = "Tag::Links")]
impl LinksApi {
    /// List links
    ///
    /// Newest first.
    #[oai(path = "/", method = "get", operation_id = "list_links")]
    async fn list(
        &self,
        key: Key<CatalogRead>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Link>> {
        let wanted = Wanted::read("links", limit.0, cursor.0)?;
        let db = self.0.reader();
        let rows = link::list(db, key.shop(), wanted.after()?, wanted.rows()).await?;
        let id = |whole: &WholeLink| whole.link.id.to_string();
        Ok(Reply::new(&wanted.page(rows, id, |whole| view(&self.0, whole))))
    }

    /// Make a link
    ///
    /// Opens a chat with the card of one SKU or with a filled cart, at the prices of the moment in which it is used.
    #[oai(path = "/", method = "post", operation_id = "create_link")]
    async fn create(
        &self,
        key: Key<CatalogWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<NewLinkBody>,
    ) -> Made<Link> {
        let new = body.0.read()?;
        self.0
            .write(&key, once, async |txn, now| {
                let made = link::create(txn, now, key.shop(), new).await?;
                Ok(Reply::new(&view(&self.0, made)))
            })
            .await
    }

    /// Read a link
    #[oai(path = "/:id", method = "get", operation_id = "get_link")]
    async fn get(&self, key: Key<CatalogRead>, id: Path<Id<LinkId>>) -> Answer<Link> {
        let whole = link::get(self.0.reader(), key.shop(), id.0.0).await?;
        Ok(Reply::new(&view(&self.0, whole)))
    }

    /// Take a link away
    ///
    /// Whoever sends its message later is told that it opens nothing any more.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_link")]
    async fn delete(
        &self,
        key: Key<CatalogWrite>,
        id: Path<Id<LinkId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
    ) -> Removed {
        self.0
            .write(&key, once, async |txn, _| {
                link::delete(txn, key.shop(), id.0.0).await?;
                Ok(Reply::nothing())
            })
            .await
    }
}
