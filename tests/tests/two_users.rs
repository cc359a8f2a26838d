//! Two people who use one computer, neither of them its administrator.
//!
//! Topology: one computer. Ann's Hedgerow runs there as her user; Bob is another user of the same computer. Goal: Ann uses
//! hers as always, Bob can neither use it nor read what it keeps, nor answer in its place; and he can run one of his own
//! beside it.

use hedgerow_tests::lab::user::{Homes, ONE, OTHER};
use hedgerow_tests::lab::{Computer, Lab, run, story};
use std::path::{Path, PathBuf};

/// Does something at the end.
struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// What is at a folder and below it, as root sees it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let said = run(std::process::Command::new("find").arg(folder).args(["-mindepth", "1", "-print0"])).stdout;
    said.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).collect()
}

/// Those of the paths that this user can read, list, write or, where it is a socket, connect to.
fn within_reach(who: &Computer, paths: &[PathBuf]) -> Vec<PathBuf> {
    let script = r#"
import os, socket, stat, sys
for path in sys.argv[1:]:
    try:
        kind = os.lstat(path).st_mode
        if stat.S_ISSOCK(kind):
            socket.socket(socket.AF_UNIX).connect(path)
        elif stat.S_ISDIR(kind):
            os.listdir(path)
        else:
            with open(path, "rb") as file:
                file.read(1)
    except OSError:
        if not os.access(path, os.W_OK):
            continue
    print(path, end="\0")
"#;
    let mut args = vec!["-c", script];
    args.extend(paths.iter().filter_map(|path| path.to_str()));
    let said = run(&mut who.program("python3", &args));
    assert_eq!(said.code, Some(0), "{said}");
    said.stdout.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).collect()
}

fn names(paths: &[PathBuf]) -> Vec<&str> {
    paths.iter().filter_map(|path| path.file_name()?.to_str()).collect()
}

/// Ann runs hers, with something in it.
async fn anns(lab: &Lab, homes: &Homes) -> Computer {
    let mut ann = homes.computer("ann", lab.at("library"), ONE);
    ann.start().await;
    ann.cli(&["community", "new", "Riverside", "--name", "Ann"]).expect(0, "Riverside");
    story::publish(&ann, story::notice("Flood warning")).await;
    ann
}

