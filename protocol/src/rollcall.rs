//! Roll calls: an organiser's computer says once a day how far its own authority log is.
//!
//! Whoever sees none for long has lost touch with those who take people out, and whoever lacks what one names has not
//! heard everything. Not for: who may do what; a roll call changes nothing by itself.

use crate::authority::Authority;
use crate::fields::{FieldError, Reader, Writer};
use crate::hlc::DAY_MS;
use crate::id::{Id, PublicKey};
use crate::kind::Kind;
use crate::limits::{AUTHORITY_PREV_MAX, ROLL_CALL_FRESH_DAYS};
use crate::record::Record;

/// What stands in one. Its slot belongs to the community; the slot's key is the 32 bytes of the device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RollCall {
    /// The last records of the device's own authority log, ascending, at most 4; none while it has written none.
    pub heads: Vec<Id>,
}

impl RollCall {
    /// What a device has to say now.
    pub fn of(authority: &Authority, device: &PublicKey) -> Self {
        RollCall { heads: authority.next_in_log(device).1 }
    }
    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.list(1, self.heads.iter().map(|id| &id.0[..]));
        w.finish()
    }
    /// Reads and checks its form.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let heads = r.names(1, AUTHORITY_PREV_MAX)?.into_iter().map(Id).collect();
        r.finish()?;
        Ok(RollCall { heads })
    }
}

/// What the roll calls that are here say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Heard {
    /// By device: when it called last, Unix milliseconds, ascending by device.
    pub last: Vec<(PublicKey, u64)>,
    /// Devices that name authority records which are not here, ascending.
    pub lacking: Vec<PublicKey>,
}

impl Heard {
    /// Reads roll calls of which each is shown in its slot. What is no device's own, or makes no sense, is passed over.
    pub fn of(authority: &Authority, shown: &[Record]) -> Self {
        let mut heard = Heard::default();
        for record in shown {
            let p = record.payload();
            let is_own = p.kind == Kind::ROLL_CALL && p.owner == authority.community() && p.fits_its_slot();
            let (true, Ok(call)) = (is_own, RollCall::decode(&p.body)) else { continue };
            heard.last.push((p.device, p.hlc.unix_ms()));
            if call.heads.iter().any(|id| authority.standing_of(id).is_none()) {
                heard.lacking.push(p.device);
            }
        }
        heard.last.sort_unstable();
        heard.lacking.sort_unstable();
        heard
    }

    /// The newest of all, Unix milliseconds.
    pub fn newest_ms(&self) -> Option<u64> {
        self.last.iter().map(|(_, at)| *at).max()
    }

    /// For how many days nobody called, if that is too long. A community in which nobody has called yet counts from its
    /// founding, or from when one came to it: `since_ms`.
    pub fn silent_days(&self, since_ms: u64, now_ms: u64) -> Option<u64> {
        let newest = self.newest_ms().unwrap_or(0).max(since_ms);
        let days = now_ms.saturating_sub(newest) / DAY_MS;
        (days > u64::from(ROLL_CALL_FRESH_DAYS)).then_some(days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::body::GrantRole;
    use crate::authority::build;
    use crate::hlc::Hlc;
    use crate::keys::SecretKey;
    use crate::record::Payload;
    use proptest::prelude::*;

    fn key(n: u8) -> SecretKey {
        SecretKey::from_seed(&[n; 32])
    }

    #[test]
    fn a_call_names_what_the_caller_wrote_and_is_its_own() {
        let genesis =
            build::found_community(&key(1), &[], &[key(9).public()], 1, false, [0; 16], Hlc::new(1_000, 0)).unwrap();
        let (community, laptop) = (genesis.id(), key(2));
        let first = build::newcomer(&community, &key(1), &laptop, Hlc::new(1_001, 0)).unwrap();
        let mut ann = Authority::new(&genesis).unwrap();
        ann.extend(first.clone());
        let mut bob = ann.clone();
        assert_eq!(RollCall::of(&ann, &laptop.public()).heads, vec![]);
        let me = first[0].id();
        let grant = build::grant(&ann, &laptop, me, GrantRole::Mentor, Hlc::new(1_002, 0)).unwrap();
        ann.insert(&grant);
        let call = RollCall::of(&ann, &laptop.public());
        assert_eq!(call.heads, vec![grant.id()]);
        let say = |slot: &PublicKey, at_ms: u64, body: Vec<u8>| {
            let at = Hlc::new(at_ms, 0);
            Payload::content(Kind::ROLL_CALL, community, laptop.public(), slot.0.to_vec(), at, body)
                .sign(&community, &laptop)
                .unwrap()
        };
        let now = 200 * DAY_MS;
        let own = say(&laptop.public(), now, call.encode());
        let others = say(&key(3).public(), now + 1, call.encode());
        let noise = say(&laptop.public(), now + 2, vec![0xff]);
        let all = [own, others, noise];
        let heard = Heard::of(&bob, &all);
        assert_eq!(
            (heard.last.as_slice(), heard.lacking.as_slice()),
            (&[(laptop.public(), now)][..], &[laptop.public()][..])
        );
        bob.insert(&grant);
        assert_eq!(Heard::of(&bob, &all).lacking, vec![]);

        assert_eq!(heard.silent_days(0, now + 90 * DAY_MS), None);
        assert_eq!(heard.silent_days(0, now + 91 * DAY_MS), Some(91));
        assert_eq!(heard.silent_days(now + 5 * DAY_MS, now + 91 * DAY_MS), None, "who came later waits from then on");
        assert_eq!(Heard::default().silent_days(0, 91 * DAY_MS), Some(91));
        assert_eq!(heard.silent_days(0, 0), None, "a clock that is behind is no silence");
    }

    proptest! {
        #[test]
        fn one_form_and_no_panic(heads in prop::collection::btree_set(any::<[u8; 32]>(), 0..=4), noise in prop::collection::vec(any::<u8>(), 0..200)) {
            let call = RollCall { heads: heads.into_iter().map(Id).collect() };
            prop_assert_eq!(RollCall::decode(&call.encode()), Ok(call));
            let _ = RollCall::decode(&noise);
        }
    }
}
