//! Names every file of `texts/` for `src/text/builtin.rs`, which compiles them in.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let texts = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("texts");
    println!("cargo::rerun-if-changed={}", texts.display());
    let mut code = String::from("&[\n");
    for language in sorted(&texts)? {
        let folder = texts.join(&language);
        println!("cargo::rerun-if-changed={}", folder.display());
        for file in sorted(&folder)? {
            let path = folder.join(file);
            writeln!(code, "({language:?}, include_str!({:?})),", path.display().to_string())?;
        }
    }
    code.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("texts.rs"), code)?;
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
