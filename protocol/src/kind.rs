//! The kinds of record and the lane each travels in.
//!
//! A kind this version does not know is kept and passed on, and has no effect.

/// What a record is about, as the number on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(pub u16);

/// Authority records say who may do what: complete everywhere, synced first, never pruned.
/// Content is everything else: replaced by newer versions, expiring.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Lane {
    /// Who may do what.
    Authority,
    /// Everything else.
    Content,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $konst:ident = $num:literal, $name:literal, $lane:ident;)*) => {
        impl Kind {
            $($(#[$doc])* pub const $konst: Kind = Kind($num);)*

            /// The name people type, for a kind this version knows.
            pub fn name(self) -> Option<&'static str> {
                match self.0 { $($num => Some($name),)* _ => None }
            }
            /// The kind of a name.
            pub fn from_name(name: &str) -> Option<Kind> {
                match name { $($name => Some(Kind($num)),)* _ => None }
            }
            /// The lane a known kind must travel in.
            pub fn lane(self) -> Option<Lane> {
                match self.0 { $($num => Some(Lane::$lane),)* _ => None }
            }
        }
    };
}

kinds! {
    /// Founds a community.
    GENESIS = 1, "genesis", Authority;
    /// Founds a person.
    PERSON = 2, "person", Authority;
    /// Lists a device of a person or a group.
    DEVICE_ADD = 3, "device-add", Authority;
    /// Takes a device out, with a cut.
    DEVICE_REMOVE = 4, "device-remove", Authority;
    /// Founds a group.
    GROUP = 5, "group", Authority;
    /// Gives a person a role in a group.
    GROUP_MEMBER = 6, "group-member", Authority;
    /// Lets a person in.
    ADMIT = 7, "admit", Authority;
    /// A newcomer's own entry, in open communities.
    JOIN = 8, "join", Authority;
    /// Gives a role.
    GRANT = 9, "grant", Authority;
    /// Takes a role, with a cut.
    REVOKE = 10, "revoke", Authority;
    /// Proposes a steward set.
    PROPOSE = 11, "propose", Authority;
    /// Approves a proposed steward set.
    APPROVE = 12, "approve", Authority;
    /// Root keys settle a split.
    ARBITRATE = 13, "arbitrate", Authority;
    /// Root keys fix an epoch: nothing at or before it forks.
    CHECKPOINT = 14, "checkpoint", Authority;
    /// Names recovery friends.
    GUARDIANS = 15, "guardians", Authority;
    /// Gives a person a new key.
    RECOVER = 16, "recover", Authority;
    /// Hides an address or an owner.
    HIDE = 17, "hide", Authority;
    /// Undoes a hide.
    UNHIDE = 18, "unhide", Authority;
    /// A live device objects to a recovery.
    OBJECT = 19, "object", Authority;

    /// The name and words of a community, person or group; the key is `profile`.
    PROFILE = 64, "profile", Content;
    /// Open Referral UK organization.
    ORGANIZATION = 65, "organization", Content;
    /// Open Referral UK service, complete in itself with its places and hours.
    SERVICE = 66, "service", Content;
    /// Open Referral UK location.
    LOCATION = 67, "location", Content;
    /// Open Referral UK service at location.
    SERVICE_AT_LOCATION = 68, "service-at-location", Content;
    /// Open Referral UK taxonomy.
    TAXONOMY = 69, "taxonomy", Content;
    /// Open Referral UK taxonomy term.
    TAXONOMY_TERM = 70, "taxonomy-term", Content;
    /// Something to tell people, for a time.
    NOTICE = 71, "notice", Content;
    /// Something that happens at a time.
    EVENT = 72, "event", Content;
    /// A steward device's daily word on how far its authority log is.
    ROLL_CALL = 73, "roll-call", Content;
    /// A public key that sealed records are sealed with: of a device, or of a person, a group or the stewards.
    SEALING_KEY = 74, "sealing-key", Content;
    /// A message that only those it is sealed to can read.
    SEALED = 75, "sealed", Content;
    /// An organiser's words about a removal or a hide, so that they can be withdrawn; the key is that record's id.
    MODERATION_NOTE = 76, "moderation-note", Content;
    /// How a building shares its internet: the rules of one gateway; the key is its transport key in hexadecimal.
    GATEWAY_POLICY = 77, "gateway-policy", Content;
    /// A program published from a computer ([`crate::site`]); the key is its name.
    LOCAL_SITE = 79, "local-site", Content;
}

impl core::fmt::Display for Kind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "kind-{}", self.0),
        }
    }
}

impl core::fmt::Debug for Kind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_a_name_and_a_lane_or_a_number() {
        assert_eq!((Kind::NOTICE.to_string(), format!("{:?}", Kind(6_000))), ("notice".into(), "kind-6000".into()));
        assert_eq!(
            (Kind::ADMIT.lane(), Kind::NOTICE.lane(), Kind(6_000).lane()),
            (Some(Lane::Authority), Some(Lane::Content), None)
        );
        for n in 0..200 {
            let kind = Kind(n);
            assert_eq!(kind.name().and_then(Kind::from_name), kind.name().map(|_| kind));
        }
        assert_eq!(Kind::from_name("kind-6000"), None);
    }
}
