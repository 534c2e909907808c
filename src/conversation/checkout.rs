//! From a cart to a placed order: delivery, address, payment, summary, one confirmation. Pure.

use entity::{
    AddressId, address,
    cart::{self, DeliveryMethod, PaymentMethod, Status},
    order,
};

use super::{
    action::{Action, CartAction},
    basket::{self, headed, joined, keep, line_texts, reference, refreshed, total_and_rest},
    orders,
    show::{self, BODY, Choice},
    step::{Chat, Decision, Step, StepError},
};
use crate::{
    cart::Offers,
    message::Outbound,
    order::place::{Terms, freeze},
    text::{t, t_with},
};

/// Characters of an address.
const SHORTEST_ADDRESS: usize = 10;
const LONGEST_ADDRESS: usize = 500;
/// Saved addresses that are offered, latest first.
const OFFERED_ADDRESSES: usize = 8;

/// On to the checkout of the open cart.
pub(super) fn begin(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let Some(cart) = &chat.cart else { return basket::show(chat, None, offers) };
    let (cart, moved) = refreshed(chat, cart, offers)?;
    go_on(chat, cart, moved, offers)
}

/// The next question that is open, or the summary.
pub(super) fn go_on(
    chat: &Chat,
    cart: cart::Model,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    if cart.lines.0.is_empty() {
        let emptied = Chat { cart: Some(cart.clone()), ..chat.clone() };
        return Ok(keep(chat, basket::show(&emptied, lead, offers)?, cart));
    }
    let cart = with_known(chat, cart);
    let (reply, step) = if cart.delivery_method.is_none() {
        (ask_delivery(chat, &cart, lead, offers)?, Step::Start)
    } else if cart.delivery_method == Some(DeliveryMethod::Delivery)
        && address(chat, &cart).is_none()
    {
        return ask_address(chat, cart, lead, offers);
    } else if cart.payment_method.is_none() {
        (ask_payment(chat, &cart, lead, offers)?, Step::Start)
    } else {
        (summary(chat, &cart, lead, offers)?, Step::Start)
    };
    Ok(keep(chat, Decision::say(reply).wait(step), cart))
}

/// A tap in the checkout, on a bubble that showed the present cart.
pub(super) fn of_cart(
    chat: &Chat,
    cart: &cart::Model,
    action: CartAction,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let mut cart = cart.clone();
    match action {
        CartAction::Delivery(method) => {
            if cart.delivery_method != Some(method) {
                cart.delivery_method = Some(method);
                cart.version += 1;
            }
            go_on(chat, cart, None, offers)
        }
        CartAction::Payment(method) => {
            if cart.payment_method != Some(method) {
                cart.payment_method = Some(method);
                cart.version += 1;
            }
            go_on(chat, cart, None, offers)
        }
        CartAction::Address(Some(number)) => {
            match chat.addresses.iter().find(|a| a.number == number) {
                Some(address) => with_address(chat, cart, address.clone(), None, offers),
                None => ask_address(chat, cart, None, offers),
            }
        }
        CartAction::Address(None) => {
            let reply = Outbound::text(t(chat.lang, "ask-address"));
            Ok(keep(chat, Decision::say(reply).wait(Step::AskAddress), cart))
        }
        CartAction::Parts => parts(chat, &cart),
        CartAction::AskDelivery => {
            let reply = ask_delivery(chat, &cart, None, offers)?;
            Ok(Decision::say(reply))
        }
        CartAction::AskAddress => ask_address(chat, cart, None, offers),
        CartAction::AskPayment => Ok(Decision::say(ask_payment(chat, &cart, None, offers)?)),
        CartAction::Confirm => confirm(chat, &cart, offers),
        CartAction::Checkout
        | CartAction::Lines(_)
        | CartAction::Line(_)
        | CartAction::Quantity(..)
        | CartAction::Clear => basket::show(chat, None, offers),
    }
}

