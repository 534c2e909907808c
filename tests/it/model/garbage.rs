//! What people and machines write that nobody asked for.

use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};

const FAMILIES: &[&str] = &["👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇹🇷🇩🇪", "1️⃣", "🧑🏿‍❤️‍💋‍🧑🏻", "☕", "❤️‍🔥"];
const WORDS: &[&str] = &[
    "مرحبا بالعالم",
    "\u{202e}sepet\u{202c}",
    "\u{2067}שלום\u{2069} x2",
    "z̶̢̛͓̦͎̫͖̝͈̹̤a̴̢͉͔̳l̵g̷o̸",
    "नमस्ते दुनिया",
    "สวัสดี",
    "日本語のテキスト",
    "кофе",
    "İIıiŞşĞğ",
    "ﬁ ½ Ⅷ ㎏",
    "a\u{0}b",
    "\u{feff}\u{200b}\u{200d}",
    "\u{fe0f}",
    "{ $total } { -brand } {\"}\"}",
    "*_~`kalın`~_*",
    "'; DROP TABLE orders; --",
    "<b>merhaba</b> &amp;",
    "cart:1:1:confirm",
    "menu:0",
    "https://example.com/?q=a%20b#c",
    "null",
    "\\u0000 \\n \\\\",
    "helo",
    "merhabaaa",
    "kargo ne kadar?",
    "when does it come",
    "¿cuánto cuesta el envío?",
    "متى يصل الطلب؟",
    "haben Sie heute offen",
    "siparişim ne zaman gelir",
    "...",
    "?",
    "!!!",
    "—",
    "%s %d %n",
    "\t\t",
    "line\nline\n\n\nline",
    "\r\n\r\n",
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "7",
    "12",
    "99",
    "100",
    "150",
    "-1",
    "2,5",
    "1e9",
    "3 adet",
    "x4",
    "5×",
    "10 tane lütfen",
    "٣",
    "３",
    "0532 111 22 33",
    "99999999999999999999",
    "+7",
    "1.",
    "007",
];

/// Some text that no rule waits for.
pub(super) fn text(rng: &mut StdRng) -> String {
    match rng.random_range(0..10) {
        0 => FAMILIES.choose(rng).unwrap().repeat(rng.random_range(1..40)),
        1 => "ğ̈́".repeat(3_000),
        2 => "uzun".repeat(2_500),
        3 => {
            let count = rng.random_range(1..120);
            (0..count)
                .map(|_| char::from_u32(rng.random_range(1..0x3_0000)).unwrap_or('?'))
                .collect()
        }
        _ => (*WORDS.choose(rng).unwrap()).to_owned(),
    }
}

/// Something like a number.
pub(super) fn number(rng: &mut StdRng) -> &'static str {
    NUMBERS.choose(rng).unwrap()
}
