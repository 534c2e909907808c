//! The built-in texts: the files of `texts/`, compiled in; `build.rs` names them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use fluent_syntax::{ast, serializer};

use super::{
    Lang, lang,
    pattern::{Named, plain},
};

/// The tag of a language and one of its files, each in the order of their names.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/texts.rs"));

pub(super) type Bundle = FluentBundle<FluentResource>;

/// A text as its file has it.
pub(super) struct Source {
    /// Without its key and without the indentation.
    pub text: String,
    pub variables: BTreeSet<String>,
}

struct BuiltIn {
    bundle: Bundle,
    texts: BTreeMap<String, Source>,
}

static ALL: LazyLock<Vec<BuiltIn>> = LazyLock::new(|| Lang::ALL.map(read).into());

fn read(lang: Lang) -> BuiltIn {
    let mut built_in = BuiltIn { bundle: bundle(lang), texts: BTreeMap::new() };
    for (_, file) in FILES.iter().filter(|(tag, _)| *tag == lang.tag()) {
        // A file with a fault still says the rest; a test finds the fault.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(rest, _)| rest);
        for entry in resource.entries() {
            let ast::Entry::Message(message) = entry else { continue };
            let Some(pattern) = &message.value else { continue };
            let alone = ast::Message { comment: None, ..message.clone() };
            let body = vec![ast::Entry::Message(alone)];
            let text = plain(&serializer::serialize(&ast::Resource { body }));
            let variables = Named::in_pattern(pattern).variables;
            built_in.texts.insert(message.id.name.to_owned(), Source { text, variables });
        }
        built_in.bundle.add_resource_overriding(resource);
    }
    built_in
}

/// An empty bundle that writes as the language does. Text from right to left sets values apart, so that a title or a
/// price in Latin letters turns nothing around it.
pub(super) fn bundle(lang: Lang) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.id().clone()]);
    bundle.set_use_isolating(lang.is_rtl());
    bundle.set_formatter(Some(lang::counts(lang)));
    bundle
}

/// Every text of a language by its key.
pub(super) fn texts(lang: Lang) -> &'static BTreeMap<String, Source> {
    &ALL[lang as usize].texts
}

/// A text of a language with its values.
pub(super) fn say(lang: Lang, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    format(&ALL[lang as usize].bundle, key, args)
}

/// A text of a bundle with its values; none when it is not there or needs another value.
pub(super) fn format(bundle: &Bundle, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut faults = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut faults).into_owned();
    faults.is_empty().then_some(text)
}
