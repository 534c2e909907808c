//! Whether a text says where something is, as far as its words tell: a street, a door, a postcode; or something that no
//! address says. Pure.

use super::{
    Lang, fold, pieces,
    questions::{each, one_of},
    word,
    words::{POLITE, WISHES, is_piece, number, words_of},
};

/// Whether a text says where something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It has what addresses have.
    Surely,
    /// Its words do not tell.
    Maybe,
    /// It says how many, when, which size, or what is wanted.
    Not,
}

/// Words of streets and buildings, folded, parted by `,`.
const STREETS: &str = "sokak,sokagi,cadde,caddesi,cad,mah,mahalle,mahallesi,bulvar,bulvari,blv,apartmani,cikmazi,mevkii,\
                       street,avenue,boulevard,apartment,\
                       calle,avenida,avda,barrio,carretera,urbanizacion,\
                       rua,travessa,bairro,rodovia,alameda,\
                       شارع,الشارع,حي,الحي,طريق,عماره,العماره,بنايه,البنايه,مبني,المبني,شقه,الشقه,طابق,الطابق,زقاق,حاره";
/// Their ends: `Hauptstr.`
const STREET_ENDS: &str = "strasse,str,gasse,allee";
/// What means something else too, unless a number follows: `daire 7`, `flat 3`.
const DOORS: &str = "no,nr,numarasi,daire,kat,blok,apt,apartman,site,sitesi,bina,sok,sk,cd,\
                     flat,floor,suite,unit,building,bldg,house,road,lane,drive,square,st,rd,ave,\
                     weg,platz,etage,haus,hausnummer,\
                     av,plaza,piso,puerta,portal,planta,bloque,paseo,camino,colonia,\
                     praca,apto,quadra,lote,bloco,casa,andar,cep,\
                     الطريق,برج,فيلا,دور,الدور,رقم,بلوك";
/// Their ends: `Wiesenweg 3`.
const DOOR_ENDS: &str = "weg,platz,damm,ring,ufer";
/// The same behind a number: `12 Acacia Road`, `3. kat`.
const BEHIND: &str =
    "kat,sok,sk,cd,st,rd,road,ave,ln,lane,drive,square,court,floor,etage,piso,andar,planta";
/// Beside a number they make a time of it.
const TIMES: &str = "dk,dakika,dakikaya,dakikada,saat,saate,saatte,gun,gune,gunde,gibi,\
                     min,mins,minute,minutes,hour,hours,day,days,pm,oclock,\
                     uhr,minuten,stunde,stunden,tag,tage,tagen,\
                     minuto,minutos,hora,horas,dia,dias,\
                     ساعه,الساعه,ساعات,دقيقه,دقايق,دقيقتين,يوم,ايام";
/// The same in front of it.
const BEFORE_AN_HOUR: &str = "saat,saate,الساعه";
/// The same as the end of a number: `5pm`.
const TIME_ENDS: &str = "pm,am,dk,min,uhr,hs,hrs";
/// What may stand behind the hour of `at 5`, which is no house.
const BEHIND_AN_HOUR: &str = "today,tomorrow,tonight,or,and,then,i,we,in";
const SIZES: &str = "size,beden,numara,talla,tamanho,grosse,مقاس";
const MEASURES: &str = "kg,gr,gram,kilo,kilos,lt,litre,liter,ml,كيلو";
/// Wishes that are other words as well: `I will be there`.
const NO_SURE_WISH: [&str; 3] = ["will", "like", "need"];

/// Whether `text` says where something is. What has a sign of an address is one, whatever else is said.
#[must_use]
pub fn place(text: &str) -> Place {
    let folded = fold(text);
    let words: Vec<&str> = words_of(&folded).collect();
    let whens: Vec<bool> = (0..words.len()).map(|at| is_when(&words, at)).collect();
    if is_street(&words) || has_door(&words, &whens) || has_postcode(&words) {
        return Place::Surely;
    }
    let is_number = |word: &&&str| !digits(word).0.is_empty();
    let numbers = words.iter().filter(is_number).count();
    let whens = whens.iter().filter(|when| **when).count();
    // `Kordon 5, saat 17` has a number that is none of an hour.
    if whens > 0 && (numbers <= whens || folded.contains('/')) {
        return Place::Not;
    }
    if whens == 0 && has_clock(&folded) && numbers <= 2 {
        return Place::Not;
    }
    if has_parts(&folded) {
        return Place::Surely;
    }
    let says_more = folded.contains(char::is_alphabetic);
    let wishes = || words.iter().any(|word| WISHES.contains(word) && !NO_SURE_WISH.contains(word));
    if (says_more && pieces(text).is_some()) || is_counted(&words) || is_sized(&words) || wishes() {
        return Place::Not;
    }
    Place::Maybe
}

