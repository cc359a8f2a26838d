//! People, roles, groups and organisers; posters, who asks, newcomers.

use super::{Desk, Town, chapter};
use hedgerow_gui::command::{Command, Page};

/// Opens a person's page from the list.
fn person(desk: &mut Desk, start: &str) {
    desk.goes(Command::Go(Page::People));
    desk.presses_starting(start);
    desk.sees("Why it is so");
}

/// Ann gives Bob a role and takes it back, blocks and unblocks him; both decide who the organisers are.
#[test]
fn roles_and_organisers() {
    chapter(&["Ann", "Bob"], &[], |town| {
        let mut ann = town.desk("Ann");
        person(&mut ann, "Bob, Member");
        ann.presses("Let Bob share the internet of a building");
        ann.sees("Bob may do that now.");
        let known = |town: &Town, wanted: bool| {
            town.lab.at("Bob").json(&["people"])["people"].as_array().is_some_and(|list| {
                list.iter().any(|p| {
                    p["name"] == "Bob" && p["role_text"].as_str().is_some_and(|t| t.contains("internet")) == wanted
                })
            })
        };
        ann.until("Bob’s computer to know", |_| known(town, true));
        ann.presses("Undo");
        ann.sees("Bob may not do that any more.");
        ann.until("Bob’s computer to know", |_| known(town, false));
        ann.presses("Block Bob on this computer");
        ann.sees("You will not see what Bob shares.");
        ann.presses("See Bob again");
        ann.sees("You see what Bob shares again.");

        // Of one organiser one must agree, of two both.
        ann.surely("Propose Bob as organiser");
        ann.sees("Enough organisers agree.");
        ann.until("two organisers at Bob’s", |_| {
            town.lab.at("Bob").json(&["organisers"])["organisers"].as_array().is_some_and(|o| o.len() == 2)
        });
        ann.surely("Propose that Bob stops being an organiser");
        ann.sees("1 more organiser must agree.");
        let mut bob = town.desk("Bob");
        bob.goes(Command::Go(Page::People));
        bob.surely("Agree to this change");
        bob.sees("Enough organisers agree.");
        person(&mut ann, "Bob, Member");
        ann.surely("Propose Bob as organiser");
        ann.sees("Enough organisers agree.");
        person(&mut bob, "Bob, Organiser");
        bob.surely("Propose to stop being an organiser");
        bob.sees("1 more organiser must agree.");
        ann.goes(Command::Go(Page::People));
        ann.surely("Agree to this change");
        ann.sees("Enough organisers agree.");
        person(&mut ann, "Bob, Member");
        town.close(bob);
        town.close(ann);
    });
}

/// Carl is taken out and let in again.
#[test]
fn out_and_in_again() {
    chapter(&["Ann", "Bob", "Carl"], &[], |town| {
        let mut ann = town.desk("Ann");
        person(&mut ann, "Carl, Member");
        ann.presses("Take Carl out");
        ann.types_into("The reason", "A mistake.");
        ann.surely("Take Carl out");
        ann.sees("Carl is out.");
        let here = |town: &Town| {
            let people = town.lab.at("Bob").json(&["people"]);
            people["people"].as_array().is_some_and(|list| list.iter().any(|p| p["name"] == "Carl"))
        };
        ann.until("Bob’s computer to know that Carl is out", |_| !here(town));
        ann.presses("Let Carl in again");
        ann.sees("Carl is a member now.");
        ann.until("Bob’s computer to know that Carl is in", |_| here(town));
        town.close(ann);
    });
}

/// Ann starts a group, Bob looks after it and leaves, and it is closed.
#[test]
fn a_group() {
    chapter(&["Ann", "Bob"], &[], |town| {
        let mut ann = town.desk("Ann");
        ann.goes(Command::Go(Page::People));
        ann.presses("Start a group");
        ann.types_into("Name of the group", "Food bank");
        ann.presses("Start a group");
        ann.sees("Food bank is started.");
        ann.presses_starting("Food bank");
        ann.presses("Add Bob");
        ann.sees("Bob is in the group.");
        ann.presses("Let Bob look after it");
        ann.sees("Bob looks after the group now.");
        let mut bob = town.desk("Bob");
        bob.goes(Command::Go(Page::People));
        bob.presses_starting("Food bank");
        bob.sees("Looks after it");
        bob.surely("Leave Food bank");
        bob.sees("You left Food bank.");
        town.close(bob);
        ann.presses("Add Bob");
        ann.sees("Bob is in the group.");
        ann.presses("Take Bob out of the group");
        ann.sees("Bob is out of the group.");
        ann.presses("Close Food bank");
        ann.surely("Close Food bank");
        ann.sees("Food bank is closed.");
        ann.until("the group to be gone at Bob’s", |_| {
            town.lab.at("Bob").json(&["group", "list"])["groups"].as_array().is_some_and(Vec::is_empty)
        });
        town.close(ann);
    });
}

/// Dave asks with a poster and is let in, Erin is refused.
#[test]
fn asking_to_join() {
    chapter(&["Ann"], &["Dave", "Erin"], |town| {
        let mut ann = town.desk("Ann");
        ann.goes(Command::Go(Page::Invite));
        ann.presses("Make a poster");
        ann.types_into("A note to yourself", "Library door");
        ann.presses("Make a poster");
        ann.sees("Your poster is ready");
        let ticket = ann.reads("hedgerow1");
        ann.presses("Save the picture (PNG)");
        let saved = ann.reads("Saved as ");
        let path = saved.trim_start_matches("Saved as ");
        assert!(std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"\x89PNG")), "{path}");
        std::fs::remove_file(path).expect("the poster was saved there");

        let mut dave = town.desk("Dave");
        asks(&mut dave, "Dave", &ticket);
        dave.presses("Stop asking");
        dave.sees_no("You have asked to join");
        dave.presses("Join the community");
        let code = dave.reads("Your code is ").trim_start_matches("Your code is ").to_owned();
        ann.sees(&format!("Code {code}"));
        ann.presses("Let Dave in");
        ann.sees("Dave is in.");
        dave.sees("You are Dave.");
        let mut erin = town.desk("Erin");
        asks(&mut erin, "Erin", &ticket);
        ann.sees("Erin");
        ann.surely("Say no to Erin");
        ann.sees("You said no to Erin.");
        erin.sees("Somebody said no");
        ann.surely("Withdraw this invite");
        ann.sees("It is withdrawn.");

        ann.presses("Accept newcomers");
        ann.sees("Enough organisers agree.");
        for desk in [dave, erin, ann] {
            town.close(desk);
        }
    });
}

/// Fay enters as a newcomer, and Ann makes a member of her.
#[test]
fn a_newcomer() {
    chapter(&["Ann"], &["Fay"], |town| {
        town.lab.at("Ann").cli(&["organisers", "set-open", "yes"]).expect(0, "");
        let mut ann = town.desk("Ann");
        let mut fay = town.desk("Fay");
        super::community::begins(&mut fay, "Fay");
        fay.presses("Enter Riverside as a newcomer");
        fay.sees("You are Fay.");
        ann.goes(Command::Go(Page::People));
        // Nobody sees a newcomer's name.
        ann.presses_starting("Somebody here, Newcomer");
        ann.presses_starting("Let ");
        ann.sees("is a member now.");
        for desk in [fay, ann] {
            town.close(desk);
        }
    });
}

fn asks(desk: &mut Desk, name: &str, ticket: &str) {
    super::community::begins(desk, name);
    desk.presses("Use an invite");
    desk.types_into("Your invite", ticket);
    desk.presses("Join the community");
    desk.sees("Your code is ");
}
