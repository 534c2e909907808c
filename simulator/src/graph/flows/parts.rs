//! The components of a screen: which keys they have, and how long their texts may be.

use serde_json::Value;

use super::json::{Faults, is_dynamic, repeated};

/// One kind of component.
pub(super) struct Part {
    pub(super) name: &'static str,
    /// Must be there.
    required: &'static [&'static str],
    /// May be there.
    optional: &'static [&'static str],
    /// Characters of a text at most (UTF-16 units).
    lengths: &'static [(&'static str, usize)],
}

const CHOICE: &[(&str, usize)] = &[("label", 30), ("description", 300)];
const CHOICE_KEYS: &[&str] = &[
    "description",
    "required",
    "enabled",
    "visible",
    "init-value",
    "media-size",
    "min-selected-items",
    "max-selected-items",
    "error-message",
    "on-select-action",
    "on-unselect-action",
];
const TEXT_KEYS: &[&str] = &["visible", "font-weight", "strikethrough", "markdown"];

/// Source: Flow JSON components (read 2026).
const PARTS: &[Part] = &[
    Part {
        name: "Form",
        required: &["name", "children"],
        optional: &["init-values", "error-messages"],
        lengths: &[],
    },
    Part {
        name: "TextHeading",
        required: &["text"],
        optional: TEXT_KEYS,
        lengths: &[("text", 80)],
    },
    Part {
        name: "TextSubheading",
        required: &["text"],
        optional: TEXT_KEYS,
        lengths: &[("text", 80)],
    },
    Part {
        name: "TextBody",
        required: &["text"],
        optional: TEXT_KEYS,
        lengths: &[("text", 4_096)],
    },
    Part {
        name: "TextCaption",
        required: &["text"],
        optional: TEXT_KEYS,
        lengths: &[("text", 4_096)],
    },
    Part { name: "RichText", required: &["text"], optional: &["visible"], lengths: &[] },
    Part {
        name: "Image",
        required: &["src"],
        optional: &["width", "height", "scale-type", "aspect-ratio", "alt-text"],
        lengths: &[],
    },
    Part {
        name: "TextInput",
        required: &["name", "label"],
        optional: &[
            "label-variant",
            "input-type",
            "pattern",
            "required",
            "min-chars",
            "max-chars",
            "helper-text",
            "visible",
            "enabled",
            "init-value",
            "error-message",
        ],
        lengths: &[("label", 20), ("helper-text", 80), ("error-message", 30)],
    },
    Part {
        name: "TextArea",
        required: &["name", "label"],
        optional: &[
            "label-variant",
            "required",
            "max-length",
            "helper-text",
            "visible",
            "enabled",
            "init-value",
            "error-message",
        ],
        lengths: &[("label", 20), ("helper-text", 80)],
    },
    Part {
        name: "Dropdown",
        required: &["name", "label", "data-source"],
        optional: CHOICE_KEYS,
        lengths: CHOICE,
    },
    Part {
        name: "RadioButtonsGroup",
        required: &["name", "data-source"],
        optional: &["label"],
        lengths: CHOICE,
    },
    Part {
        name: "CheckboxGroup",
        required: &["name", "data-source"],
        optional: &["label"],
        lengths: CHOICE,
    },
    Part {
        name: "ChipsSelector",
        required: &["name", "label", "data-source"],
        optional: CHOICE_KEYS,
        lengths: CHOICE,
    },
    Part {
        name: "DatePicker",
        required: &["name", "label"],
        optional: &[
            "min-date",
            "max-date",
            "unavailable-dates",
            "visible",
            "helper-text",
            "enabled",
            "required",
            "init-value",
            "error-message",
            "on-select-action",
        ],
        lengths: &[("label", 40), ("helper-text", 80)],
    },
    Part {
        name: "OptIn",
        required: &["name", "label"],
        optional: &[
            "required",
            "visible",
            "init-value",
            "on-click-action",
            "on-select-action",
            "on-unselect-action",
        ],
        lengths: &[("label", 30)],
    },
    Part {
        name: "EmbeddedLink",
        required: &["text", "on-click-action"],
        optional: &["visible"],
        lengths: &[("text", 25)],
    },
    Part {
        name: "Footer",
        required: &["label", "on-click-action"],
        optional: &["left-caption", "center-caption", "right-caption", "enabled"],
        lengths: &[
            ("label", 35),
            ("left-caption", 15),
            ("center-caption", 15),
            ("right-caption", 15),
        ],
    },
];

/// The component of that name; those that the phone here cannot draw are not known.
pub(super) fn known(name: &str) -> Option<&'static Part> {
    PARTS.iter().find(|part| part.name == name)
}

/// Keys, lengths and choices of one component.
pub(super) fn check(part: &Part, given: &Value, path: &str, found: &mut Faults) {
    let choice = given.get("data-source").is_some();
    for key in part.required {
        if given.get(*key).is_none_or(|value| value.as_str() == Some("")) {
            found.missing(&format!("{path}.{key}"), key);
        }
    }
    for key in given.as_object().into_iter().flatten().map(|(key, _)| key.as_str()) {
        let known = key == "type"
            || part.required.contains(&key)
            || part.optional.contains(&key)
            || (choice && CHOICE_KEYS.contains(&key));
        if !known {
            let path = format!("{path}.{key}");
            found.add("INVALID_PROPERTY_KEY", &path, format!("{} has no {key}", part.name));
        }
    }
    for (key, most) in part.lengths {
        length(&given[*key], *most, &format!("{path}.{key}"), found);
    }
    if let Some(kind) = given.get("input-type")
        && !["text", "number", "email", "password", "passcode", "phone"].iter().any(|k| kind == k)
    {
        found.value(&format!("{path}.input-type"), format!("{kind} is no kind of input"));
    }
    if let Some(source) = given.get("data-source") {
        options(source, &format!("{path}.data-source"), found);
    }
}

fn options(source: &Value, path: &str, found: &mut Faults) {
    if source.as_str().is_some_and(is_dynamic) {
        return;
    }
    let list = source.as_array().map_or(&[][..], Vec::as_slice);
    if list.is_empty() || list.len() > 200 {
        found.value(path, "1 to 200 options".into());
    }
    for (at, option) in list.iter().enumerate() {
        let path = format!("{path}[{at}]");
        for key in ["id", "title"] {
            if option[key].as_str().is_none_or(str::is_empty) {
                found.missing(&format!("{path}.{key}"), key);
            }
        }
        for (key, most) in [("title", 30), ("description", 300), ("metadata", 20)] {
            length(&option[key], most, &format!("{path}.{key}"), found);
        }
    }
    if let Some(id) = repeated(list.iter().filter_map(|option| option["id"].as_str())) {
        found.value(path, format!("the option {id} is there twice"));
    }
}

fn length(text: &Value, most: usize, path: &str, found: &mut Faults) {
    let Some(text) = text.as_str().filter(|text| !is_dynamic(text)) else { return };
    if text.encode_utf16().count() > most {
        found.value(path, format!("longer than {most} characters (UTF-16 units)"));
    }
}
