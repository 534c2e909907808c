//! Flow JSON: what just fits, and one fault at a time.

use serde_json::json;

use super::*;

/// The form of the documentation, complete.
fn address() -> Value {
    json!({"version": "7.1", "screens": [{"id": "ADDRESS", "title": "Delivery", "terminal": true,
        "success": true, "data": {"name": {"type": "string", "__example__": "Ada"}},
        "layout": {"type": "SingleColumnLayout", "children": [
            {"type": "Form", "name": "f", "init-values": {"name": "${data.name}"}, "children": [
                {"type": "TextInput", "name": "name", "label": "Full name", "required": true},
                {"type": "TextInput", "name": "phone", "label": "Phone", "input-type": "phone"},
                {"type": "TextArea", "name": "address", "label": "Address", "required": true},
                {"type": "Dropdown", "name": "slot", "label": "Slot", "data-source": [
                    {"id": "am", "title": "09-12"}, {"id": "pm", "title": "14-18"}]},
                {"type": "OptIn", "name": "optin", "label": "Send me order news"},
                {"type": "Footer", "label": "Save", "on-click-action": {"name": "complete",
                    "payload": {"name": "${form.name}", "phone": "${form.phone}",
                        "address": "${form.address}", "slot": "${form.slot}",
                        "optin": "${form.optin}"}}}]}]}}]})
}

const FORM: &str = "/screens/0/layout/children/0/children";

/// Paths of what is wrong after one change.
fn after(pointer: &str, value: Value) -> Vec<String> {
    let mut json = address();
    *json.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    paths(&json)
}

fn paths(json: &Value) -> Vec<String> {
    let path = |fault: &Value| fault["pointers"][0]["path"].as_str().unwrap().to_owned();
    faults(json).iter().map(path).collect()
}

#[test]
fn the_documented_form_is_fine() {
    assert_eq!(faults(&address()), Vec::<Value>::new());
}

#[test]
fn labels_just_fit_or_are_one_too_long() {
    let letters = |count: usize| json!("x".repeat(count));
    let footer = format!("{FORM}/5/label");
    let pairs = [
        (format!("{FORM}/0/label"), 20),
        (format!("{FORM}/2/label"), 20),
        (format!("{FORM}/3/label"), 30),
        (format!("{FORM}/3/data-source/0/title"), 30),
        (format!("{FORM}/4/label"), 30),
        (footer, 35),
    ];
    for (pointer, most) in pairs {
        assert_eq!(after(&pointer, letters(most)), Vec::<String>::new(), "{pointer}");
        assert_eq!(after(&pointer, letters(most + 1)).len(), 1, "{pointer}");
    }
    let emoji = "🏠".repeat(11);
    assert_eq!(after(&format!("{FORM}/0/label"), json!(emoji)).len(), 1);
}

#[test]
fn screens_have_names_ends_and_one_footer() {
    assert_eq!(after("/screens/0/id", json!("ADDRESS1")), ["screens[0].id"]);
    assert_eq!(after("/screens/0/id", json!("SUCCESS")), ["screens[0].id"]);
    assert_eq!(after("/version", json!("2.1")), ["version"]);
    let unfinished = after("/screens/0/terminal", json!(false));
    assert_eq!(unfinished.len(), 2, "{unfinished:?}");
    let footer = address().pointer(&format!("{FORM}/5")).unwrap().clone();
    assert_eq!(after(&format!("{FORM}/4"), footer).len(), 3, "two footers, and no optin in both");
    let mut twice = address();
    let again = twice["screens"][0].clone();
    twice["screens"].as_array_mut().unwrap().push(again);
    assert_eq!(paths(&twice), ["screens[1].id"]);
    assert_eq!(paths(&json!({"version": "7.3"})), ["screens"]);
}

#[test]
fn what_is_named_must_be_there() {
    let payload = format!("{FORM}/5/on-click-action/payload/name");
    assert_eq!(after(&payload, json!("${form.surname}")).len(), 1);
    assert_eq!(after(&payload, json!("${data.surname}")).len(), 1);
    assert_eq!(after(&format!("{FORM}/1/name"), json!("name")).len(), 2);
    let navigate = json!({"name": "navigate", "next": {"type": "screen", "name": "PAY"}});
    assert_eq!(after(&format!("{FORM}/5/on-click-action"), navigate).len(), 1);
    let exchange = json!({"name": "data_exchange", "payload": {}});
    assert_eq!(after(&format!("{FORM}/5/on-click-action"), exchange).len(), 1);
    assert_eq!(after("/screens/0/data", json!({})).len(), 1);
}

#[test]
fn keys_and_kinds_are_known() {
    let mut misspelt = address();
    misspelt.pointer_mut(&format!("{FORM}/0")).unwrap()["helper_text"] = json!("x");
    assert_eq!(faults(&misspelt)[0]["error"], "INVALID_PROPERTY_KEY");
    assert_eq!(after(&format!("{FORM}/0/type"), json!("TextField")).len(), 1);
    assert_eq!(after(&format!("{FORM}/1/input-type"), json!("tel")).len(), 1);
    let same = json!([{"id": "am", "title": "1"}, {"id": "am", "title": "2"}]);
    assert_eq!(after(&format!("{FORM}/3/data-source"), same).len(), 1);
    assert_eq!(after(&format!("{FORM}/3/data-source"), json!([])).len(), 1);
}

#[test]
fn five_boxes_at_most() {
    let boxes = |count: usize| {
        let mut json = address();
        let children = json.pointer_mut("/screens/0/layout/children").unwrap();
        let list = children.as_array_mut().unwrap();
        for n in 0..count {
            list.push(json!({"type": "OptIn", "name": format!("o{n}"), "label": "x"}));
        }
        paths(&json)
    };
    assert_eq!(boxes(4), Vec::<String>::new());
    assert_eq!(boxes(5), ["screens[0].layout.children"]);
}
