//! The kinds of record: one table says of each what everybody has to know of it.
//!
//! Whose a record may be, who writes it, how large it may get, how long it lives, where it is shown: whoever needs to know
//! asks the table ([`Kind::spec`]), so that a new kind is one entry and no list elsewhere is forgotten. Section 4 of the
//! specification is the same table in words; a test compares them. A kind this version does not know is kept and passed
//! on, and has no effect ([`Kind::rules`]). Not for: what is in a body, which is the business of the kind's own module.

use crate::limits::{AUTHORITY_BYTES_MAX, CONTENT_BYTES_MAX, CONTENT_DAYS_MAX, ROLL_CALL_BYTES_MAX, ROLL_CALL_DAYS};
use crate::record::Audience;

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

/// Whose a record may be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Party {
    /// Its own: it founds a community, a person or a group.
    Itself,
    /// A person's.
    Person,
    /// A group's.
    Group,
    /// The community's: its organisers write it.
    Community,
}

/// Who may write a record in its owner's name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Writers {
    /// Each authority kind has rules of its own ([`crate::authority`]).
    Rules,
    /// Any full device of the owner: of a group, those of its people and its own.
    Owner,
    /// The same, but of a group only the devices of its admins.
    Admins,
    /// The device whose key is the slot's key.
    SlotKey,
}

/// What a body is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BodyForm {
    /// A map with numbers as keys, or bytes that a module of its own reads.
    Fields,
    /// A document with a shape of its own.
    Document,
    /// A document with an Open Referral object in its field `hsds`.
    Hsds,
    /// Not settled, or not known: this version only keeps it and passes it on.
    Later,
}

/// Where something is found by people.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lists {
    /// In lists and searches that name no kind.
    Always,
    /// In those that ask for this kind.
    Asked,
    /// In none.
    Never,
}

/// All there is to know of a kind without opening a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KindSpec {
    /// The kind.
    pub kind: Kind,
    /// The name people type.
    pub name: &'static str,
    /// The lane it must travel in.
    pub lane: Lane,
    /// Whose it may be. Of another owner it does not count.
    pub owners: &'static [Party],
    /// Who may write it in the owner's name.
    pub writers: Writers,
    /// Whom it is for when its writer does not say.
    pub audience: Audience,
    /// Days it lives when its writer does not say; 0: for ever. No kind lives longer than [`CONTENT_DAYS_MAX`].
    pub days: u32,
    /// Most bytes on the wire. Larger: refused.
    pub bytes_max: usize,
    /// What its body is made of.
    pub body: BodyForm,
    /// Where people find it.
    pub lists: Lists,
    /// Whether its words are looked through when somebody searches.
    pub searched: bool,
    /// Whether it is told among what happened lately.
    pub told: bool,
    /// Whether computers write it by themselves: nobody's thing, and gone with the computer.
    pub by_itself: bool,
    /// Whether a group that is limited to some kinds writes it all the same: who it is, and how to write to it.
    pub beyond_scope: bool,
    /// Whether the page for everybody shows it, if it is public.
    pub on_page: bool,
    /// Whether it goes along when the directory is exported.
    pub exported: bool,
    /// Whether it has opening hours and a place.
    pub has_hours: bool,
    /// Whether somebody checks from time to time that it is still right.
    pub is_checked: bool,
}

const ITSELF: &[Party] = &[Party::Itself];
const PERSON: &[Party] = &[Party::Person];
const PUBLISHERS: &[Party] = &[Party::Person, Party::Group];
const ANYBODY: &[Party] = &[Party::Person, Party::Group, Party::Community];
const GROUP: &[Party] = &[Party::Group];
const COMMUNITY: &[Party] = &[Party::Community];
const MAKERS: &[Party] = &[Party::Group, Party::Community];

/// What holds for a kind that this version does not know.
const UNKNOWN: KindSpec = KindSpec {
    kind: Kind(0),
    name: "",
    lane: Lane::Content,
    owners: ANYBODY,
    writers: Writers::Owner,
    audience: Audience::Public,
    days: CONTENT_DAYS_MAX,
    bytes_max: CONTENT_BYTES_MAX,
    body: BodyForm::Later,
    lists: Lists::Never,
    searched: false,
    told: false,
    by_itself: false,
    beyond_scope: false,
    on_page: false,
    exported: false,
    has_hours: false,
    is_checked: false,
};
/// Who may do what.
const AUTHORITY: KindSpec = KindSpec {
    lane: Lane::Authority,
    owners: ANYBODY,
    writers: Writers::Rules,
    days: 0,
    bytes_max: AUTHORITY_BYTES_MAX,
    body: BodyForm::Fields,
    told: true,
    ..UNKNOWN
};
/// Something to read, of a shape of its own.
const DOCUMENT: KindSpec =
    KindSpec { body: BodyForm::Document, lists: Lists::Asked, searched: true, told: true, ..UNKNOWN };
