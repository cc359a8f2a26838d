//! One node and many neighbours at once, as a node that is new meets them: in memory, piece by piece, in any order.

use std::time::Duration;

use super::sim::*;
use super::*;
use crate::id::Id;

struct Link {
    session: Session,
    reader: FrameReader,
    far: Side,
    to_far: Vec<u8>,
    to_us: Vec<u8>,
    closed: Option<Reason>,
}

/// A node with a link to each of its neighbours.
struct Star {
    store: Memory,
    intake: Intake,
    links: Vec<Link>,
    now: Moment,
}

/// What a neighbour does.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Honest,
    /// It says that it has everything, and sends nothing.
    Mute,
}

fn full(count: u64) -> Memory {
    let mut full = Memory::new();
    for n in 0..count {
        let (id, wire) = raw(n);
        full.insert_raw(week_of_raw(&wire), id, wire);
    }
    full
}

impl Star {
    /// Every other link is called by the neighbour.
    fn new(neighbours: &[Memory], limits: Limits) -> Star {
        let store = Memory::new();
        let link = |(n, far): (usize, &Memory)| {
            let roles = [Role::Initiator, Role::Acceptor];
            let config = |role, nonce| Config { limits, ..config(role, nonce) };
            let mut far = Side::with(config(roles[1 - n % 2], 100 + n as u8), far.clone());
            far.check = Check::Weeks;
            Link {
                session: Session::new(config(roles[n % 2], n as u8), &store),
                reader: FrameReader::new(),
                far,
                to_far: Vec::new(),
                to_us: Vec::new(),
                closed: None,
            }
        };
        let links = neighbours.iter().enumerate().map(link).collect();
        Star { store, intake: Intake::default(), links, now: moment(NOW) }
    }

    /// Carries a piece over one link; gives the ids that are new here.
    fn carry(&mut self, i: usize, piece_max: u64, dice: &mut Dice, kind: Kind) -> (bool, Vec<Id>) {
        let link = &mut self.links[i];
        let (name, mut fresh) = (i as u64, Vec::new());
        link.to_us.extend(link.far.drain());
        let n = (1 + dice.roll(piece_max) as usize).min(link.to_us.len());
        let piece: Vec<u8> = link.to_us.drain(..n).collect();
        link.reader.push(&piece);
        let mut input: Option<(crate::frame::FrameType, Vec<u8>)> = None;
        loop {
            if let Some((kind, body)) = input.take() {
                link.session.handle_frame(kind, &body, &self.store, self.now);
            }
            while let Some(output) = link.session.poll_output(&self.store) {
                match output {
                    Output::Send(frame) => link.to_far.extend(frame),
                    Output::Deliver(wires) => {
                        let before = fresh.len();
                        for wire in &wires {
                            let id = raw_id(wire);
                            if self.store.insert_raw(week_of_raw(wire), id, wire.clone()) {
                                fresh.push(id);
                            }
                        }
                        self.intake.brought(name, self.now.run);
                        self.intake.came(&fresh[before..]);
                        link.session.committed(fresh.len() - before, 0);
                    }
                    Output::NeedTurn => link.session.handle_turn(self.intake.ask(name, self.now.run)),
                    Output::TurnOver => _ = self.intake.done(name),
                    Output::News(ids) => link.session.fetch(self.intake.fetch(ids, self.now.run)),
                    Output::Closed(reason) => link.closed = Some(reason),
                    Output::LaneComplete | Output::RootsAgree { .. } => {}
                }
            }
            input = link.reader.next_frame().unwrap();
            if input.is_none() {
                break;
            }
        }
        let moved = n > 0 || !link.to_far.is_empty();
        let out = std::mem::take(&mut link.to_far);
        let back = link.far.take(&out);
        // A mute one says everything an honest one does, but records.
        let frames = || {
            let mut reader = FrameReader::new();
            reader.push(&back);
            std::iter::from_fn(move || reader.next_frame().unwrap()).collect::<Vec<_>>()
        };
        match kind {
            Kind::Honest => link.to_us.extend(back),
            Kind::Mute => frames().into_iter().filter(|(kind, _)| kind.0 >= 16).for_each(|(kind, body)| {
                crate::frame::write(&mut link.to_us, kind, &body);
            }),
        }
        (moved, fresh)
    }

