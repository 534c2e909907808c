use proptest::prelude::*;

use super::*;
use crate::text::questions::each;

/// The ways that are wanted, and those that shall not be.
fn named(text: &str) -> (Vec<By>, Vec<By>) {
    let (denied, wanted): (Vec<Way>, Vec<Way>) =
        ways(text).said.into_iter().partition(|way| way.denied);
    let by = |all: Vec<Way>| all.into_iter().map(|way| way.by).collect();
    (by(wanted), by(denied))
}

#[test]
fn ways_are_named_in_every_language() {
    let all: [(&[By], &[&str]); 7] = [
        (
            &[By::Bring],
            &[
                "kargo",
                "Kargoyla lütfen",
                "ADRESE TESLİM",
                "eve gelsin",
                "kurye ile",
                "delivery please",
                "ship it",
                "Lieferung",
                "bitte nach Hause liefern lassen",
                "a domicilio",
                "envío",
                "entrega em casa",
                "التوصيل",
                "توصيل للبيت",
            ],
        ),
        (
            &[By::Fetch],
            &[
                "Gel-al",
                "gelip alacağım",
                "mağazadan alırım",
                "kendim alırım",
                "pick up",
                "I'd rather pick it up",
                "in person",
                "Abholung",
                "ich hole es ab",
                "Lo recojo",
                "retirar",
                "vou buscar",
                "من المحل",
            ],
        ),
        (
            &[By::Shop],
            &[
                "mağazada",
                "in the shop",
                "store",
                "im Laden",
                "vor Ort",
                "tienda",
                "na loja",
                "في المتجر",
            ],
        ),
        (
            &[By::AtDoor],
            &[
                "kapıda ödeme",
                "kapıda nakit",
                "cash on delivery",
                "COD",
                "bei Lieferung",
                "Nachnahme",
                "contra entrega",
                "na entrega",
                "الدفع عند الاستلام",
            ],
        ),
        (
            &[By::Cash],
            &[
                "nakit ödeyeceğim",
                "elden",
                "cash",
                "ich zahle bar",
                "Bargeld",
                "en efectivo",
                "vou pagar em dinheiro",
                "no dinheiro",
                "كاش",
                "نقداً",
            ],
        ),
        (
            &[By::Transfer],
            &[
                "havaleyle",
                "eft'yle",
                "iban gönderin",
                "bank transfer",
                "per Überweisung",
                "ueberweisung",
                "Vorkasse",
                "transferencia",
                "pix",
                "no pix",
                "تحويل بنكي",
            ],
        ),
        (
            &[By::Other],
            &[
                "kredi kartı",
                "kapıda kredi kartıyla",
                "by card",
                "PayPal",
                "mit Karte",
                "auf Rechnung",
                "tarjeta",
                "no cartão",
                "بطاقة",
                "فيزا",
            ],
        ),
    ];
    for (wanted, texts) in all {
        for text in texts {
            let (named, denied) = named(text);
            assert!(denied.is_empty(), "{text}: {denied:?}");
            assert!(!named.is_empty() && named.iter().all(|by| wanted.contains(by)), "{text}");
        }
    }
}

#[test]
fn what_denies_a_way_is_heard_before_it_and_behind_it() {
    let none: &[By] = &[];
    for (text, wanted, denied) in [
        ("nakit değil havale", &[By::Transfer][..], &[By::Cash][..]),
        ("nakit yerine havale", &[By::Transfer], &[By::Cash]),
        ("kargo istemiyorum", none, &[By::Bring]),
        ("havale yapmayacağım", none, &[By::Transfer]),
        ("kargo değil mağazadan alacağım", &[By::Fetch], &[By::Bring]),
        ("not cash, transfer", &[By::Transfer], &[By::Cash]),
        ("no, cash", &[By::Cash], none),
        ("I can't pay cash", none, &[By::Cash]),
        ("not delivery but pickup", &[By::Fetch], &[By::Bring]),
        ("I don't want delivery, pick up", &[By::Fetch], &[By::Bring]),
        ("keine Lieferung", none, &[By::Bring]),
        ("Lieferung brauche ich nicht", none, &[By::Bring]),
        ("statt bar Überweisung", &[By::Transfer], &[By::Cash]),
        ("sin envío", none, &[By::Bring]),
        ("não quero entrega", none, &[By::Bring]),
        ("لا اريد توصيل", none, &[By::Bring]),
        ("بدون كاش", none, &[By::Cash]),
        ("nakit veya havale", &[By::Cash, By::Transfer], none),
        ("kargo, kapıda ödeme", &[By::Bring, By::AtDoor], none),
        ("pick up and pay cash", &[By::Fetch, By::Cash], none),
    ] {
        assert_eq!(named(text), (wanted.to_vec(), denied.to_vec()), "{text}");
    }
}

