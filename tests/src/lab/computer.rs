//! One computer: a data directory, perhaps a network namespace, and the program running on it.

use super::user::{self, User};
use super::wait;
use hedgerow_api::{Client, Status};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a node may take to serve its API.
const START_MAX: Duration = Duration::from_secs(30);
/// How long a node may take to stop: 10 s are promised.
const STOP_MAX: Duration = Duration::from_secs(15);

/// What a command said.
#[derive(Debug)]
pub struct Ran {
    /// Exit code, or `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it gave.
    pub stdout: String,
    /// What it told.
    pub stderr: String,
}

impl Ran {
    /// The answer as JSON.
    ///
    /// # Panics
    /// When it is not JSON, or the command failed.
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.code, Some(0), "{self}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("not JSON ({e}): {self}"))
    }

    /// Expects this exit code and, somewhere in what it told, these words.
    ///
    /// # Panics
    /// When either is not so, or it panicked.
    pub fn expect(&self, code: i32, words: &str) -> &Self {
        assert_eq!(self.code, Some(code), "exit code; {self}");
        assert!(!self.stderr.contains("panicked at"), "it broke: {self}");
        let said = format!("{}{}", self.stdout, self.stderr).to_lowercase();
        assert!(said.contains(&words.to_lowercase()), "nobody said {words:?}; {self}");
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// The program under test: `HEDGEROW_BIN`, or the one that was built beside the tests.
///
/// # Panics
/// When it is not there: a test that runs nothing must not pass.
pub fn hedgerow() -> PathBuf {
    let path = std::env::var_os("HEDGEROW_BIN").map(PathBuf::from).unwrap_or_else(|| {
        let here = std::env::current_exe().unwrap_or_default();
        here.ancestors().nth(2).unwrap_or(Path::new(".")).join("hedgerow")
    });
    assert!(path.is_file(), "{} is not there: run `cargo build --bin hedgerow` first, or tests/run", path.display());
    path
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started.
pub fn run(command: &mut Command) -> Ran {
    let out = command.stdin(Stdio::null()).output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    Ran {
        code: out.status.code(),
        stdout: String::from_utf8_lossy(&out.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&out.stderr).into_owned(),
    }
}

/// One computer.
pub struct Computer {
    /// Its name in the story.
    pub name: String,
    /// Its network namespace; `None` for the network of this machine.
    pub namespace: Option<String>,
    /// Its data directory.
    pub data: PathBuf,
    /// Variables for its programs, for example to set its clock wrong.
    pub variables: Vec<(String, String)>,
    /// How its node is started.
    pub run: Vec<&'static str>,
    /// Whose programs run here, and where that user finds the program under test; `None` for whoever runs the tests.
    pub user: Option<(User, PathBuf)>,
    node: Option<Child>,
}

impl Computer {
    /// A computer with nothing running.
    pub fn new(name: &str, namespace: Option<String>, data: PathBuf) -> Self {
        Self { name: name.into(), namespace, data, variables: Vec::new(), run: vec!["run"], user: None, node: None }
    }

    /// `hedgerow --data … ARGS` on this computer, not yet started.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = match &self.user {
            Some((_, program)) => self.start_of(program),
            None => self.start_of(&hedgerow()),
        };
        let home = self.data.with_extension("home");
        command.args(args).arg("--data").arg(&self.data);
        command.env("HOME", &home).env("XDG_DATA_HOME", home.join("data")).env("XDG_CONFIG_HOME", home.join("config"));
        command.env("NO_COLOR", "1").env_remove("HEDGEROW_DATA").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Another program on this computer, not yet started.
    pub fn program(&self, name: &str, args: &[&str]) -> Command {
        let mut command = self.start_of(Path::new(name));
        command.args(args);
        command
    }

    fn start_of(&self, program: &Path) -> Command {
        user::start(self.namespace.as_deref(), self.user.as_ref().map(|(user, _)| *user), program)
    }

    /// Runs a command of the command line to its end.
    pub fn cli(&self, args: &[&str]) -> Ran {
        run(&mut self.command(args))
    }

    /// The same with `--json`, giving the answer.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let mut all = args.to_vec();
        all.push("--json");
        self.cli(&all).json()
    }

    /// A client of the node here.
    pub fn api(&self) -> Client {
        Client::new(&self.data)
    }

    /// Starts the node and waits until it serves.
    ///
    /// # Panics
    /// When it does not.
    pub async fn start(&mut self) -> Status {
        let how = self.run.clone();
        self.spawn(&how);
        self.api()
            .wait_until_serving(wait::patience(START_MAX))
            .await
            .unwrap_or_else(|e| panic!("{} does not serve: {e}\n{}", self.name, self.log()))
    }

    /// Starts a long-running command whose output goes to the log.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn spawn(&mut self, args: &[&str]) {
        let log = std::fs::File::options().create(true).append(true).open(self.log_path());
        let log = log.unwrap_or_else(|e| panic!("log: {e}"));
        let copy = log.try_clone().unwrap_or_else(|e| panic!("log: {e}"));
        let child = self.command(args).stdin(Stdio::null()).stdout(log).stderr(copy).spawn();
        self.node = Some(child.unwrap_or_else(|e| panic!("{}: {e}", self.name)));
    }

    /// Asks the node to stop, as the computer does when it shuts down, and gives its exit code.
    ///
    /// # Panics
    /// When it does not stop in time.
    pub async fn stop(&mut self) -> Option<i32> {
        let child = self.node.as_mut()?;
        run(Command::new("kill").arg("-TERM").arg(child.id().to_string()));
        let ended = wait::by(STOP_MAX, || std::future::ready(child.try_wait().ok().flatten())).await;
        let (status, _) = ended.unwrap_or_else(|| panic!("{} did not stop\n{}", self.name, self.log()));
        self.node = None;
        status.code()
    }

    /// Ends the node as a power cut does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.node.take() {
            // It may be gone already, which is what was wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Whether the node that was started still runs.
    pub fn runs(&mut self) -> bool {
        self.node.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Process id of the node that was started.
    pub fn pid(&self) -> Option<u32> {
        self.node.as_ref().map(Child::id)
    }

    /// What the node wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    pub(super) fn show_log(&self) {
        let log = self.log();
        let tail: Vec<&str> = log.lines().rev().take(40).collect();
        eprintln!("--- last of {}'s log", self.name);
        for line in tail.iter().rev() {
            eprintln!("{line}");
        }
    }

    fn log_path(&self) -> PathBuf {
        self.data.with_extension("log")
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        self.kill();
    }
}
