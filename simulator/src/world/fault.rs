//! Switches that make WhatsApp misbehave.

use serde_json::{Map, Value, json};

/// One switch that is on.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) on: Scope,
    /// How often it strikes before it goes; None: until deleted.
    pub(crate) times: Option<u64>,
    /// Only for this person.
    pub(crate) to: Option<String>,
    /// The request that made it, for the answer of `GET /sim/faults`.
    pub(crate) given: Map<String, Value>,
}

/// What it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Cuts the connection, or answers with an HTML page of this status.
    Down {
        http: Option<u16>,
    },
    Slow {
        delay_ms: u64,
    },
    Code {
        code: i64,
        http: Option<u16>,
        transient: Option<bool>,
    },
    /// The message is accepted and delivered, the answer is not.
    LostAnswer,
    /// The message is accepted, then reported as failed.
    FailedStatus {
        code: i64,
    },
    Duplicate,
    Shuffle,
    Hold,
    Batch,
}

/// Which calls it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Sends; read marks are not touched.
    Messages,
    ItemsBatch,
    /// Making a form.
    Flows,
    /// Read marks and typing.
    Read,
    All,
}

impl Fault {
    /// Reads what `POST /sim/faults` was given.
    pub(crate) fn parse(id: u64, given: &Value) -> Result<Self, String> {
        let object = given.as_object().ok_or("a fault is an object")?;
        let number = |key: &str| object.get(key).and_then(Value::as_u64);
        let http = match number("http").map(u16::try_from) {
            Some(Ok(status)) if (400..600).contains(&status) => Some(status),
            None => None,
            Some(_) => return Err("http is a status from 400 to 599".into()),
        };
        let code = || object.get("code").and_then(Value::as_i64).ok_or("code is missing");
        let kind = match object.get("kind").and_then(Value::as_str).unwrap_or("") {
            "down" => Kind::Down { http },
            "slow" => Kind::Slow { delay_ms: number("delay_ms").ok_or("delay_ms is missing")? },
            "code" => Kind::Code {
                code: code()?,
                http,
                transient: object.get("transient").and_then(Value::as_bool),
            },
            "lost_answer" => Kind::LostAnswer,
            "failed_status" => Kind::FailedStatus { code: code()? },
            "duplicate_webhooks" => Kind::Duplicate,
            "shuffle_webhooks" => Kind::Shuffle,
            "hold_webhooks" => Kind::Hold,
            "batch_webhooks" => Kind::Batch,
            other => return Err(format!("no such kind of fault: {other:?}")),
        };
        let on = match object.get("on").and_then(Value::as_str) {
            None | Some("messages") => Scope::Messages,
            Some("items_batch") => Scope::ItemsBatch,
            Some("flows") => Scope::Flows,
            Some("read") => Scope::Read,
            Some("all") => Scope::All,
            Some(other) => return Err(format!("a fault cannot be on {other:?}")),
        };
        if number("times") == Some(0) {
            return Err("times is at least 1".into());
        }
        let to = object.get("to").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { id, kind, on, times: number("times"), to, given: object.clone() })
    }

    /// As `GET /sim/faults` shows it.
    pub(crate) fn view(&self) -> Value {
        let mut view = self.given.clone();
        view.insert("id".into(), json!(self.id));
        if let Some(times) = self.times {
            view.insert("times".into(), json!(times));
        }
        Value::Object(view)
    }
}

/// All switches, oldest first.
#[derive(Default)]
pub(crate) struct Faults {
    pub(crate) on: Vec<Fault>,
    last: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, given: &Value) -> Result<Value, String> {
        let fault = Fault::parse(self.last + 1, given)?;
        self.last = fault.id;
        let view = fault.view();
        self.on.push(fault);
        Ok(view)
    }

    /// The first fault of a `wanted` kind about this kind of call and this person; uses it up by one.
    pub(crate) fn strike(
        &mut self,
        scope: Scope,
        customer: Option<&str>,
        wanted: impl Fn(&Kind) -> bool,
    ) -> Option<Kind> {
        self.strike_where(|fault| {
            (fault.on == Scope::All || fault.on == scope)
                && fault.to.as_deref().is_none_or(|to| Some(to) == customer)
                && wanted(&fault.kind)
        })
    }

    /// The same for webhooks, which have no scope.
    pub(crate) fn strike_webhook(&mut self, kind: &Kind, customer: Option<&str>) -> bool {
        self.strike_where(|fault| {
            fault.kind == *kind && fault.to.as_deref().is_none_or(|to| Some(to) == customer)
        })
        .is_some()
    }

    /// Whether webhooks about this person are held back.
    pub(crate) fn holds(&self, customer: Option<&str>) -> bool {
        self.on.iter().any(|fault| {
            fault.kind == Kind::Hold && fault.to.as_deref().is_none_or(|to| Some(to) == customer)
        })
    }

    fn strike_where(&mut self, fits: impl Fn(&Fault) -> bool) -> Option<Kind> {
        let at = self.on.iter().position(fits)?;
        let kind = self.on[at].kind.clone();
        if let Some(times) = &mut self.on[at].times {
            *times -= 1;
            if *times == 0 {
                self.on.remove(at);
            }
        }
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_wears_off_and_keeps_to_its_person() {
        let mut faults = Faults::default();
        faults.add(&json!({"kind": "code", "code": 131016, "times": 2, "to": "c1"})).unwrap();
        let mut hit = |scope, who| faults.strike(scope, Some(who), |_| true).is_some();
        assert!(!hit(Scope::Messages, "c2"));
        assert!(!hit(Scope::ItemsBatch, "c1"));
        assert!(hit(Scope::Messages, "c1"));
        assert!(hit(Scope::Messages, "c1"));
        assert!(!hit(Scope::Messages, "c1"));
    }

    #[test]
    fn nonsense_is_refused() {
        let mut faults = Faults::default();
        for bad in [
            json!({"kind": "banana"}),
            json!({"kind": "slow"}),
            json!({"kind": "code"}),
            json!({"kind": "down", "http": 200}),
            json!({"kind": "down", "times": 0}),
            json!([]),
        ] {
            assert!(faults.add(&bad).is_err(), "{bad}");
        }
        assert!(faults.on.is_empty());
    }
}
