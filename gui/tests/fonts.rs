//! No name is blank: names in the letters of the world are drawn with the typefaces of this computer, and where none has them
//! with boxes.

use crate::support::*;
use egui::{FontFamily, FontId};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hedgerow_gui::command::Command;

/// A library in ten scripts, and what script that is.
const NAMES: [(&str, &str); 10] = [
    ("Arabic", "مكتبة الحي"),
    ("Hebrew", "ספרייה"),
    ("Chinese", "社区图书馆"),
    ("Hindi", "पुस्तकालय"),
    ("Thai", "ห้องสมุด"),
    ("Japanese", "としょかん"),
    ("Korean", "도서관"),
    ("emoji", "📚🌳"),
    ("Cyrillic", "Бібліотека"),
    ("Greek", "Βιβλιοθήκη"),
];
/// A letter that belongs to nobody.
const NOBODYS: char = '\u{10f3a7}';

fn families() -> [FontFamily; 3] {
    [FontFamily::Proportional, FontFamily::Name("bold".into()), FontFamily::Monospace]
}

/// How many of the letters of a text leave something on the screen.
fn drawn(window: &Window, text: &str, family: FontFamily) -> usize {
    let font = FontId::new(16.0, family);
    let galley = window.harness.ctx.fonts_mut(|f| f.layout_no_wrap(text.to_owned(), font, egui::Color32::BLACK));
    galley.rows.iter().flat_map(|row| &row.glyphs).filter(|glyph| !glyph.uv_rect.is_nothing()).count()
}

/// Whether some typeface here has every letter of a name.
fn has(window: &Window, name: &str) -> bool {
    let font = FontId::proportional(16.0);
    window.harness.ctx.fonts_mut(|f| f.has_glyphs(&font, &name.replace(' ', "")))
}

/// What stands in the field on top.
fn searched(window: &Window) -> String {
    let field = window.harness.get_by_role_and_label(egui::Role::TextInput, "Search");
    field.accesskit_node().value().unwrap_or_default()
}

#[test]
fn names_in_ten_scripts_are_drawn() {
    let window = Window::open([1080.0, 740.0], |_| ());
    let mut without = Vec::new();
    for (script, name) in NAMES {
        for family in families() {
            // Marks may join their letter: half of what was typed is the least that shows.
            let least = name.chars().count().div_ceil(2);
            let seen = drawn(&window, name, family.clone());
            assert!(seen >= least, "{script}: {seen} of {name} can be seen in {family:?}");
        }
        if !has(&window, name) {
            without.push(script);
        }
    }
    if !without.is_empty() {
        let wanted = "apt install fonts-freefont-ttf fonts-wqy-microhei fonts-noto-color-emoji";
        println!("SKIPPED the letters of {}: no typeface here has them ({wanted})", without.join(", "));
    }
}

#[test]
fn what_no_typeface_has_is_a_box() {
    let window = Window::open([1080.0, 740.0], |_| ());
    for family in families() {
        assert_eq!(drawn(&window, &NOBODYS.to_string(), family.clone()), 1, "{family:?}");
        assert_eq!(drawn(&window, "a\tb\u{a0}c", family), 3, "tabs and spaces are no letters");
    }
}

/// Letters from right to left may stand in a field and be deleted again: the toolkit counts them otherwise than others.
#[test]
fn a_name_from_right_to_left_can_be_typed_and_deleted() {
    let mut window = Window::open([1080.0, 740.0], |_| ());
    window.command(Command::FocusSearch);
    for (script, name) in NAMES {
        if !has(&window, name) {
            println!("SKIPPED typing {script}: no typeface here has it");
            continue;
        }
        window.harness.event(egui::Event::Text(name.into()));
        window.settle();
        window.harness.key_press(egui::Key::ArrowLeft);
        window.harness.key_press(egui::Key::ArrowRight);
        window.harness.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::Home);
        window.settle();
        assert_eq!(searched(&window), name);
        window.harness.key_press(egui::Key::Delete);
        window.settle();
        assert_eq!(searched(&window), "");
    }
}