/// Bob tries all there is to try at Ann's.
fn nothing_for_bob(homes: &Homes, ann: &Computer) {
    let mut bob = homes.computer("bob", ann, OTHER);
    bob.data = ann.data.clone();
    for args in [&["status"][..], &["find", "flood"], &["identity", "kit"], &["notice", "new", "--title", "Mine"]] {
        let said = bob.cli(args);
        assert!(said.code.is_some_and(|code| code != 0) && said.stdout.is_empty(), "{args:?}: {said}");
        assert!(!said.stderr.contains("Riverside") && !said.stderr.contains("Flood"), "{args:?}: {said}");
    }
    let there = files(&ann.data);
    assert!(names(&there).contains(&"api.sock") && names(&there).contains(&"device") && there.len() > 8, "{there:?}");
    let reached = within_reach(&bob, &there);
    assert!(reached.is_empty(), "Bob reaches {reached:?}");
    // Looked at with the same eyes, Ann reaches all of it that is still there: the eyes are not blind.
    let hers = within_reach(ann, &there);
    let missed: Vec<_> = there.iter().filter(|path| path.exists() && !hers.contains(path)).collect();
    assert!(missed.is_empty(), "Ann does not reach {missed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_the_same_computer_reads_and_changes_nothing() {
    let Some(lab) = Lab::new("two users of one computer", &["library"]) else { return };
    let homes = Homes::new();
    let ann = anns(&lab, &homes).await;
    nothing_for_bob(&homes, &ann);

    // A second one in Ann's folder does not start, and leaves the first alone.
    let mut in_anns = homes.computer("bob", &ann, OTHER);
    in_anns.data = ann.data.clone();
    in_anns.cli(&in_anns.run).expect(1, "");
    ann.cli(&["find", "flood"]).expect(0, "Flood warning");

    // His own beside it is another one.
    let mut bob = homes.computer("bob", &ann, OTHER);
    bob.start().await;
    bob.cli(&["community", "new", "Hillside", "--name", "Bob"]).expect(0, "Hillside");
    ann.cli(&["status"]).expect(0, "Riverside");
    nothing_for_bob(&homes, &ann);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_was_open_to_others_is_closed() {
    let Some(lab) = Lab::new("two users of one computer", &["library"]) else { return };
    let homes = Homes::new();
    let data = homes.computer("ann", lab.at("library"), ONE).data.clone();
    std::fs::create_dir(&data).expect("a folder");
    ONE.owns(&data);
    let mut ann = anns(&lab, &homes).await;
    nothing_for_bob(&homes, &ann);
    ann.stop().await;

    // As an earlier version left it.
    for name in ["journal", "index", "node.lock"] {
        let opened = run(std::process::Command::new("chmod").args(["-R", "a+rX"]).arg(data.join(name)));
        assert_eq!(opened.code, Some(0), "{opened}");
    }
    let bob = homes.computer("bob", &ann, OTHER);
    assert!(within_reach(&bob, &files(&data)).len() > 4, "it was open");
    ann.start().await;
    nothing_for_bob(&homes, &ann);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_in_anothers_place() {
    let Some(lab) = Lab::new("two users of one computer", &["library"]) else { return };
    let homes = Homes::new();
    // Too long a path for a socket: it is made where everybody may make folders, and Bob was there first.
    let shared = homes.of(OTHER).join("tmp");
    run(std::process::Command::new("mkdir").args(["-m", "1777"]).arg(&shared));
    let mut ann = homes.computer("ann", lab.at("library"), ONE);
    let bob = homes.computer("bob", lab.at("library"), OTHER);
    ann.data = ann.data.with_file_name("x".repeat(100));
    ann.variables.push(("TMPDIR".into(), shared.display().to_string()));
    ann.variables.push(("XDG_RUNTIME_DIR".into(), String::new()));
    ann.start().await;
    let socket = std::fs::read_to_string(ann.data.join("api.path")).expect("where the socket is");
    let folder = Path::new(&socket).parent().expect("a folder").to_owned();
    assert!(folder.starts_with(&shared), "{socket}");
    assert!(within_reach(&bob, &[folder.clone(), socket.clone().into()]).is_empty(), "Bob reaches {socket}");
    assert_eq!(within_reach(&ann, &[folder.clone(), socket.into()]).len(), 2);
    ann.stop().await;

    std::fs::remove_dir_all(&folder).expect("it is empty");
    let folder = folder.to_str().expect("a path");
    let made = run(&mut bob.program("mkdir", &["-m", "777", folder]));
    assert_eq!(made.code, Some(0), "{made}");
    ann.cli(&["run", "--port", "0", "--no-multicast", "--bind", "127.0.0.1"]).expect(1, "belongs to somebody else");
    assert_eq!(run(&mut bob.program("ls", &["-A", folder])).stdout, "", "nothing of Ann's is in Bob's folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_is_not_led_to_files_of_their_own() {
    let Some(lab) = Lab::new("an administrator in somebody's folder", &["library"]) else { return };
    let homes = Homes::new();
    let ann = homes.computer("ann", lab.at("library"), ONE);
    let plain = Computer::new("root", ann.namespace.clone(), homes.of(ONE));
    let program = homes.program().display().to_string();
    let data = ann.data.display().to_string();
    let root = |args: &[&str]| run(&mut plain.program(&program, &[args, &["--data", &data]].concat()));
    let made = run(&mut ann.program("mkdir", &["-p", ann.data.to_str().expect("a path")]));
    assert_eq!(made.code, Some(0), "{made}");
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(secret.path(), "SECRET").expect("written");
    let link = |name: &str| {
        let (from, to) = (secret.path().display().to_string(), ann.data.join(name).display().to_string());
        let made = run(&mut ann.program("ln", &["-sfn", &from, &to]));
        assert_eq!(made.code, Some(0), "{made}");
    };
    let intact = || {
        use std::os::unix::fs::MetadataExt as _;
        let about = secret.path().metadata().expect("the secret");
        assert_eq!((about.uid(), about.mode() & 0o777), (0, 0o600));
        assert_eq!(std::fs::read(secret.path()).expect("the secret"), b"SECRET");
    };

    // Settings: beside the file, and in its place.
    link("config.new");
    root(&["config", "set", "port", "4847"]).expect(0, "4847");
    intact();
    assert_eq!(run(&mut ann.program("cat", &[ann.data.join("config.toml").to_str().expect("a path")])).code, Some(0));
    link("config.toml");
    let said = root(&["config", "get"]);
    assert!(said.code == Some(1) && !format!("{said}").contains("SECRET"), "{said}");
    root(&["config", "set", "port", "4847"]).expect(1, "permission denied");
    intact();
    run(&mut ann.program("rm", &[ann.data.join("config.toml").to_str().expect("a path")]));

    // What a start writes.
    for name in ["node.log", "node.lock"] {
        link(name);
        root(&["up", "--port", "0", "--no-multicast", "--bind", "127.0.0.1"]).expect(1, "permission denied");
        intact();
        run(&mut ann.program("rm", &[ann.data.join(name).to_str().expect("a path")]));
    }
    // It goes with the test, whatever comes of it.
    let _down = OnDrop(|| drop(root(&["down"])));
    // And where nothing is in the way, it is Ann's Hedgerow that starts, and Ann's files that it makes.
    root(&["up", "--port", "0", "--no-multicast", "--bind", "127.0.0.1"]).expect(0, "runs as");
    ann.cli(&["community", "new", "Riverside", "--name", "Ann"]).expect(0, "Riverside");
    let made = root(&["notice", "new", "--title", "Flood warning"]);
    made.expect(0, "Flood warning");
    let there = files(&ann.data);
    let missed: Vec<_> = there.iter().filter(|path| !within_reach(&ann, &there).contains(path)).collect();
    assert!(there.len() > 8 && missed.is_empty(), "{missed:?} of {there:?}");

    // What is written for the administrator into Ann's folder.
    let page = ann.data.join("invite.txt").display().to_string();
    link(".invite.txt.part");
    root(&["invite", "--file", &page]).expect(0, "written");
    intact();
    link("invite.txt");
    root(&["invite", "--file", &page]).expect(1, "not permitted");
    intact();

    root(&["down"]).expect(0, "stopped");
    // Nobody else answers in Ann's place, whatever her folder says: root's own programs least of all.
    let socket = tempfile::tempdir().expect("a folder");
    let path = socket.path().join("api.sock");
    let _listening = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
    let said = format!("printf %s {} > {}", path.display(), ann.data.join("api.path").display());
    assert_eq!(run(&mut ann.program("sh", &["-c", &said])).code, Some(0));
    root(&["status"]).expect(3, "not running");
}
