//! The floor under the service: the least that an order can cost on this machine, without a product around it.

mod bot;
mod store;
mod webhook;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "The least that an order can cost on this machine")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The whole way of an order on SQLite, durable before the 200; and a page of twenty products
    Bot(bot::Options),
}

fn main() -> std::io::Result<()> {
    let Command::Bot(options) = Cli::parse().command;
    bot::serve(options)
}
