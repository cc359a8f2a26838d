//! My words, my computers, recovery friends, going away and coming back.

use crate::support::computers::{WORDS, identity};
use crate::support::*;
use egui_kittest::kittest::Queryable as _;
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::computers::Deed as Act;
use hedgerow_gui::deeds::{Deed, Outcome};
use hedgerow_gui::known::Fact;
use hedgerow_gui::link::Ask;
use hedgerow_gui::pages::welcome::Step;
use hedgerow_gui::secret::Secret;

const SIZE: [f32; 2] = [1080.0, 1600.0];

fn types(window: &mut Window, role: egui::Role, field: &str, text: &str) {
    window.harness.get_by_role_and_label(role, field).focus();
    window.harness.run();
    window.harness.event(egui::Event::Text(text.into()));
    window.settle();
}

fn shows_words(deed: &Deed) -> Result<Outcome, hedgerow_gui::link::Fault> {
    match deed {
        Deed::Computers(Act::ShowWords) => Ok(Outcome::Words(Secret::new(WORDS))),
        other => goes_well(other),
    }
}

#[test]
fn words_are_shown_when_asked_for_checked_and_vanish_with_the_page() {
    let mut window = Window::open(SIZE, |s| s.does = shows_words);
    window.command(Command::Open(Page::Kit, String::new()));
    assert!(!window.texts().contains("abandon") && window.texts().contains("Are you alone?"));
    assert!(window.texts().contains("Show and check your words first."));
    press(&mut window, "Show my words");
    assert!(window.texts().contains(" 1. abandon") && window.texts().contains("24. actual"), "{}", window.texts());
    press(&mut window, "I wrote them all down");
    assert!(!window.texts().contains("abandon"), "hidden while they are checked");
    let asked: Vec<usize> = window.texts().lines().filter_map(|l| l.strip_prefix("Word number ")?.parse().ok()).fold(
        Vec::new(),
        |mut all, n| {
            if !all.contains(&n) {
                all.push(n);
            }
            all
        },
    );
    assert_eq!(asked.len(), 2, "{asked:?}");
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    types(&mut window, egui::Role::TextInput, &format!("Word number {}", asked[0]), words[asked[0] - 1]);
    press(&mut window, "Check my words");
    assert!(window.texts().contains("That is not what the list says."));
    types(&mut window, egui::Role::TextInput, &format!("Word number {}", asked[1]), words[asked[1] - 1]);
    press(&mut window, "Check my words");
    assert!(window.texts().contains("Both words are right"), "{}", window.texts());
    press(&mut window, "Take the words off this computer");
    assert!(window.texts().contains("Without your paper they can never be seen again."));
    window.command(Command::Sure(false));
    window.command(Command::Go(Page::Home));
    window.command(Command::Open(Page::Kit, String::new()));
    let texts = window.texts();
    assert!(texts.contains("Show my words") && !texts.contains("abandon"), "{texts}");
}

/// Typed back what the list says, and pressed the button.
fn checks_words(window: &mut Window) {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    for n in 1..=words.len() {
        let field = format!("Word number {n}");
        if window.texts().lines().any(|line| line == field) {
            types(window, egui::Role::TextInput, &field, words[n - 1]);
        }
    }
    press(window, "Check my words");
}

#[test]
fn saving_the_file_shows_no_words_and_forgets_no_check() {
    let mut window = Window::open(SIZE, |s| {
        s.does = |deed| match deed {
            Deed::Computers(Act::SaveWords { .. }) => Ok(Outcome::Saved("/home/gwen/hedgerow-words.age".into())),
            other => shows_words(other),
        }
    });
    window.command(Command::Open(Page::Kit, String::new()));
    press(&mut window, "Show my words");
    press(&mut window, "I wrote them all down");
    checks_words(&mut window);
    for field in ["Password for the file", "The same password again"] {
        types(&mut window, egui::Role::PasswordInput, field, "short but now long");
    }
    press(&mut window, "Save the file");
    shows(
        &window,
        &["Saved as /home/gwen/hedgerow-words.age", "Both words are right", "Take the words off this computer"],
    );
    hides(&window, &["abandon", "Show and check your words first."]);
}

