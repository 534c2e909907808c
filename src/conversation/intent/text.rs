//! What a text asks for: the words that work everywhere, an answer to the open question, or what is looked for. Pure.

use super::{At, Intent, ways};
use crate::{
    cart::{MAX_QUANTITY, link::token},
    catalog::search::only_fillers,
    conversation::{
        action::{Action, OrderAction},
        context::Context,
        destination::{LETTERS, SHORTEST_ADDRESS},
        find::Find,
        step::Step,
    },
    order::number,
    text::{
        self, Place, Topic, Wish, Word, agrees, count, declines, leaves, lets_it_be, nearly_greets,
        phrase, place, question, wants_to_order, wish, word,
    },
};

/// How long after the last message a number is still the quantity that was asked for, milliseconds. Later it is asked
/// again, so that a stray number changes no cart.
pub(in crate::conversation) const QUANTITY_WAITS_MS: i64 = 30 * 60 * 1_000;
/// The same for the note of a cart. Later the cart is shown.
pub(super) const NOTE_WAITS_MS: i64 = 30 * 60 * 1_000;
/// The same for a yes to the question whether an order is to be cancelled. Later it is no answer.
pub(super) const QUESTION_WAITS_MS: i64 = 30 * 60 * 1_000;
/// Digits of a number that is looked for nowhere: longer ones may be bar codes.
pub(super) const SHORT_NUMBER: usize = 3;
/// The same for an address, a name, a note.
pub(super) const TEXT_WAITS_MS: i64 = 24 * 60 * 60 * 1_000;

pub(super) fn of_text(text: &str, about: Option<&str>, at: At<'_>) -> Intent {
    if let Some(intent) = of_card(text, at).filter(|_| about.is_none()) {
        return intent;
    }
    if let Some(token) = token::find(text) {
        return Intent::Link(token);
    }
    // A reply to a message about an order means that order.
    let quoted = at.quoted.and_then(|context| context.order.clone());
    if let Some(choice) = ways::chosen(text, at).filter(|_| about.is_none()) {
        return choice;
    }
    let word = word(text, at.lang).or_else(|| within(text, at.step));
    if let (Step::AskCancel { order }, Some(word)) = (at.step, word) {
        let number = number::of_digits(order);
        let is_answer = quoted.as_ref().is_none_or(|quoted| *quoted == number);
        let in_time = at.idle_ms <= QUESTION_WAITS_MS && !lets_it_be(text);
        match word {
            // It says what it means, however late. What binds is tapped: the question comes with its buttons.
            Word::CancelOrder if is_answer => {
                return Intent::Do(Action::OfOrder(number, OrderAction::Cancel));
            }
            Word::Yes | Word::Cancel if is_answer && in_time => {
                return Intent::Do(Action::OfOrder(number, OrderAction::Cancel));
            }
            Word::Yes | Word::Cancel | Word::No | Word::Back if is_answer => {
                return Intent::Do(Action::Order(number));
            }
            _ => {}
        }
    }
    if let (Some(number), Some(word)) = (&quoted, word) {
        let of_it = |action| Intent::Do(Action::OfOrder(number.clone(), action));
        match word {
            Word::Human => return of_it(OrderAction::Talk),
            Word::Cancel | Word::CancelOrder => return of_it(OrderAction::Cancel),
            Word::Again => return Intent::Do(Action::Again(Some(number.clone()))),
            Word::Orders => return Intent::Do(Action::Order(number.clone())),
            _ => {}
        }
    }
    // Out of the question about an order there is the order.
    if let (Some(number), Some(Word::Back | Word::Cancel | Word::CancelOrder | Word::No)) =
        (at.readdressed(), word)
    {
        return Intent::Do(Action::Order(number));
    }
    match word {
        Some(Word::Greeting) => return Intent::Greet,
        Some(Word::Menu) => return Intent::Do(Action::Menu(0)),
        Some(Word::Cart) => return Intent::Do(Action::Cart),
        Some(Word::Orders) => return Intent::Do(Action::Orders(0)),
        Some(Word::Human) => return Intent::Do(Action::Human),
        Some(Word::Help) => return Intent::Do(Action::Help),
        Some(Word::Stop) => return Intent::Do(Action::Notices(false)),
        Some(Word::Start) => return Intent::Do(Action::Notices(true)),
        Some(Word::Language(lang)) => return Intent::Do(Action::Language(lang)),
        Some(Word::Back) => return Intent::Back,
        // The summary that this was asked from is still there.
        Some(Word::Cancel) if at.step == Step::AskReceiver && lets_it_be(text) => {
            return Intent::Back;
        }
        Some(Word::Cancel) => return Intent::Cancel,
        Some(Word::CancelOrder) => return Intent::CancelOrder,
        Some(Word::Checkout) => return Intent::Checkout,
        Some(Word::Again) => return Intent::Do(Action::Again(None)),
        Some(Word::Restore) => return Intent::Do(Action::Restore),
        Some(Word::Thanks) => return Intent::Thanks,
        Some(Word::Yes) => return answered(Intent::Yes, at.step),
        Some(Word::No) => return answered(Intent::No, at.step),
        None => {}
    }
    match (quoted, at.step) {
        (None, Step::AskOrderAddress { order }) if about.is_none() => {
            return of_address(text, number::of_digits(order), at.idle_ms);
        }
        (Some(number), Step::AskOrderAddress { order }) if number == number::of_digits(order) => {
            return of_address(text, number, at.idle_ms);
        }
        (Some(number), _) => return Intent::OrderSaid { number, media: false },
        (None, _) => {}
    }
    if let Some(intent) = of_goods(text, at).filter(|_| about.is_none()) {
        return intent;
    }
    if let Some(intent) = aside(text, at.step).filter(|_| about.is_none()) {
        return intent;
    }
    match (at.step, about) {
        (_, Some(sku)) => Intent::About(sku.to_owned()),
        (
            Step::AskAddress | Step::AskReceiver | Step::AskContact | Step::AskNote | Step::AskDoor,
            None,
        ) if at.idle_ms > TEXT_WAITS_MS => Intent::Checkout,
        (Step::AskAddress, None) => {
            Intent::Address { text: text.trim().to_owned(), coordinates: None }
        }
        // The question says that the address may be written at once.
        (Step::AskDelivery, None)
            if (is_street(text)
                || (is_like_an_address(text) && text::ways(text).said.is_empty()))
                && at.idle_ms <= TEXT_WAITS_MS =>
        {
            Intent::Address { text: text.trim().to_owned(), coordinates: None }
        }
        (Step::AskReceiver | Step::AskContact | Step::AskNote | Step::AskDoor, None) => {
            Intent::Told(text.trim().to_owned())
        }
        (Step::AskQuantity { code }, None) => match text::pieces(text) {
            Some(_) if at.idle_ms > QUANTITY_WAITS_MS => Intent::AskQuantity { code },
            Some(number) => pieces(code, number),
            // `How much is it?`
            None if only_fillers(text) && text.contains(char::is_alphabetic) => {
                Intent::AskQuantity { code }
            }
            None => looked_for(text, at),
        },
        (Step::AskCartNote, None) if at.idle_ms <= NOTE_WAITS_MS => Intent::Note(text.to_owned()),
        (Step::AskCartNote, None) => Intent::Do(Action::Cart),
        (Step::Start | Step::AskCancel { .. }, None) => looked_for(text, at),
        (
            Step::AskBoth
            | Step::AskDelivery
            | Step::AskPayment
            | Step::Confirm
            | Step::AskOrderAddress { .. },
            None,
        ) => Intent::NotUnderstood,
    }
}

