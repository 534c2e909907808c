//! What people, time and trouble do in a script: `@`, `>` and `~`.

use serde_json::{Value, json};

use super::{
    Play, Screen,
    script::{items, seconds},
};
use crate::harness::{Bubble, Person, SKUS};

impl Play<'_> {
    /// `@ NAME [phone-less | phone-only]`
    pub(super) async fn person(&mut self, name: &str, traits: &[String]) -> Result<(), String> {
        if !self.people.contains_key(name) {
            let mut wish = json!({"name": name});
            for one in traits {
                match one.as_str() {
                    "phone-less" => wish["phone_visible"] = json!(false),
                    "phone-only" => wish["bsuid_known"] = json!(false),
                    _ => return Err(format!("`{one}` is no trait: phone-less or phone-only")),
                }
            }
            let person = self.shop.customer_with(wish).await;
            let screen = Screen { person, unread: Default::default() };
            self.people.insert(name.to_owned(), screen);
        } else if !traits.is_empty() {
            return Err(format!("`{name}` is here already: traits stand at the first mention"));
        }
        self.now = Some(name.to_owned());
        Ok(())
    }

    /// `> text …` and its like: sends, settles nothing.
    pub(super) async fn act(&mut self, word: &str, rest: &str) -> Result<(), String> {
        let screen = self.screen()?;
        let bubbles = screen.person.bubbles().await;
        let newest = bubbles.last();
        let reply_to = |what: &str| {
            newest.map(|b| json!(b.id)).ok_or_else(|| format!("no message of ours to {what}"))
        };
        let message = match word {
            "text" => json!({"type": "text", "body": unescaped(rest)}),
            "reply" => {
                let (to, text) = match rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
                    None => (reply_to("reply to")?, rest),
                    Some((title, text)) => {
                        let having = bubbles.iter().rev().find(|b| b.choice(title).is_some());
                        let to = having.ok_or_else(|| format!("nothing has `{title}`"))?;
                        (json!(to.id), text.trim())
                    }
                };
                json!({"type": "text", "body": unescaped(text), "reply_to": to})
            }
            "tap" => return tap(&screen.person, &bubbles, rest).await,
            "cart" => cart(rest)?,
            "location" => {
                let (place, name) = rest.split_once(' ').unwrap_or((rest, ""));
                let Some((latitude, longitude)) = place.split_once(',') else {
                    return Err("write `> location  41.0082,28.9784 \"Home\"`".to_owned());
                };
                let number = |text: &str| {
                    serde_json::from_str::<Value>(text)
                        .map_err(|_| format!("`{text}` is no number"))
                };
                let mut pin = json!({"type": "location", "latitude": number(latitude)?,
                    "longitude": number(longitude)?});
                let name = name.trim().trim_matches('"');
                if !name.is_empty() {
                    pin["name"] = json!(name);
                }
                pin
            }
            "image" | "audio" | "document" | "sticker" | "video" => {
                let mut media = json!({"type": word});
                if !rest.is_empty() {
                    media["caption"] = json!(rest);
                }
                media
            }
            "reaction" => {
                let to = reply_to("react to")?;
                json!({"type": "reaction", "message_id": to, "emoji": rest})
            }
            "contacts" => json!({"type": "contacts", "contacts": [
                {"name": {"formatted_name": rest}, "phones": [{"phone": rest}]}]}),
            "raw" => {
                let message: Value =
                    serde_json::from_str(rest).map_err(|e| format!("no JSON: {e}"))?;
                json!({"type": "raw", "message": message})
            }
            _ => return Err(format!("`> {word}` is no act: see chats/README.md")),
        };
        screen.person.post(message).await;
        Ok(())
    }

    /// `~ time +3h` and its like; the runner settles afterwards.
    pub(super) async fn event(&mut self, word: &str, rest: &str) -> Result<(), String> {
        match word {
            "time" => self.shop.pass(seconds(rest)?).await,
            "restart" => self.shop.restart().await,
            "fault" => {
                let fault = self.fault(rest)?;
                self.shop.fault(fault).await;
            }
            "faults" if rest == "over" => self.shop.faults_over().await,
            "read" => {
                let screen = self.screen()?;
                screen.person.read().await;
            }
            "shop" => self.shop.reapply(rest).await?,
            "stock" | "price" | "withdraw" | "offer" => self.shop_act(word, rest).await?,
            "collection" | "product" | "archive" | "sale" => self.shelf_act(word, rest).await?,
            "order" => self.order_act(rest).await?,
            "whatsapp" => self.named(rest).await?,
            "staff" => self.staff_act(rest).await?,
            _ => return Err(format!("`~ {word}` is no event: see chats/README.md")),
        }
        Ok(())
    }

    /// `~ whatsapp tells phone`, `tells bsuid`, `hides phone`, `says new number`: how the person is named from now on;
    /// `refuses SKU`: after looking at the item of the catalog.
    async fn named(&mut self, rest: &str) -> Result<(), String> {
        if let Some(sku) = rest.strip_prefix("refuses ") {
            let review = json!({"retailer_id": sku.trim(), "decision": "rejected",
                "reason": "PICTURE_UNCLEAR"});
            self.shop.sim("POST", "/sim/catalog/review", Some(review)).await;
            return Ok(());
        }
        let change = match rest {
            "tells phone" => json!({"phone_visible": true}),
            "tells bsuid" => json!({"bsuid_known": true}),
            "hides phone" => json!({"phone_visible": false}),
            "says new number" => Value::Null,
            _ => return Err(format!("`~ whatsapp {rest}` is nothing that it does")),
        };
        let shop = self.shop;
        let person = &mut self.screen()?.person;
        let mut path = format!("/sim/customers/{}", person.id);
        let change = if change.is_null() {
            path.push_str("/change_number");
            json!({})
        } else {
            change
        };
        let now = shop.sim("POST", &path, Some(change)).await;
        let text = |key: &str| now[key].as_str().unwrap_or_default().to_owned();
        (person.phone, person.bsuid) = (text("phone"), text("bsuid"));
        Ok(())
    }

    /// `KIND [500ms] [code N] [on WHAT] [×TIMES] [to NAME]`
    fn fault(&self, text: &str) -> Result<Value, String> {
        let mut words = text.split_whitespace();
        let mut fault = json!({"kind": words.next().ok_or("name a fault")?});
        while let Some(word) = words.next() {
            let mut next = || words.next().ok_or_else(|| format!("nothing behind `{word}`"));
            if let Some(ms) = word.strip_suffix("ms") {
                fault["delay_ms"] = whole(ms)?;
            } else if let Some(times) = word.strip_prefix('×') {
                fault["times"] = whole(times)?;
            } else if word == "on" {
                fault["on"] = json!(next()?);
            } else if word == "to" {
                let name = next()?;
                let screen = self.people.get(name).ok_or_else(|| format!("who is `{name}`?"))?;
                fault["to"] = json!(screen.person.id);
            } else if word == "transient" {
                fault["transient"] = json!(true);
            } else {
                fault["code"] = whole(word)?;
            }
        }
        Ok(fault)
    }
}

