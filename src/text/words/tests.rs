use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn meant(text: &str) -> Option<Word> {
    word(text, Lang::Tr)
}

#[test]
fn turkish_is_understood_with_and_without_its_letters() {
    for text in ["MENÜ", "menü", "menu", "Menü!", " MENU "] {
        assert_eq!(meant(text), Some(Word::Menu), "{text}");
    }
    for text in ["SİPARİŞLERİM", "siparişlerim", "SIPARISLERIM", "siparislerim."] {
        assert_eq!(meant(text), Some(Word::Orders), "{text}");
    }
    assert_eq!(meant("YARDIM"), Some(Word::Help));
    assert_eq!(meant("İptal"), Some(Word::Cancel));
}

#[test]
fn accents_and_umlauts_may_be_left_out_or_spelled() {
    for text in ["Menü", "MENUE", "menú", "¡Menú!", "menu"] {
        assert_eq!(word(text, Lang::De), Some(Word::Menu), "{text}");
    }
    for text in ["zurück", "ZURÜCK", "zurueck", "zuruck", "atrás", "ATRAS", "voltar"] {
        assert_eq!(meant(text), Some(Word::Back), "{text}");
    }
    assert_eq!(meant("Grüß Gott"), Some(Word::Greeting));
    assert_eq!(meant("GRÜSS GOTT"), Some(Word::Greeting));
    for text in ["começar", "COMECAR", "iniciar", "empezar", "ابدأ"] {
        assert_eq!(meant(text), Some(Word::Start), "{text}");
    }
}

#[test]
fn arabic_is_understood_however_its_letters_are_written() {
    let all = [
        // With and without hamza, vowel marks, stretching, ta marbuta, article.
        (Word::Cancel, &["إلغاء", "الغاء", "إِلْغَاء", "إلـغـاء", "الغا"][..]),
        (Word::Cart, &["السلة", "السله", "سلة", "ســـلة", "السَّلَّة"]),
        (Word::Menu, &["القائمة", "القائمه", "قائمة", "القايمة", "المنتجات"]),
        (Word::Orders, &["طلباتي", "طلباتى", "أين طلبي؟", "اين طلبي"]),
        (Word::Thanks, &["شكراً", "شكرًا", "شكرا", "شُكرًا!"]),
        (Word::Greeting, &["السلام عليكم", "مرحباً", "مرحبا", "أهلاً", "مساء الخير"]),
        (Word::Stop, &["توقف", "تَوَقَّفْ", "إيقاف", "\u{200f}توقف\u{200f}"]),
        (Word::Help, &["مساعدة", "المساعدة", "مساعده"]),
        (Word::Human, &["موظف", "خدمة العملاء", "أريد موظف"]),
        (Word::Back, &["رجوع", "العودة", "عوده"]),
    ];
    for (wanted, texts) in all {
        for text in texts {
            assert_eq!(meant(text), Some(wanted), "{text}");
        }
    }
}

#[test]
fn every_language_can_be_asked_for_in_every_language_and_by_its_own_name() {
    for of in Lang::ALL {
        assert_eq!(meant(of.name()), Some(Word::Language(of)), "{}", of.name());
        for lang in Lang::ALL {
            let names = vocabulary(of).words.iter().filter(|(w, _)| *w == Word::Language(lang));
            assert_eq!(names.count(), 1, "{lang} in {of}");
        }
    }
}

#[test]
fn every_language_has_every_word() {
    let kinds = |lang: Lang| -> BTreeSet<String> {
        vocabulary(lang).words.iter().map(|(word, _)| format!("{word:?}")).collect()
    };
    for lang in Lang::ALL {
        assert_eq!(kinds(lang), kinds(Lang::En), "{lang}");
        assert_eq!(kinds(lang).len(), vocabulary(lang).words.len(), "{lang} says one twice");
    }
}

#[test]
fn numbers_are_read_with_and_without_a_word_for_pieces() {
    let all = [
        ("3", 3),
        (" 12 ", 12),
        ("3 adet", 3),
        ("2 TANE!", 2),
        ("x4", 4),
        ("5×", 5),
        ("３", 3),
        ("0", 0),
        ("+7", 7),
        ("٣", 3),
        ("١٢ قطعة", 12),
        ("۴", 4),
        ("\u{200f}٢\u{200f}", 2),
        ("3 Stück", 3),
        ("2 unidades", 2),
        ("4 peças", 4),
        ("2 piezas", 2),
        ("6 pcs", 6),
    ];
    for (text, number) in all {
        assert_eq!(count(text), Some(number), "{text}");
    }
    for text in
        ["2,5", "1.5 adet", "-3 -", "٢٫٥", "99999999999999999999", "0532 111 22 33", "1.000"]
    {
        assert_eq!(count(text), Some(-1), "{text}");
    }
    for text in ["", "adet", "üç", "3 kahve", "-", "12a", "ثلاثة"] {
        assert_eq!(count(text), None, "{text}");
    }
}

