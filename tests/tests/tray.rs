//! The sign beside the clock, on a message bus of its own with a desktop that shows signs: it comes when the window has
//! closed, opens the window, stops Hedgerow, and goes with it.
//!
//! And what comes in while there is no window is said on the desktop, in one short message, and counted on the leaf.
//!
//! Not for: how a desktop draws it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::desktop::{Ends, SOON, screen};
use hedgerow_tests::lab::solo::Solo;
use hedgerow_tests::lab::{Lab, hedgerow, story, wait};
use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::{OwnedValue, Value};

/// The part of a desktop that signs are told to.
struct Watcher(Sender<String>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str) {
        let _ = self.0.send(service.to_owned());
    }
    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// The part of a desktop that messages are said by. It reads markup.
struct Notifications(Sender<(String, String, u8)>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<&str> {
        vec!["body", "body-markup"]
    }
    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("test", "hedgerow", "1", "1.2")
    }
    fn close_notification(&self, _id: u32) {}
    #[allow(clippy::too_many_arguments, reason = "as the standard has it")]
    fn notify(
        &self,
        _app_name: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        _actions: Vec<&str>,
        hints: std::collections::HashMap<&str, Value<'_>>,
        _expires: i32,
    ) -> u32 {
        let urgency = hints.get("urgency").and_then(|v| u8::try_from(v).ok()).unwrap_or_default();
        let _ = self.0.send((summary.to_owned(), body.to_owned(), urgency));
        1
    }
}

