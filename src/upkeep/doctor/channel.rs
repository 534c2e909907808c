//! One number at WhatsApp: token, number, webhooks of its account, catalog.

use entity::{Timestamp, channel};

use super::{Commerce, Finding, NumberFacts, Provider, Refusal, Subscribed, Told, span};

/// Asks WhatsApp about one number. Without a token that is taken nothing more is asked.
pub(super) async fn look(
    provider: &dyn Provider,
    channel: &channel::Model,
    app_id: &str,
    ours: &str,
    now: Timestamp,
) -> Vec<Finding> {
    let mut found = state(channel, now);
    let told = provider.number(channel).await;
    let goes_on = !matches!(told, Err(Refusal::Token(_) | Refusal::Silent(_)));
    found.extend(number(channel, &told, ours));
    if goes_on {
        found.push(subscription(channel, app_id, ours, &provider.subscriptions(channel).await));
        found.extend(catalog(channel, &provider.catalogs(channel).await));
        if channel.catalog_id.is_some() {
            found.extend(commerce(channel, &provider.commerce(channel).await));
        }
    }
    found
}

/// What the service itself knows of it.
fn state(channel: &channel::Model, now: Timestamp) -> Vec<Finding> {
    let id = &channel.phone_number_id;
    let mut found = Vec::new();
    if let Some(reason) = &channel.stopped_reason {
        let what = format!("nothing is sent from the number `{id}`: {reason}");
        let remedy = format!(
            "put that right, then let it go on by `POST /api/v1/channels/{}/resume` or `sepet shop apply`",
            channel.id
        );
        found.push(Finding::error("number", what, remedy));
    }
    if let Some(until) = channel.paused_until.filter(|until| *until > now) {
        let wait = span(until.ms() - now.ms());
        let what =
            format!("WhatsApp asked the number `{id}` to wait {wait}; until then nothing is sent");
        found.push(Finding::warning(
            "number",
            what,
            "wait; when it comes again, look at its limits in WhatsApp Manager",
        ));
    }
    if let Some(until) = channel.resting_until {
        let next = match until.ms() - now.ms() {
            wait @ 1.. => format!("in {}", span(wait)),
            _ => "with the next message".to_owned(),
        };
        let what = format!(
            "the number `{id}` rests: {} sends in a row got no answer of WhatsApp, and one is tried again {next}",
            channel.failures
        );
        let remedy = format!(
            "check the way of this machine to the internet (proxy, firewall, DNS); when WhatsApp answers it goes on by \
             itself, and at once by `POST /api/v1/channels/{}/resume`",
            channel.id
        );
        found.push(Finding::warning("number", what, remedy));
    }
    found
}

