use super::*;

/// Somebody else, and a file of the administrator's that they cannot read. `None` where the test is no administrator's.
struct Trap {
    dir: tempfile::TempDir,
    theirs: PathBuf,
    secret: PathBuf,
}

const THEM: u32 = 61_001;

impl Trap {
    fn new() -> Option<Trap> {
        let dir = tempfile::tempdir().unwrap();
        if !process::geteuid().is_root() {
            eprintln!("SKIPPED what an administrator does in somebody's folder: needs root");
            return None;
        }
        // The way there is open, what is at its end is not.
        fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
        let (theirs, secret) = (dir.path().join("theirs"), dir.path().join("secret"));
        fs::create_dir(&theirs).unwrap();
        std::os::unix::fs::chown(&theirs, Some(THEM), Some(THEM)).unwrap();
        fs::write(&secret, "SECRET").unwrap();
        fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
        Some(Trap { dir, theirs, secret })
    }
    fn at(&self, name: &str) -> PathBuf {
        self.theirs.join(name)
    }
    /// A link of theirs to the secret.
    fn link(&self, name: &str) -> PathBuf {
        std::os::unix::fs::symlink(&self.secret, self.at(name)).unwrap();
        self.at(name)
    }
    fn is_intact(&self) {
        let about = fs::metadata(&self.secret).unwrap();
        assert_eq!((about.uid(), about.mode() & 0o777), (0, 0o600));
        assert_eq!(fs::read(&self.secret).unwrap(), b"SECRET");
    }
    fn is_theirs(path: &Path) -> bool {
        let about = fs::symlink_metadata(path).unwrap();
        (about.uid(), about.gid()) == (THEM, THEM)
    }
}

#[test]
fn an_administrator_is_not_led_to_files_of_their_own() {
    let Some(trap) = Trap::new() else { return };
    // Beside the file, where it is written first; and in its place.
    trap.link("config.new");
    let config = trap.link("config.toml");
    assert!(read_text(&config).is_err(), "it is not read through a link");
    write_private(&config, b"port = 5").unwrap();
    assert!(Trap::is_theirs(&config) && fs::read(&config).unwrap() == b"port = 5");
    assert!(create_log(&trap.link("node.log")).is_err());
    trap.link(".out.html.part");
    write(&trap.at("out.html"), Readers::Usual, b"page").unwrap();
    assert!(Trap::is_theirs(&trap.at("out.html")));
    assert!(write(&trap.link("out.csv"), Readers::Usual, b"a,b").is_err());
    make_private(&trap.at("a/b")).unwrap();
    assert!(Trap::is_theirs(&trap.at("a/b")));
    trap.is_intact();
}

#[test]
fn nor_by_a_folder_that_is_a_link() {
    let Some(trap) = Trap::new() else { return };
    let mine = trap.dir.path().join("mine");
    fs::create_dir(&mine).unwrap();
    std::os::unix::fs::symlink(&mine, trap.at("data")).unwrap();
    std::os::unix::fs::lchown(trap.at("data"), Some(THEM), Some(THEM)).unwrap();
    assert!(write_private(&trap.at("data/config.toml"), b"x").is_err());
    assert!(fill_folder(&trap.at("data"), |dir| fs::write(dir.join("a.json"), "{}")).is_err());
    // A link of theirs that stands elsewhere leads as well.
    let link = trap.dir.path().join("link");
    std::os::unix::fs::symlink(&mine, &link).unwrap();
    std::os::unix::fs::lchown(&link, Some(THEM), Some(THEM)).unwrap();
    assert!(write(&link.join("a"), Readers::Usual, b"x").is_err());
    assert_eq!(fs::read_dir(&mine).unwrap().count(), 0);
}

#[test]
fn what_nobody_else_can_lead_elsewhere_is_written_as_oneself() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Owner::to_work_for(&dir.path().join("new/file")), None);
    let path = dir.path().join("secret");
    for content in [b"one", b"two"] {
        write_private(&path, content).unwrap();
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn nobody_waits_for_a_pipe() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("config.toml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    assert!(read_text(&pipe).is_err());
}

#[test]
fn what_cannot_be_written_whole_leaves_what_was_there() {
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("page.html");
    write(&page, Readers::Usual, b"old").unwrap();
    // A name that is taken by a folder cannot be written beside.
    fs::create_dir_all(dir.path().join(".page.html.part/x")).unwrap();
    assert!(write(&page, Readers::Usual, b"new").is_err());
    assert_eq!(fs::read(&page).unwrap(), b"old");
    let full = write("/dev/full".as_ref(), Readers::Usual, b"x").unwrap_err();
    assert_eq!(full.kind(), io::ErrorKind::StorageFull);

    let folder = dir.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("old.json"), "old").unwrap();
    let broken = fill_folder(&folder, |part| {
        fs::write(part.join("old.json"), "new")?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert_eq!(broken.unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(fs::read(folder.join("old.json")).unwrap(), b"old");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let filling = Filling::begin(&folder).unwrap();
    for (name, text) in [("inner/b.json", "b"), ("old.json", "n"), ("old.json", "ew")] {
        filling.add(name, text.as_bytes()).unwrap();
    }
    for bad in ["../x", "/etc/x", "a/../../x", ""] {
        assert!(filling.add(bad, b"x").is_err(), "{bad}");
    }
    assert_eq!(fs::read(folder.join("old.json")).unwrap(), b"old", "not before the end");
    filling.finish().unwrap();
    assert_eq!(fs::read(folder.join("old.json")).unwrap(), b"new");
    assert_eq!(fs::read(folder.join("inner/b.json")).unwrap(), b"b");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    let fresh = dir.path().join("fresh");
    drop(Filling::begin(&fresh).unwrap());
    assert!(!fresh.exists());
}

#[test]
fn what_others_could_read_is_put_right() {
    let dir = tempfile::tempdir().unwrap();
    let (inner, file) = (dir.path().join("journal"), dir.path().join("journal/1.hgj"));
    fs::create_dir(&inner).unwrap();
    fs::write(&file, "x").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", inner.join("link")).unwrap();
    let before = fs::metadata("/etc/passwd").unwrap().mode();
    for (path, mode) in [(&inner, 0o755), (&file, 0o664)] {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    keep_private(&inner).unwrap();
    keep_private(&dir.path().join("not there")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!((mode(&inner), mode(&file)), (0o700, 0o600));
    assert_eq!(fs::metadata("/etc/passwd").unwrap().mode(), before);
}
