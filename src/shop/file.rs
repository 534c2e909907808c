//! `shop.toml`: its keys, and what each must be.

use std::path::Path;

use secrecy::SecretString;
use toml::Table;

use super::{
    ShopError, check,
    checkout::{CartPart, CheckoutPart},
    orders::OrdersPart,
    section::{Env, Reader, Section},
    terms::{self, TermsPart, TermsText},
};
use crate::{message::PhoneNumber, money::Currency, platform::config::without_line};

const GRAPH_URL: &str = "https://graph.facebook.com";
const GRAPH_VERSION: &str = "v25.0";

/// A whole `shop.toml`, checked.
#[derive(Clone, Debug)]
pub struct ShopFile {
    pub app: AppPart,
    pub shop: ShopPart,
    pub channel: ChannelPart,
    /// What the file says of the checkout.
    pub checkout: CheckoutPart,
    /// What the file says of placed orders.
    pub orders: OrdersPart,
    /// What it says of carts.
    pub cart: CartPart,
    /// `[terms]`: the terms of sale; absent: they stay as they are stored.
    pub terms: Option<TermsPart>,
}

/// `[app]`: the Meta app.
#[derive(Clone, Debug)]
pub struct AppPart {
    pub id: String,
    /// App secrets, several during a rotation; at least one.
    pub secrets: Vec<SecretString>,
    pub verify_token: SecretString,
}

/// `[shop]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopPart {
    pub handle: String,
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// Language tags, the first is the default.
    pub languages: Vec<String>,
    /// IANA name.
    pub time_zone: String,
    pub prices_include_tax: bool,
}

/// `[channel]`: one WhatsApp number.
#[derive(Clone, Debug)]
pub struct ChannelPart {
    /// Without a slash at the end.
    pub graph_url: String,
    pub graph_version: String,
    pub phone_number_id: String,
    /// `+` and digits.
    pub display_phone_number: String,
    pub waba_id: String,
    pub portfolio_id: String,
    pub catalog_id: Option<String>,
    /// A published Flow that asks for an address, in whatever language.
    pub address_flow_id: Option<String>,
    pub access_token: SecretString,
    pub pace: Pace,
}

/// `[channel.pace]`. What is absent stays as it is stored; a new channel gets WhatsApp's own limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// Messages a second; 0 = off.
    pub per_second: Option<i32>,
    /// Seconds a message to one person; 0 = off.
    pub pair_seconds: Option<i32>,
    /// Messages to one person at once.
    pub pair_burst: Option<i32>,
}

impl ShopFile {
    /// Reads a `shop.toml`. Files named by `…_file` are looked for beside it, in `base_dir`.
    ///
    /// # Errors
    /// [`ShopError::Faults`] with everything that is missing, unknown or wrong.
    pub fn parse(text: &str, base_dir: &Path) -> Result<Self, ShopError> {
        Self::parse_with(text, base_dir, &|name| std::env::var(name).ok())
    }

    fn parse_with(text: &str, base_dir: &Path, env: Env<'_>) -> Result<Self, ShopError> {
        let mut root: Table = toml::from_str(text).map_err(|error| {
            ShopError::Faults(vec![format!("it is no TOML: {}", without_line(&error.to_string()))])
        })?;
        let mut reader = Reader { base_dir, env, faults: Vec::new() };
        let app = app(&mut reader, &mut root);
        let shop = shop(&mut reader, &mut root);
        let channel = channel(&mut reader, &mut root);
        let checkout = CheckoutPart::read(&mut reader, &mut root);
        let orders = OrdersPart::read(&mut reader, &mut root);
        let cart = CartPart::read(&mut reader, &mut root);
        let terms = terms(&mut reader, &mut root);
        reader.no_more("", &root);
        match (app, shop, channel) {
            (Some(app), Some(shop), Some(channel)) if reader.faults.is_empty() => {
                Ok(Self { app, shop, channel, checkout, cart, orders, terms })
            }
            _ => Err(ShopError::Faults(reader.faults)),
        }
    }
}

fn app(reader: &mut Reader<'_>, root: &mut Table) -> Option<AppPart> {
    let mut part = reader.section(root, "app", true)?;
    let id = part.text("id");
    if !id.is_empty() {
        part.check("id", check::meta_id(&id));
    }
    let secrets = part.secrets("secrets");
    let verify_token = part.secret("verify_token");
    part.end();
    Some(AppPart { id, secrets, verify_token })
}

