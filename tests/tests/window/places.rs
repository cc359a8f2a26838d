//! A building's internet, from fifteen questions at Ann's to a page tried at Bob's; local sites; this computer.

use super::{Desk, Town, chapter, home};
use hedgerow_gui::command::{Command, Page};
use hedgerow_tests::lab::town::{Internet, Running};

/// Reads where something was saved, looks at the file, and takes it away.
fn saved(desk: &mut Desk, holds: &str) {
    let said = desk.reads("Saved as ");
    let path = said.trim_start_matches("Saved as ");
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains(holds), "{path} does not hold {holds}:\n{text}");
    std::fs::remove_file(path).expect("it was there");
    desk.presses("Close");
}

/// Ann shares a line and Bob uses it; both see how much, nobody where.
#[test]
fn shared_line() {
    chapter(&["Ann", "Bob"], &[], |town| {
        let _internet = Internet::new(&town.lab, &["Ann"]);
        let mut ann = town.desk("Ann");
        ann.goes(Command::Go(Page::Gateway));
        ann.presses("Set it up");
        for (field, text) in [
            ("Name of the building", "Riverside Library"),
            ("Name of this person", "Ann Lee"),
            ("Phone or email", "01632 960456"),
        ] {
            ann.types_into(field, text);
            ann.presses("Go on");
        }
        ann.presses("Go on");
        ann.presses("wan0 (cable)");
        ann.presses("Go on");
        ann.types_into("Address of the look-up", "9.9.9.9");
        ann.presses("Go on");
        ann.presses("Go on");
        ann.presses("Open day and night");
        ann.presses("Go on");
        ann.presses("Go on");
        ann.types_into("Pounds for a gigabyte", "4");
        ann.presses("Go on");
        ann.types_into("Your words", "Be kind to others.");
        ann.presses("Go on");
        ann.types_into("Name of the person who agrees", "Ann Lee");
        ann.presses("Agree and keep these rules");
        ann.sees("Your rules are kept.");

        ann.goes(Command::Open(Page::GatewayTry, String::new()));
        ann.types_into("Addresses to try, one a line", "http://web.example\n10.77.0.1");
        ann.presses("Try these");
        ann.sees("Would be let through");
        ann.sees("Would be refused");
        ann.goes(Command::Back);
        ann.presses("Start sharing");
        ann.sees("Shared now");
        ann.goes(Command::Open(Page::GatewayProof, String::new()));
        ann.presses("Try to get in now");
        ann.sees("tries were refused");
        ann.presses("Save the proof page");
        saved(&mut ann, "Everything was refused.");

        let mut bob = town.desk("Bob");
        bob.goes(Command::Go(Page::Internet));
        bob.presses("The best one, chosen for me");
        bob.presses("Agree with Riverside Library");
        bob.types_into("The most in a month, in pounds", "5");
        bob.presses("Agree to pay this much");
        bob.sees("You reach the internet through Riverside Library.");
        // The line at the bottom agrees with it, on every page.
        bob.goes(Command::Go(Page::Settings));
        bob.sees("You reach the internet through Riverside Library.");
        bob.goes(Command::Go(Page::Internet));
        bob.types_into("A web address to try", "http://web.example");
        bob.presses("Try it now");
        bob.sees("It works, through Riverside Library.");
        let uplink = town.lab.at("Bob").json(&["uplink", "status"]);
        assert_eq!((&uplink["ready"], &uplink["ceiling_pence"]), (&true.into(), &500.into()), "{uplink}");

        // The browser: as a page of the system's settings, and one started by hand.
        bob.presses("Set up my browser");
        bob.sees("Your browser uses this way");
        bob.presses("Put back what was there before");
        bob.sees("Your browser is as it was before.");
        bob.presses("Set it up by hand");
        bob.presses("Start Chromium this way");
        bob.sees("Your browser is starting.");
        page_in_a_browser(town);

        // A page through it, so that there is something to count.
        let proxy = uplink["proxy"].as_str().expect("a proxy").to_owned();
        let get =
            ["--silent", "--proxy", &format!("http://{proxy}"), "http://web.example/big/3000000", "-o", "/dev/null"];
        let ran = hedgerow_tests::lab::run(&mut town.lab.at("Bob").program("curl", &get));
        assert_eq!(ran.code, Some(0), "{ran}");
        bob.until("a receipt", |bob| {
            // What was used is read when the page is opened.
            bob.goes(Command::Go(Page::Home));
            bob.goes(Command::Go(Page::Internet));
            bob.texts().contains("What you used")
        });
        bob.presses("Save a table");
        saved(&mut bob, "20");
        bob.presses("No building’s internet");
        bob.sees("You do not use the internet of any building.");
        town.close(bob);

        ann.goes(Command::Open(Page::GatewayUse, String::new()));
        ann.presses("Save a page to print");
        saved(&mut ann, "Riverside Library");
        // Bob owes a penny or two for it.
        ann.presses("They paid it");
        ann.presses("Write down that they paid");
        ann.sees("It is written down.");
        let statement = town.lab.at("Ann").json(&["gateway", "statement"]);
        assert_eq!(statement["rows"][0]["due_pence"], 0, "{statement}");
        vouchers(town, &mut ann);
        ann.goes(Command::Go(Page::Gateway));
        ann.presses("Pause sharing");
        ann.sees("Paused");
        let gateway = town.lab.at("Ann").json(&["gateway"]);
        assert_eq!(gateway["state"], "paused", "{gateway}");
        ann.presses("Undo");
        ann.sees("Shared now");
        ann.presses("Stop sharing");
        ann.sees("Nothing is shared any more.");
        town.close(ann);
    });
}

