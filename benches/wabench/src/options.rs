//! What a run can be told.

use crate::graph::GraphOptions;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// Each customer sends the next message as soon as the last reply has come
    Closed,
    /// Messages fall due at a given rate whatever the server does; latency counts from the moment they were due
    Open,
}

#[derive(Clone, Debug, clap::Args)]
pub struct RunOptions {
    /// Webhook address of the server under test
    #[arg(long)]
    pub base: String,
    /// App secret that signs the webhooks
    #[arg(long, default_value = "secret")]
    pub secret: String,
    /// Verify token; when given, the subscription handshake is tried first
    #[arg(long)]
    pub verify_token: Option<String>,
    #[arg(long, default_value = "100000000000001")]
    pub phone_id: String,
    #[arg(long, default_value = "200000000000002")]
    pub waba_id: String,
    #[arg(long, default_value = "15550001111")]
    pub display_phone: String,
    #[arg(long, default_value = "300000000000003")]
    pub catalog_id: String,
    #[arg(long, default_value = "TRY")]
    pub currency: String,
    /// Script of the conversation (JSON)
    #[arg(long)]
    pub script: String,
    #[arg(long, value_enum, default_value_t = Mode::Closed)]
    pub mode: Mode,
    /// Conversations under way at once
    #[arg(long, default_value_t = 64)]
    pub customers: usize,
    /// Different phone numbers that take turns
    #[arg(long, default_value_t = 100_000)]
    pub population: u64,
    /// First phone number
    #[arg(long, default_value_t = 905_000_000_000)]
    pub first_number: u64,
    /// Share of customers who show a user name instead of a phone number: webhooks then carry only the business-scoped id
    #[arg(long, default_value_t = 0.0)]
    pub no_phone: f64,
    /// Messages a second in open mode
    #[arg(long, default_value_t = 500.0)]
    pub rate: f64,
    /// Even spacing instead of random (Poisson) arrivals in open mode
    #[arg(long)]
    pub even: bool,
    /// Connections to the server
    #[arg(long, default_value_t = 32)]
    pub conns: usize,
    /// Seconds before figures count
    #[arg(long, default_value_t = 3.0)]
    pub warmup: f64,
    /// Seconds that count
    #[arg(long, default_value_t = 15.0)]
    pub duration: f64,
    /// Stop after so many conversations instead, however long they take (0: by `--duration`)
    #[arg(long, default_value_t = 0)]
    pub conversations: u64,
    /// Seconds to wait for a reply before a conversation is given up
    #[arg(long, default_value_t = 10.0)]
    pub timeout: f64,
    /// Seconds at the end in which stray replies are still caught
    #[arg(long, default_value_t = 1.0)]
    pub settle: f64,
    /// Share of webhooks delivered twice, as Meta sometimes does
    #[arg(long, default_value_t = 0.0)]
    pub dup: f64,
    /// Status webhooks sent back for each reply: none, or a list such as sent,delivered,read
    #[arg(long, default_value = "none")]
    pub statuses: String,
    /// Times a refused webhook is sent again
    #[arg(long, default_value_t = 3)]
    pub retries: u32,
    /// Process ids of the server (their children are counted too); give it several times for a database beside it
    #[arg(long)]
    pub pid: Vec<u32>,
    /// Process ids of a database beside it, whose figures are told apart
    #[arg(long)]
    pub db_pid: Vec<u32>,
    /// Threads of this generator
    #[arg(long, default_value_t = 1)]
    pub threads: usize,
    /// Words that name this run in the report
    #[arg(long, default_value = "")]
    pub label: String,
    /// File that gets the id of every message that was acknowledged, one a line
    #[arg(long)]
    pub acked_log: Option<String>,
    /// File that the JSON report is also written to
    #[arg(long)]
    pub json: Option<String>,
    #[command(flatten)]
    pub graph: GraphOptions,
}
