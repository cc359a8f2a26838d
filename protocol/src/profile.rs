//! Names: what a person is called is for their community; what a group or the community is called, for everybody.
//!
//! A person who publishes something that is open to all stands there under a pen name, if they chose one, and else under
//! none. Not for: what else a profile says (`listing`), or who may write one (authority).

use crate::authority::Authority;
use crate::id::Id;
use crate::kind::Kind;
use crate::record::{Address, Audience, Record};

/// Key of the slot with the name and words of a community, person or group.
pub const PROFILE_KEY: &[u8] = b"profile";
/// Key of the slot with the name that a person chose for what they publish to everybody.
pub const PEN_NAME_KEY: &[u8] = b"pen-name";

/// The slot with the name and words of an owner.
pub fn slot(owner: &Id) -> Address {
    Address { owner: *owner, kind: Kind::PROFILE, key: PROFILE_KEY.to_vec() }
}

/// The slot with the name that strangers are shown for an owner. Groups and communities have one name, persons chose it.
pub fn open_name(authority: &Authority, owner: &Id) -> Address {
    let key = if is_person(authority, owner) { PEN_NAME_KEY } else { PROFILE_KEY };
    Address { owner: *owner, kind: Kind::PROFILE, key: key.to_vec() }
}

/// Whether a record may be given to strangers, as far as it says itself: open to all, and no person's profile, even if
/// some program published one to everybody.
pub fn is_for_strangers(authority: &Authority, record: &Record) -> bool {
    let p = record.payload();
    let is_name = p.kind == Kind::PROFILE && p.key != PEN_NAME_KEY && is_person(authority, &record.owner());
    p.audience == Audience::Public && p.seq.is_none() && !is_name
}

fn is_person(authority: &Authority, owner: &Id) -> bool {
    !authority.keys_of(owner).is_empty()
}