fn number(channel: &channel::Model, told: &Told<NumberFacts>, ours: &str) -> Vec<Finding> {
    let id = &channel.phone_number_id;
    let facts = match told {
        Ok(facts) => facts,
        Err(Refusal::Token(why)) => {
            let what =
                format!("WhatsApp does not take the access token of the number `{id}`: {why}");
            let remedy = "make a token of a system user that does not end (README, “Connecting a real number”), put it into \
                          shop.toml and run `sepet shop apply`";
            return vec![Finding::error("token", what, remedy)];
        }
        Err(Refusal::Unknown(why)) => {
            let what = format!("WhatsApp does not show the number `{id}` to this token: {why}");
            let remedy = "check `channel.phone_number_id`, and give the system user of the token the WhatsApp account of the number";
            return vec![Finding::error("number", what, remedy)];
        }
        Err(Refusal::Silent(why)) => {
            let what = format!("WhatsApp cannot be asked at {}: {why}", channel.graph_url);
            let remedy = "check the way of this machine to the internet (proxy, firewall, DNS), then ask again";
            return vec![Finding::error("token", what, remedy)];
        }
    };
    let mut found =
        vec![Finding::ok("token", format!("WhatsApp takes the token of the number `{id}`"))];
    let said = |word: &Option<String>| word.clone().unwrap_or_default().to_uppercase();
    match said(&facts.status).as_str() {
        "" | "CONNECTED" => {
            found.push(Finding::ok("number", format!("the number `{id}` is connected")));
        }
        status => {
            let what = format!("the number `{id}` is `{status}` at WhatsApp: no message passes");
            let remedy = "look at it in WhatsApp Manager › Phone numbers; register it again if it was taken off";
            found.push(Finding::error("number", what, remedy));
        }
    }
    if matches!(said(&facts.quality).as_str(), "RED" | "YELLOW") {
        let quality = said(&facts.quality);
        let what = format!(
            "customers rate the messages of the number `{id}` as {quality}: its limits may be lowered"
        );
        let remedy = "send fewer notices that nobody asked for, and answer faster";
        found.push(Finding::warning("number", what, remedy));
    }
    if matches!(said(&facts.name_status).as_str(), "DECLINED" | "EXPIRED") {
        let what = format!(
            "the display name of the number `{id}` is {}",
            said(&facts.name_status).to_lowercase()
        );
        found.push(Finding::warning(
            "number",
            what,
            "choose another name in WhatsApp Manager › Phone numbers",
        ));
    }
    found.extend(pace(id, channel.pace_per_second, &said(&facts.throughput)));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if let Some(display) = &facts.display
        && digits(display) != digits(&channel.display_phone_number)
    {
        let what = format!(
            "the number `{id}` is {display} at WhatsApp, and {} here",
            channel.display_phone_number
        );
        let remedy = "correct `channel.display_phone_number` in shop.toml and run `sepet shop apply`: links to the chat use it";
        found.push(Finding::warning("number", what, remedy));
    }
    if let Some(webhook) = facts.webhook.as_ref().filter(|webhook| *webhook != ours) {
        found.push(elsewhere(id, webhook, ours));
    }
    found
}

/// Messages a second that WhatsApp takes from a number of level `STANDARD`, and from one of level `HIGH` (reference §3.4).
const STANDARD: i32 = 80;
const HIGH: i32 = 1_000;

/// Whether the number is held to what WhatsApp takes from it. 0 is no limit of ours: WhatsApp's refusals make the pace.
fn pace(id: &str, ours: i32, level: &str) -> Option<Finding> {
    let theirs = match level {
        "STANDARD" => STANDARD,
        "HIGH" => HIGH,
        _ => return None,
    };
    let does = match ours {
        0 => return None,
        _ if ours > theirs => "sends up to",
        _ if ours <= STANDARD && theirs == HIGH => "is held to",
        _ => {
            let meaning = format!("the number `{id}` sends no faster than WhatsApp takes");
            return Some(Finding::ok("pace", meaning));
        }
    };
    let what = format!(
        "the number `{id}` {does} {ours} messages a second, and WhatsApp takes {theirs} from it"
    );
    let remedy = format!(
        "set `per_second = {theirs}` under `[channel.pace]` in shop.toml and run `sepet shop apply`"
    );
    Some(Finding::warning("pace", what, remedy))
}

fn elsewhere(id: &str, there: &str, ours: &str) -> Finding {
    let what = format!(
        "WhatsApp posts what comes in for the number `{id}` to {there}, and we are at {ours}"
    );
    let remedy = "correct the callback URL in the app's dashboard › WhatsApp › Configuration, or SEPET_PUBLIC_URL";
    Finding::error("subscription", what, remedy)
}

fn subscription(
    channel: &channel::Model,
    app_id: &str,
    ours: &str,
    told: &Told<Vec<Subscribed>>,
) -> Finding {
    let waba = &channel.waba_id;
    let apps = match told {
        Ok(apps) => apps,
        Err(refusal) => {
            let what = format!(
                "the webhooks of the account `{waba}` cannot be asked about: {}",
                why(refusal)
            );
            let remedy =
                "check `channel.waba_id`, and give the token `whatsapp_business_management`";
            return Finding::error("subscription", what, remedy);
        }
    };
    match apps.iter().find(|app| app.app_id == app_id) {
        None => {
            let what = format!(
                "the app `{app_id}` is not subscribed to the account `{waba}`: nothing comes in"
            );
            let remedy = format!(
                "run `curl -X POST -H \"Authorization: Bearer $TOKEN\" {}/{}/{waba}/subscribed_apps`",
                channel.graph_url.trim_end_matches('/'),
                channel.graph_version
            );
            Finding::error("subscription", what, remedy)
        }
        Some(Subscribed { elsewhere: Some(there), .. }) if there != ours => {
            elsewhere(&channel.phone_number_id, there, ours)
        }
        Some(_) => {
            let meaning = format!("the app `{app_id}` gets what comes in for the account `{waba}`");
            Finding::ok("subscription", meaning)
        }
    }
}

