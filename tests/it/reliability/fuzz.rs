//! The inputs that fuzzing began with and what it found, replayed; and a short walk away from them without guidance.
//! `fuzz/run` goes on with libFuzzer, guided by coverage; `./test --long` gives each target ten minutes.

use std::{path::PathBuf, time::Duration};

use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};

use super::{chance, of, proven};

#[path = "../../../fuzz/src/checks.rs"]
mod checks;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "fuzz", "corpus", target].iter().collect();
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// One input, changed here and there or grown together with another.
fn changed(rng: &mut StdRng, corpus: &[Vec<u8>]) -> Vec<u8> {
    const ODD: &[&[u8]] = &[
        b"\0",
        b"\"",
        b"\\",
        b"{",
        b"[",
        b"null",
        b"-1",
        b"1e999",
        b"\xff",
        "ı\u{301}".as_bytes(),
        b"\n",
        b",",
        b";",
    ];
    let mut input = corpus.choose(rng).unwrap().clone();
    for _ in 0..rng.random_range(1..6) {
        let at = rng.random_range(0..=input.len());
        match rng.random_range(0..6) {
            0 => input.truncate(at),
            1 => input.insert(at, rng.random()),
            2 => drop(input.splice(at..at, ODD.choose(rng).unwrap().iter().copied())),
            3 if at < input.len() => input[at] ^= 1 << rng.random_range(0..8),
            4 => {
                let other = corpus.choose(rng).unwrap();
                let from = rng.random_range(0..=other.len());
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            _ => {
                let until = rng.random_range(at..=input.len());
                let piece = input[at..until].to_vec();
                drop(input.splice(at..at, piece));
            }
        }
        input.truncate(20_000);
    }
    input
}

/// A walk that ends in a panic leaves the input, ready for the corpus.
fn run(target: &str, check: fn(&[u8]), input: &[u8]) {
    if std::panic::catch_unwind(|| check(input)).is_err() {
        let file: PathBuf = [env!("CARGO_TARGET_TMPDIR"), target].iter().collect();
        std::fs::write(&file, input).unwrap();
        panic!("{target} breaks with {}: {:?}", file.display(), String::from_utf8_lossy(input));
    }
}

#[test]
fn what_strangers_write_breaks_nothing() {
    let walk = of(3_000, 100_000);
    let (seed, mut rng) = chance();
    let mut kept = Vec::new();
    for (target, check) in checks::TARGETS {
        let corpus = corpus(target);
        assert!(!corpus.is_empty(), "fuzz/corpus/{target}");
        for input in &corpus {
            run(target, *check, input);
        }
        for _ in 0..walk {
            run(target, *check, &changed(&mut rng, &corpus));
        }
        kept.push(format!("{target} {}", corpus.len()));
    }
    let figure = format!(
        "{} inputs replayed, {walk} changed ones each (seed {seed}): nothing broke",
        kept.join(", ")
    );
    proven("fuzz-replay", &figure);
}

/// Time that this thread had a processor, whatever else the machine does.
fn worked() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
}

/// What a customer types is read at every step in a time that grows as the text does, beyond the longest that WhatsApp
/// lets anybody type.
#[test]
fn a_text_of_any_length_is_read_in_time() {
    const LONGEST: usize = 4_096;
    let shapes = [
        "merhaba ",
        "a",
        "ş",
        "\u{301}",
        "9",
        "12 ",
        "? ",
        "#",
        "#K7Q2MD-",
        "kahve, ",
        "ne zaman ",
        "\n",
        "👍🏽",
        "مرحبا ",
    ];
    let mut slowest = Duration::ZERO;
    for (shape, chat) in shapes.iter().zip((b'0'..).cycle()) {
        let read = |letters: usize| {
            let mut input = vec![chat];
            input.extend(shape.repeat(letters / shape.chars().count()).as_bytes());
            let times = (0..of(3, 5)).map(|_| {
                let before = worked();
                run("words", checks::words, &input);
                worked() - before
            });
            times.min().unwrap()
        };
        let (once, four_times) = (read(LONGEST), read(4 * LONGEST));
        // What grows with the square of it takes sixteen times as long.
        let limit = once.max(Duration::from_millis(5)) * 9;
        assert!(four_times < limit, "{shape:?}: {once:?}, and four times of it {four_times:?}");
        slowest = slowest.max(once);
    }
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    let slowest = slowest.as_millis();
    proven(
        "long-texts",
        &format!(
            "{} shapes of 4,096 and 16,384 letters at 13 steps: it grows as the text does; {slowest} ms at the most for \
                  all steps (an unoptimised build)",
            shapes.len()
        ),
    );
}

/// Coverage-guided, ten minutes each: `fuzz/run` is what a person starts.
#[test]
fn libfuzzer_finds_nothing() {
    if !super::long() {
        return;
    }
    let seconds = std::env::var("TEST_FUZZ_SECONDS").unwrap_or_else(|_| "600".to_owned());
    let root = env!("CARGO_MANIFEST_DIR");
    let done =
        std::process::Command::new("fuzz/run").arg(&seconds).current_dir(root).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    let units =
        said.lines().filter_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let units: u64 = units.map(|n| n.trim().parse::<u64>().unwrap()).sum();
    proven(
        "fuzz-guided",
        &format!(
            "{} targets, {seconds} s each: {units} inputs, nothing broke",
            checks::TARGETS.len()
        ),
    );
}
