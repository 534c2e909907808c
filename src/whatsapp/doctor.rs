//! What WhatsApp tells of a number and its account when it is only asked.
//!
//! Source: phone number, subscribed apps, product catalogs and commerce settings of the Cloud API, read October 2026.

use entity::channel;
use futures_util::{FutureExt, future::BoxFuture};
use reqwest::Method;
use serde_json::Value;

use super::{
    client::{CallError, Graph},
    codes::{Verdict, verdict},
    read::clean,
};
use crate::upkeep::doctor::{Commerce, NumberFacts, Provider, Refusal, Subscribed, Told};

const FIELDS: &str =
    "display_phone_number,quality_rating,status,name_status,throughput,webhook_configuration";

impl Graph {
    async fn look(
        &self,
        channel: &channel::Model,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Told<Value> {
        self.call(channel, Method::GET, path, query, None).await.map_err(refusal)
    }
}

impl Provider for Graph {
    fn number<'a>(&'a self, channel: &'a channel::Model) -> BoxFuture<'a, Told<NumberFacts>> {
        async move {
            let path = [channel.phone_number_id.as_str()];
            let told = self.look(channel, &path, &[("fields", FIELDS)]).await?;
            Ok(NumberFacts {
                display: text(&told["display_phone_number"]),
                status: text(&told["status"]),
                quality: text(&told["quality_rating"]),
                name_status: text(&told["name_status"]),
                throughput: text(&told["throughput"]["level"]),
                webhook: text(&told["webhook_configuration"]["application"]),
            })
        }
        .boxed()
    }

    fn subscriptions<'a>(
        &'a self,
        channel: &'a channel::Model,
    ) -> BoxFuture<'a, Told<Vec<Subscribed>>> {
        async move {
            let told = self.look(channel, &[&channel.waba_id, "subscribed_apps"], &[]).await?;
            let apps = entries(&told).filter_map(|app| {
                let app_id = text(&app["whatsapp_business_api_data"]["id"])?;
                Some(Subscribed { app_id, elsewhere: text(&app["override_callback_uri"]) })
            });
            Ok(apps.collect())
        }
        .boxed()
    }

    fn catalogs<'a>(&'a self, channel: &'a channel::Model) -> BoxFuture<'a, Told<Vec<String>>> {
        async move {
            let told = self.look(channel, &[&channel.waba_id, "product_catalogs"], &[]).await?;
            Ok(entries(&told).filter_map(|catalog| text(&catalog["id"])).collect())
        }
        .boxed()
    }

    fn commerce<'a>(&'a self, channel: &'a channel::Model) -> BoxFuture<'a, Told<Commerce>> {
        async move {
            let path = [channel.phone_number_id.as_str(), "whatsapp_commerce_settings"];
            let told = self.look(channel, &path, &[]).await?;
            let entry = &told["data"][0];
            Ok(Commerce {
                catalog_visible: entry["is_catalog_visible"].as_bool(),
                cart_enabled: entry["is_cart_enabled"].as_bool(),
            })
        }
        .boxed()
    }
}

fn entries(told: &Value) -> impl Iterator<Item = &Value> {
    told["data"].as_array().into_iter().flatten()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(clean)
}

/// Only codes 0, 102 and 190 are about the token itself (error codes of the Graph API).
fn refusal(error: CallError) -> Refusal {
    match error {
        CallError::Refused { code: 0 | 102 | 190, text, .. } => Refusal::Token(text),
        CallError::Forbidden(text) => Refusal::Unknown(text),
        CallError::Refused { code, http, ref text, transient, .. } => {
            let what = format!("{text} (code {code})");
            match verdict(code, transient, http) {
                Verdict::Retry
                | Verdict::RetryAfter(_)
                | Verdict::Throttled(_)
                | Verdict::Unsure => Refusal::Silent(what),
                _ => Refusal::Unknown(what),
            }
        }
        CallError::NotSent(_) | CallError::NoAnswer(_) | CallError::Unreadable { .. } => {
            Refusal::Silent(error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: i64, http: u16) -> Refusal {
        let text = "no".to_owned();
        refusal(CallError::Refused { code, http, text, transient: false, after_ms: None })
    }

    #[test]
    fn a_token_is_told_from_a_thing_that_is_not_there() {
        assert_eq!(refused(190, 401), Refusal::Token("no".into()));
        assert_eq!(refused(100, 400), Refusal::Unknown("no (code 100)".into()));
        assert_eq!(refused(131_016, 503), Refusal::Silent("no (code 131016)".into()));
        assert!(matches!(refusal(CallError::NoAnswer("cut".into())), Refusal::Silent(_)));
    }
}
