//! Asking for help, answering, closing, and a report to the organisers.

use super::chapter;
use hedgerow_gui::command::{Command, Page};

/// Bob asks the organisers, Ann answers, Bob closes; Bob reports Carl.
#[test]
fn help() {
    chapter(&["Ann", "Bob", "Carl"], &[], |town| {
        let mut bob = town.desk("Bob");
        bob.goes(Command::Go(Page::Requests));
        bob.presses("Ask for help");
        bob.types_into("In a few words", "Help with a form");
        bob.types_into("Tell them more", "Which box do I tick?");
        bob.presses("Organisers");
        bob.presses("Send the request");
        bob.sees("Your request is sent.");
        let mut ann = town.desk("Ann");
        ann.sees("1 request has something new to read");
        ann.presses("Read what is new");
        ann.presses_starting("Help with a form");
        ann.sees("Which box do I tick?");
        ann.types_into("Your answer", "The second one.");
        ann.presses("Send the answer");
        ann.sees("Your answer is sent.");
        bob.goes(Command::Go(Page::Requests));
        bob.sees("Not read yet");
        bob.presses_starting("Help with a form");
        bob.sees("The second one.");
        bob.presses("Close the request");
        bob.goes(Command::Sure(true));
        bob.sees("The request is closed.");
        ann.sees("Closed the request");
        bob.goes(Command::Go(Page::People));
        bob.presses_starting("Carl");
        bob.presses("Tell the organisers about Carl");
        bob.presses("It is wrong");
        bob.presses("Send to the organisers");
        bob.sees("The organisers will read it.");
        ann.goes(Command::Go(Page::Requests));
        ann.sees("Reports to the organisers");
        ann.sees("It is wrong");
        let reports = town.lab.at("Carl").json(&["request", "list"]);
        assert!(!reports.to_string().contains("Which box"), "Carl can read what is not for him");
        town.close(bob);
        town.close(ann);
    });
}
