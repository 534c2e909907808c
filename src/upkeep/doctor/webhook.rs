//! Whether the world reaches us: the handshake that WhatsApp makes, made by ourselves over the public URL.

use entity::app;
use reqwest::{StatusCode, Url};
use secrecy::ExposeSecret;

use super::{Finding, client, is_local};
use crate::platform::{Platform, secret::new_api_key};

const CHECK: &str = "webhook";

/// Where WhatsApp posts for an app.
pub(super) fn address(public_url: &str, app_id: &str) -> String {
    format!("{}/webhooks/whatsapp/{app_id}", public_url.trim_end_matches('/'))
}

/// A wrong token must be refused and the right one answered with the challenge: only our own service does both.
pub(super) async fn look(platform: &Platform, app: &app::Model) -> Finding {
    let url = address(&platform.config.public_url, &app.meta_app_id);
    let (Ok(token), Ok(wrong)) = (platform.sealer.open(&app.verify_token), new_api_key()) else {
        let what = format!("{url} was not tried: the verify token cannot be read");
        return Finding::error(CHECK, what, "set SEPET_KEY_FILE to the key that sealed it");
    };
    let challenge = "7263001";
    let refused = shake(&url, wrong.expose_secret(), challenge).await;
    let taken = match &refused {
        Ok(answer) if answer.0 == StatusCode::FORBIDDEN => {
            shake(&url, token.expose_secret(), challenge).await
        }
        _ => refused.clone(),
    };
    let is_refused = matches!(&refused, Ok((status, _)) if *status == StatusCode::FORBIDDEN);
    judge(&url, is_refused, &taken, challenge)
}

type Answered = Result<(StatusCode, String), String>;

async fn shake(url: &str, token: &str, challenge: &str) -> Answered {
    let plain = |error: reqwest::Error| {
        let error = error.without_url();
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        if cause.is_empty() { error.to_string() } else { format!("{error}: {cause}") }
    };
    let query =
        [("hub.mode", "subscribe"), ("hub.verify_token", token), ("hub.challenge", challenge)];
    let asked = Url::parse_with_params(url, query).map_err(|error| error.to_string())?;
    let client = client(url).map_err(plain)?;
    let answer = client.get(asked).send().await.map_err(plain)?;
    let status = answer.status();
    Ok((status, answer.text().await.map_err(plain)?))
}

fn judge(url: &str, is_refused: bool, taken: &Answered, challenge: &str) -> Finding {
    let error = |what: String, remedy: &str| Finding::error(CHECK, what, remedy);
    match taken {
        Err(why) => error(
            format!("{url} does not answer: {why}"),
            "start `sepet serve`, and check SEPET_PUBLIC_URL and the TLS proxy in front of it",
        ),
        Ok((StatusCode::OK, said)) if is_refused && said.trim() == challenge => {
            let meaning = format!("{url} answers WhatsApp's handshake");
            if is_local(url) {
                let what = format!("{meaning}, but only on this machine: WhatsApp cannot reach it");
                let remedy = "for a real number set SEPET_PUBLIC_URL to https://YOUR.HOST, where a TLS proxy passes on to us";
                return Finding::warning(CHECK, what, remedy);
            }
            Finding::ok(CHECK, meaning)
        }
        Ok((status, _)) if status.is_redirection() => error(
            format!("{url} redirects, and WhatsApp follows nobody"),
            "set SEPET_PUBLIC_URL to the address that answers itself, https and without a redirect",
        ),
        Ok((StatusCode::NOT_FOUND, _)) => error(
            format!(
                "{url} is not found there: something else answers, or a service with another database"
            ),
            "let the proxy pass /webhooks/ on to this service, and check that SEPET_DATABASE_URL is the same for both",
        ),
        Ok((StatusCode::FORBIDDEN, _)) => error(
            format!(
                "{url} refuses the right verify token: a proxy, or a service with another database, answers"
            ),
            "check that SEPET_DATABASE_URL is the same for both and that no proxy guards /webhooks/",
        ),
        Ok((status, _)) => error(
            format!("{url} answers {status} where our service would not"),
            "look into the log of the proxy and of `sepet serve`",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upkeep::doctor::Level;

    fn told(url: &str, is_refused: bool, status: u16, said: &str) -> Level {
        let answer = (StatusCode::from_u16(status).unwrap(), said.to_owned());
        judge(url, is_refused, &Ok(answer), "77").level
    }

    #[test]
    fn only_our_own_service_passes() {
        let url = "https://shop.example/webhooks/whatsapp/1";
        assert_eq!(told(url, true, 200, "77\n"), Level::Ok);
        assert_eq!(told("http://127.0.0.1:8080/x", true, 200, "77"), Level::Warning);
        // Whoever takes any token, or says something else, is not ours.
        assert_eq!(told(url, false, 200, "77"), Level::Error);
        assert_eq!(told(url, true, 200, "<html>"), Level::Error);
        for status in [301, 403, 404, 502] {
            assert_eq!(told(url, true, status, ""), Level::Error, "{status}");
        }
        assert_eq!(judge(url, false, &Err("no route".into()), "77").level, Level::Error);
    }
}
