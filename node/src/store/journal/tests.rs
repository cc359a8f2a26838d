//! Segments on a disk that somebody damages: what one bad bit costs, and what nobody can write into them.

use std::sync::Arc;

use hedgerow_protocol::frame::Parsed;

use super::key::LIST;
use super::*;
use crate::store::sim_disk::SimDisk;

const TOWN: Id = Id([7; 32]);
const BOUNDS: Bounds = Bounds { quota_bytes: 1 << 20, segment_bytes: 1 << 20 };

/// A frame by somebody who has read this segment, for this place in it.
pub(crate) fn by_a_reader(segment: &[u8], offset: usize, kind: FrameType, body: &[u8]) -> Vec<u8> {
    let Parsed::Frame { body: head, .. } = frame::parse(segment, 0) else { panic!("no header") };
    let key = Key::of(head[head.len() - 16..].try_into().unwrap());
    let mut out = Vec::new();
    frame::write_with(&key, offset as u64, &mut out, kind, body);
    out
}

fn body(n: u8) -> Vec<u8> {
    vec![n; 20 + usize::from(n)]
}

/// A journal of one segment with these frames.
fn with(frames: u8) -> (SimDisk, Vec<Place>) {
    let disk = SimDisk::default();
    let bodies: Vec<_> = (0..frames).map(body).collect();
    let mut journal = Journal::create(Arc::new(disk.clone()), TOWN, BOUNDS, &[]).unwrap();
    let frames: Vec<_> = bodies.iter().map(|b| (FrameType::LOCAL, b.as_slice())).collect();
    let places = journal.append(&frames).unwrap();
    (disk, places)
}

fn open(disk: &SimDisk) -> Result<Journal, JournalError> {
    Ok(Journal::open(Arc::new(disk.clone()), TOWN, BOUNDS)?.expect("a journal"))
}

/// What a scan of the first segment finds: the bodies, and whether each is behind damage.
fn found(journal: &Journal) -> (Vec<(Vec<u8>, bool)>, ScanReport) {
    let mut all = Vec::new();
    let report = journal.reader().scan(1, 0, |f| all.push((f.body.to_vec(), f.is_behind_damage))).unwrap();
    (all, report)
}

fn file_name(disk: &SimDisk) -> String {
    disk.list().unwrap().into_iter().find(|name| name.ends_with(".hgj")).unwrap()
}

#[test]
fn one_bad_byte_anywhere_costs_one_frame_at_most() {
    let (disk, places) = with(4);
    let size = disk.open(&file_name(&disk)).unwrap().len().unwrap();
    for at in 0..size as usize {
        let disk = disk.after_power_cut(0);
        disk.harm("hgj", |bytes| bytes[at] ^= 1);
        let journal = open(&disk).unwrap();
        let (all, report) = found(&journal);
        let hit = places.iter().rposition(|p| p.offset as usize <= at);
        let expected: Vec<_> = (0..4u8).filter(|n| Some(usize::from(*n)) != hit).map(body).collect();
        assert_eq!(all.iter().map(|(b, _)| b.clone()).collect::<Vec<_>>(), expected, "byte {at}");
        for (n, (_, is_behind)) in all.iter().enumerate() {
            assert_eq!(*is_behind, hit.is_some_and(|hit| n >= hit), "byte {at}, frame {n}");
        }
        let is_last = hit == Some(3);
        assert_eq!((report.damaged, report.tail_bytes > 0), (u64::from(!is_last), is_last), "byte {at}");
        for (n, place) in places.iter().enumerate() {
            let read = journal.reader().read(*place, FrameType::LOCAL);
            assert_eq!(read, (Some(n) != hit).then(|| body(n as u8)), "byte {at}, frame {n}");
        }
    }
}

