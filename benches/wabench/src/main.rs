//! `wabench`: a load generator and checker for servers that speak the WhatsApp webhook protocol.

mod clock;
mod flow;
mod graph;
mod hear;
mod http;
mod options;
mod pool;
mod procstat;
mod report;
mod run;
mod script;
mod sign;
mod stats;
mod talk;
mod webhook;
mod world;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Parser)]
#[command(about = "WhatsApp webhook load generator, conversation checker and fake Graph API")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Hold scripted conversations with a server and check every reply
    Run(Box<options::RunOptions>),
    /// Only the fake Graph API (counters under /stats)
    Graph(graph::GraphOptions),
    /// Any HTTP API: steps of a JSON file, run by many users
    Flow(flow::FlowOptions),
    /// Print the signature header's value for a body on standard input
    Sign {
        #[arg(long, default_value = "secret")]
        secret: String,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let threads = match &cli.command {
        Command::Run(o) => o.threads,
        Command::Flow(o) => o.threads,
        _ => 1,
    };
    let runtime = if threads <= 1 {
        tokio::runtime::Builder::new_current_thread().enable_all().build()
    } else {
        tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()
    };
    let runtime = match runtime {
        Ok(r) => r,
        Err(e) => {
            eprintln!("{e}");
            return ExitCode::from(2);
        }
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Run(o) => run::run(*o).await,
            Command::Flow(o) => flow::flow(o).await,
            Command::Graph(o) => graph::Graph::new(o, Arc::new(graph::Deaf))
                .map_err(|e| e.to_string())?
                .serve()
                .await
                .map(|()| true)
                .map_err(|e| e.to_string()),
            Command::Sign { secret } => {
                let mut body = Vec::new();
                std::io::Read::read_to_end(&mut std::io::stdin(), &mut body)
                    .map_err(|e| e.to_string())?;
                println!("sha256={}", sign::Signer::new(&secret).hex(&body));
                Ok(true)
            }
        }
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(e) => {
            eprintln!("{e}");
            ExitCode::from(2)
        }
    }
}
