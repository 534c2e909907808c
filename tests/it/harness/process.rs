//! The real binary in a process of its own.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use super::patience::Patience;

/// What a process may take to say a word, to get ready or to end, on a machine that has nothing else to do.
const CALM: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(20);

/// `sepet` with nothing of this environment's settings.
pub(crate) fn sepet(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sepet"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SEPET_")) {
        command.env_remove(name);
    }
    command.args(args).stdin(Stdio::null());
    command
}

/// A folder of one's own, gone in the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(super::unique());
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running process; killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    /// Starts it; `lines` are those of standard output.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let (send, lines) = channel();
        let out = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// The next line that holds `word`.
    pub(crate) fn line(&self, word: &str) -> String {
        let mut said = Vec::new();
        // Looks are counted, as in `Patience`.
        let mut looks = CALM.as_millis() / LOOK.as_millis();
        loop {
            match self.lines.recv_timeout(LOOK) {
                Ok(line) if line.contains(word) => return line,
                Ok(line) => said.push(line),
                Err(RecvTimeoutError::Timeout) if looks > 0 => looks -= 1,
                Err(RecvTimeoutError::Timeout) => panic!("nothing said `{word}`, but {said:?}"),
                Err(RecvTimeoutError::Disconnected) => panic!("ended without `{word}`: {said:?}"),
            }
        }
    }

    /// Asks it to stop (SIGTERM) and waits for the end.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        // The reader ends when the process closes its output.
        let mut looks = CALM.as_millis() / LOOK.as_millis();
        while looks > 0 {
            match self.lines.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => looks -= 1,
                Ok(_) => {}
            }
        }
        self.child.wait().unwrap()
    }

    /// Waits for the end that a process makes by itself.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let mut patience = Patience::new(LOOK, CALM);
        loop {
            let more = patience.look().await;
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(more, "the process does not end");
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running demo and its links.
pub(crate) struct Demo {
    pub(crate) process: Running,
    /// Of the service.
    pub(crate) url: String,
    /// Of the simulator.
    pub(crate) simulator: String,
    pub(crate) key: String,
}

impl Demo {
    /// Starts `sepet demo` on free ports, with its data in `folder`.
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        let mut command = sepet(&["demo", "--listen", "127.0.0.1:0"]);
        command.args(["--simulator-listen", "127.0.0.1:0", "--data"]).arg(folder).args(more);
        let process = Running::start(command);
        let part = |line: String, end: &str| {
            let link = line.split_whitespace().find(|word| word.ends_with(end)).unwrap();
            link.trim_end_matches(end).to_owned()
        };
        let simulator = part(process.line("/phone"), "/phone");
        let url = part(process.line("/api/docs"), "/api/docs");
        let key = process.line("API key");
        let key = key.split_whitespace().find(|word| word.starts_with("sepet_")).unwrap();
        Self { key: key.to_owned(), process, url, simulator }
    }
}

/// Waits until a service that was just started is ready.
pub(crate) async fn ready(url: &str) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut patience = Patience::new(LOOK, CALM);
    loop {
        let more = patience.look().await;
        let answer = http.get(format!("{url}/health/ready")).send().await;
        if answer.is_ok_and(|a| a.status().is_success()) {
            return;
        }
        assert!(more, "{url} does not get ready");
    }
}
