//! Peers that break the rules: every session with one ends after bounded work, and never in a panic.

use proptest::prelude::*;

use super::message::{Hello, Item, Message, Print, Scope, ShortBucket, types};
use super::sim::*;
use super::*;
use crate::frame::{self, FrameType, Parsed};
use crate::id::Id;

/// A peer that says what a test wants: takes a frame read from the other side, gives frames.
struct Puppet<F: FnMut(Message) -> Vec<Message>> {
    say: F,
    reader: FrameReader,
}

fn hello(side: &Side) -> Message {
    Message::Hello(Hello {
        version: message::VERSION,
        community: community(),
        day: 20_780,
        clock_sure: true,
        nonce: [9; 16],
        features: Vec::new(),
        authority_root: {
            let buckets = side.store.buckets();
            summary::root(buckets.iter().filter(|b| b.bucket == Bucket::AUTHORITY))
        },
    })
}

impl<F: FnMut(Message) -> Vec<Message>> Puppet<F> {
    fn new(say: F) -> Self {
        Puppet { say, reader: FrameReader::new() }
    }
    /// Talks with a side until nothing moves; fails when it goes on for too long.
    fn talk(&mut self, side: &mut Side, first: Vec<Message>, exchanges_max: usize) {
        let mut to_side: Vec<u8> = first.iter().flat_map(Message::to_frame).collect();
        let mut from_side = side.drain();
        for _ in 0..exchanges_max {
            from_side.extend(side.take(&std::mem::take(&mut to_side)));
            self.reader.push(&std::mem::take(&mut from_side));
            while let Some((kind, body)) = self.reader.next_frame().unwrap() {
                if let Some(message) = Message::from_frame(kind, &body).unwrap() {
                    to_side.extend((self.say)(message).iter().flat_map(Message::to_frame));
                }
            }
            if to_side.is_empty() {
                return;
            }
        }
        panic!("it goes on for ever: {:?}", side.session.stats());
    }
}

fn victim(role: Role) -> Side {
    victim_with(config(role, 1))
}

fn victim_with(config: Config) -> Side {
    let mut store = Memory::new();
    (0..3000).for_each(|n| {
        let (id, wire) = raw(n);
        store.insert_raw(Bucket::week(3000), id, wire);
    });
    let mut side = Side::with(config, store);
    side.check = Check::Raw;
    side
}

fn week(n: u32) -> Bucket {
    Bucket::week(n)
}

#[test]
fn an_acceptor_that_never_agrees() {
    // It lists a bucket that differs, and answers every ask with nothing.
    let mut side = victim(Role::Initiator);
    let mut first = vec![hello(&side)];
    let mut puppet = Puppet::new(|m| match m {
        Message::Check { round, .. } => vec![Message::Roots {
            round,
            root: [round as u8; 32],
            buckets: vec![ShortBucket { bucket: week(3000), short: 1, count: 3001 }],
        }],
        Message::Ask(_) => vec![Message::Answer(Vec::new())],
        _ => Vec::new(),
    });
    for minute in 1..50 {
        puppet.talk(&mut side, std::mem::take(&mut first), 50);
        assert_eq!((side.closed(), side.session.stats().rounds), (None, minute), "one round for each minute");
        side.session.tick(moment(NOW + 60_000 * u64::from(minute)));
    }
    assert!(!side.agreed(), "{:?}", side.events);
}

#[test]
fn an_acceptor_that_says_our_root_after_us() {
    for scope_is_whole in [false, true] {
        let mut side = victim(Role::Initiator);
        let mut greeting = hello(&side);
        if let Message::Hello(hello) = &mut greeting
            && !scope_is_whole
        {
            hello.authority_root = [1; 32];
        }
        let mut puppet = Puppet::new(|m| match m {
            Message::Check { round, root, .. } => vec![Message::Roots { round, root, buckets: Vec::new() }],
            Message::Ask(_) => vec![Message::Answer(Vec::new())],
            _ => Vec::new(),
        });
        puppet.talk(&mut side, vec![greeting], 50);
        let said = if scope_is_whole { vec![Output::LaneComplete] } else { Vec::new() };
        assert_eq!(side.events, said);
    }
}

