//! What a session promises, shown on two sides in memory.

use super::sim::*;
use super::*;

fn pool() -> Vec<crate::record::Record> {
    let mut all: Vec<_> = (0..1500).map(|n| notice((n % 5) as u8 + 1, n, 20 + (n % 370) as u32)).collect();
    all.extend((1..=150).flat_map(|n| (1..=2).map(move |d| grant(d, n))));
    all
}

fn agreed(side: &Side) -> bool {
    matches!(side.events.last(), Some(Output::RootsAgree { .. }))
}

#[test]
fn two_sides_become_equal() {
    let pool = pool();
    let mut dice = Dice(7);
    for case in 0..400u64 {
        let (mut a, mut b) = (Memory::new(), Memory::new());
        let (ca, cb) = (dice.roll(101), dice.roll(101));
        let size = 1 + dice.roll(if case % 8 == 0 { pool.len() as u64 } else { 150 }) as usize;
        for r in &pool[dice.roll((pool.len() - size) as u64 + 1) as usize..][..size] {
            if dice.roll(100) < ca {
                a.insert(r);
            }
            if dice.roll(100) < cb {
                b.insert(r);
            }
        }
        let mut all: Vec<_> = a.all().into_iter().chain(b.all()).collect();
        all.sort();
        all.dedup();
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
