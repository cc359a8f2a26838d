//! The window over real nodes: every deed there is, done by pressing what a person presses, and its effect looked for on
//! another computer with the command line. A deed that no part below does fails the test.
//!
//! Topology: Ann, Bob, Carl and six more computers on one switch, no route out. The windows run in this process, each with
//! the thread that a real window has, attached to the node of its computer.

mod community;
mod computers;
mod desk;
mod help;
mod home;
mod people;
mod places;
mod things;

use std::collections::BTreeSet;

use desk::Desk;
use hedgerow_gui::command::{Command, TABLE};
use hedgerow_gui::deeds::Deed;
use hedgerow_tests::lab::Lab;

/// The computers of the test, and what was done so far.
struct Town {
    lab: Lab,
    done: BTreeSet<&'static str>,
}

impl Town {
    /// A window at somebody's computer.
    fn desk(&self, name: &str) -> Desk {
        Desk::at(self.lab.at(name))
    }

    /// Takes note of what was done in a window that is not needed any more.
    fn close(&mut self, desk: Desk) {
        self.done.extend(desk.close());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_deed_is_done_from_the_window() {
    if home::again_in_a_home("window::every_deed_is_done_from_the_window") {
        return;
    }
    let names = ["ann", "bob", "carl", "dave", "erin", "fay", "gwyn", "hal", "ivy"];
    let Some(mut lab) = Lab::new("every_deed_is_done_from_the_window", &names) else { return };
    for name in names {
        lab.at_mut(name).start().await;
    }
    let mut town = Town { lab, done: BTreeSet::new() };

    community::first_minutes(&mut town);
    things::all(&mut town);
    places::shared_line(&mut town);
    places::local_sites(&mut town);
    places::this_computer(&mut town);
    people::roles_and_organisers(&mut town);
    people::out_and_in_again(&mut town);
    people::a_group(&mut town);
    people::asking_to_join(&mut town);
    help::help(&mut town);
    people::a_newcomer(&mut town);
    computers::words_and_computers(&mut town);
    computers::recovery_friends(&mut town);

    let missing: Vec<&str> = Deed::all_names().into_iter().filter(|name| !town.done.contains(name)).collect();
    assert!(missing.is_empty(), "nothing above does these: {missing:?}");
    everything_in_the_table(&mut town);
}

/// Every command of the table, chosen from the list that Ctrl+K opens.
fn everything_in_the_table(town: &mut Town) {
    let mut desk = town.desk("ann");
    desk.sees("Riverside");
    for entry in TABLE {
        if entry.command == Command::Palette(true) {
            continue;
        }
        let name = desk.words().t(entry.name);
        desk.keys(egui::Modifiers::COMMAND, egui::Key::K);
        desk.types_into(&desk.words().t("do-palette"), &name);
        desk.keys(egui::Modifiers::NONE, egui::Key::Enter);
        match entry.command {
            Command::Go(page) => assert_eq!(desk.page(), page, "{name}"),
            Command::FocusSearch => assert_eq!(desk.page(), hedgerow_gui::command::Page::Find),
            Command::Back => assert_eq!(desk.page(), hedgerow_gui::command::Page::Home),
            Command::Larger => assert_eq!(desk.zoom(), 1.25),
            Command::Smaller => assert_eq!(desk.zoom(), 1.0),
            ref other => panic!("what does {other:?} do?"),
        }
    }
    town.close(desk);
}
