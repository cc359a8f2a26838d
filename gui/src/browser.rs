//! Points this computer's browsers at the way out through a building, and takes that back.
//!
//! The only file that calls programs of the desktop: `gsettings` for the system's own proxy settings, which Firefox and
//! Chromium follow, browsers that can be started with an address of their own, and whatever opens a page here. What was set
//! before is kept in a file beside the window's settings until it is put back. Not for: deciding whether there is a way out.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::link::Fault;
use crate::saved;
use crate::settings::Settings;

/// A program of the desktop that says nothing for longer than this is given up.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// A browser that ends with an error sooner than this did not start.
const STARTS_WITHIN: Duration = Duration::from_millis(700);
/// The same for what opens a page: it looks for a browser first.
const OPENS_WITHIN: Duration = Duration::from_millis(2500);
/// Where the system keeps how to reach the internet.
const SCHEMA: &str = "org.gnome.system.proxy";
/// Programs that open an address with whatever the person uses for it, in the order in which they are tried.
const OPENERS: [&str; 3] = ["xdg-open", "x-www-browser", "sensible-browser"];
/// Browsers that take the address when they are started: the program, and what people call it.
const STARTABLE: [(&str, &str); 7] = [
    ("chromium", "Chromium"),
    ("chromium-browser", "Chromium"),
    ("google-chrome-stable", "Google Chrome"),
    ("google-chrome", "Google Chrome"),
    ("brave-browser", "Brave"),
    ("microsoft-edge", "Microsoft Edge"),
    ("vivaldi", "Vivaldi"),
];

/// How the browsers of this computer stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Whether the system's settings can be changed from here.
    pub by_button: bool,
    /// The address they were pointed at by us, while that holds.
    pub set: Option<String>,
    /// Browsers that can be started with an address: the program, and what people call it.
    pub startable: Vec<(String, String)>,
}

/// The browsers of this computer.
#[derive(Debug, Clone)]
pub struct Browsers {
    /// Folders that programs are looked for in.
    search: OsString,
    /// Where what was set before is kept.
    memory: Option<PathBuf>,
}

/// What the system's settings say, as the system writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Proxy {
    mode: String,
    url: String,
}

impl Browsers {
    /// Those of the person at the window.
    pub fn here() -> Browsers {
        let search = std::env::var_os("PATH").unwrap_or_default();
        Browsers { search, memory: Settings::path().map(|path| path.with_file_name("browser.json")) }
    }

