//! Random walks over the rules, without a database: whatever is tapped (old bubbles too), typed or sent, in whatever
//! order, while prices and stock move and a person steps in, there is one answer, it leads on, it is never the third of
//! its kind in a row, nothing is ordered that was not shown, and no order changes but as its rules say.

mod escape;

mod render;

use std::sync::Arc;

use std::collections::BTreeSet;

use entity::{
    TermsId, Timestamp,
    cart::{self, Status},
    channel,
    conversation::Owner,
    order, order_line, shop, terms,
};
use proptest::{prelude::*, test_runner::TestCaseError};

use super::{
    action::{Action, CartAction},
    intent::{At, Intent, intent},
    menu::COLLECTIONS,
    orders,
    pages::Page,
    repeat, sample,
    step::{Chat, Decision, Step, decide},
};
use crate::{
    cart::{MAX_QUANTITY, Offers, is_over},
    message::{Content, Inbound, NativeCart, NativeItem, Outbound, Person},
    order::{cut_off, lifecycle::Event, moved},
    text::{Lang, money},
};

const GOODS: i64 = 12;
const WORDS: &[&str] = &[
    "merhaba",
    "menü",
    "sepet",
    "siparişlerim",
    "temsilci",
    "yardım",
    "geri",
    "iptal",
    "dur",
    "başla",
    "ödeme",
    "teşekkürler",
    "english",
    "türkçe",
    "3",
    "0",
    "150",
    "2 adet",
    "geri getir",
    "aynısı",
    "evet",
    "",
    "Moda Caddesi 12/3, Kadıköy",
    "kısa",
    "👍",
    "Fatma Yılmaz, 0532 111 22 33",
    "0532 111",
    "3. kat daire 7",
    "kargo",
    "mağazadan alacağım",
    "nakit",
    "havale",
    "kargo istemiyorum",
    "kart",
    "ikincisi",
    "siparişi onayla",
];

/// One thing that happens.
#[derive(Clone, Debug)]
enum Act {
    /// Any choice that was ever shown, the newest first.
    Tap(usize),
    Say(usize),
    Pin,
    Photo,
    /// WhatsApp's own cart: codes (some unknown) and quantities.
    Cart(Vec<(i64, i64)>),
    Price(i64, i64),
    Stock(i64, i64),
    Later(i64),
    Released,
    Delivery(bool, bool),
    /// The shop does something about the newest order.
    Order(Event),
    /// The shop's terms of sale: none, or one of several versions.
    Terms(u128),
    /// Whether WhatsApp tells the customer's number.
    Phone(bool),
    /// Whether the number has a form for addresses.
    Flow(bool),
    /// The form, filled in: with the token that is out or another, and with everything or not.
    Form(bool, bool),
    Hours(bool),
}

fn act() -> impl Strategy<Value = Act> {
    let item = (1..=GOODS + 2, -1..=120i64);
    prop_oneof![
        12 => (0..12usize).prop_map(Act::Tap),
        3 => (0..400usize).prop_map(Act::Tap),
        4 => (0..WORDS.len()).prop_map(Act::Say),
        1 => Just(Act::Pin),
        1 => Just(Act::Photo),
        2 => prop::collection::vec(item, 0..6).prop_map(Act::Cart),
        1 => (1..=GOODS, 1..5_000i64).prop_map(|(code, minor)| Act::Price(code, minor)),
        1 => (1..=GOODS, 0..6i64).prop_map(|(code, stock)| Act::Stock(code, stock)),
        1 => (0..100_000_000i64).prop_map(Act::Later),
        1 => Just(Act::Later(31 * 24 * 60 * 60 * 1_000)),
        1 => Just(Act::Released),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(d, p)| Act::Delivery(d, p)),
        1 => prop::sample::select(Event::ALL.to_vec()).prop_map(Act::Order),
        1 => (0..4u128).prop_map(Act::Terms),
        1 => any::<bool>().prop_map(Act::Phone),
        1 => any::<bool>().prop_map(Act::Flow),
        2 => (any::<bool>(), any::<bool>()).prop_map(|(token, whole)| Act::Form(token, whole)),
        1 => any::<bool>().prop_map(Act::Hours),
    ]
}

struct Walk {
    chat: Chat,
    offers: Offers,
    /// Ids of everything that could be tapped, with the body of its bubble, the oldest first.
    shown: Vec<(String, String)>,
    placed: BTreeSet<(i64, i32)>,
    /// The newest first.
    orders: Vec<(order::Model, Vec<order_line::Model>)>,
    /// What was read of the answers, the oldest first.
    prints: Vec<i64>,
    /// Carts that were emptied or left alone.
    closed: Vec<cart::Model>,
    last_ms: i64,
}

