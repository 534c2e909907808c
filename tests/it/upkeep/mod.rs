//! Doctor, backup, restore and move, as a person types them.

mod backup;
mod doctor;
mod every_table;
mod moving;

use std::process::{Command, Output};

use crate::harness::process::sepet;

/// How a command ended: its exit code, what it said, what it said about errors.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) said: String,
    pub(crate) why: String,
}

/// Runs `sepet` with a database to the end.
pub(crate) fn run(database_url: &str, args: &[&str]) -> Ended {
    run_with(database_url, args, |_| {})
}

pub(crate) fn run_with(database_url: &str, args: &[&str], more: impl Fn(&mut Command)) -> Ended {
    let mut command = sepet(args);
    command.env("SEPET_DATABASE_URL", database_url);
    more(&mut command);
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: status.code(), said: text(stdout), why: text(stderr) }
}

impl Ended {
    /// It went well.
    #[track_caller]
    pub(crate) fn well(&self) -> &Self {
        assert_eq!(self.code, Some(0), "{}{}", self.said, self.why);
        self
    }

    /// It ended with `code` and said all of `words`.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{}{}", self.said, self.why);
        for word in words {
            assert!(self.why.contains(word), "`{word}` is not in\n{}", self.why);
        }
    }
}