    fn find(&self, program: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.search).map(|folder| folder.join(program)).find(|path| path.is_file())
    }

    /// How they stand now.
    pub async fn state(&self) -> State {
        let by_button = self.can_set().await;
        let ours = self.remembered().ok().flatten().map(|(ours, _)| ours);
        let set = match ours {
            Some(ours) if by_button => self.now().await.ok().filter(|now| *now == pointed(&ours)).map(|_| ours),
            _ => None,
        };
        let mut startable: Vec<(String, String)> = Vec::new();
        for (program, name) in STARTABLE {
            if startable.iter().all(|(_, known)| known != name) && self.find(program).is_some() {
                startable.push((program.to_owned(), name.to_owned()));
            }
        }
        State { by_button, set, startable }
    }

    /// Points them at `pac`, after keeping what was set before.
    ///
    /// # Errors
    /// When the system's settings cannot be read, changed, or do not stay changed. They are then as before.
    pub async fn set_up(&self, pac: &str) -> Result<(), Fault> {
        let plain = |c: char| c.is_ascii_alphanumeric() || ":/.-_".contains(c);
        if !pac.starts_with("http://127.0.0.1:") || !pac.chars().all(plain) {
            return Err(Fault::Program("gsettings".into(), format!("{pac} is not an address on this computer")));
        }
        let now = self.now().await?;
        let before = match self.remembered()? {
            // Only the address is new: what was there before us is still the same.
            Some((ours, before)) if now == pointed(&ours) => before,
            _ => now,
        };
        self.remember(pac, &before)?;
        let wanted = pointed(pac);
        let done = self.put(&wanted).await;
        // Without a session to keep it, the system's program says yes and forgets.
        if done.is_ok() && self.now().await.as_ref() == Ok(&wanted) {
            return Ok(());
        }
        let _ = self.put(&before).await;
        self.forget()?;
        done.and(Err(Fault::Program("gsettings".into(), "the new setting did not stay".into())))
    }

    /// Puts back what was set before. What somebody changed since is left alone.
    ///
    /// # Errors
    /// When the system's settings cannot be read or changed. What was kept is then still kept.
    pub async fn undo(&self) -> Result<(), Fault> {
        let Some((ours, before)) = self.remembered()? else { return Ok(()) };
        if self.now().await? == pointed(&ours) {
            self.put(&before).await?;
        }
        self.forget()
    }

    /// Starts a browser that goes by `pac`.
    ///
    /// # Errors
    /// When it is not there, or ends at once with an error.
    pub async fn start(&self, program: &str, pac: &str) -> Result<(), Fault> {
        let wrong = |reason: String| Fault::Program(program.to_owned(), reason);
        let is_known = STARTABLE.iter().any(|(known, _)| *known == program);
        let path = self.find(program).filter(|_| is_known).ok_or_else(|| wrong("it is not here".into()))?;
        begin(&path, &format!("--proxy-pac-url={pac}"), STARTS_WITHIN).await.map_err(wrong)
    }

    /// Opens a web page or writes an e-mail, with whatever the person uses for it.
    ///
    /// # Errors
    /// [`Fault::NoBrowser`] when there is nothing for it here, or it ends at once with an error.
    pub async fn open(&self, url: &str) -> Result<(), Fault> {
        let is_page = ["http://", "https://", "mailto:"].iter().any(|start| url.starts_with(start));
        if !is_page {
            return Err(Fault::NoBrowser(url.to_owned(), "this is no address of a page".into()));
        }
        let browsers = STARTABLE.iter().map(|(program, _)| *program).filter(|_| !url.starts_with("mailto:"));
        let mut tried = Vec::new();
        for program in OPENERS.into_iter().chain(["firefox"]).chain(browsers) {
            let Some(path) = self.find(program) else { continue };
            match begin(&path, url, OPENS_WITHIN).await {
                Ok(()) => return Ok(()),
                Err(reason) => tried.push(format!("{program}: {reason}")),
            }
        }
        Err(Fault::NoBrowser(url.to_owned(), tried.join("\n")))
    }

    async fn can_set(&self) -> bool {
        self.run(&["writable", SCHEMA, "mode"]).await.is_ok_and(|answer| answer == "true")
    }

    async fn now(&self) -> Result<Proxy, Fault> {
        let mode = self.run(&["get", SCHEMA, "mode"]).await?;
        Ok(Proxy { mode, url: self.run(&["get", SCHEMA, "autoconfig-url"]).await? })
    }

    async fn put(&self, proxy: &Proxy) -> Result<(), Fault> {
        self.run(&["set", SCHEMA, "autoconfig-url", &proxy.url]).await?;
        self.run(&["set", SCHEMA, "mode", &proxy.mode]).await?;
        Ok(())
    }

    async fn run(&self, args: &[&str]) -> Result<String, Fault> {
        let wrong = |reason: String| Fault::Program("gsettings".into(), reason);
        let path = self.find("gsettings").ok_or_else(|| wrong("it is not here".into()))?;
        let mut command = Command::new(path);
        command.args(args).env("PATH", &self.search).stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(ANSWER_WITHIN, command.output()).await;
        let output = output.map_err(|_| wrong("it does not answer".into()))?.map_err(|e| wrong(e.to_string()))?;
        if !output.status.success() {
            return Err(wrong(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// What was set before us. A damaged file is set aside; one that cannot be read stops this, or what was there before
    /// would be lost.
    fn remembered(&self) -> Result<Option<(String, Proxy)>, Fault> {
        let Some(path) = &self.memory else { return Ok(None) };
        let parse = |bytes: &[u8]| {
            let value: Value = serde_json::from_slice(bytes).ok()?;
            let text = |name: &str| value[name].as_str().map(str::to_owned);
            Some(Some((text("ours")?, Proxy { mode: text("mode")?, url: text("url")? })))
        };
        saved::read(path, parse).map_err(|e| saved::unreadable(path, &e))
    }

    fn remember(&self, ours: &str, before: &Proxy) -> Result<(), Fault> {
        let Some(path) = &self.memory else {
            return Err(Fault::File("browser.json".into(), "there is no home folder".into()));
        };
        let value = json!({ "ours": ours, "mode": before.mode, "url": before.url });
        write(path, &format!("{value:#}\n")).map_err(|e| Fault::File(path.display().to_string(), e.to_string()))
    }

    fn forget(&self) -> Result<(), Fault> {
        let Some(path) = &self.memory else { return Ok(()) };
        match std::fs::remove_file(path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(Fault::File(path.display().to_string(), e.to_string()))
            }
            _ => Ok(()),
        }
    }
}

/// Starts a program that goes on beside this window; says why, if it ends at once with an error.
async fn begin(program: &Path, argument: &str, within: Duration) -> Result<(), String> {
    let mut command = Command::new(program);
    command.arg(argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|e| e.to_string())?;
    match tokio::time::timeout(within, child.wait()).await {
        Ok(Ok(status)) if !status.success() => Err(status.to_string()),
        Ok(Err(e)) => Err(e.to_string()),
        Ok(Ok(_)) => Ok(()),
        Err(_) => {
            // Somebody has to hear when it ends.
            tokio::spawn(async move { child.wait().await });
            Ok(())
        }
    }
}

/// The system's settings while they point at `pac`.
fn pointed(pac: &str) -> Proxy {
    Proxy { mode: "'auto'".into(), url: format!("'{pac}'") }
}

/// Whole or not at all.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension("new");
    std::fs::write(&draft, text)?;
    std::fs::rename(draft, path)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    const PAC: &str = "http://127.0.0.1:4849/proxy.pac";

    /// A computer with a system's program that keeps its values in a folder, as the real one does in a session.
    struct Desk(PathBuf);

    impl Desk {
        fn new(name: &str) -> Desk {
            let dir = std::env::temp_dir().join(format!("hedgerow-browser-{name}-{}", std::process::id()));
            std::fs::create_dir_all(dir.join("bin")).unwrap();
            let desk = Desk(dir);
            desk.has("mode", "'manual'");
            desk.has("autoconfig-url", "'http://proxy.example/old.pac'");
            desk
        }
        fn program(&self, name: &str, script: &str) {
            let path = self.0.join("bin").join(name);
            std::fs::write(&path, format!("#!/bin/sh\ncd '{}'\n{script}\n", self.0.display())).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        fn settings(&self) {
            self.program(
                "gsettings",
                "[ \"$2\" = org.gnome.system.proxy ] || exit 1\ncase $1 in\nwritable) echo true;;\nget) read -r v < \"$3\"; echo \"$v\";;\nset) echo \"$4\" > \"$3\";;\nesac",
            );
        }
        fn has(&self, key: &str, value: &str) {
            std::fs::write(self.0.join(key), format!("{value}\n")).unwrap();
        }
        fn keeps(&self) -> (String, String) {
            let read = |key: &str| std::fs::read_to_string(self.0.join(key)).unwrap().trim().to_owned();
            (read("mode"), read("autoconfig-url"))
        }
        fn browsers(&self) -> Browsers {
            let memory = self.0.join("config").join("browser.json");
            Browsers { search: self.0.join("bin").into_os_string(), memory: Some(memory) }
        }
    }

    impl Drop for Desk {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn before() -> (String, String) {
        ("'manual'".into(), "'http://proxy.example/old.pac'".into())
    }

    #[tokio::test]
    async fn what_was_there_before_comes_back_exactly() {
        let desk = Desk::new("exactly");
        desk.settings();
        let browsers = desk.browsers();
        assert_eq!(browsers.state().await, State { by_button: true, ..State::default() });
        browsers.set_up(PAC).await.unwrap();
        assert_eq!(desk.keeps(), ("'auto'".into(), format!("'{PAC}'")));
        assert_eq!(browsers.state().await.set.as_deref(), Some(PAC));
        // Another port, after a restart of this window: still the first settings come back.
        let again = desk.browsers();
        again.set_up("http://127.0.0.1:5000/proxy.pac").await.unwrap();
        assert_eq!(again.state().await.set.as_deref(), Some("http://127.0.0.1:5000/proxy.pac"));
        again.undo().await.unwrap();
        assert_eq!(desk.keeps(), before());
        assert_eq!(again.state().await.set, None);
        again.undo().await.unwrap();
        assert_eq!(desk.keeps(), before());
    }

    #[tokio::test]
    async fn what_somebody_changed_since_is_left_alone() {
        let desk = Desk::new("since");
        desk.settings();
        let browsers = desk.browsers();
        browsers.set_up(PAC).await.unwrap();
        desk.has("mode", "'none'");
        assert_eq!(browsers.state().await.set, None);
        browsers.undo().await.unwrap();
        assert_eq!(desk.keeps(), ("'none'".into(), format!("'{PAC}'")));
        assert!(browsers.remembered().unwrap().is_none());
    }

    #[tokio::test]
    async fn a_setting_that_does_not_stay_is_said_and_nothing_is_kept() {
        let desk = Desk::new("stay");
        desk.program("gsettings", "case $1 in\nwritable) echo true;;\nget) read -r v < \"$3\"; echo \"$v\";;\nesac");
        let browsers = desk.browsers();
        assert!(matches!(browsers.set_up(PAC).await, Err(Fault::Program(..))));
        assert_eq!(desk.keeps(), before());
        assert!(browsers.remembered().unwrap().is_none());
    }

    #[tokio::test]
    async fn without_the_systems_program_it_is_done_by_hand() {
        let desk = Desk::new("hand");
        let browsers = desk.browsers();
        assert!(!browsers.state().await.by_button);
        assert!(matches!(browsers.set_up(PAC).await, Err(Fault::Program(..))));
        desk.program("gsettings", "echo 'No such schema' >&2; exit 1");
        assert!(!browsers.state().await.by_button);
    }

    #[tokio::test]
    async fn only_an_address_on_this_computer_is_ever_set() {
        let desk = Desk::new("only");
        desk.settings();
        for bad in ["http://example.org/x.pac", "http://127.0.0.1:1/'; rm", "file:///etc/passwd"] {
            assert!(desk.browsers().set_up(bad).await.is_err(), "{bad}");
        }
        assert_eq!(desk.keeps(), before());
    }

    #[tokio::test]
    async fn a_page_is_opened_with_what_there_is() {
        const PAGE: &str = "http://bookings.localhost:4850/";
        let desk = Desk::new("open");
        let browsers = desk.browsers();
        assert_eq!(browsers.open(PAGE).await, Err(Fault::NoBrowser(PAGE.into(), String::new())));
        // A program that opens things, on a computer with nothing to open them in.
        desk.program("xdg-open", "exit 3");
        let Err(Fault::NoBrowser(_, tried)) = browsers.open(PAGE).await else { panic!("nothing opens it") };
        assert!(tried.starts_with("xdg-open: "), "{tried}");
        desk.program("chromium", "echo \"$@\" > opened");
        browsers.open(PAGE).await.unwrap();
        assert_eq!(std::fs::read_to_string(desk.0.join("opened")).unwrap().trim(), PAGE);
        for bad in ["file:///etc/passwd", "--help", ""] {
            assert!(matches!(browsers.open(bad).await, Err(Fault::NoBrowser(..))), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_browser_is_started_with_the_address() {
        let desk = Desk::new("start");
        desk.program("chromium", "echo \"$@\" > started");
        desk.program("google-chrome", "exit 3");
        let browsers = desk.browsers();
        let names: Vec<String> = browsers.state().await.startable.into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["Chromium", "Google Chrome"]);
        browsers.start("chromium", PAC).await.unwrap();
        let said = std::fs::read_to_string(desk.0.join("started")).unwrap();
        assert_eq!(said.trim(), format!("--proxy-pac-url={PAC}"));
        assert!(matches!(browsers.start("google-chrome", PAC).await, Err(Fault::Program(..))));
        assert!(matches!(browsers.start("sh", PAC).await, Err(Fault::Program(..))));
    }
}
