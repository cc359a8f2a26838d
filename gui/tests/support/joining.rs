//! Invites, posters and who asks to join, of the scripted community.

use hedgerow_api::*;
use hedgerow_gui::known::Fact;

use super::NOW_MS;

const DAY_MS: u64 = 24 * 3_600_000;

pub fn asker(code: &str, name: &str, same_name: bool) -> JoinRequest {
    JoinRequest {
        code: code.into(),
        person: code.repeat(8),
        name: name.into(),
        since_ms: NOW_MS - DAY_MS,
        poster: "77777777".into(),
        note: "Library door".into(),
        same_name,
    }
}

pub fn invites() -> Invites {
    let open = |code: &str, note: &str, poster, waiting| OpenInvite {
        code: code.into(),
        note: note.into(),
        expires_ms: NOW_MS + 3 * DAY_MS,
        poster,
        waiting,
    };
    Invites { invites: vec![open("66666666", "", false, 0), open("77777777", "Library door", true, 2)] }
}

pub fn waiting() -> JoinWaiting {
    JoinWaiting {
        community: "Riverside".into(),
        my_name: "Fred".into(),
        code: "0011aabb".into(),
        since_ms: NOW_MS,
        until_ms: NOW_MS + 30 * DAY_MS,
        ended: None,
    }
}

pub fn facts() -> Vec<Fact> {
    let requests = vec![asker("0011aabb", "Fred", false), asker("2233ccdd", "Bob", true)];
    vec![
        Fact::Invites(Ok(Box::new(invites()))),
        Fact::JoinRequests(Ok(Box::new(JoinRequests { requests }))),
        Fact::JoinWaiting(Err(super::problem(Code::NotFound))),
    ]
}

pub fn none() -> Vec<Fact> {
    vec![
        Fact::Invites(Ok(Box::new(Invites { invites: vec![] }))),
        Fact::JoinRequests(Ok(Box::new(JoinRequests { requests: vec![] }))),
    ]
}
