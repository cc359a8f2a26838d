//! Sticks that were damaged, or made to do damage: what is good on them goes in, the rest is counted and named.

use hedgerow_protocol::frame::{self, FrameType, Parsed};
use hedgerow_tests::lab::cost::memory_kb;
use hedgerow_tests::lab::solo::Solo;
use hedgerow_tests::lab::story;

/// A library with ten notices, and the bundle of it all.
async fn library() -> (Solo, Vec<u8>) {
    let mut solo = Solo::new("library");
    solo.computer.start().await;
    story::found(&solo.computer, "Riverside").await;
    for n in 0..10 {
        story::publish(&solo.computer, story::notice(&format!("Number {n}"))).await;
    }
    let bundle = solo.computer.api().bundle_export(Vec::new()).await.expect("a bundle");
    assert!(bundle.starts_with(&frame::MAGIC), "a bundle is frames");
    (solo, bundle)
}

/// The frames of a file: type and body.
fn frames(bytes: &[u8]) -> Vec<(FrameType, Vec<u8>)> {
    let (mut at, mut all) = (0, Vec::new());
    while let Parsed::Frame { kind, body, next } = frame::parse(bytes, at) {
        all.push((kind, body.to_vec()));
        at = next;
    }
    assert_eq!(at, bytes.len(), "a good bundle is nothing but frames");
    all
}

fn file(frames: &[(FrameType, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (kind, body) in frames {
        frame::write(&mut out, *kind, body);
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_costs_what_it_hit_and_says_so() {
    let (solo, bundle) = library().await;
    let api = solo.computer.api();
    let before = story::shown(&solo.computer).await;
    let whole = api.bundle_import(bundle.clone(), false).await.expect("the whole one");
    assert_eq!((whole.new, whole.refused_count, whole.damaged), (0, 0, 0), "{whole:?}");
    assert!(whole.known >= 10, "{whole:?}");

    // In the file: the checksum of a frame sees it.
    let mut flipped = bundle.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x04;
    let report = api.bundle_import(flipped, false).await.expect("read as far as it goes");
    assert!(report.damaged >= 1 && report.damaged_bytes > 0, "{report:?}");

    // In a record, with a checksum that fits: its signature sees it, and the others go in.
    let mut parts = frames(&bundle);
    let mut hit = 0;
    for (kind, body) in &mut parts {
        let mut records = match *kind {
            FrameType::BLOCK => frame::unpack_block(body).expect("a good block"),
            FrameType::RECORD => vec![body.clone()],
            _ => continue,
        };
        let Some(last) = records.last_mut() else { continue };
        let middle = last.len() / 2;
        last[middle] ^= 0x04;
        hit += 1;
        *body = if *kind == FrameType::BLOCK {
            frame::pack_block(records.iter().map(Vec::as_slice))
        } else {
            records.remove(0)
        };
    }
    let report = api.bundle_import(file(&parts), false).await.expect("read");
    assert_eq!(report.refused_count + report.damaged, hit, "each is counted: {report:?}");
    assert!(report.refused.iter().all(|r| !r.reason.is_empty()), "and named: {report:?}");
    assert_eq!(report.new, 0, "{report:?}");
    // Not the root, which also changes when the organiser's computer says that it is there.
    assert!(story::shown(&solo.computer).await == before, "nothing changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_goes_off_in_a_small_room() {
    let (mut solo, bundle) = library().await;
    let mut parts = frames(&bundle);
    // A gigabyte of nothing in a few kilobytes, put before the good blocks, several times.
    let bomb = zstd::bulk::compress(&vec![0u8; 1 << 30], 3).expect("packed");
    assert!(bomb.len() < 1 << 20);
    for _ in 0..4 {
        parts.insert(1, (FrameType::BLOCK, bomb.clone()));
    }
    let before = memory_kb(&solo.computer).expect("memory");
    let report = solo.computer.api().bundle_import(file(&parts), false).await.expect("read");
    let after = memory_kb(&solo.computer).expect("memory");
    assert!(report.known >= 10, "what is good goes in: {report:?}");
    assert!(report.damaged + report.refused_count >= 4, "{report:?}");
    assert!(after < before + 128 * 1024, "memory is bounded: {before} kB before, {after} kB after");
    assert!(solo.computer.runs());
}

#[tokio::test(flavor = "multi_thread")]
async fn sticks_of_another_kind_are_refused_with_a_sentence() {
    let (mut solo, bundle) = library().await;
    let stick = solo.dir.path().join("stick.hgr");
    let path = stick.to_string_lossy().into_owned();
    let put = |bytes: &[u8]| std::fs::write(&stick, bytes).expect("written");

    put(b"");
    solo.computer.cli(&["bundle", "import", &path]).expect(1, "bundle");
    put(b"a letter to my aunt, which is not a bundle at all");
    solo.computer.cli(&["bundle", "import", &path]).expect(1, "bundle");
    put(&vec![0x5a; 3 << 20]);
    solo.computer.cli(&["bundle", "import", &path]).expect(1, "bundle");

    // Cut off: what is there goes in, and it says that something is missing.
    put(&bundle[..bundle.len() - 40]);
    let said = solo.computer.cli(&["bundle", "import", &path, "--json"]);
    assert!(said.code.is_some_and(|c| [0, 1, 8].contains(&c)), "{said}");
    assert!(!said.stderr.contains("panicked"), "{said}");

    // From another community.
    let (other, theirs) = library().await;
    put(&theirs);
    let said = solo.computer.cli(&["bundle", "import", &path]);
    assert!(said.code.is_some_and(|c| c != 0), "{said}");
    said.expect(said.code.unwrap_or(-1), "community");
    drop(other);

    // Of a format to come: its header says so in its first field, which is a small number.
    let mut parts = frames(&bundle);
    let header = &mut parts[0].1;
    assert_eq!(header[1..3], [1, 1], "format 1 stands under key 1");
    header[2] = 9;
    put(&file(&parts));
    let said = solo.computer.cli(&["bundle", "import", &path]);
    assert!(said.code.is_some_and(|c| c != 0), "{said}");
    said.expect(said.code.unwrap_or(-1), "newer");

    assert!(solo.computer.runs());
    assert_eq!(story::shown(&solo.computer).await.len(), 10);
}
