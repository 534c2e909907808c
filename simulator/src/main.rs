//! The simulator alone, with one account: to work on the phone page, or to try a business by hand.
//!
//! `cargo run -p simulator -- --listen 127.0.0.1:9090 --webhook-url http://127.0.0.1:8080/webhooks/whatsapp/1000000000000001`

use std::error::Error;
use std::sync::Arc;

use simulator::{Account, Config, OffsetClock};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "it talks to a person")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut listen = "127.0.0.1:9090".to_owned();
    let mut journal = None;
    let mut account = Account {
        app_id: "1000000000000001".into(),
        app_secret: "app-secret".into(),
        verify_token: "verify-token".into(),
        webhook_url: "http://127.0.0.1:8080/webhooks/whatsapp/1000000000000001".into(),
        access_token: "access-token".into(),
        phone_number_id: "2000000000000001".into(),
        display_phone_number: "+90 850 000 00 01".into(),
        waba_id: "3000000000000001".into(),
        portfolio_id: "4000000000000001".into(),
        catalog_id: "5000000000000001".into(),
        business_name: "A Shop".into(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(flag) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{flag} wants a value"));
        match flag.as_str() {
            "--listen" => listen = value()?,
            "--journal" => journal = Some(value()?.into()),
            "--webhook-url" => account.webhook_url = value()?,
            "--app-secret" => account.app_secret = value()?,
            "--verify-token" => account.verify_token = value()?,
            "--access-token" => account.access_token = value()?,
            "--phone-number-id" => account.phone_number_id = value()?,
            "--waba-id" => account.waba_id = value()?,
            "--catalog-id" => account.catalog_id = value()?,
            "--business-name" => account.business_name = value()?,
            other => return Err(format!("unknown flag {other}").into()),
        }
    }
    let listener = tokio::net::TcpListener::bind(&listen).await?;
    let webhook_url = account.webhook_url.clone();
    let clock = Arc::new(OffsetClock::new());
    let config = Config { journal, ..Config::new(vec![account], clock) };
    let simulator = simulator::start(config, listener).await?;
    let url = simulator.base_url();
    println!(
        "phone    {url}/phone\nlog      {url}/sim/log\ngraph    {url}/v25.0\nwebhooks {webhook_url}"
    );
    tokio::signal::ctrl_c().await?;
    simulator.stop().await;
    Ok(())
}
