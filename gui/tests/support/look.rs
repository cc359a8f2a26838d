//! Looking at a window: what it says, what it asked for, where the keyboard gets.

use egui::Key;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hedgerow_gui::deeds::Deed;
use hedgerow_gui::link::Ask;

use super::Window;

/// All of these are on screen.
pub fn shows(window: &Window, wanted: &[&str]) {
    let texts = window.texts();
    for text in wanted {
        assert!(texts.contains(text), "“{text}” is not on screen:\n{texts}");
    }
}

/// None of these is on screen.
pub fn hides(window: &Window, unwanted: &[&str]) {
    let texts = window.texts();
    for text in unwanted {
        assert!(!texts.contains(text), "“{text}” should not be on screen:\n{texts}");
    }
}

/// What was asked to be done since the last look.
pub fn deeds(window: &Window) -> Vec<Deed> {
    let asked = window.asked();
    asked.into_iter().filter_map(|ask| if let Ask::Do { deed, .. } = ask { Some(deed) } else { None }).collect()
}

/// Presses the first control of this name, in sight or not.
pub fn press(window: &mut Window, name: &str) {
    let mut found = window.harness.query_all_by_label(name);
    let control = found.find(|n| n.accesskit_node().role() != egui::Role::Label);
    control.unwrap_or_else(|| panic!("{name} is not in\n{}", window.texts())).click_accesskit();
    drop(found);
    window.settle();
}

/// Presses Tab until the control of this name has the keyboard.
pub fn tab_to(window: &mut Window, name: &str) {
    for _ in 0..80 {
        window.harness.key_press(Key::Tab);
        window.harness.run();
        let there = window.harness.root().children_recursive().any(|n| {
            let n = n.accesskit_node();
            n.is_focused() && n.label().is_some_and(|l| l == name)
        });
        if there {
            return;
        }
    }
    panic!("{name} cannot be reached:\n{}", window.texts());
}

/// Whether the last frame put this where people paste from.
pub fn copied(window: &Window, wanted: &str) -> bool {
    let commands = &window.harness.output().platform_output.commands;
    commands.iter().any(|c| matches!(c, egui::OutputCommand::CopyText(text) if text == wanted))
}