fn is_street(words: &[&str]) -> bool {
    let ends = |word: &str| each(STREET_ENDS).any(|end| word.ends_with(end));
    words.iter().any(|word| one_of(STREETS, word) || ends(word))
}

/// Whether a number that tells no time has a word for a door or a street beside it. `No 2, please` has not.
fn has_door(words: &[&str], whens: &[bool]) -> bool {
    let is_number =
        |at: usize| words.get(at).is_some_and(|word| !digits(word).0.is_empty()) && !whens[at];
    let names = |word: &str| {
        let ends = |end: &str| word.len() > end.len() + 1 && word.ends_with(end);
        one_of(DOORS, word) || each(DOOR_ENDS).any(ends)
    };
    let says_more = |from: usize| {
        let mut rest = words[..from].iter().chain(words.get(from + 2..).unwrap_or_default());
        rest.any(|word| !POLITE.contains(word))
    };
    let is_before = |at: usize| names(words[at]) && is_number(at + 1) && says_more(at);
    let is_behind = |at: usize| {
        is_number(at) && words[at + 1..].iter().take(3).any(|word| one_of(BEHIND, word))
    };
    (0..words.len()).any(|at| is_before(at) || is_behind(at))
}

/// Five digits, beside a name.
fn has_postcode(words: &[&str]) -> bool {
    let is_code = |word: &&str| word.len() == 5 && digits(word).1.is_empty();
    words.iter().any(is_code) && words.iter().any(|word| word.contains(char::is_alphabetic))
}

/// Whether the number at this place tells a time: `5 dk`, `saat 5`, `um 17`, `5pm`.
fn is_when(words: &[&str], at: usize) -> bool {
    let (digits, tail) = digits(words[at]);
    let written = !digits.is_empty();
    if !written && number(words[at]).is_none() {
        return false;
    }
    let before = |steps: usize| at.checked_sub(steps).map_or("", |at| words[at]);
    let behind = |steps: usize| words.get(at + steps).copied().unwrap_or_default();
    let hours =
        |tail: &str| tail.strip_prefix('h').is_some_and(|rest| self::digits(rest).1.is_empty());
    if written && (one_of(TIME_ENDS, tail) || hours(tail)) {
        return true;
    }
    let next = behind(1);
    let is_morning = next == "am" && at + 2 == words.len();
    let on_the_clock = next == "o" && behind(2) == "clock";
    if one_of(TIMES, next) || one_of(BEFORE_AN_HOUR, before(1)) || is_morning || on_the_clock {
        return true;
    }
    let is_hour = tail.is_empty() && digits.parse::<u8>().is_ok_and(|hour| hour <= 24);
    let ends = next.is_empty() || POLITE.contains(&next) || one_of(BEHIND_AN_HOUR, next);
    is_hour
        && match before(1) {
            "um" | "gegen" => true,
            "las" | "la" => matches!(before(2), "a" | "por" | "sobre"),
            "at" | "as" => ends,
            _ => false,
        }
}

/// `17:30`
fn has_clock(folded: &str) -> bool {
    let parts: Vec<&str> = folded.split(':').collect();
    parts.windows(2).any(|pair| {
        let [before, after] = pair else { return false };
        before.ends_with(|c: char| c.is_ascii_digit()) && digits(after).0.len() == 2
    })
}

/// `12/3`: a house and a door in it. `1/2 kg` is a measure.
fn has_parts(folded: &str) -> bool {
    let mut tokens = folded.split_whitespace().peekable();
    while let Some(token) = tokens.next() {
        let parts = token.split_once('/').is_some_and(|(before, after)| {
            before.ends_with(|c: char| c.is_ascii_digit()) && !digits(after).0.is_empty()
        });
        if parts && tokens.peek().is_none_or(|next| !one_of(MEASURES, next)) {
            return true;
        }
    }
    false
}

