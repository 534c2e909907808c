//! The Graph side: what the business calls. Any version in the path is taken, and a bearer token is wanted always.

mod account;
mod batch;
pub(crate) mod catalog;
mod entry;
pub(crate) mod errors;
mod flows;
mod media;
mod messages;
mod products;
mod rules;
pub(crate) mod schema;
pub(crate) mod templates;

use std::time::Duration;

use serde_json::{Value, json};

use crate::config::Account;
use crate::journal::{self, Exchange};
use crate::server::{Answer, Call, Content};
use crate::sim::Sim;
use crate::webhook::post;
use crate::world::fault::{Kind, Scope};
use errors::GraphError;

/// Answers one call and notes it in the journal.
pub(crate) async fn handle(sim: &Sim, call: &Call) -> Answer {
    let mut answer = match faulty(sim, call).await {
        Ok(answer) => answer,
        Err(error) => refused(sim, &error),
    };
    answer.headers.push(("facebook-api-version", "v25.0".to_owned()));
    let is_form = call.header("content-type").is_some_and(|t| t.starts_with("multipart/"));
    let request =
        if is_form { json!({"bytes": call.body.len()}) } else { journal::body(&call.body) };
    let response = match &answer.content {
        _ if answer.cut => Value::Null,
        Content::Json(value) => journal::answer(value),
        Content::Bytes { bytes, .. } => json!({"bytes": bytes.len()}),
    };
    sim.keep_exchange(Exchange {
        seq: 0,
        at_ms: sim.now(),
        kind: "graph".into(),
        method: call.method.clone(),
        path: call.path_and_query(),
        request,
        status: if answer.cut { 0 } else { answer.status },
        response,
        violations: answer.violations.clone(),
    });
    sim.wake.notify_one();
    answer
}

/// Answers one call as the faults that are on want it.
async fn faulty(sim: &Sim, call: &Call) -> Result<Answer, GraphError> {
    let (scope, about) = what_it_is(sim, call);
    let who = about.as_deref();
    let strike = |wanted: fn(&Kind) -> bool| sim.lock().faults.strike(scope, who, wanted);
    if let Some(Kind::Slow { delay_ms }) = strike(|kind| matches!(kind, Kind::Slow { .. })) {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    }
    match strike(|kind| matches!(kind, Kind::Down { .. } | Kind::Code { .. })) {
        Some(Kind::Down { http: Some(status) }) => {
            let page = format!(
                "<html><head><title>{status}</title></head><body><h1>Sorry, something went wrong.</h1></body></html>"
            );
            let answer = Answer::bytes("text/html; charset=utf-8", page.into_bytes());
            return Ok(Answer { status, ..answer });
        }
        Some(Kind::Down { http: None }) => return Ok(Answer::cut()),
        Some(Kind::Code { code, http, transient }) => {
            let mut error = GraphError::new(code, "A fault that was asked for.").blameless();
            error.http = http.unwrap_or(error.http);
            error.transient = transient.unwrap_or(error.transient);
            return Err(error);
        }
        _ => {}
    }
    let answer = route(sim, call).await?;
    let lost = |kind: &Kind| *kind == Kind::LostAnswer;
    if answer.status == 200 && sim.lock().faults.strike(scope, who, lost).is_some() {
        return Ok(Answer { cut: true, ..answer });
    }
    Ok(answer)
}

/// What kind of call it is, and the customer it is about.
fn what_it_is(sim: &Sim, call: &Call) -> (Scope, Option<String>) {
    let parts: Vec<&str> = call.path.split('/').skip(2).collect();
    match parts.as_slice() {
        [_, "items_batch"] => (Scope::ItemsBatch, None),
        [_, "flows"] if call.method == "POST" => (Scope::Flows, None),
        [number, "messages"] if call.method == "POST" => {
            let Ok(body) = messages::parse(call) else { return (Scope::Messages, None) };
            let scope = if messages::is_read_mark(&body) { Scope::Read } else { Scope::Messages };
            let account = sim.account(number);
            (scope, account.and_then(|a| messages::about(sim, &sim.lock(), a, &body)))
        }
        _ => (Scope::All, None),
    }
}