#[test]
fn an_initiator_that_says_our_root_after_us() {
    let mut side = victim(Role::Acceptor);
    let check = |round, root| Message::Check { round, scope: Scope::From(2968), root };
    let first = vec![hello(&side), check(1, [3; 32])];
    let mut puppet = Puppet::new(|m| match m {
        Message::Roots { round, root, .. } if round < 9 => vec![check(round + 1, root)],
        _ => Vec::new(),
    });
    puppet.talk(&mut side, first, 50);
    assert_eq!(side.session.stats().rounds, 9);
    assert!(!side.agreed(), "{:?}", side.events);
}

#[test]
fn an_initiator_that_takes_everything_round_after_round() {
    let mut side = victim(Role::Acceptor);
    let check = |round: u32| Message::Check { round, scope: Scope::From(2968), root: [round as u8; 32] };
    let first = vec![hello(&side), check(1)];
    let mut round = 1;
    let mut puppet = Puppet::new(|m| match m {
        Message::Roots { .. } => vec![Message::Ask(vec![Item::Except((week(3000), Prefix::ALL), Vec::new())])],
        Message::Answer(_) => {
            round += 1;
            vec![check(round)]
        }
        _ => Vec::new(),
    });
    puppet.talk(&mut side, first, 1000);
    assert_eq!(side.closed(), Some(Reason::Busy("records asked for again")), "{:?}", side.events);
    assert!(!Reason::Busy("").is_peers_fault());
    assert!(side.session.stats().records_sent <= 3000 + 4096, "{:?}", side.session.stats());
}

#[test]
fn an_acceptor_that_claims_records_it_does_not_have() {
    for claimed in [1_000_000, u32::MAX] {
        let mut side = victim(Role::Initiator);
        let first = vec![hello(&side)];
        let mut puppet = Puppet::new(|m| match m {
            Message::Check { round, .. } => vec![Message::Roots {
                round,
                root: [1; 32],
                buckets: vec![ShortBucket { bucket: week(2999), short: 1, count: claimed }],
            }],
            Message::Ask(_) => vec![Message::Answer(Vec::new())],
            _ => Vec::new(),
        });
        puppet.talk(&mut side, first, 50);
        let stats = side.session.stats();
        assert_eq!((side.closed(), stats.records_sent, stats.rounds), (None, 0, 1), "{stats:?}");
        assert!(stats.asks <= 3, "{stats:?}");
    }
}

#[test]
fn an_acceptor_whose_ranges_never_end() {
    let split = |bucket| {
        let prints = Box::new([Print { short: 77, count: 5_000_000 }; 16]);
        Item::Split((bucket, Prefix::ALL), prints)
    };
    // In a bucket of which the victim has something, and in one of which it has nothing.
    for bucket in [week(3000), week(2999)] {
        let mut side = victim(Role::Initiator);
        let first = vec![hello(&side)];
        let mut puppet = Puppet::new(|m| match m {
            Message::Check { round, .. } => vec![Message::Roots {
                round,
                root: [round as u8; 32],
                buckets: vec![ShortBucket { bucket, short: 1, count: 3001 }],
            }],
            Message::Ask(_) => vec![Message::Answer(vec![split(bucket); 300])],
            _ => Vec::new(),
        });
        puppet.talk(&mut side, first, 3000);
        assert!(
            matches!(side.closed(), Some(Reason::Busy("ids to compare" | "ranges that differ"))),
            "{:?}",
            side.events
        );
    }
}

#[test]
fn an_initiator_that_wants_everything_over_and_over() {
    let mut side = victim(Role::Acceptor);
    let check = Message::Check { round: 1, scope: Scope::From(2968), root: [3; 32] };
    let first = vec![hello(&side), check];
    let ask = || vec![Message::Ask(vec![Item::Except((week(3000), Prefix::ALL), Vec::new()); 500])];
    let mut puppet = Puppet::new(|m| match m {
        Message::Roots { .. } | Message::Answer(_) => ask(),
        _ => Vec::new(),
    });
    puppet.talk(&mut side, first, 100);
    assert_eq!(side.closed(), Some(Reason::Busy("records asked for again")), "{:?}", side.events);
    assert!(side.session.stats().records_sent <= 3000 + 4096, "{:?}", side.session.stats());
}