/// From the first minute on, until they are written down or saved; the list of commands knows them too.
#[test]
fn the_words_are_offered_until_they_are_safe() {
    let offer = "Write down your 24 words. They bring you back when this computer is lost.";
    let mut window = Window::open(SIZE, |s| s.does = shows_words);
    shows(&window, &["Getting started", offer]);
    press(&mut window, "See my 24 words");
    assert_eq!(window.harness.state().page(), Page::Kit);
    press(&mut window, "Show my words");
    press(&mut window, "I wrote them all down");
    window.command(Command::Go(Page::Home));
    shows(&window, &[offer, "See my 24 words"]);
    window.command(Command::Palette(true));
    window.settle();
    window.harness.event(egui::Event::Text("words".into()));
    window.settle();
    window.harness.key_press(egui::Key::Enter);
    window.settle();
    assert_eq!(window.harness.state().page(), Page::Kit);
    press(&mut window, "Show my words");
    press(&mut window, "I wrote them all down");
    checks_words(&mut window);
    window.command(Command::Go(Page::Home));
    hides(&window, &["See my 24 words"]);

    // Saved as a file is safe too, and whose words are elsewhere is asked for nothing.
    let mut window = Window::open(SIZE, |_| ());
    let passphrase = Secret::new("short but now long");
    window.command(Command::Do(Deed::Computers(Act::SaveWords { passphrase })));
    hides(&window, &["See my 24 words"]);
    let elsewhere = Fact::Identity(Ok(Box::new(Identity { words_here: false, ..identity() })));
    hides(&Window::open(SIZE, |s| s.says(elsewhere)), &["See my 24 words"]);
}

#[test]
fn a_name_for_everybody_is_chosen_and_taken_back() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Computers));
    assert!(window.texts().contains("others see no name"));
    types(&mut window, egui::Role::TextInput, "A name for everybody to see", "The gardener");
    press(&mut window, "Use this name");
    let asked = window.asked();
    assert!(format!("{asked:?}").contains("PenName { name: \"The gardener\" }"), "{asked:?}");
    let chosen = Fact::Identity(Ok(Box::new(Identity { pen_name: "The gardener".into(), ..identity() })));
    let mut window = Window::open(SIZE, |s| s.says(chosen));
    window.command(Command::Go(Page::Computers));
    assert!(window.texts().contains("others see “The gardener”"));
}

#[test]
fn the_file_needs_a_long_password_twice() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Kit, String::new()));
    types(&mut window, egui::Role::PasswordInput, "Password for the file", "short");
    press(&mut window, "Save the file");
    assert!(window.texts().contains("Please type at least 12 letters."));
    types(&mut window, egui::Role::PasswordInput, "Password for the file", " but now long");
    press(&mut window, "Save the file");
    assert!(window.texts().contains("The two passwords are not the same."));
    types(&mut window, egui::Role::PasswordInput, "The same password again", "short but now long");
    press(&mut window, "Save the file");
    let asked = window.asked();
    assert!(!format!("{asked:?}").contains("but now long"), "a password ends in no log");
    let passphrase = Secret::new("short but now long");
    let deed = asked.into_iter().find_map(|ask| if let Ask::Do { deed, .. } = ask { Some(deed) } else { None });
    assert_eq!(deed, Some(Deed::Computers(Act::SaveWords { passphrase })));
}

#[test]
fn a_computer_is_added_by_its_six_digits_and_a_lost_one_taken_out() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Computers));
    let texts = window.texts();
    for text in ["Desk", "This one", "Computer d2d2d2d2", "Last wrote something: 5 days ago.", "Taken out"] {
        assert!(texts.contains(text), "{text}:\n{texts}");
    }
    press(&mut window, "Take out Computer d2d2d2d2");
    press(&mut window, "Take out Computer d2d2d2d2");
    assert!(deeds(&window).is_empty());
    window.command(Command::Sure(true));
    assert!(matches!(&deeds(&window)[..], [Deed::Computers(Act::Remove { computer, group: None, .. })]
        if computer.id == "d2".repeat(32)));
    press(&mut window, "Add a computer");
    assert!(window.texts().contains("A computer asks: Old laptop"), "{}", window.texts());
    types(&mut window, egui::Role::TextInput, "The six digits", "123 45");
    press(&mut window, "Add this computer");
    assert!(window.texts().contains("Please type all six digits."));
    types(&mut window, egui::Role::TextInput, "The six digits", "6");
    press(&mut window, "Add this computer");
    assert_eq!(deeds(&window), [Deed::Computers(Act::LinkConfirm { digits: "123456".into() })]);
}

