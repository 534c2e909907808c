//! What WhatsApp tells of the account and its numbers (reference: `account_update`, `phone_number_quality_update`,
//! `business_capability_update`).

use entity::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::read::{instant, list, mend, object, text};
use crate::inbox::{AccountChange, AccountNews, Unreadable};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    account: Option<&'a RawValue>,
    #[serde(borrow)]
    change: Change<'a>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    field: Option<&'a RawValue>,
    #[serde(borrow)]
    value: Value<'a>,
}

#[derive(Default, Deserialize)]
struct Value<'a> {
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow)]
    display_phone_number: Option<&'a RawValue>,
    #[serde(borrow)]
    current_limit: Option<&'a RawValue>,
    #[serde(borrow)]
    max_daily_conversations_per_business: Option<&'a RawValue>,
    #[serde(borrow)]
    waba_info: Option<&'a RawValue>,
    #[serde(borrow)]
    ban_info: Option<&'a RawValue>,
    #[serde(borrow)]
    restriction_info: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Whose<'a> {
    #[serde(borrow)]
    waba_id: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Ban<'a> {
    #[serde(borrow)]
    waba_ban_state: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Restriction<'a> {
    #[serde(borrow)]
    restriction_type: Option<&'a RawValue>,
    #[serde(borrow)]
    expiration: Option<&'a RawValue>,
}

/// What follows from it; `None`: nothing.
pub(super) fn read(payload: &[u8]) -> Result<Option<AccountNews>, Unreadable> {
    let payload = String::from_utf8_lossy(payload);
    let mended = mend(&payload);
    let Envelope { account, change } =
        object(mended.as_deref().unwrap_or(&payload), "news of an account")?;
    let value = change.value;
    let whose: Whose<'_> = part(value.waba_info);
    // Of a partner's news the entry is the portfolio.
    let account = text(whose.waba_id).or_else(|| text(account)).unwrap_or_default();
    let change = match text(change.field).as_deref() {
        Some("account_update") => event(&value),
        Some(_) => text(value.max_daily_conversations_per_business)
            .or_else(|| text(value.current_limit))
            .map(|limit| AccountChange::Limit(limit.chars().take(60).collect())),
        None => None,
    };
    let number = text(value.display_phone_number)
        .map(|number| number.chars().filter(char::is_ascii_digit).collect());
    Ok(change.map(|change| AccountNews { account, number, change }))
}

fn event(value: &Value<'_>) -> Option<AccountChange> {
    let event = text(value.event)?;
    let stop = |why: &str| Some(AccountChange::Stop(why.to_owned()));
    match event.as_str() {
        "DISABLED_UPDATE" => {
            let ban: Ban<'_> = part(value.ban_info);
            match text(ban.waba_ban_state).as_deref() {
                Some("REINSTATE") => Some(AccountChange::Free),
                // It will be, unless somebody acts: until then it works.
                Some("SCHEDULE_FOR_DISABLE") => None,
                _ => stop("the account is disabled"),
            }
        }
        "ACCOUNT_DELETED" => stop("the account is deleted"),
        "ACCOUNT_RESTRICTION" => restriction(value),
        "ACCOUNT_REINSTATED" | "REINSTATED_ACCOUNT" => Some(AccountChange::Free),
        _ => None,
    }
}

/// What forbids to answer people who wrote.
const ANSWERING: &str = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING";

/// A restriction of answering stops, or is a pause when it ends by itself, and so does one that does not say of what. All
/// others hinder nobody: this service begins no chats, makes no calls and adds no numbers.
fn restriction(value: &Value<'_>) -> Option<AccountChange> {
    let all: Vec<Restriction<'_>> =
        list(value.restriction_info).into_iter().map(|raw| part(Some(raw))).collect();
    let silences =
        |one: &&Restriction<'_>| text(one.restriction_type).as_deref() == Some(ANSWERING);
    let real: Vec<_> = all.iter().filter(silences).collect();
    if real.is_empty() && !all.is_empty() {
        return None;
    }
    let ends: Option<Vec<Timestamp>> = real.iter().map(|one| instant(one.expiration)).collect();
    match ends.and_then(|ends| ends.into_iter().max()) {
        Some(end) => Some(AccountChange::PauseUntil(end)),
        None => Some(AccountChange::Stop("the account is restricted".to_owned())),
    }
}

fn part<'a, T: Default + Deserialize<'a>>(raw: Option<&'a RawValue>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(field: &str, value: &Value) -> Option<AccountNews> {
        let change = json!({"field": field, "value": value});
        read(json!({"account": "2000", "change": change}).to_string().as_bytes()).unwrap()
    }

    fn change(value: &Value) -> Option<AccountChange> {
        told("account_update", value).map(|news| news.change)
    }

    #[test]
    fn bans_and_restrictions_stop_and_end() {
        let stop = |why: &str| Some(AccountChange::Stop(why.to_owned()));
        let ban = |state: &str| json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state}});
        assert_eq!(change(&ban("DISABLE")), stop("the account is disabled"));
        assert_eq!(change(&ban("REINSTATE")), Some(AccountChange::Free));
        assert_eq!(change(&ban("SCHEDULE_FOR_DISABLE")), None);
        assert_eq!(change(&json!({"event": "DISABLED_UPDATE"})), stop("the account is disabled"));
        let limits =
            |info: Value| json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": info});
        let one = |kind: &str, end: Value| json!({"restriction_type": kind, "expiration": end});
        let reply = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING";
        let add = "RESTRICTED_ADD_PHONE_NUMBER_ACTION";
        assert_eq!(change(&limits(Value::Null)), stop("the account is restricted"));
        assert_eq!(change(&limits(json!([]))), stop("the account is restricted"));
        for other in [add, "RESTRICTED_BIZ_INITIATED_MESSAGING", "RESTRICTED_MOON_ACTION"] {
            for end in [json!(9), Value::Null] {
                assert_eq!(change(&limits(json!([one(other, end)]))), None, "{other}");
            }
        }
        assert_eq!(
            change(&limits(json!([one(reply, json!("1795417100")), one(add, json!(9))]))),
            Some(AccountChange::PauseUntil(Timestamp::from_ms(1_795_417_100_000)))
        );
        let both = json!([one(reply, json!(1)), one(reply, Value::Null)]);
        assert_eq!(change(&limits(both)), stop("the account is restricted"));
        for event in ["VERIFIED_ACCOUNT", "PARTNER_ADDED", "ACCOUNT_VIOLATION"] {
            assert_eq!(change(&json!({ "event": event })), None, "{event}");
        }
        assert_eq!(change(&json!({})), None);
    }

    #[test]
    fn limits_are_of_a_number_or_of_the_account() {
        let quality = json!({"display_phone_number": "+90 555 000 00 01", "event": "ONBOARDING",
            "current_limit": "TIER_50", "max_daily_conversations_per_business": "TIER_1K"});
        let news = told("phone_number_quality_update", &quality).unwrap();
        assert_eq!(news.number.as_deref(), Some("905550000001"));
        assert_eq!(news.change, AccountChange::Limit("TIER_1K".into()));
        let all = json!({"max_daily_conversations_per_business": 1000});
        let news = told("business_capability_update", &all).unwrap();
        assert_eq!((news.account.as_str(), news.number), ("2000", None));
        assert_eq!(news.change, AccountChange::Limit("1000".into()));
        assert_eq!(told("business_capability_update", &json!({})), None);
    }
}
