//! Writing, changing, checking again, taking back and putting back; reporting, hiding, blocking; lists, calendars, sticks.

use std::path::{Path, PathBuf};

use hedgerow_gui::command::{Command, Page};
use serde_json::Value;

use super::desk::until_told;
use super::{Desk, Town, chapter};

/// Waits until what somebody finds for a word is as wanted.
fn finds(town: &Town, who: &str, word: &str, wanted: impl Fn(&[Value]) -> bool) {
    until_told(
        &format!("what {who} finds for {word}"),
        || town.lab.at(who).json(&["find", word]),
        |found| wanted(found["items"].as_array().map_or(&[][..], Vec::as_slice)),
    );
}

fn any(items: &[Value]) -> bool {
    !items.is_empty()
}

fn none(items: &[Value]) -> bool {
    items.is_empty()
}

/// A notice that is looked at before it is out, taken back, and put back.
#[test]
fn notices() {
    chapter(&["Ann", "Bob"], &[], |town| {
        let mut ann = town.desk("Ann");
        ann.goes(Command::Go(Page::Things));
        ann.sees("You share nothing yet");
        ann.presses("Write a notice");
        ann.types_into("Title", "Waterworks on Mill Lane");
        ann.presses("See it as others will");
        ann.sees("This is how others will see it.");
        ann.presses("Publish it");
        ann.sees("Waterworks on Mill Lane is published");
        finds(town, "Bob", "Waterworks", any);
        ann.presses("Undo");
        ann.sees("Waterworks on Mill Lane is withdrawn");
        finds(town, "Bob", "Waterworks", none);
        ann.presses("Undo");
        ann.sees("It is as it was before");
        finds(town, "Bob", "Waterworks", any);
        town.close(ann);
    });
}

/// A service with a place, changed in part, and checked again.
#[test]
fn services() {
    chapter(&["Ann", "Bob"], &[], |town| {
        let mut ann = town.desk("Ann");
        ann.goes(Command::Go(Page::Things));
        ann.presses("Add a service");
        ann.types_into("What is it called?", "Lunch club");
        ann.types_into("Name of the place", "Village hall");
        ann.types_into("Town or village", "Bideford");
        ann.types_into("Opening hours", "Wed 12:00-14:00");
        ann.types_into("Email", "lunch@example.org");
        ann.presses("Publish it");
        ann.sees("Lunch club is published");
        finds(town, "Bob", "Lunch", any);

        ann.presses("See my things");
        ann.presses("Change Lunch club");
        ann.sees("Change Lunch club");
        ann.types_into("Phone", "01632 960123");
        // A space takes the place of what was there.
        ann.types_into("Email", " ");
        ann.presses("Save the changes");
        ann.sees("Lunch club is changed");
        finds(town, "Bob", "Lunch", |items| {
            let id = items.first().and_then(|i| i["id"].as_str()).unwrap_or("nothing");
            let item = town.lab.at("Bob").json(&["get", id]).to_string();
            item.contains("Village hall") && item.contains("01632 960123") && !item.contains("lunch@example.org")
        });
        ann.goes(Command::Go(Page::Things));
        ann.presses("I checked Lunch club today");
        ann.sees("Lunch club is marked as checked today");
        town.close(ann);
    });
}

/// An event with its day and time, saved for a calendar; hidden from everybody and shown again.
#[test]
fn events() {
    chapter(&["Ann", "Bob"], &[], |town| {
        let mut ann = town.desk("Ann");
        ann.goes(Command::Open(Page::Write, "event".into()));
        ann.types_into("Title", "Harvest supper");
        ann.types_into("On which day?", "4 October 2030");
        ann.types_into("When does it start?", "6.30pm");
        ann.presses("Publish it");
        ann.sees("Harvest supper is published");
        finds(town, "Bob", "Harvest", any);
        ann.presses("See it in full");
        ann.sees("Friday 4 October 2030, 18:30");
        ann.presses("Save for my calendar");
        let path = saved(&mut ann);
        let text = std::fs::read_to_string(&path).expect("the calendar file was saved there");
        assert!(text.starts_with("BEGIN:VCALENDAR") && text.contains("Harvest supper"), "{text}");
        std::fs::remove_file(path).expect("it can be removed");

        ann.presses("Hide it from everybody");
        ann.presses("It is wrong or misleads people.");
        ann.presses("Hide it now");
        ann.sees("Harvest supper is hidden from everybody");
        finds(town, "Bob", "Harvest", none);
        ann.presses("Undo");
        ann.sees("Harvest supper is shown again");
        finds(town, "Bob", "Harvest", any);
        town.close(ann);
    });
}