/// A text or pin that was sent as the address.
pub(super) fn address_given(
    chat: &Chat,
    text: &str,
    coordinates: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let Some(cart) = &chat.cart else { return basket::show(chat, None, offers) };
    let text = if text.is_empty() && coordinates.is_some() {
        t(chat.lang, "pin")
    } else {
        text.to_owned()
    };
    let length = text.chars().count();
    let wrong = match length {
        _ if length > LONGEST_ADDRESS => Some("ask-address-long"),
        _ if length < SHORTEST_ADDRESS && coordinates.is_none() => Some("ask-address-short"),
        _ => None,
    };
    if let Some(key) = wrong {
        return Ok(Decision::say(Outbound::text(t(chat.lang, key))).wait(Step::AskAddress));
    }
    let known = chat.addresses.iter().find(|a| a.text == text && a.coordinates == coordinates);
    let number = chat.addresses.iter().map(|a| a.number).max().unwrap_or(0) + 1;
    let address = known.cloned().unwrap_or_else(|| address::Model {
        id: AddressId::new(chat.now),
        shop_id: chat.shop.id,
        customer_id: chat.customer.id,
        number,
        text,
        coordinates,
        last_used_at: chat.now,
        created_at: chat.now,
    });
    let (cart, moved) = refreshed(chat, cart, offers)?;
    with_address(chat, cart, address, moved, offers)
}

fn with_address(
    chat: &Chat,
    mut cart: cart::Model,
    mut address: address::Model,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    address.last_used_at = chat.now;
    if cart.address_id != Some(address.id) || cart.delivery_method != Some(DeliveryMethod::Delivery)
    {
        cart.address_id = Some(address.id);
        cart.delivery_method = Some(DeliveryMethod::Delivery);
        cart.version += 1;
    }
    let mut addresses = chat.addresses.clone();
    addresses.retain(|a| a.id != address.id);
    addresses.insert(0, address.clone());
    let chat = Chat { addresses, ..chat.clone() };
    let mut decision = go_on(&chat, cart, lead, offers)?;
    decision.address = Some(address);
    Ok(decision)
}

/// The cart with what needs no question: the only way there is, or the way of the latest order.
fn with_known(chat: &Chat, mut cart: cart::Model) -> cart::Model {
    let before = cart.clone();
    let deliveries = deliveries(chat);
    cart.delivery_method =
        cart.delivery_method.filter(|m| deliveries.contains(m)).or_else(|| match deliveries[..] {
            [only] => Some(only),
            _ => chat.customer.last_delivery.filter(|m| deliveries.contains(m)),
        });
    if cart.delivery_method == Some(DeliveryMethod::Delivery)
        && address(chat, &cart).is_none()
        && chat.customer.last_delivery == Some(DeliveryMethod::Delivery)
    {
        cart.address_id = chat.addresses.first().map(|a| a.id);
    }
    let payments = payments(chat);
    cart.payment_method =
        cart.payment_method.filter(|m| payments.contains(m)).or_else(|| match payments[..] {
            [only] => Some(only),
            _ => chat.customer.last_payment.filter(|m| payments.contains(m)),
        });
    if cart != before {
        cart.version += 1;
    }
    cart
}

fn deliveries(chat: &Chat) -> Vec<DeliveryMethod> {
    let terms = &chat.shop.checkout;
    let all = [(terms.delivery, DeliveryMethod::Delivery), (terms.pickup, DeliveryMethod::Pickup)];
    all.into_iter().filter_map(|(on, method)| on.then_some(method)).collect()
}

fn payments(chat: &Chat) -> Vec<PaymentMethod> {
    let terms = &chat.shop.checkout;
    let all = [
        (terms.cash_on_delivery, PaymentMethod::CashOnDelivery),
        (terms.bank_transfer, PaymentMethod::BankTransfer),
    ];
    all.into_iter().filter_map(|(on, method)| on.then_some(method)).collect()
}

fn address<'a>(chat: &'a Chat, cart: &cart::Model) -> Option<&'a address::Model> {
    chat.addresses.iter().find(|a| Some(a.id) == cart.address_id)
}

/// Cart and question in one message: each message costs.
fn ask(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    offers: &Offers,
    question: &str,
) -> Result<String, StepError> {
    let head = headed(lead, t(chat.lang, "cart"));
    let tail = format!("{}\n\n{}", total_and_rest(chat, cart)?, t(chat.lang, question));
    Ok(show::fitted(chat.lang, &head, &line_texts(chat, cart, offers), &tail, BODY))
}

