//! Forms ("Flows") of an account, and short links of a number.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) id: String,
    pub(crate) waba_id: String,
    pub(crate) name: String,
    pub(crate) categories: Vec<String>,
    pub(crate) status: FlowStatus,
    /// The Flow JSON; `null` until there is one.
    pub(crate) json: Value,
    #[serde(default)]
    pub(crate) endpoint_uri: Option<String>,
    /// What is wrong with the JSON.
    #[serde(default)]
    pub(crate) validation_errors: Vec<Value>,
}

/// How far a form is. A published one never changes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum FlowStatus {
    Draft,
    Published,
    Deprecated,
}

impl Flow {
    /// The screen of that id.
    pub(crate) fn screen(&self, id: &str) -> Option<&Value> {
        self.json["screens"].as_array()?.iter().find(|screen| screen["id"] == id)
    }
}

/// A short link that opens the chat with a text already written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) code: String,
    pub(crate) phone_number_id: String,
    pub(crate) prefilled_message: String,
}