#[test]
fn an_initiator_that_fetches_the_same_over_and_over() {
    let mut side = victim(Role::Acceptor);
    side.drain();
    side.take(&hello(&side).to_frame());
    let ids: Vec<Id> = side.store.all().into_iter().take(1000).collect();
    for _ in 0..100 {
        side.take(&Message::Fetch(ids.clone()).to_frame());
    }
    assert_eq!(side.closed(), Some(Reason::Busy("records asked for again")), "{:?}", side.events);
    assert!(side.session.stats().records_sent <= 3000 + 4096, "{:?}", side.session.stats());
}

#[test]
fn an_initiator_that_wants_what_is_not_there() {
    let mut side = victim(Role::Acceptor);
    let check = Message::Check { round: 1, scope: Scope::From(2968), root: [3; 32] };
    let first = vec![hello(&side), check];
    let ask = || vec![Message::Ask(vec![Item::Want((week(3000), Prefix::ALL), vec![1, 2]); 1000])];
    let mut puppet = Puppet::new(|m| match m {
        Message::Roots { .. } | Message::Answer(_) => ask(),
        _ => Vec::new(),
    });
    puppet.talk(&mut side, first, 200);
    assert_eq!(side.closed(), Some(Reason::Busy("ids to compare")), "{:?}", side.events);
    assert_eq!(side.session.stats().records_sent, 0);
}

#[test]
fn an_initiator_that_opens_rounds_for_ever() {
    let mut side = victim(Role::Acceptor);
    let check = |round: u32| Message::Check { round, scope: Scope::From(2968), root: [round as u8; 32] };
    let first = vec![hello(&side), check(1)];
    let mut puppet = Puppet::new(|m| match m {
        Message::Roots { round, .. } => vec![check(round + 1)],
        _ => Vec::new(),
    });
    puppet.talk(&mut side, first, 40_000);
    assert_eq!(side.closed(), Some(Reason::Busy("ids to compare")), "{:?}", side.events);
}

#[test]
fn an_acceptor_that_nudges_for_ever() {
    let mut side = victim(Role::Initiator);
    let first = vec![hello(&side)];
    let mut puppet = Puppet::new(|m| match m {
        Message::Check { round, .. } => {
            vec![Message::Nudge, Message::Roots { round, root: [1; 32], buckets: Vec::new() }]
        }
        Message::Ask(_) => vec![Message::Answer(Vec::new())],
        _ => Vec::new(),
    });
    puppet.talk(&mut side, first, 40_000);
    assert_eq!(side.closed(), Some(Reason::Busy("ids to compare")), "{:?}", side.events);
}

#[test]
fn floods_of_records() {
    // Not valid.
    let mut side = victim(Role::Acceptor);
    side.check = Check::Verify;
    side.drain();
    side.take(&hello(&side).to_frame());
    let mut block = Vec::new();
    let wires: Vec<Vec<u8>> = (0..100u8).map(|n| vec![n; 90]).collect();
    frame::write(&mut block, FrameType::BLOCK, &frame::pack_block(wires.iter().map(Vec::as_slice)));
    side.take(&block);
    assert_eq!(side.closed(), Some(Reason::BadRecords));
    assert!(side.closed().unwrap().is_peers_fault());

    // Known already, again and again: the minute is full, and another one begins.
    let mut block = Vec::new();
    let wires: Vec<Vec<u8>> = (0..3000).map(|n| raw(n).1).collect();
    frame::write(&mut block, FrameType::BLOCK, &frame::pack_block(wires.iter().map(Vec::as_slice)));
    let limits = Limits { useless_bytes: 1 << 20, ..Limits::PROTOCOL };
    for a_minute_passes in [false, true] {
        let mut side = victim_with(Config { limits, ..config(Role::Acceptor, 1) });
        side.drain();
        side.take(&hello(&side).to_frame());
        for n in 0..8 {
            if a_minute_passes && n == 4 {
                side.session.tick(moment(NOW + 60_000));
            }
            side.take(&block);
        }
        let expected = (!a_minute_passes).then_some(Reason::Busy("records that are of no use here"));
        assert_eq!(side.closed(), expected, "{:?}", side.events);
        assert!(side.arrived.is_empty(), "what is known is not even verified");
    }
}

