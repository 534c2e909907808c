//! The control side of the simulator.

use serde_json::Value;

/// Speaks to one simulator.
#[derive(Clone)]
pub(crate) struct Control {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
}

impl Control {
    pub(crate) fn new(url: String) -> Self {
        Self { http: reqwest::Client::builder().no_proxy().build().unwrap(), url }
    }

    /// Calls it; anything but success fails the test.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let mut call = self.http.request(method.parse().unwrap(), format!("{}{path}", self.url));
        if let Some(body) = &body {
            call = call.json(body);
        }
        let answer = call.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{method} {path} {body:?}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// All exchanges that it saw and remembers: the newest few thousand.
    pub(crate) async fn journal(&self) -> Vec<Value> {
        let page = self.call("GET", "/sim/journal", None).await;
        page.as_array().or(page["entries"].as_array()).cloned().unwrap_or_default()
    }
}