/// An entry of the directory.
const HSDS: KindSpec = KindSpec { body: BodyForm::Hsds, on_page: true, exported: true, ..DOCUMENT };
/// Set aside for a feature that is not there yet.
const RESERVED: KindSpec = KindSpec { owners: PUBLISHERS, ..UNKNOWN };

macro_rules! kinds {
    ($($(#[$doc:meta])* $konst:ident = $num:literal, $name:literal, $base:ident $({ $($field:ident: $value:expr),* })?;)*) => {
        impl Kind {
            $($(#[$doc])* pub const $konst: Kind = Kind($num);)*
        }
        /// Every kind there is, ascending.
        static SPECS: &[KindSpec] =
            &[$(KindSpec { kind: Kind($num), name: $name, $($($field: $value,)*)? ..$base }),*];
    };
}

kinds! {
    /// Founds a community.
    GENESIS = 1, "genesis", AUTHORITY { owners: ITSELF };
    /// Founds a person.
    PERSON = 2, "person", AUTHORITY { owners: ITSELF };
    /// Lists a device of a person or a group.
    DEVICE_ADD = 3, "device-add", AUTHORITY { owners: PUBLISHERS };
    /// Takes a device out, with a cut.
    DEVICE_REMOVE = 4, "device-remove", AUTHORITY { owners: PUBLISHERS };
    /// Founds a group.
    GROUP = 5, "group", AUTHORITY { owners: ITSELF };
    /// Gives a person a role in a group.
    GROUP_MEMBER = 6, "group-member", AUTHORITY { owners: GROUP };
    /// Lets a person in.
    ADMIT = 7, "admit", AUTHORITY { owners: PERSON };
    /// A newcomer's own entry, in open communities.
    JOIN = 8, "join", AUTHORITY { owners: PERSON };
    /// Gives a role.
    GRANT = 9, "grant", AUTHORITY { owners: COMMUNITY };
    /// Takes a role, with a cut.
    REVOKE = 10, "revoke", AUTHORITY;
    /// Proposes a steward set.
    PROPOSE = 11, "propose", AUTHORITY { owners: COMMUNITY };
    /// Approves a proposed steward set.
    APPROVE = 12, "approve", AUTHORITY { owners: COMMUNITY };
    /// Root keys settle a split.
    ARBITRATE = 13, "arbitrate", AUTHORITY { owners: COMMUNITY };
    /// Root keys fix an epoch: nothing at or before it forks.
    CHECKPOINT = 14, "checkpoint", AUTHORITY { owners: COMMUNITY };
    /// Names recovery friends.
    GUARDIANS = 15, "guardians", AUTHORITY { owners: PERSON };
    /// Gives a person a new key.
    RECOVER = 16, "recover", AUTHORITY { owners: PERSON };
    /// Hides an address or an owner.
    HIDE = 17, "hide", AUTHORITY { owners: COMMUNITY };
    /// Undoes a hide.
    UNHIDE = 18, "unhide", AUTHORITY { owners: COMMUNITY };
    /// A live device objects to a recovery.
    OBJECT = 19, "object", AUTHORITY { owners: PERSON };

    /// The name and words of a community, person or group ([`crate::profile`]).
    PROFILE = 64, "profile", DOCUMENT { audience: Audience::Community, beyond_scope: true };
    /// Open Referral UK organization.
    ORGANIZATION = 65, "organization", HSDS { is_checked: true };
    /// Open Referral UK service, complete in itself with its places and hours.
    SERVICE = 66, "service", HSDS { lists: Lists::Always, has_hours: true, is_checked: true };
    /// Open Referral UK location.
    LOCATION = 67, "location", HSDS { has_hours: true, is_checked: true };
    /// Open Referral UK service at location.
    SERVICE_AT_LOCATION = 68, "service-at-location", HSDS { has_hours: true, is_checked: true };
    /// Open Referral UK taxonomy.
    TAXONOMY = 69, "taxonomy", HSDS;
    /// Open Referral UK taxonomy term.
    TAXONOMY_TERM = 70, "taxonomy-term", HSDS;
    /// Something to tell people, for a time.
    NOTICE = 71, "notice", DOCUMENT { lists: Lists::Always, on_page: true };
    /// Something that happens at a time.
    EVENT = 72, "event", DOCUMENT { lists: Lists::Always, on_page: true };
    /// A steward device's daily word on how far its authority log is.
    ROLL_CALL = 73, "roll-call", UNKNOWN { owners: COMMUNITY, writers: Writers::SlotKey, audience: Audience::Community, days: ROLL_CALL_DAYS, bytes_max: ROLL_CALL_BYTES_MAX, body: BodyForm::Fields, by_itself: true };
    /// A public key that sealed records are sealed with: of a device, or of a person, a group or the stewards.
    SEALING_KEY = 74, "sealing-key", UNKNOWN { audience: Audience::Community, body: BodyForm::Fields, by_itself: true, beyond_scope: true };
    /// A message that only those it is sealed to can read.
    SEALED = 75, "sealed", UNKNOWN { owners: PERSON, audience: Audience::Sealed, body: BodyForm::Fields };
    /// An organiser's words about a removal or a hide, so that they can be withdrawn; the key is that record's id.
    MODERATION_NOTE = 76, "moderation-note", DOCUMENT { owners: COMMUNITY, audience: Audience::Community, searched: false, told: false };
    /// How a building shares its internet: the rules of one gateway; the key is its transport key in hexadecimal.
    GATEWAY_POLICY = 77, "gateway-policy", DOCUMENT { owners: PUBLISHERS, audience: Audience::Community };
    /// A program published from a computer ([`crate::site`]); the key is its name.
    LOCAL_SITE = 79, "local-site", DOCUMENT { owners: PUBLISHERS, audience: Audience::Community };

    /// What a kind of thing is made of and how people answer it, in the community's or a group's name.
    FORM = 80, "form", RESERVED { owners: MAKERS, writers: Writers::Admins };
    /// A thing that follows a form.
    ENTRY = 81, "entry", RESERVED;
    /// What somebody answers to an entry.
    RESPONSE = 82, "response", RESERVED;
    /// What an entry's owner says to a response.
    DECISION = 83, "decision", RESERVED;
    /// A change of an entry's state.
    MOVE = 84, "move", RESERVED;
    /// A table or a map with what its columns mean.
    DATASET = 85, "dataset", RESERVED;
    /// One number over time, from a data set.
    INDICATOR = 86, "indicator", RESERVED;
    /// A small program that people run together.
    APP = 87, "app", RESERVED;
    /// One use of an app, with its own people and updates.
    APP_INSTANCE = 88, "app-instance", RESERVED;
    /// What somebody did in one use of an app.
    APP_UPDATE = 89, "app-update", RESERVED;
    /// The parts of a large file.
    FILE_LIST = 90, "file-list", RESERVED;
}

impl Kind {
    /// Numbers that are content, whether or not this version knows what of.
    pub const SET_ASIDE: core::ops::RangeInclusive<u16> = 80..=95;

    /// What is known of it; nothing for a kind that this version does not know.
    pub fn spec(self) -> Option<&'static KindSpec> {
        SPECS.binary_search_by_key(&self, |s| s.kind).ok().map(|n| &SPECS[n])
    }

    /// What holds for it, known or not.
    pub fn rules(self) -> &'static KindSpec {
        self.spec().unwrap_or(&UNKNOWN)
    }

    /// The name people type, for a kind this version knows.
    pub fn name(self) -> Option<&'static str> {
        self.spec().map(|s| s.name)
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Kind> {
        SPECS.iter().find(|s| s.name == name).map(|s| s.kind)
    }

    /// The lane it must travel in, if that is settled.
    pub fn lane(self) -> Option<Lane> {
        let set_aside = Kind::SET_ASIDE.contains(&self.0).then_some(Lane::Content);
        self.spec().map(|s| s.lane).or(set_aside)
    }

    /// Whether people find it in some list.
    pub fn is_listed(self) -> bool {
        self.rules().lists != Lists::Never
    }

    /// All that this version knows, ascending.
    pub fn known() -> impl Iterator<Item = &'static KindSpec> {
        SPECS.iter()
    }

    /// The kinds that lists and searches are about when no kind is named.
    pub fn in_every_list() -> Vec<Kind> {
        SPECS.iter().filter(|s| s.lists == Lists::Always).map(|s| s.kind).collect()
    }
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

    const SPEC: &str = include_str!("../SPEC.md");

    /// The rows of a table of the specification, cell by cell, that begin with a number.
    fn rows(heading: &str) -> Vec<Vec<String>> {
        let part = SPEC.split("\n## ").find(|part| part.starts_with(heading)).expect("the section");
        let cells = |line: &str| line.trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
        let rows = part.lines().filter(|l| l.starts_with("| ")).map(cells);
        rows.filter(|cells| cells[0].parse::<u16>().is_ok()).collect()
    }

    fn number(n: usize) -> String {
        let digits = n.to_string();
        if digits.len() > 3 {
            format!("{},{}", &digits[..digits.len() - 3], &digits[digits.len() - 3..])
        } else {
            digits
        }
    }

    /// A kind as the specification puts it: number, name, whose, who writes, for whom, days, bytes, lists.
    fn row(s: &KindSpec) -> Vec<String> {
        let party = |p: &Party| match p {
            Party::Itself => "itself",
            Party::Person => "person",
            Party::Group => "group",
            Party::Community => "community",
        };
        let owners: Vec<&str> = s.owners.iter().map(party).collect();
        let writers = match s.writers {
            Writers::Rules => "section 5",
            Writers::Owner => "owner",
            Writers::Admins => "admins",
            Writers::SlotKey => "the device in the key",
        };
        let audience = match s.audience {
            Audience::Public => "public",
            Audience::Community => "community",
            Audience::Sealed => "sealed",
            Audience::Group(_) => "group",
        };
        let lists = match s.lists {
            Lists::Always => "always",
            Lists::Asked => "asked",
            Lists::Never => "never",
        };
        let texts = [
            s.kind.0.to_string(),
            s.name.to_owned(),
            owners.join(", "),
            writers.to_owned(),
            audience.to_owned(),
            s.days.to_string(),
            number(s.bytes_max),
            lists.to_owned(),
        ];
        texts.to_vec()
    }

    /// Section 4 of the specification lists the kinds of this table, each with what the table says of it.
    #[test]
    fn the_specification_says_the_same_of_every_kind() {
        let written = rows("4. Kinds");
        let known: Vec<Vec<String>> = Kind::known().filter(|s| s.lane == Lane::Content).map(row).collect();
        let width = known[0].len();
        let written: Vec<Vec<String>> =
            written.into_iter().map(|cells| cells[..width.min(cells.len())].to_vec()).collect();
        for (there, here) in written.iter().zip(&known) {
            assert_eq!(there, here);
        }
        assert_eq!(written.len(), known.len());
        let line = SPEC.lines().skip_while(|l| !l.starts_with("Authority: ")).take_while(|l| !l.is_empty());
        let text: String = line.collect::<Vec<_>>().join(" ");
        let said: Vec<String> =
            text.trim_start_matches("Authority: ").trim_end_matches('.').split(", ").map(str::to_owned).collect();
        let known = Kind::known().filter(|s| s.lane == Lane::Authority).map(|s| format!("{} {}", s.kind.0, s.name));
        assert_eq!(said, known.collect::<Vec<_>>());
    }

    #[test]
    fn every_kind_stands_in_the_table_once_and_in_one_piece() {
        assert!(SPECS.windows(2).all(|w| w[0].kind < w[1].kind), "the table is searched by halves");
        for s in Kind::known() {
            assert_eq!((s.kind.spec(), Kind::from_name(s.name)), (Some(s), Some(s.kind)));
            assert!(!s.name.is_empty() && !s.owners.is_empty(), "{}", s.kind);
            let is_authority = s.lane == Lane::Authority;
            assert_eq!(is_authority, s.writers == Writers::Rules && s.days == 0, "{}", s.kind);
            assert!(s.days <= CONTENT_DAYS_MAX && s.bytes_max <= CONTENT_BYTES_MAX);
            // What is found has words; what computers say, or nobody here can read, is in no list.
            let is_read = matches!(s.body, BodyForm::Document | BodyForm::Hsds);
            assert!(is_read || !(s.searched || s.on_page || s.exported || s.has_hours || s.is_checked), "{}", s.kind);
            assert_eq!(s.lists != Lists::Never, is_read, "{}", s.kind);
            assert!(!s.by_itself || !s.told && s.lists == Lists::Never, "{}", s.kind);
        }
        let names: std::collections::BTreeSet<&str> = Kind::known().map(|s| s.name).collect();
        assert_eq!(names.len(), Kind::known().count());
    }

    #[test]
    fn kinds_have_a_name_and_a_lane_or_a_number() {
        assert_eq!((Kind::NOTICE.to_string(), format!("{:?}", Kind(6_000))), ("notice".into(), "kind-6000".into()));
        assert_eq!(
            (Kind::ADMIT.lane(), Kind::NOTICE.lane(), Kind(6_000).lane(), Kind(95).lane()),
            (Some(Lane::Authority), Some(Lane::Content), None, Some(Lane::Content))
        );
        for n in 0..200 {
            let kind = Kind(n);
            assert_eq!(kind.name().and_then(Kind::from_name), kind.name().map(|_| kind));
        }
        assert_eq!((Kind::from_name("kind-6000"), Kind(6_000).rules().lists), (None, Lists::Never));
        assert_eq!(Kind::in_every_list(), [Kind::SERVICE, Kind::NOTICE, Kind::EVENT]);
    }
}
