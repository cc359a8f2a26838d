//! What people publish, find, carry and hide: what the pages say, and what they ask of the node.

use crate::support::*;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, Outcome, carry, help, things};
use hedgerow_gui::known::{Fact, Topic};
use hedgerow_gui::link::{Answer, Ask, Fault};
use hedgerow_gui::pages::find::Filters;

const SIZE: [f32; 2] = [1080.0, 1900.0];

fn choose(window: &mut Window, name: &str) {
    window.harness.get_by_role_and_label(egui::Role::RadioButton, name).click();
    window.settle();
}

fn type_into(window: &mut Window, role: egui::Role, field: &str, text: &str) {
    window.harness.get_by_role_and_label(role, field).focus();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.harness.run();
    window.harness.event(egui::Event::Text(text.into()));
    window.harness.run();
}

fn line(window: &mut Window, field: &str, text: &str) {
    type_into(window, egui::Role::TextInput, field, text);
}

/// The deeds asked for since the last look.
fn deeds(window: &Window) -> Vec<Deed> {
    let deed = |a| if let Ask::Do { deed, .. } = a { Some(deed) } else { None };
    window.asked().into_iter().filter_map(deed).collect()
}

fn slot() -> String {
    lunch().summary.slot
}

#[test]
fn my_things_say_how_fresh_they_are_and_how_many_keep_them() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Things));
    shows(&window, &["2 things", "Lunch club", "Only on this computer", "Checked 3 days ago"]);
    shows(&window, &["Repair café", "Service · Food bank", "Kept on 4 computers", "Not checked since March 2025"]);
    let texts = window.texts();
    assert!(texts.find("Repair café") < texts.find("Lunch club"), "what nobody checked comes first");
    window.asked();
    press(&mut window, "I checked Lunch club today");
    assert_eq!(deeds(&window), [Deed::Things(things::Deed::CheckAgain { item: slot() })]);
    shows(&window, &["Lunch club is marked as checked today"]);
    press(&mut window, "Withdraw Lunch club");
    assert_eq!(deeds(&window), [Deed::Things(things::Deed::Withdraw { item: slot() })]);
    shows(&window, &["Lunch club is withdrawn"]);
    press(&mut window, "Undo");
    let [Deed::Things(things::Deed::PutBack { item, version, publish })] = &deeds(&window)[..] else { panic!() };
    assert_eq!((item, version.as_str()), (&slot(), "gone"));
    assert_eq!(publish.draft, Draft::Document { kind: "service".into(), doc: lunch().doc });
    shows(&window, &["It is as it was before"]);
}

#[test]
fn a_service_is_written_previewed_and_published_without_a_mouse() {
    let mut window = Window::open(SIZE, |s| s.says(Fact::Editing(Ok(Box::new(None)))));
    window.command(Command::Go(Page::Things));
    window.harness.get_by_role_and_label(egui::Role::Button, "Add a service").focus();
    window.harness.run();
    window.harness.key_press(Key::Enter);
    window.settle();
    shows(&window, &["What is it called?", "Who may read it?"]);
    let enter = |window: &mut Window, name: &str| {
        window.harness.get_by_role_and_label(egui::Role::Button, name).focus();
        window.harness.run();
        window.harness.key_press(Key::Enter);
        window.settle();
    };
    enter(&mut window, "See it as others will");
    shows(&window, &["Please type a name or title.", "One thing needs a look", "Look at: “What is it called?”"]);
    let name = window.harness.get_by_role_and_label(egui::Role::TextInput, "What is it called?");
    assert!(name.is_focused(), "the keyboard is where something is wrong");
    assert!(deeds(&window).is_empty(), "what is wrong is not sent");
    line(&mut window, "What is it called?", "Lunch club");
    line(&mut window, "Email", "nobody");
    type_into(&mut window, egui::Role::MultilineTextInput, "Opening hours", "whenever");
    enter(&mut window, "Publish it");
    shows(&window, &["An email address looks like", "Write the days, then the times."]);
    line(&mut window, "Email", "lunch@example.org");
    type_into(&mut window, egui::Role::MultilineTextInput, "Opening hours", "Mercher 12:00-14:00");
    window.harness.get_by_role_and_label(egui::Role::RadioButton, "Only members of the community").focus();
    window.harness.run();
    window.harness.key_press(Key::Space);
    window.settle();
    enter(&mut window, "See it as others will");
    shows(&window, &["This is how others will see it.", "Wednesday: 12 noon to 2 pm"]);
    let [Deed::Things(things::Deed::Preview { base: None, publish })] = &deeds(&window)[..] else { panic!() };
    let Draft::Service(draft) = &publish.draft else { panic!() };
    assert_eq!((draft.name.as_str(), draft.hours[0].as_str()), ("Lunch club", "Wed 12:00-14:00"));
    assert_eq!(publish.audience, Audience::Community);
    press(&mut window, "Change something");
    shows(&window, &["What is it called?"]);
    enter(&mut window, "Publish it");
    let [Deed::Things(things::Deed::Publish { form, .. })] = &deeds(&window)[..] else { panic!() };
    assert_eq!(form, "service");
    shows(&window, &["Lunch club is published", "Undo", "See it in full"]);
}

