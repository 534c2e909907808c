//! Goods that are looked for by words: what was found, page by page. Pure.

use super::{
    action::Action,
    asked, destination, menu,
    show::{self, Choice},
    step::{Chat, Decision, StepError, not_understood},
    view::FoundPage,
};
use crate::{
    cart::Offers,
    catalog::search::{Found, has_words, only_fillers},
    message::Referral,
    text::{is_for_people, nearly_greets, t, t_with},
};

/// UTF-16 units of a query: it travels in the ids of rows, which hold 200.
const QUERY: usize = 150;
/// UTF-16 units of a query as it is shown.
const SHOWN: usize = 60;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Find {
    /// As it was written, fit for the id of a row.
    pub query: String,
    pub page: u32,
    /// These are the customer's first words: what is found is shown with the greeting.
    pub first: bool,
    /// The whole text, when it may as well be an address.
    pub address: Option<String>,
    /// They stand below a picture, which nobody here can see.
    pub media: bool,
    /// What the ad says that was tapped before, looked for first: its id, its headline, its text.
    pub ad: Vec<String>,
}

impl Find {
    /// The first page of what `text` may mean; `None` when there is no word in it.
    #[must_use]
    pub fn words(text: &str, first: bool) -> Option<Self> {
        let query = query(text);
        has_words(&query).then_some(Self { query, first, ..Self::default() })
    }

    /// What an ad shows, else what is written with it. A product whose keywords hold the ad's id is what it shows.
    #[must_use]
    pub fn of_ad(ad: &Referral, text: &str, first: bool) -> Self {
        let said = [&ad.source_id, &ad.headline, &ad.body].into_iter().flatten();
        let ad = said.map(|text| query(text)).filter(|said| has_words(said)).collect();
        Self { query: query(text), first, ad, ..Self::default() }
    }
}

/// One line of whole words that fits into the id of a row on every page alike.
fn query(text: &str) -> String {
    let mut query = String::new();
    let mut left = QUERY;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let wide = word.encode_utf16().count() + 1;
        if wide > left {
            break;
        }
        if !word.is_empty() {
            left -= wide;
            query.push_str(if query.is_empty() { "" } else { " " });
            query.push_str(word);
        }
    }
    query
}

/// What was found: the one thing itself, unless it is a guess; else a list; or that there is no such thing.
pub(super) fn answer(chat: &Chat, find: &Find, offers: &Offers) -> Result<Decision, StepError> {
    let welcome = find.first.then(|| menu::welcome(chat));
    let unsure = !chat.view.found_whole() && find.ad.is_empty();
    if unsure && nearly_greets(&find.query) {
        return menu::greet(chat);
    }
    let asked = asked::about_the_shop(&find.query).filter(|_| unsure);
    let Some(page) = chat.view.found.as_ref().filter(|page| !page.found.is_empty()) else {
        return match asked {
            Some(question) => asked::answer(chat, question, welcome, offers),
            None => nothing(chat, find, offers),
        };
    };
    let of_ad = page.of_ad.then(|| t(&chat.voice, "find-ad"));
    // `How much is shipping for filter coffee?`
    let said = asked.map(|question| asked::said(chat, question)).transpose()?.flatten();
    let of_ad = of_ad.or(said);
    if page.page == 0
        && !page.more
        && let [only] = page.found[..]
        && !only.guessed
    {
        let near = of_ad.or_else(|| (!page.whole).then(|| lead(chat, page)));
        let words = joined(welcome, near);
        return match variant_of(chat, offers, only) {
            Some(code) => menu::variant_with(chat, code, words, offers),
            None => menu::product_with(chat, only.product, 0, words, offers),
        };
    }
    let lead = of_ad.unwrap_or_else(|| lead(chat, page));
    let body = joined(welcome, Some(lead)).unwrap_or_default();
    list(chat, page, &body, offers)
}

