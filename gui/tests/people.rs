//! People and groups: what is shown to whom, what is asked of the node, and with what questions before.

use crate::support::people::{detail, person, why};
use crate::support::*;
use egui::Key;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::people::Who;
use hedgerow_gui::deeds::{Deed, Outcome, groups, people as acts};
use hedgerow_gui::known::Fact;

const SIZE: [f32; 2] = [1080.0, 1400.0];

fn bob() -> Who {
    Who { id: "b0".repeat(32), name: "Bob".into() }
}

fn as_member(s: &mut Script) {
    s.status.as_mut().unwrap().me.as_mut().unwrap().role = "resident".into();
}

#[test]
fn the_list_shows_who_is_here_and_hides_who_is_not() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::People));
    let texts = window.texts();
    for text in ["Bob, Member", "Gwen, Organiser, This is you", "Dai, Newcomer, can read", "Food bank, 2 people"] {
        assert!(texts.contains(text), "{text}:\n{texts}");
    }
    assert!(!texts.contains("Eve"), "{texts}");
    window.harness.get_by_label("Show 1 person who waits, left or was taken out").click();
    window.settle();
    assert!(window.texts().contains("Eve, Taken out"));
}

#[test]
fn a_proposal_is_agreed_to_after_a_question() {
    let mut window = Window::open(SIZE, |s| {
        s.does = |_| {
            let now = crate::support::people::organisers();
            let text = String::new();
            Ok(Outcome::Organisers(Box::new(OrganisersChanged { holds: true, text, code: None, missing: 0, now })))
        };
    });
    window.command(Command::Go(Page::People));
    assert!(window.texts().contains("1 more organiser must agree."));
    press(&mut window, "Agree to this change");
    assert!(deeds(&window).is_empty(), "nothing is done before the answer");
    assert!(window.texts().contains("Bob becomes an organiser. You cannot undo this"), "{}", window.texts());
    // The button on the page is behind the question.
    window.command(Command::Sure(true));
    let text = "Bob becomes an organiser.".to_owned();
    assert_eq!(deeds(&window), [Deed::People(acts::Deed::Approve { code: "1234abcd".into(), text })]);
    assert!(window.texts().contains("Enough organisers agree."));
}

#[test]
fn a_member_is_told_why_there_is_nothing_to_press() {
    let mut window = Window::open(SIZE, as_member);
    window.command(Command::Go(Page::People));
    let texts = window.texts();
    assert!(texts.contains("Only organisers can agree to it."), "{texts}");
    assert!(texts.contains("Organisers can start a group."), "{texts}");
    press(&mut window, "Ask the organisers for a group");
    let asking = window.harness.get_by_role_and_label(egui::Role::TextInput, "In a few words").accesskit_node().value();
    assert_eq!(asking.as_deref(), Some("A group of our own"));
    window.command(Command::Open(Page::Person, bob().id));
    let texts = window.texts();
    assert!(texts.contains("Only organisers can take people out"), "{texts}");
    assert!(!texts.contains("Take Bob out") && texts.contains("Block Bob on this computer"), "{texts}");
    assert!(!texts.contains("Take back"), "{texts}");
}

/// From the list to somebody taken out, by keyboard alone.
#[test]
fn somebody_is_taken_out_without_a_mouse() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::People));
    tab_to(&mut window, "Bob, Member");
    window.harness.key_press(Key::Enter);
    window.settle();
    assert_eq!(window.harness.state().page(), Page::Person);
    let texts = window.texts();
    assert!(texts.contains("Bob was let in by Gwen.") && texts.contains("Mentor of people under 18"), "{texts}");
    tab_to(&mut window, "Take Bob out");
    window.harness.key_press(Key::Enter);
    window.settle();
    tab_to(&mut window, "The reason");
    window.harness.event(egui::Event::Text("Sold fake tickets.".into()));
    window.settle();
    tab_to(&mut window, "Stop showing it");
    window.harness.key_press(Key::Space);
    window.settle();
    tab_to(&mut window, "Take Bob out");
    window.harness.key_press(Key::Enter);
    window.settle();
    assert!(deeds(&window).is_empty());
    assert!(window.texts().contains("All their computers are shut out."));
    tab_to(&mut window, "Take Bob out");
    window.harness.key_press(Key::Enter);
    window.settle();
    let reason = "Sold fake tickets.".to_owned();
    let asked = acts::Deed::Remove { who: bob(), reason, hide: true, with_everyone: false };
    assert_eq!(deeds(&window), [Deed::People(asked)]);
    assert!(window.texts().contains("Bob is out."));
}

