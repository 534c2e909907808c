//! What people say where a question waits for something to be typed: which of their addresses, themselves, or none of
//! it. Pure.

use super::{
    Lang, Word,
    questions::{each, one_of},
    word,
    words::{NOT, POLITE, is_inside, said, without_phrases, words_of},
};

/// Which of the saved addresses is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// That of this number.
    Number(i64),
    /// That of the last time.
    Latest,
}

/// The address of the last time, folded, parted by `,`.
const SAME: &str = "ayni adres,ayni adrese,ayni adresim,ayni adresime,same address,last address,same as last time,\
                    dieselbe adresse,gleiche adresse,selbe adresse,misma direccion,mesmo endereco,no mesmo endereco,\
                    نفس العنوان";
/// What may stand around it, or around the number of one; the same.
const AROUND: &str = "adres,adrese,adresi,adresim,adresime,numara,numarali,nolu,ye,ya,olsun,gonder,gonderin,gelsin,\
                      getirin,yine,evet,tamam,\
                      address,number,no,the,my,to,it,use,send,deliver,yes,ok,again,\
                      adresse,nummer,nr,die,der,an,zu,wieder,ja,\
                      direccion,numero,la,el,a,en,mi,si,\
                      endereco,o,ao,e,meu,para,sim,\
                      العنوان,عنوان,رقم,الي,نعم";
/// What lets an address be as it is; the same.
const KEEPS: &str = "kalsin,degismesin,degistirmeyin,\
                     keep it,keep the address,keep my address,keep the same,keep as is,leave it,leave as is,no change,\
                     soll bleiben,bleibt so,bleibt gleich,so lassen,beibehalten,\
                     dejar la direccion,dejala,dejalo asi,dejarlo asi,sin cambios,\
                     manter,mantenha,deixa assim,deixe assim,sem mudanca,\
                     ابق,ابقه,اتركه,خليه,كما هو,بدون تغيير";
/// Who names themselves; the same.
const MYSELF: &str = "kendim,ben kendim,ben alacagim,ben alirim,ben alicam,kendim alacagim,ben teslim alacagim,bana,\
                      me,myself,i,i will,i do,it s me,its me,i will receive it,i ll receive it,i will take it,i ll take it,\
                      ich,mich,selbst,ich selbst,ich selber,ich nehme es entgegen,\
                      yo,a mi,yo mismo,yo misma,lo recibo yo,yo lo recibo,\
                      eu,eu mesmo,eu mesma,eu recebo,eu vou receber,\
                      انا,نفسي,بنفسي,انا بنفسي,ساستلمه بنفسي,انا ساستلمه";
/// Who names nobody; the same.
const NOBODY: &str = "farketmez,fark etmez,kim olursa,kim olursa olsun,herkes,\
                      whatever,whoever,anyone,anybody,doesn t matter,it doesn t matter,does not matter,\
                      egal,ist egal,da igual,me da igual,cualquiera,tanto faz,qualquer um,\
                      لا يهم,اي احد,اي شخص";
/// What a note is declined with; the same.
const DECLINES: &str = "gerek yok,yok gerek,gerek kalmadi,lazim degil,istemiyorum,istemem,yok istemiyorum,hayir istemiyorum,\
                        not yok,bos,\
                        no need,none,nothing,no note,not needed,\
                        nicht notig,nicht noetig,keine,keine notiz,nichts,\
                        no hace falta,no es necesario,ninguna,ninguno,nada,sin nota,\
                        nao precisa,nao e necessario,nenhuma,nenhum,sem observacao,\
                        لا داعي,لا شي,لا يوجد,بدون,بدون ملاحظه";

/// Which of the saved addresses a whole text means: `2`, `Adres 2`, `the same address`.
#[must_use]
pub fn saved(text: &str) -> Option<Saved> {
    let said = said(text);
    let rest = without_phrases(&said, each(SAME));
    let is_around = |word: &str| POLITE.contains(&word) || one_of(AROUND, word);
    if rest.len() < said.len() {
        let stands = words_of(&rest).all(|word| is_around(word) && !NOT.contains(&word));
        return stands.then_some(Saved::Latest);
    }
    let mut others = words_of(&said).filter(|word| !is_around(word));
    let number = others.next()?.parse().ok()?;
    others.next().is_none().then_some(Saved::Number(number))
}

/// Whether a text lets the address be as it is: `aynı kalsın`, `keep it`. An address has a number.
#[must_use]
pub fn keeps(text: &str) -> bool {
    let said = said(text);
    !said.contains(char::is_numeric) && each(KEEPS).any(|phrase| is_inside(phrase, &said))
}