/// Ann makes a code, Bob uses it, and it is taken back.
fn vouchers(town: &mut Town, ann: &mut Desk) {
    ann.goes(Command::Open(Page::Vouchers, String::new()));
    ann.presses("Take vouchers");
    ann.sees("Make a voucher");
    ann.types_into("How many megabytes?", "5");
    ann.presses("Make the voucher");
    ann.sees("5 MB for 30 days, for whoever types it first.");
    let is_code = |line: &&str| line.len() == 14 && line.split('-').all(|part| part.len() == 4);
    let code = ann.texts().lines().find(is_code).expect("a code").to_owned();

    let mut bob = town.desk("Bob");
    bob.goes(Command::Go(Page::Internet));
    bob.types_into("Voucher or code", &code.to_lowercase());
    bob.presses("Use it");
    bob.sees("You may use 5 MB at Riverside Library");
    // Once more is the same, by the command line too.
    town.lab.at("Bob").cli(&["uplink", "voucher", &code]).expect(0, "5 MB at Riverside Library");
    town.close(bob);

    ann.presses("Take this one back");
    ann.sees("That voucher does not work any more.");
    town.lab.at("Bob").cli(&["uplink", "voucher", &code]).expect(10, "taken back");
    ann.presses("Take no more vouchers");
    ann.sees("Your rules do not take vouchers yet.");
    let gateway = town.lab.at("Ann").json(&["gateway"]);
    assert_eq!(gateway["policy"]["who"]["vouchers"], false, "{gateway}");
}

/// A real browser at Bob's, started as his window starts it, shows a page of the internet through Ann's line.
fn page_in_a_browser(town: &Town) {
    let Some(browser) = home::real_browser() else {
        return hedgerow_tests::skip(
            "a page in a browser set up by the window",
            "Chromium is not here (apt install chromium)",
        );
    };
    let room = tempfile::tempdir().expect("a folder");
    let mut args = home::browser_arguments();
    args.extend(
        ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--timeout=20000"].map(str::to_owned),
    );
    args.extend([
        format!("--user-data-dir={}", room.path().display()),
        "--dump-dom".into(),
        "http://web.example/".into(),
    ]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ran = hedgerow_tests::lab::run(&mut town.lab.at("Bob").program(&browser.display().to_string(), &args));
    assert!(ran.code == Some(0) && ran.stdout.contains("<h1>Bookings</h1>"), "{ran}");
}

/// Ann publishes a program; Bob visits it, first without his name.
#[test]
fn local_sites() {
    chapter(&["Ann", "Bob"], &[], |town| {
        let script = hedgerow_tests::root().join("tests/sites/program.py").display().to_string();
        let log = town.lab.desk().join("program");
        let _program = Running::start(town.lab.at("Ann"), log, "python3", &[&script, "8099"]);
        let mut ann = town.desk("Ann");
        ann.goes(Command::Go(Page::Sites));
        ann.presses("Publish a program of mine");
        ann.types_into("What is it?", "Hall bookings");
        ann.types_into("Short name for its address", "bookings");
        ann.types_into("Number in the program’s address", "8099");
        ann.until("the program to answer", |ann| {
            ann.presses("Check that it answers");
            ann.texts().contains("Running here")
        });
        ann.presses("Publish it");
        ann.sees("Hall bookings is published.");

        let mut bob = town.desk("Bob");
        bob.goes(Command::Go(Page::Sites));
        bob.presses("Visit Hall bookings");
        bob.presses("Visit without your name");
        bob.sees("This site does not know your name.");
        bob.sees("It opens in your browser.");
        let address =
            town.lab.at("Bob").json(&["sites"])["sites"][0]["address"].as_str().unwrap_or_default().to_owned();
        assert_eq!(home::page_opened(), address);
        let ran = hedgerow_tests::lab::run(&mut town.lab.at("Bob").program("curl", &["--silent", "--fail", &address]));
        assert_eq!(ran.code, Some(0), "{ran}");
        bob.presses("End the visit to Hall bookings");
        bob.sees("The visit has ended.");
        town.close(bob);

        ann.presses("Stop publishing Hall bookings");
        ann.sees("Hall bookings is not published any more.");
        town.close(ann);
    });
}

/// Ann's own settings, the page on the Wi-Fi with its poster, and a neighbour by address.
#[test]
fn this_computer() {
    chapter(&["Ann", "Bob"], &[], |town| {
        let mut ann = town.desk("Ann");
        ann.goes(Command::Go(Page::Computer));
        ann.presses("4 GB");
        ann.sees("It is kept.");
        let quota = town.lab.at("Ann").json(&["config", "get", "quota"]);
        assert_eq!(quota["settings"][0]["value"], "4 GiB", "{quota}");
        ann.presses("Undo");
        ann.presses("Turn the page on");
        ann.sees("Type this on a phone in the same Wi-Fi:");
        ann.presses("Save a poster in English");
        saved(&mut ann, "%PDF");
        ann.presses("Turn the page off");
        ann.sees("The page is off.");

        let bob = town.lab.at("Bob").json(&["neighbour", "me"]);
        let address = bob["me"][0].as_str().unwrap_or_default().to_owned();
        ann.goes(Command::Go(Page::Links));
        ann.types_into("Its address", &address);
        ann.presses("Add this computer");
        ann.sees("It is added.");
        let known = town.lab.at("Ann").json(&["config", "get", "neighbours"]);
        assert_eq!(known["settings"][0]["value"], address.as_str(), "{known}");
        ann.presses("Undo");
        town.close(ann);
    });
}
