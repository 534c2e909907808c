//! The form for an address (a WhatsApp Flow without an endpoint): offered where an address is asked for, when the number
//! has one in the language of the chat. What comes back was filled in by a person and is not to be trusted. Pure.

use std::collections::BTreeMap;

use entity::cart::{self, Form, Receiver};

use super::{
    basket, checkout,
    destination::{self, LONGEST_ADDRESS},
    details, receiver,
    step::{Chat, Decision, StepError},
};
use crate::{
    cart::Offers,
    message::{Outbound, Text},
    platform::secret::sha256_hex,
    text::t,
};

/// How long a form may be filled in, milliseconds.
const LIFE_MS: i64 = 24 * 60 * 60 * 1_000;
/// One that ends sooner is not offered again.
const WORTH_MS: i64 = 60 * 60 * 1_000;
/// The screen of the form.
const SCREEN: &str = "ADDRESS";
/// Characters of the fields.
const SHORTEST_STREET: usize = 3;
const LONGEST_STREET: usize = 200;
const LONGEST_PLACE: usize = 80;
const LONGEST_NAME: usize = 80;
const LONGEST_NOTE: usize = 200;

/// WhatsApp's id of the form in the language of the chat.
fn flow(chat: &Chat) -> Option<&str> {
    let flows = &chat.channel.address_flows.0;
    flows.get(chat.voice.lang().tag()).or_else(|| flows.get("*")).map(|flow| flow.id.as_str())
}

/// The cart with a token that one answer may bring; the one that is out already, while it holds.
pub(super) fn with_token(chat: &Chat, mut cart: cart::Model) -> cart::Model {
    let holds = |form: &Form| form.until.ms() - chat.now.ms() > WORTH_MS;
    if flow(chat).is_some() && !cart.details.form.as_ref().is_some_and(holds) {
        // The key is the shop's secret and the instant makes it another each time: nobody can guess it.
        let mut seed = chat.shop.number_key.clone();
        seed.extend_from_slice(cart.id.0.as_bytes());
        seed.extend_from_slice(&chat.now.ms().to_be_bytes());
        let token = format!("ft_{}", &sha256_hex(&seed)[..32]);
        cart.details.form = Some(Form { token, until: chat.now.plus_ms(LIFE_MS) });
    }
    cart
}

/// The question for an address with the form below it; `None` when there is none.
pub(super) fn offer(chat: &Chat, cart: &cart::Model, body: &str) -> Option<Outbound> {
    let flow_id = flow(chat)?.to_owned();
    let token = cart.details.form.as_ref()?.token.clone();
    let phone = details::own_phone(chat).unwrap_or_default();
    let known = [("name", chat.customer.name.as_str()), ("phone", phone)];
    Some(Outbound::Form {
        body: Text::cut(body),
        label: Text::cut(t(&chat.voice, "form-button")),
        flow_id,
        token,
        screen: SCREEN.to_owned(),
        data: known.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
    })
}

/// A form that was filled in.
pub(super) fn filled(
    chat: &Chat,
    fields: &BTreeMap<String, String>,
    token: Option<&str>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let late = || Some(t(&chat.voice, "form-late"));
    let Some(cart) = chat.cart.as_ref().filter(|cart| !cart.lines.0.is_empty()) else {
        return basket::show(chat, late(), offers);
    };
    let open = cart.details.form.as_ref();
    let known =
        open.is_some_and(|form| token == Some(form.token.as_str()) && chat.now < form.until);
    if !known {
        return checkout::begin(chat, late(), offers);
    }
    let read = match read(fields, &chat.channel.display_phone_number) {
        Ok(read) => read,
        Err(key) => return destination::ask(chat, t(&chat.voice, key), offers),
    };
    let mut chat = chat.clone();
    let mut contact = None;
    if details::own_phone(&chat).is_none() {
        contact = read.who.phone.clone();
        chat.customer.contact_phone.clone_from(&contact);
    }
    let mut cart = cart.clone();
    cart.details.form = None;
    let who = details::other(&chat, read.who);
    if cart.details.receiver != who {
        cart.details.receiver.clone_from(&who);
        cart.version += 1;
    }
    let mut decision = destination::filled(&chat, cart, read.address, who.as_ref(), offers)?;
    decision.contact_phone = contact;
    Ok(decision)
}

