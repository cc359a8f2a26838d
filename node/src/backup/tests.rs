//! Backups: what comes back, what is refused, and what a folder is like after that.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hedgerow_protocol::authority::build;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Record;

use super::*;
use crate::core::tests::{NOW, Town, key, service};
use crate::core::{CoreOptions, Draft, Origin};
use crate::files::write_private;
use crate::identity::Keys;

const SECRET: &str = "five words that nobody says";
/// Folders are small here, and the file is a few kilobytes.
const FILE_NAME: &str = "me.backup";

/// A folder of a town's only steward, with a backup of it.
struct Home {
    temp: tempfile::TempDir,
    town: Town,
    dir: DataDir,
}

impl Home {
    /// Everything a folder may have, and the backup of it.
    async fn new() -> (Home, Vec<Record>) {
        let temp = tempfile::tempdir().unwrap();
        let dir = DataDir::choose(Some(temp.path().join("old")));
        dir.make().unwrap();
        let device = Keys::open(&dir).unwrap().device;
        let town = Town { device: device.clone(), ..Town::new() };
        let hlc = Hlc::new(NOW - 1_000_000, 1);
        let [person, listed] = build::newcomer(&town.id(), &key(1), &device, hlc).unwrap();
        let town = Town { person: person.id(), first: vec![town.genesis.clone(), person, listed], ..town };
        let home = Home { temp, town, dir };
        let core = home.town.create(home.dir.path());
        let mut own = Vec::new();
        for n in 0..7 {
            let draft = Draft::new(home.town.person, Kind::SERVICE, *b"food", service(&format!("Food {n}"), "Exeter"));
            own.extend(core.publish(vec![draft]).await.unwrap());
        }
        // A neighbour's: it is in no backup.
        let (bob, bob_id, records) = home.town.neighbour(&core.authority(), 30);
        core.arrive(records, Origin::Bundle).await.unwrap();
        core.arrive(vec![home.town.record(&bob, bob_id, "b", "Bob's", NOW, 0)], Origin::Bundle).await.unwrap();
        core.put_local("invite/abc", b"open").await.unwrap();
        core.put_local("blocked/xyz", &[7; 300]).await.unwrap();
        for (name, text) in home.files() {
            let path = home.dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            write_private(&path, text.as_bytes()).unwrap();
        }
        std::fs::write(home.dir.path().join("node.log"), "not this").unwrap();
        std::fs::write(home.dir.path().join("half.new"), "nor this").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", home.dir.path().join("link")).unwrap();
        let mut file = Vec::new();
        write(&mut file, &core, &home.dir, SECRET).unwrap();
        std::fs::write(home.file(), file).unwrap();
        core.close().await;
        (home, own)
    }
    fn files(&self) -> BTreeMap<&'static str, String> {
        let long = "x".repeat(PIECE_BYTES + 3);
        BTreeMap::from([
            ("config.toml", "port = 5\n".into()),
            ("member.json", "{}".into()),
            ("gateway-vouchers", long),
            ("left/2026-01-01-1/keys/device", "an old key".into()),
            ("what-nobody-thought-of", String::new()),
        ])
    }
    fn file(&self) -> std::path::PathBuf {
        self.temp.path().join(FILE_NAME)
    }
    fn empty(&self) -> DataDir {
        DataDir::choose(Some(self.temp.path().join("new")))
    }
    /// Tries to put back a changed file, and looks that nothing is left of it.
    async fn refused(&self, file: &[u8], secret: &str) -> BackupError {
        let path = self.temp.path().join("changed");
        std::fs::write(&path, file).unwrap();
        let refused = restore(&self.empty(), &path, secret).await.expect_err("refused");
        assert!(!self.empty().path().exists(), "nothing is left of it");
        refused
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_only_this_computer_has_comes_back() {
    let (home, own) = Home::new().await;
    let dir = home.empty();
    assert_eq!(look(&home.file(), SECRET).await.unwrap().records, 7 + 6);
    assert!(!dir.path().exists(), "a look changes nothing");
    let restored = restore(&dir, &home.file(), SECRET).await.unwrap();
    assert_eq!((restored.community, restored.written_ms, restored.records), (home.town.id(), NOW, 13));
    for (name, text) in home.files() {
        let path = dir.path().join(name);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{name}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    for name in ["node.log", "half.new", "link", ".hedgerow.restoring"] {
        assert!(!dir.path().join(name).exists(), "{name}");
    }
    assert_eq!(Keys::open(&dir).unwrap().device.public(), home.town.device.public());

    let core = Core::open(home.town.options(dir.path())).unwrap().0;
    assert_eq!(core.written_here(), own.iter().map(Record::id).collect::<Vec<_>>(), "older versions as well");
    assert!(own.iter().all(|r| core.record(&r.id()).as_ref() == Some(r)));
    assert_eq!(core.counts().authority, 6);
    assert_eq!(core.of_kind(Kind::SERVICE, false).len(), 7, "what Bob wrote comes back from Bob");
    assert_eq!(
        (core.local("invite/abc").unwrap(), core.local("blocked/xyz").unwrap()),
        (b"open".to_vec(), vec![7; 300])
    );
    let draft = Draft::new(home.town.person, Kind::SERVICE, *b"food", service("Food again", "Exeter"));
    let next = core.publish(vec![draft]).await.unwrap().remove(0);
    assert!(own.iter().all(|r| r.payload().hlc < next.payload().hlc));
    assert_eq!(next.payload().prev, [own[6].id()]);
    core.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_or_changed_is_refused_and_leaves_nothing() {
    let (home, _) = Home::new().await;
    let file = std::fs::read(home.file()).unwrap();
    assert!(matches!(
        home.refused(&file, "other words that nobody says").await,
        BackupError::Secret(KitError::Passphrase)
    ));
    assert!(matches!(home.refused(b"hello", SECRET).await, BackupError::Damaged(_)));
    let half = home.temp.path().join("half");
    std::fs::write(&half, &file[..file.len() / 2]).unwrap();
    assert!(matches!(look(&half, SECRET).await, Err(BackupError::Damaged(_))), "a look says the same");
    for cut in [file.len() - 1, file.len() / 2] {
        assert!(matches!(home.refused(&file[..cut], SECRET).await, BackupError::Damaged(_)), "{cut}");
    }
    for at in [file.len() - 1, file.len() / 2] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(matches!(home.refused(&changed, SECRET).await, BackupError::Damaged(_)), "{at}");
    }
    assert!(matches!(
        write(Vec::new(), &home.town.create(&home.temp.path().join("x")), &home.dir, "short"),
        Err(BackupError::Secret(KitError::Weak))
    ));
}

/// The frames of a backup, to be written again otherwise.
fn frames_of(file: &[u8]) -> Vec<(FrameType, Vec<u8>)> {
    let mut plain = Vec::new();
    kit::open_from(file, SECRET).ok().unwrap().read_to_end(&mut plain).unwrap();
    let mut frames = Vec::new();
    let mut at = 0;
    while let hedgerow_protocol::frame::Parsed::Frame { kind, body, next } = hedgerow_protocol::frame::parse(&plain, at)
    {
        frames.push((kind, body.to_vec()));
        at = next;
    }
    frames
}

fn sealed(frames: &[(FrameType, Vec<u8>)]) -> Vec<u8> {
    let mut out = Frames::new(kit::seal_into(Vec::new(), SECRET).ok().unwrap());
    frames.iter().for_each(|(kind, body)| out.put(*kind, body).unwrap());
    out.into_inner().finish().unwrap()
}

/// Whoever knows the passphrase can make any file. It leads nowhere else, and is no other community's or computer's.
#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_backup_is_refused() {
    let (home, _) = Home::new().await;
    let frames = frames_of(&std::fs::read(home.file()).unwrap());
    let file = |name: &str| {
        let mut body = (name.len() as u16).to_be_bytes().to_vec();
        body.extend_from_slice(name.as_bytes());
        (FILE, body)
    };
    let with = |at: usize, frame: (FrameType, Vec<u8>)| {
        let mut all = frames.clone();
        all.insert(at, frame);
        sealed(&all)
    };
    for name in ["../outside", "/etc/x", "journal/1.seg", ""] {
        assert!(matches!(home.refused(&with(1, file(name)), SECRET).await, BackupError::Damaged(_)), "{name}");
    }
    assert!(!home.temp.path().join("outside").exists());
    let mut bad_record = frames.iter().find(|(kind, _)| *kind == FrameType::RECORD).unwrap().1.clone();
    *bad_record.last_mut().unwrap() ^= 1;
    let bad_record = with(frames.len() - 1, (FrameType::RECORD, bad_record));
    assert!(matches!(home.refused(&bad_record, SECRET).await, BackupError::Damaged(_)));
    assert!(matches!(home.refused(&with(1, (FrameType(99), vec![])), SECRET).await, BackupError::TooNew));
    let without_key: Vec<_> =
        frames.iter().filter(|(_, b)| !b.windows(11).any(|w| w == b"keys/device")).cloned().collect();
    assert!(matches!(home.refused(&sealed(&without_key), SECRET).await, BackupError::Damaged(_)));
    assert!(matches!(home.refused(&sealed(&frames[..frames.len() - 1]), SECRET).await, BackupError::Damaged(_)));
    let one_less: Vec<_> = frames[..frames.len() - 2].iter().chain(frames.last()).cloned().collect();
    assert!(matches!(home.refused(&sealed(&one_less), SECRET).await, BackupError::Damaged(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_something_in_it_is_left_alone() {
    let (home, _) = Home::new().await;
    let dir = home.empty();
    dir.make().unwrap();
    std::fs::write(dir.path().join("mine"), "x").unwrap();
    assert!(matches!(restore(&dir, &home.file(), SECRET).await, Err(BackupError::NotEmpty(_))));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    // One that was killed while it put things in their places.
    std::fs::create_dir_all(dir.path().join(".hedgerow.restoring/keys")).unwrap();
    restore(&dir, &home.file(), SECRET).await.unwrap();
    assert!(!dir.path().join("mine").exists() && dir.path().join("member.json").exists());
    assert!(matches!(restore(&dir, &home.file(), SECRET).await, Err(BackupError::NotEmpty(_))));
}

/// What is written after a restore has to come after everything written before it, also what the backup knows nothing of.
#[tokio::test(flavor = "multi_thread")]
async fn with_a_clock_that_is_behind_nothing_is_written() {
    let (home, _) = Home::new().await;
    let dir = home.empty();
    restore(&dir, &home.file(), SECRET).await.unwrap();
    let clock = Arc::new(AtomicU64::new(NOW - 1));
    let os = clock.clone();
    let options =
        CoreOptions { os_clock: Arc::new(move || os.load(Ordering::SeqCst)), ..home.town.options(dir.path()) };
    let core = Core::open(options).unwrap().0;
    let draft = || vec![Draft::new(home.town.person, Kind::SERVICE, *b"food", service("Later", "Exeter"))];
    for behind in [NOW - 1, 1_000] {
        clock.store(behind, Ordering::SeqCst);
        assert!(matches!(core.publish(draft()).await, Err(CoreError::ClockBehind)), "{behind}");
        let person = home.town.person;
        let grant = move |a: &_, device: &_, now| {
            build::grant(a, device, person, hedgerow_protocol::authority::body::GrantRole::Mentor, now)
        };
        assert!(matches!(core.publish_authority(grant).await, Err(CoreError::ClockBehind)), "{behind}");
    }
    clock.store(NOW, Ordering::SeqCst);
    core.publish(draft()).await.unwrap();
    // From now on it knows again what it wrote last.
    clock.store(1_000, Ordering::SeqCst);
    core.publish(draft()).await.unwrap();
    core.close().await;
}

#[test]
fn what_is_left_out_has_a_reason_and_everything_else_goes_along() {
    for (name, why) in files::LEFT_OUT {
        assert!(!files::goes_along(name) && !files::goes_along(&format!("{name}/x")) && why.len() > 10, "{name}");
    }
    for name in ["../outside", "/etc/x", "a/../b", "", "./"] {
        assert!(!files::goes_along(name), "{name}");
    }
    for name in ["member.json", "keys/device", "gateway-receipts", "journalist", "left/2026-01-01-1/journal/1.seg"] {
        assert!(files::goes_along(name), "{name}");
    }
    assert!(!files::goes_along("left/2026-01-01-1/index/db") && !files::goes_along(&"a/".repeat(9)));
    assert!(!files::goes_along(&"n".repeat(NAME_BYTES_MAX + 1)) && !Path::new("x").is_absolute());
}

#[test]
fn words_open_in_any_writing() {
    let words = identity::words(&key(7));
    let typed = format!(" {} ", words.to_uppercase().replace(' ', "\n"));
    assert_eq!(*secret_of_words(&typed).unwrap(), *words);
    assert!(matches!(secret_of_words("one two"), Err(BackupError::Words(_))));
}