#[test]
fn after_publishing_one_can_share_something_else() {
    let mut window = Window::open(SIZE, |s| s.says(Fact::Editing(Ok(Box::new(None)))));
    window.command(Command::Open(Page::Write, "notice".into()));
    line(&mut window, "Title", "Water off");
    press(&mut window, "Publish it");
    press(&mut window, "Share something else");
    shows(&window, &["What would you like to share?", "Add a service", "Write a notice", "Add an event"]);
    press(&mut window, "Add an event");
    shows(&window, &["On which day?", "Only the title and the day are needed."]);
}

#[test]
fn a_form_does_not_jump_when_one_types_and_goes_to_what_is_wrong() {
    let mut window = Window::open([1080.0, 600.0], |s| s.says(Fact::Editing(Ok(Box::new(None)))));
    window.command(Command::Open(Page::Write, "event".into()));
    let top = |w: &Window| w.harness.get_by_role_and_label(egui::Role::TextInput, "Title").rect().top();
    let before = top(&window);
    line(&mut window, "Title", "Supper");
    window.settle();
    assert_eq!(top(&window), before);
    line(&mut window, "On which day?", "one day soon");
    window.harness.get_by_role_and_label(egui::Role::Button, "Publish it").focus();
    window.settle();
    window.harness.key_press(Key::Enter);
    for _ in 0..8 {
        window.settle();
    }
    shows(&window, &["Look at: “On which day?”", "Write a day like 24/12/2026 or 24 December 2026."]);
    let day = window.harness.get_by_role_and_label(egui::Role::TextInput, "On which day?");
    assert!(day.is_focused());
    assert!((60.0..560.0).contains(&day.rect().center().y), "it can be seen: {:?}", day.rect());
    line(&mut window, "On which day?", "12 Mehefin 2027");
    window.asked();
    window.harness.get_by_role_and_label(egui::Role::Button, "Publish it").focus();
    window.settle();
    window.harness.key_press(Key::Enter);
    window.settle();
    let [Deed::Things(things::Deed::Publish { publish, .. })] = &deeds(&window)[..] else { panic!() };
    let Draft::Event(event) = &publish.draft else { panic!() };
    assert_eq!(event.start, "2027-06-12");
}

#[test]
fn what_the_node_finds_fault_with_gets_the_keyboard_once() {
    let mut window = Window::open(SIZE, |s| {
        s.says(Fact::Editing(Ok(Box::new(None))));
        s.does = |_| {
            Err(Fault::Problem(Box::new(Problem::new(
                Code::Invalid,
                "The first day does not fit the repeat rule.",
                "",
                "",
            ))))
        };
    });
    window.command(Command::Open(Page::Write, "event".into()));
    line(&mut window, "Title", "Supper");
    line(&mut window, "On which day?", "12 June 2027");
    press(&mut window, "Publish it");
    window.settle();
    let focused = |w: &Window, name: &str| w.harness.get_by_role_and_label(egui::Role::TextInput, name).is_focused();
    assert!(focused(&window, "On which day?"), "{}", window.texts());
    window.harness.get_by_role_and_label(egui::Role::TextInput, "Title").focus();
    window.settle();
    assert!(focused(&window, "Title"), "and it can go on from there");
}

