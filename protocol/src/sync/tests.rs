//! What a session promises, shown on two sides in memory. Liars are in `liars.rs`.

use super::message::{Hello, Message, types};
use super::sim::*;
use super::*;
use crate::frame::{self, FrameType};
use crate::id::Id;
use crate::record::Record;

fn pool() -> Vec<Record> {
    let mut all: Vec<_> = (0..2800).map(|n| notice((n % 5) as u8 + 1, n, 20 + (n % 370) as u32)).collect();
    all.extend((1..=100).flat_map(|n| (1..=2).map(move |d| grant(d, n))));
    all
}

fn agreed(side: &Side) -> bool {
    matches!(side.events.last(), Some(Output::RootsAgree { .. }))
}

fn union(a: &Memory, b: &Memory) -> Vec<Id> {
    let mut all: Vec<_> = a.all().into_iter().chain(b.all()).collect();
    all.sort();
    all.dedup();
    all
}

/// Two stores with a random share each of a random piece of the pool.
fn two_stores(pool: &[Record], dice: &mut Dice, most: usize) -> (Memory, Memory) {
    let (mut a, mut b) = (Memory::new(), Memory::new());
    let (ca, cb) = (dice.roll(101), dice.roll(101));
    let size = dice.roll(most as u64 + 1) as usize;
    for r in &pool[dice.roll((pool.len() - size) as u64 + 1) as usize..][..size] {
        if dice.roll(100) < ca {
            a.insert(r);
        }
        if dice.roll(100) < cb {
            b.insert(r);
        }
    }
    (a, b)
}

#[test]
fn two_sides_become_equal() {
    let pool = pool();
    let mut dice = Dice(7);
    for case in 0..2000u64 {
        let (a, b) = two_stores(&pool, &mut dice, if case % 40 == 0 { pool.len() } else { 80 });
        let all = union(&a, &b);
        let (mut a, mut b) = (Side::new(Role::Initiator, a, 1), Side::new(Role::Acceptor, b, 2));
        run(&mut a, &mut b, &mut dice, usize::MAX);
        assert!(agreed(&a) && agreed(&b), "case {case}: {:?} {:?}", a.events, b.events);
        assert_eq!(a.events, b.events);
        assert_eq!(a.events[0], Output::LaneComplete);
        assert_eq!(a.store.all(), all, "case {case}");
        assert_eq!(b.store.all(), all, "case {case}");
        assert!(a.session.is_live() && b.session.is_live());
        assert!(a.session.stats().rounds <= 4, "case {case}: {:?}", a.session.stats());
        let (sa, sb) = (a.session.stats(), b.session.stats());
        assert_eq!(sa.records_received + sb.records_received, sa.records_new + sb.records_new, "nothing goes twice");
    }
}

#[test]
fn records_are_verified_on_the_way() {
    let (mut a, mut b) = (Side::new(Role::Initiator, Memory::new(), 1), Side::new(Role::Acceptor, Memory::new(), 2));
    (0..300).for_each(|n| assert!(a.store.insert(&notice(1, n, 30))));
    b.check = Check::Verify;
    b.store.insert(&notice(1, 7, 30));
    run(&mut a, &mut b, &mut Dice(1), usize::MAX);
    assert!(agreed(&a) && agreed(&b));
    assert_eq!(b.store.len(), 300);
}

#[test]
fn with_rule_k_both_hold_what_k_keeps_of_the_union() {
    let mut dice = Dice(11);
    let pool: Vec<_> = (0..90).map(|n| version(1 + (n % 2) as u8, n % 7, n, 30 + (n % 40) as u32)).collect();
    for case in 0..150 {
        let (mut a, mut b) = two_stores(&pool, &mut dice, pool.len());
        let mut whole = a.clone();
        b.all().iter().for_each(|id| {
            whole.arrive(&community(), &b.wire(id).unwrap()).unwrap();
        });
        [&mut a, &mut b, &mut whole].into_iter().for_each(apply_k);
        let (mut a, mut b) = (Side::new(Role::Initiator, a, 1), Side::new(Role::Acceptor, b, 2));
        (a.rule_k, b.rule_k) = (true, true);
        run(&mut a, &mut b, &mut dice, usize::MAX);
        assert!(agreed(&a) && agreed(&b), "case {case}: {:?} {:?}", a.events, b.events);
        assert_eq!(a.store.all(), whole.all(), "case {case}");
        assert_eq!(b.store.all(), whole.all(), "case {case}");
    }
}

