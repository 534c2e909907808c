//! Which language a chat speaks. Pure.
//!
//! What the customer chose stays. Otherwise it is guessed: from the first words, else from the country, and a whole sentence
//! that leaves no doubt changes it. docs/texts.md tells it to people.

use entity::shop;

use super::step::Step;
use crate::{
    message::{Content, Inbound},
    text::{Lang, language_of_bsuid, language_of_phone, language_of_sentence, languages_of, word},
};

/// The language of the chat: the customer's when the shop speaks it, else the shop's first.
pub(super) fn spoken(shop: &shop::Model, tag: Option<&str>) -> Lang {
    let spoken = Lang::spoken(&shop.languages.0);
    tag.and_then(|tag| tag.parse().ok())
        .filter(|lang| spoken.contains(lang))
        .or(spoken.first().copied())
        .unwrap_or(Lang::En)
}

/// Another language of the shop that a whole sentence speaks without doubt. What answers a question (an
/// address, a name, a note) says nothing of the language, nor does what was forwarded, nor a word that is understood
/// everywhere.
pub(super) fn language_heard(
    shop: &shop::Model,
    inbound: &Inbound,
    step: Step,
    lang: Lang,
) -> Option<Lang> {
    let Content::Text(text) = &inbound.content else { return None };
    let answers = step.is_typed() || step == Step::AskDoor;
    if answers || inbound.forwarded || word(text, lang).is_some() {
        return None;
    }
    let spoken = Lang::spoken(&shop.languages.0);
    language_of_sentence(text, &spoken).filter(|&heard| heard != lang)
}

/// The language to begin with: that of the first words, else of the person's country, else English, as far as the shop
/// speaks it.
pub(super) fn first_language(shop: &shop::Model, inbound: &Inbound) -> Lang {
    let spoken = Lang::spoken(&shop.languages.0);
    let words = match &inbound.content {
        Content::Text(text) | Content::Media { caption: Some(text), .. } => {
            languages_of(text, &spoken)
        }
        _ => Vec::new(),
    };
    let from = &inbound.from;
    let country = from
        .phone
        .as_ref()
        .and_then(|phone| language_of_phone(phone.as_str()))
        .or_else(|| from.bsuid.as_deref().and_then(language_of_bsuid));
    // Words of several languages are those of the country, else of the language that most have learnt.
    let told = [country, Some(Lang::En)].into_iter().flatten().find(|lang| words.contains(lang));
    told.or_else(|| words.first().copied())
        .or_else(|| country.filter(|lang| spoken.contains(lang)))
        .or_else(|| Some(Lang::En).filter(|lang| spoken.contains(lang)))
        .unwrap_or_else(|| self::spoken(shop, None))
}

#[cfg(test)]
mod tests {
    use entity::Timestamp;

    use super::*;
    use crate::{conversation::sample, message::Person};

    fn shop(languages: &[&str]) -> shop::Model {
        let languages = languages.iter().copied().collect();
        shop::Model { languages, ..(*sample::chat().shop).clone() }
    }

    fn from(phone: &str, bsuid: &str, text: &str) -> Inbound {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Inbound {
            wamid: "wamid.1".into(),
            from: Person {
                phone: crate::message::PhoneNumber::parse(phone),
                bsuid: some(bsuid),
                parent_bsuid: None,
                name: None,
            },
            sent_at: Timestamp::from_ms(0),
            reply_to: None,
            about_sku: None,
            referral: None,
            forwarded: false,
            content: Content::Text(text.into()),
        }
    }

    #[test]
    fn the_first_words_come_before_the_country_and_the_country_before_english() {
        let all = shop(&["tr", "en", "ar", "de", "es", "pt-BR"]);
        let first = |shop: &shop::Model, phone: &str, bsuid: &str, text: &str| {
            first_language(shop, &from(phone, bsuid, text))
        };
        assert_eq!(first(&all, "+905551112233", "", "Hola"), Lang::Es);
        assert_eq!(first(&all, "+905551112233", "", "?"), Lang::Tr);
        assert_eq!(first(&all, "", "BR.1", "?"), Lang::PtBr);
        assert_eq!(first(&all, "+4915112345678", "TR.1", "?"), Lang::De, "the phone is surer");
        assert_eq!(first(&all, "+12125551234", "", "?"), Lang::En);
        for (text, lang) in
            [("hi", Lang::En), ("helo", Lang::En), ("hii!", Lang::En), ("Mrhaba", Lang::Tr)]
        {
            assert_eq!(first(&all, "+905551112233", "", text), lang, "{text}");
        }
        assert_eq!(first(&all, "+4915112345678", "", "hi"), Lang::De, "both greet so");
        assert_eq!(first(&all, "+4915112345678", "", "halo"), Lang::De);
        // As far as the shop speaks it.
        let two = shop(&["de", "en"]);
        assert_eq!(first(&two, "+905551112233", "", "Merhaba"), Lang::En);
        let two = shop(&["ar", "tr"]);
        assert_eq!(first(&two, "+12125551234", "", "Hello"), Lang::Ar, "its first");
        let one = shop(&["es-419"]);
        assert_eq!(first(&one, "+905551112233", "", "Merhaba"), Lang::Es);
        let none = shop(&["fr"]);
        assert_eq!(first(&none, "+905551112233", "", "Merhaba"), Lang::En);
    }

    #[test]
    fn only_a_whole_sentence_is_heard_and_no_address() {
        let all = shop(&["tr", "en", "de"]);
        let german = "Ich möchte gern zwei Packungen Kaffee bestellen";
        let heard = |text: &str, step| language_heard(&all, &from("", "", text), step, Lang::Tr);
        assert_eq!(heard(german, Step::Start), Some(Lang::De));
        assert_eq!(heard(german, Step::AskAddress), None);
        for text in ["Hallo", "wo ist meine Bestellung?", "Quiero comprar dos paquetes de café"] {
            assert_eq!(heard(text, Step::Start), None, "{text}");
        }
    }

    #[test]
    fn a_language_that_the_shop_gave_up_is_its_first_one() {
        let two = shop(&["tr", "en"]);
        assert_eq!(spoken(&two, Some("en")), Lang::En);
        assert_eq!(spoken(&two, Some("de")), Lang::Tr);
        assert_eq!(spoken(&two, None), Lang::Tr);
    }
}
