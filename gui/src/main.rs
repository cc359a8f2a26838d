//! `hedgerow-desktop`: what residents, hosts and groups use.
//!
//! Opens the window and sees to it that a node runs. The node is this same program, started once more as a process of
//! its own, so that neither takes the other down. Where there is no screen it becomes the node itself. When the window is
//! closed and the node goes on, a third process is the sign beside the clock that says so.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use hedgerow_gui::app::App;
use hedgerow_gui::engine::{Engine, Started, Starter};
use hedgerow_gui::settings::Settings;
use hedgerow_gui::words::Words;
use hedgerow_node::files::{self, Owner};
use hedgerow_node::paths::DataDir;

/// First argument that turns this program into the command line.
const AS_NODE: &str = "node";

const HELP: &str = "\
Hedgerow: your community's own network, on your own computers.

Usage: hedgerow-desktop [--data DIR]     open the window
       hedgerow-desktop --tray           only the sign beside the clock, until Hedgerow stops
       hedgerow-desktop node COMMAND     the command line: try `hedgerow-desktop node help`

Options:
      --data DIR   Folder of one community on this computer [env: HEDGEROW_DATA]
  -h, --help       Print help
  -V, --version    Print version";

/// What was asked for on the command line.
enum Wanted {
    Window { data: Option<PathBuf> },
    Tray { data: Option<PathBuf> },
    CommandLine(Vec<OsString>),
    Print(String),
    Wrong(String),
}

fn wanted(args: impl IntoIterator<Item = OsString>) -> Wanted {
    let mut args = args.into_iter().skip(1).peekable();
    // The command line starts its node with the name of the program it is in, followed by the command itself.
    if let Some(first) = args.peek().filter(|a| !a.as_encoded_bytes().starts_with(b"-")) {
        let rest = if *first == AS_NODE { 1 } else { 0 };
        return Wanted::CommandLine(args.skip(rest).collect());
    }
    let (mut data, mut tray) = (None, false);
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("--data") => match args.next() {
                Some(dir) => data = Some(PathBuf::from(dir)),
                None => return Wanted::Wrong("--data needs a folder".into()),
            },
            Some("--tray") => tray = true,
            Some("-h" | "--help") => return Wanted::Print(HELP.into()),
            Some("-V" | "--version") => {
                return Wanted::Print(format!("hedgerow-desktop {}", env!("CARGO_PKG_VERSION")));
            }
            Some(text) if text.starts_with("--data=") => data = Some(PathBuf::from(&text["--data=".len()..])),
            _ => return Wanted::Wrong(format!("{} is not known here", arg.display())),
        }
    }
    if tray { Wanted::Tray { data } } else { Wanted::Window { data } }
}

/// The folder that was asked for, or the usual one.
fn folder(asked: Option<PathBuf>) -> DataDir {
    DataDir::choose(asked.or_else(|| std::env::var_os("HEDGEROW_DATA").map(PathBuf::from)))
}

fn main() -> ExitCode {
    match wanted(std::env::args_os()) {
        Wanted::CommandLine(rest) => command_line(rest),
        Wanted::Print(text) => {
            let printed = writeln!(std::io::stdout(), "{text}");
            if printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Wanted::Wrong(what) => {
            eprintln!("hedgerow-desktop: {what}\n\n{HELP}");
            ExitCode::from(2)
        }
        Wanted::Tray { data } => {
            let data = folder(data);
            become_owner(&data).unwrap_or_else(|| beside_the_clock(&data))
        }
        Wanted::Window { data } => {
            let data = folder(data);
            if let Some(failed) = become_owner(&data) {
                return failed;
            }
            match open_window(&data) {
                Ok(()) => {
                    // Whoever let it go on sees that it does.
                    if Settings::path().is_some_and(|path| Settings::load(&path).is_ok_and(|s| s.goes_on == Some(true)))
                    {
                        let _ = again(&data, &["--tray"]);
                    }
                    ExitCode::SUCCESS
                }
                Err(why) => without_screen(&data, &why),
            }
        }
    }
}

/// An administrator opens somebody else's folder as whom it belongs to, before there is a second thread. The exit code when
/// that is not possible.
fn become_owner(data: &DataDir) -> Option<ExitCode> {
    let owner = Owner::to_work_for(data.path())?;
    let why = owner.become_them().err()?;
    eprintln!("hedgerow-desktop: this folder belongs to {}: {why}", owner.name());
    Some(ExitCode::FAILURE)
}

/// Starts this program once more, beside this one.
fn again(data: &DataDir, options: &[&str]) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(options).arg("--data").arg(data.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

fn beside_the_clock(data: &DataDir) -> ExitCode {
    let settings = || Settings::path().and_then(|path| Settings::load(&path).ok()).unwrap_or_default();
    let words = Words { language: settings().language.unwrap_or_default() };
    let open = || {
        if let Ok(mut window) = again(data, &[]) {
            // Somebody has to hear when it ends.
            std::thread::spawn(move || window.wait());
        }
    };
    match hedgerow_gui::tray::stay(data.path(), words, &settings, open) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("hedgerow-desktop: no sign beside the clock: {why}");
            ExitCode::FAILURE
        }
    }
}