#[test]
fn what_was_typed_survives_going_away_and_a_failure() {
    let mut window = Window::open(SIZE, |s| {
        s.says(Fact::Editing(Ok(Box::new(None))));
        s.does = |_| {
            Err(Fault::Problem(Box::new(Problem::new(
                Code::Invalid,
                "A web address starts with https:// or http://.",
                "",
                "",
            ))))
        };
    });
    window.command(Command::Open(Page::Write, "notice".into()));
    line(&mut window, "Title", "Water off");
    press(&mut window, "Publish it");
    shows(&window, &["A web address starts with"]);
    window.command(Command::Go(Page::Home));
    window.command(Command::Open(Page::Write, "notice".into()));
    assert_eq!(
        window.harness.get_by_role_and_label(egui::Role::TextInput, "Title").value().as_deref(),
        Some("Water off")
    );
    press(&mut window, "Start again");
    assert_eq!(
        window.harness.get_by_role_and_label(egui::Role::TextInput, "Title").value().unwrap_or_default(),
        String::new()
    );
}

#[test]
fn a_change_names_the_version_it_was_read_in_and_loses_nothing_when_that_is_old() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Write, slot()));
    shows(&window, &["Change Lunch club"]);
    line(&mut window, "Email", "new@example.org");
    window.script.borrow_mut().does = |_| Err(problem(Code::ChangedMeanwhile));
    window.asked();
    press(&mut window, "Save the changes");
    let [Deed::Things(things::Deed::Change { item, version, publish })] = &deeds(&window)[..] else { panic!() };
    assert_eq!((item, version), (&slot(), &lunch().summary.id));
    assert_eq!(
        publish.draft,
        Draft::Service(ServiceDraft { email: "new@example.org".into(), ..ServiceDraft::default() })
    );
    shows(&window, &["Somebody changed this meanwhile", "What you typed is still here."]);
    // The newer version comes.
    let mut newer = lunch();
    newer.summary.id = "newer".into();
    window.script.borrow_mut().says(Fact::Editing(Ok(Box::new(Some(newer)))));
    window.script.borrow_mut().does = goes_well;
    window.script.borrow_mut().waiting.push_back(Answer::News { content: true });
    window.settle();
    window.settle();
    let value = |w: &Window| w.harness.get_by_role_and_label(egui::Role::TextInput, "Email").value();
    assert_eq!(value(&window).as_deref(), Some("new@example.org"));
    press(&mut window, "Go on with mine");
    window.asked();
    press(&mut window, "Save the changes");
    let [Deed::Things(things::Deed::Change { version, .. })] = &deeds(&window)[..] else { panic!() };
    assert_eq!(version, "newer");
    shows(&window, &["Lunch club is changed"]);
}

#[test]
fn what_is_not_mine_is_not_offered_for_changing() {
    let mut window = Window::open(SIZE, |s| s.says(Fact::Editing(Ok(Box::new(Some(library()))))));
    window.command(Command::Open(Page::Write, "service.00.02".into()));
    shows(&window, &["This is not yours to change"]);
    hides(&window, &["Save the changes"]);
    window.command(Command::Open(Page::Item, "00".into()));
    hides(&window, &["Withdraw it", "I checked it today", "Change it"]);
    shows(&window, &["Tell the organisers", "Hide it from everybody"]);
}

