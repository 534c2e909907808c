//! `shop.toml`: its keys, and what each must be.

use std::path::Path;

use entity::shop::Checkout;
use secrecy::SecretString;
use toml::Table;

use super::{
    ShopError, check, hours,
    section::{Env, Reader, Section},
    terms::{self, TermsPart, TermsText},
};
use crate::{message::PhoneNumber, money::Currency};

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

/// `[checkout]`. What is absent stays as it is stored; a new shop gets the defaults of [`Checkout`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckoutPart {
    pub delivery: Option<bool>,
    pub pickup: Option<bool>,
    pub pickup_address: Option<String>,
    pub cash_on_delivery: Option<bool>,
    pub bank_transfer: Option<bool>,
    pub bank_account: Option<String>,
    /// Hours.
    pub transfer_hours: Option<u16>,
    /// `[pickup]`: as OpenStreetMap writes opening hours.
    pub pickup_hours: Option<String>,
    /// `[pickup]`: the days that `PH` means, `2026-10-29`.
    pub pickup_holidays: Option<Vec<String>>,
}

/// `[cart]`. What is absent stays as it is stored; a new shop gets [`CartPart::DAYS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CartPart {
    /// Days that a cart is kept without a change.
    pub days: Option<i32>,
}

impl CartPart {
    /// Days of a new shop.
    pub const DAYS: i32 = 30;
}

