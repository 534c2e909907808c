//! The pretend world: people, chats, catalogs, and what is still to be told to the business.
//!
//! Everything that must survive a restart is a [`Fact`]: it is applied to the [`World`] and appended to the journal in
//! one step, and a restart applies the same facts again. Pure: no clock, no network, no file.

pub(crate) mod catalog;
pub(crate) mod chat;
pub(crate) mod customer;
pub(crate) mod fault;
pub(crate) mod flow;
pub(crate) mod media;
pub(crate) mod pace;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use catalog::{Batch, Catalog, Item};
use chat::{Bubble, Chats};
use customer::Customer;
use flow::{Flow, Link};

/// How long free-form messages may be sent after a person wrote: 24 hours, in milliseconds.
pub(crate) const WINDOW_MS: i64 = 24 * 3_600 * 1_000;

/// Batches whose status can be asked for; the oldest finished ones go first.
const BATCHES_KEPT: usize = 1_000;

/// Something that happened and is never undone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fact {
    /// A person is new, or not the same any more.
    Customer(Customer),
    /// Somebody said something.
    Bubble { customer: String, bubble: Bubble },
    /// A bubble got further.
    Status { customer: String, message_id: String, status: String },
    /// A person wrote to a number at this moment: the window is open.
    Inbound { customer: String, phone_number_id: String, at_ms: i64 },
    /// Items new or changed.
    Items { catalog_id: String, items: Vec<Item> },
    /// Items deleted.
    ItemsGone { catalog_id: String, retailer_ids: Vec<String> },
    /// A batch came in, or finished.
    Batch(Batch),
    /// The cart and the catalog were switched on or off for a number.
    Commerce { phone_number_id: String, settings: Commerce },
    /// A template was registered.
    Template(Template),
    /// What a chat shows before anybody wrote.
    Automation { phone_number_id: String, automation: Automation },
    /// A form is new, or further.
    Flow(Flow),
    /// A draft was deleted.
    FlowGone { id: String },
    /// A short link is new, or opens with other words.
    Link(Link),
    /// A short link leads nowhere any more.
    LinkGone { code: String },
    /// Where an account's webhooks go.
    Subscription { waba_id: String, subscription: Subscription },
    /// Something to tell the business.
    Due(Update),
    /// The business was told, or it is too late.
    Done { seqs: Vec<u64> },
    /// Time was moved.
    Clock { now_ms: i64 },
}

/// Switches of one number. Source: commerce settings page (read 2026), with its defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Commerce {
    pub(crate) is_cart_enabled: bool,
    pub(crate) is_catalog_visible: bool,
}

impl Default for Commerce {
    fn default() -> Self {
        Self { is_cart_enabled: true, is_catalog_visible: false }
    }
}

/// Conversational components of one number. Source: their page (read 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Automation {
    #[serde(default)]
    pub(crate) enable_welcome_message: bool,
    #[serde(default)]
    pub(crate) prompts: Vec<String>,
    #[serde(default)]
    pub(crate) commands: Vec<Value>,
}

/// A registered message template.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) waba_id: String,
    pub(crate) name: String,
    pub(crate) language: String,
    /// MARKETING, UTILITY, AUTHENTICATION.
    pub(crate) category: String,
    pub(crate) components: Value,
}

/// Where an account's webhooks go.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) subscribed: bool,
    pub(crate) override_url: Option<String>,
}

/// One thing to tell the business.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Update {
    pub(crate) seq: u64,
    pub(crate) at_ms: i64,
    pub(crate) phone_number_id: String,
    pub(crate) customer: Option<String>,
    /// The webhook field, usually `messages`.
    pub(crate) field: String,
    pub(crate) contact: Option<Value>,
    pub(crate) part: Part,
}

/// Where it belongs in `value`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    Message(Value),
    Status(Value),
    /// All keys of `value` beside `metadata`.
    Whole(Value),
    /// All of `value`, in an entry of its own: what is about the account and not about a number.
    Bare {
        value: Value,
        /// Instead of the account's id.
        entry_id: Option<String>,
    },
}

