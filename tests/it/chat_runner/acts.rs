//! What people, time and trouble do in a script: `@`, `>` and `~`.

use serde_json::{Value, json};

use super::{
    Play, Screen,
    messages::{Chat, messages},
    script::seconds,
};

impl Play<'_> {
    /// `@ NAME [phone-less | phone-only]`
    pub(crate) async fn person(&mut self, name: &str, traits: &[String]) -> Result<(), String> {
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
        let link = self.links.get(rest).cloned();
        let screen = self.screen()?;
        let bubbles = screen.person.bubbles().await;
        if word == "link" {
            let text = link.ok_or_else(|| format!("no link is called `{rest}`"))?;
            screen.person.post(json!({"type": "text", "body": text})).await;
            return Ok(());
        }
        if word == "welcome" {
            let path = format!("/sim/customers/{}/open", screen.person.id);
            self.shop.sim("POST", &path, Some(json!({}))).await;
            return Ok(());
        }
        let own = screen.person.said().await;
        let rest = &rest.replace("$PLUS", &screen.person.phone);
        for message in messages(word, rest, &Chat { bubbles: &bubbles, own: &own })? {
            screen.person.post(message).await;
        }
        Ok(())
    }

    /// `~ time +3h` and its like; the runner settles afterwards.
    pub(crate) async fn event(&mut self, word: &str, rest: &str) -> Result<(), String> {
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
            "forms" if rest == "published" => {
                let published = self.shop.app().publish_address_forms("kahve").await;
                published.map_err(|e| e.to_string())?;
            }
            "stock" | "price" | "withdraw" | "offer" => self.shop_act(word, rest).await?,
            "collection" | "product" | "keywords" | "archive" | "sale" => {
                self.shelf_act(word, rest).await?;
            }
            "link" => self.link_act(rest).await?,
            "order" => self.order_act(rest).await?,
            "whatsapp" => self.whatsapp(rest).await?,
            "staff" => self.staff_act(rest).await?,
            "words" => self.words_act(rest).await?,
            _ => return Err(format!("`~ {word}` is no event: see chats/README.md")),
        }
        Ok(())
    }

    /// `~ whatsapp tells phone`, `tells bsuid`, `hides phone`: how the person is named from now on; `says …`: what it
    /// reports by itself; `refuses SKU`: after looking at the item of the catalog.
    async fn whatsapp(&mut self, rest: &str) -> Result<(), String> {
        if let Some(sku) = rest.strip_prefix("refuses ") {
            let review = json!({"retailer_id": sku.trim(), "decision": "rejected",
                "reason": "PICTURE_UNCLEAR"});
            self.shop.sim("POST", "/sim/catalog/review", Some(review)).await;
            return Ok(());
        }
        if let Some(news) = rest.strip_prefix("says ") {
            return self.news(news.trim()).await;
        }
        let change = match rest {
            "tells phone" => json!({"phone_visible": true}),
            "tells bsuid" => json!({"bsuid_known": true}),
            "hides phone" => json!({"phone_visible": false}),
            "welcomes" => {
                let number = self.shop.sim("GET", "/sim/state", None).await;
                let number = number["accounts"][0]["phone_number_id"].as_str().unwrap_or_default();
                let path = format!("/sim/numbers/{number}");
                self.shop.sim("POST", &path, Some(json!({"welcome": true}))).await;
                return Ok(());
            }
            _ => return Err(format!("`~ whatsapp {rest}` is nothing that it does")),
        };
        self.changed("", change).await
    }

    /// `new number`, `new id`, each with `by message` or `by field` when not by both; `stop offers`, `resume offers`;
    /// `FIELD {…}`: a webhook of any field.
    async fn news(&mut self, rest: &str) -> Result<(), String> {
        let (what, tell) = rest.split_once(" by ").unwrap_or((rest, "both"));
        let value = match what {
            "new number" => return self.changed("/change_number", json!({"tell": tell})).await,
            "new id" => return self.changed("/change_bsuid", json!({"tell": tell})).await,
            "stop offers" => Some("stop"),
            "resume offers" => Some("resume"),
            _ => None,
        };
        if let Some(value) = value {
            let path = format!("/sim/customers/{}/preferences", self.screen()?.person.id);
            self.shop.sim("POST", &path, Some(json!({"value": value}))).await;
            return Ok(());
        }
        let (field, value) =
            rest.split_once(' ').ok_or_else(|| format!("`{rest}` is no news of WhatsApp"))?;
        let value: Value = serde_json::from_str(value).map_err(|e| format!("no JSON: {e}"))?;
        let body = json!({"field": field, "value": value});
        self.shop.sim("POST", "/sim/fields", Some(body)).await;
        Ok(())
    }

    /// The person is changed, and the script goes on with who they are now.
    async fn changed(&mut self, edge: &str, change: Value) -> Result<(), String> {
        let shop = self.shop;
        let person = &mut self.screen()?.person;
        let path = format!("/sim/customers/{}{edge}", person.id);
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

fn whole(text: &str) -> Result<Value, String> {
    text.parse::<i64>().map(Value::from).map_err(|_| format!("`{text}` is no number"))
}