/// A message bus of its own, and its address.
fn bus() -> Option<(Ends, String)> {
    let mut command = Command::new("dbus-daemon");
    let mut child = command
        .args(["--session", "--nofork", "--nopidfile", "--print-address"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut address = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut address).ok()?;
    Some((Ends(child), address.trim().to_owned()))
}

/// A desktop that shows signs, and the names of those that come.
fn desktop(address: &str) -> (Connection, Receiver<String>) {
    let (told, signs) = channel();
    let builder = connection::Builder::address(address).and_then(|b| b.name("org.kde.StatusNotifierWatcher"));
    let builder = builder.and_then(|b| b.serve_at("/StatusNotifierWatcher", Watcher(told)));
    (builder.and_then(connection::Builder::build).expect("a desktop"), signs)
}

/// `hedgerow-desktop` on this bus, without a screen.
fn program(address: &str, data: &Path, home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(hedgerow().with_file_name("hedgerow-desktop"));
    command.args(args).arg("--data").arg(data).env("DBUS_SESSION_BUS_ADDRESS", address);
    command.env("HOME", home).env("XDG_CONFIG_HOME", home.join("config"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("HEDGEROW_DATA");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// The process that is a window for this folder, and nothing else.
fn window_of(data: &Path) -> Option<String> {
    let wanted = [b"--data\0".as_slice(), data.as_os_str().as_encoded_bytes(), b"\0"].concat();
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    processes.map(|process| process.file_name().to_string_lossy().into_owned()).find(|id| {
        let args = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        args.iter().position(|b| *b == 0).is_some_and(|end| args[end + 1..] == wanted)
    })
}

/// The entries of the sign's menu, by what they say.
fn entries(menu: &Proxy<'_>) -> Vec<(i32, String)> {
    type Layout = (u32, (i32, std::collections::HashMap<String, OwnedValue>, Vec<OwnedValue>));
    let (_, (_, _, entries)): Layout = menu.call("GetLayout", &(0, -1, Vec::<&str>::new())).expect("a menu");
    let read = |entry: OwnedValue| -> Option<(i32, String)> {
        let (id, properties, _): (i32, std::collections::HashMap<String, OwnedValue>, Vec<OwnedValue>) =
            entry.try_into().ok()?;
        Some((id, properties.get("label")?.try_clone().ok()?.try_into().ok()?))
    };
    entries.into_iter().filter_map(read).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sign_beside_the_clock_says_that_hedgerow_goes_on() {
    let Some((_bus, address)) = bus() else {
        return hedgerow_tests::skip("the sign beside the clock", "dbus-daemon is not here (apt install dbus-daemon)");
    };
    let mut solo = Solo::new("tray");
    solo.computer.start().await;
    let (data, home) = (solo.computer.data.clone(), solo.dir.path().join("home"));
    std::fs::create_dir_all(&home).expect("a folder");

    // On a desktop without such signs it ends at once, and so does one for a node that does not run.
    let mut nowhere = Ends(program(&address, &data, &home, &["--tray"]).spawn().expect("it starts"));
    assert!(nowhere.by_itself().success());

    let story = move || {
        let (bus, signs) = desktop(&address);
        let nobody = home.join("nobody");
        std::fs::create_dir_all(&nobody).expect("a folder");
        assert!(Ends(program(&address, &nobody, &home, &["--tray"]).spawn().expect("it starts")).by_itself().success());
        let screen = screen(None);
        let mut command = program(&address, &data, &home, &["--tray"]);
        command.envs(screen.iter().map(|(_, name)| ("DISPLAY", name)));
        let mut tray = Ends(command.spawn().expect("it starts"));
        let name = signs.recv_timeout(wait::patience(SOON)).expect("a sign");
        // A second one is one too many.
        assert!(Ends(program(&address, &data, &home, &["--tray"]).spawn().expect("it starts")).by_itself().success());
        assert!(signs.try_recv().is_err(), "there are two signs");

        let sign = Proxy::new(&bus, name.clone(), "/StatusNotifierItem", "org.kde.StatusNotifierItem").expect("a sign");
        let title: String = sign.get_property("Title").expect("a title");
        assert_eq!(title, "Hedgerow");
        let menu = Proxy::new(&bus, name, "/MenuBar", "com.canonical.dbusmenu").expect("a menu");
        let entries = entries(&menu);
        let names: Vec<&str> = entries.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["Open the window", "Stop Hedgerow"]);
        let now = Value::from(0i32);
        if screen.is_some() {
            let () = sign.call("Activate", &(0i32, 0i32)).expect("it can be pressed");
            let window = wait::until_now("a window opens", SOON, || window_of(&data));
            assert!(Command::new("kill").arg(window).status().expect("kill").success());
        } else {
            hedgerow_tests::skip("the window from the sign beside the clock", "Xvfb is not here (apt install xvfb)");
        }
        let () = menu.call("Event", &(entries[1].0, "clicked", &now, 0u32)).expect("it can be pressed");
        assert!(tray.by_itself().success());
    };
    tokio::task::spawn_blocking(story).await.expect("the story");
    assert!(solo.computer.api().status().await.is_err(), "the node goes on");
}

/// Topology: Ann and Bob on one switch; Bob's computer goes on without its window. Goal: what Ann writes is said on Bob's
/// desktop once, what Bob writes himself is not, and the leaf counts what nobody has seen.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_without_a_window_is_said_and_counted() {
    let Some((_bus, address)) = bus() else {
        return hedgerow_tests::skip("what the desktop says", "dbus-daemon is not here (apt install dbus-daemon)");
    };
    let Some(mut lab) = Lab::new("what the desktop says", &["ann", "bob"]) else { return };
    for name in ["ann", "bob"] {
        lab.at_mut(name).start().await;
    }
    let (ann, bob) = (lab.at("ann"), lab.at("bob"));
    story::found(ann, "Riverside").await;
    story::join(bob, ann).await;
    story::equal(&[ann, bob], SOON).await;
    let home = tempfile::tempdir().expect("a folder");
    let (told, said) = channel();
    let (sent, signs) = channel();
    let desktop = connection::Builder::address(address.as_str())
        .and_then(|b| b.name("org.kde.StatusNotifierWatcher"))
        .and_then(|b| b.name("org.freedesktop.Notifications"))
        .and_then(|b| b.serve_at("/StatusNotifierWatcher", Watcher(sent)))
        .and_then(|b| b.serve_at("/org/freedesktop/Notifications", Notifications(told)));
    let desktop = tokio::task::block_in_place(|| desktop.and_then(connection::Builder::build).expect("a desktop"));
    let _tray = Ends(program(&address, &bob.data, home.path(), &["--tray"]).spawn().expect("it starts"));
    let name = tokio::task::block_in_place(|| signs.recv_timeout(wait::patience(SOON)).expect("a sign"));
    let seen = bob.data.join("seen.json");
    tokio::task::block_in_place(|| {
        wait::until_now("what is there already was looked at", SOON, || seen.exists().then_some(()));
    });

    bob.cli(&["notice", "new", "--title", "My own"]).expect(0, "");
    ann.cli(&["notice", "new", "--title", "Water <b>off</b>", "--severity", "urgent"]).expect(0, "");
    let message = tokio::task::block_in_place(|| {
        wait::until_now("the desktop says it", Duration::from_secs(40), || said.try_recv().ok())
    });
    // What looks like markup was never any.
    assert_eq!(message, ("Act now: Water off".to_owned(), "ann".to_owned(), 2));
    let tip = |name: String| -> String {
        type Tip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);
        let sign = Proxy::new(&desktop, name, "/StatusNotifierItem", "org.kde.StatusNotifierItem").expect("a sign");
        let tip: OwnedValue = sign.get_property("ToolTip").expect("it says what it is");
        Tip::try_from(tip).map(|tip| tip.3).expect("a tip")
    };
    tokio::task::block_in_place(|| {
        wait::until_now("the leaf counts it", SOON, || (tip(name.clone()) == "1 new thing came in").then_some(()));
    });
    // A window that is open says it by itself, so the leaf keeps silent; and nothing is said twice.
    let lock = std::fs::File::create(bob.data.join("window.lock")).expect("a file");
    lock.lock().expect("a lock");
    ann.cli(&["notice", "new", "--title", "Said by the window"]).expect(0, "");
    tokio::task::block_in_place(|| {
        wait::until_now("the leaf counts it too", Duration::from_secs(40), || {
            (tip(name.clone()) == "2 new things came in").then_some(())
        });
    });
    assert!(said.try_recv().is_err(), "it is said once");
}