#[test]
fn a_group_can_be_chosen_to_publish_for() {
    let mut window = Window::open(SIZE, |s| {
        s.says(Fact::Editing(Ok(Box::new(None))));
        let groups = vec![GroupRef { id: "f00d".into(), name: "Food bank".into() }];
        s.status = Ok(Status { me: Some(Me { groups, ..me() }), ..community_status() });
    });
    window.command(Command::Open(Page::Write, "event".into()));
    line(&mut window, "Title", "Supper");
    line(&mut window, "On which day?", "8/12/2026");
    line(&mut window, "When does it start?", "6.30pm");
    choose(&mut window, "Every month, on the same day of the week");
    line(&mut window, "How many times in all?", "3");
    choose(&mut window, "Food bank");
    window.asked();
    press(&mut window, "Publish it");
    let [Deed::Things(things::Deed::Publish { publish, .. })] = &deeds(&window)[..] else { panic!() };
    assert_eq!(publish.as_group.as_deref(), Some("f00d"));
    let Draft::Event(event) = &publish.draft else { panic!() };
    assert_eq!(event.start, "2026-12-08T18:30");
    assert_eq!(event.repeat.as_deref(), Some("FREQ=MONTHLY;BYDAY=2TU;COUNT=3"));
}

#[test]
fn a_list_is_looked_at_before_it_comes_in() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Import));
    press(&mut window, "Look what is in it");
    shows(&window, &["Please say where the file is first."]);
    window.command(Command::Dropped("/home/gwen/services.CSV".into()));
    press(&mut window, "Look what is in it");
    let import =
        |only_look| Deed::Carry(carry::Deed::Import { path: "/home/gwen/services.CSV".into(), group: None, only_look });
    assert_eq!(deeds(&window), [import(true)]);
    shows(&window, &["This is in the file", "12 new · 3 changed · 0 as before", "Appledore Library", "And 14 more."]);
    shows(&window, &["1 entry cannot come in", "Line 7", "It has no name.", "Put them right in the file"]);
    press(&mut window, "Bring in 15 services");
    assert_eq!(deeds(&window), [import(false)]);
    shows(&window, &["15 services came in", "This came in"]);
    hides(&window, &["Undo"]);
    press(&mut window, "Save the services");
    shows(&window, &["Saved as /home/gwen/hedgerow-services", "3 services are in the folder. 1 did not fit"]);
    press(&mut window, "Save everything on PHOTOS");
    let packs = |folder: Option<&str>| Deed::Carry(carry::Deed::Pack { folder: folder.map(str::to_owned) });
    assert!(deeds(&window).contains(&packs(Some("/media/gwen/PHOTOS"))));
    shows(&window, &["Everything is on the stick, as community.hedgerow."]);
    press(&mut window, "Save everything here");
    assert_eq!(deeds(&window), [packs(None)]);
    shows(&window, &["Saved as /home/gwen/community.hedgerow"]);
    press(&mut window, "Look what is in community.hedgerow");
    let path = "/media/gwen/PHOTOS/community.hedgerow".to_owned();
    assert_eq!(deeds(&window), [Deed::Carry(carry::Deed::Unpack { path, only_look: true })]);
    window.command(Command::Dropped("/media/stick/bob.hedgerow".into()));
    press(&mut window, "Look what is here");
    shows(&window, &["4 new entries · 5 entries were here already"]);
    press(&mut window, "Take it in");
    shows(&window, &["4 new entries came in"]);
}

#[test]
fn find_asks_for_kinds_places_and_what_is_mine() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    window.asked();
    let last = |window: &Window| {
        let find = |a| if let Ask::Find { query, .. } = a { Some(query) } else { None };
        window.asked().into_iter().rev().find_map(find).expect("a search")
    };
    for (name, kinds) in [("Events", "event"), ("Local sites", "local-site"), ("Services", "service")] {
        window.harness.get_by_role_and_label(egui::Role::CheckBox, name).click();
        window.settle();
        assert_eq!(last(&window).kinds, kinds);
    }
    line(&mut window, "Near which town or postcode?", "Bideford");
    window.settle();
    assert_eq!(last(&window).near.as_deref(), Some("Bideford"));
    window.harness.get_by_role_and_label(egui::Role::CheckBox, "Mine").click();
    window.settle();
    let query = last(&window);
    assert!(query.mine && query.kinds == "service" && query.near.as_deref() == Some("Bideford"), "{query:?}");
    window.script.borrow_mut().items = Ok(vec![]);
    window.command(Command::Filter(Filters { kind: Some(2), ..Filters::default() }));
    shows(&window, &["Nothing found near “Bideford”"]);
}

