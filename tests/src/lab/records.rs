//! Records taken from a computer, and records made by hand brought into one: for what no honest program writes.

use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::bundle;
use hedgerow_protocol::frame::{self, FrameType, Parsed};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::record::{Payload, Record};

use super::{Computer, story};

/// The key of a computer, as whoever stole its folder has it.
///
/// # Panics
/// When the folder has none.
pub fn stolen_key(at: &Computer) -> SecretKey {
    let bytes = std::fs::read(at.data.join("keys/device")).expect("the key file");
    SecretKey::from_seed(bytes[..32].try_into().expect("a seed"))
}

/// Everything a computer has, as records.
///
/// # Panics
/// When they cannot be had, or one is not in order.
pub async fn records(at: &Computer) -> (Id, Vec<Record>) {
    let community: Id = story::status(at).await.community.expect("a community").id.parse().expect("an id");
    let bytes = at.api().bundle_export(Vec::new()).await.expect("a bundle");
    let (mut from, mut all) = (0, Vec::new());
    while let Parsed::Frame { kind, body, next } = frame::parse(&bytes, from) {
        let wires = match kind {
            FrameType::BLOCK => frame::unpack_block(body).expect("a good block"),
            FrameType::RECORD => vec![body.to_vec()],
            _ => vec![],
        };
        all.extend(wires.iter().map(|w| Record::from_wire(&community, w).expect("a good record")));
        from = next;
    }
    (community, all)
}

/// Who may do what, by these records.
///
/// # Panics
/// When the founding record is not among them.
pub fn authority(community: &Id, records: &[Record]) -> Authority {
    let genesis = records.iter().find(|r| r.id() == *community).expect("the founding record");
    let mut authority = Authority::new(genesis).expect("a community");
    authority.extend(records.iter().filter(|r| r.lane() == Lane::Authority).cloned());
    authority
}

/// Records as a stick carries them.
///
/// # Panics
/// When there are none.
pub fn stick(community: &Id, records: &[Record]) -> Vec<u8> {
    let mut stick = Vec::new();
    let sink = |bytes: &[u8]| {
        stick.extend_from_slice(bytes);
        Ok::<(), std::convert::Infallible>(())
    };
    let today = records[0].payload().hlc.day();
    let mut writer = bundle::Writer::new(community, today, sink).expect("in memory");
    for record in records {
        writer.add(record).expect("in memory");
    }
    writer.finish().expect("in memory");
    stick
}

/// Puts records on a stick and into a computer.
///
/// # Panics
/// When one of them is refused.
pub async fn by_stick(community: &Id, records: &[Record], into: &Computer) {
    let report = into.api().bundle_import(stick(community, records), false).await.expect("imported");
    assert_eq!(report.refused_count, 0, "{report:?}");
}

/// Records of the largest size in which nothing can be compressed, as whoever has a computer's key can sign them.
///
/// # Panics
/// When one does not fit.
pub fn large(community: Id, owner: Id, key: &SecretKey, from: u64, many: u64, now_ms: u64) -> Vec<Record> {
    let of = |n: u64| {
        // Knuth's generator: what it gives does not pack.
        let mut state = n ^ now_ms;
        let body: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .take(16 * 1024 - 300)
        .collect();
        let at = Hlc::new(now_ms + n, 0);
        let payload = Payload::content(Kind::NOTICE, owner, key.public(), n.to_be_bytes(), at, body);
        payload.sign(&community, key).expect("it fits")
    };
    (from..from + many).map(of).collect()
}
