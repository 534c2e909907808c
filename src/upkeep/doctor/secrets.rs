//! How secrets rest, and whether somebody set them at all.

use std::os::unix::fs::PermissionsExt;

use entity::{app, channel};
use secrecy::ExposeSecret;

use super::{Finding, is_local};
use crate::platform::Platform;

const CHECK: &str = "secrets";
/// Words of examples.
const PLACEHOLDERS: &[&str] = &[
    "app-secret",
    "secret",
    "token",
    "access-token",
    "verify",
    "verify-token",
    "changeme",
    "password",
    "test",
    "example",
    "choose any word",
];

pub(super) fn look(
    platform: &Platform,
    apps: &[app::Model],
    channels: &[channel::Model],
) -> Vec<Finding> {
    let mut found = vec![resting(platform, apps, channels)];
    let mut named = Vec::new();
    for app in apps {
        // A simulated WhatsApp on this machine takes whatever was agreed on.
        let mut numbers = channels.iter().filter(|channel| channel.app_id == app.id);
        if numbers.all(|channel| is_local(&channel.graph_url)) {
            continue;
        }
        let id = &app.meta_app_id;
        let secrets = app.secrets.0.iter().map(|sealed| (sealed, "app.secrets"));
        for (sealed, key) in secrets.chain([(&app.verify_token, "app.verify_token")]) {
            named.push((sealed, key, format!("of the app `{id}`")));
        }
    }
    for channel in channels.iter().filter(|channel| !is_local(&channel.graph_url)) {
        let whose = format!("of the number `{}`", channel.phone_number_id);
        named.push((&channel.access_token, "channel.access_token", whose));
    }
    let count = named.len();
    for (sealed, key, whose) in named {
        // One that cannot be opened was told already.
        let is_word =
            platform.sealer.open(sealed).is_ok_and(|clear| is_placeholder(clear.expose_secret()));
        if is_word {
            let what = format!("`{key}` {whose} is a word of the example: everybody knows it");
            let remedy = format!(
                "put the real one into `{key}` of its shop.toml and run `sepet shop apply`"
            );
            found.push(Finding::error(CHECK, what, remedy));
        }
    }
    if found.len() == 1 && count > 0 {
        found.push(Finding::ok(CHECK, format!("{count} secrets are set, none is an example's")));
    }
    found
}

fn is_placeholder(clear: &str) -> bool {
    let clear = clear.trim().to_lowercase();
    PLACEHOLDERS.contains(&clear.as_str())
}

/// Whether tokens are sealed, and who may read the key.
fn resting(platform: &Platform, apps: &[app::Model], channels: &[channel::Model]) -> Finding {
    let Some(file) = &platform.config.key_file else {
        let what = "tokens and app secrets rest in the clear in the database and in every backup";
        let remedy = "make a key with `openssl rand -hex 32 > key && chmod 600 key`, set SEPET_KEY_FILE, restart every \
                      `sepet serve` with it, and only then run `sepet shop apply` again: a service without the key cannot \
                      read what is sealed";
        return Finding::warning(CHECK, what, remedy);
    };
    let mode = std::fs::metadata(file).map_or(0, |found| found.permissions().mode());
    if mode & 0o077 != 0 {
        let what = format!("the key file {} can be read by others on this machine", file.display());
        return Finding::warning(CHECK, what, format!("run `chmod 600 {}`", file.display()));
    }
    let of_apps = apps.iter().flat_map(|app| app.secrets.0.iter().chain([&app.verify_token]));
    let mut all = of_apps.chain(channels.iter().map(|channel| &channel.access_token));
    if !all.all(|secret| platform.sealer.is_current(secret)) {
        let what = "there is a key, but tokens or app secrets still rest in the clear in the database and in every backup";
        return Finding::warning(CHECK, what, "run `sepet shop apply` again with every shop.toml");
    }
    Finding::ok(CHECK, "tokens and app secrets are sealed, and the key is for this user alone")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_examples_are_known() {
        assert!(is_placeholder(" Verify ") && is_placeholder("app-secret"));
        assert!(!is_placeholder("d0f7a1c2") && !is_placeholder(""));
    }
}