/// Whether somebody who was asked for a name names themselves. Where Turkish is not spoken, Ben is a name.
#[must_use]
pub fn is_myself(text: &str, lang: Lang) -> bool {
    let said = asked(text);
    one_of(MYSELF, &said) || (lang == Lang::Tr && said == "ben")
}

/// Whether somebody who was asked for a name leaves it open.
#[must_use]
pub fn is_nobody(text: &str) -> bool {
    one_of(NOBODY, &asked(text))
}

/// Whether somebody who was asked for a note has none.
#[must_use]
pub fn declines(text: &str) -> bool {
    let asked = asked(text);
    let rest = words_of(&asked).filter(|said| word(said, Lang::En) != Some(Word::Thanks));
    one_of(DECLINES, &rest.collect::<Vec<_>>().join(" "))
}

/// What a text says without what is polite.
fn asked(text: &str) -> String {
    let said = said(text);
    let words = words_of(&said).filter(|word| !POLITE.contains(word));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{fold, t};

    #[test]
    fn saved_addresses_are_named_by_their_number_or_as_that_of_the_last_time() {
        for (text, number) in [
            ("2", 2),
            (" 1. ", 1),
            ("١", 1),
            ("Adres 1", 1),
            ("2 numaralı adres lütfen", 2),
            ("address 1 please", 1),
            ("Adresse Nr. 3", 3),
            ("dirección 2 por favor", 2),
            ("o endereço 2", 2),
            ("العنوان ١", 1),
        ] {
            assert_eq!(saved(text), Some(Saved::Number(number)), "{text}");
        }
        for text in [
            "aynı adres",
            "Yine aynı adrese gönderin lütfen",
            "the same address please",
            "same as last time",
            "an dieselbe Adresse bitte",
            "a la misma dirección",
            "no mesmo endereço",
            "نفس العنوان من فضلك",
        ] {
            assert_eq!(saved(text), Some(Saved::Latest), "{text}");
        }
        for text in [
            "",
            "adres",
            "12/3",
            "2,5",
            "2 tane",
            "1 değil",
            "Moda 5",
            "not the same address",
            "no, la misma dirección no",
            "aynı adres değil",
            "aynı adres, 3. kat",
        ] {
            assert_eq!(saved(text), None, "{text}");
        }
    }

    #[test]
    fn who_lets_the_address_be_is_heard() {
        for text in ["Aynı kalsın", "olduğu gibi kalsın", "please keep it", "Sie soll bleiben"]
        {
            assert!(keeps(text), "{text}");
        }
        for lang in Lang::ALL {
            assert!(keeps(&t(&lang.into(), "keep-address-button")), "{lang}");
        }
        for text in ["", "Keeper Street", "Moda Caddesi 12, kapıda kalsın", "değişsin"] {
            assert!(!keeps(text), "{text}");
        }
    }

    #[test]
    fn who_names_themselves_or_nobody_is_told_from_a_name() {
        for text in
            ["ben alacağım", "Me, please", "I’ll receive it", "ich selbst", "yo", "eu", "أنا"]
        {
            assert!(Lang::ALL.into_iter().all(|lang| is_myself(text, lang)), "{text}");
        }
        assert!(is_myself("Ben", Lang::Tr) && !is_myself("Ben", Lang::En));
        for text in ["Benan", "Me Linh", "Yolanda", "annem", "farketmez", ""] {
            assert!(!is_myself(text, Lang::Tr), "{text}");
        }
        for text in ["farketmez", "Fark etmez", "whatever", "Egal!", "da igual", "لا يهم"] {
            assert!(is_nobody(text), "{text}");
        }
        assert!(!is_nobody("Fatma") && !is_nobody(""));
    }

    #[test]
    fn who_has_no_note_says_so() {
        for text in
            ["Gerek yok", "gerek yok teşekkürler", "no need, thanks", "keine", "nada", "لا داعي"]
        {
            assert!(declines(text), "{text}");
        }
        for text in ["", "gerek yok poşete", "keine Nüsse bitte", "nothing sweet"] {
            assert!(!declines(text), "{text}");
        }
    }

    #[test]
    fn the_words_stand_as_they_are_compared() {
        for phrase in [SAME, AROUND, KEEPS, MYSELF, NOBODY, DECLINES].into_iter().flat_map(each) {
            assert!(!phrase.is_empty() && fold(phrase) == phrase, "{phrase}");
        }
    }
}
