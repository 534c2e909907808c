//! How people come into a chat: short links, and what stands there before anybody wrote.
//!
//! Source: message link and conversational component references (read 2026). Left out: pictures of QR codes.

use serde_json::{Map, Value, json};

use super::errors::GraphError;
use crate::config::Account;
use crate::server::{Answer, Call};
use crate::sim::{Sim, State};
use crate::world::flow::Link;
use crate::world::{Automation, Fact};

/// `POST /{phone_number_id}/message_qrdls` `{prefilled_message, code?}`: a new link, or another text behind an old one.
pub(crate) fn link(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    given: &Map<String, Value>,
) -> Result<Answer, GraphError> {
    let text = |key: &str| given.get(key).and_then(Value::as_str);
    let message = text("prefilled_message").filter(|message| !message.is_empty());
    let message =
        message.ok_or_else(|| GraphError::new(131_008, "prefilled_message is required"))?;
    if message.encode_utf16().count() > 140 {
        return Err(GraphError::new(100, "prefilled_message is longer than 140 characters"));
    }
    let code = match text("code") {
        Some(code) => mine(state, account, code)?.code.clone(),
        None => {
            let letters = |word: u64| (0..14).map(move |n| (word >> (4 * n)) & 0xf);
            let letter = |n: u64| b"ABCDEFGHJKLMNPQR"[usize::try_from(n).unwrap_or(0)];
            letters(state.ids.word()).map(|n| char::from(letter(n))).collect()
        }
    };
    let link = Link {
        code,
        phone_number_id: account.phone_number_id.clone(),
        prefilled_message: message.to_owned(),
    };
    let answer = shown(&link);
    state.record(sim.now(), Fact::Link(link));
    Ok(Answer::json(200, answer))
}

/// `GET /{phone_number_id}/message_qrdls` and `…/{code}`
pub(crate) fn links(
    state: &State,
    account: &Account,
    code: Option<&str>,
) -> Result<Answer, GraphError> {
    let data: Vec<Value> = match code {
        Some(code) => vec![shown(mine(state, account, code)?)],
        None => {
            let own = |link: &&Link| link.phone_number_id == account.phone_number_id;
            state.world.links().filter(own).map(shown).collect()
        }
    };
    Ok(Answer::json(200, json!({"data": data})))
}

/// `DELETE /{phone_number_id}/message_qrdls/{code}`
pub(crate) fn unlink(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    code: &str,
) -> Result<Answer, GraphError> {
    let code = mine(state, account, code)?.code.clone();
    state.record(sim.now(), Fact::LinkGone { code });
    Ok(Answer::json(200, json!({"success": true})))
}

fn mine<'a>(state: &'a State, account: &Account, code: &str) -> Result<&'a Link, GraphError> {
    let found = state.world.link(code).filter(|l| l.phone_number_id == account.phone_number_id);
    found.ok_or_else(|| GraphError::no_object("get", code))
}

fn shown(link: &Link) -> Value {
    json!({"code": link.code, "prefilled_message": link.prefilled_message,
        "deep_link_url": format!("https://wa.me/message/{}", link.code)})
}

/// `POST /{phone_number_id}/conversational_automation`
pub(crate) fn automate(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    call: &Call,
) -> Result<Answer, GraphError> {
    let given = call.form_or_json().map_err(|why| GraphError::new(100, why))?;
    let bad = |what: &str| GraphError::new(100, what);
    let mut automation = state.world.automation(&account.phone_number_id);
    for (key, value) in &given {
        match (key.as_str(), value) {
            ("enable_welcome_message", Value::Bool(on)) => automation.enable_welcome_message = *on,
            ("prompts", Value::Array(list)) => {
                let texts = list.iter().map(|p| p.as_str().filter(|p| fits(p, 80)));
                let texts: Option<Vec<&str>> = texts.collect();
                let texts = texts.filter(|texts| texts.len() <= 4);
                let texts = texts.ok_or_else(|| bad("prompts: at most 4 of 80 characters"))?;
                automation.prompts = texts.into_iter().map(str::to_owned).collect();
            }
            ("commands", Value::Array(list)) => {
                let whole = |command: &Value| {
                    let text =
                        |key: &str, most| command[key].as_str().is_some_and(|t| fits(t, most));
                    text("command_name", 32) && text("command_description", 256)
                };
                if list.len() > 30 || !list.iter().all(whole) {
                    return Err(bad(
                        "commands: at most 30, name 32 and description 256 characters",
                    ));
                }
                automation.commands.clone_from(list);
            }
            (other, _) => return Err(bad(&format!("{other} is unknown or of the wrong type"))),
        }
    }
    let phone_number_id = account.phone_number_id.clone();
    state.record(sim.now(), Fact::Automation { phone_number_id, automation });
    Ok(Answer::json(200, json!({"success": true})))
}

/// `GET /{phone_number_id}/conversational_automation`
pub(crate) fn automation(state: &State, account: &Account) -> Answer {
    let automation: Automation = state.world.automation(&account.phone_number_id);
    Answer::json(200, json!({"data": [automation]}))
}

fn fits(text: &str, most: usize) -> bool {
    !text.is_empty() && text.encode_utf16().count() <= most
}
