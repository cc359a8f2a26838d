//! The same records in any order, in any portions, give the same view.

use std::collections::BTreeSet;

use super::*;
use crate::store::memory::MemoryStorage;
use crate::store::sim_disk::SimDisk;

fn core_on_memory(town: &Town) -> Core {
    let options = town.options(Path::new("/nowhere"));
    let disk = Arc::new(SimDisk::default());
    open::open_on(options, Some(town.first.clone()), disk, &mut |_| Ok(Box::new(MemoryStorage::default()))).unwrap().0
}

/// Two neighbours and a stranger write, change, withdraw, write from the future and let expire.
fn records(town: &Town) -> Vec<Record> {
    let mut authority = Authority::new(&town.genesis).unwrap();
    authority.extend(town.first.clone());
    let mut all = Vec::new();
    let mut people = Vec::new();
    for n in [20, 21] {
        let (device, person, records) = town.neighbour(&authority, n);
        authority.extend(records.clone());
        all.extend(records);
        people.push((device, person));
    }
    let sign = |device: &SecretKey, payload: Payload| payload.sign(&town.id(), device).unwrap();
    for (device, owner) in people.iter().chain([&(key(99), people[0].1)]) {
        for slot in 0..3 {
            for n in 0..5u64 {
                all.push(town.record(
                    device,
                    *owner,
                    &format!("s{slot}"),
                    &format!("Café {slot} {n}"),
                    NOW - 9_000 + n,
                    slot,
                ));
            }
        }
        let hlc = Hlc::new(NOW - 8_990, 0);
        all.push(sign(device, Payload::content(Kind::SERVICE, *owner, device.public(), *b"s1", hlc, vec![])));
        all.push(town.record(device, *owner, "s2", "Café of tomorrow", NOW + 86_400_000, 0));
        let mut old = Payload::content(
            Kind::SERVICE,
            *owner,
            device.public(),
            *b"s3",
            Hlc::new(NOW - 3 * 86_400_000, 0),
            service("Old", "X"),
        );
        old.expires = Some(old.hlc.day());
        all.push(sign(device, old));
        let unknown = Payload::content(Kind(900), *owner, device.public(), *b"u", Hlc::new(NOW, 0), vec![1, 2, 3]);
        all.push(sign(device, unknown));
    }
    all
}

#[test]
fn a_thousand_shuffled_orders_give_one_view() {
    let town = Town::new();
    let all = records(&town);
    let orders: u64 = std::env::var("HEDGEROW_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut first = None;
    for seed in 1..=orders {
        let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut roll = |sides: usize| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            (x >> 20) as usize % sides
        };
        let mut shuffled = all.clone();
        for i in (1..shuffled.len()).rev() {
            shuffled.swap(i, roll(i + 1));
        }
        let core = core_on_memory(&town);
        runtime.block_on(async {
            let mut rest = &shuffled[..];
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(1 + roll(25)));
                core.arrive(now.to_vec(), Origin::Bundle).await.unwrap();
                rest = later;
            }
        });
        let seen = view(&core);
        if first.is_none() {
            assert_eq!(seen.0.len(), 4, "two people show two slots each: one is withdrawn, one has expired");
            // The quick choice from the rows is that of the protocol's fold over the records.
            let services = all.iter().filter(|r| r.payload().kind == Kind::SERVICE);
            let shown: BTreeSet<Id> = services.filter_map(|r| Some(core.slot(&r.address()).shown()?.id())).collect();
            assert_eq!(shown, seen.0.iter().copied().collect());
        }
        assert_eq!(first.get_or_insert_with(|| seen.clone()), &seen, "order {seed}");
        runtime.block_on(core.close());
    }
}
