use super::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

/// A small world: two accounts; in the first a person with two computers and two guests, the second a group with two people.
fn path(which: u8) -> Path {
    let id = |n: u8| Id([n; 32]);
    let share = |holder, units| Share { holder, units };
    let ann = share(Holder::Person(id(1)), 20);
    let guests = share(Holder::Guests(id(1)), 5);
    let group = share(Holder::Group(id(2)), 24);
    let computer = |person, n, units| share(Holder::Computer(id(person), PublicKey([n; 32])), units);
    let shares = match which % 7 {
        0 => vec![ann, computer(1, 1, 10)],
        1 => vec![ann, computer(1, 1, 10), computer(1, 2, 5)],
        2 => vec![ann, computer(1, 3, 10)],
        3 => vec![ann, guests, share(Holder::Guest(id(3)), 3), computer(3, 4, 2)],
        4 => vec![ann, guests, share(Holder::Guest(id(4)), 3), computer(4, 5, 2)],
        5 => vec![group, share(Holder::InGroup(id(2), id(1)), 6)],
        _ => vec![group, share(Holder::InGroup(id(2), id(3)), 6)],
    };
    shares.into()
}

type Small = Version<u8, u8>;

fn version(withdrawals: bool) -> impl Strategy<Value = Small> {
    (0u8..3, 0u8..7, 0u64..12, 0u8..6, 0usize..3, 0u8..4).prop_map(move |(slot, device, hlc, id, size, gone)| {
        let is_withdrawal = withdrawals && gone == 0;
        // As in life, everything else follows from the id.
        let name = [slot, device, hlc as u8, id, size as u8, u8::from(is_withdrawal)];
        // Two accounts have no slot in common, but where a person writes for a group.
        let slot = slot + if device < 5 { 0 } else { 10 };
        Small {
            slot,
            device,
            order: (Hlc(hlc), Id(*blake3::hash(&name).as_bytes())),
            units: [1, 4, 16][size],
            is_withdrawal,
            path: path(device),
        }
    })
}

fn set(withdrawals: bool) -> impl Strategy<Value = Vec<Small>> {
    prop::collection::vec(version(withdrawals), 0..24).prop_map(united)
}

/// As a set: each record once.
fn united(mut all: Vec<Small>) -> Vec<Small> {
    all.sort_unstable_by_key(|v| v.order);
    all.dedup_by_key(|v| v.order);
    all
}

/// As the function under test, in the order of the clock.
fn kept(set: &[Small]) -> Vec<Small> {
    united(super::kept(set))
}

fn both(a: &[Small], b: &[Small]) -> Vec<Small> {
    united(a.iter().chain(b).cloned().collect())
}

/// What a store does: one record at a time, dropping as it goes.
fn one_by_one(set: &[Small]) -> Vec<Small> {
    let mut held = Vec::new();
    for v in set {
        held = kept(&both(&held, std::slice::from_ref(v)));
    }
    held
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn k_of_a_union_is_k_of_the_parts_kept(a in set(false), b in set(false), turn in any::<prop::sample::Index>()) {
        let mut all = both(&a, &b);
        let whole = kept(&all);
        prop_assert_eq!(&kept(&both(&kept(&a), &kept(&b))), &whole);
        prop_assert_eq!(&one_by_one(&all), &whole);
        if !all.is_empty() {
            let by = turn.index(all.len());
            all.rotate_left(by);
            all.reverse();
        }
        prop_assert_eq!(&one_by_one(&all), &whole);
    }

    /// The same where both parts know every withdrawal: sync settles those, as it settles authority.
    #[test]
    fn the_law_holds_beside_withdrawals_that_both_know(a in set(true), b in set(true)) {
        let gone: Vec<Small> = both(&a, &b).into_iter().filter(|v| v.is_withdrawal).collect();
        prop_assert_eq!(&kept(&both(&kept(&gone), &gone)), &kept(&gone), "of withdrawals alone it holds as well");
        let (a, b) = (both(&a, &gone), both(&b, &gone));
        prop_assert_eq!(kept(&both(&kept(&a), &kept(&b))), kept(&both(&a, &b)));
    }

    /// Three nodes that meet in turns, each with a part and, of some devices, all they wrote: they end with one set, and with
    /// the one that a node keeps that has seen everything.
    #[test]
    fn nodes_that_go_on_meeting_end_with_the_same(all in set(true), dealt in prop::collection::vec(0usize..3, 24)) {
        let own = |node: usize, v: &Small| usize::from(v.device) % 3 == node;
        let mut held: [Vec<Small>; 3] = Default::default();
        for (v, node) in all.iter().zip(&dealt) {
            // Whoever wrote it has it, and whoever heard of it from them.
            held[usize::from(v.device) % 3].push(v.clone());
            held[*node].push(v.clone());
        }
        for node in &mut held {
            *node = united(std::mem::take(node));
        }
        for _ in 0..4 {
            for (x, y) in [(0, 1), (1, 2), (2, 0)] {
                let offered = both(&kept(&held[x]), &kept(&held[y]));
                for node in [x, y] {
                    let now = both(&held[node], &offered);
                    let keeps = kept(&now);
                    held[node] = now.into_iter().filter(|v| keeps.contains(v) || own(node, v)).collect();
                }
            }
        }
        let whole = kept(&all);
        for node in &held {
            prop_assert_eq!(&kept(node), &whole);
        }
    }

    /// Whoever holds an inner share never pushes out more than it is: a quarter of a person's share is left by a thief, whatever the
    /// thief writes, lists and lets in.
    #[test]
    fn a_thief_takes_its_own_share_and_no_more(honest in prop::collection::vec(1u64..12, 1..5), stolen in set(true)) {
        let mine = |(n, hlc): (usize, &u64)| Small {
            slot: 100 + n as u8, device: 2, order: (Hlc(*hlc), Id([n as u8; 32])), units: 1, is_withdrawal: false, path: path(2),
        };
        let honest: Vec<Small> = honest.iter().enumerate().map(mine).collect();
        let thief: Vec<Small> = stolen.into_iter().filter(|v| v.device != 2).collect();
        let keeps = kept(&both(&honest, &thief));
        prop_assert!(honest.iter().all(|v| keeps.contains(v)), "five of twenty units are left");
    }
}

