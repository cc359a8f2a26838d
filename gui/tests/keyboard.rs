//! Without a mouse, and on a small screen with everything twice as large.

use crate::support::*;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, community};
use hedgerow_gui::pages::welcome::Step;
use hedgerow_gui::words::Language;

#[test]
fn from_search_to_an_item_and_back() {
    let mut window = Window::open([1080.0, 740.0], |_| ());
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.settle();
    assert!(window.harness.get_by_role_and_label(egui::Role::TextInput, "Search").is_focused());
    window.harness.event(egui::Event::Text("app".into()));
    window.settle();
    window.harness.key_press(Key::Enter);
    window.settle();
    window.settle();
    let row = window.harness.get_by_role_and_label(egui::Role::TextInput, "Search");
    assert!(!row.is_focused(), "the keyboard is still in the field");
    window.harness.key_press(Key::Enter);
    window.settle();
    window.settle();
    let texts = window.texts();
    assert!(texts.contains("Opening hours"), "{texts}");
    window.harness.key_press(Key::Escape);
    window.settle();
    assert!(window.texts().contains("1 thing found"));
    // The keyboard is where it was.
    let row = window.harness.get_by_label_contains("Appledore Library, Service");
    assert!(row.is_focused());
}

#[test]
fn tab_reaches_everything_on_the_page() {
    let mut window = Window::open([1080.0, 740.0], |_| ());
    window.command(Command::Go(Page::Find));
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..40 {
        window.harness.key_press(Key::Tab);
        window.harness.run();
        for node in window.harness.root().children_recursive() {
            let node = node.accesskit_node();
            if node.is_focused()
                && let Some(name) = node.label()
            {
                reached.insert(name);
            }
        }
    }
    for name in ["Home", "Find", "Settings", "Search", "Open now"] {
        assert!(reached.contains(name), "{name} cannot be reached: {reached:?}");
    }
    assert!(reached.iter().any(|n| n.starts_with("Appledore Library, Service, Open until 5:30 pm")), "{reached:?}");
}

#[test]
fn nothing_is_cut_off_at_twice_the_size() {
    for language in Language::ALL {
        // 1024 × 600 pixels at 200 %.
        let mut window = Window::open([512.0, 300.0], |_| ());
        window.command(Command::Speak(language));
        window.command(Command::Go(Page::Invite));
        window.command(Command::Do(Deed::Community(community::Deed::Invite)));
        fits(&window, &format!("invite {language:?}"));

        let mut window = Window::open([512.0, 300.0], |s| s.status = Ok(empty_status()));
        window.command(Command::Speak(language));
        for step in [Step::Language, Step::Name, Step::Community, Step::Invite, Step::Start] {
            window.command(Command::Step(step));
            fits(&window, &format!("{step:?} {language:?}"));
        }
    }
}

#[test]
fn text_grows_and_shrinks() {
    let mut window = Window::open([1080.0, 740.0], |_| ());
    window.command(Command::Larger);
    window.harness.run();
    assert_eq!(window.harness.ctx.zoom_factor(), 1.25);
    for _ in 0..5 {
        window.command(Command::Larger);
    }
    window.harness.run();
    assert_eq!(window.harness.ctx.zoom_factor(), 2.0);
    for _ in 0..5 {
        window.command(Command::Smaller);
    }
    window.harness.run();
    assert_eq!(window.harness.ctx.zoom_factor(), 1.0);
}

/// Enter where nothing was found does not wait to take the keyboard from whoever types on.
#[test]
fn typing_on_after_nothing_was_found_stays_in_the_field() {
    let mut window = Window::open([1080.0, 740.0], |_| ());
    let is_in_field =
        |window: &Window| window.harness.get_by_role_and_label(egui::Role::TextInput, "Search").is_focused();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.settle();
    window.harness.event(egui::Event::Text("zzz".into()));
    window.settle();
    window.harness.key_press(Key::Enter);
    window.settle();
    window.settle();
    window.command(Command::FocusSearch);
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    for letter in ["a", "p", "p"] {
        window.harness.event(egui::Event::Text(letter.into()));
        window.settle();
        window.settle();
        assert!(is_in_field(&window), "after {letter}");
    }
    let texts = window.texts();
    assert!(texts.contains("1 thing found"), "{texts}");
}
