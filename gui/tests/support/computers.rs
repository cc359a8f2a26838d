//! My computers, words and recovery friends in the scripted community.

use hedgerow_api::*;
use hedgerow_gui::known::Fact;

use super::NOW_MS;

pub const WORDS: &str = "abandon ability able about above absent absorb abstract absurd abuse access accident account \
    accuse achieve acid acoustic acquire across act action actor actress actual";

pub fn computer(digits: &str, name: &str, this: bool, active: bool) -> Computer {
    Computer {
        key: digits.repeat(32),
        link: digits.repeat(32),
        name: name.into(),
        this,
        active,
        gave_up: false,
        since_ms: Some(NOW_MS),
        last_written_ms: (!this).then_some(NOW_MS - 5 * 24 * 3_600_000),
        shown: 2,
    }
}

pub fn identity() -> Identity {
    Identity {
        person: "aa".repeat(32),
        name: "Gwen".into(),
        pen_name: String::new(),
        role: "organiser".into(),
        community: "c0".repeat(32),
        community_name: "Riverside".into(),
        computer: computer("dd", "Desk", true, true),
        words_here: true,
        computers: 2,
        friends: 2,
    }
}

pub fn friends() -> Friends {
    let friend = |digits: &str, name: &str| Friend { person: digits.repeat(32), name: name.into() };
    Friends {
        friends: vec![friend("b0", "Bob"), friend("ca", "Carys")],
        needed: 2,
        stale: 1,
        asked: vec![KeyAsked {
            key: "99".repeat(32),
            friends: vec!["Bob".into()],
            needed: 2,
            organisers: vec![],
            objected: false,
        }],
    }
}

pub fn facts() -> Vec<Fact> {
    let computers =
        vec![computer("dd", "Desk", true, true), computer("d2", "", false, true), computer("d3", "Old", false, false)];
    let waiting = LinkWaiting { name: Some("Old laptop".into()), asked: true, expires_ms: Some(NOW_MS + 600_000) };
    vec![
        Fact::Identity(Ok(Box::new(identity()))),
        Fact::Computers(Ok(Box::new(Computers { computers }))),
        Fact::LinkWaiting(Ok(Box::new(waiting))),
        Fact::Friends(Ok(Box::new(friends()))),
        Fact::Withdrawal(Ok(Box::new(WithdrawnAll { withdrawn: 7, dry_run: true }))),
    ]
}

pub fn none() -> Vec<Fact> {
    let none = LinkWaiting { name: None, asked: false, expires_ms: None };
    vec![
        Fact::Computers(Ok(Box::new(Computers { computers: vec![] }))),
        Fact::LinkWaiting(Ok(Box::new(none))),
        Fact::Friends(Ok(Box::new(Friends { friends: vec![], needed: 0, stale: 0, asked: vec![] }))),
        Fact::Withdrawal(Ok(Box::new(WithdrawnAll { withdrawn: 0, dry_run: true }))),
    ]
}
