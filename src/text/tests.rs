use std::{collections::BTreeMap, path::Path};

use super::*;

/// Keys of a language with the variables that each uses.
fn keys(lang: Lang) -> BTreeMap<String, Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts").join(lang.tag());
    let files = std::fs::read_dir(folder).unwrap();
    let file: String =
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once(" =")
            && !line.starts_with(' ')
        {
            current = key.to_owned();
        }
        let found = line
            .split('$')
            .skip(1)
            .filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next());
        let names = keys.entry(current.clone()).or_default();
        names.extend(found.map(str::to_owned));
        names.sort();
        names.dedup();
    }
    keys
}

#[test]
fn languages_have_the_same_texts_with_the_same_variables() {
    let en = keys(Lang::En);
    assert!(en.len() > 100);
    for lang in Lang::ALL {
        assert_eq!(keys(lang), en, "{}", lang.tag());
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
    for key in keys(Lang::En).keys() {
        assert!(key.is_empty() || code.contains(&format!("\"{key}\"")), "nothing says `{key}`");
    }
}

/// Those that a text may be long in; the rest are whole messages.
fn room(key: &str) -> usize {
    // These stand below a title.
    let below = ["order-row"];
    match key {
        "menu-open" => 20,
        "more" | "menu-goods" | "menu-goods-products" | "menu-rest" => 24,
        _ if key.ends_with("-button") => 20,
        _ if below.contains(&key) || key.ends_with("-hint") => 72,
        _ if key.ends_with("-row") || key.ends_with("-title") => 24,
        _ if key.ends_with("-footer") => 60,
        _ => 1_024,
    }
}

#[test]
fn titles_fit_their_buttons() {
    let en = keys(Lang::En);
    for lang in Lang::ALL {
        for key in en.keys().filter(|key| !key.is_empty()) {
            let values = [
                ("number", Arg::from(99i64)),
                ("count", 12i64.into()),
                ("pieces", 12i64.into()),
                ("quantity", 12i64.into()),
                ("price", "₺1.234,50".into()),
                ("total", "₺1.234,50".into()),
                ("before", "₺1.234,50".into()),
                ("after", "₺1.234,50".into()),
                ("status", "".into()),
                ("language", "Português".into()),
                ("title", "Filtre Kahve".into()),
                ("address", "Moda Caddesi 12".into()),
            ];
            let text = t_with(&lang.into(), key, values);
            let units = text.encode_utf16().count();
            assert!(units <= room(key) && units > 0, "{lang}: `{key}` is {units} long: {text}");
        }
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
        format!("{begins}a\u{202e}b\u{2068}\u{2069}\u{202c}\u{2069} = \u{2068}360\u{2069}")
    );
    // Bold titles begin with their star, and an empty value leaves no marks.
    let args = [("title", "Moka".into()), ("description", "".into())];
    assert_eq!(
        t_with(&Lang::Ar.into(), "variants", args),
        "*\u{2068}Moka\u{2069}*\n\n\nأيّها تريد؟"
    );
}
