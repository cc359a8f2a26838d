//! Words, a second computer, recovery friends, coming back, going away.

use super::desk::until_told;
use super::{Desk, Town, chapter};
use hedgerow_gui::command::{Command, Page};
use serde_json::Value;

fn shows(desk: &mut Desk, page: Page) {
    desk.goes(Command::Open(page, String::new()));
}

/// Carl shows his words, checks them, saves them, and takes them off; adds a second computer, loses it, comes back with words.
#[test]
fn words_and_computers() {
    chapter(&["Ann", "Carl"], &["Gwyn", "Hal"], |town| {
        let mut carl = town.desk("Carl");
        shows(&mut carl, Page::Kit);
        carl.presses("Show my words");
        carl.sees("24. ");
        let texts = carl.texts();
        let words: Vec<String> = (1..=24)
            .map(|n| {
                let start = format!("{n:>2}. ");
                texts.lines().find_map(|l| l.strip_prefix(&start)).expect("every word is there").to_owned()
            })
            .collect();
        carl.types_into("Password for the file", "a long password");
        carl.types_into("The same password again", "a long password");
        carl.presses("Save the file");
        let saved = carl.reads("Saved as ");
        let path = saved.trim_start_matches("Saved as ").to_owned();
        carl.presses("I wrote them all down");
        carl.sees("Word number ");
        for n in 1..=24 {
            let field = format!("Word number {n}");
            if carl.texts().lines().any(|l| l == field) {
                carl.types_into(&field, &words[n - 1]);
            }
        }
        carl.presses("Check my words");
        carl.sees("Both words are right");
        carl.surely("Take the words off this computer");
        carl.sees("Your words are not on this computer.");

        shows(&mut carl, Page::ComputerAdd);
        carl.presses("Make a code");
        let code = carl.reads("hedgerow-link1");
        let mut gwyn = town.desk("Gwyn");
        super::community::begins(&mut gwyn, "Carl");
        gwyn.presses("I was here before");
        gwyn.presses("Move from another computer");
        gwyn.types_into("The code", &code);
        gwyn.types_into("What do you call this computer?", "Second");
        gwyn.presses("Add this computer");
        gwyn.sees("Type these digits on the other computer:");
        let texts = gwyn.texts();
        let digits: String = texts
            .lines()
            .map(|l| l.chars().filter(char::is_ascii_digit).collect::<String>())
            .find(|d| d.len() == 6)
            .expect("six digits are shown");
        carl.sees("A computer asks: Second");
        carl.types_into("The six digits", &digits);
        carl.presses("Add this computer");
        carl.sees("The computer is added.");
        gwyn.sees("You are Carl.");
        let computers = town.lab.at("Gwyn").json(&["identity", "devices"]);
        assert!(computers["computers"].as_array().is_some_and(|c| c.len() == 2), "{computers}");
        town.close(gwyn);
        carl.goes(Command::Go(Page::Computers));
        carl.types_into("A name for everybody to see", "The gardener");
        carl.presses("Use this name");
        carl.sees("others see “The gardener”");
        carl.presses("Take out Second");
        carl.types_into("Your 24 words", &words.join(" "));
        carl.surely("Take out Second");
        carl.sees("Second is out.");
        town.close(carl);

        let mut hal = town.desk("Hal");
        super::community::begins(&mut hal, "Carl");
        hal.presses("I was here before");
        hal.presses("Use my 24 words");
        hal.types_into("Or the file with your words", &path);
        hal.types_into("Password for the file", "a long password");
        hal.presses("Come back");
        hal.sees("You are Carl.");
        std::fs::remove_file(&path).expect("the words were saved there");
        // It gives itself up again.
        shows(&mut hal, Page::Leaving);
        hal.surely("Take this computer out");
        hal.sees("This computer is not yours any more.");
        town.close(hal);
    });
}

/// Dave names Bob and Carl; on a new computer they bring him back. A second time he objects.
#[test]
fn recovery_friends() {
    chapter(&["Ann", "Bob", "Carl", "Dave"], &["Ivy"], |town| {
        let mut dave = town.desk("Dave");
        shows(&mut dave, Page::Friends);
        dave.presses("Choose recovery friends");
        dave.presses("Bob");
        dave.presses("Carl");
        dave.presses("Make them my recovery friends");
        dave.sees("Your recovery friends are saved.");

        let mut ivy = town.desk("Ivy");
        let invite = town.lab.at("Bob").json(&["invite"])["ticket"].as_str().expect("a ticket").to_owned();
        let (request, spoken) = asks_friends(&mut ivy, &invite);
        agrees(town, "Bob", &request, &spoken);
        dave.goes(Command::Go(Page::Home));
        shows(&mut dave, Page::Friends);
        dave.sees("Somebody asks for a new key in your name");
        dave.surely("Say that it is not me");
        dave.sees("Your word is sent.");
        town.close(dave);
        // Now the organisers decide: Ann does, once she knows that there is something to decide.
        same(town, "Dave", "Ann");
        agrees(town, "Ann", &request, &spoken);
        ivy.until("Dave to be back", |ivy| {
            let back = ivy.texts().contains("You are Dave.");
            if !back {
                ivy.tries("My friends have agreed");
            }
            back
        });
        // Everything is taken back, and Dave goes.
        shows(&mut ivy, Page::Leaving);
        ivy.presses_starting("Withdraw");
        ivy.goes(Command::Sure(true));
        ivy.sees("Everything you shared is withdrawn.");
        ivy.surely("Leave Riverside");
        ivy.sees("Which community would you like to join?");
        town.close(ivy);
    });
}

/// Waits until two computers hold the same.
fn same(town: &Town, one: &str, other: &str) {
    let roots = || Value::from_iter([one, other].map(|who| town.lab.at(who).json(&["status"])["root"].clone()));
    until_told(&format!("{one} and {other} to hold the same"), roots, |roots| roots[0] == roots[1]);
}

fn asks_friends(desk: &mut Desk, invite: &str) -> (String, String) {
    super::community::begins(desk, "Dave");
    desk.presses("I was here before");
    desk.presses("Ask my recovery friends");
    desk.types_into("Your name there", "Dave");
    desk.types_into("An invite from somebody there", invite);
    desk.presses("Ask my friends");
    desk.sees("Then call them, and say these words yourself:");
    let texts = desk.texts();
    let lines: Vec<&str> = texts.lines().collect();
    let after = |text: &str| {
        let at = lines.iter().position(|l| *l == text).expect("it is on screen");
        lines[at + 1].to_owned()
    };
    (after("Send this text to each of your friends:"), after("Then call them, and say these words yourself:"))
}

fn agrees(town: &mut Town, who: &str, request: &str, spoken: &str) {
    let mut desk = town.desk(who);
    shows(&mut desk, Page::Friends);
    desk.types_into("The text they sent you", request);
    desk.presses("See who asks");
    desk.sees("Dave asks for a new key.");
    desk.types_into("The five words they said", spoken);
    desk.surely("Agree that it is Dave");
    desk.until("it to be agreed", |desk| {
        let texts = desk.texts();
        texts.contains("You agreed. Dave needs more friends to agree.") || texts.contains("Dave can come back now.")
    });
    town.close(desk);
}