#[test]
fn without_the_words_here_they_are_asked_for() {
    let mut window = Window::open(SIZE, |s| {
        s.says(Fact::Identity(Ok(Box::new(Identity { words_here: false, ..identity() }))));
    });
    window.command(Command::Open(Page::Kit, String::new()));
    assert!(
        window.texts().contains("Your words are not on this computer.") && !window.texts().contains("Show my words")
    );
    window.command(Command::Open(Page::Friends, String::new()));
    assert!(window.texts().contains("Somebody asks for a new key in your name"), "{}", window.texts());
    press(&mut window, "Choose recovery friends");
    types(&mut window, egui::Role::MultilineTextInput, "Your 24 words", WORDS);
    press(&mut window, "Make them my recovery friends");
    let asked = deeds(&window);
    let [Deed::Computers(Act::SetFriends { friends, words, .. })] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((friends.len(), words), (2, &Secret::new(WORDS)));
    assert!(!format!("{asked:?}").contains("abandon"));
}

#[test]
fn going_away_says_how_much_and_asks() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Leaving, String::new()));
    let texts = window.texts();
    for text in ["You share 7 things, your name counted.", "You have 1 other computer. It stays."] {
        assert!(texts.contains(text), "{text}:\n{texts}");
    }
    press(&mut window, "Withdraw all 7 things");
    assert!(deeds(&window).is_empty());
    window.command(Command::Sure(true));
    assert_eq!(deeds(&window), [Deed::Computers(Act::WithdrawAll { count: 7 })]);
    press(&mut window, "Leave Riverside");
    window.command(Command::Sure(false));
    assert!(deeds(&window).is_empty());
}

#[test]
fn linking_goes_on_by_itself_until_somebody_stops_it() {
    let mut window = Window::open(SIZE, |s| {
        s.status = Ok(empty_status());
        s.does = |deed| match deed {
            Deed::Computers(Act::Link { again: false, .. }) => {
                Ok(Outcome::Linking { digits: "123 456".into(), is_in: false })
            }
            // The second time the other computer has not said yes either; then this one is stopped.
            Deed::Computers(Act::Link { .. }) => Err(problem(Code::TimedOut)),
            other => goes_well(other),
        };
    });
    window.command(Command::Step(Step::Move));
    press(&mut window, "Add this computer");
    assert!(window.texts().contains("Please paste the code first."));
    types(&mut window, egui::Role::MultilineTextInput, "The code", "hedgerow-link1abc");
    press(&mut window, "Add this computer");
    let asked = deeds(&window);
    assert!(
        matches!(
            &asked[..],
            [Deed::Computers(Act::Link { again: false, .. }), Deed::Computers(Act::Link { again: true, .. })]
        ),
        "{asked:?}"
    );
}

#[test]
fn every_way_back_fits_a_small_screen() {
    for step in [Step::Back, Step::Restore, Step::Move, Step::Friends] {
        let mut window = Window::open([512.0, 300.0], |s| s.status = Ok(empty_status()));
        window.command(Command::Step(step));
        fits(&window, &format!("{step:?}"));
    }
    let mut window = Window::open(SIZE, |s| s.status = Ok(empty_status()));
    window.command(Command::Step(Step::Restore));
    press(&mut window, "Come back");
    assert!(window.texts().contains("Please type your words, or say where the file is."), "{}", window.texts());
    types(&mut window, egui::Role::MultilineTextInput, "Your 24 words", WORDS);
    press(&mut window, "Come back");
    assert!(matches!(&deeds(&window)[..], [Deed::Computers(Act::Restore { words, .. })] if words.open() == WORDS));
}
