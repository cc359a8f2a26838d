//! Sharing this building's internet: the questions by keyboard alone, what is asked of the node, and what is shown.

use crate::support::*;
use egui::Key;
use egui_kittest::kittest::Queryable as _;
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, Outcome, gateway, help};
use hedgerow_gui::known::Fact;
use hedgerow_gui::link::Ask;

fn open(page: Page, change: impl FnOnce(&mut Script)) -> Window {
    let mut window = Window::open([1080.0, 1600.0], change);
    window.command(Command::Go(Page::Gateway));
    window.command(Command::Open(page, String::new()));
    window.asked();
    window
}

fn not_set_up(script: &mut Script) {
    script.says(Fact::Gateway(Ok(Box::new(GatewayStatus { state: "not-set-up".into(), setup: None, ..host() }))));
}

fn deeds(window: &Window) -> Vec<gateway::Deed> {
    let deed = |ask| match ask {
        Ask::Do { deed: Deed::Gateway(deed), .. } => Some(deed),
        _ => None,
    };
    window.asked().into_iter().filter_map(deed).collect()
}

fn sees(window: &Window, text: &str) {
    let texts = window.texts();
    assert!(texts.contains(text), "{text} is not in\n{texts}");
}

/// Moves on with Tab until this control has the keyboard.
fn tab_to(window: &mut Window, name: &str) {
    for _ in 0..80 {
        if window.harness.get_by_label(name).is_focused() {
            return;
        }
        window.harness.key_press(Key::Tab);
        window.settle();
    }
    panic!("the keyboard does not reach {name}");
}

/// Types into a field and presses Enter there.
fn answer(window: &mut Window, field: &str, text: &str) {
    tab_to(window, field);
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    window.settle();
    window.harness.event(egui::Event::Text(text.into()));
    window.settle();
    window.harness.key_press(Key::Enter);
    window.settle();
    window.settle();
}

fn on(window: &mut Window, name: &str, key: Key) {
    tab_to(window, name);
    window.harness.key_press(key);
    window.settle();
}

#[test]
fn fifteen_minutes_by_keyboard_alone() {
    let mut window = open(Page::Gateway, not_set_up);
    on(&mut window, "Set it up", Key::Enter);
    sees(&window, "Question 1 of 12");
    // Without an answer it does not go on, and says why.
    on(&mut window, "Go on", Key::Enter);
    sees(&window, "Please type a name for the building.");
    answer(&mut window, "Name of the building", "Village Hall");
    answer(&mut window, "Name of this person", "Ann Lee");
    // Back and forth: nothing is lost.
    window.harness.key_press(Key::Escape);
    window.settle();
    sees(&window, "Ann Lee");
    window.harness.key_press(Key::Escape);
    window.settle();
    sees(&window, "Village Hall");
    on(&mut window, "Go on", Key::Enter);
    on(&mut window, "Go on", Key::Enter);
    answer(&mut window, "Phone or email", "ann@example.org");
    on(&mut window, "Go on", Key::Enter);
    on(&mut window, "eth0 (cable)", Key::Space);
    on(&mut window, "Go on", Key::Enter);
    answer(&mut window, "Address of the look-up", "9.9.9.9");
    answer(&mut window, "Speed in Mbit/s, as on the bill", "20");
    on(&mut window, "Saturday", Key::Space);
    on(&mut window, "Go on", Key::Enter);
    on(&mut window, "Go on", Key::Enter);
    answer(&mut window, "Pounds for a gigabyte", "0.25");
    on(&mut window, "Go on", Key::Enter);
    sees(&window, "Is this right?");
    sees(&window, "Monday to Saturday, 9:00 to 17:00");
    sees(&window, "It costs 25p for a gigabyte.");
    window.asked();
    answer(&mut window, "Name of the person who agrees", "Ann Lee");
    let deeds = deeds(&window);
    let [gateway::Deed::SetUp(setup)] = deeds.as_slice() else { panic!("{deeds:?}") };
    assert_eq!((setup.title.as_str(), setup.responsible.as_str()), ("Village Hall", "Ann Lee"));
    assert_eq!((setup.way.as_str(), setup.line_mbit, setup.pence_per_gb), ("interface:eth0", 20, 25));
    assert_eq!((setup.hours.join(","), setup.agreed_by.as_str()), ("Mon-Sat 9:00-17:00".into(), "Ann Lee"));
    // Done: on to the gateway, and the answers are not kept twice.
    assert_eq!(window.harness.state().page(), Page::Gateway);
    sees(&window, "Your rules are kept.");
}

