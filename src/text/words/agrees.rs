//! Plain agreement to something that was shown, in every language at once: `evet doğru`, `looks good`, 👍.

use std::sync::LazyLock;

use super::{
    POLITE, Word, around::NOT, exactly, fold, phrases::Phrases, pictures::pictured, words_of,
};
use crate::text::{Lang, is_filler};

/// What is said by who agrees beside the words for yes: Turkish, English, German, Spanish, Portuguese, Arabic.
const AGREED: [&str; 6] = [
    "siparisi onayla,siparisi onaylayin,siparisi onayliyorum,siparisimi onayla,siparisimi onaylayin,\
     siparisimi onayliyorum,onay,onayla,onaylayin,onayliyorum,onayliyoruz,onayladim,onay veriyorum,her sey dogru,\
     her sey tamam,hepsi dogru,hepsi tamam,dogrudur,tamamdir,dogru gorunuyor,sorun yok,harika,super,mukemmel,\
     siparisi ver,siparisi verin,siparisi veriyorum,siparis olsun",
    "confirm order,confirm the order,confirm my order,confirm it,confirmed,i confirm,looks good,looks right,\
     looks correct,looks fine,all good,all right,all correct,that s right,that s correct,everything is right,\
     everything is correct,everything is fine,go ahead,perfect,great,agreed,i agree,buy now,order now",
    "jetzt kaufen,bestellung bestatigen,bestellung bestaetigen,bestatige,bestaetige,bestatigt,alles richtig,\
     alles korrekt,alles klar,alles gut,alles ok,in ordnung,sieht gut aus,stimmt so,passt so,passt alles,genau,\
     perfekt,einverstanden",
    "confirmar pedido,confirmar el pedido,confirmo el pedido,confirmado,todo bien,todo correcto,todo esta bien,\
     esta bien,asi es,perfecto,adelante,estoy de acuerdo",
    "confirmar o pedido,confirmo o pedido,tudo certo,tudo correto,tudo ok,esta certo,ta certo,ta tudo certo,\
     esta tudo certo,pode confirmar,pode ser,perfeito,beleza,combinado",
    "تاكيد الطلب,تاكيد,اكد,اكد الطلب,اوكد,اوكد الطلب,كل شي تمام,كل شي صحيح,كله تمام,كله صحيح,متفق,ممتاز",
];

static PHRASES: LazyLock<Phrases<()>> =
    LazyLock::new(|| Phrases::of(&AGREED.map(|list| ((), list))));

/// Whether a text agrees and says nothing else.
#[must_use]
pub fn agrees(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = words_of(&folded).collect();
    if words.is_empty() {
        return pictured(&folded) == Some(Word::Yes);
    }
    let (mut at, mut agrees) = (0, false);
    while let Some(&word) = words.get(at) {
        if let Some(((), length)) = PHRASES.at(&words[at..]) {
            agrees = true;
            at += length;
            continue;
        }
        let around = (is_filler(word) || POLITE.contains(&word)) && !NOT.contains(&word);
        match exactly(word, Lang::En) {
            Some(Word::Yes) => agrees = true,
            Some(Word::No) => return false,
            _ if !around => return false,
            _ => {}
        }
        at += 1;
    }
    agrees
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::questions::each;

    #[test]
    fn who_agrees_is_told_from_who_says_more() {
        for text in [
            "evet doğru",
            "Siparişi onayla",
            "evet, siparişi onaylıyorum lütfen",
            "her şey doğru 👍",
            "confirm order",
            "✅ Confirm order",
            "ok looks good, thanks",
            "that's right",
            "Jetzt kaufen",
            "Ja, alles richtig",
            "sí, todo bien",
            "Confirmar pedido",
            "tudo certo!",
            "تأكيد الطلب",
            "👍",
            "👍🏽👍🏽",
        ] {
            assert!(agrees(text), "{text}");
        }
        for text in [
            "",
            "?",
            "😀",
            "hayır",
            "evet hayır",
            "doğru değil",
            "evet ama adres yanlış",
            "siparişi onaylamıyorum",
            "no, looks good",
            "not all right",
            "لا",
            "lütfen",
            "confirm order tomorrow with gift wrap",
            "Kat 3 daire 7",
            "change",
        ] {
            assert!(!agrees(text), "{text}");
        }
    }

    #[test]
    fn the_phrases_stand_as_they_are_compared() {
        for phrase in AGREED.into_iter().flat_map(each) {
            let words = phrase.replace('*', "");
            assert!(!words.is_empty() && fold(&words) == words, "{phrase}");
        }
    }
}
