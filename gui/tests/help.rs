//! Asking for help: what is shown, what is sealed to whom, and what is asked before.

use crate::support::*;
use egui::Key;
use egui_kittest::kittest::Queryable as _;
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, Outcome, help};

const SIZE: [f32; 2] = [1080.0, 1400.0];

fn types(window: &mut Window, text: &str) {
    window.harness.event(egui::Event::Text(text.into()));
    window.settle();
}

#[test]
fn what_is_new_is_said_at_home_and_read_by_looking() {
    let mut window = Window::open(SIZE, |_| ());
    assert!(window.texts().contains("1 request has something new to read"), "{}", window.texts());
    press(&mut window, "Read what is new");
    let texts = window.texts();
    for text in [
        "Help with a form, To Mentors, Answered, Not read yet",
        "A lift to town, From Bob, Needs an answer",
        "Old bus office, From Bob, Needs an answer, It is wrong",
        "Only those you choose can read what you write here.",
    ] {
        assert!(texts.contains(text), "{text}:\n{texts}");
    }
}

/// From the rail to a request that is sent, by keyboard alone.
#[test]
fn help_is_asked_for_without_a_mouse() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Requests));
    tab_to(&mut window, "Ask for help");
    tab_to(&mut window, "Ask for help");
    window.harness.key_press(Key::Enter);
    window.settle();
    assert_eq!(window.harness.state().page(), Page::Ask);
    tab_to(&mut window, "In a few words");
    types(&mut window, "A form");
    tab_to(&mut window, "Send the request");
    window.harness.key_press(Key::Enter);
    window.settle();
    assert!(window.texts().contains("Please choose whom to ask."), "{}", window.texts());
    tab_to(&mut window, "Organisers");
    window.harness.key_press(Key::Space);
    window.settle();
    tab_to(&mut window, "One person");
    types(&mut window, "bo");
    tab_to(&mut window, "Bob");
    window.harness.key_press(Key::Space);
    window.settle();
    tab_to(&mut window, "Send the request");
    window.harness.key_press(Key::Enter);
    window.settle();
    let to = vec!["b0".repeat(32), "ca".repeat(32)];
    let ask = help::Deed::Ask { topic: "A form".into(), text: String::new(), to, under_18: false };
    assert_eq!(deeds(&window), [Deed::Help(ask)]);
    assert!(window.texts().contains("Your request is sent."));
}

#[test]
fn a_request_is_answered_and_closed() {
    let mut window = Window::open(SIZE, |s| {
        s.does = |_| {
            let bob = Party { id: "b0".repeat(32), name: "Bob".into(), group: false };
            let left_out = vec![bob];
            Ok(Outcome::Sent(Box::new(RequestSent { saved: true, id: None, to: vec![], left_out, expires: None })))
        };
    });
    let id = "01".repeat(32);
    window.command(Command::Open(Page::Request, id.clone()));
    let texts = window.texts();
    for text in ["Help with a form", "Which box do I tick?", "The second one.\nCome by on Tuesday.", "2 hours ago"] {
        assert!(texts.contains(text), "{text}:\n{texts}");
    }
    press(&mut window, "Send the answer");
    assert!(window.texts().contains("Please write something first."));
    window.harness.get_by_role_and_label(egui::Role::MultilineTextInput, "Your answer").focus();
    window.harness.run();
    types(&mut window, "Thank you!");
    press(&mut window, "Send the answer");
    let answer = help::Deed::Answer { request: id.clone(), text: "Thank you!".into() };
    assert_eq!(deeds(&window), [Deed::Help(answer)]);
    assert!(window.texts().contains("These could not get it yet: Bob."), "{}", window.texts());
    press(&mut window, "Close the request");
    assert!(deeds(&window).is_empty());
    window.command(Command::Sure(true));
    assert_eq!(deeds(&window), [Deed::Help(help::Deed::Close { request: id })]);
}

#[test]
fn a_report_needs_a_reason() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Person, "b0".repeat(32)));
    press(&mut window, "Tell the organisers about Bob");
    assert!(!window.texts().contains("Send to the organisers") && window.texts().contains("Choose what fits best"));
    window.harness.get_by_role_and_label(egui::Role::RadioButton, "It is wrong").click();
    window.settle();
    press(&mut window, "Send to the organisers");
    let (about, reason) = ("b0".repeat(32), ReportReason::Wrong);
    assert_eq!(deeds(&window), [Deed::Help(help::Deed::Report { about, reason, text: String::new() })]);
}