#[test]
fn what_else_is_said_is_counted() {
    for text in [
        "kapıda ödeme olsun",
        "mağazadan alırım yarın saat 5 gibi",
        "I will pick it up at 5 pm",
        "Ich hole es um 17 Uhr ab",
        "Lo recojo a las 18",
        "Passo para buscar as 18h",
        "استلم من المتجر الساعة 5",
        "pay by transfer instead",
        "Pago contra entrega por favor",
    ] {
        assert_eq!(ways(text).left_over, 0, "{text}");
    }
    for (text, left_over) in [
        ("kapıya bırakın", 1),
        ("Depo Mağaza yanı Kadıköy", 3),
        ("mağazanız çok uzak", 2),
        ("show me the shop", 1),
        ("bring it back", 1),
    ] {
        assert_eq!(ways(text).left_over, left_over, "{text}");
    }
    // These sound like one.
    for text in ["bar code", "kapıda köpek var", "Kartal", "kargo şirketi", "bankadan", "", "👍"]
    {
        assert_eq!(ways(text).said, [], "{text}");
    }
}

#[test]
fn what_a_way_costs_and_where_a_street_is_are_seen() {
    for (text, topic) in [
        ("kargo ücreti", Some(Topic::Cost)),
        ("delivery fee", Some(Topic::Cost)),
        ("Versandkosten", Some(Topic::Cost)),
        ("سعر التوصيل", Some(Topic::Cost)),
        ("tiempo de entrega", Some(Topic::Time)),
        ("kargo olsun", None),
    ] {
        assert_eq!(ways(text).asks, topic, "{text}");
    }
    for text in [
        "Moda Cad. 12/3 Kadıköy kargo",
        "deliver to 12 High Street London",
        "Lieferung an Hauptstr. 5, 10115 Berlin",
        "Tienda Azul, calle 5",
        "na loja azul rua 4",
        "Bar Street 5",
    ] {
        assert!(ways(text).is_address, "{text}");
    }
    for text in ["mağazadan alırım yarın saat 5 gibi", "Moda Caddesi", "pick up at 5"] {
        assert!(!ways(text).is_address, "{text}");
    }
}

#[test]
fn places_are_read_in_every_language() {
    let first =
        ["1", "1.", "1️⃣", "١", "ilki", "ilk seçenek", "the first one", "das erste", "la primera"];
    let second =
        ["2", "ikinci", "ikincisi lütfen", "option 2", "second one please", "a segunda", "الثاني"];
    for (texts, place) in [
        (&first[..], Nth::At(0)),
        (&second[..], Nth::At(1)),
        (&["3", "üçüncü", "drei"][..], Nth::At(2)),
        (&["son", "last one", "o último", "الأخير"][..], Nth::Last),
    ] {
        for text in texts {
            assert_eq!(nth(text), Some(place), "{text}");
        }
    }
    for text in [
        "",
        "4",
        "12",
        "-1",
        "+1",
        "2,5",
        "2?",
        "2 adet olsun",
        "2 tane daha olsun",
        "bir dakika",
        "one moment",
        "uma pergunta",
        "los dos",
        "the two",
        "daire 5",
        "kargo",
        "0532 111 22 33",
    ] {
        assert_eq!(nth(text), None, "{text}");
    }
    let shown = ["a", "b"];
    assert_eq!(
        [Nth::At(1), Nth::Last, Nth::At(2)].map(|nth| nth.of(&shown)),
        [Some("b"), Some("b"), None]
    );
}

#[test]
fn the_phrases_stand_as_they_are_compared() {
    let lists = WAYS.iter().map(|(_, list)| *list).chain(AROUND.iter().chain(WHEN).copied());
    let single =
        [DENIES_NEXT, DENIES_LATEST, BUT, COSTS, TIMES, LOOKS, TELLS, DAYS, LAST, AROUND_A_PLACE];
    for phrase in lists.chain(single).chain(ORDINALS).flat_map(each) {
        let words = phrase.replace('*', "");
        assert!(!words.is_empty() && fold(&words) == words, "{phrase}");
    }
    for word in AROUND.iter().chain(WHEN).copied().chain(single).chain(ORDINALS).flat_map(each) {
        assert!(!word.contains(' '), "{word} is compared word by word");
    }
}

proptest! {
    #[test]
    fn every_text_can_be_looked_at(text: String) {
        let ways = ways(&text);
        prop_assert!(ways.left_over <= ways.words && ways.said.len() <= ways.words);
        let _ = nth(&text);
    }
}