impl CheckoutPart {
    /// `old` with what the file says over it.
    #[must_use]
    pub fn over(&self, old: Checkout) -> Checkout {
        Checkout {
            delivery: self.delivery.unwrap_or(old.delivery),
            pickup: self.pickup.unwrap_or(old.pickup),
            pickup_address: self.pickup_address.clone().unwrap_or(old.pickup_address),
            cash_on_delivery: self.cash_on_delivery.unwrap_or(old.cash_on_delivery),
            bank_transfer: self.bank_transfer.unwrap_or(old.bank_transfer),
            bank_account: self.bank_account.clone().unwrap_or(old.bank_account),
            transfer_hours: self.transfer_hours.unwrap_or(old.transfer_hours),
            pickup_hours: self.pickup_hours.clone().unwrap_or(old.pickup_hours),
            pickup_holidays: self.pickup_holidays.clone().unwrap_or(old.pickup_holidays),
            terms: old.terms,
        }
    }
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
        let mut root: Table = toml::from_str(text)
            .map_err(|error| ShopError::Faults(vec![format!("it is no TOML: {error}")]))?;
        let mut reader = Reader { base_dir, env, faults: Vec::new() };
        let app = app(&mut reader, &mut root);
        let shop = shop(&mut reader, &mut root);
        let channel = channel(&mut reader, &mut root);
        let mut checkout = checkout(&mut reader, &mut root);
        pickup(&mut reader, &mut root, &mut checkout);
        let cart = cart(&mut reader, &mut root);
        let terms = terms(&mut reader, &mut root);
        reader.no_more("", &root);
        match (app, shop, channel) {
            (Some(app), Some(shop), Some(channel)) if reader.faults.is_empty() => {
                Ok(Self { app, shop, channel, checkout, cart, terms })
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

fn checkout(reader: &mut Reader<'_>, root: &mut Table) -> CheckoutPart {
    let Some(mut part) = reader.section(root, "checkout", false) else {
        return CheckoutPart::default();
    };
    let read = CheckoutPart {
        delivery: part.bool("delivery"),
        pickup: part.bool("pickup"),
        pickup_address: part.free_text("pickup_address"),
        cash_on_delivery: part.bool("cash_on_delivery"),
        bank_transfer: part.bool("bank_transfer"),
        bank_account: part.free_text("bank_account"),
        transfer_hours: part
            .number("transfer_hours", 1, 720)
            .and_then(|hours| u16::try_from(hours).ok()),
        ..CheckoutPart::default()
    };
    let whole = read.over(Checkout::default());
    if let Err(what) = check::checkout(&whole) {
        part.check(what.0, Err(what.1));
    }
    part.end();
    read
}

fn cart(reader: &mut Reader<'_>, root: &mut Table) -> CartPart {
    let Some(mut part) = reader.section(root, "cart", false) else { return CartPart::default() };
    let read = CartPart { days: part.number("days", check::CART_DAYS.0, check::CART_DAYS.1) };
    part.end();
    read
}

fn pickup(reader: &mut Reader<'_>, root: &mut Table, checkout: &mut CheckoutPart) {
    let Some(mut part) = reader.section(root, "pickup", false) else { return };
    checkout.pickup_hours = part.free_text("hours");
    checkout.pickup_holidays = part.texts_or_none("holidays");
    let hours = checkout.pickup_hours.as_deref().unwrap_or_default();
    let holidays = checkout.pickup_holidays.as_deref().unwrap_or_default();
    if let Err((field, what)) = hours::check(hours, holidays) {
        let key = if field == "pickup_holidays" { "holidays" } else { "hours" };
        part.check(key, Err(what));
    }
    part.end();
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
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const WHOLE: &str = r#"
[app]
id = "1234567890"
secrets = ["app-secret"]
verify_token = "verify"
[shop]
handle = "kahve"
name = "Kahve Dükkanı"
currency = "TRY"
languages = ["tr", "en"]
time_zone = "Europe/Istanbul"
prices_include_tax = true
[channel]
graph_url = "http://127.0.0.1:9090"
graph_version = "v25.0"
phone_number_id = "100000000000001"
display_phone_number = "+90 555 000 0001"
waba_id = "200000000000002"
portfolio_id = "300000000000003"
catalog_id = "400000000000004"
access_token = "token"
[channel.pace]
per_second = 80
pair_seconds = 6
pair_burst = 45
"#;

    fn read(text: &str) -> Result<ShopFile, Vec<String>> {
        let env = |name: &str| (name == "TOKEN").then(|| " from-env \n".to_owned());
        ShopFile::parse_with(text, Path::new("/nowhere"), &env).map_err(|error| match error {
            ShopError::Faults(faults) => faults,
            other => vec![other.to_string()],
        })
    }

    #[test]
    fn the_documented_file_is_read() {
        let file = read(WHOLE).unwrap();
        assert_eq!(file.shop.languages, ["tr", "en"]);
        assert_eq!(file.channel.display_phone_number, "+905550000001");
        assert_eq!(file.channel.pace.pair_burst, Some(45));
        assert_eq!(file.app.secrets[0].expose_secret(), "app-secret");
        assert!(!format!("{file:?}").contains("token\""), "a secret is never shown");
    }

    #[test]
    fn what_is_left_out_has_the_documented_default() {
        let text = WHOLE
            .replace("graph_url = \"http://127.0.0.1:9090\"\n", "")
            .replace("graph_version = \"v25.0\"\n", "")
            .replace("[channel.pace]\nper_second = 80\npair_seconds = 6\npair_burst = 45\n", "");
        let file = read(&text).unwrap();
        assert_eq!(file.channel.graph_url, "https://graph.facebook.com");
        assert_eq!(file.channel.graph_version, "v25.0");
        assert_eq!(file.channel.pace, Pace::default());
    }

    #[test]
    fn secrets_come_from_variables_and_files_too() {
        let from_env = WHOLE.replace("access_token = \"token\"", "access_token_env = \"TOKEN\"");
        assert_eq!(read(&from_env).unwrap().channel.access_token.expose_secret(), "from-env");
        let unset = WHOLE.replace("access_token = \"token\"", "access_token_env = \"UNSET\"");
        assert_eq!(
            read(&unset).unwrap_err(),
            ["`channel.access_token` names the variable `UNSET`, which is not set"]
        );
        let folder = std::env::temp_dir().join(format!("sepet-shop-file-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("secrets"), "one\ntwo\n\n").unwrap();
        let text = WHOLE.replace("secrets = [\"app-secret\"]", "secrets_file = \"secrets\"");
        let file = ShopFile::parse(&text, &folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let secrets: Vec<_> = file.app.secrets.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(secrets, ["one", "two"]);
        let both =
            WHOLE.replace("verify_token = ", "verify_token_env = \"TOKEN\"\nverify_token = ");
        assert_eq!(read(&both).unwrap_err(), ["`app.verify_token` is given in more than one way"]);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let text = r#"
colour = 1
[app]
id = "x"
secrets = [""]
verify_token = " "
[shop]
handle = "Kahve"
nmae = "typo"
currency = "TRL"
languages = ["tr", "Turkish"]
time_zone = "Istanbul"
prices_include_tax = "yes"
[channel]
graph_url = "http://graph.facebook.com"
graph_version = "25"
phone_number_id = "1"
display_phone_number = "0555"
portfolio_id = "3"
access_token_file = "missing"
[channel.pace]
per_second = -1
pear_seconds = 1
[checkout]
bank_transfer = true
transfer_hours = 0
"#;
        let faults = read(text).unwrap_err();
        let named = |part: &str| {
            assert!(
                faults.iter().any(|fault| fault.starts_with(part)),
                "{part} is not among {faults:#?}"
            );
        };
        for part in [
            "`app.id`",
            "`app.secrets`",
            "`app.verify_token`",
            "`shop.handle`",
            "`shop.name` is missing",
            "`shop.nmae` is unknown",
            "`shop.currency`",
            "`shop.languages`",
            "`shop.time_zone`",
            "`shop.prices_include_tax`",
            "`channel.graph_url`",
            "`channel.graph_version`",
            "`channel.display_phone_number`",
            "`channel.waba_id` is missing",
            "`channel.access_token` names the file `missing`",
            "`channel.pace.per_second`",
            "`channel.pace.pear_seconds` is unknown",
            "`checkout.bank_account`",
            "`checkout.transfer_hours`",
            "`colour` is unknown",
        ] {
            named(part);
        }
        assert_eq!(faults.len(), 20, "{faults:#?}");
        assert_eq!(
            read("").unwrap_err(),
            ["[app] is missing", "[shop] is missing", "[channel] is missing"]
        );
        assert!(read("[app").unwrap_err()[0].starts_with("it is no TOML"));
    }
}