/// What a form holds, once it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Filled {
    address: String,
    who: Receiver,
}

/// Checks the fields.
///
/// # Errors
/// The key of what is to be said about it.
fn read(fields: &BTreeMap<String, String>, home: &str) -> Result<Filled, &'static str> {
    let field = |key: &str| {
        let text = fields.get(key).map_or("", String::as_str);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let within = |text: &str, most: usize| text.chars().count() <= most;
    let (street, district, city) = (field("street"), field("district"), field("city"));
    let (name, note, phone) = (field("name"), field("note"), field("phone"));
    if street.chars().count() < SHORTEST_STREET || city.is_empty() {
        return Err("form-incomplete");
    }
    let fits = within(&street, LONGEST_STREET)
        && within(&district, LONGEST_PLACE)
        && within(&city, LONGEST_PLACE)
        && within(&name, LONGEST_NAME)
        && within(&note, LONGEST_NOTE);
    let place = [district, city].into_iter().filter(|part| !part.is_empty());
    let place = place.collect::<Vec<_>>().join(", ");
    let lines = [street, place, note].into_iter().filter(|line| !line.is_empty());
    let address = lines.collect::<Vec<_>>().join("\n");
    if !fits || !within(&address, LONGEST_ADDRESS) {
        return Err("form-long");
    }
    let phone = match phone.as_str() {
        "" => None,
        phone => Some(receiver::phone(phone, home).ok_or("phone-wrong")?.as_str().to_owned()),
    };
    let name = Some(name).filter(|name| name.chars().any(char::is_alphabetic));
    Ok(Filled { address, who: Receiver { name, phone } })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(fields: &[(&str, &str)]) -> Result<Filled, &'static str> {
        let fields = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        read(&fields, "+905550000001")
    }

    const HOME: [(&str, &str); 5] = [
        ("name", "Fatma Yılmaz"),
        ("phone", "0532 111 22 33"),
        ("street", "Moda Caddesi 12/3"),
        ("district", "Kadıköy"),
        ("city", "İstanbul"),
    ];

    fn with(key: &'static str, value: &'static str) -> Result<Filled, &'static str> {
        let mut fields = HOME.to_vec();
        fields.retain(|(k, _)| *k != key);
        fields.push((key, value));
        of(&fields)
    }

    #[test]
    fn a_form_becomes_an_address_and_a_person() {
        let filled = of(&HOME).unwrap();
        assert_eq!(filled.address, "Moda Caddesi 12/3\nKadıköy, İstanbul");
        assert_eq!(filled.who.name.as_deref(), Some("Fatma Yılmaz"));
        assert_eq!(filled.who.phone.as_deref(), Some("+905321112233"));
        let noted = with("note", "Zil  çalışmıyor\n").unwrap();
        assert_eq!(noted.address, "Moda Caddesi 12/3\nKadıköy, İstanbul\nZil çalışmıyor");
        assert_eq!(with("phone", "").unwrap().who.phone, None);
    }

    #[test]
    fn what_cannot_be_is_refused_with_a_word() {
        assert_eq!(with("street", " "), Err("form-incomplete"));
        assert_eq!(with("city", ""), Err("form-incomplete"));
        assert_eq!(of(&[]), Err("form-incomplete"));
        assert_eq!(with("phone", "0532 111"), Err("phone-wrong"));
        let long: &'static str = "a".repeat(201).leak();
        for key in ["street", "district", "city", "name", "note"] {
            assert_eq!(with(key, long), Err("form-long"), "{key}");
        }
    }

    proptest! {
        #[test]
        fn any_fields_are_an_address_or_refused(
            fields in prop::collection::btree_map("name|phone|street|district|city|note|x", any::<String>(), 0..7),
        ) {
            if let Ok(filled) = read(&fields, "+905550000001") {
                prop_assert!(filled.address.chars().count() <= LONGEST_ADDRESS);
                prop_assert!(!filled.address.trim().is_empty());
            }
        }
    }
}
