//! A message on the customer's screen, read from exactly what was sent to the Graph API.

use std::fmt::Write as _;

use serde_json::Value;

/// One message in a chat.
#[derive(Clone, Debug)]
pub(crate) struct Bubble {
    pub(crate) seq: i64,
    /// WhatsApp's id of it.
    pub(crate) id: String,
    pub(crate) at_ms: i64,
    /// `accepted`, `sent`, `delivered`, `read`, `failed`.
    pub(crate) status: String,
    /// The body as it came.
    pub(crate) message: Value,
}

/// A button or a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
}

impl Bubble {
    pub(crate) fn read(json: &Value) -> Self {
        Self {
            seq: json["seq"].as_i64().unwrap_or_default(),
            id: text(&json["id"]),
            at_ms: json["at_ms"].as_i64().unwrap_or_default(),
            status: text(&json["status"]),
            message: json["message"].clone(),
        }
    }

    /// The word of the chat scripts: `text`, `image`, `buttons`, `list`, `product`, `products`, `catalog`, `cards`,
    /// `ask_location`, `ask_contact`, `form`, `link`; any other type as it is called.
    pub(crate) fn kind(&self) -> String {
        let kind = match self.message["type"].as_str().unwrap_or("?") {
            "interactive" => match self.interactive()["type"].as_str().unwrap_or("?") {
                "button" => "buttons",
                "product_list" => "products",
                "catalog_message" => "catalog",
                "carousel" => "cards",
                "location_request_message" => "ask_location",
                "request_contact_info" => "ask_contact",
                "flow" => "form",
                "cta_url" => "link",
                other => other,
            },
            other => other,
        };
        kind.to_owned()
    }

    /// The whole text that the customer reads, without header, footer and choices.
    pub(crate) fn body(&self) -> String {
        match self.message["type"].as_str() {
            Some("text") => text(&self.message["text"]["body"]),
            Some("interactive") => text(&self.interactive()["body"]["text"]),
            Some(kind) => text(&self.message[kind]["caption"]),
            None => String::new(),
        }
    }

    pub(crate) fn choices(&self) -> Vec<Choice> {
        let action = &self.interactive()["action"];
        let buttons = list(action, "buttons").map(|b| &b["reply"]);
        let cards = list(action, "cards").flat_map(|card| list(&card["action"], "buttons"));
        let cards = cards.map(|b| &b["quick_reply"]);
        let rows = list(action, "sections").flat_map(|s| list(s, "rows"));
        buttons.chain(cards).chain(rows).map(choice).collect()
    }

    /// The choice with exactly this title.
    pub(crate) fn choice(&self, title: &str) -> Option<Choice> {
        self.choices().into_iter().find(|c| c.title == title)
    }

    fn interactive(&self) -> &Value {
        &self.message["interactive"]
    }

    /// As a chat script quotes it, without the leading `< `.
    pub(crate) fn script(&self) -> String {
        let body = self.body();
        let mut lines = Vec::new();
        let interactive = self.interactive();
        if let Some(link) = self.message["image"]["link"].as_str() {
            lines.push(format!("picture: {}", file_name(link)));
        }
        match interactive["header"]["type"].as_str() {
            Some("text") => lines.push(format!("header: {}", text(&interactive["header"]["text"]))),
            Some(kind) => {
                let link = text(&interactive["header"][kind]["link"]);
                lines.push(format!("picture: {}", file_name(&link)));
            }
            None => {}
        }
        let head = lines.len();
        let action = &interactive["action"];
        let mut buttons = String::new();
        for button in list(action, "buttons") {
            let _ = write!(buttons, " [{}]", text(&button["reply"]["title"]));
        }
        if let Some(label) = action["parameters"]["display_text"].as_str() {
            let _ = write!(buttons, " [{label}]({})", text(&action["parameters"]["url"]));
        }
        if let Some(label) = action["parameters"]["flow_cta"].as_str() {
            let _ = write!(buttons, " [{label}]");
        }
        let given = action["parameters"]["flow_action_payload"]["data"].as_object();
        for (name, value) in given.into_iter().flatten() {
            if let Some(value) = value.as_str() {
                lines.push(format!("given: {name} = {value}"));
            }
        }
        for card in list(action, "cards") {
            lines.push(card_line(card));
        }
        if let Some(open) = action["button"].as_str() {
            lines.push(format!("open: {open}"));
        }
        if let Some(sku) = action["product_retailer_id"].as_str() {
            lines.push(format!("sku: {sku}"));
        }
        if let Some(sku) = action["parameters"]["thumbnail_product_retailer_id"].as_str() {
            lines.push(format!("picture: {sku}"));
        }
        for section in list(action, "sections") {
            if let Some(title) = section["title"].as_str() {
                lines.push(format!("section: {title}"));
            }
            for row in list(section, "rows") {
                let row = choice(row);
                let more = row.description.map(|d| format!(" — {d}")).unwrap_or_default();
                lines.push(format!("- {}{more}", row.title));
            }
            for item in list(section, "product_items") {
                lines.push(format!("- {}", text(&item["product_retailer_id"])));
            }
        }
        if let Some(footer) = interactive["footer"]["text"].as_str() {
            lines.push(format!("footer: {footer}"));
        }
        self.laid_out(&body, &lines, head, buttons.trim_start())
    }

    /// One line when that is enough, otherwise the text line by line behind `|`.
    fn laid_out(&self, body: &str, lines: &[String], head: usize, buttons: &str) -> String {
        let kind = self.kind();
        let short = body.chars().count() + buttons.chars().count() <= 90
            && !body.contains(['\n', '"'])
            && body.trim() == body;
        let mut out = kind;
        if body.is_empty() && lines.is_empty() && buttons.is_empty() {
            return out;
        }
        if short && head == 0 {
            if !body.is_empty() {
                let _ = write!(out, "  \"{body}\"");
            }
            if !buttons.is_empty() {
                let _ = write!(out, " {buttons}");
            }
            for line in lines {
                let _ = write!(out, "\n  {line}");
            }
            return out;
        }
        for line in &lines[..head] {
            let _ = write!(out, "\n  {line}");
        }
        for line in body.split('\n') {
            let _ = write!(out, "\n  | {line}");
        }
        for line in &lines[head..] {
            let _ = write!(out, "\n  {line}");
        }
        if !buttons.is_empty() {
            let _ = write!(out, "\n  {buttons}");
        }
        // `| ` of an empty line would end in a blank.
        out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// One card of a carousel: `card: SKU`, or `card: its text [button]` in one line.
fn card_line(card: &Value) -> String {
    let action = &card["action"];
    let mut line = match action["product_retailer_id"].as_str() {
        Some(sku) => format!("card: {sku}"),
        None => format!("card: {}", text(&card["body"]["text"]).replace('\n', " / ")),
    };
    for button in list(action, "buttons") {
        let _ = write!(line, " [{}]", text(&button["quick_reply"]["title"]));
    }
    if let Some(label) = action["parameters"]["display_text"].as_str() {
        let _ = write!(line, " [{label}]({})", text(&action["parameters"]["url"]));
    }
    line
}

fn choice(json: &Value) -> Choice {
    Choice {
        id: text(&json["id"]),
        title: text(&json["title"]),
        description: json["description"].as_str().map(str::to_owned),
    }
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

/// The last part of a link; of our own pictures, whose names are hashes, only that they are ours.
fn file_name(link: &str) -> &str {
    if link.contains("/media/") {
        return "(ours)";
    }
    link.rsplit('/').next().unwrap_or(link)
}
