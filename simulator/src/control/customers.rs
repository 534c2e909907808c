//! People: who there is, what they see, and what changes about them.

use serde_json::{Value, json};

use super::{Refused, Result, account, needed, text};
use crate::server::Call;
use crate::sim::{Sim, State};
use crate::webhook::status;
use crate::world::Fact;
use crate::world::chat::Side;
use crate::world::customer::{self, Customer};

/// `GET /sim/customers`
pub(super) fn list(sim: &Sim) -> Value {
    json!(sim.lock().world.customers())
}

/// The person, or 404.
pub(super) fn find(state: &State, id: &str) -> Result<Customer> {
    let found = state.world.customer(id).cloned();
    found.ok_or_else(|| Refused::missing(format!("no customer {id}")))
}

/// `POST /sim/customers`: a new person, or the one who has this phone.
pub(super) fn add(sim: &Sim, body: &Value) -> Result<Value> {
    let mut state = sim.lock();
    if let Some(known) = text(body, "phone").and_then(|phone| state.world.by_phone(phone)) {
        return Ok(json!(known));
    }
    let phone = match text(body, "phone") {
        Some(phone) if customer::is_phone(phone) => phone.to_owned(),
        Some(other) => {
            return Err(Refused::bad(format!("{other:?} is not a phone like +905551112233")));
        }
        None => loop {
            let made_up = format!("+90555{}", state.ids.digits(7));
            if state.world.by_phone(&made_up).is_none() {
                break made_up;
            }
        },
    };
    let bsuid = match text(body, "bsuid") {
        Some(bsuid) if customer::is_bsuid(bsuid) => bsuid.to_owned(),
        Some(other) => return Err(Refused::bad(format!("{other:?} is not a BSUID like TR.12345"))),
        None => new_bsuid(&mut state, &phone),
    };
    if state.world.by_bsuid(&bsuid, sim.home(), sim.home()).is_some() {
        return Err(Refused { status: 409, why: format!("somebody has the BSUID {bsuid}") });
    }
    let number = state.world.customers().len() + 1;
    let mut person = Customer {
        id: format!("c{number}"),
        name: needed(body, "name")?.to_owned(),
        phone,
        bsuid,
        username: None,
        phone_visible: true,
        bsuid_known: true,
        parent_bsuid: None,
    };
    apply(&mut person, body)?;
    state.record(sim.now(), Fact::Customer(person.clone()));
    Ok(json!(person))
}

/// `POST /sim/customers/{id}`: name, username, `phone_visible`, `bsuid_known`, `parent_bsuid`.
pub(super) fn change(sim: &Sim, id: &str, body: &Value) -> Result<Value> {
    let mut state = sim.lock();
    let mut person = find(&state, id)?;
    apply(&mut person, body)?;
    state.record(sim.now(), Fact::Customer(person.clone()));
    Ok(json!(person))
}

fn apply(person: &mut Customer, body: &Value) -> Result<()> {
    let switch = |key: &str, now: bool| match body.get(key) {
        None => Ok(now),
        Some(Value::Bool(value)) => Ok(*value),
        Some(other) => Err(Refused::bad(format!("{key} is true or false, not {other}"))),
    };
    person.phone_visible = switch("phone_visible", person.phone_visible)?;
    person.bsuid_known = switch("bsuid_known", person.bsuid_known)?;
    if !person.phone_visible && !person.bsuid_known {
        return Err(Refused::bad("a person needs a visible phone or a known BSUID"));
    }
    if let Some(name) = text(body, "name") {
        name.clone_into(&mut person.name);
    }
    let name = |key: &str, now: Option<String>| match body.get(key) {
        None => Ok(now),
        Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(Refused::bad(format!("{key} is a text, not {other}"))),
    };
    person.username = name("username", person.username.take())?;
    person.parent_bsuid = name("parent_bsuid", person.parent_bsuid.take())?;
    if let Some(parent) = person.parent_bsuid.as_ref().filter(|p| !customer::is_bsuid(p)) {
        return Err(Refused::bad(format!("{parent:?} is not a BSUID like TR.ENT.12345")));
    }
    Ok(())
}

pub(super) fn new_bsuid(state: &mut State, phone: &str) -> String {
    format!("{}.{}", customer::country(phone), state.ids.digits(17))
}

/// `POST /sim/customers/{id}/read`: the person looks at the chat.
pub(super) fn read(sim: &Sim, id: &str) -> Result<Value> {
    let mut state = sim.lock();
    let person = find(&state, id)?;
    let unread: Vec<String> = state
        .world
        .chats
        .of(&person.id)
        .iter()
        .filter(|b| {
            b.from == Side::Business
                && !b.by_staff
                && !matches!(b.status.as_str(), "read" | "played" | "failed")
        })
        .map(|b| b.id.clone())
        .collect();
    for message_id in &unread {
        status::report(sim, &mut state, message_id, "read", None);
    }
    Ok(json!({"read": unread.len()}))
}

/// `GET /sim/customers/{id}/chat?after=SEQ&phone_number_id=`: of all numbers, or of one.
pub(super) fn chat(sim: &Sim, id: &str, call: &Call) -> Result<Value> {
    let state = sim.lock();
    let person = find(&state, id)?;
    let after: u64 = match call.query("after") {
        None => 0,
        Some(seq) => seq.parse().map_err(|_| Refused::bad("after is a number"))?,
    };
    let only = call.query("phone_number_id");
    let bubbles: Vec<_> = state
        .world
        .chats
        .of(&person.id)
        .iter()
        .filter(|b| b.seq > after && only.is_none_or(|number| b.phone_number_id == number))
        .collect();
    let number = &account(sim, only)?.phone_number_id;
    let ends = state.world.window_ends(&person.id, number);
    Ok(json!({"bubbles": bubbles, "window_ends_at_ms": ends}))
}

/// `POST /sim/statuses`: reports one status of a message by hand.
pub(super) fn status(sim: &Sim, body: &Value) -> Result<Value> {
    let mut state = sim.lock();
    let (id, name) = (needed(body, "message_id")?, needed(body, "status")?);
    if !matches!(name, "sent" | "delivered" | "read" | "played" | "failed") {
        return Err(Refused::bad(format!("there is no status {name}")));
    }
    let code = body.get("code").and_then(Value::as_i64).unwrap_or(131_026);
    let errors = (name == "failed").then(|| status::errors_of(code, ""));
    if !status::report(sim, &mut state, id, name, errors) {
        return Err(Refused {
            status: 409,
            why: format!("{id} is unknown, or further than {name}"),
        });
    }
    Ok(json!({"reported": true}))
}
