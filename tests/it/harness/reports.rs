//! What tests have to tell when they passed. `./test` reads it out at its end.

use std::path::{Path, PathBuf};

/// Keeps what a test has to tell under its name.
pub(crate) fn report(name: &str, text: &str) {
    let folder = std::env::var_os("TEST_REPORTS")
        .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.txt")), format!("{}\n", text.trim_end())).unwrap();
    eprintln!("{text}");
}