fn list(chat: &Chat, page: &FoundPage, body: &str, offers: &Offers) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    let row = |found: &Found| -> Option<Choice> {
        match variant_of(chat, offers, *found) {
            Some(code) => menu::variant_row(chat, offers, code),
            None => menu::product_row(chat, offers, found.product),
        }
    };
    let rows: Vec<Choice> = page.found.iter().filter_map(row).collect();
    let mut rest = Vec::new();
    if page.more {
        let next = Action::Find(page.page + 1, page.query.clone());
        rest.push(show::choice(voice, next, "more"));
    }
    rest.push(show::choice(voice, Action::Menu(0), "menu-button"));
    rest.push(show::choice(voice, Action::Human, "menu-human-row"));
    let sections =
        vec![(Some(t(voice, "menu-goods-products")), rows), (Some(t(voice, "menu-rest")), rest)];
    Ok(Decision::say(show::list(voice, body, sections)?))
}

fn nothing(chat: &Chat, find: &Find, offers: &Offers) -> Result<Decision, StepError> {
    if let Some(address) = find.address.as_ref().filter(|_| destination::is_missing(chat)) {
        return destination::given(chat, address, None, offers);
    }
    if find.first || (!find.ad.is_empty() && only_fillers(&find.query)) {
        return menu::greet(chat);
    }
    if find.media {
        return not_understood(chat, "no-media", offers);
    }
    if only_fillers(&find.query) {
        return not_understood(chat, "not-understood", offers);
    }
    if is_for_people(&find.query) {
        return asked::for_people(chat);
    }
    let query = show::short::<SHOWN>(&find.query);
    let lead = t_with(&chat.voice, "find-nothing", [("query", query.into())]);
    let lead = format!("{lead} {}", t(&chat.voice, "menu-instead"));
    Ok(menu::menu(chat, 0, Some(lead))?.wait(chat.step).missed())
}

fn lead(chat: &Chat, page: &FoundPage) -> String {
    let key = match (page.whole, &page.found[..]) {
        (true, _) => "find-found",
        (false, [_]) => "find-near-one",
        (false, _) => "find-near",
    };
    t_with(&chat.voice, key, [("query", show::short::<SHOWN>(&page.query).into())])
}

/// The code of the variant that was meant and of no other.
fn variant_of(chat: &Chat, offers: &Offers, found: Found) -> Option<i64> {
    let offer = offers.get(found.variant?)?;
    let own = offer.product.id == found.product && offer.variant.shop_id == chat.shop.id;
    own.then_some(offer.variant.code)
}

fn joined(a: Option<String>, b: Option<String>) -> Option<String> {
    match (a, b) {
        (Some(a), Some(b)) => Some(format!("{a}\n\n{b}")),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{conversation::sample, message::Outbound};

    #[test]
    fn a_guess_is_told_and_no_card() {
        let mut chat = sample::chat();
        let mut offers = Offers::default();
        sample::put(&mut offers, chat.shop.id, 1, 1_000, None);
        let product = offers.by_code(chat.shop.id, 1).unwrap().product.id;
        let find = Find::words("milk", false).unwrap();
        let mut answered = |guessed: bool| {
            let found = vec![Found { product, variant: None, guessed }];
            let query = find.query.clone();
            let page = FoundPage { query, found, whole: !guessed, ..FoundPage::default() };
            chat.view.found = Some(page);
            answer(&chat, &find, &offers).unwrap().replies
        };
        assert!(matches!(answered(false)[..], [Outbound::Buttons(_)]));
        let guess = answered(true);
        let [Outbound::List(list)] = &guess[..] else { panic!("{guess:?} is no list") };
        let body = list.parts().1.as_str();
        assert!(body.contains("milk") && body.contains("tam olarak yok"), "{body}");
    }

    #[test]
    fn a_query_is_one_line_of_whole_words() {
        let find = |text: &str| Find::words(text, false).map(|find| find.query);
        assert_eq!(find("  çekirdek\n kahve\t1kg ").as_deref(), Some("çekirdek kahve 1kg"));
        assert_eq!(find("😀 !"), None);
        let long = "kahve ".repeat(100);
        assert_eq!(find(&long).unwrap().chars().count(), 25 * 6 - 1);
    }

    proptest! {
        #[test]
        fn a_query_fits_into_the_id_of_a_row(text: String, page: u32) {
            if let Some(find) = Find::words(&text, false) {
                let action = Action::Find(page, find.query.clone());
                let id = action.to_string();
                prop_assert!(id.encode_utf16().count() <= 200);
                prop_assert_eq!(id.parse(), Ok(action));
                // The next page asks for the same.
                prop_assert_eq!(Find::words(&find.query, false), Some(find));
            }
        }
    }
}