/// A word inside of a longer text, where no text of that kind is waited for. An address has a number.
pub(super) fn within(text: &str, step: Step) -> Option<Word> {
    let always = || phrase(text, &[Word::Human, Word::Stop]);
    match step {
        // No name has these words.
        Step::AskReceiver if lets_it_be(text) && !has_number(text) => {
            phrase(text, &[Word::Cancel]).or_else(|| leaves(text).then_some(Word::Cancel))
        }
        Step::AskNote | Step::AskCartNote => declines(text).then_some(Word::No),
        Step::AskReceiver | Step::AskContact | Step::AskDoor => None,
        Step::AskAddress | Step::AskOrderAddress { .. } if has_number(text) => None,
        Step::AskAddress | Step::AskOrderAddress { .. } => {
            phrase(text, &[Word::Human, Word::Cancel, Word::CancelOrder, Word::Stop])
                .or_else(|| leaves(text).then_some(Word::Cancel))
        }
        Step::Start | Step::AskQuantity { .. } | Step::AskCancel { .. } => {
            always().or_else(|| phrase(text, &[Word::CancelOrder, Word::Orders]))
        }
        Step::AskBoth | Step::AskDelivery | Step::AskPayment | Step::Confirm => always(),
    }
}

/// What is said in reply to goods that we showed: a number of pieces of them, or something that begins with them.
fn of_goods(text: &str, at: At<'_>) -> Option<Intent> {
    let quoted = at.quoted?;
    let free = is_free(at.step);
    match (quoted.variant, &quoted.sku) {
        (Some(code), _) => match text::pieces(text) {
            Some(number) => Some(pieces(code, number)),
            None => free.then_some(Intent::Do(Action::Variant(code))),
        },
        (None, Some(sku)) => free.then(|| Intent::About(sku.clone())),
        (None, None) => None,
    }
}

/// Whether nothing is asked but how many.
fn is_free(step: Step) -> bool {
    matches!(step, Step::Start | Step::AskQuantity { .. } | Step::AskCancel { .. })
}