#[test]
fn a_cut_anywhere_loses_nothing() {
    let pool = pool();
    let mut dice = Dice(23);
    for case in 0..500 {
        let (mut a, mut b) = two_stores(&pool, &mut dice, 120);
        let all = union(&a, &b);
        for nonce in 0.. {
            let pieces_max = if nonce > 12 { usize::MAX } else { dice.roll(9) as usize };
            let (mut x, mut y) = (Side::new(Role::Initiator, a, nonce), Side::new(Role::Acceptor, b, 100 + nonce));
            if dice.roll(2) == 0 {
                (x, y) = (Side::new(Role::Acceptor, x.store, nonce), Side::new(Role::Initiator, y.store, 100 + nonce));
            }
            run(&mut x, &mut y, &mut dice, pieces_max);
            let done = agreed(&x) && agreed(&y);
            (a, b) = (x.store, y.store);
            if done {
                break;
            }
            assert!(nonce <= 12, "case {case}");
        }
        assert_eq!((a.all(), b.all()), (all.clone(), all), "case {case}");
    }
}

#[test]
fn news_goes_both_ways_at_once_and_not_back() {
    let mut dice = Dice(5);
    let (mut a, mut b) = (Side::new(Role::Initiator, Memory::new(), 1), Side::new(Role::Acceptor, Memory::new(), 2));
    run(&mut a, &mut b, &mut dice, usize::MAX);
    assert!(agreed(&a) && agreed(&b));
    let mut told = [std::collections::BTreeSet::new(), std::collections::BTreeSet::new()];
    for n in 0..50 {
        let side = if n % 2 == 0 { &mut a } else { &mut b };
        side.publish(&notice(1, n, 30));
        side.publish(&grant(1, n + 1));
        // The driver hears of everything that is new, and need not know where it came from.
        run(&mut a, &mut b, &mut dice, usize::MAX);
        for (side, told) in [&mut a, &mut b].into_iter().zip(&mut told) {
            let new: Vec<_> = side.store.all().into_iter().filter(|id| told.insert(*id)).collect();
            new.into_iter().filter(|id| !side.published.contains(id)).for_each(|id| side.session.handle_local_new(id));
        }
        run(&mut a, &mut b, &mut dice, usize::MAX);
        assert_eq!(a.store.all(), b.store.all());
        assert_eq!(a.store.len() as u64, 2 * (n + 1));
    }
    assert_eq!(a.session.stats().records_received, 50);
    assert_eq!(b.session.stats().records_received, 50);
    assert_eq!(a.session.stats().rounds, 1, "no reconciliation was needed");
    a.session.tick(moment(NOW + 60_000));
    run(&mut a, &mut b, &mut dice, usize::MAX);
    assert_eq!(a.session.stats().rounds, 2);
    assert!(a.events == b.events && a.events.len() == 3, "{:?}", a.events);
}

#[test]
fn news_during_reconciliation_arrives_too() {
    let pool = pool();
    let mut dice = Dice(77);
    for case in 0..200 {
        let (a, b) = two_stores(&pool[..1000], &mut dice, 200);
        let (mut a, mut b) = (Side::new(Role::Initiator, a, 1), Side::new(Role::Acceptor, b, 2));
        let mut news = pool[1000..].iter().cycle().skip(dice.roll(1500) as usize);
        let (mut to_b, mut to_a) = (a.drain(), b.drain());
        let mut left = 60;
        while left > 0 || !to_a.is_empty() || !to_b.is_empty() {
            if left > 0 {
                left -= 1;
                let side = if dice.roll(2) == 0 { &mut a } else { &mut b };
                side.publish(news.next().unwrap());
            }
            let (into_b, into_a) = (std::mem::take(&mut to_b), std::mem::take(&mut to_a));
            to_a = b.take(&into_b);
            to_b = a.take(&into_a);
            to_a.extend(b.drain());
            to_b.extend(a.drain());
        }
        a.session.tick(moment(NOW));
        run(&mut a, &mut b, &mut dice, usize::MAX);
        assert!(agreed(&a) && agreed(&b), "case {case} {:?} {:?}", a.events, b.events);
        assert_eq!(a.store.all(), b.store.all(), "case {case}");
    }
}

