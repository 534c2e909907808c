//! The command line, as a person types it.

use std::{
    process::{Command, Output},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::harness::{
    Backend, Base,
    process::{Demo, Folder, Running, sepet},
    town::free_address,
};

/// Runs to the end.
fn run(mut command: Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

fn shop_file(folder: &Folder) -> String {
    let file = folder.0.join("shop.toml");
    let toml = include_str!("harness/shop.toml").replace("GRAPH_URL", "http://127.0.0.1:9");
    std::fs::write(&file, toml).unwrap();
    file.display().to_string()
}

on_both! {
    /// From an empty database to a served shop.
    async fn a_shop_is_set_up_by_commands(on: Backend) {
        let (base, folder) = (Base::create(on).await, Folder::new());
        let with = |args: &[&str]| {
            let mut command = sepet(args);
            command.env("SEPET_DATABASE_URL", &base.url).env("SEPET_LISTEN", "127.0.0.1:0");
            command.current_dir(&folder.0);
            command
        };
        let file = shop_file(&folder);
        let (code, said, _) = run(with(&["shop", "apply", &file]));
        assert_eq!(code, Some(0));
        assert!(said.contains("shop `kahve`: created; app `1234567890`: created"), "{said}");
        let (_, said, _) = run(with(&["shop", "apply", &file]));
        assert!(said.contains("shop `kahve`: unchanged"), "{said}");

        let csv = folder.0.join("goods.csv");
        std::fs::write(&csv, "id,title,description,availability,condition,price,image_link\n\
            a-1,Kahve,Taze,in stock,new,12.50 TRY,https://p.example/a.jpg\n\
            a-2,Çay,Taze,in stock,new,free,https://p.example/b.jpg\n").unwrap();
        let csv = csv.display().to_string();
        let (code, said, why) = run(with(&["catalog", "import", &csv, "--shop", "kahve"]));
        assert_eq!(code, Some(1), "a row was refused: {said} {why}");
        assert!(said.contains("1 created, 0 updated, 0 unchanged, 1 refused"), "{said}");
        assert!(why.contains("line 3"), "{why}");

        let key = ["key", "create", "--shop", "kahve", "--scope", "catalog:read"];
        let (code, key, _) = run(with(&key));
        assert_eq!(code, Some(0));
        assert!(key.starts_with("sepet_") && key.lines().count() == 1, "{key}");
        let (code, _, why) = run(with(&["key", "create", "--shop", "nobody", "--scope", "all"]));
        assert_eq!(code, Some(1));
        assert!(why.contains("no shop has the handle `nobody`"), "{why}");

        let (code, said, _) = run(with(&["migrate"]));
        assert_eq!((code, said.trim()), (Some(0), "the database was up to date"));
        let mut fresh = with(&["migrate"]);
        fresh.env("SEPET_DATABASE_URL", format!("sqlite://{}/new.db", folder.0.display()));
        let (code, said, why) = run(fresh);
        assert_eq!((code, said.trim()), (Some(0), "the database is up to date now"), "{why}");
        base.remove().await;
    }
}

on_both! {
    /// `serve` tells everything at once, each with its remedy, and leaves with 2.
    async fn serve_refuses_with_the_whole_list(on: Backend) {
        let base = Base::create(on).await;
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut command = sepet(&["serve"]);
        command
            .env("SEPET_DATABASE_URL", &base.url)
            .env("SEPET_LISTEN", taken.local_addr().unwrap().to_string())
            .env("SEPET_PUBLIC_URL", "http://shop.example")
            .env("SEPET_KEY_FILE", "/nowhere/key");
        let (code, said, why) = run(command);
        assert_eq!((code, said.as_str()), (Some(2), ""));
        for part in [
            "the key file /nowhere/key cannot be read",
            "the public URL `http://shop.example` is no https address",
            "no shop is applied",
            "nothing can listen on 127.0.0.1:",
            "SEPET_LISTEN",
            "sepet shop apply shop.toml",
        ] {
            assert!(why.contains(part), "`{part}` is not in\n{why}");
        }
        base.remove().await;
    }
}

#[test]
fn serve_tells_a_database_that_does_not_answer_and_a_wrong_setting() {
    let mut command = sepet(&["serve"]);
    command.env("SEPET_DATABASE_URL", "postgres://nobody@127.0.0.1:9/none");
    command.env("SEPET_LISTEN", "127.0.0.1:0");
    let (code, _, why) = run(command);
    assert_eq!(code, Some(2));
    assert!(why.contains("the database cannot be opened"), "{why}");
    let mut command = sepet(&["serve"]);
    command.env("SEPET_LISTEN", "everywhere");
    let (code, _, why) = run(command);
    assert_eq!(code, Some(2));
    assert!(why.contains("LISTEN"), "{why}");
}

on_both! {
    /// First page within 2 s; the next start goes on; `--fresh` starts anew.
    async fn the_demo_starts_goes_on_and_starts_anew(on: Backend) {
        let (folder, base) = (Folder::new(), Base::empty(on).await);
        let database = ["--database-url", base.url.as_str()];
        let more: &[&str] = if on == Backend::Postgres { &database } else { &[] };
        let started = Instant::now();
        let mut demo = Demo::start(&folder.0, more);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let get = async |url: String, key: &str| {
            let answer = http.get(url).bearer_auth(key).send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            answer.text().await.unwrap()
        };
        let page = get(format!("{}/phone", demo.simulator), "").await;
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
        assert!(page.contains("<html"));
        get(format!("{}/api/docs", demo.url), "").await;
        get(format!("{}/sim/log", demo.simulator), "").await;
        get(format!("{}/health/ready", demo.url), "").await;
        let me = get(format!("{}/api/v1/me", demo.url), &demo.key).await;
        let me: Value = serde_json::from_str(&me).unwrap();
        assert!(me.to_string().contains("kahve"), "{me}");
        let ayse = http.post(format!("{}/sim/customers", demo.simulator));
        ayse.json(&serde_json::json!({"name": "Ayşe"})).send().await.unwrap();
        assert!(demo.process.stop().success());

        let mut again = Demo::start(&folder.0, more);
        let people = get(format!("{}/sim/customers", again.simulator), "").await;
        assert!(people.contains("Ayşe"), "{people}");
        get(format!("{}/api/v1/me", again.url), &demo.key).await;
        assert!(again.process.stop().success());

        let mut fresh = Demo::start(&folder.0, &[more, &["--fresh"]].concat());
        let people = get(format!("{}/sim/customers", fresh.simulator), "").await;
        assert!(!people.contains("Ayşe"), "{people}");
        let old = http.get(format!("{}/api/v1/me", fresh.url)).bearer_auth(&demo.key).send().await;
        assert_eq!(old.unwrap().status(), 401);
        assert!(fresh.process.stop().success());
        base.remove().await;
    }
}

#[test]
fn the_demo_names_the_flag_of_a_busy_port_and_stays_on_the_loopback() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = Folder::new();
    let mut command = sepet(&["demo", "--simulator-listen"]);
    command.arg(taken.local_addr().unwrap().to_string()).args(["--listen", "127.0.0.1:0"]);
    let (code, _, why) = run({
        command.arg("--data").arg(&folder.0);
        command
    });
    assert_eq!(code, Some(1));
    assert!(why.contains("--simulator-listen 127.0.0.1:PORT"), "{why}");
    let (code, _, why) = run(sepet(&["demo", "--listen", "0.0.0.0:0"]));
    assert_eq!(code, Some(1));
    assert!(why.contains("no loopback address"), "{why}");
}

/// A database with tables of somebody else is left alone, also by `--fresh`.
#[tokio::test]
async fn the_demo_leaves_a_foreign_database_alone() {
    if crate::harness::postgres_url().is_none() {
        return;
    }
    let (base, folder) = (Base::create(Backend::Postgres).await, Folder::new());
    for more in [&[][..], &["--fresh"]] {
        let mut command =
            sepet(&["demo", "--listen", "127.0.0.1:0", "--simulator-listen", "127.0.0.1:0"]);
        command.args(["--database-url", &base.url, "--data"]).arg(&folder.0).args(more);
        let (code, _, why) = run(command);
        assert_eq!(code, Some(1));
        assert!(why.contains("tables that the demo did not make"), "{why}");
    }
    base.remove().await;
}

on_both! {
    /// SIGTERM is answered by an orderly end.
    async fn serve_runs_until_it_is_told_to_stop(on: Backend) {
        let (base, folder) = (Base::create(on).await, Folder::new());
        let file = shop_file(&folder);
        let mut apply = sepet(&["shop", "apply", &file]);
        assert_eq!(run({ apply.env("SEPET_DATABASE_URL", &base.url); apply }).0, Some(0));
        let address = free_address();
        let mut serve = sepet(&["serve"]);
        serve.env("SEPET_DATABASE_URL", &base.url).env("SEPET_LISTEN", &address);
        let mut running = Running::start(serve);
        crate::harness::process::ready(&format!("http://{address}")).await;
        assert!(running.stop().success());
        base.remove().await;
    }
}
