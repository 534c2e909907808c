//! `kill -9` at random moments while people buy: nothing is lost, nothing is doubled but what is marked.

use std::time::Duration;

use rand::RngExt as _;

use super::{chance, of, proven};
use crate::harness::{
    Backend, Base,
    buyer::Crowd,
    town::{Habits, Town},
};

const BUYERS: usize = 10;

on_both! {
    async fn kill_9_under_load_loses_nothing_and_doubles_nothing_unmarked(on: Backend) {
        let rounds = of(20, 200);
        let (seed, mut rng) = chance();
        let town = Town::open(Base::create(on).await, Habits::default()).await;
        let mut service = town.serve().await;
        let crowd = Crowd::enter(&town, BUYERS, usize::MAX);
        for round in 0..rounds {
            // Where the machine is busy with other things, somebody gets as far as an order all the same.
            crowd.until(round / 2).await;
            // From the first instant after its start to the middle of the work.
            let life = Duration::from_millis(rng.random_range(5..400));
            let _still_alive = tokio::time::timeout(life, std::future::pending::<()>()).await;
            service.kill();
            town.leases_run_out().await;
            service = town.serve().await;
        }
        let (people, bought) = crowd.home().await;
        let tally = town.tally(&people, bought).await;
        assert!(service.stop().success());
        // A shop that never got anywhere proves nothing.
        assert!(bought >= rounds / 2, "only {bought} purchases in {rounds} rounds");
        proven(&format!("kill-{}", on.name()), &format!("{rounds} kills (seed {seed}): {tally}"));
        town.close().await;
    }
}
