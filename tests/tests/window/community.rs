//! First run to a found opening time, and joining by invite from a second window.

use super::Town;
use hedgerow_gui::command::{Command, Page};

/// Ann starts a community; Bob joins it with a picture of an invite, Carl with the one she saved.
pub fn first_minutes(town: &mut Town) {
    let mut ann = town.desk("ann");
    begins(&mut ann, "Ann");
    ann.presses("Start a community");
    ann.types_into("Name of the community", "Riverside");
    ann.presses("Start Riverside");
    ann.sees("You are Ann, an organiser here.");

    ann.goes(Command::Go(Page::Invite));
    ann.presses("Make an invite");
    let ticket = ann.reads("hedgerow1");
    let picture = town.lab.desk().join("invite.png").display().to_string();
    town.lab.at("ann").json(&["invite", "--png", &picture]);
    let mut bob = town.desk("bob");
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
    let mut carl = town.desk("carl");
    begins(&mut carl, "Carl");
    carl.presses("Use an invite");
    carl.types_into("Your invite", path);
    carl.presses("Join the community");
    carl.sees("You are Carl.");
    std::fs::remove_file(path).expect("the invite was saved there");
    town.close(carl);
    town.close(ann);

    // Seen from the other side: the command line at Bob's knows all three.
    let people = town.lab.at("bob").json(&["people"]);
    for name in ["Ann", "Bob", "Carl"] {
        let known = people["people"].as_array().is_some_and(|list| list.iter().any(|p| p["name"] == name));
        assert!(known, "{name} is not in {people}");
    }
}

pub fn begins(desk: &mut super::Desk, name: &str) {
    desk.presses("Use English");
    desk.types_into("Your name", name);
    desk.presses("Use this name");
    desk.sees("Which community would you like to join?");
}
