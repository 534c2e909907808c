use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::*;

fn folder(lang: Lang) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("texts").join(lang.tag())
}

fn files(lang: Lang) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder(lang)).unwrap().map(|file| file.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.map(|path| (name(&path), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_language_has_the_same_files_and_all_can_be_read() {
    let topics: Vec<_> = files(Lang::En).into_keys().collect();
    for lang in Lang::ALL {
        assert_eq!(files(lang).into_keys().collect::<Vec<_>>(), topics, "{lang}");
        for (name, text) in files(lang) {
            let faults =
                fluent_bundle::FluentResource::try_new(text).err().map(|(_, faults)| faults);
            assert_eq!(faults, None, "{lang}/{name}");
        }
    }
}

#[test]
fn languages_have_the_same_texts_with_the_same_variables() {
    let keys = |lang: Lang| -> BTreeMap<&String, &BTreeSet<String>> {
        builtin::texts(lang).iter().map(|(key, text)| (key, &text.variables)).collect()
    };
    let en = keys(Lang::En);
    assert!(en.len() > 100);
    for lang in Lang::ALL {
        let own = keys(lang);
        let differs: Vec<_> = en
            .iter()
            .filter(|(key, variables)| own.get(*key) != Some(variables))
            .map(|(key, _)| key)
            .chain(own.keys().filter(|key| !en.contains_key(*key)))
            .collect();
        assert!(differs.is_empty(), "{lang} differs from English in {differs:?}");
    }
}

#[test]
fn no_text_stands_twice() {
    for lang in Lang::ALL {
        let mut seen = BTreeSet::new();
        for text in files(lang).values() {
            let keys = text.lines().filter(|line| !line.starts_with(['#', ' ', '}']));
            for key in keys.filter_map(|line| line.split_once(" =")).map(|(key, _)| key) {
                assert!(seen.insert(key.to_owned()), "{lang}: `{key}` stands twice");
            }
        }
    }
}

/// Every plural of every language is written, and only those.
#[test]
fn plurals_are_those_of_the_language() {
    for lang in Lang::ALL {
        let all: &[&str] = match lang {
            Lang::Ar => &["zero", "one", "two", "few", "many", "other"],
            _ => &["one", "other"],
        };
        for (key, text) in builtin::texts(lang) {
            let lines = text.text.lines().map(|line| line.trim_start().trim_start_matches('*'));
            let variants = lines.filter_map(|line| line.strip_prefix('[')?.split_once(']'));
            let variants: Vec<_> = variants.map(|(name, _)| name).collect();
            for set in variants.chunks(all.len()) {
                assert_eq!(set, all, "{lang}: {key}");
            }
        }
    }
}

#[test]
fn every_text_is_used() {
    fn read(folder: &Path, code: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, code);
            } else {
                code.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut code = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
    for key in builtin::texts(Lang::En).keys() {
        assert!(code.contains(&format!("\"{key}\"")), "nothing says `{key}`");
    }
}

#[test]
fn money_reads_as_people_write_it() {
    let money = |lang: Lang, text: &str| super::money(&lang.into(), text.parse().unwrap());
    let all = |text: &str| Lang::ALL.map(|lang| money(lang, text));
    assert_eq!(
        all("1234.50 TRY"),
        [
            "₺1.234,50",
            "₺1,234.50",
            "\u{200f}1,234.50\u{a0}₺",
            "1.234,50\u{a0}₺",
            "1234,50\u{a0}₺",
            "₺\u{a0}1.234,50"
        ]
    );
    assert_eq!(
        all("12.00 EUR"),
        [
            "€12,00",
            "€12.00",
            "\u{200f}12.00\u{a0}€",
            "12,00\u{a0}€",
            "12,00\u{a0}€",
            "€\u{a0}12,00"
        ]
    );
    assert_eq!(money(Lang::En, "500 JPY"), "¥500");
    assert_eq!(money(Lang::En, "1.250 KWD"), "KWD\u{a0}1.250");
}

#[test]
fn counts_choose_the_plural() {
    assert_eq!(t_with(&Lang::En.into(), "stock-few", [("count", 1i64.into())]), "⚡ The last one");
    assert_eq!(t_with(&Lang::En.into(), "stock-few", [("count", 3i64.into())]), "⚡ Only 3 left");
}

#[test]
fn arabic_has_six_plurals() {
    let said = |count: i64| t_with(&Lang::Ar.into(), "stock-few", [("count", count.into())]);
    assert_eq!(said(1), "⚡ آخر قطعة");
    assert_eq!(said(2), "⚡ بقيت قطعتان فقط");
    assert_eq!(said(3), "⚡ بقيت \u{2068}3\u{2069} قطع فقط");
    assert_eq!(said(11), "⚡ بقيت \u{2068}11\u{2069} قطعة فقط");
    assert_eq!(said(103), "⚡ بقيت \u{2068}103\u{2069} قطع فقط");
    assert_eq!(said(111), "⚡ بقيت \u{2068}111\u{2069} قطعة فقط");
    assert_eq!(said(1_003), "⚡ بقيت \u{2068}1,003\u{2069} قطع فقط");
    assert_eq!(said(1_100), "⚡ بقيت \u{2068}1,100\u{2069} قطعة فقط");
}

#[test]
fn arabic_sets_values_apart_and_begins_at_the_right() {
    let line = |title: &str| {
        let args = [("quantity", 2i64.into()), ("title", title.into()), ("total", "360".into())];
        t_with(&Lang::Ar.into(), "cart-line", args)
    };
    let begins = "\u{200f}\u{2068}2\u{2069} × \u{2068}";
    assert_eq!(line("Filtre"), format!("{begins}Filtre\u{2069} = \u{2068}360\u{2069}"));
    // A title that turns the text turns nothing behind it.
    assert_eq!(
        line("a\u{202e}b\u{2068}"),
        format!("{begins}a\u{202e}b\u{202c}\u{2069} = \u{2068}360\u{2069}")
    );
    // Bold titles begin with their star, and an empty value leaves no marks.
    let args = [("title", "Moka".into()), ("description", "".into())];
    assert_eq!(
        t_with(&Lang::Ar.into(), "variants", args),
        "*\u{200f}\u{2068}Moka\u{2069}*\n\n\nأيّها تريد؟"
    );
    // Of several lines, each has its marks.
    let args = [("title", "Moka".into()), ("description", "Koyu.\nDark.".into())];
    assert_eq!(
        t_with(&Lang::Ar.into(), "variants", args),
        "*\u{200f}\u{2068}Moka\u{2069}*\n\u{200f}\u{2068}Koyu.\u{2069}\n\u{200f}\u{2068}Dark.\u{2069}\n\n\
         أيّها تريد؟"
    );
}
