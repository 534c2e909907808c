//! Drives a headless Chromium over its debugging pipe (Chrome DevTools Protocol, flag `--remote-debugging-pipe`):
//! JSON messages, each ended by a zero byte, on the file descriptors 3 (in) and 4 (out). No driver, no port.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use data_encoding::BASE64;
use serde_json::{Value, json};

/// What a page may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(150);

/// A browser with one page.
pub(crate) struct Chromium {
    child: Child,
    write: File,
    read: Receiver<Value>,
    session: String,
    last: u64,
    folder: PathBuf,
    /// Errors that the page reported.
    pub(crate) errors: Vec<String>,
}

impl Chromium {
    /// Starts `program` with a profile of its own below `folder`, and opens an empty page so many pixels wide and high.
    pub(crate) fn start(program: &str, folder: &Path, width: u32, height: u32) -> Self {
        let folder = folder.join("chromium");
        std::fs::create_dir_all(&folder).unwrap();
        let (to, from) = (folder.join("to"), folder.join("from"));
        let made = Command::new("mkfifo").arg(&to).arg(&from).status().unwrap();
        assert!(made.success(), "mkfifo failed");
        // The shell gives the browser the two ends as file descriptors 3 and 4.
        let child = Command::new("sh")
            .args(["-c", r#"to=$1 from=$2; shift 2; exec "$@" 3<"$to" 4>"$from""#, "sh"])
            .args([&to, &from])
            .arg(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--lang=tr",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let write = File::options().write(true).open(&to).unwrap();
        let read = listen(File::open(&from).unwrap());
        let (session, errors) = (String::new(), Vec::new());
        let mut browser = Self { child, write, read, session, last: 0, folder, errors };
        let page = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": page["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", attach);
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        browser.call("Page.enable", json!({}));
        browser.call("Runtime.enable", json!({}));
        browser.call("Log.enable", json!({}));
        browser.resize(width, height);
        let touch = json!({"enabled": true, "maxTouchPoints": 1});
        browser.call("Emulation.setTouchEmulationEnabled", touch);
        browser
    }

    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 2, "mobile": true});
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    pub(crate) fn go(&mut self, url: &str) {
        let answer = self.call("Page.navigate", json!({"url": url}));
        assert!(answer["errorText"].is_null(), "{url}: {answer}");
    }

    /// The value of an expression; a promise is awaited.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let ask = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", ask);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) fn until(&mut self, what: &str, expression: &str) {
        let asked = Instant::now();
        // Once per frame of the page, so nothing here sleeps.
        let frame = "new Promise(done => requestAnimationFrame(() => done()))";
        let ask = format!("{frame}.then(() => Boolean({expression}))");
        while self.evaluate(&ask) != true {
            if asked.elapsed() > PATIENCE {
                self.screenshot("failed");
                panic!("{what} did not happen: {expression}");
            }
        }
    }

    /// Taps with a finger in the middle of what the expression `find` gives, once it stands still and nothing covers
    /// it; scrolls there first.
    pub(crate) fn tap(&mut self, find: &str) {
        let place = format!(
            "(async () => {{
               const frames = async n => {{ while (n--) await new Promise(f => requestAnimationFrame(f)); }};
               const middle = e => {{ const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }};
               const e = {find};
               if (!e?.getClientRects().length) return null;
               e.scrollIntoView({{block: 'nearest', behavior: 'instant'}});
               const before = middle(e);
               await frames(4);
               const after = middle(e);
               if (before[0] !== after[0] || before[1] !== after[1] || e !== {find}) return null;
               return e.contains(document.elementFromPoint(...after)) ? after : null;
             }})()"
        );
        let asked = Instant::now();
        let place = loop {
            let place = self.evaluate(&place);
            if !place.is_null() {
                break place;
            }
            if asked.elapsed() > PATIENCE {
                self.screenshot("failed");
                panic!("cannot be tapped: {find}");
            }
        };
        let point = json!([{"x": place[0], "y": place[1]}]);
        let begin = json!({"type": "touchStart", "touchPoints": point});
        self.call("Input.dispatchTouchEvent", begin);
        self.call("Input.dispatchTouchEvent", json!({"type": "touchEnd", "touchPoints": []}));
    }

    /// Types into what has the focus.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Writes a picture of the page to `target/screens/NAME.png`.
    pub(crate) fn screenshot(&mut self, name: &str) {
        let answer = self.call("Page.captureScreenshot", json!({"format": "png"}));
        let bytes = BASE64.decode(answer["data"].as_str().unwrap().as_bytes()).unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("screens");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.write.write_all(&bytes).unwrap();
        loop {
            let answer = self.read.recv_timeout(PATIENCE);
            let answer = answer.unwrap_or_else(|_| panic!("{method}: the browser does not answer"));
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.note(&answer);
        }
    }

    fn note(&mut self, event: &Value) {
        let params = &event["params"];
        match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => {
                self.errors.push(params["exceptionDetails"].to_string());
            }
            // Pictures of other hosts cannot be reached from a closed network.
            Some("Log.entryAdded")
                if params["entry"]["level"] == "error"
                    && params["entry"]["source"] != "network" =>
            {
                self.errors.push(params["entry"]["text"].to_string());
            }
            _ => {}
        }
    }
}

/// A thread that reads messages until the browser closes its end.
fn listen(from: File) -> Receiver<Value> {
    let (send, read) = channel();
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        while from.read_until(0, &mut bytes).is_ok_and(|count| count > 0) {
            bytes.pop();
            if let Ok(message) = serde_json::from_slice(&bytes)
                && send.send(message).is_err()
            {
                return;
            }
            bytes.clear();
        }
    });
    read
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The last element with that test id.
pub(crate) fn last(id: &str) -> String {
    format!("[...document.querySelectorAll('[data-testid=\"{id}\"]')].at(-1)")
}

/// The last element with that test id that holds that text.
pub(crate) fn named(id: &str, text: &str) -> String {
    let text = Value::from(text);
    format!(
        "[...document.querySelectorAll('[data-testid=\"{id}\"]')]\
         .filter(e => e.textContent.includes({text})).at(-1)"
    )
}
