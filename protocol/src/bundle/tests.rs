use std::collections::BTreeSet;
use std::convert::Infallible;

use super::*;
use crate::limits::{BLOCK_UNPACKED_MAX, FRAME_BODY_MAX};
use crate::sync::Memory;
use crate::sync::sim::{Dice, community, grant, log, notice};

const TODAY: Day = 20_780;

fn store(notices: u64, grants: u64) -> Memory {
    let mut store = Memory::new();
    (0..notices).for_each(|n| assert!(store.insert(&notice((n % 3) as u8 + 1, n, 20 + (n % 300) as u32))));
    (1..=grants).for_each(|n| assert!(store.insert(&grant(9, n))));
    store
}

fn to_file(source: &Memory, have: Option<&Have>) -> (Vec<u8>, Written) {
    let mut file = Vec::new();
    let written = write(source, &community(), TODAY, 0, have, |b| {
        file.extend_from_slice(b);
        Ok::<(), Infallible>(())
    });
    (file, written.unwrap())
}

fn have_file(source: &Memory) -> Vec<u8> {
    let mut file = Vec::new();
    let count = write_have(source, &community(), TODAY, [5; 16], |b| {
        file.extend_from_slice(b);
        Ok::<(), Infallible>(())
    });
    assert_eq!(count.unwrap(), source.len() as u64);
    file
}

/// Reads a file in pieces into a store, as an import does.
fn import(file: &[u8], piece: usize) -> Result<(Memory, Report), Refused> {
    let (mut store, mut reader) = (Memory::new(), Reader::new(&community()));
    for piece in file.chunks(piece).map(Some).chain([None]) {
        match piece {
            Some(piece) => reader.push(piece),
            None => reader.end(),
        }
        while let Some(event) = reader.next_event()? {
            if let Event::Records(wires) = event {
                wires.iter().for_each(|w| assert!(store.arrive(&community(), w).unwrap()));
            }
        }
    }
    let report = reader.report().clone();
    Ok((store, report))
}

/// A bundle of several blocks: one record in each.
fn many_blocks(source: &Memory) -> Vec<u8> {
    let (mut file, written) = to_file(&Memory::new(), None);
    file.truncate(file.len() - (written.bytes as usize - first_frame(&file)));
    for id in source.all() {
        let wire = source.wire(&id).unwrap();
        frame::write(&mut file, FrameType::BLOCK, &frame::pack_block([&wire[..]]));
    }
    file
}