#[test]
fn a_sentence_is_no_word() {
    assert_eq!(meant("menüde ne var"), None);
    assert_eq!(meant(""), None);
    assert_eq!(meant("..."), None);
    assert_eq!(meant(" ? "), Some(Word::Help));
    assert_eq!(meant("Kargom nerede?"), Some(Word::Orders));
    assert_eq!(meant("¿Dónde está mi pedido?"), Some(Word::Orders));
}

#[test]
fn no_word_asks_for_two_things_in_one_language() {
    for lang in Lang::ALL {
        let all: Vec<_> = vocabulary(lang).words.iter().flat_map(|(_, words)| *words).collect();
        let mut seen = BTreeSet::new();
        assert!(all.iter().all(|word| seen.insert(**word)), "{lang}: {all:?}");
        let known = vocabulary(lang);
        for word in all.into_iter().chain(known.pieces).chain(known.common) {
            assert_eq!(fold(word), *word, "words are written as they are compared");
        }
    }
}

/// The chat's language comes first; where it does not know the word, the others are asked in their order.
#[test]
fn a_word_of_two_meanings_is_that_of_the_chat() {
    let mut meanings: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for lang in Lang::ALL {
        for (word, texts) in vocabulary(lang).words {
            for text in *texts {
                meanings.entry(*text).or_default().insert(format!("{word:?}"));
                assert_eq!(super::word(text, lang), Some(*word), "{text} in {lang}");
            }
        }
    }
    meanings.retain(|_, meanings| meanings.len() > 1);
    assert_eq!(meanings.keys().collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn first_words_tell_their_language() {
    let all = [
        (Lang::Tr, &["Merhaba", "selam", "kahve var mı", "fiyat ne kadar?", "İyi günler"][..]),
        (Lang::En, &["Hello", "how much is the coffee?", "good morning", "Do you have filters"]),
        (Lang::Ar, &["مرحبا", "بكم القهوة؟", "السلام عليكم ورحمة الله"]),
        (Lang::De, &["Hallo", "Guten Tag", "Was kostet der Kaffee?", "haben Sie Filter"]),
        (Lang::Es, &["Hola", "¿Cuánto cuesta el café?", "buenos días", "tienen filtros?"]),
        (Lang::PtBr, &["Oi", "Olá", "quanto custa o café?", "bom dia", "vocês têm filtro?"]),
    ];
    for (lang, texts) in all {
        for text in texts {
            assert_eq!(languages_of(text, &Lang::ALL), [lang], "{text}");
            let others: Vec<_> = Lang::ALL.into_iter().filter(|&other| other != lang).collect();
            assert_eq!(languages_of(text, &others), [], "{text} is none of the others");
        }
    }
    for text in ["", "?", "menu", "Moka", "12345", "☕", "سلام چطوری", "Kahve"] {
        assert_eq!(languages_of(text, &Lang::ALL), [], "{text}");
    }
}

#[test]
fn a_sentence_tells_its_language_without_doubt_or_not_at_all() {
    let all = [
        (Lang::Tr, "Merhaba, filtre kahve için kargo ne kadar?"),
        (Lang::En, "Hello, I would like to order some coffee please"),
        (Lang::Ar, "أريد أن أطلب قهوة تركية من فضلك"),
        (Lang::De, "Ich möchte gern zwei Packungen Kaffee bestellen"),
        (Lang::Es, "Hola, quiero comprar un paquete de café por favor"),
        (Lang::PtBr, "Oi, eu queria comprar um pacote de café"),
    ];
    for (lang, text) in all {
        assert_eq!(language_of_sentence(text, &Lang::ALL), Some(lang), "{text}");
    }
    for text in [
        "hello",
        "good morning",
        "Filtre Kahve 250 g",
        "Moda Caddesi 12, Kadıköy",
        "por favor comprar",
        "Blue Mountain and Kenya",
        "",
    ] {
        assert_eq!(language_of_sentence(text, &Lang::ALL), None, "{text}");
    }
}

#[test]
fn a_greeting_with_a_mistake_greets() {
    for text in [
        "helo",
        "hellooo!",
        "hii",
        "heyyy",
        "mrhaba",
        "merhba",
        "meraba",
        "MERHABAAA",
        "slam",
        "selamlarr",
        "gunaydn",
        "iyi gunlar",
        "Halllo",
        "Guten Tagg",
        "buenos dis",
        "مرحباا",
        "السلام عليكمم",
        "Merhaba, iyi günler",
        "hello good morning",
        "Hallo, guten Tag!",
    ] {
        assert!(nearly_greets(text), "{text}");
    }
    for text in [
        "",
        "?",
        "cola",
        "kola",
        "help",
        "menu",
        "sepet",
        "kahve",
        "cello",
        "jello",
        "el",
        "ho",
        "merhaba kahve",
        "kahve lütfen",
        "bir tane",
        "good coffee",
        "selpak",
        "12",
        "halat",
    ] {
        assert!(!nearly_greets(text), "{text}");
    }
    // What asks for something else is never near a greeting.
    for lang in Lang::ALL {
        for (what, text) in every_word(lang).filter(|(what, _)| *what != Word::Greeting) {
            assert!(!nearly_greets(text) || meant(text) == Some(what), "{text}");
        }
    }
}

#[test]
fn what_is_polite_changes_no_word() {
    let word = |text| super::word(text, Lang::En);
    for (text, wanted) in [
        ("menu please", Word::Menu),
        ("show me the menu", Word::Menu),
        ("Please, human!", Word::Human),
        ("cancel please", Word::Cancel),
        ("help, please", Word::Help),
        ("lütfen sepet", Word::Cart),
        ("English please", Word::Language(Lang::En)),
        ("türkçe lütfen", Word::Language(Lang::Tr)),
        ("Checkout bitte", Word::Checkout),
        ("من فضلك الدعم", Word::Human),
    ] {
        assert_eq!(word(text), Some(wanted), "{text}");
    }
    for text in [
        "please",
        "I would like to order",
        "can I buy this",
        "turkish coffee please",
        "English breakfast",
    ] {
        assert_eq!(word(text), None, "{text}");
    }
}

#[test]
fn marks_pictures_and_politeness_around_a_word_change_nothing() {
    for text in
        ["Teşekkürler 🙏", "*menü*", "🛒 Sepet", "thanks :)", "Danke 😊", "tamam teşekkürler"]
    {
        assert!(meant(text).is_some(), "{text}");
    }
    assert_eq!(meant("?"), Some(Word::Help));
    for text in [
        "bilgi için teşekkürler",
        "thanks for the info",
        "Teşekkürler, iyi günler",
        "thanks, good evening",
        "gracias buenas noches",
    ] {
        assert_eq!(meant(text), Some(Word::Thanks), "{text}");
    }
    for text in [
        "thanks but where is it",
        "thanks, how much is it?",
        "teşekkürler ne kadar",
        "teşekkürler, bir tane alayım",
        "merci var mı",
        "thanks, I want to buy it",
        "Teşekkürler, bana bir tane",
    ] {
        assert_eq!(meant(text), None, "{text}");
    }
}

#[test]
fn a_greeting_with_another_one_greets() {
    for text in [
        "السلام عليكم ورحمة الله وبركاته",
        "Hola, buenas tardes",
        "Hallo, guten Abend",
        "Merhaba, iyi geceler",
        "hello, good morning",
    ] {
        assert!(nearly_greets(text) || meant(text) == Some(Word::Greeting), "{text}");
    }
    for text in ["merhaba kahve", "Hi coffee", "iyi kahve"] {
        assert!(!nearly_greets(text), "{text}");
    }
}

#[test]
fn ways_out_of_a_town_leave_no_step() {
    assert!(!leaves("Calle Hidalgo s/n, al salir del pueblo"));
    assert!(leaves("lütfen iptal"));
}

#[test]
fn several_words_are_found_inside_of_more() {
    let both = [Word::Human, Word::Orders];
    assert_eq!(phrase("hi, my order hasn't arrived yet", &both), Some(Word::Orders));
    assert_eq!(phrase("I'd like to speak to someone now", &both), Some(Word::Human));
    assert_eq!(phrase("track my order or speak to someone", &both), Some(Word::Human));
    assert_eq!(phrase("track my order or speak to someone", &[Word::Orders]), Some(Word::Orders));
    for text in ["my orderly house", "person", "menu", ""] {
        assert_eq!(phrase(text, &both), None, "{text}");
    }
    assert!(leaves("please cancel everything") && !leaves("uncancelled"));
}