fn shop(reader: &mut Reader<'_>, root: &mut Table) -> Option<ShopPart> {
    let mut part = reader.section(root, "shop", true)?;
    let handle = part.text("handle");
    if !handle.is_empty() {
        part.check("handle", check::handle(&handle));
    }
    let name = part.text("name");
    if !name.is_empty() {
        part.check("name", check::line(&name, 100));
    }
    let currency = part.text("currency");
    if !currency.is_empty() {
        let known = currency.parse::<Currency>().map(drop).map_err(|error| error.to_string());
        part.check("currency", known);
    }
    let languages = part.texts("languages");
    if !languages.is_empty() {
        part.check("languages", check::languages(&languages));
    }
    let time_zone = part.text("time_zone");
    if !time_zone.is_empty() {
        part.check("time_zone", check::time_zone(&time_zone));
    }
    let prices_include_tax = part.bool("prices_include_tax").unwrap_or(true);
    if !prices_include_tax {
        let fault = "must be true: taxes on top of prices come with a later version";
        part.check("prices_include_tax", Err(fault.to_owned()));
    }
    part.end();
    Some(ShopPart { handle, name, currency, languages, time_zone, prices_include_tax })
}

fn channel(reader: &mut Reader<'_>, root: &mut Table) -> Option<ChannelPart> {
    let mut part = reader.section(root, "channel", true)?;
    let mut graph_url = part.text_or_none("graph_url").unwrap_or_else(|| GRAPH_URL.to_owned());
    match check::base_url(&graph_url) {
        Ok(url) => graph_url = url,
        Err(what) => part.check("graph_url", Err(what)),
    }
    let graph_version =
        part.text_or_none("graph_version").unwrap_or_else(|| GRAPH_VERSION.to_owned());
    part.check("graph_version", check::graph_version(&graph_version));
    let mut ids = [String::new(), String::new(), String::new()];
    for (key, id) in ["phone_number_id", "waba_id", "portfolio_id"].into_iter().zip(&mut ids) {
        *id = part.text(key);
        if !id.is_empty() {
            part.check(key, check::meta_id(id));
        }
    }
    let [phone_number_id, waba_id, portfolio_id] = ids;
    let catalog_id = part.text_or_none("catalog_id");
    if let Some(id) = &catalog_id {
        part.check("catalog_id", check::meta_id(id));
    }
    let address_flow_id = part.text_or_none("address_flow_id");
    if let Some(id) = &address_flow_id {
        part.check("address_flow_id", check::meta_id(id));
    }
    let mut display_phone_number = part.text("display_phone_number");
    if !display_phone_number.is_empty() {
        match display_phone_number.parse::<PhoneNumber>() {
            Ok(phone) if display_phone_number.starts_with('+') => {
                display_phone_number = phone.as_str().to_owned();
            }
            Ok(_) => part.check("display_phone_number", Err("must begin with `+`".to_owned())),
            Err(what) => {
                let says = format!("`{display_phone_number}`: {what}");
                part.check("display_phone_number", Err(says));
            }
        }
    }
    let access_token = part.secret("access_token");
    let mut pace = Pace::default();
    if let Some(mut table) = part.table("channel.pace") {
        pace = Pace {
            per_second: table.number("per_second", 0, 1_000),
            pair_seconds: table.number("pair_seconds", 0, 3_600),
            pair_burst: table.number("pair_burst", 1, 1_000),
        };
        table.end();
    }
    part.end();
    Some(ChannelPart {
        graph_url,
        graph_version,
        phone_number_id,
        display_phone_number,
        waba_id,
        portfolio_id,
        catalog_id,
        address_flow_id,
        access_token,
        pace,
    })
}

/// `[terms]`, and `[terms.LANGUAGE]` for languages that have their own.
fn terms(reader: &mut Reader<'_>, root: &mut Table) -> Option<TermsPart> {
    const LANGUAGES: [&str; 6] =
        ["terms.tr", "terms.en", "terms.ar", "terms.de", "terms.es", "terms.pt-BR"];
    let mut part = reader.section(root, "terms", false)?;
    let mut all = TermsPart::new();
    for name in LANGUAGES {
        if let Some(table) = part.table(name) {
            let tag = name.trim_start_matches("terms.");
            all.insert(tag.to_owned(), terms_text(table));
        }
    }
    let rest = terms_text(part);
    if rest != TermsText::default() {
        all.insert(String::new(), rest);
    }
    Some(all)
}

fn terms_text(mut part: Section<'_, '_>) -> TermsText {
    let body = part.text_or_file("text").unwrap_or_default();
    let url = part.text_or_none("url");
    let text = TermsText { body, url };
    if text != TermsText::default()
        && let Err((field, what)) = terms::check(&text)
    {
        part.check(field, Err(what));
    }
    part.end();
    text
}

#[cfg(test)]
mod tests;
