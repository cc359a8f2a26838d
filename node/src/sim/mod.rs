//! A deterministic simulation of whole nodes: the real core over a simulated disk and clock, and the real sync sessions over
//! simulated links, all in one thread and from one seed.
//!
//! A run is a list of acts made from the seed (write, withdraw, remove, part, restart, cut the power, set a clock), then quiet:
//! everybody is up, linked and right about the time. Then the checkers look (`check`). The same seed gives the same run; a run
//! that fails is made shorter act by act. Not here: QUIC and multicast, the API, anything that people see.

mod check;
mod link;
mod node;
mod plan;
mod world;

use plan::{Act, plan};
use world::World;

/// Runs acts from a seed and gives what a checker has to complain of.
fn run(seed: u64, nodes: usize, acts: &[Act]) -> Result<(), String> {
    let mut world = World::new(seed, nodes);
    for act in acts {
        world.act(act);
    }
    world.quiet();
    check::all(&world)
}

/// A shorter list of acts that still fails, and its complaint.
fn shrink(seed: u64, nodes: usize, mut acts: Vec<Act>, mut complaint: String) -> (Vec<Act>, String) {
    let fails = |acts: &[Act]| {
        let run = std::panic::catch_unwind(|| run(seed, nodes, acts));
        run.unwrap_or_else(|panic| {
            let words = panic.downcast_ref::<String>().cloned();
            Err(words.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default())
        })
        .err()
    };
    let mut part = acts.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        while from < acts.len() {
            let mut fewer = acts.clone();
            fewer.drain(from..(from + part).min(acts.len()));
            match fails(&fewer) {
                Some(still) => (acts, complaint) = (fewer, still),
                None => from += part,
            }
        }
        if part == 1 {
            return (acts, complaint);
        }
        part = part.div_ceil(2);
    }
}

/// Runs many seeds.
fn seeds(from: u64, many: u64, nodes: usize, acts: usize) {
    for seed in from..from + many {
        let acts = plan(seed, nodes, acts);
        let run = std::panic::catch_unwind(|| run(seed, nodes, &acts));
        let complaint = match run {
            Ok(Ok(())) => continue,
            Ok(Err(complaint)) => complaint,
            Err(_) => "it panicked".to_owned(),
        };
        let (acts, complaint) = shrink(seed, nodes, acts, complaint);
        panic!("seed {seed} of {nodes} nodes: {complaint}\nwith {} acts: {acts:#?}", acts.len());
    }
}

/// What the checkers say of a run with a change, for seeds until one complains.
fn first_complaint(seeds: u64, change: impl Fn(&mut World)) -> Option<String> {
    (1..=seeds).find_map(|seed| {
        let mut world = World::new(seed, 3);
        change(&mut world);
        plan(seed, 3, 60).iter().for_each(|act| world.act(act));
        world.quiet();
        check::all(&world).err()
    })
}

/// How many seeds: `HEDGEROW_SEEDS` of them where it is set, from `HEDGEROW_SEED` on.
fn wanted(usual: u64) -> (u64, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse().ok());
    (number("HEDGEROW_SEED").unwrap_or(1), number("HEDGEROW_SEEDS").unwrap_or(usual))
}

#[test]
fn five_nodes_agree_after_whatever_happened() {
    let (from, many) = wanted(20);
    seeds(from, many, 5, 60);
}

#[test]
fn a_disk_that_says_it_has_saved_and_has_not_is_found_out() {
    let lies = |world: &mut World| {
        for node in &mut world.nodes {
            node.disk = node.disk.clone().without_sync(true, false);
        }
    };
    assert_eq!(first_complaint(1, |_| {}), None);
    assert!(first_complaint(30, lies).is_some_and(|c| c.contains("not kept and should be") || c.contains("shows")));
}

#[test]
fn what_was_acknowledged_and_is_nowhere_is_found_out() {
    let mut world = World::new(3, 3);
    plan(3, 3, 40).iter().for_each(|act| world.act(act));
    world.quiet();
    assert_eq!(check::all(&world), Ok(()));
    let (address, said) =
        world.said.iter().find(|(_, said)| said.node == 0).map(|(a, s)| (a.clone(), s.clone())).unwrap();
    world.said.insert(address, world::Said { body: vec![1], ..said });
    assert!(check::all(&world).is_err_and(|c| c.contains("shows")));
    world.said.clear();
    let forgotten = world.forge(0);
    world.acknowledged.push(forgotten);
    assert!(check::all(&world).is_err_and(|c| c.contains("is not kept and should be")));
}

#[test]
fn the_same_seed_is_the_same_run() {
    let root = |seed| {
        let mut world = World::new(seed, 3);
        plan(seed, 3, 40).iter().for_each(|act| world.act(act));
        world.quiet();
        world.nodes.iter().map(|n| n.core().root()).collect::<Vec<_>>()
    };
    assert_eq!(root(7), root(7));
    assert_ne!(root(7), root(8));
}