/// Everything that was applied.
#[derive(Default)]
pub(crate) struct World {
    customers: Vec<Customer>,
    /// Places in `customers` by id, by digits of the phone, by BSUID.
    ids: HashMap<String, usize>,
    phones: HashMap<String, usize>,
    bsuids: HashMap<String, usize>,
    pub(crate) chats: Chats,
    windows: HashMap<(String, String), i64>,
    catalogs: BTreeMap<String, Catalog>,
    pub(crate) batches: BTreeMap<String, Batch>,
    commerce: BTreeMap<String, Commerce>,
    automation: BTreeMap<String, Automation>,
    flows: BTreeMap<String, Flow>,
    links: BTreeMap<String, Link>,
    pub(crate) templates: Vec<Template>,
    subscriptions: BTreeMap<String, Subscription>,
    pub(crate) due: BTreeMap<u64, Update>,
    /// The last bubble or update number given.
    pub(crate) last_seq: u64,
}

impl World {
    /// Makes `fact` true.
    pub(crate) fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::Customer(customer) => self.keep(customer),
            Fact::Bubble { customer, bubble } => {
                self.last_seq = self.last_seq.max(bubble.seq);
                self.chats.push(&customer, bubble);
            }
            Fact::Status { message_id, status, .. } => self.chats.set_status(&message_id, &status),
            Fact::Inbound { customer, phone_number_id, at_ms } => {
                let last = self.windows.entry((customer, phone_number_id)).or_insert(at_ms);
                *last = at_ms.max(*last);
            }
            Fact::Items { catalog_id, items } => {
                let catalog = self.catalogs.entry(catalog_id).or_default();
                catalog
                    .items
                    .extend(items.into_iter().map(|item| (item.retailer_id.clone(), item)));
            }
            Fact::ItemsGone { catalog_id, retailer_ids } => {
                let catalog = self.catalogs.entry(catalog_id).or_default();
                for id in &retailer_ids {
                    catalog.items.remove(id);
                }
            }
            Fact::Batch(batch) => {
                self.batches.insert(batch.handle.clone(), batch);
                if self.batches.len() > BATCHES_KEPT {
                    self.forget_a_batch();
                }
            }
            Fact::Commerce { phone_number_id, settings } => {
                self.commerce.insert(phone_number_id, settings);
            }
            Fact::Automation { phone_number_id, automation } => {
                self.automation.insert(phone_number_id, automation);
            }
            Fact::Flow(flow) => _ = self.flows.insert(flow.id.clone(), flow),
            Fact::FlowGone { id } => _ = self.flows.remove(&id),
            Fact::Link(link) => _ = self.links.insert(link.code.clone(), link),
            Fact::LinkGone { code } => _ = self.links.remove(&code),
            Fact::Template(template) => {
                self.templates.retain(|t| {
                    (&t.waba_id, &t.name, &t.language)
                        != (&template.waba_id, &template.name, &template.language)
                });
                self.templates.push(template);
            }
            Fact::Subscription { waba_id, subscription } => {
                self.subscriptions.insert(waba_id, subscription);
            }
            Fact::Due(update) => {
                self.last_seq = self.last_seq.max(update.seq);
                self.due.insert(update.seq, update);
            }
            Fact::Done { seqs } => {
                for seq in seqs {
                    self.due.remove(&seq);
                }
            }
            Fact::Clock { .. } => {}
        }
    }

    fn forget_a_batch(&mut self) {
        let finished = self.batches.values().filter(|batch| batch.finished);
        let oldest = finished.min_by_key(|batch| batch.at_ms).map(|batch| batch.handle.clone());
        if let Some(handle) = oldest {
            self.batches.remove(&handle);
        }
    }

    fn keep(&mut self, customer: Customer) {
        let at = self.ids.get(&customer.id).copied().unwrap_or(self.customers.len());
        if let Some(old) = self.customers.get(at) {
            self.phones.remove(old.wa_id());
            self.bsuids.remove(&old.bsuid);
        }
        self.ids.insert(customer.id.clone(), at);
        self.phones.insert(customer.wa_id().to_owned(), at);
        self.bsuids.insert(customer.bsuid.clone(), at);
        if at == self.customers.len() {
            self.customers.push(customer);
        } else {
            self.customers[at] = customer;
        }
    }

    /// Everybody, in the order they came.
    pub(crate) fn customers(&self) -> &[Customer] {
        &self.customers
    }

    pub(crate) fn customer(&self, id: &str) -> Option<&Customer> {
        self.ids.get(id).map(|at| &self.customers[*at])
    }

    /// The person with this phone; anything but digits in `phone` is ignored.
    pub(crate) fn by_phone(&self, phone: &str) -> Option<&Customer> {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        self.phones.get(&digits).map(|at| &self.customers[*at])
    }

    /// The person with this BSUID or parent BSUID inside `portfolio`.
    pub(crate) fn by_bsuid(&self, bsuid: &str, portfolio: &str, home: &str) -> Option<&Customer> {
        if let Some(at) = self.bsuids.get(bsuid).filter(|_| portfolio == home) {
            return Some(&self.customers[*at]);
        }
        let parent = |c: &Customer| c.parent_bsuid.as_deref() == Some(bsuid);
        let known = |c: &Customer| portfolio != home && c.bsuid_in(portfolio, home) == bsuid;
        self.customers.iter().find(|c| parent(c) || known(c))
    }

    /// When the window of this person and number closes; None: it was never open.
    pub(crate) fn window_ends(&self, customer: &str, phone_number_id: &str) -> Option<i64> {
        let key = (customer.to_owned(), phone_number_id.to_owned());
        self.windows.get(&key).map(|last| last + WINDOW_MS)
    }

    pub(crate) fn catalog(&self, id: &str) -> Option<&Catalog> {
        self.catalogs.get(id)
    }

    pub(crate) fn item(&self, catalog_id: &str, retailer_id: &str) -> Option<&Item> {
        self.catalogs.get(catalog_id)?.items.get(retailer_id)
    }

    /// An item that a message may show.
    pub(crate) fn shown(&self, catalog_id: &str, retailer_id: &str) -> Option<&Item> {
        self.item(catalog_id, retailer_id).filter(|item| item.shown())
    }

    pub(crate) fn commerce(&self, phone_number_id: &str) -> Commerce {
        self.commerce.get(phone_number_id).copied().unwrap_or_default()
    }

    pub(crate) fn automation(&self, phone_number_id: &str) -> Automation {
        self.automation.get(phone_number_id).cloned().unwrap_or_default()
    }

    /// Every form of every account.
    pub(crate) fn flows(&self) -> impl Iterator<Item = &Flow> {
        self.flows.values()
    }

    pub(crate) fn flow(&self, id: &str) -> Option<&Flow> {
        self.flows.get(id)
    }

    pub(crate) fn links(&self) -> impl Iterator<Item = &Link> {
        self.links.values()
    }

    pub(crate) fn link(&self, code: &str) -> Option<&Link> {
        self.links.get(code)
    }

    /// Subscribed without an override unless told otherwise.
    pub(crate) fn subscription(&self, waba_id: &str) -> Subscription {
        let usual = Subscription { subscribed: true, override_url: None };
        self.subscriptions.get(waba_id).cloned().unwrap_or(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_message_does_not_shorten_the_window() {
        let mut world = World::default();
        let inbound =
            |at_ms| Fact::Inbound { customer: "c1".into(), phone_number_id: "1".into(), at_ms };
        assert_eq!(world.window_ends("c1", "1"), None);
        world.apply(inbound(10_000));
        world.apply(inbound(2_000));
        assert_eq!(world.window_ends("c1", "1"), Some(10_000 + WINDOW_MS));
        assert_eq!(world.window_ends("c1", "2"), None);
    }

    #[test]
    fn facts_survive_their_own_json() {
        let status =
            Fact::Status { customer: "c1".into(), message_id: "m".into(), status: "read".into() };
        let inbound = Fact::Inbound {
            customer: "c1".into(),
            phone_number_id: "1".into(),
            at_ms: 1_700_000_000_123,
        };
        for fact in [status, inbound, Fact::Done { seqs: vec![1, 2] }] {
            let text = serde_json::to_string(&fact).unwrap();
            let back: Fact = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&back).unwrap(), text);
        }
    }
}
