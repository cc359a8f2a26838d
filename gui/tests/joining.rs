//! Letting people in: posters, who asks, invites taken back, newcomers; and asking to join, seen from outside.

use crate::support::joining::waiting;
use crate::support::*;
use egui_kittest::kittest::Queryable as _;
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::people::{self, Who};
use hedgerow_gui::deeds::{Deed, Outcome, community};
use hedgerow_gui::known::Fact;
use hedgerow_gui::pages::welcome::Step;

const SIZE: [f32; 2] = [1080.0, 1600.0];

fn who(id: &str, name: &str) -> Who {
    Who { id: id.into(), name: name.into() }
}

#[test]
fn who_asks_is_let_in_or_refused_by_code() {
    let mut window = Window::open(SIZE, |_| ());
    let texts = window.texts();
    assert!(texts.contains("2 people ask to join"), "home says so: {texts}");
    press(&mut window, "See who asks");
    let texts = window.texts();
    for text in ["Code 0011aabb", "Somebody else here has the same name", "Poster: Library door", "2 people wait"] {
        assert!(texts.contains(text), "{text}:\n{texts}");
    }
    press(&mut window, "Let Fred in");
    press(&mut window, "Say no to Bob");
    let fred = Deed::Community(community::Deed::Confirm { who: who("0011aabb", "Fred") });
    assert_eq!(deeds(&window), [fred], "no is asked about first");
    assert!(window.texts().contains("They cannot ask again with this poster."));
    window.command(Command::Sure(true));
    let bob = Deed::Community(community::Deed::Refuse { who: who("2233ccdd", "Bob") });
    assert_eq!(deeds(&window), [bob]);
}

#[test]
fn a_poster_is_made_and_saved() {
    let mut window = Window::open(SIZE, |s| {
        s.does = |deed| match deed {
            Deed::Community(community::Deed::Poster { .. }) => Ok(Outcome::Invite(Box::new(Invite {
                ticket: "hedgerow1poster".into(),
                expires_ms: NOW_MS + 30 * 24 * 3_600_000,
                community: "Riverside".into(),
                code: "5f2c81aa".into(),
                poster: true,
            }))),
            other => goes_well(other),
        };
    });
    window.command(Command::Go(Page::Invite));
    press(&mut window, "Make a poster");
    window.harness.get_by_role_and_label(egui::Role::TextInput, "A note to yourself").focus();
    window.harness.run();
    window.harness.event(egui::Event::Text("Library door".into()));
    window.settle();
    press(&mut window, "Make a poster");
    assert!(window.texts().contains("Your poster is ready"), "{}", window.texts());
    press(&mut window, "Save it to print (PDF)");
    let (ticket, format) = ("hedgerow1poster".to_owned(), "pdf");
    assert_eq!(
        deeds(&window),
        [
            Deed::Community(community::Deed::Poster { note: "Library door".into() }),
            Deed::Community(community::Deed::SavePoster { ticket, format, lang: "en" }),
        ]
    );
}

#[test]
fn an_invite_is_taken_back_after_a_question_and_newcomers_by_organisers_alone() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Invite));
    press(&mut window, "Withdraw this invite");
    assert!(deeds(&window).is_empty());
    window.command(Command::Sure(true));
    assert_eq!(deeds(&window), [Deed::Community(community::Deed::Revoke { invite: who("66666666", "") })]);
    press(&mut window, "Accept newcomers");
    assert_eq!(deeds(&window), [Deed::People(people::Deed::AcceptNewcomers { on: true })]);
    let mut window = Window::open(SIZE, |s| s.status.as_mut().unwrap().me.as_mut().unwrap().role = "resident".into());
    window.command(Command::Go(Page::Invite));
    let texts = window.texts();
    assert!(texts.contains("Only organisers can change this.") && !texts.contains("Accept newcomers"), "{texts}");
}

#[test]
fn asking_to_join_waits_shows_the_code_and_can_be_stopped() {
    let mut window = Window::open(SIZE, |s| {
        s.status = Ok(empty_status());
        s.says(Fact::JoinWaiting(Ok(Box::new(waiting()))));
    });
    let texts = window.texts();
    for text in ["You have asked to join Riverside", "Your code is 0011aabb", "Stop asking"] {
        assert!(texts.contains(text), "{text}:\n{texts}");
    }
    press(&mut window, "Stop asking");
    assert_eq!(deeds(&window), [Deed::Community(community::Deed::StopAsking)]);
    let no = Problem::new(Code::InviteRefused, "No.", "", "");
    let mut window = Window::open([512.0, 300.0], |s| {
        s.status = Ok(empty_status());
        s.says(Fact::JoinWaiting(Ok(Box::new(JoinWaiting { ended: Some(no), ..waiting() }))));
    });
    assert!(window.texts().contains("Somebody said no"), "{}", window.texts());
    press(&mut window, "Close this and start again");
}

#[test]
fn a_newcomer_enters_what_is_near() {
    let mut window = Window::open(SIZE, |s| {
        s.status = Ok(empty_status());
        let keys = vec!["1".repeat(64)];
        let near = NearbyCommunity { id: "c0".repeat(32), name: "Riverside".into(), computers: 2, mine: false, keys };
        s.says(Fact::Nearby(Ok(Box::new(Nearby { communities: vec![near] }))));
        s.does = |_| Err(problem(Code::NeedsInvite));
    });
    window.command(Command::Step(Step::Name));
    window.harness.get_by_role_and_label(egui::Role::TextInput, "Your name").focus();
    window.harness.run();
    window.harness.event(egui::Event::Text("Fay".into()));
    window.settle();
    press(&mut window, "Use this name");
    press(&mut window, "Enter Riverside as a newcomer");
    let enter = community::Deed::Enter { community: who(&"c0".repeat(32), "Riverside"), my_name: "Fay".into() };
    assert_eq!(deeds(&window), [Deed::Community(enter)]);
    assert!(window.texts().contains("This community lets nobody in without an invite"), "{}", window.texts());
    window.script.borrow_mut().does = |_| Ok(Outcome::Done);
    window.script.borrow_mut().status = Ok(community_status());
    press(&mut window, "Enter Riverside as a newcomer");
    window.settle();
    assert!(window.texts().contains("You are in Riverside as a newcomer."), "{}", window.texts());
}
