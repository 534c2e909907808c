use secrecy::ExposeSecret;

use super::*;

const WHOLE: &str = r#"
[app]
id = "1234567890"
secrets = ["app-secret"]
verify_token = "verify"
[shop]
handle = "kahve"
name = "Kahve Dükkanı"
currency = "TRY"
languages = ["tr", "en"]
time_zone = "Europe/Istanbul"
prices_include_tax = true
[channel]
graph_url = "http://127.0.0.1:9090"
graph_version = "v25.0"
phone_number_id = "100000000000001"
display_phone_number = "+90 555 000 0001"
waba_id = "200000000000002"
portfolio_id = "300000000000003"
catalog_id = "400000000000004"
access_token = "token"
[channel.pace]
per_second = 80
pair_seconds = 6
pair_burst = 45
"#;

fn read(text: &str) -> Result<ShopFile, Vec<String>> {
    let env = |name: &str| (name == "TOKEN").then(|| " from-env \n".to_owned());
    ShopFile::parse_with(text, Path::new("/nowhere"), &env).map_err(|error| match error {
        ShopError::Faults(faults) => faults,
        other => vec![other.to_string()],
    })
}

#[test]
fn the_documented_file_is_read() {
    let file = read(WHOLE).unwrap();
    assert_eq!(file.shop.languages, ["tr", "en"]);
    assert_eq!(file.channel.display_phone_number, "+905550000001");
    assert_eq!(file.channel.pace.pair_burst, Some(45));
    assert_eq!(file.app.secrets[0].expose_secret(), "app-secret");
    assert!(!format!("{file:?}").contains("token\""), "a secret is never shown");
}

#[test]
fn what_is_left_out_has_the_documented_default() {
    let text = WHOLE
        .replace("graph_url = \"http://127.0.0.1:9090\"\n", "")
        .replace("graph_version = \"v25.0\"\n", "")
        .replace("[channel.pace]\nper_second = 80\npair_seconds = 6\npair_burst = 45\n", "");
    let file = read(&text).unwrap();
    assert_eq!(file.channel.graph_url, "https://graph.facebook.com");
    assert_eq!(file.channel.graph_version, "v25.0");
    assert_eq!(file.channel.pace, Pace::default());
}

#[test]
fn secrets_come_from_variables_and_files_too() {
    let from_env = WHOLE.replace("access_token = \"token\"", "access_token_env = \"TOKEN\"");
    assert_eq!(read(&from_env).unwrap().channel.access_token.expose_secret(), "from-env");
    let unset = WHOLE.replace("access_token = \"token\"", "access_token_env = \"UNSET\"");
    assert_eq!(
        read(&unset).unwrap_err(),
        ["`channel.access_token` names the variable `UNSET`, which is not set"]
    );
    let folder = std::env::temp_dir().join(format!("sepet-shop-file-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("secrets"), "one\ntwo\n\n").unwrap();
    let text = WHOLE.replace("secrets = [\"app-secret\"]", "secrets_file = \"secrets\"");
    let file = ShopFile::parse(&text, &folder).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let secrets: Vec<_> = file.app.secrets.iter().map(ExposeSecret::expose_secret).collect();
    assert_eq!(secrets, ["one", "two"]);
    let both = WHOLE.replace("verify_token = ", "verify_token_env = \"TOKEN\"\nverify_token = ");
    assert_eq!(read(&both).unwrap_err(), ["`app.verify_token` is given in more than one way"]);
}

#[test]
fn all_faults_are_told_at_once() {
    let text = r#"
colour = 1
[app]
id = "x"
secrets = [""]
verify_token = " "
[shop]
handle = "Kahve"
nmae = "typo"
currency = "TRL"
languages = ["tr", "Turkish"]
time_zone = "Istanbul"
prices_include_tax = "yes"
[channel]
graph_url = "http://graph.facebook.com"
graph_version = "25"
phone_number_id = "1"
display_phone_number = "0555"
portfolio_id = "3"
access_token_file = "missing"
[channel.pace]
per_second = -1
pear_seconds = 1
[checkout]
bank_transfer = true
transfer_hours = 0
[orders]
cancel_until = "delivered"
cancel_minutes = -5
"#;
    let faults = read(text).unwrap_err();
    let named = |part: &str| {
        assert!(
            faults.iter().any(|fault| fault.starts_with(part)),
            "{part} is not among {faults:#?}"
        );
    };
    for part in [
        "`app.id`",
        "`app.secrets`",
        "`app.verify_token`",
        "`shop.handle`",
        "`shop.name` is missing",
        "`shop.nmae` is unknown",
        "`shop.currency`",
        "`shop.languages`",
        "`shop.time_zone`",
        "`shop.prices_include_tax`",
        "`channel.graph_url`",
        "`channel.graph_version`",
        "`channel.display_phone_number`",
        "`channel.waba_id` is missing",
        "`channel.access_token` names the file `missing`",
        "`channel.pace.per_second`",
        "`channel.pace.pear_seconds` is unknown",
        "`checkout.bank_account`",
        "`checkout.transfer_hours`",
        "`orders.cancel_until` must be never, accepted or shipped",
        "`orders.cancel_minutes`",
        "`colour` is unknown",
    ] {
        named(part);
    }
    assert_eq!(faults.len(), 22, "{faults:#?}");
    assert_eq!(
        read("").unwrap_err(),
        ["[app] is missing", "[shop] is missing", "[channel] is missing"]
    );
    assert!(read("[app").unwrap_err()[0].starts_with("it is no TOML"));
}
