//! What a customer says and what must come back. A script is a JSON file: a list of steps, each one inbound message
//! and the replies that it must bring, in order and no others.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize, Clone, Debug)]
pub struct Script {
    pub name: String,
    /// SKUs that `{sku}`, `{sku1}`, `{sku2}` … are drawn from: a prefix and how many there are, as in `SKU-` and 1000.
    #[serde(default = "default_sku_prefix")]
    pub sku_prefix: String,
    #[serde(default = "default_sku_count")]
    pub sku_count: u64,
    #[serde(default)]
    pub sku_width: usize,
    pub steps: Vec<Step>,
}

fn default_sku_prefix() -> String {
    "SKU-".into()
}
fn default_sku_count() -> u64 {
    1000
}

#[derive(Deserialize, Clone, Debug)]
pub struct Step {
    pub name: String,
    pub send: Send,
    #[serde(default = "one_reply")]
    pub expect: Vec<Expect>,
}

fn one_reply() -> Vec<Expect> {
    vec![Expect::default()]
}

#[derive(Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Send {
    /// A plain text
    Text(String),
    /// A button, or a row of a list, that the last reply offered
    Tap(Choice),
    /// A button or row with an id known beforehand
    ButtonReply {
        id: String,
        title: String,
    },
    ListReply {
        id: String,
        title: String,
    },
    /// The cart a customer sends from the catalogue
    Order {
        items: Vec<Item>,
    },
}

#[derive(Deserialize, Clone, Debug, Default)]
pub struct Choice {
    /// The id must contain this
    #[serde(default)]
    pub id: Option<String>,
    /// The title must contain this
    #[serde(default)]
    pub title: Option<String>,
    /// Which of those that match; a negative one means one by the customer's number
    #[serde(default)]
    pub nth: i64,
}

#[derive(Deserialize, Clone, Debug)]
pub struct Item {
    pub sku: String,
    #[serde(default = "one")]
    pub quantity: u32,
    #[serde(default = "price")]
    pub price: f64,
}
fn one() -> u32 {
    1
}
fn price() -> f64 {
    9.99
}

#[derive(Deserialize, Clone, Debug, Default)]
pub struct Expect {
    /// text, interactive, image, template …
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// list, button, product, product_list, catalog_message, flow, cta_url …
    #[serde(default)]
    pub interactive: Option<String>,
    /// The reply's text or interactive object must contain this
    #[serde(default)]
    pub contains: Option<String>,
}

/// A button, or a row of a list, that a reply offers.
#[derive(Clone, Debug)]
pub struct Offer {
    pub id: String,
    pub title: String,
    pub row: bool,
}

/// What an interactive object offers to press or pick.
fn offers(interactive: &str) -> Vec<Offer> {
    let value = serde_json::from_str::<Value>(interactive).unwrap_or_default();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let action = &value["action"];
    let buttons = list(&action["buttons"]).into_iter().map(|b| (b["reply"].clone(), false));
    let rows = list(&action["sections"]).into_iter().flat_map(|s| list(&s["rows"]));
    buttons
        .chain(rows.map(|row| (row, true)))
        .filter_map(|(offer, row)| {
            let id = offer["id"].as_str()?.to_string();
            let title = offer["title"].as_str().unwrap_or_default().to_string();
            Some(Offer { id, title, row })
        })
        .collect()
}

impl Choice {
    /// What is chosen of a reply; none where nothing fits.
    pub fn of(&self, interactive: &str, customer: u64) -> Option<Offer> {
        let mut fits = offers(interactive);
        fits.retain(|offer| {
            self.id.as_ref().is_none_or(|part| offer.id.contains(part.as_str()))
                && self.title.as_ref().is_none_or(|part| offer.title.contains(part.as_str()))
        });
        let at = match usize::try_from(self.nth) {
            Ok(at) => at,
            Err(_) => customer.checked_rem(fits.len() as u64)? as usize,
        };
        (at < fits.len()).then(|| fits.swap_remove(at))
    }
}

impl Send {
    /// What is chosen of the last reply.
    pub fn choice(&self) -> Option<&Choice> {
        match self {
            Self::Tap(choice) => Some(choice),
            _ => None,
        }
    }

    /// Id and title of what is tapped without looking at the last reply, and whether it is a row.
    pub fn known(&self) -> Option<(&str, &str, bool)> {
        match self {
            Self::ButtonReply { id, title } => Some((id, title, false)),
            Self::ListReply { id, title } => Some((id, title, true)),
            _ => None,
        }
    }
}

impl Script {
    /// Reads a file.
    pub fn read(path: &str) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
        serde_json::from_str(&text).map_err(|e| format!("{path}: {e}"))
    }

    pub fn sku(&self, n: u64) -> String {
        format!("{}{:0w$}", self.sku_prefix, n % self.sku_count, w = self.sku_width)
    }

    /// Fills `{n}` (the customer), `{sku}`, `{sku1}` … in a template.
    pub fn fill(&self, template: &str, customer: u64, round: u64) -> String {
        if !template.contains('{') {
            return template.to_string();
        }
        let mut out = template.replace("{n}", &customer.to_string());
        let base = customer.wrapping_mul(7919).wrapping_add(round.wrapping_mul(104_729));
        out = out.replace("{sku}", &self.sku(base));
        for i in 1..=9u64 {
            out = out.replace(&format!("{{sku{i}}}"), &self.sku(base.wrapping_add(i * 31)));
        }
        out
    }
}