#[test]
fn a_stream_that_falls_behind_checks_again() {
    for writer_is_acceptor in [false, true] {
        let mut dice = Dice(5);
        let sides = || (Side::new(Role::Initiator, Memory::new(), 1), Side::new(Role::Acceptor, Memory::new(), 2));
        let (mut a, mut b) = sides();
        (a.check, b.check) = (Check::Raw, Check::Raw);
        run(&mut a, &mut b, &mut dice, usize::MAX);
        let writer = if writer_is_acceptor { &mut b } else { &mut a };
        for n in 0..10_000 {
            let (id, wire) = raw(n);
            writer.store.insert_raw(Bucket::week(3000), id, wire);
            writer.session.handle_local_new(id);
        }
        run(&mut a, &mut b, &mut dice, usize::MAX);
        assert_eq!((a.store.len(), b.store.len()), (10_000, 10_000));
        assert!(agreed(&a) && agreed(&b));
    }
}

#[test]
fn weeks_that_are_over_are_not_compared() {
    let days = |d: u32| d + 1; // records are dated yesterday
    let (mut old, mut new) = (Memory::new(), Memory::new());
    old.insert(&notice(1, 1, days(0)));
    old.insert(&notice(1, 2, days(30)));
    new.insert(&notice(1, 3, days(60)));
    let later = |role, nonce, days: u64| {
        let mut c = config(role, nonce);
        c.now = moment(NOW + days * 86_400_000);
        c
    };
    // One side is two days ahead, over the end of a week: they go by the earlier day. Today is the fifth day of its week.
    for (ours, theirs, synced) in [(0, 2, 3), (2, 2, 3), (3, 3, 2), (3, 4, 2), (2, 4, 3), (4, 2, 3)] {
        let mut a = Side::with(later(Role::Initiator, 1, ours), old.clone());
        let mut b = Side::with(later(Role::Acceptor, 2, theirs), new.clone());
        (a.days, b.days) = (ours, theirs);
        run(&mut a, &mut b, &mut Dice(1), usize::MAX);
        assert!(agreed(&a) && agreed(&b), "{ours} {theirs}: {:?} {:?}", a.events, b.events);
        assert_eq!(b.store.len(), synced, "{ours} {theirs}");
    }
}

#[test]
fn clocks_that_are_far_apart() {
    for (sure_a, sure_b, content) in
        [(true, true, false), (true, false, true), (false, true, true), (false, false, true)]
    {
        let (mut ca, mut cb) = (config(Role::Initiator, 1), config(Role::Acceptor, 2));
        (ca.clock_sure, cb.clock_sure) = (sure_a, sure_b);
        cb.now = moment(NOW - 40 * 86_400_000);
        let (mut a, mut b) = (Side::with(ca, Memory::new()), Side::with(cb, Memory::new()));
        a.store.insert(&notice(1, 1, 30));
        b.days_behind = 40;
        b.store.insert(&grant(1, 1));
        // The hello was made of an empty store: the authority lane is compared again with the rest.
        run(&mut a, &mut b, &mut Dice(1), usize::MAX);
        if content {
            assert!(agreed(&a) && agreed(&b), "{sure_a} {sure_b} {:?} {:?}", a.events, b.events);
            assert_eq!((a.store.len(), b.store.len()), (2, 2));
        } else {
            assert!(matches!(a.closed(), Some(Reason::ClocksApart { .. })), "{:?}", a.events);
            assert!(matches!(b.closed(), Some(Reason::PeerLeft(3))), "{:?}", b.events);
        }
    }
}