    /// Until nothing moves any more, through so many seconds.
    fn run(&mut self, seconds: u64, piece_max: u64, kinds: impl Fn(usize) -> Kind) {
        let mut dice = Dice(9);
        let end = self.now.run + Duration::from_secs(seconds);
        while self.now.run < end {
            let mut moved = false;
            for i in 0..self.links.len() {
                let (more, fresh) = self.carry(i, piece_max, &mut dice, kinds(i));
                moved |= more;
                // A node tells so many events at once, and no more.
                for (j, link) in self.links.iter_mut().enumerate() {
                    match fresh.len() {
                        n if n > 1024 && j != i => link.session.fell_behind(),
                        _ => fresh.iter().for_each(|id| link.session.handle_local_new(*id)),
                    }
                }
            }
            if moved {
                continue;
            }
            self.now.unix_ms += 1000;
            self.now.run += Duration::from_secs(1);
            for (i, link) in self.links.iter_mut().enumerate() {
                if link.session.wants_turn() && self.intake.ask(i as u64, self.now.run) {
                    link.session.handle_turn(true);
                }
                if self.now.run.as_secs().is_multiple_of(60) {
                    link.session.tick(self.now);
                    link.far.session.tick(self.now);
                }
            }
        }
    }

    fn received(&self) -> u64 {
        self.links.iter().map(|l| l.session.stats().bytes_received).sum()
    }
}

/// A twentieth of everything, so that it is done in seconds.
fn small() -> Limits {
    let l = Limits::PROTOCOL;
    Limits { work: l.work / 20, useless_bytes: l.useless_bytes / 20, again: l.again / 20, window: l.window / 20 }
}

fn no_honest_neighbour_is_cut(count: u64, limits: Limits) {
    let all = full(count);
    let mut star = Star::new(&vec![all.clone(); 8], limits);
    star.run(90, 400_000, |_| Kind::Honest);
    for link in &star.links {
        assert_eq!((link.closed, link.far.closed()), (None, None));
        assert!(link.session.is_live() && link.far.agreed(), "{:?}", link.session.stats());
    }
    assert_eq!(star.store.len() as u64, count);
    let times = star.received() as f64 / (80 * count) as f64;
    println!("{count} records from eight neighbours: {times:.3} of their bytes were received");
    assert!(times <= 1.2, "{times}");
}

#[test]
fn no_honest_neighbour_is_cut_and_everything_comes_about_once() {
    no_honest_neighbour_is_cut(10_000, small());
    if std::env::var_os("HEDGEROW_FULL").is_some() {
        no_honest_neighbour_is_cut(200_000, Limits::PROTOCOL);
    }
}

#[test]
fn neighbours_that_each_have_a_part() {
    // Each lacks an eighth, and what one has another may not.
    let parts: Vec<Memory> = (0..8)
        .map(|part| {
            let mut store = full(4000);
            (0..4000).filter(|n| n % 8 == part).for_each(|n| assert!(store.remove(&raw(n).0)));
            store
        })
        .collect();
    let mut star = Star::new(&parts, small());
    star.run(90, 50_000, |_| Kind::Honest);
    for link in &star.links {
        assert_eq!((link.closed, link.far.closed(), link.far.store.len()), (None, None, 4000));
    }
    let times = star.received() as f64 / (80 * 4000) as f64;
    assert!(star.store.len() == 4000 && times <= 1.2, "{times}");
}

#[test]
fn a_neighbour_that_sends_nothing_holds_the_others_up_for_a_while_only() {
    let mut star = Star::new(&vec![full(3000); 4], small());
    star.run(300, 400_000, |i| if i < 3 { Kind::Mute } else { Kind::Honest });
    assert_eq!(star.store.len(), 3000);
    assert_eq!(star.links[3].closed, None);
}

#[test]
fn news_come_from_one_neighbour_and_are_told_to_all() {
    let mut star = Star::new(&vec![full(100); 8], small());
    star.run(70, 400_000, |_| Kind::Honest);
    let before = star.received();
    let (id, wire) = raw(1_000_000);
    for link in &mut star.links {
        link.far.store.insert_raw(week_of_raw(&wire), id, wire.clone());
        link.far.session.handle_local_new(id);
    }
    star.run(70, 400_000, |_| Kind::Honest);
    assert!(star.store.has(&id));
    assert_eq!(star.received() - before, 80, "once");
    // And one that is written here goes to all of them, once.
    let (id, wire) = raw(1_000_001);
    star.store.insert_raw(week_of_raw(&wire), id, wire);
    star.links.iter_mut().for_each(|link| link.session.handle_local_new(id));
    star.run(70, 400_000, |_| Kind::Honest);
    for (n, link) in star.links.iter().enumerate() {
        let (here, far) = (link.session.stats(), link.far.session.stats());
        assert!(link.far.store.has(&id) && far.records_received == 1, "{n}: {here:?} {far:?} {:?}", link.far.events);
    }
    assert_eq!(star.received() - before, 80);
}