fn ask_delivery(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let choices = deliveries(chat).into_iter().map(|method| {
        let key = match method {
            DeliveryMethod::Delivery => "delivery-button",
            DeliveryMethod::Pickup => "pickup-button",
        };
        show::choice(chat.lang, of(cart, CartAction::Delivery(method)), key)
    });
    let choices: Vec<_> = choices.collect();
    if choices.is_empty() {
        return no_orders_now(chat);
    }
    let choices =
        [choices, vec![show::choice(chat.lang, of(cart, CartAction::Lines(0)), "change-button")]];
    Ok(show::buttons(&ask(chat, cart, lead, offers, "ask-delivery")?, choices.concat())?)
}

fn ask_address(
    chat: &Chat,
    cart: cart::Model,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let lang = chat.lang;
    if chat.addresses.is_empty() {
        // Plain text: the answer is typed, and the cart was just shown.
        let body = joined(lead, Some(t(lang, "ask-address"))).unwrap_or_default();
        let decision = Decision::say(Outbound::text(body)).wait(Step::AskAddress);
        return Ok(keep(chat, decision, cart));
    }
    let row = |a: &address::Model| {
        let number = [("number", a.number.into())];
        let choice = Choice::new(
            of(&cart, CartAction::Address(Some(a.number))),
            t_with(lang, "address-row", number),
        );
        choice.hint(&a.text)
    };
    let mut rows: Vec<_> = chat.addresses.iter().take(OFFERED_ADDRESSES).map(row).collect();
    rows.push(show::choice(lang, of(&cart, CartAction::Address(None)), "new-address-row"));
    let body = ask(chat, &cart, lead, offers, "pick-address")?;
    let reply = show::list(lang, &body, vec![(None, rows)])?;
    Ok(keep(chat, Decision::say(reply), cart))
}

fn ask_payment(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let choices = payments(chat).into_iter().map(|method| {
        let key = match (method, cart.delivery_method) {
            (PaymentMethod::CashOnDelivery, Some(DeliveryMethod::Pickup)) => {
                "pay-cash-pickup-button"
            }
            (PaymentMethod::CashOnDelivery, _) => "pay-cash-button",
            (PaymentMethod::BankTransfer, _) => "pay-transfer-button",
        };
        show::choice(chat.lang, of(cart, CartAction::Payment(method)), key)
    });
    let choices: Vec<_> = choices.collect();
    if choices.is_empty() {
        return no_orders_now(chat);
    }
    Ok(show::buttons(&ask(chat, cart, lead, offers, "ask-payment")?, choices)?)
}

fn no_orders_now(chat: &Chat) -> Result<Outbound, StepError> {
    let human = show::choice(chat.lang, Action::Human, "human-button");
    let menu = show::choice(chat.lang, Action::Menu(0), "menu-button");
    Ok(show::buttons(&t(chat.lang, "not-for-sale-now"), vec![human, menu])?)
}

/// Everything that will be ordered, with one button to confirm.
fn summary(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let lang = chat.lang;
    let mut tail = vec![total_and_rest(chat, cart)?, String::new()];
    tail.push(delivery_line(chat, cart));
    tail.extend(payment_line(chat, cart));
    tail.push(String::new());
    tail.push(t(lang, "summary-ask"));
    let head = headed(lead, t(lang, "summary"));
    let lines = line_texts(chat, cart, offers);
    let body = show::fitted(lang, &head, &lines, &tail.join("\n"), BODY);
    let choices = vec![
        show::choice(lang, of(cart, CartAction::Confirm), "confirm-button"),
        show::choice(lang, of(cart, CartAction::Parts), "change-button"),
        show::choice(lang, Action::Menu(0), "continue-button"),
    ];
    Ok(show::buttons(&body, choices)?)
}

fn delivery_line(chat: &Chat, cart: &cart::Model) -> String {
    let lang = chat.lang;
    match address(chat, cart) {
        Some(address) if cart.delivery_method == Some(DeliveryMethod::Delivery) => {
            let text: String = address.text.chars().take(200).collect();
            t_with(lang, "summary-delivery", [("address", text.into())])
        }
        _ => orders::pickup_line(lang, &chat.shop),
    }
}

