//! Copy buttons: each puts its text where people paste from, and says so for some seconds, in every language.

use std::path::Path;

use crate::support::*;
use egui_kittest::kittest::Queryable as _;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, community};
use hedgerow_gui::words::{Language, Words};

const SIZE: [f32; 2] = [1080.0, 1600.0];

/// Presses a Copy button; its text is copied, and it says so until some seconds are over. Nothing moves meanwhile.
fn copies(window: &mut Window, words: Words, name: &str) {
    let copied = words.t("copied");
    hides(window, &[&copied]);
    let before = window.harness.get_all_by_label(name).next().expect("a button").rect();
    press(window, name);
    let after = window.harness.get_by_label(&copied).rect();
    assert_eq!(before, after, "{name}: it moved");
    let end = window.harness.ctx.input(|i| i.time) + 5.0;
    while window.harness.ctx.input(|i| i.time) < end {
        window.harness.step();
    }
    hides(window, &[&copied]);
    shows(window, &[name]);
}

#[test]
fn a_copy_button_says_for_some_seconds_that_it_did() {
    for language in Language::ALL {
        let words = Words { language };
        let mut window = Window::open(SIZE, |_| ());
        window.command(Command::Speak(language));
        window.command(Command::Go(Page::Checks));
        copies(&mut window, words, &words.t("report-copy"));
        window.command(Command::Go(Page::Invite));
        window.command(Command::Do(Deed::Community(community::Deed::Invite)));
        copies(&mut window, words, &words.t("invite-copy"));
        window.command(Command::Open(Page::Item, "aa".into()));
        let phone = words.with("copy-that", "what", "01237 555 0100");
        if window.texts().contains(&phone) {
            press(&mut window, &phone);
            shows(&window, &[&words.t("copied")]);
        }
    }
}

/// There is one way to copy with a press, so that every button says what it did.
#[test]
fn every_copy_button_is_of_the_one_kind() {
    fn walk(dir: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).expect("the source") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                let source = std::fs::read_to_string(&path).expect("text");
                let copies = ["Command::Copy(", "copy_text(", "Some(Icon::Copy)"];
                if copies.iter().any(|call| source.contains(call)) {
                    let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("inside").display().to_string();
                    found.push(name);
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.sort();
    assert_eq!(found, ["src/app/run.rs", "src/pages/mod.rs"]);
}
