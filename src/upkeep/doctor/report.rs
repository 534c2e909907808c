//! What the doctor says, for people and for machines.

use std::fmt;

use serde_json::{Value, json};

use super::{Finding, Level};

/// Columns of a line.
const WIDTH: usize = 100;
/// Columns before the text of a finding.
const MARGIN: usize = 22;

/// All findings, in the order in which they were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings are so bad.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// For machines: `{"ok", "errors", "warnings", "findings": [{"check", "level", "meaning", "remedy"}]}`.
    #[must_use]
    pub fn json(&self) -> Value {
        let findings: Vec<_> = self
            .findings
            .iter()
            .map(|f| {
                let (check, meaning, remedy) = (f.check, &f.meaning, &f.remedy);
                json!({"check": check, "level": name(f.level), "meaning": meaning, "remedy": remedy})
            })
            .collect();
        json!({
            "ok": self.count(Level::Error) == 0,
            "errors": self.count(Level::Error),
            "warnings": self.count(Level::Warning),
            "findings": findings,
        })
    }
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Ok => "ok",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let head = format!("{:<9}{:<13}", name(finding.level), finding.check);
            write(f, &head, &finding.meaning)?;
            if let Some(remedy) = &finding.remedy {
                write(f, &format!("{:>MARGIN$}", "→ "), remedy)?;
            }
        }
        let count = |level, one: &str| {
            let n = self.count(level);
            format!("{n} {one}{}", if n == 1 { "" } else { "s" })
        };
        let (errors, warnings) = (count(Level::Error, "error"), count(Level::Warning, "warning"));
        write!(f, "\n{errors}, {warnings}, {} fine", self.count(Level::Ok))
    }
}

/// Writes `text` behind `head`, broken between words and set in under itself.
fn write(f: &mut fmt::Formatter<'_>, head: &str, text: &str) -> fmt::Result {
    let mut line = head.to_owned();
    let mut length = MARGIN;
    for (at, word) in text.split_whitespace().enumerate() {
        let wide = word.chars().count();
        if at > 0 && length + 1 + wide > WIDTH {
            writeln!(f, "{}", line.trim_end())?;
            line = " ".repeat(MARGIN);
            length = MARGIN;
        } else if at > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += wide;
    }
    writeln!(f, "{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let long =
            "12 customers have waited for an answer for up to 14 min and nobody works on it here";
        Report {
            findings: vec![
                Finding::ok("disk", "12.4 GB are free"),
                Finding::error("waiting", long, "start `sepet serve`, and look into its log"),
            ],
        }
    }

    #[test]
    fn people_read_it_in_columns() {
        let expected = "\
ok       disk         12.4 GB are free
error    waiting      12 customers have waited for an answer for up to 14 min and nobody works on it
                      here
                    → start `sepet serve`, and look into its log

1 error, 0 warnings, 1 fine";
        assert_eq!(report().to_string(), expected);
    }

    #[test]
    fn machines_read_the_same() {
        let json = report().json();
        assert_eq!((json["ok"].as_bool(), json["errors"].as_u64()), (Some(false), Some(1)));
        assert_eq!(json["findings"][0]["remedy"], Value::Null);
        assert_eq!(json["findings"][1]["level"], "error");
    }
}