#[test]
fn frames_out_of_place_end_it() {
    let everything = |side: &Side| {
        vec![
            hello(side),
            Message::Check { round: 7, scope: Scope::From(2968), root: [0; 32] },
            Message::Roots { round: 7, root: [0; 32], buckets: Vec::new() },
            Message::Ask(Vec::new()),
            Message::Answer(Vec::new()),
        ]
    };
    for role in [Role::Initiator, Role::Acceptor] {
        for with_hello in [false, true] {
            let count = everything(&victim(role)).len();
            for n in usize::from(!with_hello)..count {
                let mut side = victim(role);
                side.drain();
                if with_hello {
                    side.take(&hello(&side).to_frame());
                }
                let message = everything(&side).swap_remove(n);
                side.take(&message.to_frame());
                assert!(side.closed().is_some_and(Reason::is_peers_fault), "{role:?} {message:?} {:?}", side.events);
            }
        }
    }
}

#[test]
fn buckets_out_of_scope_are_refused() {
    let mut side = victim(Role::Acceptor);
    let first = vec![hello(&side), Message::Check { round: 1, scope: Scope::From(2968), root: [3; 32] }];
    let ask = Message::Ask(vec![Item::Except((week(2967), Prefix::ALL), Vec::new())]);
    let mut puppet = Puppet::new(|m| if matches!(m, Message::Roots { .. }) { vec![ask.clone()] } else { Vec::new() });
    puppet.talk(&mut side, first, 10);
    assert!(matches!(side.closed(), Some(Reason::Malformed(_))), "{:?}", side.events);
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let nibbles = prop::collection::vec(0u8..16, 0..63);
    let range = (0u32..5000, nibbles)
        .prop_map(|(b, n)| (Bucket(b), n.into_iter().fold(Prefix::ALL, |p, nibble| p.child(nibble))));
    let shorts = || prop::collection::btree_set(any::<u64>(), 0..20).prop_map(|s| s.into_iter().collect::<Vec<_>>());
    let print = (any::<u64>(), prop_oneof![Just(0u32), any::<u32>()])
        .prop_map(|(short, count)| Print { short: if count == 0 { 0 } else { short }, count });
    let item = prop_oneof![
        (range.clone(), prop::array::uniform16(print)).prop_map(|(r, p)| Item::Split(r, Box::new(p))),
        (range.clone(), shorts()).prop_map(|(r, s)| Item::List(r, s)),
        (range.clone(), shorts()).prop_map(|(r, s)| Item::Want(r, s)),
        (range, shorts()).prop_map(|(r, s)| Item::Except(r, s)),
    ];
    prop::collection::vec(item, 0..8)
}

fn messages() -> impl Strategy<Value = Message> {
    let hello = (
        any::<[u8; 32]>(),
        any::<u32>(),
        any::<bool>(),
        any::<[u8; 16]>(),
        prop::collection::vec("[a-z/0-9]{0,12}", 0..5),
        any::<[u8; 32]>(),
    )
        .prop_map(|(community, day, clock_sure, nonce, features, authority_root)| {
            let (version, community) = (message::VERSION, Id(community));
            Message::Hello(Hello { version, community, day, clock_sure, nonce, features, authority_root })
        });
    let scope = prop_oneof![Just(Scope::Authority), any::<u32>().prop_map(Scope::From)];
    let buckets = prop::collection::btree_map(any::<u32>(), (any::<u64>(), 1u32..), 0..10).prop_map(|m| {
        m.into_iter().map(|(b, (short, count))| ShortBucket { bucket: Bucket(b), short, count }).collect()
    });
    prop_oneof![
        hello,
        (any::<u32>(), scope, any::<[u8; 32]>()).prop_map(|(round, scope, root)| Message::Check { round, scope, root }),
        (any::<u32>(), any::<[u8; 32]>(), buckets).prop_map(|(round, root, buckets)| Message::Roots {
            round,
            root,
            buckets
        }),
        items().prop_map(Message::Ask),
        items().prop_map(Message::Answer),
        Just(Message::Nudge),
        prop::collection::vec(any::<[u8; 32]>().prop_map(Id), 0..5).prop_map(Message::News),
        prop::collection::vec(any::<[u8; 32]>().prop_map(Id), 0..5).prop_map(Message::Fetch),
        any::<u8>().prop_map(Message::Bye),
    ]
}