/// `TITLE`, `old TITLE` (the oldest bubble that has it), `×3 TITLE` (so often before anything is answered).
async fn tap(person: &Person<'_>, bubbles: &[Bubble], rest: &str) -> Result<(), String> {
    let (times, rest) = match rest.strip_prefix('×') {
        None => (1, rest),
        Some(more) => {
            let (times, title) = more.split_once(' ').ok_or("write `> tap ×3  TITLE`")?;
            (times.parse().map_err(|_| format!("`{times}` is no number"))?, title.trim())
        }
    };
    let (old, title) = match rest.strip_prefix("old ") {
        Some(title) => (true, title.trim()),
        None => (false, rest),
    };
    let mut having = bubbles.iter().filter(|b| b.choice(title).is_some());
    let bubble = if old { having.next() } else { having.next_back() };
    let Some(bubble) = bubble else {
        let last = bubbles.iter().rev().find(|b| !b.choices().is_empty());
        let there: Vec<_> =
            last.map(|b| b.choices().into_iter().map(|c| c.title).collect()).unwrap_or_default();
        return Err(format!("nothing to tap is called `{title}`; there is {there:?}"));
    };
    for _ in 0..times {
        person.post(Person::tap_message(bubble, title)).await;
    }
    Ok(())
}

/// `2 × SKU, 1 × SKU @ 12.50 "a note"`: at the price that WhatsApp's catalog shows, unless one is given.
fn cart(rest: &str) -> Result<Value, String> {
    let (list, note) = match rest.split_once('"') {
        Some((list, note)) => (list, Some(note.trim_end_matches('"'))),
        None => (rest, None),
    };
    let items: Vec<_> = items(list.trim())?
        .into_iter()
        .map(|(sku, quantity)| match sku.split_once('@') {
            Some((sku, price)) => {
                json!({"sku": sku.trim(), "quantity": quantity, "price": price.trim()})
            }
            None if SKUS.iter().any(|(known, ..)| *known == sku) => {
                json!({"sku": sku, "quantity": quantity})
            }
            None => json!({"sku": sku, "quantity": quantity, "price": "10.00"}),
        })
        .collect();
    let mut message = json!({"type": "order", "items": items});
    if let Some(note) = note {
        message["text"] = json!(note);
    }
    Ok(message)
}

fn whole(text: &str) -> Result<Value, String> {
    text.parse::<i64>().map(Value::from).map_err(|_| format!("`{text}` is no number"))
}

/// `\n` in a script is a new line in the message.
fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n")
}
