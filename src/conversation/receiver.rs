//! Reads who receives from what people type: "Fatma Yılmaz, 0532 111 22 33", only a name, only a number. Pure.

use entity::cart::Receiver;

use crate::message::PhoneNumber;

/// Characters of a name.
const LONGEST_NAME: usize = 80;
/// From so many digits on, a row of digits is meant as a phone number.
const MEANT: usize = 5;

/// Why what was typed tells nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// Neither a name nor a number, or a name that is too long.
    Name,
    /// Digits that are no phone number.
    Phone,
}

/// Who is meant by `text`. `home` is a number of the country that numbers without a country code belong to.
///
/// # Errors
/// [`Unclear`] says what to ask for again.
pub(super) fn read(text: &str, home: &str) -> Result<Receiver, Unclear> {
    let text: String = text.chars().map(plain).collect();
    let (number, rest) = apart(&text);
    let phone = match number {
        Some(number) => Some(phone(&number, home).ok_or(Unclear::Phone)?.as_str().to_owned()),
        None => None,
    };
    let name = name(&rest);
    if name.as_deref().is_some_and(|name| name.chars().filter(char::is_ascii_digit).count() > 2) {
        return Err(Unclear::Phone);
    }
    let long = name.as_deref().is_some_and(|name| name.chars().count() > LONGEST_NAME);
    if long || (name.is_none() && phone.is_none()) {
        return Err(Unclear::Name);
    }
    Ok(Receiver { name, phone })
}

/// The phone number of `text`, also among other words: `numaram 0532 111 22 33`.
pub(super) fn phone_in(text: &str, home: &str) -> Option<String> {
    let alone = phone(text, home).map(|phone| phone.as_str().to_owned());
    alone.or_else(|| read(text, home).ok()?.phone)
}

/// A phone number as people of the country of `home` write it: with or without `+`, country code and leading zero.
pub(super) fn phone(text: &str, home: &str) -> Option<PhoneNumber> {
    let text: String = text.trim().chars().map(plain).collect();
    let international = text.starts_with('+') || text.starts_with("00");
    let mut digits = String::with_capacity(text.len());
    for c in text.strip_prefix('+').unwrap_or(&text).chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '(' | ')' | '.' | '/' => {}
            _ => return None,
        }
    }
    if international {
        let digits = if text.starts_with('+') { &digits } else { digits.strip_prefix("00")? };
        let code = country_code(digits)?;
        return whole(code, &digits[code.len()..]);
    }
    let code = country_code(home.strip_prefix('+').unwrap_or(home))?;
    // Italy keeps the zero.
    if code != "39"
        && let Some(rest) = digits.strip_prefix('0')
    {
        return whole(code, rest);
    }
    let with_code = digits.strip_prefix(code).and_then(|rest| whole(code, rest));
    whole(code, &digits).or(with_code)
}

/// Code and national number as one, when the country has numbers of that length.
fn whole(code: &str, national: &str) -> Option<PhoneNumber> {
    let (least, most) = match code {
        "1" | "90" => (10, 10),
        "34" => (9, 9),
        "55" => (10, 11),
        "49" => (6, 11),
        _ => (6, 12),
    };
    if !(least..=most).contains(&national.len()) || (code != "39" && national.starts_with('0')) {
        return None;
    }
    PhoneNumber::parse(&format!("+{code}{national}"))
}

/// The country code that digits begin with: no code begins another (ITU-T E.164, list of 2026).
fn country_code(digits: &str) -> Option<&str> {
    const TWO: &[&str] = &[
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'0', ..] | [] => return None,
        _ if TWO.iter().any(|code| digits.starts_with(code)) => 2,
        _ => 3,
    };
    digits.get(..length)
}

/// Digits of every script as ASCII, every kind of space as a blank, what cannot be seen as one too.
fn plain(c: char) -> char {
    let digit = match c {
        '٠'..='٩' => Some(u32::from(c) - u32::from('٠')),
        '۰'..='۹' => Some(u32::from(c) - u32::from('۰')),
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => None,
    };
    match digit.and_then(|digit| char::from_digit(digit, 10)) {
        Some(digit) => digit,
        None if c == '\n' => '\n',
        None if c.is_whitespace() || c.is_control() => ' ',
        None if ('\u{200b}'..='\u{200f}').contains(&c) => ' ',
        None if ('\u{202a}'..='\u{202e}').contains(&c) => ' ',
        None if ('\u{2066}'..='\u{2069}').contains(&c) => ' ',
        None => c,
    }
}

/// The longest row of digits with what may stand between them, and all the rest.
fn apart(text: &str) -> (Option<String>, String) {
    let between = |c: char| " -().".contains(c);
    let mut best: Option<(usize, usize, usize)> = None;
    let mut from: Option<usize> = None;
    let mut digits = 0;
    let mut end = 0;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        if c.is_ascii_digit() || (c == '+' && from.is_none()) {
            from.get_or_insert(at);
            digits += usize::from(c != '+');
            end = at + c.len_utf8();
        } else if from.is_none() || !between(c) {
            if let Some(from) = from.take()
                && digits >= MEANT
                && best.is_none_or(|(most, ..)| digits > most)
            {
                best = Some((digits, from, end));
            }
            digits = 0;
        }
    }
    match best {
        Some((_, from, end)) => {
            let rest = format!("{}\n{}", &text[..from], &text[end..]);
            (Some(text[from..end].to_owned()), rest)
        }
        None => (None, text.to_owned()),
    }
}

