//! Whoever was taken out of a community reads that, why, and what they can do, the same everywhere; and nobody is told what to
//! type: a window has buttons.

use crate::support::*;
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::fault::{names_command, say, spoken, without_command};
use hedgerow_gui::known::Fact;
use hedgerow_gui::link::Fault;
use hedgerow_gui::pages::checks::data::warning;
use hedgerow_gui::words::{Language, Words};

const SIZE: [f32; 2] = [1080.0, 1400.0];

fn warn(code: &str, severity: Severity) -> Warning {
    Warning {
        code: code.into(),
        severity,
        title: "The node has an English title.".into(),
        text: "And a text.".into(),
        action: "Ask an organiser: hedgerow organisers".into(),
    }
}

/// As the computer of somebody sees it who was taken out while it was away, or heard it from others.
fn out(reason: &str, certain: bool) -> Status {
    Status {
        state: State::OnYourOwn,
        freshness: Freshness::OnlyHere,
        taken_out: Some(TakenOut { by: "Ann".into(), reason: reason.into(), certain }),
        neighbours: Vec::new(),
        warnings: vec![
            warn("taken-out", Severity::Problem),
            warn("removed-here", Severity::Warning),
            warn("single-copy", Severity::Info),
        ],
        ..community_status()
    }
}

const CONTRADICTIONS: [&str; 8] = [
    "Others get them as soon as",
    "No other computer is near",
    "Only on this computer",
    "2 people",
    "Its computer cannot be reached",
    "Getting started",
    "Write a notice",
    "The node has an English title.",
];

#[test]
fn whoever_was_taken_out_reads_why_and_what_they_can_do() {
    let mut window = Window::open(SIZE, |s| s.status = Ok(out("Moved away.", true)));
    shows(&window, &["You were taken out of Riverside", "The reason given: Moved away.", "Ask an organiser why"]);
    shows(&window, &["You do not belong to Riverside any more."]);
    hides(&window, &CONTRADICTIONS);
    press(&mut window, "See who the organisers are");
    assert_eq!(window.harness.state().page(), Page::People);
    window.command(Command::Go(Page::Home));
    press(&mut window, "Look at what is kept here");
    assert_eq!(window.harness.state().page(), Page::Find);
    window.command(Command::Go(Page::Home));
    press(&mut window, "See how to leave");
    assert_eq!(window.harness.state().page(), Page::Leaving);
    for page in [Page::Checks, Page::Internet, Page::Links] {
        window.command(Command::Go(page));
        hides(&window, &CONTRADICTIONS);
    }
    // Welsh has sentences of its own for all of it.
    window.command(Command::Speak(Language::Welsh));
    window.command(Command::Go(Page::Home));
    shows(&window, &["Cawsoch eich tynnu allan o Riverside", "Y rheswm a roddwyd: Moved away."]);
}

#[test]
fn what_other_computers_say_is_said_as_their_word() {
    let window = Window::open(SIZE, |s| s.status = Ok(out("", false)));
    shows(&window, &["Ann’s computer says that you were taken out of Riverside", "No reason was given."]);
    hides(&window, &CONTRADICTIONS);
}

/// The way on stays to be turned off, and no building sounds as if it were only away.
#[test]
fn the_internet_of_the_buildings_is_for_members() {
    let mut window = Window::open(SIZE, |s| {
        s.status = Ok(out("", true));
        s.says(Fact::Uplink(Ok(Box::new(Uplink { mode: "off".into(), ..uplink() }))));
    });
    window.command(Command::Go(Page::Internet));
    shows(&window, &["The internet of the buildings here is for members"]);
    let mut window = Window::open(SIZE, |s| {
        let gone = |g: &Gateway| Gateway { open: false, refusal: "gone".into(), ..g.clone() };
        let gateways = uplink().gateways.iter().map(gone).collect();
        s.status = Ok(out("", true));
        s.says(Fact::Uplink(Ok(Box::new(Uplink { mode: "auto".into(), ready: false, gateways, ..uplink() }))));
    });
    window.command(Command::Go(Page::Internet));
    shows(&window, &["It is only for members of this community.", "No building’s internet"]);
    hides(&window, &CONTRADICTIONS);
}

/// Every warning of the node.
const WARNINGS: [&str; 22] = [
    "approval-wanted",
    "cannot-look-nearby",
    "clock-wrong",
    "computer-out",
    "disk-full",
    "disk-low",
    "identity-copied",
    "identity-restored",
    "index-rebuilt",
    "join-ended",
    "journal-damaged",
    "new-key-asked",
    "news-missing",
    "one-organiser",
    "organisers-not-fixed",
    "organisers-silent",
    "organisers-split",
    "page-not-offered",
    "people-ask-to-join",
    "port-taken",
    "recovery-asked",
    "update-needed",
];

#[test]
fn every_warning_has_words_of_the_window() {
    for language in Language::ALL {
        for code in WARNINGS {
            let check = warning(&Words { language }, &warn(code, Severity::Warning));
            assert!(!check.title.contains("English"), "{language:?} {code}: {check:?}");
        }
    }
    // A newer node has warnings this window does not know: its sentences, and nothing to type.
    let unknown = warning(&Words::default(), &warn("from-the-future", Severity::Warning));
    assert_eq!((&*unknown.title, &*unknown.body), ("The node has an English title.", "And a text."));
}

#[test]
fn nothing_the_node_says_is_a_command_to_type() {
    let typed = [
        "Ask an organiser: hedgerow organisers",
        "Check the disk, then: hedgerow down, hedgerow up. What was saved is kept.",
        "the key is missing: on it, type `hedgerow neighbour me` and copy the whole line",
        "Use an invite of a member: hedgerow join INVITE. Or tell an organiser your code, which hedgerow status shows.",
        "Try again with --since 2026-11-30.",
    ];
    for text in typed {
        assert!(names_command(text), "{text}");
        assert!(!names_command(&spoken(text)), "{text}");
    }
    assert_eq!(spoken(typed[1]), "What was saved is kept.");
    assert_eq!(
        without_command("An organiser can let Bob in: hedgerow people allow Bob"),
        "An organiser can let Bob in."
    );
    for plain in ["Hedgerow is stopping.", "The old hedgerow club is open.", "hedgerow1qqs is an invite."] {
        assert!(!names_command(plain), "{plain}");
        assert_eq!(spoken(plain), plain);
    }
    for language in Language::ALL {
        for text in typed {
            for code in [Code::Invalid, Code::Refused, Code::Internal, Code::Split, Code::Newcomer, Code::Other] {
                let said = say(&Words { language }, &Fault::Problem(Box::new(Problem::new(code, text, text, text))));
                for part in [&said.title, &said.body, &said.details] {
                    assert!(!names_command(part), "{code:?}: {said:?}");
                }
                assert!(!said.title.is_empty(), "{code:?}: {text}");
            }
        }
    }
}