fn payment_line(chat: &Chat, cart: &cart::Model) -> Option<String> {
    let pickup = cart.delivery_method == Some(DeliveryMethod::Pickup);
    cart.payment_method.map(|method| orders::payment_line(chat.lang, method, pickup))
}

/// What can be changed in the summary.
fn parts(chat: &Chat, cart: &cart::Model) -> Result<Decision, StepError> {
    let lang = chat.lang;
    let row = |action, key: &str| show::choice(lang, of(cart, action), key);
    let mut rows = vec![row(CartAction::Lines(0), "change-goods-row")];
    if deliveries(chat).len() > 1 {
        rows.push(row(CartAction::AskDelivery, "change-delivery-row"));
    }
    if cart.delivery_method == Some(DeliveryMethod::Delivery) {
        rows.push(row(CartAction::AskAddress, "change-address-row"));
    }
    if payments(chat).len() > 1 {
        rows.push(row(CartAction::AskPayment, "change-payment-row"));
    }
    rows.push(row(CartAction::Checkout, "back-row"));
    Ok(Decision::say(show::list(lang, &t(lang, "change-order-row"), vec![(None, rows)])?))
}

/// Places the order, once: when anything is other than the summary said, the new summary is shown instead.
fn confirm(chat: &Chat, cart: &cart::Model, offers: &Offers) -> Result<Decision, StepError> {
    let (now, moved) = refreshed(chat, cart, offers)?;
    let now = if now.lines.0.is_empty() { now } else { with_known(chat, now) };
    let (Some(delivery), Some(payment)) = (now.delivery_method, now.payment_method) else {
        return go_on(chat, now, moved, offers);
    };
    let to = address(chat, &now);
    let nowhere = delivery == DeliveryMethod::Delivery && to.is_none();
    if now != *cart || nowhere {
        return go_on(chat, now, moved, offers);
    }
    let address = (delivery == DeliveryMethod::Delivery).then_some(to).flatten();
    let full = address.map(|a| match &a.coordinates {
        Some(pin) => format!("{} ({pin})", a.text),
        None => a.text.clone(),
    });
    let terms = Terms {
        shop: &chat.shop,
        cart,
        delivery,
        address: full.as_deref(),
        payment,
        language: chat.lang.tag(),
        place: chat.view.place,
    };
    let placement = freeze(&terms, offers, chat.now)?;
    let reply = placed(chat, &placement.order)?;
    let mut cart = cart.clone();
    cart.status = Status::Placed;
    let mut decision = Decision::say(reply).with_cart(cart);
    decision.placement = Some(placement);
    decision.address = address.cloned().map(|a| address::Model { last_used_at: chat.now, ..a });
    Ok(decision)
}

/// What the customer reads when the order is placed.
fn placed(chat: &Chat, order: &order::Model) -> Result<Outbound, StepError> {
    let lang = chat.lang;
    let total = show::price(lang, order.total_minor, &order.currency);
    let mut body = vec![
        t_with(lang, "placed", [("number", (&order.number).into())]),
        t_with(lang, "cart-total", [("total", (&total).into())]),
    ];
    if order.payment_method == PaymentMethod::BankTransfer {
        let hours = i64::from(chat.shop.checkout.transfer_hours);
        body.push(String::new());
        body.push(t_with(
            lang,
            "placed-transfer",
            [("total", total.into()), ("hours", hours.into()), ("number", (&order.number).into())],
        ));
        body.push(chat.shop.checkout.bank_account.clone());
    }
    body.push(String::new());
    body.push(match order.delivery_method {
        DeliveryMethod::Delivery => t(lang, "placed-next-cash"),
        DeliveryMethod::Pickup => t(lang, "placed-next-pickup"),
    });
    let choices = vec![
        show::choice(lang, Action::Order(order.number.clone()), "order-button"),
        show::choice(lang, Action::Menu(0), "menu-button"),
    ];
    Ok(show::buttons(&body.join("\n"), choices)?)
}

fn of(cart: &cart::Model, action: CartAction) -> Action {
    Action::OfCart(reference(cart), action)
}
