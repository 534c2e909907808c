//! Publishes the form for an address: one Flow a language of the shop. No transaction is open while WhatsApp is asked.

use entity::channel::{self, Flow, Flows};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set,
};

use super::{App, AppError};
use crate::{
    platform::secret::sha256_hex,
    shop::by_handle,
    text::{Lang, Voice, t, voice_of},
    whatsapp::{AddressWords, address_form},
};

/// One form of one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub phone_number_id: String,
    pub language: Lang,
    pub flow_id: String,
    /// Whether it had to be published now.
    pub is_new: bool,
}

impl App {
    /// Publishes the form for an address for every number and language of a shop. What is published already, with the
    /// same words, stays.
    ///
    /// # Errors
    /// [`AppError::Graph`] when WhatsApp refuses; what was published before stays published and kept.
    pub async fn publish_address_forms(&self, handle: &str) -> Result<Vec<Published>, AppError> {
        let db = &self.platform().db;
        let shop = by_handle(db.reader(), handle).await?;
        let channels = channel::Entity::find()
            .filter(channel::Column::ShopId.eq(shop.id))
            .all(db.reader())
            .await?;
        let mut published = Vec::new();
        for channel in channels {
            for language in Lang::spoken(&shop.languages.0) {
                published.push(self.publish_form(&channel, language).await?);
            }
        }
        Ok(published)
    }

    async fn publish_form(
        &self,
        channel: &channel::Model,
        language: Lang,
    ) -> Result<Published, AppError> {
        let voice = voice_of(self.platform().db.reader(), channel.shop_id, language).await?;
        let form = address_form(&words(&voice));
        let sha256 = sha256_hex(form.to_string().as_bytes());
        let phone_number_id = channel.phone_number_id.clone();
        let known = channel.address_flows.0.get(language.tag());
        if let Some(known) = known.filter(|flow| flow.sha256 == sha256) {
            let flow_id = known.id.clone();
            return Ok(Published { phone_number_id, language, flow_id, is_new: false });
        }
        // A name is unique in the account, and every text has one of its own.
        let name = format!("sepet-address-{}-{}", language.tag(), &sha256[..12]);
        let flow_id = self.rooms.graph.publish_flow(channel, &name, &form).await?;
        let txn = self.platform().db.begin_write().await?;
        let row = channel::Entity::find_by_id(channel.id).lock_exclusive().one(&txn).await?;
        if let Some(row) = row {
            let (version, mut flows) = (row.version + 1, row.address_flows.0.clone());
            flows.insert(language.tag().to_owned(), Flow { id: flow_id.clone(), sha256 });
            let mut row = row.into_active_model();
            row.address_flows = Set(Flows(flows));
            row.version = Set(version);
            row.updated_at = Set(self.platform().now());
            row.update(&txn).await?;
        }
        txn.commit().await?;
        Ok(Published { phone_number_id, language, flow_id, is_new: true })
    }
}

fn words(voice: &Voice) -> AddressWords {
    AddressWords {
        title: t(voice, "form-title"),
        name: t(voice, "form-name"),
        phone: t(voice, "form-phone"),
        street: t(voice, "form-street"),
        district: t(voice, "form-district"),
        city: t(voice, "form-city"),
        note: t(voice, "form-note"),
        send: t(voice, "form-send"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit_their_fields() {
        for lang in Lang::ALL {
            let words = words(&lang.into());
            let length = |text: &str| text.encode_utf16().count();
            let AddressWords { name, phone, street, district, city, note, title, send } = &words;
            for label in [name, phone, street, district, city, note] {
                assert!(length(label) <= 20, "{lang:?}: {label}");
            }
            assert!(length(title) <= 30 && length(send) <= 35, "{words:?}");
        }
    }
}
