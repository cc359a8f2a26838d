//! What must be so when everything has been well for a while.

use std::collections::{BTreeMap, BTreeSet};

use hedgerow_protocol::hlc::{day_of_ms, week_of};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Lane;
use hedgerow_protocol::record::Record;
use hedgerow_protocol::retention::{self, Facts};
use hedgerow_protocol::sync::{Bucket, Source};

use super::node::Node;
use super::world::World;

/// The ids of what a node keeps and compares.
fn kept(node: &Node, oldest: u32) -> BTreeSet<Id> {
    let core = node.core();
    let buckets = core.buckets().into_iter().map(|b| b.bucket);
    let compared = buckets.filter(|b| *b == Bucket::AUTHORITY || *b >= Bucket::week(oldest));
    compared.flat_map(|b| core.ids(b, &Id([0; 32]), &Id([0xff; 32]), usize::MAX)).collect()
}

/// All checks. The nodes of those who were taken out are not looked at: nobody tells them anything.
pub fn all(world: &World) -> Result<(), String> {
    if let Some(first) = world.complaints.first() {
        return Err(first.clone());
    }
    let authority = world.nodes[0].core().authority();
    let members: Vec<usize> =
        (0..world.nodes.len()).filter(|n| authority.by_transport(&world.nodes[*n].transport).is_some()).collect();
    let today = day_of_ms(world.now_ms());
    let sets: Vec<BTreeSet<Id>> = members.iter().map(|n| kept(&world.nodes[*n], week_of(today))).collect();
    for (n, set) in members.iter().zip(&sets) {
        if *set != sets[0] {
            let (more, fewer) = (set.difference(&sets[0]).count(), sets[0].difference(set).count());
            return Err(format!("node {n} has {more} records that node 0 has not, and lacks {fewer}"));
        }
        if world.nodes[*n].core().root() != world.nodes[0].core().root() {
            return Err(format!("node {n} has another root than node 0, over the same records"));
        }
    }
    retained(world, &members, &sets[0], today)?;
    shown(world, &members)
}

/// What is kept is what retention keeps of everything that was acknowledged, and of what was written and is there.
fn retained(world: &World, members: &[usize], set: &BTreeSet<Id>, today: u32) -> Result<(), String> {
    let authority = world.nodes[0].core().authority();
    let allowances = authority.allowances();
    let mut all: BTreeMap<Id, Record> = world.acknowledged.iter().map(|r| (r.id(), r.clone())).collect();
    for n in members {
        for id in set {
            if let Some(record) = world.nodes[*n].core().record(id) {
                all.insert(*id, record);
            }
        }
    }
    let of_members = |r: &&Record| {
        let device = r.payload().device;
        r.lane() == Lane::Content && members.iter().any(|n| world.nodes[*n].key == device)
    };
    let content: Vec<&Record> = all.values().filter(of_members).collect();
    let facts: Vec<Facts> = content.iter().map(|r| Facts::of(r, authority.shares(&allowances, r))).collect();
    let expected = retention::keep(&facts, retention::oldest_week_held(today));
    for record in content {
        let (is_kept, should) = (set.contains(&record.id()), expected.contains(&record.id()));
        let is_compared = retention::expiry_week(record) >= week_of(today);
        if is_kept != should && is_compared {
            let p = record.payload();
            return Err(format!(
                "{} of {} ({:?}, {} bytes, dated {}) is {}kept and should {}be",
                record.id().short(),
                p.device.short(),
                String::from_utf8_lossy(&p.body).chars().filter(|c| c.is_ascii_graphic()).take(24).collect::<String>(),
                p.body.len(),
                p.hlc.unix_ms(),
                if is_kept { "" } else { "not " },
                if should { "" } else { "not " },
            ));
        }
    }
    Ok(())
}

/// Of a thing that one computer alone writes, everybody is shown the last words that were acknowledged, or some that were on
/// their way to the disk when the power went.
fn shown(world: &World, members: &[usize]) -> Result<(), String> {
    let authority = world.nodes[0].core().authority();
    for (address, said) in world.said.iter().filter(|(_, said)| members.contains(&said.node)) {
        if authority.is_hidden(address) {
            continue;
        }
        for n in members {
            let view = world.nodes[*n].core().slot(address);
            let body = view.shown().map(|r| r.payload().body.clone()).unwrap_or_default();
            let is_unsure = world.unsure.get(address).is_some_and(|bodies| bodies.contains(&body));
            if body != said.body && !is_unsure {
                return Err(format!(
                    "node {n} shows {} bytes of what node {} said last in {} bytes (taken back: {})",
                    body.len(),
                    said.node,
                    said.body.len(),
                    said.withdrawn
                ));
            }
        }
    }
    Ok(())
}