#[test]
fn the_map_shows_places_and_lists_the_others_by_town() {
    let mut window = Window::open(SIZE, |s| {
        let mut all = items();
        for (item, at) in all.iter_mut().zip([(51.05, -4.19), (51.01, -4.2)]) {
            (item.lat, item.lon) = (Some(at.0), Some(at.1));
        }
        s.items = Ok(all);
    });
    window.command(Command::Go(Page::Find));
    window.harness.get_by_role_and_label(egui::Role::CheckBox, "Map").click();
    window.settle();
    shows(&window, &["Map with 2 places", "Not on the map", "No town known", "Village hall"]);
    // By keyboard: a point is chosen when the keyboard comes to it, and what it is stands below.
    let name = "Appledore Library, Service, Open until 5:30 pm";
    let points = |w: &Window| {
        let is = |n: &egui_kittest::Node<'_>| {
            n.accesskit_node().label().is_some_and(|l| l.starts_with(name))
                && n.accesskit_node().role() == egui::Role::Button
        };
        w.harness.root().children_recursive().filter(is).count()
    };
    assert_eq!(points(&window), 1);
    window.harness.get_by_label_contains(name).focus();
    window.harness.run();
    window.settle();
    assert_eq!(points(&window), 2, "the point, and the row below the map");
    press(&mut window, "Go closer");
    press(&mut window, "Show all of it");
    assert_eq!(points(&window), 1);
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    window.command(Command::Filter(Filters { map: true, ..Filters::default() }));
    shows(&window, &["Nothing here says where it is on a map", "Bideford"]);
}

#[test]
fn of_many_rows_only_those_near_the_window_are_drawn() {
    let mut window = Window::open([1080.0, 740.0], |s| {
        let one = items().remove(0);
        let many = (0..1000).map(|n| ItemSummary {
            title: format!("Number {n:04}"),
            slot: format!("s{n}"),
            id: format!("i{n}"),
            ..one.clone()
        });
        s.items = Ok(many.collect());
    });
    window.command(Command::Go(Page::Find));
    let drawn = |w: &Window| w.texts().lines().filter(|l| l.starts_with("Number") && l.contains(", Service")).count();
    assert!((4..40).contains(&drawn(&window)), "{}", drawn(&window));
    // The keyboard goes on from row to row.
    window.command(Command::FocusResults);
    window.settle();
    for _ in 0..12 {
        window.harness.key_press(Key::Tab);
        window.settle();
        window.settle();
    }
    let focused = window.harness.root().children_recursive().find(|n| n.accesskit_node().is_focused());
    let name = focused.and_then(|n| n.accesskit_node().label()).unwrap_or_default();
    assert!(name.starts_with("Number 0012"), "{name}");
    let start = std::time::Instant::now();
    for _ in 0..20 {
        window.harness.step();
    }
    println!("a frame with 1,000 rows: {:?}", start.elapsed() / 20);
}

#[test]
fn something_wrong_is_told_to_the_organisers() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Item, "00".into()));
    press(&mut window, "Tell the organisers");
    shows(&window, &["Choose what fits best to go on.", "What is sent cannot be taken back."]);
    choose(&mut window, "It is wrong");
    type_into(&mut window, egui::Role::MultilineTextInput, "Tell them more", "It has moved.");
    window.asked();
    press(&mut window, "Send to the organisers");
    let [Deed::Help(help::Deed::Report { about, reason, text })] = &deeds(&window)[..] else { panic!() };
    let slot = library().summary.slot;
    assert_eq!((about, *reason, text.as_str()), (&slot, ReportReason::Wrong, "It has moved."));
    shows(&window, &["The organisers will read it."]);
}

