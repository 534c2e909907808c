//! Fields beside `messages`: what concerns a chat goes into its lane, what concerns the account goes to its numbers, all
//! else is kept with its reason. Nothing of them is ever answered.

use entity::inbox::{Kind, State};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Message, Number, Origin, Reader, append, bsuid, phone, short};
use crate::{
    inbox::{NewItem, Unreadable, key, lane},
    message::PhoneNumber,
    platform::secret::sha256_hex,
    whatsapp::read::{instant, object, strict_list, text},
};

/// Why a field is only kept, by its name.
const KEPT: &[(&str, &str)] = &[
    ("message_template_status_update", "no template is sent from here yet"),
    ("message_template_quality_update", "no template is sent from here yet"),
    ("message_template_components_update", "no template is sent from here yet"),
    ("template_category_update", "no template is sent from here yet"),
    ("business_username_updates", "a name of the number, for people to know"),
    ("business_username_update", "a name of the number, for people to know"),
    ("phone_number_name_update", "a name of the number, for people to know"),
    ("account_alerts", "for people to read; nothing follows from it by itself"),
    ("account_review_update", "for people to read; nothing follows from it by itself"),
    ("account_settings_update", "for people to read; nothing follows from it by itself"),
    ("security", "for people to read; nothing follows from it by itself"),
    ("partner_solutions", "for people to read; nothing follows from it by itself"),
    ("payment_configuration_update", "no payment goes over WhatsApp here"),
    ("flows", "the state of a form, for people to read"),
    ("calls", "the shop makes and takes no calls"),
    ("standby", "another application has the chat; such copies are never answered"),
    ("messaging_handovers", "another application has the chat; such copies are never answered"),
    ("automatic_events", "events of advertising"),
    ("group_lifecycle_update", "the shop speaks to one person at a time"),
    ("group_participants_update", "the shop speaks to one person at a time"),
    ("group_settings_update", "the shop speaks to one person at a time"),
    ("group_status_update", "the shop speaks to one person at a time"),
];

/// Copies of chats that are megabytes: only that they came is kept.
const COPIES: &[&str] = &["history", "smb_app_state_sync"];

/// Fields that may move a channel.
const ACCOUNT: &[&str] =
    &["account_update", "phone_number_quality_update", "business_capability_update"];

#[derive(Default, Deserialize)]
struct Value<'a> {
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    message_echoes: Option<&'a RawValue>,
    #[serde(borrow)]
    user_preferences: Option<&'a RawValue>,
    #[serde(borrow)]
    user_id_update: Option<&'a RawValue>,
}

/// An item of a field about one person.
#[derive(Default, Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    wa_id: Option<&'a RawValue>,
    #[serde(borrow)]
    user_id: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Previous<'a> {
    #[serde(borrow)]
    previous: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct To<'a> {
    #[serde(borrow)]
    to: Option<&'a RawValue>,
    #[serde(borrow)]
    to_user_id: Option<&'a RawValue>,
}

