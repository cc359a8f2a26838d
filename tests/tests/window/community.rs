//! First run to a found opening time, and joining by invite from a second window.

use super::chapter;
use super::desk::until_told;
use hedgerow_gui::command::{Command, Page};

/// Ann starts a community; Bob joins it with a picture of an invite, Carl with the one she saved.
#[test]
fn first_minutes() {
    chapter(&[], &["Ann", "Bob", "Carl"], |town| {
        let mut ann = town.desk("Ann");
        begins(&mut ann, "Ann");
        ann.presses("Start a community");
        ann.types_into("Name of the community", "Riverside");
        ann.presses("Start Riverside");
        ann.sees("You are Ann, an organiser here.");

        ann.goes(Command::Go(Page::Invite));
        ann.presses("Make an invite");
        let ticket = ann.reads("hedgerow1");
        let picture = town.lab.desk().join("invite.png").display().to_string();
        town.lab.at("Ann").json(&["invite", "--png", &picture]);
        let mut bob = town.desk("Bob");
        begins(&mut bob, "Bob");
        bob.presses("Use an invite");
        bob.types_into("Your invite", &picture);
        bob.presses("Join the community");
        bob.sees("You are Bob.");
        bob.sees("You have joined");
        town.close(bob);

        ann.presses("Make another invite");
        ann.sees_no(&ticket);
        ann.presses("Save it as a file");
        let saved = ann.reads("Saved as ");
        let path = saved.trim_start_matches("Saved as ");
        let mut carl = town.desk("Carl");
        begins(&mut carl, "Carl");
        carl.presses("Use an invite");
        carl.types_into("Your invite", path);
        carl.presses("Join the community");
        carl.sees("You are Carl.");
        std::fs::remove_file(path).expect("the invite was saved there");
        town.close(carl);
        town.close(ann);

        // Seen from the other side: the command line at Bob's knows all three.
        let people = || town.lab.at("Bob").json(&["people"]);
        until_told("Bob's computer to know all three", people, |told| {
            let known =
                |name: &str| told["people"].as_array().is_some_and(|list| list.iter().any(|p| p["name"] == name));
            ["Ann", "Bob", "Carl"].into_iter().all(known)
        });
    });
}

pub fn begins(desk: &mut super::Desk, name: &str) {
    desk.presses("Use English");
    desk.types_into("Your name", name);
    desk.presses("Use this name");
    desk.sees("Which community would you like to join?");
}
