//! The page about the internet: what it shows, what it asks for, and by keyboard alone.

use crate::support::*;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use hedgerow_api::{UplinkTested, VoucherUsed};
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, Outcome, internet};
use hedgerow_gui::known::Fact;
use hedgerow_gui::link::Ask;
use hedgerow_gui::words::Language;

fn open(change: impl FnOnce(&mut Script)) -> Window {
    let mut window = Window::open([1080.0, 1600.0], change);
    window.command(Command::Go(Page::Internet));
    window.asked();
    window
}

fn deeds(window: &Window) -> Vec<internet::Deed> {
    let deed = |ask| match ask {
        Ask::Do { deed: Deed::Internet(deed), .. } => Some(deed),
        _ => None,
    };
    window.asked().into_iter().filter_map(deed).collect()
}

#[test]
fn gateways_are_told_in_words() {
    let window = open(|_| ());
    let texts = window.texts();
    for said in [
        "Whose internet do you want to use?",
        "You reach the internet through Riverside Library.",
        "120 MB left for you today",
        "95 minutes left for you today",
        "Monday to Friday, 9:00 to 17:00; Saturday, 10:00 to 13:00",
        "It costs nothing.",
        "Ann Lee, 01632 960456 looks after it.",
        "Needs your yes",
        "It costs 25p for a gigabyte.",
        "Be kind to others.",
        "You have agreed to pay nothing.",
        "November 2026, Riverside Library",
        "200 MB, free",
    ] {
        assert!(texts.contains(said), "{said} is not in\n{texts}");
    }
}

#[test]
fn a_way_is_chosen_by_keyboard_alone_and_undone() {
    let mut window = open(|_| ());
    let choice = "Only Riverside Library";
    for _ in 0..60 {
        if window.harness.get_by_label(choice).is_focused() {
            break;
        }
        window.harness.key_press(Key::Tab);
        window.settle();
    }
    assert!(window.harness.get_by_label(choice).is_focused());
    window.harness.key_press(Key::Space);
    window.settle();
    let key = gateway("Riverside Library").key;
    assert_eq!(deeds(&window), [internet::Deed::Choose { mode: key.clone(), before: "auto".into() }]);
    press(&mut window, "Undo");
    assert_eq!(deeds(&window), [internet::Deed::Choose { mode: "auto".into(), before: key }]);
}

#[test]
fn terms_and_price_are_agreed_to() {
    let mut window = open(|_| ());
    press(&mut window, "Agree with Village Hall");
    let terms = deeds(&window);
    assert_eq!(terms, [internet::Deed::AcceptTerms { gateway: gateway("Village Hall").key }]);
    press(&mut window, "Agree to pay this much");
    assert!(deeds(&window).is_empty());
    assert!(window.texts().contains("Type pounds for a month"));
    window.harness.get_by_label("The most in a month, in pounds").focus();
    window.settle();
    window.harness.event(egui::Event::Text("2.50".into()));
    window.settle();
    press(&mut window, "Agree to pay this much");
    assert_eq!(deeds(&window), [internet::Deed::Price { most: (25, 250), before: (0, 0) }]);
    press(&mut window, "Undo");
    assert_eq!(deeds(&window), [internet::Deed::Price { most: (0, 0), before: (25, 250) }]);
}

#[test]
fn a_browser_is_set_up_and_put_back() {
    let mut window = open(|_| ());
    press(&mut window, "Set up my browser");
    let pac = uplink().pac.unwrap();
    assert_eq!(deeds(&window), [internet::Deed::SetUpBrowser { pac: pac.clone() }]);
    press(&mut window, "Undo");
    assert_eq!(deeds(&window), [internet::Deed::UndoBrowser { pac: pac.clone() }]);
    let set = hedgerow_gui::browser::State { set: Some(pac.clone()), ..browsers() };
    let mut window = open(|s| s.says(Fact::Browser(Ok(Box::new(set.clone())))));
    press(&mut window, "Put back what was there before");
    assert_eq!(deeds(&window), [internet::Deed::UndoBrowser { pac: pac.clone() }]);
    // The way is off and the browser still looks for it: that must be said.
    let off = hedgerow_api::Uplink { mode: "off".into(), ready: false, pac: None, ..uplink() };
    let window = open(|s| {
        s.says(Fact::Browser(Ok(Box::new(set))));
        s.says(Fact::Uplink(Ok(Box::new(off))));
    });
    assert!(window.texts().contains("Your browser finds no page now"));
}

#[test]
fn without_a_place_in_the_system_it_is_done_by_hand() {
    let by_hand = hedgerow_gui::browser::State { by_button: false, ..browsers() };
    let mut window = open(|s| s.says(Fact::Browser(Ok(Box::new(by_hand)))));
    let texts = window.texts();
    assert!(texts.contains("In Firefox, in three steps") && texts.contains("http://127.0.0.1:4849/proxy.pac"));
    assert!(!texts.contains("Set up my browser"));
    press(&mut window, "Start Chromium this way");
    let pac = uplink().pac.unwrap();
    assert_eq!(deeds(&window), [internet::Deed::StartBrowser { program: "chromium".into(), pac }]);
}

#[test]
fn a_place_is_tried_with_enter() {
    let mut window = open(|s| {
        s.does = |_| {
            Ok(Outcome::UplinkTested(Box::new(UplinkTested {
                works: true,
                sentence: "It works, through Riverside Library.".into(),
                through: "Riverside Library".into(),
                took_ms: 90,
            })))
        };
    });
    window.harness.get_by_label("A web address to try").focus();
    window.settle();
    window.harness.event(egui::Event::Text("https://example.org".into()));
    window.settle();
    window.harness.key_press_modifiers(Modifiers::NONE, Key::Enter);
    window.settle();
    assert_eq!(deeds(&window), [internet::Deed::Test { target: "https://example.org".into() }]);
    assert!(window.texts().contains("It works, through Riverside Library."));
}

#[test]
fn in_welsh_nothing_of_the_node_is_left_in_english() {
    let mut window = open(|_| ());
    window.command(Command::Speak(Language::Welsh));
    let texts = window.texts();
    for english in ["The price was not", "You reach", "This address is not"] {
        assert!(!texts.contains(english), "{english} is in\n{texts}");
    }
    assert!(texts.contains("Mae’n costio rhywbeth"));
}

#[test]
fn a_voucher_is_used_at_the_building_it_is_for() {
    let mut window = open(|s| {
        s.does = |deed| match deed {
            Deed::Internet(internet::Deed::UseVoucher { .. }) => Ok(Outcome::VoucherUsed(Box::new(VoucherUsed {
                building: "Village Hall".into(),
                bytes: 500_000_000,
                until: "2026-12-24".into(),
                sentence: String::new(),
            }))),
            _ => goes_well(deed),
        };
    });
    assert!(!window.texts().contains("At which building?"));
    let field = window.harness.get_by_role_and_label(egui::Role::TextInput, "Voucher or code");
    field.focus();
    window.settle();
    window.harness.get_by_role_and_label(egui::Role::TextInput, "Voucher or code").type_text("abcd efgh jkmn");
    window.settle();
    let there = gateway("Village Hall");
    window.harness.get_by_role_and_label(egui::Role::RadioButton, &there.title).click_accesskit();
    window.settle();
    press(&mut window, "Use it");
    let used = internet::Deed::UseVoucher { text: "abcd efgh jkmn".into(), building: Some(there.key) };
    assert_eq!(deeds(&window), [used]);
    assert!(
        window.texts().contains("You may use 500 MB at Village Hall, until 24 December 2026."),
        "{}",
        window.texts()
    );
}
