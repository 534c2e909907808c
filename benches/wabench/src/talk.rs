//! One customer's side: what is said when, and how it is brought to the server.

use crate::script::Step;
use crate::webhook::{Tapped, Who, content};
use crate::world::{Waiting, World};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub type Tickets = Option<async_channel::Receiver<Instant>>;

impl World {
    /// One conversation after the other, until the run ends.
    pub async fn converse(self: Arc<Self>, tickets: Tickets) {
        let mut round = 0u64;
        while !self.stopped() {
            let limit = self.options.conversations;
            if limit > 0 && self.begun.up() >= limit {
                return;
            }
            let customer = self.take_customer();
            if self.one_conversation(customer, round, &tickets).await {
                self.figures.conversations.all.up();
                if self.measured(Instant::now()) {
                    self.figures.conversations.measured.up();
                }
            }
            let mut state = self.slots[customer as usize].state.lock().expect("no holder panics");
            state.busy = false;
            state.waiting = None;
            round += 1;
        }
    }

    async fn one_conversation(
        self: &Arc<Self>,
        customer: u64,
        round: u64,
        tickets: &Tickets,
    ) -> bool {
        let slot = &self.slots[customer as usize];
        for (k, step) in self.script.steps.iter().enumerate() {
            let since = match tickets {
                Some(tickets) => match tickets.recv().await {
                    Ok(due) => due,
                    Err(_) => return false,
                },
                None => Instant::now(),
            };
            if self.stopped() {
                return false;
            }
            let Some((wamid, request)) = self.message(customer, round, step) else {
                self.faults.no_offer.up();
                let state = slot.state.lock().expect("no holder panics");
                self.sample(format!("step {}: nothing to press in {}", step.name, state.offers));
                return false;
            };
            {
                let mut state = slot.state.lock().expect("no holder panics");
                state.waiting =
                    (!step.expect.is_empty()).then_some(Waiting { step: k, since, got: 0 });
            }
            if !self.deliver(&request, Some(since)).await {
                return false;
            }
            let acked = Instant::now();
            if let Err(error) = self.note_acked(&wamid) {
                self.sample(format!("{wamid} was not written down: {error}"));
            }
            self.figures.acked.all.up();
            if self.measured(since) {
                self.figures.acked.measured.up();
                self.figures.acks.record(acked - since);
                self.figures.by_step[k].0.record(acked - since);
            }
            self.perhaps_again(request);
            if !self.answered(customer).await {
                self.faults.missing.up();
                let number = self.options.first_number + customer;
                self.sample(format!("step {}: no reply to {number}", step.name));
                return false;
            }
        }
        true
    }

    /// Delivers a share of the webhooks twice.
    fn perhaps_again(self: &Arc<Self>, request: Vec<u8>) {
        let n = self.serial.get().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        if (n as f64) < self.options.dup * (1u64 << 24) as f64 {
            let world = self.clone();
            tokio::spawn(async move {
                if world.deliver(&request, None).await {
                    world.figures.dups.up();
                }
            });
        }
    }

    /// Waits for all replies to the last message.
    async fn answered(&self, customer: u64) -> bool {
        let slot = &self.slots[customer as usize];
        let patience = Duration::from_secs_f64(self.options.timeout);
        let all = async {
            loop {
                let heard = slot.replied.notified();
                if slot.state.lock().expect("no holder panics").waiting.is_none() {
                    return;
                }
                heard.await;
            }
        };
        tokio::time::timeout(patience, all).await.is_ok()
    }

    /// The id and the request of what a step says; none where the last reply does not offer it.
    fn message(&self, customer: u64, round: u64, step: &Step) -> Option<(String, Vec<u8>)> {
        let wamid = format!("wamid.IN{:08x}{:016x}", self.run_tag as u32, self.serial.up());
        let tapped = match step.send.choice() {
            Some(choice) => {
                let slot = &self.slots[customer as usize];
                let state = slot.state.lock().expect("no holder panics");
                let found = choice.of(&state.offers, customer + round)?;
                let context = Some(state.last_reply_id.clone());
                Some(Tapped { id: found.id, title: found.title, row: found.row, context })
            }
            None => step.send.known().map(|(id, title, row)| {
                let id = self.script.fill(id, customer, round);
                Tapped { id, title: title.to_string(), row, context: None }
            }),
        };
        let who = Who::of(&self.options, customer);
        let said = content(&step.send, tapped, &self.script, &self.options, (customer, round));
        let request = self.post.message(&self.options, &who, &wamid, said);
        Some((wamid, request))
    }

    /// Brings a webhook to the server, again where it is refused. `due` for a message that counts.
    pub async fn deliver(&self, request: &[u8], due: Option<Instant>) -> bool {
        for attempt in 0..=self.options.retries {
            match self.pool.post(request).await {
                Ok((200, took)) => {
                    if due.is_some_and(|due| self.measured(due)) {
                        self.figures.accepted.record(took);
                    }
                    return true;
                }
                Ok((code, took)) => {
                    if code == 503 && due.is_some_and(|due| self.measured(due)) {
                        self.figures.turned_away.record(took);
                    }
                    self.faults.refused.up();
                    self.sample(format!("webhook answered {code}"));
                }
                Err(error) => {
                    self.faults.broken.up();
                    self.sample(format!("webhook failed: {error}"));
                }
            }
            if attempt < self.options.retries && !self.stopped() {
                self.faults.retried.up();
                let pause = (100u64 << attempt.min(4)).min(1000);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        }
        self.faults.given_up.up();
        false
    }
}