fn command_line(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    hedgerow_node::cli::main(std::iter::once(OsString::from("hedgerow")).chain(args))
}

/// Opens the window and returns when it is closed. The error says in a few words why there is none.
fn open_window(data: &DataDir) -> Result<(), String> {
    let is_set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    if cfg!(target_os = "linux") && !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") && !is_set("WAYLAND_SOCKET") {
        return Err("there is no screen here".into());
    }
    let viewport = egui::ViewportBuilder::default()
        .with_title("Hedgerow")
        .with_app_id("org.hedgerow.Hedgerow")
        .with_inner_size([1080.0, 740.0])
        .with_min_inner_size([420.0, 300.0]);
    // The system's typefaces come with ours, and are not looked for before they are needed.
    let options = eframe::NativeOptions { viewport, system_font_fallback: false, ..eframe::NativeOptions::default() };
    let folder = data.path().to_owned();
    // While it is there, the leaf beside the clock leaves it to this window to say what comes in. Where there is no folder
    // yet, there is no leaf either.
    let _open = hedgerow_gui::tray::window_lock(&folder);
    let drafts = folder.clone();
    let starter = starter(data.clone());
    let opened = eframe::run_native(
        "hedgerow",
        options,
        Box::new(move |cc| {
            let ctx = cc.egui_ctx.clone();
            let engine = Engine::start(folder, starter, move || ctx.request_repaint())?;
            let app = App::new(Box::new(engine), Settings::path()).with_drafts(&drafts);
            app.dress(&cc.egui_ctx);
            Ok(Box::new(app))
        }),
    );
    opened.map_err(|e| format!("a window could not be opened: {e}"))
}

/// Starts this program once more, as the node.
fn starter(data: DataDir) -> Starter {
    Box::new(move || {
        data.make()?;
        let log = data.log();
        let file = files::create_log(&log)?;
        let child = Command::new(std::env::current_exe()?)
            .args([AS_NODE, "run", "--data"])
            .arg(data.path())
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        Ok(Started { child, log })
    })
}

/// Runs the node in this process, and tells what can be typed in another terminal.
fn without_screen(data: &DataDir, why: &str) -> ExitCode {
    let hedgerow = hedgerow_as_typed();
    let default = DataDir::choose(None).path() == data.path();
    let with_data = if default { String::new() } else { format!(" --data {}", quoted(data.path())) };
    eprintln!("Hedgerow runs without its window, because {why}. Press Ctrl-C to stop it.");
    eprintln!("Type these in another terminal:");
    for (command, what) in [
        ("status", "how it is doing"),
        ("community new \"Riverside\" --name \"Ann\"", "start a community"),
        ("join INVITE --name \"Ann\"", "or join one"),
        ("find library --open-now", "find something"),
    ] {
        eprintln!("  {hedgerow} {command}{with_data}    # {what}");
    }
    command_line(["run".into(), "--data".into(), data.path().as_os_str().to_owned()])
}

/// How the command line is called from where we are: the program of that name if it lies beside this one, else this one.
fn hedgerow_as_typed() -> String {
    let Ok(me) = std::env::current_exe() else { return "hedgerow".into() };
    let beside = me.with_file_name("hedgerow");
    // One that is older than this program was built from other source: better ourselves than that.
    let built = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
    let (program, suffix) = if built(&beside) >= built(&me) { (beside, "") } else { (me, " node") };
    let here = std::env::current_dir().ok();
    let shown = match here.as_deref().and_then(|dir| program.strip_prefix(dir).ok()) {
        Some(relative) => Path::new(".").join(relative),
        None => program,
    };
    format!("{}{suffix}", quoted(&shown))
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+@:".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn words_go_to_the_command_line_and_options_to_the_window() {
        let rest = |text: &str| match wanted(args(text)) {
            Wanted::CommandLine(rest) => rest,
            _ => panic!("{text}"),
        };
        assert_eq!(rest("x node status --json"), args("status --json"));
        assert_eq!(rest("x run --data d"), args("run --data d"));
        assert!(matches!(wanted(args("x")), Wanted::Window { data: None }));
        assert!(matches!(wanted(args("x --data d")), Wanted::Window { data: Some(d) } if d == Path::new("d")));
        assert!(matches!(wanted(args("x --data=d")), Wanted::Window { data: Some(d) } if d == Path::new("d")));
        assert!(matches!(wanted(args("x --tray --data d")), Wanted::Tray { data: Some(d) } if d == Path::new("d")));
        assert!(matches!(wanted(args("x --data")), Wanted::Wrong(_)));
        assert!(matches!(wanted(args("x --fast")), Wanted::Wrong(_)));
    }

    #[test]
    fn paths_are_quoted_as_shells_take_them() {
        assert_eq!(quoted(Path::new("./target/release/hedgerow")), "./target/release/hedgerow");
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
    }
}
