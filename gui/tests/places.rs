//! Local sites and this computer: what is shown, asked and undone, by keyboard too.

use crate::support::*;
use egui::Key;
use egui_kittest::kittest::Queryable as _;
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, Outcome, computer, internet, site as site_deeds};
use hedgerow_gui::known::Fact;
use hedgerow_gui::link::Fault;
use hedgerow_gui::words::Language;

fn open(page: Page, change: impl FnOnce(&mut Script)) -> Window {
    let mut window = Window::open([1080.0, 1800.0], change);
    window.command(Command::Go(page));
    window.asked();
    window
}

fn types(window: &mut Window, field: &str, text: &str) {
    window.harness.get_by_label(field).focus();
    window.settle();
    window.harness.event(egui::Event::Text(text.into()));
    window.settle();
}

fn sees(window: &Window, text: &str) {
    let texts = window.texts();
    assert!(texts.contains(text), "{text} is not in\n{texts}");
}

#[test]
fn sites_are_told_in_words() {
    let window = open(Page::Sites, |_| ());
    for said in [
        "Running here",
        "Here now",
        "Its computer was last here on 20 November at 18:05.",
        "For the group Mentors",
        "This site does not know your name.",
    ] {
        sees(&window, said);
    }
}

#[test]
fn a_visit_asks_once_how_and_opens_the_browser() {
    let mut window = open(Page::Sites, |s| {
        s.does = |_| {
            let address = Some("http://bookings.localhost:40000/".into());
            Ok(Outcome::Visit(Box::new(LocalSite { address, ..site("bookings") })))
        };
    });
    for _ in 0..80 {
        if window.harness.get_by_label("Visit Hall bookings").is_focused() {
            break;
        }
        window.harness.key_press(Key::Tab);
        window.settle();
    }
    window.harness.key_press(Key::Enter);
    window.settle();
    assert!(deeds(&window).is_empty(), "nothing before the answer");
    press(&mut window, "Visit without your name");
    let visit = site_deeds::Deed::Visit { site: "slot-bookings".into(), named: false };
    let opens = internet::Deed::OpenPage { url: "http://bookings.localhost:40000/".into() };
    assert_eq!(deeds(&window), [Deed::Site(visit), Deed::Internet(opens)]);
    sees(&window, "It opens in your browser.");
}

#[test]
fn where_there_is_no_browser_the_address_is_there_to_copy() {
    let mut window = open(Page::Sites, |s| {
        s.does = |deed| match deed {
            Deed::Internet(internet::Deed::OpenPage { url }) => Err(Fault::NoBrowser(url.clone(), String::new())),
            _ => {
                let address = Some("http://bookings.localhost:40000/".into());
                Ok(Outcome::Visit(Box::new(LocalSite { address, ..site("bookings") })))
            }
        };
    });
    press(&mut window, "Visit Hall bookings");
    press(&mut window, "Visit without your name");
    sees(&window, "This computer has no program that opens web pages.");
    sees(&window, "http://bookings.localhost:40000/");
    window.harness.get_by_label("Copy").click_accesskit();
    window.harness.step();
    assert!(copied(&window, "http://bookings.localhost:40000/"));
}

#[test]
fn a_site_that_has_to_know_offers_no_visit_without_a_name() {
    let mut window = open(Page::Sites, |_| ());
    press(&mut window, "Visit Mentors");
    sees(&window, "This site has to know who visits");
    assert!(!window.texts().contains("Visit without your name"));
    press(&mut window, "Let Mentors know it is you");
    let visit = site_deeds::Deed::Visit { site: "slot-mentors".into(), named: true };
    assert_eq!(deeds(&window), [Deed::Site(visit)]);
}