#[test]
fn hiding_and_blocking_can_be_undone() {
    let mut window = Window::open(SIZE, |s| {
        let mut theirs = library();
        theirs.summary.owner = "c0de".into();
        s.says(Fact::Item(Ok(Box::new(theirs))));
    });
    window.command(Command::Open(Page::Item, "00".into()));
    press(&mut window, "Hide it from everybody");
    choose(&mut window, "It is against the law.");
    press(&mut window, "Hide it now");
    shows(&window, &["Appledore Library is hidden from everybody"]);
    press(&mut window, "Undo");
    shows(&window, &["Appledore Library is shown again"]);
    press(&mut window, "Stop seeing Riverside Council");
    shows(&window, &["You do not see Riverside Council on this computer any more"]);
    press(&mut window, "Undo");
    shows(&window, &["You see Riverside Council again"]);
    window.command(Command::Go(Page::Hidden));
    shows(&window, &["Cheap watches", "Hidden by Gwen.", "Third time.", "1 hour ago", "People you do not see", "Mal"]);
    window.asked();
    press(&mut window, "Show Cheap watches again");
    press(&mut window, "See Mal again");
    let names: Vec<&str> = deeds(&window).iter().map(Deed::name).collect();
    assert_eq!(names, ["item.Unhide", "item.Unblock"]);
}

#[test]
fn a_member_neither_hides_nor_shows_again() {
    let mut window = Window::open(SIZE, |s| {
        s.status = Ok(Status { me: Some(Me { role: "resident".into(), ..me() }), ..community_status() });
    });
    window.command(Command::Open(Page::Item, "00".into()));
    hides(&window, &["Hide it from everybody"]);
    shows(&window, &["Tell the organisers"]);
    window.command(Command::Go(Page::Hidden));
    shows(&window, &["This is what the organisers hide from everybody"]);
    hides(&window, &["Show Cheap watches again"]);
}

#[test]
fn an_event_goes_into_a_calendar_and_a_site_that_goes_with_it_is_named() {
    let mut window = Window::open(SIZE, |s| {
        let event = Item { summary: items().remove(3), ..library() };
        let site = LocalSite {
            again: None,
            name: "supper".into(),
            slot: "local-site.00".into(),
            title: "Supper list".into(),
            text: String::new(),
            protocol: "http".into(),
            owner: "Gwen".into(),
            audience: String::new(),
            needs_name: false,
            here: false,
            state: "reachable".into(),
            sentence: String::new(),
            port: None,
            address: Some("http://supper.localhost:4848/".into()),
            named: false,
            visits: 0,
            listing: Some(event.summary.slot.clone()),
        };
        s.says(Fact::Item(Ok(Box::new(event))));
        s.says(Fact::Sites(Ok(Box::new(LocalSites { sites: vec![site] }))));
    });
    window.command(Command::Open(Page::Item, "00".into()));
    shows(&window, &["Supper list is a local site that goes with this", "Open the local site"]);
    press(&mut window, "Save for my calendar");
    shows(&window, &["Saved as /home/gwen/Harvest-supper.ics"]);
}

#[test]
fn activity_tells_what_happened_and_links_that_came_and_went() {
    let mut window = Window::open(SIZE, |_| ());
    let mut status = community_status();
    status.neighbours[0].linked = false;
    window.script.borrow_mut().status = Ok(status);
    window.script.borrow_mut().waiting.push_back(Answer::News { content: false });
    window.settle();
    window.settle();
    window.command(Command::Go(Page::Activity));
    shows(&window, &["Riverside Library went out of reach", "Just now"]);
    shows(&window, &["Gwen published Lunch club (Service)", "5 minutes ago"]);
    shows(&window, &["Riverside Council published 120 new things", "1 hour ago"]);
    shows(&window, &["Bob withdrew Old news (Notice)", "2 days ago", "Gwen let somebody in"]);
    hides(&window, &["something-new"]);
    // The exact time is in the name of the row, for the keyboard.
    window.harness.get_by_label_contains("23 November 2026, 09:55 UTC").click();
    window.settle();
    assert_eq!(window.harness.state().page(), Page::Item);
    assert!(Topic::ALL.contains(&Topic::Activity));
}