/// The test above would notice shares that are charged with more than they hold.
#[test]
fn the_law_breaks_without_saturation() {
    let charge_all = |spent: &mut Spent, path: &[Share], units: u32| {
        path.iter().for_each(|s| *spent.0.entry(s.holder).or_default() += u64::from(units));
    };
    let keeps = |set: &[Small]| {
        let (mut spent, mut out) = (Spent::default(), Vec::new());
        for v in set.iter().rev() {
            if spent.has_room(&v.path) {
                out.push(v.clone());
            }
            charge_all(&mut spent, &v.path, v.units);
        }
        out.reverse();
        out
    };
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut broken = 0;
    for _ in 0..20_000 {
        let pair = (set(false), set(false));
        let (a, b) = pair.new_tree(&mut runner).unwrap().current();
        broken += usize::from(keeps(&both(&keeps(&a), &keeps(&b))) != keeps(&both(&a, &b)));
    }
    assert!(broken > 0, "the small world is too tame to tell");
}

fn of(slot: u8, device: u8, hlc: u64, units: u32, is_withdrawal: bool) -> Small {
    let name = [slot, device, hlc as u8, units as u8, u8::from(is_withdrawal)];
    let order = (Hlc(hlc), Id(*blake3::hash(&name).as_bytes()));
    Small { slot, device, order, units, is_withdrawal, path: path(device) }
}

#[test]
fn a_withdrawal_lets_all_versions_go_and_gives_their_space_back() {
    let fill: Vec<Small> = (20..24).map(|n| of(n, 2, u64::from(n), 4, false)).collect();
    let (full, gone) = (fill.clone(), of(23, 2, 40, 1, true));
    let before = kept(&full);
    assert!(!before.contains(&fill[0]), "newer ones fill the share");
    let after = kept(&both(&full, std::slice::from_ref(&gone)));
    assert!(after.contains(&gone) && !after.contains(&fill[3]));
    assert!(after.contains(&fill[0]), "what was pushed out has room again: {after:?}");
    let by_another = of(23, 0, 41, 1, true);
    assert!(!kept(&both(&full, &[by_another])).contains(&fill[3]), "whichever of the owner's computers withdraws");
}

#[test]
fn of_one_size_the_newest_two_stay() {
    let six: Vec<Small> = (0..6).map(|n| of(1, 2, n, 1, false)).collect();
    assert_eq!(kept(&six), six[4..]);
    let large = of(1, 2, 1, 4, false);
    assert!(kept(&both(&six, std::slice::from_ref(&large))).contains(&large), "another size has two of its own");
}

#[test]
fn sizes_are_charged_in_doubling_units() {
    let charged: Vec<u32> = [65, 1024, 1025, 2048, 2049, 5000, 16_384].into_iter().map(units_of).collect();
    assert_eq!(charged, [1, 1, 2, 2, 4, 8, 16]);
}

#[test]
fn weeks_are_held_three_days_longer() {
    let last_day_of_week_9 = 9 * 7 + 6;
    assert_eq!(oldest_week_held(last_day_of_week_9 + 3), 9);
    assert_eq!(oldest_week_held(last_day_of_week_9 + 4), 10);
}
