//! What a shop's settings must look like. Pure; each answers with the whole fault or the value in its one form.

use std::net::IpAddr;

use entity::shop::Checkout;
use reqwest::Url;

/// Days that a cart may be kept, at least and at most.
pub const CART_DAYS: (i32, i32) = (1, 365);
use super::hours;

/// A language tag as we use it: `tr`, `pt-BR`, `zh-Hant`, `es-419`.
///
/// # Errors
/// What is wrong.
pub fn language(tag: &str) -> Result<(), String> {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let well = (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| match part.len() {
            2 => part.bytes().all(|b| b.is_ascii_uppercase()),
            3 => part.bytes().all(|b| b.is_ascii_digit()),
            4 => part.bytes().all(|b| b.is_ascii_alphabetic()),
            _ => false,
        });
    if well { Ok(()) } else { Err(format!("`{tag}` is no language tag such as `tr` or `pt-BR`")) }
}

/// One to ten different language tags.
///
/// # Errors
/// What is wrong.
pub fn languages(tags: &[String]) -> Result<(), String> {
    if tags.is_empty() || tags.len() > 10 {
        return Err("one to ten languages are needed; the first is the default".to_owned());
    }
    for (at, tag) in tags.iter().enumerate() {
        language(tag)?;
        if tags[..at].contains(tag) {
            return Err(format!("`{tag}` stands twice"));
        }
    }
    Ok(())
}

/// A name of the IANA time zone database.
///
/// # Errors
/// What is wrong.
pub fn time_zone(name: &str) -> Result<(), String> {
    let known = jiff::tz::TimeZoneDatabase::bundled()
        .get(name)
        .is_ok_and(|zone| zone.iana_name() == Some(name));
    if known { Ok(()) } else { Err(format!("`{name}` is no time zone such as `Europe/Istanbul`")) }
}

/// Where a shop's own name or address is shown: 1 to `max` characters without control characters.
///
/// # Errors
/// What is wrong.
pub fn line(text: &str, max: usize) -> Result<(), String> {
    let count = text.chars().count();
    if text.trim().is_empty() {
        return Err("is blank".to_owned());
    }
    if count > max {
        return Err(format!("has {count} characters, {max} are allowed"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err("holds a control character".to_owned());
    }
    Ok(())
}

/// The short name of a shop: 1 to 40 of `a`–`z`, digits and `-`, beginning with a letter or digit.
///
/// # Errors
/// What is wrong.
pub fn handle(text: &str) -> Result<(), String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let well = (1..=40).contains(&text.len())
        && text.bytes().all(|b| plain(b) || b == b'-')
        && text.bytes().next().is_some_and(plain);
    if well {
        Ok(())
    } else {
        Err(format!("`{text}` is no handle: 1 to 40 of a-z, 0-9 and -, not beginning with -"))
    }
}

/// An id of Meta's: 1 to 30 digits.
///
/// # Errors
/// What is wrong.
pub fn meta_id(text: &str) -> Result<(), String> {
    if (1..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(format!("`{text}` is no id of Meta's: those are digits"))
    }
}

/// A version of the Graph API, as in `v25.0`.
///
/// # Errors
/// What is wrong.
pub fn graph_version(text: &str) -> Result<(), String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let well = text
        .strip_prefix('v')
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(major, minor)| digits(major) && digits(minor));
    if well { Ok(()) } else { Err(format!("`{text}` is no version such as `v25.0`")) }
}

/// The root of a service: `https://host[:port]`, plain http only for this machine. Comes back without a slash at
/// the end.
///
/// # Errors
/// What is wrong.
pub fn base_url(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| format!("`{text}` is no URL"))?;
    let local = match url.host_str() {
        None => return Err(format!("`{text}` names no host")),
        Some(host) => host == "localhost" || loopback(host),
    };
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        "http" => {
            return Err(format!("`{text}` must be https: plain http is for this machine only"));
        }
        _ => return Err(format!("`{text}` must begin with https://")),
    }
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain {
        return Err(format!(
            "`{}` must be scheme, host, port and path only",
            url.host_str().unwrap_or("")
        ));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// A checkout that a customer can get through.
///
/// # Errors
/// The field and what is wrong with it.
pub fn checkout(checkout: &Checkout) -> Result<(), (&'static str, String)> {
    let fault = |field, what: &str| Err((field, what.to_owned()));
    if !checkout.delivery && !checkout.pickup {
        return fault("delivery", "and `pickup` are both off: one way to the customer is needed");
    }
    if !checkout.cash_on_delivery && !checkout.bank_transfer {
        let what = "and `bank_transfer` are both off: one way to pay is needed";
        return fault("cash_on_delivery", what);
    }
    if checkout.bank_transfer && checkout.bank_account.trim().is_empty() {
        return fault("bank_account", "is needed for `bank_transfer`: bank, holder, IBAN");
    }
    if checkout.bank_account.chars().count() > 500 {
        return fault("bank_account", "has more than 500 characters");
    }
    if checkout.pickup_address.chars().count() > 500 {
        return fault("pickup_address", "has more than 500 characters");
    }
    if !(1..=720).contains(&checkout.transfer_hours) {
        return fault("transfer_hours", "must be 1 to 720");
    }
    hours::check(&checkout.pickup_hours, &checkout.pickup_holidays)
}

fn loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for url in [
            "http://127.0.0.1:9090",
            "http://localhost:1/",
            "http://[::1]:9",
            "https://a.example/x/",
        ] {
            assert_eq!(base_url(url).unwrap(), url.trim_end_matches('/'));
        }
        for url in [
            "http://graph.facebook.com",
            "ftp://a",
            "graph",
            "https://u:p@a.example",
            "https://a/?x=1",
            "http://127.0.0.1.example",
        ] {
            assert!(base_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn tags_and_zones_are_known_by_their_form_and_name() {
        for tag in ["tr", "en", "pt-BR", "zh-Hant", "es-419", "zh-Hant-TW"] {
            assert_eq!(language(tag), Ok(()), "{tag}");
        }
        for tag in ["", "t", "TR", "tr_TR", "tr-tr", "turkish", "tr-"] {
            assert!(language(tag).is_err(), "{tag}");
        }
        assert_eq!(time_zone("Europe/Istanbul"), Ok(()));
        for zone in ["Istanbul", "", "europe/istanbul", "+03:00"] {
            assert!(time_zone(zone).is_err(), "{zone}");
        }
        assert!(languages(&["tr".into(), "tr".into()]).is_err());
    }
}