#[test]
fn the_buildings_own_line_needs_a_yes_of_its_own() {
    let mut window = open(Page::Gateway, |_| ());
    window.command(Command::Open(Page::GatewaySetup, "way".into()));
    press(&mut window, "By the building’s own line");
    window.command(Command::Open(Page::GatewaySetup, "agree".into()));
    window.asked();
    answer(&mut window, "Name of the person who agrees", "Ann Lee");
    assert!(deeds(&window).is_empty());
    sees(&window, "Please accept that the building’s own line carries it");
    press(&mut window, "I accept that");
    press(&mut window, "Agree and keep these rules");
    let deeds = deeds(&window);
    let [gateway::Deed::SetUp(setup)] = deeds.as_slice() else { panic!("{deeds:?}") };
    assert!(setup.own_line && setup.way == "direct");
}

#[test]
fn one_press_pauses_and_one_starts_again() {
    let mut window = open(Page::Gateway, |_| ());
    for said in ["Shared now", "3 of 200 connections are in use.", "1.2 GB went through this month."] {
        sees(&window, said);
    }
    press(&mut window, "Pause sharing");
    assert_eq!(deeds(&window), [gateway::Deed::Pause]);
    press(&mut window, "Undo");
    assert_eq!(deeds(&window), [gateway::Deed::Start]);
    press(&mut window, "Stop sharing");
    assert_eq!(deeds(&window), [gateway::Deed::Stop]);
}

#[test]
fn who_is_not_trusted_is_told_so() {
    let untrusted = GatewayStatus { state: "not-set-up".into(), setup: None, may_host: false, ..host() };
    let mut window = open(Page::Gateway, |s| s.says(Fact::Gateway(Ok(Box::new(untrusted)))));
    sees(&window, "An organiser has to trust you with it first. Organisers here: Carys.");
    assert!(!window.texts().contains("Set it up"));
    // One press, and the request stands there to be sent.
    press(&mut window, "Ask the organisers");
    assert_eq!(window.harness.state().page(), Page::Ask);
    sees(&window, "Could you trust me with that?");
    sees(&window, "Organisers here: Carys.");
    assert!(!window.texts().contains("trusted mentors"), "that is for those under 18");
    press(&mut window, "Send the request");
    let sent = crate::support::deeds(&window);
    let [Deed::Help(help::Deed::Ask { topic, to, .. })] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!((topic.as_str(), to), ("Sharing a building’s internet", &vec!["ca".repeat(32)]));
    assert!(!window.texts().contains("Could you trust me"), "what was sent is gone from the form");
}

#[test]
fn the_dry_run_says_what_and_by_which_rule() {
    let mut window = open(Page::GatewayTry, |s| {
        s.does = |_| {
            let verdict = |target: &str, allowed, refusal: &str, rules: &[&str]| GatewayVerdict {
                target: target.into(),
                allowed,
                sentence: if allowed { String::new() } else { "This address is not on the public internet.".into() },
                refusal: refusal.into(),
                rules: rules.iter().map(|r| (*r).to_owned()).collect(),
            };
            Ok(Outcome::Verdicts(Box::new(GatewayVerdicts {
                verdicts: vec![
                    verdict("https://example.org", true, "", &[]),
                    verdict("10.0.0.1", false, "not-public", &["10.0.0.1: private"]),
                ],
            })))
        };
    });
    window.harness.get_by_label("Addresses to try, one a line").focus();
    window.settle();
    window.harness.event(egui::Event::Text("https://example.org\n 10.0.0.1 \n".into()));
    window.settle();
    press(&mut window, "Try these");
    let targets = vec!["https://example.org".into(), "10.0.0.1".into()];
    assert_eq!(deeds(&window), [gateway::Deed::Try { targets }]);
    for said in ["Would be let through", "Would be refused", "By the rule 10.0.0.1: private"] {
        sees(&window, said);
    }
}

#[test]
fn the_proof_is_made_read_and_saved() {
    let mut window = open(Page::GatewayProof, |s| {
        s.does = |deed| {
            let verdict = GatewayVerdict {
                target: "the router: 10.0.0.1:80".into(),
                allowed: false,
                sentence: String::new(),
                refusal: "not-public".into(),
                rules: vec![],
            };
            Ok(match deed {
                Deed::Gateway(gateway::Deed::SaveProof { .. }) => Outcome::Saved("/home/ann/hedgerow-proof.txt".into()),
                _ => Outcome::Proof(Box::new(GatewayProof {
                    passed: true,
                    page: "Tried on 2026-11-23".into(),
                    verdicts: vec![verdict.clone(), verdict],
                })),
            })
        };
    });
    press(&mut window, "Try to get in now");
    sees(&window, "All 2 tries were refused");
    window.asked();
    press(&mut window, "Save the proof page");
    assert_eq!(deeds(&window), [gateway::Deed::SaveProof { page: "Tried on 2026-11-23".into() }]);
    sees(&window, "Saved as /home/ann/hedgerow-proof.txt");
}