/// A list comes in, goes back, comes in and goes out; a stick is written, and is looked at where all of it is known.
#[test]
fn lists_and_sticks() {
    chapter(&["Ann", "Bob"], &[], |town| {
        let mut ann = town.desk("Ann");
        let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node/fixtures/riverside_libraries.csv");
        ann.goes(Command::Go(Page::Import));
        ann.types_into("Where is the file?", &list.display().to_string());
        ann.presses("Look what is in it");
        ann.sees("This is in the file");
        finds(town, "Bob", "Library", none);
        ann.presses("Bring in 5 services");
        ann.sees("This came in");
        finds(town, "Bob", "Library", any);
        ann.presses("Undo");
        ann.sees("services are taken back");
        finds(town, "Bob", "Library", none);
        ann.presses("Look what is in it");
        ann.sees("This is in the file");
        ann.presses("Bring in 5 services");
        ann.sees("This came in");
        finds(town, "Bob", "Library", any);

        ann.presses("Save the services");
        let folder = saved(&mut ann);
        assert!(folder.join("services.json").is_file(), "{}", folder.display());
        std::fs::remove_dir_all(folder).expect("it can be removed");

        ann.presses("Close");
        let stick = town.lab.desk().join("stick");
        std::fs::create_dir(&stick).expect("a folder");
        ann.types_into("Another folder, or a file from a stick", &stick.display().to_string());
        ann.presses("Save everything here");
        ann.sees("Everything is on the stick");
        let file = stick.join("community.hedgerow");
        assert!(file.is_file(), "{}", file.display());
        town.close(ann);
        let mut bob = town.desk("Bob");
        bob.goes(Command::Dropped(file.display().to_string()));
        bob.presses("Look what is here");
        bob.sees("here already");
        // The folder does as well as the file.
        bob.types_into("Another folder, or a file from a stick", &stick.display().to_string());
        bob.presses("Look what is here");
        bob.sees("here already");
        town.close(bob);

        let mut bob = town.desk("Bob");
        bob.goes(Command::Go(Page::Import));
        bob.presses("Save everything here");
        let file = saved(&mut bob);
        bob.types_into("Another folder, or a file from a stick", &file.display().to_string());
        bob.presses("Look what is here");
        bob.sees("Nothing in it is new here.");
        std::fs::remove_file(file).expect("it can be removed");
        town.close(bob);
    });
}

fn saved(desk: &mut Desk) -> PathBuf {
    PathBuf::from(desk.reads("Saved as ").trim_start_matches("Saved as "))
}

/// Bob reports a notice of Carl's, and looks away from Ann for a while.
#[test]
fn the_other_side() {
    chapter(&["Ann", "Bob", "Carl"], &[], |town| {
        let event = ["event", "new", "--title", "Harvest supper", "--start", "2030-10-04T18:30"];
        town.lab.at("Ann").cli(&event).expect(0, "");
        // Ann is the only organiser, so a report about her own would reach nobody.
        let notice = ["notice", "new", "--title", "Cheap phones", "--text", "Ask no questions."];
        town.lab.at("Carl").cli(&notice).expect(0, "");
        finds(town, "Bob", "phones", any);
        finds(town, "Bob", "Harvest", any);
        let mut bob = town.desk("Bob");
        bob.goes(Command::Go(Page::Find));
        bob.presses_starting("Cheap phones, Notice");
        bob.presses("Tell the organisers");
        bob.presses("It is wrong");
        bob.presses("Send to the organisers");
        bob.sees("The organisers will read it.");
        let reports = || town.lab.at("Ann").json(&["report", "list"]);
        until_told("the report to reach Ann", reports, |told| told.to_string().contains("Cheap phones"));
        bob.goes(Command::Go(Page::Find));
        bob.presses_starting("Harvest supper, Event, Friday 4 October 2030, 18:30");
        bob.presses("Stop seeing Ann");
        bob.sees("You do not see Ann on this computer any more");
        finds(town, "Bob", "Harvest", none);
        finds(town, "Carl", "Harvest", any);
        bob.goes(Command::Go(Page::Hidden));
        bob.presses("See Ann again");
        bob.sees("You see Ann again");
        finds(town, "Bob", "Harvest", any);
        bob.goes(Command::Go(Page::Activity));
        bob.sees("Ann published Harvest supper (Event)");
        town.close(bob);
    });
}