impl Reader<'_> {
    /// Any change but those of `messages`.
    pub(super) fn field(
        &mut self,
        from: &Origin,
        field: &str,
        value: Option<&RawValue>,
        raw: &RawValue,
    ) -> Result<(), Unreadable> {
        let inner = value.and_then(|raw| serde_json::from_str(raw.get()).ok());
        let inner: Value<'_> = inner.unwrap_or_default();
        let account = from.account.as_str();
        match field {
            "smb_message_echoes" if inner.message_echoes.is_some() => {
                let number = self.number(inner.metadata);
                for echo in strict_list(inner.message_echoes, "the echoes of a change")? {
                    self.guarded(echo, Kind::Message, |r| r.echo(&number, echo));
                }
            }
            "user_preferences" if inner.user_preferences.is_some() => {
                let numbers = self.concerned(account, inner.metadata);
                for told in strict_list(inner.user_preferences, "the preferences of a change")? {
                    self.guarded(told, Kind::Other, |r| r.told(&numbers, "preference", told));
                }
            }
            "user_id_update" if inner.user_id_update.is_some() => {
                let numbers = self.concerned(account, inner.metadata);
                for told in strict_list(inner.user_id_update, "the updates of a change")? {
                    self.guarded(told, Kind::Other, |r| r.told(&numbers, "update", told));
                }
            }
            name if ACCOUNT.contains(&name) && value.is_some() => {
                let mut payload = format!("{{\"account\":{},\"change\":", json(account));
                payload.push_str(raw.get());
                payload.push('}');
                // What an account takes a second time is told in the same words.
                let (app, digest) = (self.app.to_string(), sha256_hex(payload.as_bytes()));
                let mut parts = vec![app.as_str(), digest.as_str()];
                parts.extend(from.time.as_deref());
                let key = key("a", &parts);
                self.push(Kind::Account, key, payload.into_bytes(), State::Due, None);
                if let Some(item) = self.split.items.last_mut() {
                    let mut numbers = self.numbers.values().filter(|n| n.account == account);
                    item.channel_id = numbers.next().map(|number| number.channel);
                }
            }
            name if COPIES.contains(&name) => {
                let bytes = raw.get().len();
                let told = format!("{{\"field\":\"{name}\",\"bytes\":{bytes}}}");
                let key = key("c", &[&self.app.to_string(), &sha256_hex(raw.get().as_bytes())]);
                let reason = "a copy of older chats: only that it came is kept".to_owned();
                self.push(Kind::Other, key, told.into_bytes(), State::Kept, Some(reason));
            }
            name => {
                let known = KEPT.iter().find(|(kept, _)| *kept == name);
                let reason = match (short(name), known) {
                    ("", _) => "a change without a field".to_owned(),
                    (name, Some((_, why))) => format!("the field `{name}`: {why}"),
                    (name, None) => format!("nothing handles the field `{name}`"),
                };
                self.keep(Kind::Other, raw, State::Kept, reason);
            }
        }
        Ok(())
    }

    /// What somebody of the shop wrote from the app on the phone, in the lane of whom it was written to.
    fn echo(&mut self, number: &Number<'_>, raw: &RawValue) -> Result<(), Unreadable> {
        let message: Message<'_> = object(raw.get(), "an echo")?;
        let to: To<'_> = object(raw.get(), "an echo")?;
        let id = text(message.id).ok_or_else(|| Unreadable("an echo without an id".into()))?;
        let Some(channel) = number.channel else {
            self.split.strange_number = true;
            self.strange(number, Kind::Message, raw);
            return Ok(());
        };
        let (user, phone) = (bsuid(to.to_user_id), phone(to.to));
        let lane = lane(channel, user.as_deref(), phone.as_ref().map(PhoneNumber::as_str))
            .ok_or_else(|| Unreadable("an echo that names nobody".into()))?;
        let sent_at = instant(message.timestamp).unwrap_or(self.now).min(self.now);
        let mut payload =
            format!("{{\"at\":{},\"echo\":true,\"message\":", sent_at.ms()).into_bytes();
        payload.extend_from_slice(raw.get().as_bytes());
        append(&mut payload, "metadata", number.metadata);
        payload.push(b'}');
        self.split.items.push(NewItem {
            app_id: self.app,
            channel_id: Some(channel),
            kind: Kind::Message,
            dedupe_key: key("e", &[&number.id, &id]),
            lane: Some(lane),
            payload,
            sent_at,
            state: State::Due,
            reason: None,
        });
        Ok(())
    }

    /// The numbers that a change concerns: the one that it names; else one of each shop of the account.
    fn concerned<'a>(&self, account: &str, metadata: Option<&'a RawValue>) -> Vec<Number<'a>> {
        let named = self.number(metadata);
        if named.channel.is_some() || !named.id.is_empty() {
            return vec![named];
        }
        let mut known: Vec<_> =
            self.numbers.iter().filter(|(_, number)| number.account == account).collect();
        known.sort_by_key(|(_, number)| (number.shop, number.channel));
        known.dedup_by_key(|(_, number)| number.shop);
        let numbers: Vec<_> = known
            .into_iter()
            .map(|(id, known)| Number { id: id.clone(), channel: Some(known.channel), metadata })
            .collect();
        if numbers.is_empty() { vec![named] } else { numbers }
    }

    /// What a field says of one person, in that person's lane.
    fn told(
        &mut self,
        numbers: &[Number<'_>],
        what: &str,
        raw: &RawValue,
    ) -> Result<(), Unreadable> {
        let named: Named<'_> = object(raw.get(), "what is told of a person")?;
        let before = named.user_id.and_then(|raw| serde_json::from_str(raw.get()).ok());
        let before: Previous<'_> = before.unwrap_or_default();
        let user = bsuid(before.previous).or_else(|| bsuid(named.user_id));
        let phone = phone(named.wa_id);
        for number in numbers {
            let Some(channel) = number.channel else {
                self.split.strange_number = true;
                self.strange(number, Kind::Other, raw);
                continue;
            };
            let lane = lane(channel, user.as_deref(), phone.as_ref().map(PhoneNumber::as_str))
                .ok_or_else(|| Unreadable("a change that names nobody".into()))?;
            let sent_at = instant(named.timestamp).unwrap_or(self.now).min(self.now);
            let mut payload = format!("{{\"at\":{},\"{what}\":", sent_at.ms()).into_bytes();
            payload.extend_from_slice(raw.get().as_bytes());
            payload.push(b'}');
            let digest = sha256_hex(raw.get().as_bytes());
            self.split.items.push(NewItem {
                app_id: self.app,
                channel_id: Some(channel),
                kind: Kind::Message,
                dedupe_key: key("p", &[&number.id, what, &digest]),
                lane: Some(lane),
                payload,
                sent_at,
                state: State::Due,
                reason: None,
            });
        }
        Ok(())
    }
}

/// A text as JSON.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
