//! Every page in its five states, in every language, at 100 % and at 200 % of a small screen: loading, empty, error,
//! offline, not allowed, and full. A page added to the window is in here by itself.

use crate::support::*;
use egui_kittest::kittest::NodeT as _;
use hedgerow_api::Code;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::link::Answer;
use hedgerow_gui::pages::needs;
use hedgerow_gui::words::{Language, Words};
use strum::VariantArray as _;

const LANGUAGES: [Language; 3] = [Language::English, Language::Welsh, Language::Pseudo];
const SIZES: [[f32; 2]; 2] = [[1080.0, 740.0], [512.0, 300.0]];

/// Every page that is shown to somebody who belongs to a community, in every language and size.
fn each(change: impl Fn(&mut Script), check: impl Fn(&Window, Page, Words, &str)) {
    for language in LANGUAGES {
        for size in SIZES {
            let mut window = Window::open(size, &change);
            window.command(Command::Speak(language));
            for page in Page::VARIANTS.iter().copied().filter(|p| *p != Page::Welcome) {
                window.command(Command::Go(Page::Settings));
                window.command(Command::Open(page, "aa".into()));
                window.settle();
                let what = format!("{page:?} {language:?} {size:?}");
                assert_eq!(window.harness.state().page(), page, "{what}");
                fits(&window, &what);
                named(&window, &what);
                check(&window, page, Words { language }, &what);
            }
        }
    }
}

/// Every control says its name, the page has one heading of the first level, and no key stands for its words.
fn named(window: &Window, what: &str) {
    let mut titles = 0;
    for node in window.harness.root().children_recursive() {
        let node = node.accesskit_node();
        let name = node.label().unwrap_or_default();
        titles += usize::from(node.role() == egui::Role::Heading && node.level() == Some(1));
        let control = [
            egui::Role::Button,
            egui::Role::CheckBox,
            egui::Role::RadioButton,
            egui::Role::Tab,
            egui::Role::TextInput,
            egui::Role::MultilineTextInput,
        ];
        if control.contains(&node.role()) {
            let labelled = node.labelled_by().next().is_some();
            assert!(labelled || !name.trim().is_empty(), "{what}: a {:?} has no name", node.role());
        }
        let like_a_key = name.contains('-')
            && !name.starts_with('-')
            && !name.ends_with('-')
            && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(!like_a_key, "{what}: {name} is a key without words");
    }
    assert_eq!(titles, 1, "{what}: headings of the first level");
}

fn shows(window: &Window, text: &str, what: &str) {
    let texts = window.texts();
    assert!(texts.contains(text), "{what}: “{text}” is not on screen:\n{texts}");
}

#[test]
fn full() {
    each(
        |_| (),
        |window, _, words, what| {
            let texts = window.texts();
            assert!(!texts.contains(&words.t("fault-other")), "{what}:\n{texts}");
        },
    );
}

#[test]
fn empty() {
    each(
        |s| s.empties(),
        |window, _, words, what| {
            let texts = window.texts();
            assert!(!texts.contains(&words.t("loading")), "{what}:\n{texts}");
        },
    );
}

#[test]
fn loading() {
    each(
        |s| s.silent = true,
        |window, page, words, what| {
            if !needs(page).is_empty() {
                shows(window, &words.t("loading"), what);
            }
        },
    );
}

#[test]
fn failing() {
    each(
        |s| s.fails(&problem(Code::Internal)),
        |window, page, words, what| {
            if !needs(page).is_empty() {
                let english = words.language == Language::English;
                shows(window, &if english { "That did not work.".into() } else { words.t("fault-other") }, what);
            }
        },
    );
}

#[test]
fn not_allowed() {
    each(
        |s| s.fails(&problem(Code::NotAllowed)),
        |window, page, words, what| {
            if !needs(page).is_empty() {
                shows(window, &words.t("fault-not-allowed"), what);
            }
        },
    );
}

#[test]
fn offline_from_the_start() {
    each(
        |s| {
            s.waiting.clear();
            s.waiting.push_back(Answer::Gone(offline()));
            s.silent = true;
        },
        |window, page, words, what| {
            if !needs(page).is_empty() {
                shows(window, &words.t("fault-offline"), what);
            }
        },
    );
}