fn catalog(channel: &channel::Model, told: &Told<Vec<String>>) -> Option<Finding> {
    let (id, waba) = (&channel.phone_number_id, &channel.waba_id);
    let Some(ours) = &channel.catalog_id else {
        let what = format!(
            "the number `{id}` has no catalog: goods are shown by lists and pictures alone"
        );
        let remedy = "make a catalog in Commerce Manager, connect it to the account, and name it in `channel.catalog_id`";
        return Some(Finding::warning("catalog", what, remedy));
    };
    Some(match told {
        Ok(catalogs) if catalogs.contains(ours) => Finding::ok(
            "catalog",
            format!("the catalog `{ours}` is connected to the account `{waba}`"),
        ),
        Ok(_) => {
            let what = format!(
                "the catalog `{ours}` is not connected to the account `{waba}`: no product message passes"
            );
            let remedy =
                "connect it in WhatsApp Manager › Catalogue, or correct `channel.catalog_id`";
            Finding::error("catalog", what, remedy)
        }
        Err(refusal) => {
            let what = format!(
                "the catalogs of the account `{waba}` cannot be asked about: {}",
                why(refusal)
            );
            let remedy = "give the token `catalog_management`, and its system user the catalog";
            Finding::warning("catalog", what, remedy)
        }
    })
}

fn commerce(channel: &channel::Model, told: &Told<Commerce>) -> Vec<Finding> {
    let id = &channel.phone_number_id;
    let commerce = match told {
        Ok(commerce) => commerce,
        Err(refusal) => {
            let what = format!(
                "whether customers see the catalog of `{id}` cannot be asked: {}",
                why(refusal)
            );
            return vec![Finding::warning(
                "catalog",
                what,
                "give the token `whatsapp_business_management`",
            )];
        }
    };
    let off = [
        (commerce.catalog_visible.unwrap_or(false), "is_catalog_visible", "the catalog"),
        (commerce.cart_enabled.unwrap_or(true), "is_cart_enabled", "the cart"),
    ];
    let off = off.into_iter().filter(|(on, ..)| !on).map(|(_, key, thing)| {
        let what = format!("{thing} of the number `{id}` is switched off: customers do not see it");
        let remedy = format!(
            "run `curl -X POST -H \"Authorization: Bearer $TOKEN\" \"{}/{}/{id}/whatsapp_commerce_settings?{key}=true\"`",
            channel.graph_url.trim_end_matches('/'),
            channel.graph_version
        );
        Finding::warning("catalog", what, remedy)
    });
    off.collect()
}

fn why(refusal: &Refusal) -> &str {
    match refusal {
        Refusal::Token(why) | Refusal::Unknown(why) | Refusal::Silent(why) => why,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Level, *};

    #[test]
    fn a_number_is_held_to_what_whatsapp_takes() {
        let found = |level: &str, ours: i32| {
            pace("1", ours, level).map(|f| (f.level, f.remedy.unwrap_or_default()))
        };
        assert_eq!(found("STANDARD", 80), Some((Level::Ok, String::new())));
        let (level, remedy) = found("HIGH", 80).unwrap();
        assert!(level == Level::Warning && remedy.contains("per_second = 1000"), "{remedy}");
        let (level, remedy) = found("STANDARD", 400).unwrap();
        assert!(level == Level::Warning && remedy.contains("per_second = 80"), "{remedy}");
        assert_eq!(found("STANDARD", 20), Some((Level::Ok, String::new())), "as slow as one likes");
        assert_eq!((found("", 80), found("HIGH", 0)), (None, None));
    }
}