#[test]
fn roles_are_given_and_taken_back_with_undo() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Person, bob().id));
    press(&mut window, "Let Bob share the internet of a building");
    press(&mut window, "Undo");
    let role = || "gateway-host".to_owned();
    let grant = acts::Deed::Grant { who: bob(), role: role(), number: None };
    let ungrant = acts::Deed::Ungrant { who: bob(), role: role(), number: None };
    assert_eq!(deeds(&window), [Deed::People(grant), Deed::People(ungrant)]);
    window.harness.get_by_role_and_label(egui::Role::RadioButton, "50 people").click();
    window.settle();
    press(&mut window, "Let them invite 50 people");
    let grant = acts::Deed::Grant { who: bob(), role: "invites".into(), number: Some(50) };
    assert_eq!(deeds(&window), [Deed::People(grant)]);
}

#[test]
fn who_was_taken_out_can_be_let_in_again_and_an_organiser_cannot_be_taken_out() {
    let says = |s: &mut Script, p: Person| {
        s.says(Fact::Person(Ok(Box::new(detail(p.clone())))));
        s.says(Fact::PersonWhy(Ok(Box::new(why(p)))));
    };
    let mut window = Window::open(SIZE, |s| says(s, person("ed", "Eve", "none", Standing::Removed)));
    window.command(Command::Open(Page::Person, "ed".repeat(32)));
    press(&mut window, "Let Eve in again");
    let who = Who { id: "ed".repeat(32), name: "Eve".into() };
    assert_eq!(deeds(&window), [Deed::People(acts::Deed::Allow { who })]);
    let mut window = Window::open(SIZE, |s| says(s, person("ca", "Carys", "organiser", Standing::In)));
    window.command(Command::Open(Page::Person, "ca".repeat(32)));
    let texts = window.texts();
    assert!(texts.contains("The organisers decide together about one of them."), "{texts}");
    assert!(!texts.contains("Take Carys out"), "{texts}");
    assert!(texts.contains("others see “The gardener”"), "members see who that is: {texts}");
    press(&mut window, "Propose that Carys stops being an organiser");
    assert!(window.texts().contains("They stay a member."));
}

#[test]
fn a_group_is_started_filled_and_closed() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::People));
    press(&mut window, "Start a group");
    press(&mut window, "Start a group");
    assert!(window.texts().contains("Please type a name first."));
    window.harness.get_by_role_and_label(egui::Role::TextInput, "Name of the group").focus();
    window.harness.run();
    window.harness.event(egui::Event::Text("Repair café".into()));
    window.settle();
    press(&mut window, "Start a group");
    let start = groups::Deed::Start { name: "Repair café".into(), description: String::new() };
    assert_eq!(deeds(&window), [Deed::Groups(start)]);
    assert!(!window.texts().contains("What is the group called?"), "the form is put away");

    window.command(Command::Open(Page::Group, "aa".into()));
    let texts = window.texts();
    assert!(texts.contains("Looks after it") && texts.contains("Computer f1f1f1f1"), "{texts}");
    assert!(!texts.contains("Add Carys") && !texts.contains("Add Dai"), "{texts}");
    press(&mut window, "Add Bob");
    press(&mut window, "Undo");
    let group = || "aa".to_owned();
    let add = groups::Deed::Add { group: group(), who: bob(), admin: false };
    let out = groups::Deed::TakeOut { group: group(), who: bob(), admin: false };
    assert_eq!(deeds(&window), [Deed::Groups(add), Deed::Groups(out)]);
    press(&mut window, "Close Food bank");
    press(&mut window, "Close Food bank");
    window.command(Command::Sure(true));
    let food_bank = Who { id: group(), name: "Food bank".into() };
    assert_eq!(deeds(&window), [Deed::Groups(groups::Deed::Close { group: food_bank, hide: false })]);
}

#[test]
fn the_button_of_a_group_leads_to_writing_in_its_name() {
    let mut window = Window::open([1080.0, 2000.0], |s| {
        let me = s.status.as_mut().unwrap().me.as_mut().unwrap();
        me.groups.push(GroupRef { id: "aa".into(), name: "Food bank".into() });
        s.says(Fact::Editing(Ok(Box::new(None))));
    });
    // A form that was looked at before and that nobody typed into is for the group as well.
    window.command(Command::Open(Page::Write, "service".into()));
    window.command(Command::Open(Page::Group, "aa".into()));
    press(&mut window, "Share something as Food bank");
    assert_eq!(window.harness.state().page(), Page::Write);
    press(&mut window, "Add a service");
    let node = window.harness.get_by_role_and_label(egui::Role::RadioButton, "Food bank");
    assert_eq!(node.accesskit_node().toggled(), Some(egui::accesskit::Toggled::True));
}