#[test]
fn clocks_apart_still_sync_the_authority_lane() {
    let (ca, mut cb) = (config(Role::Initiator, 1), config(Role::Acceptor, 2));
    cb.now = moment(NOW - 40 * 86_400_000);
    let (mut a, mut b) = (Memory::new(), Memory::new());
    a.insert(&notice(1, 1, 30));
    a.insert(&grant(1, 1));
    b.insert(&grant(2, 1));
    let (mut a, mut b) = (Side::with(ca, a), Side::with(cb, b));
    b.days_behind = 40;
    run(&mut a, &mut b, &mut Dice(1), usize::MAX);
    assert!(matches!(a.closed(), Some(Reason::ClocksApart { .. })), "{:?}", a.events);
    assert_eq!((a.store.len(), b.store.len()), (3, 2));
}

#[test]
fn strangers_and_other_versions_are_named() {
    let hello = |change: fn(&mut Hello)| {
        let mut hello = Hello {
            version: message::VERSION,
            community: community(),
            day: 20_780,
            clock_sure: true,
            nonce: [9; 16],
            features: vec!["sketch/1".into()],
            authority_root: [0; 32],
        };
        change(&mut hello);
        Message::Hello(hello).to_frame()
    };
    for (frame, reason) in
        [(hello(|h| h.version = 2), Reason::Version(2)), (hello(|h| h.community = Id([1; 32])), Reason::OtherCommunity)]
    {
        for role in [Role::Initiator, Role::Acceptor] {
            let mut side = Side::new(role, Memory::new(), 1);
            side.drain();
            let sent = side.take(&frame);
            assert_eq!(side.closed(), Some(reason));
            assert_eq!(sent, Message::Bye(reason.code()).to_frame());
            assert!(!reason.is_peers_fault());
        }
    }
    // A version of the future may say other things after its number.
    let mut future = Vec::new();
    frame::write(&mut future, types::HELLO, &[0xa2, 1, 0x18, 99, 2, 0x63, b'a', b'b', b'c']);
    let mut side = Side::new(Role::Acceptor, Memory::new(), 1);
    side.take(&future);
    assert_eq!(side.closed(), Some(Reason::Version(99)));

    let mut side = Side::new(Role::Acceptor, Memory::new(), 1);
    side.take(&hello(|_| ()));
    assert_eq!(side.session.peer().unwrap().features, ["sketch/1"]);
    assert!(!side.session.has_feature("sketch/1"));
}

#[test]
fn unknown_frames_are_skipped_or_end_it() {
    let mut a = Side::new(Role::Initiator, Memory::new(), 1);
    let mut b = Side::new(Role::Acceptor, Memory::new(), 2);
    let mut extra = Vec::new();
    frame::write(&mut extra, FrameType(200), b"from the future");
    let mut first = a.drain();
    first.splice(0..0, extra);
    let answer = b.take(&first);
    a.take(&answer);
    assert_eq!(b.closed(), None);
    let mut extra = Vec::new();
    frame::write(&mut extra, FrameType(60), b"must be understood");
    b.take(&extra);
    assert_eq!(b.closed(), Some(Reason::OutOfPlace(60)));
}

#[test]
fn goodbye_is_heard() {
    let (mut a, mut b) = (Side::new(Role::Initiator, Memory::new(), 1), Side::new(Role::Acceptor, Memory::new(), 2));
    run(&mut a, &mut b, &mut Dice(1), usize::MAX);
    a.session.goodbye();
    run(&mut a, &mut b, &mut Dice(1), usize::MAX);
    assert_eq!((a.closed(), b.closed()), (Some(Reason::Goodbye), Some(Reason::PeerLeft(0))));
    assert!(a.session.is_closed() && b.session.is_closed());
}

#[test]
fn a_driver_that_missed_news_says_so() {
    for (writer_is_acceptor, n) in [(false, 0), (false, 1), (true, 0), (true, 1)] {
        let mut dice = Dice(5);
        let (mut a, mut b) =
            (Side::new(Role::Initiator, Memory::new(), 1), Side::new(Role::Acceptor, Memory::new(), 2));
        run(&mut a, &mut b, &mut dice, usize::MAX);
        let writer = if writer_is_acceptor { &mut b } else { &mut a };
        writer.store.insert(&notice(1, 1, 30));
        if n == 0 {
            writer.session.fell_behind()
        } else {
            writer.session.tick(moment(NOW))
        }
        run(&mut a, &mut b, &mut dice, usize::MAX);
        assert_eq!((a.store.len(), b.store.len()), (1, 1));
        assert!(agreed(&a) && agreed(&b));
    }
}