impl Walk {
    fn new() -> Self {
        let chat = sample::chat();
        let mut offers = Offers::default();
        for code in 1..=GOODS {
            let stock = (code % 3 != 0).then_some(code);
            sample::put(&mut offers, chat.shop.id, code, 1_000 * code, stock);
        }
        let last_ms = chat.now.ms();
        Self {
            chat,
            offers,
            shown: Vec::new(),
            placed: BTreeSet::new(),
            orders: Vec::new(),
            prints: Vec::new(),
            closed: Vec::new(),
            last_ms,
        }
    }

    fn take(&mut self, act: &Act) -> Result<(), TestCaseError> {
        let content = match act {
            Act::Tap(back) => {
                let Some(at) = self.shown.len().checked_sub(1 + back) else { return Ok(()) };
                Content::Tap { id: self.shown[at].0.clone() }
            }
            Act::Say(word) => Content::Text(WORDS[*word].into()),
            Act::Pin => Content::Location {
                latitude: "41.01".parse().unwrap(),
                longitude: "28.97".parse().unwrap(),
                name: None,
                address: None,
            },
            Act::Photo => {
                Content::Media { kind: crate::message::MediaKind::Image, caption: None, id: None }
            }
            Act::Cart(items) => Content::Cart(NativeCart {
                catalog_id: String::new(),
                note: String::new(),
                items: items.iter().map(|&(code, quantity)| item(code, quantity)).collect(),
            }),
            Act::Price(code, minor) => {
                self.change(*code, |v| v.price_minor = *minor);
                return Ok(());
            }
            Act::Stock(code, stock) => {
                self.change(*code, |v| (v.on_hand, v.reserved) = (*stock, 0));
                return Ok(());
            }
            Act::Later(ms) => {
                self.chat.now = self.chat.now.plus_ms(*ms);
                return Ok(());
            }
            Act::Released => {
                self.chat.conversation.owner = Owner::Bot;
                return Ok(());
            }
            Act::Order(event) => {
                if let Some((order, _)) = self.orders.first_mut()
                    && let Ok(after) = moved(order, *event, self.chat.now)
                {
                    *order = after;
                }
                return Ok(());
            }
            Act::Delivery(delivery, pickup) => {
                let terms = &mut Arc::make_mut(&mut self.chat.shop).checkout;
                (terms.delivery, terms.pickup) = (*delivery || !pickup, *pickup);
                return Ok(());
            }
            Act::Terms(version) => {
                let current = shop::CurrentTerms {
                    id: TermsId(uuid::Uuid::from_u128(*version)),
                    language: String::new(),
                    url: (version % 2 == 0).then(|| "https://shop.example/terms".to_owned()),
                    has_text: true,
                };
                Arc::make_mut(&mut self.chat.shop).checkout.terms =
                    if *version == 0 { Vec::new() } else { vec![current] };
                return Ok(());
            }
            Act::Phone(told) => {
                self.chat.customer.phone = told.then(|| "+905551112233".to_owned());
                return Ok(());
            }
            Act::Flow(there) => {
                let flow = channel::Flow { id: "7".into(), sha256: String::new() };
                Arc::make_mut(&mut self.chat.channel).address_flows.0 =
                    there.then(|| ("*".to_owned(), flow)).into_iter().collect();
                return Ok(());
            }
            Act::Form(known, whole) => {
                let open = self.chat.cart.as_ref().and_then(|cart| cart.details.form.clone());
                let token = open.filter(|_| *known).map(|form| form.token);
                let mut fields =
                    vec![("name", "Fatma"), ("phone", "0532 111 22 33"), ("city", "İzmir")];
                if *whole {
                    fields.push(("street", "Kordon 5"));
                }
                let fields = fields.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned()));
                Content::Form { name: "flow".into(), fields: fields.collect(), token }
            }
            Act::Hours(told) => {
                let hours = if *told { "Mo-Fr 09:00-18:00" } else { "" };
                hours.clone_into(&mut Arc::make_mut(&mut self.chat.shop).checkout.pickup_hours);
                return Ok(());
            }
        };
        self.hear(content)
    }

    fn change(&mut self, code: i64, change: impl FnOnce(&mut entity::variant::Model)) {
        let mut offer = self.offers.by_code(self.chat.shop.id, code).unwrap().clone();
        change(&mut offer.variant);
        self.offers.insert(offer);
    }

    fn hear(&mut self, content: Content) -> Result<(), TestCaseError> {
        let inbound = Inbound {
            wamid: "wamid".into(),
            from: Person::default(),
            sent_at: self.chat.now,
            reply_to: None,
            about_sku: None,
            referral: None,
            forwarded: false,
            content,
        };
        let idle_ms = self.chat.now.ms() - self.last_ms;
        let (step, lang) = (self.chat.step, self.chat.voice.lang());
        let asked = intent(&inbound, At { step, lang, first: false, idle_ms, quoted: None });
        self.last_ms = self.chat.now.ms();
        self.look_up(&asked);
        let before = self.chat.cart.clone();
        let silent =
            self.chat.conversation.owner == Owner::Person && asked != Intent::Do(Action::Shop);
        let decision = decide(&self.chat, asked.clone(), &self.offers)
            .map_err(|e| TestCaseError::fail(format!("{asked:?}: {e}")))?;
        prop_assert_eq!(decision.replies.len(), usize::from(!silent), "{:?}", asked);
        self.check_cart(before.as_ref(), &decision)?;
        self.check_placed(&inbound.content, &decision)?;
        self.check_order(&inbound.content, &decision)?;
        for reply in &decision.replies {
            let choices = choices(reply);
            let asks = matches!(decision.step, Step::AskAddress | Step::AskContact);
            let polite = asked == Intent::Thanks;
            prop_assert!(!choices.is_empty() || asks || polite, "a dead end: {:?}", reply);
            self.prints.push(repeat::print(reply));
            let thrice = self.prints.last_chunk::<3>().is_some_and(|[a, b, c]| a == b && b == c);
            prop_assert!(!thrice, "said three times: {:?}", reply);
            let body = reply.body().to_owned();
            self.shown.extend(choices.into_iter().map(|id| (id, body.clone())));
        }
        self.keep(decision);
        Ok(())
    }

    /// What `look_up` would read.
    fn look_up(&mut self, asked: &Intent) {
        let from = match asked {
            Intent::Do(Action::Menu(from)) => *from as usize,
            _ => 0,
        };
        let current = super::terms::current(&self.chat).cloned();
        self.chat.view.terms = current.map(|current| terms::Model {
            id: current.id,
            shop_id: self.chat.shop.id,
            language: current.language,
            body: format!("Koşullar {}", current.id),
            url: current.url,
            sha256: String::new(),
            created_at: self.chat.now,
        });
        let view = &mut self.chat.view;
        let all = sample::collections(15).into_iter();
        view.collections = all.skip(from).take(COLLECTIONS).collect();
        (view.lapsed, view.closed) = (None, None);
        let days = self.chat.shop.cart_days;
        if self.chat.cart.as_ref().is_some_and(|c| is_over(c, days, self.chat.now)) {
            view.lapsed = self.chat.cart.take();
        }
        let known = || self.closed.iter().chain(&view.lapsed).rev();
        view.closed = match asked {
            Intent::Do(Action::OfCart(of, _)) => {
                known().find(|cart| cart.number == of.number).cloned()
            }
            Intent::Do(Action::Cart | Action::Restore) => known().next().cloned(),
            _ => None,
        };
        view.orders = Page::of(self.orders.iter().map(|o| o.0.clone()), 0, orders::PAGE);
        view.order = match asked {
            Intent::Do(Action::Again(None)) => self.orders.first().cloned(),
            Intent::Do(
                Action::Order(number) | Action::OfOrder(number, _) | Action::Again(Some(number)),
            )
            | Intent::OrderSaid { number, .. }
            | Intent::OrderAddress { number, .. } => {
                self.orders.iter().find(|(order, _)| order.number == *number).cloned()
            }
            _ => None,
        };
        view.place = 1 + i64::try_from(self.orders.len()).unwrap();
    }

    /// An order is cancelled by the one tap that says so, and goes elsewhere only as far as the shop lets it.
    fn check_order(&self, content: &Content, decision: &Decision) -> Result<(), TestCaseError> {
        let Some(done) = &decision.order else { return Ok(()) };
        let stored = self.orders.iter().find(|(order, _)| order.id == done.before.id);
        prop_assert_eq!(stored.map(|(order, _)| order), Some(&done.before));
        prop_assert_eq!(done.after.version, done.before.version + 1);
        let rule = self.chat.shop.orders;
        if done.after.status == done.before.status {
            prop_assert!(cut_off::may_change_address(rule, &done.before));
            return Ok(());
        }
        let confirmed = matches!(content, Content::Tap { id } if id.ends_with(":cancel:yes"));
        prop_assert!(confirmed && cut_off::may_cancel(rule, &done.before, self.chat.now));
        Ok(())
    }

    fn check_cart(
        &self,
        before: Option<&cart::Model>,
        decision: &Decision,
    ) -> Result<(), TestCaseError> {
        let Some(after) = &decision.cart else { return Ok(()) };
        let skus: BTreeSet<_> = after.lines.0.iter().map(|l| &l.sku).collect();
        prop_assert_eq!(skus.len(), after.lines.0.len(), "a SKU stands twice");
        for line in &after.lines.0 {
            prop_assert!((1..=MAX_QUANTITY).contains(&line.quantity));
        }
        let Some(before) = before else { return Ok(()) };
        prop_assert_eq!(before.id, after.id);
        let what = |c: &cart::Model| {
            (
                c.lines.clone(),
                c.delivery_method,
                c.payment_method,
                c.address_id,
                c.note.clone(),
                c.details.receiver.clone(),
                c.details.terms,
            )
        };
        let moved = what(before) != what(after);
        prop_assert!(!moved || after.version > before.version, "changed under the same version");
        Ok(())
    }

    /// Ordered is what the tapped bubble showed, once.
    fn check_placed(
        &mut self,
        content: &Content,
        decision: &Decision,
    ) -> Result<(), TestCaseError> {
        let Some(placement) = &decision.placement else { return Ok(()) };
        let Content::Tap { id } = content else {
            return Err(TestCaseError::fail("ordered without a tap"));
        };
        let parsed = id.parse();
        let Ok(Action::OfCart(of, CartAction::Confirm)) = parsed else {
            return Err(TestCaseError::fail(format!("ordered by `{id}`")));
        };
        prop_assert!(self.placed.insert((of.number, of.version)), "one cart, two orders");
        let total = crate::money::Money::from_minor(
            placement.order.total_minor,
            placement.order.currency.parse().unwrap(),
        );
        let bodies: Vec<_> =
            self.shown.iter().filter(|(shown, _)| shown == id).map(|(_, body)| body).collect();
        prop_assert!(!bodies.is_empty());
        let totals = [Lang::Tr, Lang::En].map(|lang| money(&lang.into(), total));
        for body in bodies {
            let told = totals.iter().any(|total| body.contains(total.as_str()));
            prop_assert!(told, "{} was ordered, but shown was\n{}", totals[0], body);
        }
        let terms = super::terms::current(&self.chat).map(|terms| terms.id);
        prop_assert_eq!(placement.order.terms_id, terms, "accepted is what holds");
        if terms.is_some() {
            let lines = [Lang::Tr, Lang::En].map(|lang| {
                let chat = Chat { voice: lang.into(), ..self.chat.clone() };
                super::terms::line(&chat).unwrap_or_default()
            });
            let told = |body: &String| lines.iter().any(|line| body.contains(line.as_str()));
            let told = self.shown.iter().any(|(shown, body)| shown == id && told(body));
            prop_assert!(told, "ordered without having been told of the terms");
        }
        let delivered = placement.order.delivery_method == cart::DeliveryMethod::Delivery;
        prop_assert!(!delivered || placement.order.receiver_phone.is_some(), "nobody to call");
        for (variant, quantity) in &placement.takes {
            let offer = self.offers.get(*variant).unwrap();
            let free = crate::catalog::offer::available(&offer.variant).unwrap();
            prop_assert!(*quantity <= free, "sold more than there is");
        }
        Ok(())
    }

    /// What `apply` would store.
    fn keep(&mut self, decision: Decision) {
        let chat = &mut self.chat;
        chat.step = Step::read(&decision.step.write());
        chat.conversation.owner = decision.owner.unwrap_or(chat.conversation.owner);
        chat.conversation.last_inbound_at = Some(chat.now);
        if let Some(said) = decision.said {
            let conversation = &mut chat.conversation;
            (conversation.said, conversation.said_times, conversation.misses) =
                (Some(said.print), said.times, said.misses);
        }
        if let Some(lang) = decision.language {
            chat.voice = lang.into();
        }
        if let Some(on) = decision.notices {
            chat.customer.notices_stopped_at = (!on).then_some(chat.now);
        }
        if let Some(phone) = decision.contact_phone {
            chat.customer.contact_phone = Some(phone);
        }
        if let Some(address) = decision.address {
            chat.addresses.retain(|a| a.id != address.id);
            chat.addresses.insert(0, address);
        }
        if let Some(placement) = &decision.placement {
            chat.customer.last_delivery = Some(placement.order.delivery_method);
            chat.customer.last_payment = Some(placement.order.payment_method);
        }
        if let Some(done) = decision.order {
            let id = done.after.id;
            let stored = self.orders.iter_mut().find(|(order, _)| order.id == id);
            stored.unwrap().0 = done.after;
        }
        if let Some(placement) = &decision.placement {
            self.orders.insert(0, (placement.order.clone(), placement.lines.clone()));
        }
        if let Some(over) = decision.expired {
            self.closed.push(over);
        } else if let Some(lapsed) = self.chat.view.lapsed.take() {
            // It is open as it was, and only counts as closed.
            self.chat.cart = Some(lapsed);
        }
        if let Some(mut cart) = decision.cart {
            cart.updated_at = self.chat.now;
            self.closed.retain(|closed| closed.id != cart.id);
            if cart.status == Status::Dropped {
                self.closed.push(cart.clone());
            }
            if decision.placement.is_some() {
                self.offers.take(&cart.lines.0);
            }
            self.chat.cart = (cart.status == Status::Open).then_some(cart);
        }
    }
}