/// Whether a text begins with a number of pieces, behind a word of ours at most, or measures something.
fn is_counted(words: &[&str]) -> bool {
    let measured = words.windows(2).any(|pair| {
        let [count, unit] = pair else { return false };
        !digits(count).0.is_empty() && one_of(MEASURES, unit)
    });
    let is_before = |said: &&&str| POLITE.contains(*said) || word(said, Lang::En).is_some();
    let mut rest = words.iter().skip_while(is_before);
    let (Some(first), next) = (rest.next(), rest.next()) else { return measured };
    let (count, unit) = digits(first);
    let unit = if unit.is_empty() { next.copied().unwrap_or_default() } else { unit };
    let counted = !count.is_empty() || number(first).is_some();
    measured || (counted && (is_piece(unit) || one_of(MEASURES, unit) || unit == "g"))
}

/// `38 numara`, `size 8`
fn is_sized(words: &[&str]) -> bool {
    let is_number = |word: &str| !digits(word).0.is_empty();
    words.windows(2).any(|pair| {
        let [a, b] = pair else { return false };
        (one_of(SIZES, a) && is_number(b)) || (is_number(a) && one_of(SIZES, b))
    })
}

/// The digits that a word begins with, and the rest of it.
fn digits(word: &str) -> (&str, &str) {
    word.split_at(word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn streets_doors_and_postcodes_say_where() {
        for text in [
            "Bahariye caddesi Moda Kadıköy",
            "Moda Cad. No:12",
            "Moda 12/3 Kadıköy",
            "Moda no 5",
            "Kadıköy daire 7",
            "34710 Kadıköy",
            "Moda Cad 12/3, saat 5'ten sonra gelin",
            "12 Acacia Avenue",
            "deliver at 12 Acacia Road please",
            "Flat 3, Oakfield",
            "3rd floor, 12 High St",
            "12 Times Square",
            "Hauptstr. 5, Berlin",
            "Straße des 17. Juni 135",
            "der Wiesenweg 3",
            "Calle Mayor 5, 3.º B",
            "Calle Hidalgo s/n, al salir del pueblo",
            "Rua das Flores 10, Centro",
            "Av. Paulista 1000 apto 12",
            "شارع الاستقلال 12، بيه أوغلو",
            "حي النخيل بجانب المسجد",
        ] {
            assert_eq!(place(text), Place::Surely, "{text}");
        }
    }

    #[test]
    fn how_many_and_when_and_which_size_say_no_place() {
        for text in [
            "2 tane daha olsun",
            "tamam 2 tane daha",
            "make it 2 please",
            "500 g filtre kahve",
            "1/2 kg kahve de ekleyin",
            "mağazadan alırım yarın saat 5 gibi",
            "yarın 17:30 uygun",
            "5 dakika sonra yazarım",
            "tamam 5 dk bekleyin",
            "bir dakika eşime sorayım",
            "25/11 saat 5 gibi alırım",
            "I will pick it up at 5 pm",
            "tomorrow at 5 please",
            "wait one minute",
            "Ich hole es um 17 Uhr ab",
            "Lo recojo a las 18",
            "Passo às 18h",
            "الساعة 5 مساء",
            "سأمر بعد 5 دقائق",
            "38 numara olsun lütfen",
            "size 8 please",
            "kırmızı olanı istiyorum",
            "quiero dos más por favor",
            "I want 2 more",
        ] {
            assert_eq!(place(text), Place::Not, "{text}");
        }
    }

    #[test]
    fn what_tells_neither_may_be_one() {
        for text in [
            "",
            "5",
            "1.",
            "Adres 1",
            "Kordon 5 Alsancak",
            "Am Markt 5, Kiel",
            "Hotel Adler 5, am Bahnhof",
            "Grand Hotel 5, London",
            "Villa 7, Palm Jumeirah",
            "Am Markt 5, um 10 Uhr",
            "Kordon 5 Alsancak, saat 5'ten sonra",
            "Vila Dias 12",
            "pembe panjurlu ev, köy meydanı",
            "Saat Kulesi yanı, İzmir",
            "Çekirdek kahve",
        ] {
            assert_eq!(place(text), Place::Maybe, "{text}");
        }
    }

    #[test]
    fn the_words_stand_as_they_are_compared() {
        let words = [STREETS, STREET_ENDS, DOORS, DOOR_ENDS, BEHIND, TIMES, TIME_ENDS];
        let more = [BEFORE_AN_HOUR, BEHIND_AN_HOUR, SIZES, MEASURES];
        for word in words.into_iter().chain(more).flat_map(each) {
            assert!(!word.is_empty() && fold(word) == word, "{word}");
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_looked_at(text: String) {
            let _ = place(&text);
        }
    }
}
