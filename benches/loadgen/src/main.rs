//! Load for a server that speaks WhatsApp webhooks: scripted people on one side, the Graph API on the other, and a check
//! of every reply. Made by hand down to HTTP, so that it costs little beside the server under test.

mod clock;
mod graph;
mod http;
mod person;
mod process;
mod report;
mod run;
mod script;
mod webhook;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Scripted WhatsApp customers and a fake Graph API")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Holds conversations with a server, checks every reply, prints the figures as JSON. Exit code 1: a reply was
    /// missing, wrong or too many.
    Run(Box<run::Options>),
    /// Only the fake Graph API, until it is ended.
    Graph(graph::Options),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Line::parse().command {
        Command::Run(options) => run::run(*options).await,
        Command::Graph(options) => {
            let graph = graph::Graph::new(options, Arc::new(graph::Deaf));
            graph.serve().await.map(|()| true).map_err(|e| e.to_string())
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