#[test]
fn a_newcomer_asks_once_for_everything() {
    let (mut a, mut b) = (Side::new(Role::Initiator, Memory::new(), 1), Side::new(Role::Acceptor, Memory::new(), 2));
    (a.check, b.check) = (Check::Raw, Check::Raw);
    for n in 0..50_000 {
        let (id, wire) = raw(n);
        b.store.insert_raw(Bucket::week(3000), id, wire);
    }
    run(&mut a, &mut b, &mut Dice(1), usize::MAX);
    assert!(agreed(&a) && agreed(&b));
    assert_eq!(a.store.len(), 50_000);
    assert_eq!((a.session.stats().asks, a.session.stats().rounds), (5, 2));
    assert!(a.sent_bytes < 700, "{}", a.sent_bytes);
}

#[test]
fn the_bytes_of_frames_are_fixed() {
    use super::message::{Item, Print, Scope, ShortBucket};
    let hex = |m: &Message| data_encoding::HEXLOWER.encode(&m.to_frame()[frame::HEADER_BYTES..]);
    let root = [0xaa; 32];
    let aa = "aa".repeat(32);
    let check = Message::Check { round: 2, scope: Scope::From(2968), root };
    assert_eq!(hex(&check), format!("000000020100000b98{aa}"));
    let buckets = vec![ShortBucket { bucket: Bucket::week(2968), short: 0x0102, count: 300 }];
    assert_eq!(hex(&Message::Roots { round: 2, root, buckets }), format!("00000002{aa}00000b990000000000000102ac02"));
    let range = (Bucket::AUTHORITY, Prefix::ALL.child(0xa).child(0xb).child(0xc));
    let mut prints = Box::new([Print::default(); 16]);
    prints[15] = Print { short: 9, count: 1 };
    let ask = Message::Ask(vec![
        Item::Split(range, prints),
        Item::List(range, vec![7, 8]),
        Item::Want((Bucket::AUTHORITY, Prefix::ALL), vec![7]),
        Item::Except(range, vec![]),
    ]);
    assert_eq!(
        hex(&ask),
        "010000000003abc0000000000000000000000000000000010000000000000009\
         020000000003abc00200000000000000070000000000000008\
         030000000000010000000000000007\
         040000000003abc000"
    );
    let ids = vec![Id(root), Id([0xbb; 32])];
    assert_eq!(hex(&Message::News(ids.clone())), format!("{aa}{}", "bb".repeat(32)));
    assert_eq!(hex(&Message::Fetch(ids)), format!("{aa}{}", "bb".repeat(32)));
    let hello = Message::Hello(Hello {
        version: 1,
        community: Id(root),
        day: 20_780,
        clock_sure: true,
        nonce: [1; 16],
        features: vec!["x".into()],
        authority_root: root,
    });
    let ones = "01".repeat(16);
    assert_eq!(hex(&hello), format!("a70101025820{aa}0319512c04f50550{ones}06816178075820{aa}"));
}

#[test]
fn the_bytes_of_a_difference() {
    for (count, differences, most) in [(100_000u64, 0u64, 500), (100_000, 10, 12_000), (100_000, 1000, 700_000)] {
        let (mut a, mut b) = (Memory::new(), Memory::new());
        let mut record_bytes = 0;
        for n in 0..count {
            let (id, wire) = raw(n);
            // Half of the differences on each side, spread over all.
            let odd = differences > 0 && n % (count / differences) == 0;
            let left = n / (count / differences.max(1)) % 2 == 0;
            if odd {
                record_bytes += wire.len();
            }
            if !odd || left {
                a.insert_raw(Bucket::week(3000), id, wire.clone());
            }
            if !odd || !left {
                b.insert_raw(Bucket::week(3000), id, wire);
            }
        }
        let (mut a, mut b) = (Side::new(Role::Initiator, a, 1), Side::new(Role::Acceptor, b, 2));
        (a.check, b.check) = (Check::Raw, Check::Raw);
        run(&mut a, &mut b, &mut Dice(1), usize::MAX);
        assert!(agreed(&a) && agreed(&b));
        assert_eq!((a.store.len() as u64, b.store.len() as u64), (count, count));
        let bytes = a.sent_bytes + b.sent_bytes;
        let asks = a.session.stats().asks;
        println!(
            "{count} ids, D = {differences}: {bytes} bytes both ways, of which records plain {record_bytes}; {asks} asks, {} rounds",
            a.session.stats().rounds
        );
        assert!(bytes < most, "{bytes}");
    }
}