async fn route(sim: &Sim, call: &Call) -> Result<Answer, GraphError> {
    let token = call.header("authorization").and_then(|text| text.strip_prefix("Bearer "));
    let mine: Vec<&Account> = sim
        .config
        .accounts
        .iter()
        .filter(|account| Some(account.access_token.as_str()) == token)
        .collect();
    if mine.is_empty() {
        let mut error = GraphError::new(190, "The access token is missing, wrong or expired");
        error.title = "Invalid OAuth access token - Cannot parse access token".into();
        return Err(error);
    }
    let parts: Vec<&str> = call.path.trim_matches('/').split('/').collect();
    if let ["media-download", token] = parts[..] {
        return Ok(media::download(sim, &sim.lock(), token));
    }
    let (id, edge) = match parts[..] {
        [version, id] if is_version(version) => (id, ""),
        [version, id, edge] if is_version(version) => (id, edge),
        [version, id, "message_qrdls", code] if is_version(version) => {
            let own = mine.iter().copied().find(|account| account.phone_number_id == id);
            let account = own.ok_or_else(|| GraphError::no_object(&call.method, id))?;
            let mut state = sim.lock();
            return match call.method.as_str() {
                "GET" => entry::links(&state, account, Some(code)),
                "DELETE" => entry::unlink(sim, &mut state, account, code),
                _ => Err(GraphError::no_object(&call.method, code)),
            };
        }
        _ => {
            return Err(GraphError {
                http: 404,
                ..GraphError::no_object(&call.method, &call.path)
            });
        }
    };
    let by = |key: fn(&Account) -> &str| mine.iter().copied().find(|account| key(account) == id);
    if let Some(account) = by(|a| &a.phone_number_id) {
        return number(sim, account, edge, call).await;
    }
    if let Some(account) = by(|a| &a.waba_id) {
        return business(sim, account, edge, call).await;
    }
    let flow = sim.lock().world.flow(id).cloned();
    if let Some(flow) = flow.filter(|flow| mine.iter().any(|a| a.waba_id == flow.waba_id)) {
        return flows::one(sim, flow, call, edge).await;
    }
    let mut state = sim.lock();
    if by(|a| &a.catalog_id).is_some() {
        return match (call.method.as_str(), edge) {
            ("POST", "items_batch") => batch::take(sim, &mut state, id, call),
            ("GET", "check_batch_request_status") => catalog::status(sim, &mut state, id, call),
            ("GET", "products") => catalog::products(sim, &mut state, id, call),
            _ => Err(GraphError::no_object(&call.method, id)),
        };
    }
    let ours = state
        .media
        .get(id, sim.now())
        .is_some_and(|medium| mine.iter().any(|a| a.phone_number_id == medium.phone_number_id));
    let answer = match (call.method.as_str(), edge) {
        ("GET", "") if ours => media::info(sim, &mut state, id),
        ("DELETE", "") if ours => {
            state.media.remove(id);
            Some(Answer::json(200, json!({"success": true})))
        }
        _ => None,
    };
    answer.ok_or_else(|| GraphError::no_object(&call.method, id))
}

/// Calls on a phone number.
async fn number(
    sim: &Sim,
    account: &Account,
    edge: &str,
    call: &Call,
) -> Result<Answer, GraphError> {
    match (call.method.as_str(), edge) {
        ("POST", "messages") => {
            let body = messages::parse(call)?;
            let mut state = sim.lock();
            if messages::is_read_mark(&body) {
                messages::read(sim, &mut state, account, &body)
            } else {
                messages::send(sim, &mut state, account, &body)
            }
        }
        ("POST", "media") => {
            let upload = media::read(call).await?;
            Ok(media::store(sim, &mut sim.lock(), account, upload))
        }
        ("GET", "") => account::number(account, call),
        ("GET", "message_qrdls") => entry::links(&sim.lock(), account, None),
        ("POST", "message_qrdls") => {
            let given = call.form_or_json().map_err(|why| GraphError::new(100, why))?;
            entry::link(sim, &mut sim.lock(), account, &given)
        }
        ("GET", "conversational_automation") => Ok(entry::automation(&sim.lock(), account)),
        ("POST", "conversational_automation") => {
            entry::automate(sim, &mut sim.lock(), account, call)
        }
        ("GET", "whatsapp_commerce_settings") => Ok(account::commerce(&sim.lock(), account)),
        ("POST", "whatsapp_commerce_settings") => {
            account::set_commerce(sim, &mut sim.lock(), account, call)
        }
        _ => Err(GraphError::no_object(&call.method, &account.phone_number_id)),
    }
}

/// Calls on a WhatsApp Business Account.
async fn business(
    sim: &Sim,
    account: &Account,
    edge: &str,
    call: &Call,
) -> Result<Answer, GraphError> {
    match (call.method.as_str(), edge) {
        ("GET", "subscribed_apps") => Ok(account::subscribed(&sim.lock(), account)),
        ("DELETE", "subscribed_apps") => {
            Ok(account::subscribe(sim, &mut sim.lock(), account, false, None))
        }
        ("POST", "subscribed_apps") => {
            let body = call.form_or_json().map_err(|why| GraphError::new(100, why))?;
            let wanted = account::override_of(&body)?;
            if let Some((url, verify_token)) = &wanted {
                post::handshake(sim, url, verify_token).await.map_err(|answered| {
                    let status = answered.status;
                    GraphError::new(2_200, format!("Callback verification failed: HTTP {status}"))
                })?;
            }
            let url = wanted.map(|(url, _)| url);
            Ok(account::subscribe(sim, &mut sim.lock(), account, true, url))
        }
        ("GET", "product_catalogs") => Ok(account::catalogs(account)),
        ("GET", "flows") => Ok(flows::list(&sim.lock(), account)),
        ("POST", "flows") => {
            let given = call.form_or_json().map_err(|why| GraphError::new(100, why))?;
            flows::create(sim, &mut sim.lock(), account, &given)
        }
        ("GET", "message_templates") => {
            Ok(Answer::json(200, templates::list(&sim.lock(), account)))
        }
        ("POST", "message_templates") => {
            let body = messages::parse(call)?;
            templates::create(sim, &mut sim.lock(), account, &body)
        }
        _ => Err(GraphError::no_object(&call.method, &account.waba_id)),
    }
}

/// `v` and two numbers, as in `v25.0`.
fn is_version(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let numbers = text.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    numbers.is_some_and(|(major, minor)| digits(major) && digits(minor))
}

fn refused(sim: &Sim, error: &GraphError) -> Answer {
    let trace = sim.lock().ids.trace();
    error.answer(&trace)
}