#[test]
fn a_key_is_found_while_one_of_its_three_places_is_whole() {
    for lost in 0..8u8 {
        let (disk, _) = with(3);
        let [header, name, list] = [0, 1, 2].map(|n| lost & 1 << n != 0);
        if header {
            disk.harm("hgj", |bytes| bytes[30] ^= 1);
        }
        if name {
            disk.rename(&file_name(&disk), "000001-00000000000000000000000000000001.hgj").unwrap();
        }
        if list {
            disk.harm(LIST, |bytes| bytes[8] ^= 1);
        }
        let journal = open(&disk).unwrap();
        let (all, report) = found(&journal);
        assert_eq!(all.len(), if lost == 7 { 0 } else { 3 }, "lost {lost}");
        assert_eq!(report.end == 0, lost == 7, "lost {lost}");
        if lost != 7 {
            // And the file beside is right again.
            disk.remove(&format!("{LIST}.new")).unwrap_err();
            let again = key::read_list(&disk);
            assert_eq!(again, journal.keys(), "lost {lost}");
        }
    }
}

#[test]
fn a_frame_holds_in_its_place_alone() {
    let (disk, places) = with(2);
    let frame = |n: usize| {
        let mut bytes = vec![0; FRAME_HEAD_BYTES + places[n].len as usize];
        disk.open(&file_name(&disk)).unwrap().read_exact_at(&mut bytes, places[n].offset.into()).unwrap();
        bytes
    };
    let (first, second) = (frame(0), frame(1));
    // Once more behind the others, and the two in the other order.
    disk.harm("hgj", |bytes| bytes.extend(&first));
    assert_eq!(found(&open(&disk).unwrap()).0.len(), 2);
    disk.harm("hgj", |bytes| {
        bytes.truncate(places[0].offset as usize);
        bytes.extend(&second);
        bytes.extend(&first);
    });
    assert_eq!(found(&open(&disk).unwrap()).0.len(), 0);
    // In the same place of another segment: another key.
    let (other, _) = with(2);
    other.harm("hgj", |bytes| {
        let at = places[0].offset as usize;
        bytes[at..at + first.len()].copy_from_slice(&first);
    });
    assert_eq!(found(&open(&other).unwrap()).0.len(), 1);
}

#[test]
fn other_formats_and_communities_are_refused() {
    for (format, town) in [(1, TOWN), (3, TOWN), (FORMAT, Id([8; 32]))] {
        let (disk, _) = with(1);
        let mut body = u32::to_be_bytes(format).to_vec();
        body.extend(b"journal\0");
        body.extend(town.0);
        body.extend([0; 16]);
        let mut head = Vec::new();
        frame::write(&mut head, FrameType::HEADER, &body);
        disk.harm("hgj", |bytes| bytes[..head.len()].copy_from_slice(&head));
        match open(&disk) {
            Err(JournalError::Older(1)) => assert_eq!(format, 1),
            Err(JournalError::Newer(3)) => assert_eq!(format, 3),
            Err(JournalError::OtherCommunity) => assert_eq!(format, FORMAT),
            other => panic!("{format}: {:?}", other.err()),
        }
    }
}

#[test]
fn steps_fill_segments_and_leave_no_live_frame_out() {
    let disk = SimDisk::default();
    let bounds = Bounds { segment_bytes: 500, ..BOUNDS };
    let mut journal = Journal::create(Arc::new(disk), TOWN, bounds, &[]).unwrap();
    let mut live = Vec::new();
    for n in 0..30u8 {
        let places = journal.append(&[(FrameType::RECORD, &[n; 100])]).unwrap();
        // Two of three have gone meanwhile.
        live.extend(places.into_iter().filter(|_| n % 3 == 0));
    }
    // And one is said to be where nothing is.
    live.push(Place { segment: 99, offset: 0, len: 4 });
    let steps = journal.steps(&live);
    assert_eq!(steps.iter().flat_map(|(numbers, _)| numbers.clone()).collect::<Vec<_>>(), journal.reader().segments());
    let ranges: Vec<_> = steps.iter().map(|(_, range)| range.clone()).collect();
    assert!(ranges.windows(2).all(|w| w[0].end == w[1].start) && ranges[0].start == 0);
    assert_eq!(ranges.last().unwrap().end, live.len());
    assert!(steps.len() > 2 && steps.len() < journal.segments().len(), "{steps:?}");
}
