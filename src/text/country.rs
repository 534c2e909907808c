//! The language that most people of a country write in, as far as Sepet speaks it.

use super::Lang;

/// Calling codes with their language; the longest that fits counts.
const CODES: &[(Lang, &[&str])] = &[
    (Lang::Tr, &["90"]),
    (Lang::De, &["49", "43", "41", "423"]),
    (
        Lang::Es,
        &[
            "34", "52", "54", "56", "57", "58", "51", "53", "502", "503", "504", "505", "506",
            "507", "591", "593", "595", "598", "240", "1787", "1809", "1829", "1849", "1939",
        ],
    ),
    (Lang::PtBr, &["55", "351", "244", "258", "238", "239", "245"]),
    (
        Lang::Ar,
        &[
            "20", "212", "213", "216", "218", "222", "249", "961", "962", "963", "964", "965",
            "966", "967", "968", "970", "971", "973", "974",
        ],
    ),
];

/// Countries (ISO 3166) with their language.
const COUNTRIES: &[(Lang, &[&str])] = &[
    (Lang::Tr, &["TR"]),
    (Lang::De, &["DE", "AT", "CH", "LI"]),
    (
        Lang::Es,
        &[
            "ES", "MX", "AR", "CL", "CO", "VE", "PE", "CU", "GT", "SV", "HN", "NI", "CR", "PA",
            "BO", "EC", "PY", "UY", "GQ", "PR", "DO",
        ],
    ),
    (Lang::PtBr, &["BR", "PT", "AO", "MZ", "CV", "ST", "GW"]),
    (
        Lang::Ar,
        &[
            "EG", "MA", "DZ", "TN", "LY", "MR", "SD", "LB", "JO", "SY", "IQ", "KW", "SA", "YE",
            "OM", "PS", "AE", "BH", "QA",
        ],
    ),
];

/// The language of a phone number's country, `+` and digits.
#[must_use]
pub fn language_of_phone(phone: &str) -> Option<Lang> {
    let digits = phone.strip_prefix('+')?;
    let all = CODES.iter().flat_map(|&(lang, codes)| codes.iter().map(move |code| (lang, *code)));
    let fits = all.filter(|(_, code)| digits.starts_with(code));
    fits.max_by_key(|(_, code)| code.len()).map(|(lang, _)| lang)
}

/// The language of the country that a BSUID begins with: `TR.…`.
#[must_use]
pub fn language_of_bsuid(bsuid: &str) -> Option<Lang> {
    let (country, _) = bsuid.split_once('.')?;
    COUNTRIES.iter().find(|(_, all)| all.contains(&country)).map(|&(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_told_by_phone_and_by_bsuid() {
        let all = [
            ("+905551112233", "TR.1", Some(Lang::Tr)),
            ("+4915112345678", "DE.1", Some(Lang::De)),
            ("+34600111222", "ES.1", Some(Lang::Es)),
            ("+5215512345678", "MX.1", Some(Lang::Es)),
            ("+18095551234", "DO.1", Some(Lang::Es)),
            ("+5511987654321", "BR.1", Some(Lang::PtBr)),
            ("+201001234567", "EG.1", Some(Lang::Ar)),
            ("+971501234567", "AE.1", Some(Lang::Ar)),
            ("+12125551234", "US.1", None),
            ("+442071234567", "GB.1", None),
        ];
        for (phone, bsuid, lang) in all {
            assert_eq!(language_of_phone(phone), lang, "{phone}");
            assert_eq!(language_of_bsuid(bsuid), lang, "{bsuid}");
        }
        assert_eq!(language_of_phone("905551112233"), None);
        assert_eq!(language_of_bsuid("TR"), None);
    }
}