fn read(frame: &[u8]) -> (FrameType, Vec<u8>) {
    match frame::parse(frame, 0) {
        Parsed::Frame { kind, body, next } if next == frame.len() => (kind, body.to_vec()),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn messages_come_back(message in messages(), cut in any::<prop::sample::Index>()) {
        let (kind, body) = read(&message.to_frame());
        prop_assert_eq!(Message::from_frame(kind, &body).unwrap(), Some(message.clone()));
        let mut longer = body.clone();
        longer.push(0xff);
        prop_assert!(matches!(message, Message::Nudge) || Message::from_frame(kind, &longer) != Ok(Some(message.clone())));
        if !body.is_empty() {
            let shorter = &body[..cut.index(body.len())];
            prop_assert_ne!(Message::from_frame(kind, shorter), Ok(Some(message)));
        }
    }

    #[test]
    fn any_bytes_in_any_frame_are_survived(kind in prop_oneof![2u8..26, any::<u8>()], body in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Ok(Some(message)) = Message::from_frame(FrameType(kind), &body) {
            // What is read is written back the same: there is one form.
            if kind != types::HELLO.0 {
                prop_assert_eq!(read(&message.to_frame()), (FrameType(kind), body.clone()));
            }
        }
        for role in [Role::Initiator, Role::Acceptor] {
            let mut side = Side::new(role, Memory::new(), 1);
            side.drain();
            side.take(&hello(&side).to_frame());
            side.session.handle_frame(FrameType(kind), &body, &side.store, moment(NOW));
            side.drain();
        }
    }

    #[test]
    fn a_real_conversation_with_one_frame_changed(seed in any::<u64>(), at in 0usize..14, change in messages(), flip in any::<(prop::sample::Index, u8)>()) {
        let mut dice = Dice(seed);
        let (mut a, mut b) = (Memory::new(), Memory::new());
        for n in 0..200 {
            let (id, wire) = raw(n);
            if dice.roll(3) > 0 { a.insert_raw(week(3000), id, wire.clone()); }
            if dice.roll(3) > 0 { b.insert_raw(week(3000), id, wire); }
        }
        let (had_a, had_b) = (a.len(), b.len());
        let (mut a, mut b) = (Side::new(Role::Initiator, a, 1), Side::new(Role::Acceptor, b, 2));
        (a.check, b.check) = (Check::Raw, Check::Raw);
        let (mut to_b, mut to_a) = (a.drain(), b.drain());
        let mut seen = 0;
        for turn in 0..400 {
            let (side, bytes) = if turn % 2 == 0 { (&mut a, std::mem::take(&mut to_a)) } else { (&mut b, std::mem::take(&mut to_b)) };
            let (mut pos, mut out) = (0, Vec::new());
            while let Parsed::Frame { kind, body, next } = frame::parse(&bytes, pos) {
                let mut frame = (kind, body.to_vec());
                if seen == at {
                    if flip.1 % 2 == 0 {
                        frame = read(&change.to_frame());
                    } else if !frame.1.is_empty() {
                        let i = flip.0.index(frame.1.len());
                        frame.1[i] ^= flip.1;
                    }
                }
                seen += 1;
                side.session.handle_frame(frame.0, &frame.1, &side.store, moment(NOW));
                out.extend(side.drain());
                pos = next;
            }
            if turn % 2 == 0 { to_b.extend(out) } else { to_a.extend(out) }
        }
        prop_assert!(to_a.is_empty() && to_b.is_empty(), "it ends");
        prop_assert!(a.store.len() >= had_a && b.store.len() >= had_b);
    }
}
