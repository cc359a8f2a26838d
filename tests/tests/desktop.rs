//! A real window on a screen without glass: what it shares with the other programs of a desktop.
//!
//! Not for: what is drawn, and what buttons do (`gui/tests`, `window`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use hedgerow_tests::lab::solo::Solo;
use hedgerow_tests::lab::{hedgerow, run, story, wait};

/// How long a program may take to start, or to end by itself.
pub const SOON: Duration = Duration::from_secs(20);
/// How long a window may take for a key that is pressed, and another program for what it hears of it.
const A_MOMENT: Duration = Duration::from_millis(600);

/// The Copy button of the page is nearer than this many presses of Tab.
const TABS_MAX: usize = 30;

/// A program that ends with the test.
pub struct Ends(pub Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Ends {
    /// How it ended, once it did.
    pub fn by_itself(&mut self) -> ExitStatus {
        wait::until_now("it ends by itself", SOON, || self.0.try_wait().expect("a process"))
    }
}

/// A screen without glass, and its name; nothing where there is no Xvfb. What it shows is in a file of a folder, if one is given.
pub fn screen(shows: Option<&Path>) -> Option<(Ends, String)> {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1080x740x24", "-nolisten", "tcp"]);
    if let Some(folder) = shows {
        command.arg("-fbdir").arg(folder);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut number = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut number).ok()?;
    Some((Ends(child), format!(":{}", number.trim())))
}

/// The screen as the programs on it use it.
struct Desktop {
    display: String,
    /// The file with what is on it.
    shows: PathBuf,
}

impl Desktop {
    fn program(&self, name: &str, args: &[&str]) -> Command {
        let mut command = Command::new(name);
        command.args(args).env("DISPLAY", &self.display).env_remove("WAYLAND_DISPLAY");
        command
    }

    /// Presses keys in the window that has the keyboard.
    fn keys(&self, keys: &[&str]) {
        let args: Vec<&str> = ["key", "--delay", "40"].iter().chain(keys).copied().collect();
        assert!(self.program("xdotool", &args).status().expect("xdotool").success(), "{keys:?}");
    }

    /// Presses keys one after the other, each when what the one before did is on the screen: a window that is slow to draw takes
    /// several at once for one.
    fn keys_one_by_one(&self, keys: &[&str]) {
        for key in keys {
            let before = self.shown();
            self.keys(&[key]);
            // Some keys change nothing that is seen.
            let mut last = wait::by_now(A_MOMENT, || Some(self.shown()).filter(|now| *now != before)).unwrap_or(before);
            wait::by_now(A_MOMENT, || std::mem::replace(&mut last, self.shown()).eq(&last).then_some(()));
        }
    }

    fn shown(&self) -> Vec<u8> {
        std::fs::read(&self.shows).expect("what is on the screen")
    }

    /// Another program copies this.
    fn copy(&self, text: &str) {
        let mut command = self.program("xclip", &["-in", "-selection", "clipboard"]);
        let mut xclip = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("xclip");
        xclip.stdin.take().expect("its input").write_all(text.as_bytes()).expect("room for it");
        assert!(xclip.wait().expect("xclip").success());
    }

    /// What another program would paste, once it is what is looked for.
    fn pasted(&self, fits: impl Fn(&str) -> bool) -> bool {
        let end = std::time::Instant::now() + wait::patience(A_MOMENT);
        loop {
            let out = self.program("xclip", &["-out", "-selection", "clipboard"]).output().expect("xclip");
            if fits(&String::from_utf8_lossy(&out.stdout)) {
                return true;
            }
            if std::time::Instant::now() > end {
                return false;
            }
        }
    }
}

fn is_here(program: &str) -> bool {
    Command::new(program).arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_copied_in_the_window_is_pasted_elsewhere_and_the_other_way_round() {
    let test = "the clipboard of a real window";
    for program in ["Xvfb", "xdotool", "xclip"] {
        if !is_here(program) {
            return hedgerow_tests::skip(test, &format!("{program} is not here (apt install xvfb xdotool xclip)"));
        }
    }
    let mut solo = Solo::new("clipboard");
    let folder = solo.dir.path().join("screen");
    std::fs::create_dir(&folder).expect("a folder");
    let Some((_screen, display)) = screen(Some(&folder)) else {
        return hedgerow_tests::skip(test, "Xvfb does not start");
    };
    solo.computer.start().await;
    let (data, home) = (solo.computer.data.clone(), solo.dir.path().join("home"));
    settings(&home);
    let desktop = Desktop { display, shows: folder.join("Xvfb_screen0") };
    let mut command = desktop.program(&hedgerow().with_file_name("hedgerow-desktop").display().to_string(), &[]);
    command.arg("--data").arg(&data).env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config"));
    command.env("LIBGL_ALWAYS_SOFTWARE", "1").env_remove("HEDGEROW_DATA").stdin(Stdio::null()).stdout(Stdio::null());
    let _window = Ends(command.stderr(Stdio::null()).spawn().expect("it starts"));
    let focus = ["search", "--sync", "--onlyvisible", "--name", "^Hedgerow$", "windowfocus", "--sync"];
    let found = run(&mut desktop.program("timeout", &[&["60", "xdotool"][..], &focus[..]].concat()));
    assert_eq!(found.code, Some(0), "there is no window: {found}");

    // The first page asks for a name. Into its field goes what another program copied; what is typed behind it comes out again.
    desktop.copy("Gwen from outside");
    wait::until_now("what was pasted comes back", SOON, || {
        desktop.keys(&["Tab", "ctrl+v", "exclam", "ctrl+a", "ctrl+c"]);
        desktop.pasted(|text| text.starts_with("Gwen from outside") && text.ends_with('!')).then_some(())
    });

    // With a community there is a page with a Copy button. How many presses of Tab lead there is for the page to say.
    story::found(&solo.computer, "Riverside").await;
    let mut tabs = 14;
    wait::until_now("the report is on the clipboard", SOON * 6, || {
        tabs = if tabs == TABS_MAX { 15 } else { tabs + 1 };
        desktop.keys_one_by_one(&["Escape", "F1"]);
        desktop.keys_one_by_one(&vec!["Tab"; tabs]);
        desktop.keys(&["space"]);
        desktop.pasted(|text| text.contains("content: ") && text.contains("warnings: ")).then_some(())
    });
}

/// Somebody who speaks English, and was asked before what happens when the window closes.
fn settings(home: &Path) {
    let folder = home.join("config").join("hedgerow");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("desktop.json"), r#"{"language":"en","goes_on":true}"#).expect("a file");
}

/// The window knows what a command looks like, so that it can leave it out: each command there is.
#[test]
fn the_window_knows_every_command_there_is() {
    let help = run(Command::new(hedgerow()).arg("help"));
    let commands: Vec<&str> = help
        .stdout
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        // What a command is for goes on in lines that stand further in.
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?.split_whitespace().next())
        .collect();
    assert!(commands.len() > 30, "{help}");
    let unknown: Vec<&&str> =
        commands.iter().filter(|c| !hedgerow_gui::fault::names_command(&format!("Try: hedgerow {c}"))).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