/// What is wanted of the card that is replied to, else of the one that was shown last. Much later that is shown again.
fn of_card(text: &str, at: At<'_>) -> Option<Intent> {
    let nothing = Context::default();
    let (code, late) = match (at.step, at.quoted.unwrap_or(&nothing)) {
        (step, Context { order: None, variant: Some(code), .. }) if is_free(step) => (*code, false),
        (Step::AskQuantity { code }, context) if *context == nothing => {
            (code, at.idle_ms > QUANTITY_WAITS_MS)
        }
        _ => return None,
    };
    let wish = wish(text).filter(|_| text::pieces(text).is_none())?;
    Some(match wish {
        _ if late => Intent::AskQuantity { code },
        Wish::Piece => Intent::Wanted { code },
        Wish::Buy => Intent::Do(Action::Buy(code)),
    })
}

fn pieces(code: i64, number: i64) -> Intent {
    let quantity = u32::try_from(number).ok().filter(|n| *n <= MAX_QUANTITY);
    Intent::Quantity { code, quantity }
}

/// What answers no open question, though it is a text: a question, a greeting with a mistake, or a yes in other words to
/// the summary. Names and notes may read like all of them.
fn aside(text: &str, step: Step) -> Option<Intent> {
    let asked = question(text);
    match step {
        Step::AskAddress | Step::AskDelivery | Step::AskPayment | Step::AskDoor | Step::Confirm => {
            let greets = || nearly_greets(text).then_some(Intent::Greet);
            let summed = matches!(step, Step::Confirm | Step::AskDoor);
            let agreed = || (summed && agrees(text)).then(|| answered(Intent::Yes, step));
            asked.map(Intent::Asked).or_else(greets).or_else(agreed)
        }
        Step::AskReceiver | Step::AskContact => asked.filter(|q| q.marked).map(Intent::Asked),
        Step::AskBoth => nearly_greets(text).then_some(Intent::Greet),
        Step::Start | Step::AskQuantity { .. } | Step::AskCancel { .. } => asked
            .filter(|q| q.order && q.topic == Topic::Time)
            .map(|_| Intent::Do(Action::Orders(0))),
        Step::AskCartNote | Step::AskNote | Step::AskOrderAddress { .. } => None,
    }
}

/// A yes or a no, where no text of another kind is waited for. To a note a no is none.
fn answered(answer: Intent, step: Step) -> Intent {
    match step {
        Step::AskCartNote if answer == Intent::No => Intent::Do(Action::Cart),
        Step::AskNote if answer == Intent::No => Intent::Back,
        Step::Start
        | Step::AskQuantity { .. }
        | Step::AskCancel { .. }
        | Step::AskBoth
        | Step::AskDelivery
        | Step::AskPayment
        | Step::Confirm => answer,
        Step::AskAddress
        | Step::AskReceiver
        | Step::AskContact
        | Step::AskNote
        | Step::AskDoor
        | Step::AskCartNote
        | Step::AskOrderAddress { .. } => Intent::NotUnderstood,
    }
}

/// Words that are none of ours and answer no question. A short number is no name of anything.
fn looked_for(text: &str, at: At<'_>) -> Intent {
    let asks = question(text).is_some();
    if !at.first && !asks && wants_to_order(text) {
        return Intent::Checkout;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let find = Find::words(text, at.first);
    match find.filter(|_| count(text).is_none() || digits > SHORT_NUMBER) {
        Some(find) => {
            let may_be = !asks && is_like_an_address(text) && at.idle_ms <= TEXT_WAITS_MS;
            let address = may_be.then(|| text.trim().to_owned());
            Intent::Find(Find { address, ..find })
        }
        None if at.first => Intent::Greet,
        None => Intent::NotUnderstood,
    }
}

/// A text where the new address of an order is waited for. Too late, it shows the order first.
fn of_address(text: &str, number: String, idle_ms: i64) -> Intent {
    if idle_ms > TEXT_WAITS_MS {
        return Intent::Do(Action::Order(number));
    }
    if question(text).is_some() {
        return Intent::OrderSaid { number, media: false };
    }
    Intent::OrderAddress { number, text: text.trim().to_owned(), coordinates: None }
}

/// Long enough, with a number in it: streets have doors. A number of pieces or an hour is no door.
fn is_like_an_address(text: &str) -> bool {
    is_long(text) && has_number(text) && place(text) != Place::Not
}

/// Long enough, with the name of a street: what lacks is asked for.
fn is_street(text: &str) -> bool {
    is_long(text) && place(text) == Place::Surely
}

/// Long enough for an address. What has paragraphs is none: a bubble of ours that was sent back.
fn is_long(text: &str) -> bool {
    let text = text.trim();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= LETTERS && text.chars().count() >= SHORTEST_ADDRESS && !text.contains("\n\n")
}

pub(in crate::conversation) fn has_number(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}