fn first_frame(file: &[u8]) -> usize {
    match frame::parse(file, 0) {
        frame::Parsed::Frame { next, .. } => next,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_written_is_read() {
    let source = store(700, 40);
    let (file, written) = to_file(&source, None);
    assert_eq!(written.bytes, file.len() as u64);
    assert_eq!((written.index.records, written.index.authority), (740, 40));
    for piece in [1, 777, usize::MAX] {
        let (back, report) = import(&file, piece.min(file.len())).unwrap();
        assert_eq!(back.all(), source.all());
        assert_eq!(back.summary().root_from(0), written.index.root);
        assert!(report.is_whole(), "{report:?}");
    }
}

#[test]
fn authority_comes_first_and_old_weeks_stay_out() {
    let source = store(20, 3);
    let mut file = Vec::new();
    let far = crate::hlc::week_of(TODAY + 150);
    let sink = |b: &[u8]| {
        file.extend_from_slice(b);
        Ok::<(), Infallible>(())
    };
    let written = write(&source, &community(), TODAY, far, None, sink).unwrap();
    assert_eq!((written.index.records, written.index.authority), (3, 3));
}

#[test]
fn a_long_log_is_written_ancestors_first() {
    let records = log(7, 12_000);
    let mut source = store(500, 0);
    records.iter().for_each(|r| assert!(source.insert(r)));
    let mut half = Memory::new();
    records[..4000].iter().for_each(|r| assert!(half.insert(r)));
    let have = Have::read(&community(), &have_file(&half)).unwrap().0;
    for (have, first) in [(None, 0), (Some(&have), 4000)] {
        let (file, _) = to_file(&source, have);
        let mut reader = Reader::new(&community());
        reader.push(&file);
        reader.end();
        let mut came = Vec::new();
        while let Some(event) = reader.next_event().unwrap() {
            if let Event::Records(wires) = event {
                came.extend(wires);
            }
        }
        let expected: Vec<&[u8]> = records[first..].iter().map(Record::wire).collect();
        assert_eq!(came.len(), expected.len() + 500);
        assert!(came.iter().map(Vec::as_slice).zip(&expected).all(|(a, b)| a == *b));
    }
}

#[test]
fn a_have_file_leaves_only_what_is_lacking() {
    let (ours, mut theirs) = (store(600, 30), store(0, 30));
    ours.all().iter().step_by(3).for_each(|id| {
        theirs.arrive(&community(), &ours.wire(id).unwrap()).unwrap();
    });
    let (have, report) = Have::read(&community(), &have_file(&theirs)).unwrap();
    assert_eq!((have.len(), report.skipped), (theirs.len(), 0));
    let (file, written) = to_file(&ours, Some(&have));
    let lacking: BTreeSet<_> = ours.all().into_iter().filter(|id| theirs.wire(id).is_none()).collect();
    assert_eq!(written.index.records, lacking.len() as u64);
    let (answer, _) = import(&file, 4096).unwrap();
    assert_eq!(answer.all(), lacking.into_iter().collect::<Vec<_>>());
    assert_eq!(Have::read(&community(), &file).unwrap_err(), Refused::NotThatKind);
}

#[test]
fn a_flipped_byte_costs_at_most_one_block() {
    let source = store(12, 3);
    let file = many_blocks(&source);
    let mut losses = 0;
    for at in 0..file.len() {
        let mut bad = file.clone();
        bad[at] ^= 1 << (at % 8);
        let (back, report) = import(&bad, 1000).unwrap();
        assert!(back.len() + 1 >= source.len(), "byte {at}");
        assert!(report.skipped > 0 && report.skipped <= 2, "byte {at}: {report:?}");
        assert!(report.damage[0].offset <= at as u64 && report.damage[0].bytes > 0);
        losses += source.len() - back.len();
    }
    assert!(losses > 0, "the test flips bytes that matter");
}

#[test]
fn a_file_cut_anywhere_keeps_what_came_before() {
    let source = store(6, 2);
    let file = many_blocks(&source);
    let mut last = 0;
    for end in first_frame(&file)..=file.len() {
        let (back, report) = import(&file[..end], 97).unwrap();
        assert!(back.len() >= last, "cut at {end}");
        last = back.len();
        let at_boundary = report.skipped == 0;
        assert!(at_boundary || report.damage[0].why == Why::CutShort, "cut at {end}: {report:?}");
        assert!(!report.is_whole());
    }
    assert_eq!(last, source.len());
}

#[test]
fn a_damaged_length_does_not_swallow_what_follows() {
    let source = store(5, 0);
    let mut file = many_blocks(&source);
    let at = first_frame(&file);
    file[at + 6] = 0x3f; // now nearly 4 MiB long
    let (back, report) = import(&file, 300).unwrap();
    assert_eq!((back.len(), report.skipped), (source.len() - 1, 1));
}

#[test]
fn hostile_blocks_are_skipped_and_named() {
    let source = store(4, 0);
    let mut file = many_blocks(&source);
    let bomb = zstd::bulk::compress(&vec![0; BLOCK_UNPACKED_MAX * 4], 3).unwrap();
    frame::write(&mut file, FrameType::BLOCK, &bomb);
    frame::write(&mut file, FrameType::BLOCK, b"not zstd at all");
    frame::write(&mut file, FrameType::BLOCK, &frame::pack_block([&[1u8; 64][..]]));
    frame::write(&mut file, FrameType::LOCAL, b"secret");
    frame::write(&mut file, FrameType(200), b"from a later version, may be skipped");
    frame::write(&mut file, FrameType::INDEX, b"\xa0");
    let (back, report) = import(&file, 5000).unwrap();
    assert_eq!(back.len(), 4);
    let why: Vec<_> = report.damage.iter().map(|d| d.why).collect();
    assert_eq!(
        why,
        [
            Why::Block(frame::BlockError::TooLarge),
            Why::Block(frame::BlockError::Compression),
            Why::RecordSize,
            Why::Type(3),
            Why::Content
        ]
    );
}

#[test]
fn what_is_not_ours_is_refused() {
    let (file, _) = to_file(&store(3, 0), None);
    let mut reader = Reader::new(&Id([7; 32]));
    reader.push(&file);
    assert_eq!(reader.next_event(), Err(Refused::OtherCommunity(community())));

    let mut newer = Vec::new();
    frame::write(&mut newer, FrameType::HEADER, b"\xa2\x01\x02\x18\x63\x00");
    assert_eq!(import(&newer, 10).unwrap_err(), Refused::NewerFormat(2));

    assert_eq!(import(b"PK\x03\x04 a zip file, say", 3).unwrap_err(), Refused::NotABundle);
    assert_eq!(import(b"", 3).unwrap_err(), Refused::NotABundle);
}

#[test]
fn noise_is_read_in_bounded_memory() {
    let mut dice = Dice(3);
    let mut reader = Reader::new(&community());
    for _ in 0..200 {
        let mut piece: Vec<u8> = (0..65_536).map(|_| dice.roll(256) as u8).collect();
        piece[100..104].copy_from_slice(&frame::MAGIC);
        piece[105..109].copy_from_slice(&(FRAME_BODY_MAX as u32).to_be_bytes());
        reader.push(&piece);
        while let Ok(Some(event)) = reader.next_event() {
            assert!(matches!(event, Event::Damaged(_)), "{event:?}");
        }
        assert!(reader.held_bytes() <= FRAME_BODY_MAX + frame::HEADER_BYTES + 65_536);
    }
    reader.end();
    assert_eq!(reader.next_event(), Err(Refused::NotABundle));
}

#[test]
fn overlapping_heads_cannot_keep_it_busy() {
    let mut head = frame::MAGIC.to_vec();
    head.extend([5, 0, 0x3f, 0xff, 0xff, 1, 2, 3, 4]);
    let mut file = to_file(&store(3, 0), None).0;
    file.extend(head.repeat(FRAME_BODY_MAX / 10));
    assert_eq!(import(&file, 1 << 20).unwrap_err(), Refused::Hostile);
}

#[test]
fn the_same_bytes_every_time() {
    let source = store(3, 1);
    let (a, b) = (to_file(&source, None), to_file(&source, None));
    assert_eq!(a, b);
    let header = Header { format: FORMAT, what: What::Have([5; 16]), community: community(), day: TODAY };
    let hex = data_encoding::HEXLOWER.encode(&header.encode());
    assert_eq!(
        hex,
        format!("a5010102010358{}{}0419512c0550{}", "20", "c0".repeat(32), "05".repeat(16)),
        "the layout of a header is fixed"
    );
    assert_eq!(Header::decode(&header.encode()), Ok(Some(header)));
}