fn item(code: i64, quantity: i64) -> NativeItem {
    NativeItem {
        sku: format!("sku-{code}"),
        quantity: Some(quantity),
        item_price: None,
        currency: "TRY".into(),
    }
}

/// Ids of what can be tapped.
fn choices(message: &Outbound) -> Vec<String> {
    match message {
        Outbound::Buttons(buttons) => buttons.parts().3.iter().map(|b| b.id.to_string()).collect(),
        Outbound::List(list) => {
            let rows = list.parts().4.iter().flat_map(|s| &s.rows);
            rows.map(|row| row.id.to_string()).collect()
        }
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_walk_is_answered_and_orders_what_was_shown(
        acts in prop::collection::vec(act(), 1..80),
    ) {
        let mut walk = Walk::new();
        walk.hear(Content::Text("merhaba".into()))?;
        walk.shown.extend((1..=GOODS).flat_map(|code| {
            [Action::Buy(code), Action::Add(code), Action::Variant(code)]
                .map(|action| (action.to_string(), String::new()))
        }));
        for act in &acts {
            walk.take(act)?;
        }
        prop_assert!(walk.chat.now >= Timestamp::from_ms(0));
    }
}

/// The walks above can order at all.
#[test]
fn a_walk_may_end_in_an_order() {
    let mut walk = Walk::new();
    let hear = |walk: &mut Walk, content| walk.hear(content).unwrap();
    let tap = |walk: &mut Walk, what: &str| {
        let found = walk.shown.iter().rev().find(|(id, _)| id.ends_with(what));
        let id = found.unwrap_or_else(|| panic!("nothing is called {what}")).0.clone();
        walk.hear(Content::Tap { id }).unwrap();
    };
    hear(&mut walk, Content::Tap { id: Action::Buy(5).to_string() });
    tap(&mut walk, "by:delivery");
    hear(&mut walk, Content::Text("Moda Caddesi 12/3, Kadıköy".into()));
    tap(&mut walk, "pay:cash");
    tap(&mut walk, "confirm");
    assert_eq!(walk.placed.len(), 1);
    tap(&mut walk, "confirm");
    assert_eq!(walk.placed.len(), 1);
}

/// And an order can be cancelled on one, once.
#[test]
fn a_walk_may_end_in_a_cancelled_order() {
    let mut walk = Walk::new();
    let tap = |walk: &mut Walk, what: &str| {
        let found = walk.shown.iter().rev().find(|(id, _)| id.ends_with(what));
        let id = found.unwrap_or_else(|| panic!("nothing is called {what}")).0.clone();
        walk.hear(Content::Tap { id }).unwrap();
    };
    walk.hear(Content::Tap { id: Action::Buy(5).to_string() }).unwrap();
    for what in ["by:pickup", "pay:cash", "confirm"] {
        tap(&mut walk, what);
    }
    let number = walk.orders[0].0.number.clone();
    for what in [number.as_str(), ":cancel", ":cancel:yes", ":cancel:yes"] {
        tap(&mut walk, what);
    }
    assert_eq!(walk.orders[0].0.status, order::Status::Cancelled);
    assert_eq!(walk.orders[0].0.version, 2);
}