#[test]
fn use_is_told_by_member_and_saved() {
    let mut window = open(Page::GatewayUse, |_| ());
    for said in ["Member cdcdcd: 90 MB", "Member ababab: 7 MB", "It is kept for 7 days.", "November 2026, Bob Reed"] {
        sees(&window, said);
    }
    press(&mut window, "Save a table");
    press(&mut window, "Save a page to print");
    assert_eq!(deeds(&window), [gateway::Deed::SaveUse { table: true }, gateway::Deed::SaveUse { table: false }]);
}

#[test]
fn vouchers_are_made_handed_over_and_taken_back() {
    let made = |deed: &Deed| match deed {
        Deed::Gateway(gateway::Deed::VoucherNew(new)) => Ok(Outcome::VoucherMade(Box::new(VoucherMade {
            text: "ABCD-EFGH-JKMN".into(),
            is_code: new.person.is_none(),
            name: new.person.clone().unwrap_or_default(),
            bytes: new.bytes,
            days: new.days.unwrap_or(30),
            until: "2026-12-24".into(),
        }))),
        _ => goes_well(deed),
    };
    let mut window = open(Page::Vouchers, |s| s.does = made);
    press(&mut window, "Make the voucher");
    sees(&window, "Say how many megabytes, like 500.");
    assert!(deeds(&window).is_empty());
    answer(&mut window, "How many megabytes?", "500");
    press(&mut window, "Make the voucher");
    let new = VoucherNew { bytes: 500_000_000, ..VoucherNew::default() };
    assert_eq!(deeds(&window), [gateway::Deed::VoucherNew(Box::new(new))]);
    for said in ["ABCD-EFGH-JKMN", "500 MB for 30 days, for whoever types it first.", "24 December 2026"] {
        sees(&window, said);
    }
    press(&mut window, "Copy the voucher");
    press(&mut window, "Take this one back");
    assert_eq!(deeds(&window), [gateway::Deed::VoucherBack { text: "ABCD-EFGH-JKMN".into() }]);
    press(&mut window, "Take no more vouchers");
    press(&mut window, "Undo");
    let take = |on| gateway::Deed::TakeVouchers { on };
    assert_eq!(deeds(&window), [take(false), take(true)]);

    // Where the rules do not take them, that comes first.
    let window = open(Page::Vouchers, |s| {
        let mut here = host();
        here.policy["who"]["vouchers"] = false.into();
        s.says(Fact::Gateway(Ok(Box::new(here))));
    });
    sees(&window, "Your rules do not take vouchers yet.");
    assert!(!window.texts().contains("Make a voucher"));
}

#[test]
fn what_is_owed_is_settled_once_and_asked_before() {
    let mut window = open(Page::GatewayUse, |_| ());
    sees(&window, "Bob Reed owes £1.20 for November 2026.");
    press(&mut window, "Let it go");
    sees(&window, "Let Bob Reed off paying £1.20?");
    assert!(deeds(&window).is_empty());
    press(&mut window, "No, leave it as it is");
    press(&mut window, "They paid it");
    sees(&window, "Did Bob Reed pay £1.20?");
    assert!(deeds(&window).is_empty());
    press(&mut window, "Write down that they paid");
    let [gateway::Deed::Settle { person, month, pence: 120, paid: true }] = &deeds(&window)[..] else { panic!() };
    assert_eq!((person.as_str(), month.as_str()), ("Bob Reed", "2026-11"));
}

#[test]
fn who_was_trusted_with_it_hears_of_it_at_home() {
    let open = |role: &str, may_host: bool| {
        let mut window = Window::open([1080.0, 900.0], |s| {
            s.status.as_mut().unwrap().me.as_mut().unwrap().role = role.into();
            let state = "not-set-up".into();
            s.says(Fact::Gateway(Ok(Box::new(GatewayStatus { state, setup: None, may_host, ..host() }))));
        });
        window.command(Command::Go(Page::Home));
        window
    };
    let said = "You may share a building’s internet now.";
    let mut window = open("resident", true);
    sees(&window, said);
    press(&mut window, "Set it up");
    assert_eq!(window.harness.state().page(), Page::Gateway);
    for (role, may_host) in [("resident", false), ("organiser", true)] {
        assert!(!open(role, may_host).texts().contains(said), "{role}");
    }
}
