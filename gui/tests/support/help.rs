//! Requests for help of the scripted community.

use hedgerow_api::*;
use hedgerow_gui::known::Fact;

use super::NOW_MS;

fn party(digits: &str, name: &str, group: bool) -> Party {
    Party { id: digits.repeat(32), name: name.into(), group }
}

pub fn request(digits: &str, topic: &str, mine: bool, unread: bool) -> RequestSummary {
    let (gwen, bob) = (party("aa", "Gwen", false), party("b0", "Bob", false));
    RequestSummary {
        id: digits.repeat(32),
        from: if mine { gwen.clone() } else { bob.clone() },
        to: vec![if mine { party("33", "Mentors", true) } else { gwen }],
        topic: topic.into(),
        reason: None,
        about: None,
        state: if unread { RequestState::Answered } else { RequestState::Open },
        mine,
        unread,
        under_18: false,
        messages: 2,
        written_ms: NOW_MS - 3 * 24 * 3_600_000,
        changed_ms: NOW_MS,
        expires: "2027-05-20".into(),
    }
}

pub fn thread() -> RequestThread {
    let message = |id: &str, from: Party, mine: bool, text: &str| RequestMessage {
        id: id.into(),
        from,
        mine,
        written_ms: NOW_MS - 2 * 3_600_000,
        text: text.into(),
        closes: false,
        outsider: false,
    };
    RequestThread {
        summary: request("01", "Help with a form", true, true),
        messages: vec![
            message("1", party("aa", "Gwen", false), true, "Which box do I tick?"),
            message("2", party("b0", "Bob", false), false, "The second one.\nCome by on Tuesday."),
        ],
    }
}

pub fn facts() -> Vec<Fact> {
    let requests = vec![request("01", "Help with a form", true, true), request("02", "A lift to town", false, false)];
    let report = RequestSummary {
        reason: Some(ReportReason::Wrong),
        about: Some("item".into()),
        ..request("03", "Old bus office", false, false)
    };
    vec![
        Fact::Requests(Ok(Box::new(Requests { requests }))),
        Fact::Reports(Ok(Box::new(Requests { requests: vec![report] }))),
        Fact::Request(Ok(Box::new(thread()))),
    ]
}

pub fn none() -> Vec<Fact> {
    vec![
        Fact::Requests(Ok(Box::new(Requests { requests: vec![] }))),
        Fact::Reports(Ok(Box::new(Requests { requests: vec![] }))),
    ]
}
