//! Roll calls: an organiser's computer says once a day that it is there and how far it is, and everybody notices when none
//! of them was heard of for long, or when one names something that is not here.
//!
//! What is in one is `protocol::rollcall`'s business. Not for: the uplink, which asks [`Member::heard`] for itself.

use hedgerow_api::{Severity, Warning};
use hedgerow_protocol::hlc::day_of_ms;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Address;
use hedgerow_protocol::rollcall::{Heard, RollCall};

use super::Member;
use crate::core::{CoreError, Draft};

/// Publishes today's, on an organiser's computer that has not. Gives whether it did.
pub(super) async fn call(member: &Member) -> Result<bool, CoreError> {
    let device = member.device.public();
    let slot = Address { owner: member.community, kind: Kind::ROLL_CALL, key: device.0.to_vec() };
    let today = day_of_ms(member.core.clock());
    let view = member.core.slot(&slot);
    let is_done = view.shown().is_some_and(|r| r.payload().hlc.day() >= today);
    if is_done || !member.may_write(&slot.owner, slot.kind) {
        return Ok(false);
    }
    let body = RollCall::of(&member.authority(), &device).encode();
    member.core.publish(vec![Draft::new(slot.owner, slot.kind, slot.key, body)]).await?;
    Ok(true)
}

impl Member {
    /// What the roll calls that are here say.
    pub(super) fn heard(&self) -> Heard {
        Heard::of(&self.authority(), &self.core.of_kind(Kind::ROLL_CALL, true))
    }

    /// Whether organisers were not heard of for so long that what is known of members is too old to share internet by.
    pub(super) fn is_out_of_touch(&self) -> bool {
        self.heard().silent_days(self.here_since(), self.core.clock()).is_some()
    }

    /// When a computer of an organiser last called.
    pub(super) fn heard_of(&self, heard: &Heard, person: &Id) -> Option<u64> {
        let theirs = self.authority().all_devices_of(person);
        heard.last.iter().filter(|(device, _)| theirs.contains(device)).map(|(_, at)| *at).max()
    }

    /// Since when this computer could have heard somebody, Unix milliseconds.
    fn here_since(&self) -> u64 {
        let authority = self.authority();
        let listed = authority.device(&self.device.public()).and_then(|d| self.core.record(&d.by));
        let at = |r: &hedgerow_protocol::record::Record| r.payload().hlc.unix_ms();
        listed.as_ref().map_or(0, at).max(at(authority.genesis()))
    }

    /// What roll calls give reason to warn of.
    pub(super) fn roll_call_warnings(&self) -> Vec<Warning> {
        let heard = self.heard();
        let mut all = Vec::new();
        let mut warn = |code: &str, title: String, text: &str| {
            all.push(Warning {
                code: code.into(),
                severity: Severity::Warning,
                title,
                text: text.into(),
                action:
                    "Link with a computer of an organiser (hedgerow organisers says who they are), or bring news on \
                         a stick: hedgerow bundle import FILE"
                        .into(),
            });
        };
        if let Some(days) = heard.silent_days(self.here_since(), self.core.clock()) {
            warn(
                "organisers-silent",
                format!("No organiser was heard of for {days} days."),
                "Who was let in or taken out since then may not be known here.",
            );
        }
        if let Some(device) = heard.lacking.first() {
            let by = self.authority().person_of_device(device);
            let name = by.map_or_else(|| "An organiser".into(), |p| self.called(&p));
            warn(
                "news-missing",
                format!("{name} knows of changes that have not arrived here."),
                "Somebody may have been let in or taken out. It usually comes with the next link.",
            );
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use hedgerow_protocol::authority::build;
    use hedgerow_protocol::hlc::{DAY_MS, Hlc};
    use hedgerow_protocol::limits::ROLL_CALL_DAYS;

    use crate::core::tests::{NOW, Town};
    use crate::core::{CoreOptions, Origin};

    #[tokio::test]
    async fn an_organiser_calls_once_a_day_and_nobody_else_does() {
        let temp = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicU64::new(NOW));
        let time = clock.clone();
        let town = Town::new();
        let os_clock = Arc::new(move || time.load(Ordering::Relaxed));
        let ann_options = CoreOptions { os_clock: os_clock.clone(), ..town.options(&temp.path().join("ann")) };
        let (ann, _) = Member::create(ann_options, town.first.clone()).unwrap();
        let (bob_key, bob_id, bob_in) = town.neighbour(&ann.authority(), 40);
        ann.core.arrive(bob_in.clone(), Origin::Here).await.unwrap();
        let options = CoreOptions::new(temp.path().join("bob"), town.id(), bob_key);
        let bob_options = CoreOptions { person: Some(bob_id), os_clock, ..options };
        let bob_first = town.first.iter().cloned().chain(bob_in).collect();
        let (bob, _) = Member::create(bob_options, bob_first).unwrap();
        let (me, person) = (town.device.public(), town.person);
        let codes = |m: &Member| m.roll_call_warnings().into_iter().map(|w| w.code).collect::<Vec<_>>();

        assert!(call(&ann).await.unwrap());
        assert!(!call(&ann).await.unwrap(), "one a day");
        assert!(!call(&bob).await.unwrap(), "Bob is no organiser");
        assert_eq!(bob.heard(), Heard::default());
        clock.store(NOW + DAY_MS, Ordering::Relaxed);
        assert!(call(&ann).await.unwrap());
        assert_eq!(ann.heard().last, vec![(me, NOW + DAY_MS)]);
        assert_eq!(ann.heard_of(&ann.heard(), &town.person), Some(NOW + DAY_MS));
        assert_eq!(ann.heard_of(&ann.heard(), &bob_id), None);
        let calls = ann.core.of_kind(Kind::ROLL_CALL, true);
        assert_eq!(calls.len(), 1, "the newer takes the older one's place");
        assert_eq!(calls[0].payload().expires, Some(day_of_ms(NOW) + 1 + ROLL_CALL_DAYS));

        // Bob gets the call and not what it names; then that as well.
        let group =
            ann.core.publish_authority(move |a, device, at| build::found_group(a, device, &[person], &[], [7; 16], at));
        let group = group.await.unwrap();
        clock.store(NOW + 2 * DAY_MS, Ordering::Relaxed);
        assert!(call(&ann).await.unwrap());
        bob.core.arrive(ann.core.of_kind(Kind::ROLL_CALL, true), Origin::Here).await.unwrap();
        assert_eq!(codes(&bob), ["news-missing"]);
        bob.core.arrive(vec![group], Origin::Here).await.unwrap();
        assert_eq!(codes(&bob), Vec::<String>::new());
        // Silence is told, whether the last call is still here or has run out.
        for (days, warns) in [(92, false), (93, true), (200, true)] {
            clock.store(NOW + days * DAY_MS, Ordering::Relaxed);
            assert_eq!(codes(&bob) == ["organisers-silent"], warns, "after {days} days");
        }
        assert!(call(&ann).await.unwrap());
        assert_eq!(codes(&ann), Vec::<String>::new());
        // Somebody else's word in her slot is no roll call.
        let forged = hedgerow_protocol::record::Payload::content(
            Kind::ROLL_CALL,
            town.id(),
            bob.device.public(),
            me.0.to_vec(),
            Hlc::new(NOW + 200 * DAY_MS, 9),
            RollCall { heads: vec![] }.encode(),
        );
        let forged = forged.sign(&town.id(), &bob.device).unwrap();
        bob.core.arrive(vec![forged], Origin::Here).await.unwrap();
        assert_eq!(codes(&bob), ["organisers-silent"]);
    }
}