#[test]
fn a_program_is_checked_published_and_stopped() {
    let mut window = open(Page::Sites, |s| {
        s.does = |deed| {
            Ok(match deed {
                Deed::Site(site_deeds::Deed::Check(_)) => {
                    Outcome::SiteChecked(Box::new(LocalSite { state: "not-running".into(), ..site("bookings") }))
                }
                _ => Outcome::Done,
            })
        };
    });
    press(&mut window, "Publish a program of mine");
    press(&mut window, "Publish it");
    sees(&window, "Type the number in the program’s address");
    types(&mut window, "What is it?", "Hall bookings");
    assert!(!window.texts().contains("Type the number in the program’s address, such as"), "one is at it already");
    sees(&window, "Small letters a to z, numbers and -. No spaces.");
    types(&mut window, "Short name for its address", "bookings");
    types(&mut window, "Number in the program’s address", "8080");
    press(&mut window, "Something else, such as a game");
    press(&mut window, "A web page");
    press(&mut window, "Only some people");
    types(&mut window, "Their names, with commas", "Ann Lee");
    window.asked();
    press(&mut window, "Check that it answers");
    sees(&window, "Its program does not answer");
    let new = SitePublish {
        port: 8080,
        name: "bookings".into(),
        title: "Hall bookings".into(),
        protocol: "http".into(),
        audience: "people:Ann Lee".into(),
        ..SitePublish::default()
    };
    assert_eq!(deeds(&window), [Deed::Site(site_deeds::Deed::Check(Box::new(new.clone())))]);
    press(&mut window, "Publish it");
    assert_eq!(deeds(&window), [Deed::Site(site_deeds::Deed::Publish(Box::new(new)))]);
    assert_eq!(window.harness.state().page(), Page::Sites);
    sees(&window, "Hall bookings is published. It comes back by itself");
    press(&mut window, "Stop publishing Rota");
    let stopped = deeds(&window);
    let [Deed::Site(site_deeds::Deed::Stop { again })] = stopped.as_slice() else { panic!("{stopped:?}") };
    let again = again.clone();
    press(&mut window, "Undo");
    assert_eq!(deeds(&window), [Deed::Site(site_deeds::Deed::Publish(again))]);
}

#[test]
fn space_and_the_page_on_the_wifi_are_changed_and_undone() {
    let mut window = open(Page::Computer, |_| ());
    for said in ["100 kB of 10.0 GB used", "http://192.168.1.20:8480/", "Hedgerow 0.1.0", "Not your other files."] {
        sees(&window, said);
    }
    press(&mut window, "4 GB");
    let set = |value: &str, before: &str| {
        Deed::Computer(computer::Deed::Set { key: "quota".into(), value: value.into(), before: before.into() })
    };
    assert_eq!(deeds(&window), [set("4 GiB", "2 GiB")]);
    press(&mut window, "Undo");
    assert_eq!(deeds(&window), [set("2 GiB", "4 GiB")]);
    press(&mut window, "Turn the page off");
    assert_eq!(deeds(&window), [Deed::Computer(computer::Deed::WifiPage { on: false })]);
    press(&mut window, "Save a poster in Welsh");
    let poster = computer::Deed::SavePoster { language: Language::Welsh, picture: false };
    assert_eq!(deeds(&window), [Deed::Computer(poster)]);
    press(&mut window, "Remove this one");
    let remove =
        computer::Deed::Set { key: "neighbours".into(), value: String::new(), before: "3333@10.0.0.5:4850".into() };
    assert_eq!(deeds(&window), [Deed::Computer(remove)]);
}

#[test]
fn what_is_not_known_of_this_computer_is_not_shown() {
    let window = open(Page::Computer, |s| {
        s.says(Fact::Config(Ok(Box::new(Config { settings: vec![], ..config() }))));
    });
    assert!(!window.texts().contains("How much space may Hedgerow use?"));
}

#[test]
fn who_is_connected_is_drawn_and_said() {
    let mut window = open(Page::Links, |_| ());
    sees(&window, "A drawing with this computer in the middle. Linked, near you: Riverside Library.");
    sees(&window, "3333@10.0.0.5:4850");
    types(&mut window, "Its address", "nonsense");
    press(&mut window, "Add this computer");
    sees(&window, "Paste the whole address.");
    window.harness.get_by_label("Its address").focus();
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    window.settle();
    types(&mut window, "Its address", "44@10.0.0.8:4847");
    press(&mut window, "Add this computer");
    let add = computer::Deed::AddNeighbour { address: "44@10.0.0.8:4847".into() };
    assert_eq!(deeds(&window), [Deed::Computer(add)]);
}
