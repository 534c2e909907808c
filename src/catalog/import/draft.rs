//! What a row makes of a variant and of a product. Pure.

use entity::{
    ProductId, ShopId, StringList, Timestamp, VariantId, product,
    variant::{self, Status},
};

use super::{
    known::Known,
    row::{Row, SaleCell, StockCell},
};
use crate::{
    catalog::{offer, rules},
    money::Currency,
};

/// What every row is seen against.
pub(super) struct Frame<'a> {
    pub(super) now: Timestamp,
    pub(super) shop: ShopId,
    pub(super) currency: Currency,
    pub(super) known: &'a Known,
}

impl Frame<'_> {
    /// The variant as the row wants it, product and options aside.
    pub(super) fn draft(
        &self,
        product: Option<&product::Model>,
        row: &Row,
    ) -> Result<variant::Model, String> {
        let old = self.known.variants.get(&row.sku);
        if product.is_none() && row.title.is_none() {
            return Err("`title` is missing: the product is new".to_owned());
        }
        if let Some(image) = row.image.as_ref().filter(|i| self.known.missing_pictures.contains(*i))
        {
            return Err(format!("`image_link` names `{image}`, which was never uploaded"));
        }
        let mut draft = match old {
            Some(old) => old.clone(),
            None => self.blank(row),
        };
        match row.price {
            Some(price) => {
                draft.price_minor =
                    rules::price("price", price, self.currency).map_err(|e| e.to_string())?;
            }
            None if old.is_none() => return Err("`price` is missing: the item is new".to_owned()),
            None => {}
        }
        self.give_sale(&mut draft, row).map_err(|e| e.to_string())?;
        give_stock(&mut draft, row.stock);
        Ok(draft)
    }

    fn blank(&self, row: &Row) -> variant::Model {
        variant::Model {
            id: VariantId::new(self.now),
            shop_id: self.shop,
            product_id: ProductId::new(self.now),
            sku: row.sku.clone(),
            code: 0,
            option_values: StringList::default(),
            price_minor: 0,
            sale_price_minor: None,
            sale_starts_at: None,
            sale_ends_at: None,
            tracked: false,
            on_hand: 0,
            reserved: 0,
            status: Status::Active,
            image: None,
            position: 0,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        }
    }

    fn give_sale(&self, draft: &mut variant::Model, row: &Row) -> Result<(), rules::Invalid> {
        match row.sale {
            None => {}
            Some(SaleCell::Over) => {
                draft.sale_price_minor = None;
                draft.sale_starts_at = None;
                draft.sale_ends_at = None;
            }
            Some(SaleCell::At { price, dates }) => {
                draft.sale_price_minor = Some(rules::price("sale_price", price, self.currency)?);
                if let Some((start, end)) = dates {
                    draft.sale_starts_at = start;
                    draft.sale_ends_at = end;
                }
            }
        }
        match draft.sale_price_minor {
            Some(sale) => {
                rules::sale_fits(sale, draft.price_minor, draft.sale_starts_at, draft.sale_ends_at)
            }
            None => Ok(()),
        }
    }

    /// The product as the leading row wants it.
    pub(super) fn product(
        &self,
        handle: String,
        old: Option<&product::Model>,
        lead: &Row,
        options: Vec<String>,
        lead_variant: &variant::Model,
    ) -> product::Model {
        let mut product = match old {
            Some(old) => old.clone(),
            None => product::Model {
                id: ProductId::new(self.now),
                shop_id: self.shop,
                handle,
                code: 0,
                title: String::new(),
                description: String::new(),
                brand: String::new(),
                keywords: String::new(),
                condition: product::Condition::New,
                link: None,
                status: product::Status::Active,
                options: StringList::default(),
                images: StringList::default(),
                version: 1,
                created_at: self.now,
                updated_at: self.now,
            },
        };
        product.options = StringList(options);
        let fields = [
            (&mut product.title, &lead.title),
            (&mut product.description, &lead.description),
            (&mut product.brand, &lead.brand),
            (&mut product.keywords, &lead.keywords),
        ];
        for (field, said) in fields {
            if let Some(said) = said {
                field.clone_from(said);
            }
        }
        product.condition = lead.condition.unwrap_or(product.condition);
        if lead.link.is_some() {
            product.link.clone_from(&lead.link);
        }
        if let Some(image) = lead.image.as_ref().filter(|i| lead_variant.image.as_ref() != Some(*i))
        {
            let images = &mut product.images.0;
            match images.iter().position(|known| known == image) {
                Some(place) => images[..=place].rotate_right(1),
                None if images.is_empty() => images.push(image.clone()),
                None => images[0].clone_from(image),
            }
        }
        product
    }
}

fn give_stock(draft: &mut variant::Model, cell: StockCell) {
    let (tracked, on_hand) = match cell {
        StockCell::Unsaid => return,
        // A file without the column does not forget a count that agrees with it.
        StockCell::InStock { asked: false } if offer::available(draft).is_some_and(|n| n > 0) => {
            return;
        }
        StockCell::InStock { .. } => (false, 0),
        // Never below what orders hold: those pieces are still on the shelf.
        StockCell::OutOfStock => (true, draft.reserved),
        StockCell::Counted(pieces) => (true, draft.reserved.max(pieces)),
    };
    (draft.tracked, draft.on_hand) = (tracked, on_hand);
}

/// A variant has a picture of its own only when it is not the product's first.
pub(super) fn give_picture(draft: &mut variant::Model, row: &Row, product: &product::Model) {
    if let Some(image) = &row.image {
        let own = product.images.0.first() != Some(image) || draft.image.as_ref() == Some(image);
        draft.image = own.then(|| image.clone());
    }
}

/// What the row says of the product, but otherwise than the leading row.
pub(super) fn left_out(lead: &Row, row: &Row) -> Vec<&'static str> {
    let differs = |said: bool, same: bool| said && !same;
    [
        ("title", differs(row.title.is_some(), row.title == lead.title)),
        ("description", differs(row.description.is_some(), row.description == lead.description)),
        ("brand", differs(row.brand.is_some(), row.brand == lead.brand)),
        ("keywords", differs(row.keywords.is_some(), row.keywords == lead.keywords)),
        ("condition", differs(row.condition.is_some(), row.condition == lead.condition)),
        ("product_type", differs(row.collection.is_some(), row.collection == lead.collection)),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}