#[test]
fn nothing_is_sent_twice() {
    let mut window = Window::open(SIZE, |s| s.says(Fact::Editing(Ok(Box::new(None)))));
    window.command(Command::Open(Page::Write, "notice".into()));
    line(&mut window, "Title", "Water off");
    let key = |window: &mut Window| {
        window.script.borrow_mut().does = |_| Err(offline());
        press(window, "Publish it");
        let [Deed::Things(things::Deed::Publish { key, .. })] = &deeds(window)[..] else { panic!() };
        key.clone()
    };
    window.asked();
    let (first, second) = (key(&mut window), key(&mut window));
    assert_eq!(first, second, "the node knows the same request again");
    line(&mut window, "Title", "Water on");
    assert_ne!(key(&mut window), first);
    let _ = Outcome::Done;
}

#[test]
fn a_list_that_was_all_new_is_taken_back_in_one_go() {
    let mut window = Window::open(SIZE, |s| {
        s.does = |deed| match goes_well(deed)? {
            Outcome::Import(report) => Ok(Outcome::Import(Box::new(ImportReport { updated: 0, ..*report }))),
            other => Ok(other),
        };
    });
    window.command(Command::Dropped("/home/gwen/services.csv".into()));
    press(&mut window, "Look what is in it");
    hides(&window, &["Undo"]);
    press(&mut window, "Bring in 12 services");
    deeds(&window);
    press(&mut window, "Undo");
    let back = carry::Deed::TakeBack { items: vec!["service.00.01".into()] };
    assert_eq!(deeds(&window), [Deed::Carry(back)]);
    shows(&window, &["It is taken back."]);
}

/// Something that was changed in two places, by whom, and what the other version has that is not shown.
fn twice(mine: bool, change: &dyn Fn(&mut Item)) -> Item {
    let (shown, mut other) = (Item { mine, ..library() }, library());
    change(&mut other);
    let version = |id: &str, by: &str, item: Option<Item>| ItemVersion {
        id: id.into(),
        written_ms: NOW_MS - 3_600_000,
        device: "d".into(),
        by: by.into(),
        shown: item.is_none(),
        item: item.map(Box::new),
    };
    let versions = vec![version(&shown.summary.id, "Gwen", None), version("b", "Bob", Some(other))];
    Item { versions, ..shown }
}

#[test]
fn what_was_changed_in_two_places_is_read_and_settled() {
    let small = [512.0, 300.0];
    let open = |size, item: Item| {
        let mut window = Window::open(size, |s| s.says(Fact::Item(Ok(Box::new(item.clone())))));
        window.command(Command::Open(Page::Item, "00".into()));
        fits(&window, "changed in two places");
        window
    };
    let phone = |i: &mut Item| i.doc["hsds"]["phones"][0]["number"] = "01632 960555".into();
    for size in [SIZE, small] {
        let mut window = open(size, twice(true, &phone));
        let seen = ["Changed in two places", "by Gwen", "by Bob", "Phone: 01632 960555", "Phone: 01632 960123"];
        shows(&window, &seen);
        assert!(!window.texts().contains("It says:\nBooks"), "what is the same is not said twice");
        press(&mut window, "Use this one");
        let deed = things::Deed::Change {
            item: library().summary.slot,
            version: library().summary.id,
            publish: Box::new(Publish {
                draft: Draft::Document {
                    kind: "service".into(),
                    doc: twice(true, &phone).versions[1].item.clone().unwrap().doc,
                },
                as_group: None,
                audience: Audience::Public,
                dry_run: false,
            }),
        };
        assert_eq!(deeds(&window), [Deed::Things(deed)]);
    }
    // Whoever it does not belong to reads both, and settles nothing.
    let window = open(SIZE, twice(false, &phone));
    shows(&window, &["Phone: 01632 960555"]);
    assert!(window.harness.query_by_label("Use this one").is_none());
    shows(&open(SIZE, twice(true, &|i| i.withdrawn = true)), &["There it was taken back.", "Keep the one you see"]);
    shows(&open(SIZE, twice(true, &|_| ())), &["It says the same."]);
}
