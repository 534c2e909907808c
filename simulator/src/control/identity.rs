//! What changes about who a person is, and how the business hears of it.

use serde_json::{Value, json};

use super::customers::{find, new_bsuid};
use super::{Refused, Result, account, needed, text};
use crate::sim::{Sim, State};
use crate::world::customer::{self, Customer};
use crate::world::{Fact, Part};

/// How the business hears of a change.
#[derive(Clone, Copy)]
struct Tell {
    message: bool,
    field: bool,
}

impl Tell {
    /// `tell`: `both` (also when not said), `message`, `field`, `nothing`.
    fn read(body: &Value) -> Result<Self> {
        Ok(match text(body, "tell").unwrap_or("both") {
            "both" => Self { message: true, field: true },
            "message" => Self { message: true, field: false },
            "field" => Self { message: false, field: true },
            "nothing" => Self { message: false, field: false },
            other => return Err(Refused::bad(format!("there is no way to tell {other:?}"))),
        })
    }
}

/// `POST /sim/customers/{id}/change_number` `{"phone"?, "tell"?}`: the person moves to another number and gets another
/// BSUID. The business hears of it by a system message and by `user_id_update`.
pub(super) fn change_number(sim: &Sim, id: &str, body: &Value) -> Result<Value> {
    let mut state = sim.lock();
    let old = find(&state, id)?;
    let mut new = old.clone();
    new.phone = match text(body, "phone") {
        Some(phone) if customer::is_phone(phone) && state.world.by_phone(phone).is_none() => {
            phone.to_owned()
        }
        Some(other) => {
            return Err(Refused::bad(format!("{other:?} is no phone, or somebody has it")));
        }
        None => format!("+90555{}", state.ids.digits(7)),
    };
    new.bsuid = new_bsuid(&mut state, &new.phone);
    moved(sim, &mut state, &old, &new, Tell::read(body)?);
    Ok(json!(new))
}

/// `POST /sim/customers/{id}/change_bsuid` `{"bsuid"?, "parent_bsuid"?, "tell"?}`: another BSUID, the number stays.
pub(super) fn change_bsuid(sim: &Sim, id: &str, body: &Value) -> Result<Value> {
    let mut state = sim.lock();
    let old = find(&state, id)?;
    if !old.bsuid_known {
        return Err(Refused::bad("the business knows no BSUID of this person"));
    }
    let mut new = old.clone();
    let free = |bsuid: &str| state.world.by_bsuid(bsuid, sim.home(), sim.home()).is_none();
    new.bsuid = match text(body, "bsuid") {
        Some(bsuid) if customer::is_bsuid(bsuid) && free(bsuid) => bsuid.to_owned(),
        Some(other) => {
            return Err(Refused::bad(format!("{other:?} is no BSUID, or somebody has it")));
        }
        None => new_bsuid(&mut state, &new.phone),
    };
    if let Some(parent) = text(body, "parent_bsuid") {
        new.parent_bsuid = Some(parent.to_owned()).filter(|p| customer::is_bsuid(p));
    }
    moved(sim, &mut state, &old, &new, Tell::read(body)?);
    Ok(json!(new))
}

/// The person is another one now for every business that met them.
fn moved(sim: &Sim, state: &mut State, old: &Customer, new: &Customer, tell: Tell) {
    let now = sim.now();
    let (seconds, id) = (now / 1_000, old.id.as_str());
    state.record(now, Fact::Customer(new.clone()));
    let met: Vec<String> =
        state.world.chats.of(id).iter().map(|b| b.phone_number_id.clone()).collect();
    let what = if old.phone == new.phone { "user id" } else { "phone number" };
    for account in sim.config.accounts.iter().filter(|a| met.contains(&a.phone_number_id)) {
        let (before, after) = (
            old.bsuid_in(&account.portfolio_id, sim.home()),
            new.bsuid_in(&account.portfolio_id, sim.home()),
        );
        let mut system = json!({"type": "user_changed_number",
            "body": format!("{} changed their {what}.", old.name)});
        if old.bsuid_known {
            system["type"] = json!("user_changed_user_id");
            system["user_id"] = json!(after);
            if let Some(parent) = &new.parent_bsuid {
                system["parent_user_id"] = json!(parent);
            }
        }
        let mut message = json!({"id": state.ids.wamid(), "timestamp": seconds.to_string(),
            "type": "system"});
        let mut update =
            json!({"detail": format!("The user changed their {what}."), "timestamp": seconds});
        if old.phone_visible {
            message["from"] = json!(old.wa_id());
            update["wa_id"] = json!(new.wa_id());
            system["wa_id"] = json!(new.wa_id());
        }
        message["system"] = system;
        let number = &account.phone_number_id;
        if old.bsuid_known {
            message["from_user_id"] = json!(before);
            update["user_id"] = json!({"previous": before, "current": after});
            if let (Some(previous), Some(current)) = (&old.parent_bsuid, &new.parent_bsuid) {
                update["parent_user_id"] = json!({"previous": previous, "current": current});
            }
        }
        if old.bsuid_known && tell.field {
            let whole = Part::Whole(json!({"user_id_update": [update]}));
            state.queue(now, number, Some(id), "user_id_update", None, whole);
        }
        if tell.message {
            state.queue(now, number, Some(id), "messages", None, Part::Message(message));
        }
    }
}

/// `POST /sim/customers/{id}/preferences` `{"value": "stop" | "resume" | "signup"}`: marketing messages, yes or no.
pub(super) fn preferences(sim: &Sim, id: &str, body: &Value) -> Result<Value> {
    let mut state = sim.lock();
    let person = find(&state, id)?;
    let account = account(sim, text(body, "to"))?;
    let value = needed(body, "value")?;
    if !matches!(value, "stop" | "resume" | "signup") {
        return Err(Refused::bad("value is stop, resume or signup"));
    }
    let now = sim.now();
    let bsuid = person.bsuid_in(&account.portfolio_id, sim.home());
    let detail = format!("User requested to {value} marketing messages");
    let mut preference = json!({"category": "marketing_messages", "value": value, "detail": detail,
        "timestamp": now / 1_000});
    if value == "signup" {
        preference["signup_id"] = json!(state.ids.digits(12));
    }
    if person.phone_visible {
        preference["wa_id"] = json!(person.wa_id());
    }
    if person.bsuid_known {
        preference["user_id"] = json!(bsuid);
        if let Some(parent) = &person.parent_bsuid {
            preference["parent_user_id"] = json!(parent);
        }
    }
    let whole =
        json!({"contacts": [person.contact(&bsuid, true)], "user_preferences": [preference]});
    let number = &account.phone_number_id;
    state.queue(now, number, Some(id), "user_preferences", None, Part::Whole(whole));
    Ok(json!({"value": value}))
}