/// Counts what would not fit into a waiting room, as records come: authority records whose predecessors are not there.
fn most_waiting(log: &[Record], arrived: &[Id]) -> usize {
    let place: std::collections::BTreeMap<Id, usize> = log.iter().enumerate().map(|(n, r)| (r.id(), n)).collect();
    let (mut here, mut whole, mut most) = (std::collections::BTreeSet::new(), 0, 0);
    for id in arrived {
        here.insert(place[id]);
        while here.remove(&whole) {
            whole += 1;
        }
        most = most.max(here.len());
    }
    most
}

#[test]
fn a_long_log_travels_ancestors_first() {
    let records = log(7, 12_000);
    for (role, has) in [(Role::Initiator, 0), (Role::Acceptor, 0), (Role::Initiator, 5000), (Role::Acceptor, 5000)] {
        let (mut all, mut some) = (Memory::new(), Memory::new());
        records.iter().for_each(|r| assert!(all.insert(r)));
        records[..has].iter().for_each(|r| assert!(some.insert(r)));
        let other = if role == Role::Initiator { Role::Acceptor } else { Role::Initiator };
        let (mut a, mut b) = (Side::new(role, some, 1), Side::new(other, all, 2));
        run(&mut a, &mut b, &mut Dice(3), usize::MAX);
        assert!(agreed(&a) && agreed(&b), "{:?}", a.events);
        assert_eq!(a.arrived.len(), 12_000 - has);
        let arrived: Vec<Id> = records[..has].iter().map(Record::id).chain(a.arrived).collect();
        assert_eq!(most_waiting(&records, &arrived), 0, "{role:?}, {has} there");
    }
}

/// A node without room for content asks for none; it has the authority lane all the same, and gives what it has.
#[test]
fn a_partial_node_asks_for_no_content_and_gives_its_own() {
    for partial_opens in [true, false] {
        let (role, other) =
            if partial_opens { (Role::Initiator, Role::Acceptor) } else { (Role::Acceptor, Role::Initiator) };
        let (mut small, mut full) = (Memory::new(), Memory::new());
        let theirs = (0..500).map(|n| notice(1, n, 30)).chain(log(2, 40));
        assert!(theirs.into_iter().all(|r| full.insert(&r)));
        let own: Vec<Record> = (0..20).map(|n| notice(3, n, 30)).collect();
        assert!(own.iter().all(|r| small.insert(r)));
        let mut small = Side::with(Config { features: vec![PARTIAL.into()], ..config(role, 1) }, small);
        let mut full = Side::new(other, full, 2);
        small.session.take_content(false);
        let mut dice = Dice(7);
        run(&mut small, &mut full, &mut dice, 10_000);
        assert_eq!(small.store.len(), 40 + 20, "all of the authority lane and no content");
        assert!(own.iter().all(|r| full.store.has(&r.id())), "what it publishes goes out");
        assert!(!full.agreed() && !small.agreed(), "it is no copy");
        assert!(full.session.is_peer_partial() && !small.session.is_peer_partial());
        assert!(small.session.is_live() && full.session.is_live(), "news goes both ways");
        assert!(!small.session.wants_turn(), "it waits for nobody");
        // There is room again.
        small.session.take_content(true);
        run(&mut small, &mut full, &mut dice, 10_000);
        assert_eq!(small.store.len(), full.store.len());
        assert!(small.agreed());
    }
}