/// A name without the words that only announce a number; `None` when no letter is left.
fn name(rest: &str) -> Option<String> {
    const ANNOUNCE: &[&str] = &[
        "tel",
        "telefon",
        "telefonu",
        "gsm",
        "cep",
        "no",
        "numara",
        "numarası",
        "phone",
        "mobile",
        "mobil",
        "handy",
        "teléfono",
        "móvil",
        "telefone",
        "celular",
        "هاتف",
        "جوال",
        "رقم",
    ];
    let edge = |c: char| !c.is_alphanumeric() && !"'’.".contains(c);
    let words = rest.split_whitespace().filter_map(|word| {
        let bare = word.trim_matches(edge).trim_start_matches('.');
        let announces = ANNOUNCE.contains(&bare.trim_end_matches('.').to_lowercase().as_str());
        (!bare.is_empty() && !announces).then(|| bare.trim_start_matches(edge))
    });
    let name = words.collect::<Vec<_>>().join(" ");
    name.chars().any(char::is_alphabetic).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOME: &str = "+905550000001";

    fn who(name: &str, phone: &str) -> Result<Receiver, Unclear> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Receiver { name: some(name), phone: some(phone) })
    }

    #[test]
    fn names_and_numbers_are_told_apart() {
        let both = who("Fatma Yılmaz", "+905321112233");
        for text in [
            "Fatma Yılmaz, 0532 111 22 33",
            "Fatma Yılmaz\n0532-111-22-33",
            "0532 111 2233 Fatma Yılmaz",
            "Fatma Yılmaz tel: +90 (532) 111 22 33",
            "Fatma Yılmaz (5321112233)",
            "  Fatma   Yılmaz – Tel. 905321112233 ",
            "Fatma Yılmaz ٠٥٣٢ ١١١ ٢٢ ٣٣",
        ] {
            assert_eq!(read(text, HOME), both, "{text}");
        }
        assert_eq!(read("Annem", HOME), who("Annem", ""));
        assert_eq!(read("0532 111 22 33", HOME), who("", "+905321112233"));
        assert_eq!(read("O'Brien Jr.", HOME), who("O'Brien Jr.", ""));
        assert_eq!(read("فاطمة", HOME), who("فاطمة", ""));
    }

    #[test]
    fn what_is_unclear_is_asked_for_again() {
        for text in ["Fatma 0532 111", "Fatma 05321112233445566", "12345", "Ali 1 2 3"] {
            assert_eq!(read(text, HOME), Err(Unclear::Phone), "{text}");
        }
        for text in ["", " ", "👍", "-", "tel", &"a".repeat(81)] {
            assert_eq!(read(text, HOME), Err(Unclear::Name), "{text}");
        }
    }

    #[test]
    fn a_number_is_found_among_other_words() {
        for text in [
            "0532 111 22 33",
            "numaram 0532 111 22 33",
            "tel: 05321112233",
            "0532 111 22 33 Ali",
            "رقمي ٠٥٣٢ ١١١ ٢٢ ٣٣",
        ] {
            assert_eq!(phone_in(text, HOME).as_deref(), Some("+905321112233"), "{text}");
        }
        for text in ["numaram 0532 111", "5 dakika", "Ali", ""] {
            assert_eq!(phone_in(text, HOME), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_as_the_country_writes_them() {
        let read = |text: &str, home: &str| phone(text, home).map(|p| p.as_str().to_owned());
        for (text, home, wanted) in [
            ("0532 111 22 33", "+905550000001", "+905321112233"),
            ("532 111 22 33", "+905550000001", "+905321112233"),
            ("90 532 111 22 33", "+905550000001", "+905321112233"),
            ("0090 532 111 22 33", "+905550000001", "+905321112233"),
            ("+49 30 123456", "+905550000001", "+4930123456"),
            ("030 123456", "+4930999999", "+4930123456"),
            ("612 345 678", "+34910000000", "+34612345678"),
            ("(11) 91234-5678", "+5511999999999", "+5511912345678"),
            ("06 12345678", "+39061111111", "+390612345678"),
            ("+966 50 123 4567", "+905550000001", "+966501234567"),
        ] {
            assert_eq!(read(text, home).as_deref(), Some(wanted), "{text} at {home}");
        }
        for text in ["", "0", "532", "0532 111", "532 111 22 33 44", "+0532 111 22 33", "abc", "+"]
        {
            assert_eq!(read(text, HOME), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_receiver_or_unclear(text: String) {
            if let Ok(who) = read(&text, HOME) {
                prop_assert!(who.name.is_some() || who.phone.is_some());
                if let Some(name) = who.name {
                    prop_assert!(name.chars().count() <= LONGEST_NAME && !name.trim().is_empty());
                }
                if let Some(phone) = who.phone {
                    prop_assert_eq!(PhoneNumber::parse(&phone).unwrap().to_string(), phone);
                }
            }
        }

        #[test]
        fn a_number_that_was_read_reads_the_same_again(text in "[0-9 ()+-]{1,20}") {
            if let Some(once) = phone(&text, HOME) {
                prop_assert_eq!(phone(once.as_str(), HOME), Some(once));
            }
        }
    }
}
