//! What happened, as JSON lines: facts, which a restart replays, and exchanges, which a person reads.
//!
//! Each line holds how many random words were drawn by then (`n`), so that ids from a seed go on behind it. A line
//! that was cut off by a crash is dropped at the next start. The file keeps everything; memory keeps the last
//! [`KEPT`] exchanges.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::StartError;
use crate::world::Fact;

/// Exchanges kept in memory.
pub(crate) const KEPT: usize = 5_000;
/// Bodies beyond this many bytes are kept as their beginning only.
const BODY_KEPT: usize = 16 * 1_024;
/// Lists in answers beyond this many entries are kept as their length and first entry only.
const LIST_KEPT: usize = 50;

/// One request and its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Exchange {
    pub(crate) seq: u64,
    pub(crate) at_ms: i64,
    /// `graph`: the business called; `webhook`: the business was called; `control`: the control side was called.
    pub(crate) kind: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) request: Value,
    /// 0: no answer.
    pub(crate) status: u16,
    pub(crate) response: Value,
    /// What was wrong with the request.
    pub(crate) violations: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    n: u64,
    at_ms: i64,
    fact: Option<Fact>,
    exchange: Option<Exchange>,
}

/// The same line while it is written.
#[derive(Serialize)]
struct NewLine<'a> {
    n: u64,
    at_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<&'a Fact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<&'a Exchange>,
}

/// The open journal.
#[derive(Default)]
pub(crate) struct Journal {
    file: Option<File>,
    recent: VecDeque<Exchange>,
    last_seq: u64,
}

/// What a replay found.
#[derive(Default)]
pub(crate) struct Replayed {
    /// Random words drawn.
    pub(crate) drawn: u64,
    /// The latest moment in it, 0 when empty.
    pub(crate) until_ms: i64,
}

impl Journal {
    /// Opens the file (made when missing) and hands over the facts it holds, in order.
    pub(crate) fn open(
        path: &Path,
        each: impl FnMut(Fact),
    ) -> Result<(Self, Replayed), StartError> {
        let mut each = each;
        let broken = |source| StartError::Journal { path: path.to_owned(), source };
        let mut file =
            OpenOptions::new().read(true).append(true).create(true).open(path).map_err(broken)?;
        let mut journal = Self::default();
        let mut replayed = Replayed::default();
        let mut whole: u64 = 0;
        let mut reader = BufReader::new(&file);
        let mut text = Vec::new();
        for number in 1_u64.. {
            text.clear();
            let read = reader.read_until(b'\n', &mut text).map_err(broken)?;
            if text.last() != Some(&b'\n') {
                break;
            }
            let line: Line = serde_json::from_slice(&text).map_err(|source| StartError::Line {
                path: path.to_owned(),
                number,
                source,
            })?;
            whole += u64::try_from(read).unwrap_or_default();
            replayed.drawn = replayed.drawn.max(line.n);
            replayed.until_ms = replayed.until_ms.max(line.at_ms);
            if let Some(fact) = line.fact {
                each(fact);
            }
            if let Some(exchange) = line.exchange {
                journal.keep(exchange);
            }
        }
        drop(reader);
        file.set_len(whole).map_err(broken)?;
        file.seek(std::io::SeekFrom::End(0)).map_err(broken)?;
        journal.file = Some(file);
        Ok((journal, replayed))
    }

    pub(crate) fn fact(&mut self, n: u64, at_ms: i64, fact: &Fact) {
        self.write(&NewLine { n, at_ms, fact: Some(fact), exchange: None });
    }

    /// Numbers the exchange, keeps it and gives it back.
    pub(crate) fn exchange(&mut self, n: u64, mut exchange: Exchange) -> Exchange {
        self.last_seq += 1;
        exchange.seq = self.last_seq;
        self.write(&NewLine { n, at_ms: exchange.at_ms, fact: None, exchange: Some(&exchange) });
        self.keep(exchange.clone());
        exchange
    }

    /// Up to `limit` exchanges behind `after`, the oldest first; without `after` the newest.
    pub(crate) fn list(&self, after: Option<u64>, limit: usize) -> Vec<&Exchange> {
        match after {
            Some(after) => self.recent.iter().filter(|e| e.seq > after).take(limit).collect(),
            None => self.recent.iter().skip(self.recent.len().saturating_sub(limit)).collect(),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.last_seq
    }

    fn keep(&mut self, exchange: Exchange) {
        self.last_seq = self.last_seq.max(exchange.seq);
        self.recent.push_back(exchange);
        if self.recent.len() > KEPT {
            self.recent.pop_front();
        }
    }

    fn write(&mut self, line: &NewLine<'_>) {
        let Some(file) = &mut self.file else { return };
        let written =
            serde_json::to_vec(line).map_err(std::io::Error::from).and_then(|mut text| {
                text.push(b'\n');
                file.write_all(&text)
            });
        if let Err(error) = written {
            tracing::error!(%error, "the journal could not be written; a restart will not know this");
        }
    }
}

/// A body as it goes into the journal: JSON as it is, anything else as text, and of the very long only the beginning.
pub(crate) fn body(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    if bytes.len() > BODY_KEPT {
        let head = String::from_utf8_lossy(&bytes[..1_024]);
        return json!({"bytes": bytes.len(), "head": head});
    }
    serde_json::from_slice(bytes).unwrap_or_else(|_| match std::str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({"bytes": bytes.len()}),
    })
}

/// An answer as it goes into the journal: of a long `data` list only the beginning.
pub(crate) fn answer(value: &Value) -> Value {
    match value.get("data").and_then(Value::as_array) {
        Some(data) if data.len() > LIST_KEPT => {
            json!({"data": [data[0]], "data_count": data.len()})
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange() -> Exchange {
        Exchange {
            seq: 0,
            at_ms: 5,
            kind: "graph".into(),
            method: "GET".into(),
            path: "/".into(),
            request: Value::Null,
            status: 200,
            response: json!({"price": 12.50}),
            violations: vec![],
        }
    }

    #[test]
    fn memory_keeps_the_last_five_thousand() {
        let mut journal = Journal::default();
        for _ in 0..5_003 {
            journal.exchange(0, exchange());
        }
        assert_eq!(journal.recent.len(), KEPT);
        assert_eq!(journal.list(Some(0), 1)[0].seq, 4);
        assert_eq!(journal.list(None, 2)[0].seq, 5_002);
    }

    #[test]
    fn a_torn_last_line_is_dropped() {
        let path = std::env::temp_dir().join(format!("journal-{}.jsonl", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let (mut journal, _) = Journal::open(&path, |_| panic!("it is new")).unwrap();
        journal.fact(9, 77, &Fact::Clock { now_ms: 77 });
        journal.exchange(11, exchange());
        drop(journal);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"n\":12,\"at_ms\":9").unwrap();
        let mut facts = 0;
        let (mut journal, replayed) = Journal::open(&path, |_| facts += 1).unwrap();
        assert_eq!((replayed.drawn, replayed.until_ms, facts), (11, 77, 1));
        assert_eq!(journal.exchange(11, exchange()).seq, 2);
        drop(journal);
        assert_eq!(Journal::open(&path, |_| ()).unwrap().0.list(None, 10).len(), 2);
        std::fs::remove_file(&path).unwrap();
    }
}
