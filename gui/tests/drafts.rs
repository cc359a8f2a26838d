//! Nothing that was typed is lost at one press, nor when the window closes; and what was chosen for one thing is not kept for
//! the next.

use crate::support::*;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, carry, help, things};
use hedgerow_gui::known::Fact;
use hedgerow_gui::link::{Answer, Ask};

const SIZE: [f32; 2] = [1080.0, 1900.0];
const LINE: egui::Role = egui::Role::TextInput;
const LINES: egui::Role = egui::Role::MultilineTextInput;

fn write(window: &mut Window, role: egui::Role, field: &str, text: &str) {
    window.harness.get_by_role_and_label(role, field).focus();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.harness.run();
    window.harness.event(egui::Event::Text(text.into()));
    window.settle();
}

fn value(window: &Window, role: egui::Role, field: &str) -> String {
    window.harness.get_by_role_and_label(role, field).value().unwrap_or_default()
}

fn new_things(s: &mut Script) {
    s.says(Fact::Editing(Ok(Box::new(None))));
}

/// Gwen may also publish for the food bank.
fn with_group(s: &mut Script) {
    new_things(s);
    let groups = vec![GroupRef { id: "f00d".into(), name: "Food bank".into() }];
    s.status = Ok(Status { me: Some(Me { groups, ..me() }), ..community_status() });
}

fn chosen(window: &Window, name: &str) -> bool {
    let node = window.harness.get_by_role_and_label(egui::Role::RadioButton, name);
    node.accesskit_node().is_selected() == Some(true)
        || node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
}

fn deeds(window: &Window) -> Vec<Deed> {
    let deed = |a| if let Ask::Do { deed, .. } = a { Some(deed) } else { None };
    window.asked().into_iter().filter_map(deed).collect()
}

#[test]
fn starting_again_is_not_where_publishing_was_and_can_be_undone() {
    for size in [SIZE, [1024.0, 600.0], [420.0, 700.0]] {
        let mut window = Window::open(size, new_things);
        window.command(Command::Open(Page::Write, "notice".into()));
        let at = |w: &Window, name: &str| w.harness.get_by_role_and_label(egui::Role::Button, name).rect();
        let publish = at(&window, "Publish it");
        write(&mut window, LINE, "Title", "Water off");
        let anew = at(&window, "Start again");
        assert!(!publish.intersects(anew) && !at(&window, "Publish it").expand(100.0).intersects(anew));
        press(&mut window, "Start again");
        assert_eq!(value(&window, LINE, "Title"), "");
        press(&mut window, "Bring back what I typed");
        assert_eq!(value(&window, LINE, "Title"), "Water off");
        hides(&window, &["Bring back what I typed"]);
        press(&mut window, "Start again");
        window.command(Command::Go(Page::Home));
        window.command(Command::Open(Page::Write, "notice".into()));
        press(&mut window, "Bring back what I typed");
        assert_eq!(value(&window, LINE, "Title"), "Water off");
        press(&mut window, "Publish it");
        window.command(Command::Go(Page::Home));
        window.command(Command::Open(Page::Write, "notice".into()));
        hides(&window, &["Bring back what I typed", "Start again"]);
    }
}

#[test]
fn what_was_typed_to_change_something_is_not_lost_to_a_newer_version() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Write, lunch().summary.slot));
    write(&mut window, LINE, "Email", "new@example.org");
    let mut newer = lunch();
    newer.summary.id = "newer".into();
    window.script.borrow_mut().says(Fact::Editing(Ok(Box::new(Some(newer)))));
    window.script.borrow_mut().waiting.push_back(Answer::News { content: true });
    window.settle();
    window.settle();
    press(&mut window, "Start again from the newer one");
    assert_ne!(value(&window, LINE, "Email"), "new@example.org");
    press(&mut window, "Bring back what I typed");
    assert_eq!(value(&window, LINE, "Email"), "new@example.org");
}

#[test]
fn a_description_says_when_it_is_full() {
    let mut window = Window::open(SIZE, new_things);
    window.command(Command::Open(Page::Write, "service".into()));
    write(&mut window, LINES, "What is it, and for whom?", &"a".repeat(3000));
    hides(&window, &["more letters fit", "This is full"]);
    write(&mut window, LINES, "What is it, and for whom?", &"a".repeat(3990));
    shows(&window, &["10 more letters fit."]);
    write(&mut window, LINES, "What is it, and for whom?", &"a".repeat(5000));
    shows(&window, &["This is full. No more than 4000 letters fit here."]);
    assert_eq!(value(&window, LINES, "What is it, and for whom?").len(), 4000);
    // Wherever people write at length.
    window.command(Command::Go(Page::Ask));
    write(&mut window, LINES, "Tell them more", &"b".repeat(4001));
    shows(&window, &["This is full."]);
}

#[test]
fn a_group_is_chosen_for_one_thing_and_said_on_top() {
    let mut window = Window::open(SIZE, with_group);
    let top = |w: &Window, name: &str| w.harness.get_by_role_and_label(egui::Role::RadioButton, name).rect().top();
    window.command(Command::ShareAs("f00d".into()));
    assert_eq!(window.harness.state().page(), Page::Write);
    assert!(chosen(&window, "Food bank"), "it says in whose name");
    press(&mut window, "Write a notice");
    assert!(chosen(&window, "Food bank"));
    let title = window.harness.get_by_role_and_label(LINE, "Title").rect().top();
    assert!(top(&window, "Food bank") < title, "it stands above the form");
    hides(&window, &["Start again"]);
    write(&mut window, LINE, "Title", "Closed on Monday");
    window.asked();
    press(&mut window, "Publish it");
    let [Deed::Things(things::Deed::Publish { publish, .. })] = &deeds(&window)[..] else { panic!() };
    assert_eq!(publish.as_group.as_deref(), Some("f00d"));
    for what in ["notice", "service", "event"] {
        window.command(Command::Go(Page::Home));
        window.command(Command::Open(Page::Write, what.into()));
        assert!(chosen(&window, "Me, as Gwen"), "the next {what} is mine");
    }
    window.command(Command::Go(Page::Import));
    assert!(chosen(&window, "Me, as Gwen"));
    // Whoever goes away without writing has not chosen for what comes later.
    window.command(Command::ShareAs("f00d".into()));
    press(&mut window, "Add an event");
    window.command(Command::Go(Page::Home));
    window.command(Command::Open(Page::Write, "event".into()));
    assert!(chosen(&window, "Me, as Gwen"));
    // Nor has a list that came in.
    window.command(Command::Dropped("/home/gwen/services.csv".into()));
    window.harness.get_by_role_and_label(egui::Role::RadioButton, "Food bank").click();
    window.settle();
    assert!(top(&window, "Food bank") < window.harness.get_by_role_and_label(LINE, "Where is the file?").rect().top());
    press(&mut window, "Look what is in it");
    press(&mut window, "Bring in 15 services");
    let group = |d: &Deed| if let Deed::Carry(carry::Deed::Import { group, .. }) = d { group.clone() } else { None };
    assert!(deeds(&window).iter().all(|d| group(d).as_deref() == Some("f00d")));
    assert!(chosen(&window, "Me, as Gwen"));
}

#[test]
fn a_form_of_one_who_has_no_group_says_whose_name_it_has() {
    let mut window = Window::open(SIZE, new_things);
    window.command(Command::Open(Page::Write, "event".into()));
    shows(&window, &["Shared by: Me, as Gwen"]);
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Write, lunch().summary.slot));
    shows(&window, &[&format!("Shared by: {}", lunch().summary.publisher)]);
}

#[test]
fn an_answer_waits_while_another_request_is_read() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Request, "one".into()));
    write(&mut window, LINES, "Your answer", "On Tuesday");
    window.command(Command::Open(Page::Request, "two".into()));
    assert_eq!(value(&window, LINES, "Your answer"), "", "it is not said to somebody else");
    window.command(Command::Open(Page::Request, "one".into()));
    assert_eq!(value(&window, LINES, "Your answer"), "On Tuesday");
}

#[test]
fn what_failed_is_told_wherever_one_is() {
    let mut window = Window::open(SIZE, |_| ());
    window.script.borrow_mut().silent = true;
    window.command(Command::Go(Page::People));
    window.command(Command::Do(Deed::Help(help::Deed::Close { request: "one".into() })));
    window.command(Command::Sure(true));
    let turn = window.asked().into_iter().find_map(|a| if let Ask::Do { turn, .. } = a { Some(turn) } else { None });
    window.command(Command::Go(Page::Settings));
    let result = Err(hedgerow_gui::link::Fault::Busy);
    window.script.borrow_mut().waiting.push_back(Answer::Did { turn: turn.expect("it was asked for"), result });
    window.settle();
    shows(&window, &["This was not done", "Nothing was changed."]);
    window.command(Command::Dismiss);
    hides(&window, &["This was not done"]);
}

/// A data folder that goes away with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let dir = std::env::temp_dir().join(format!("hedgerow-window-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Folder(dir)
    }

    /// Everything in it as text.
    fn content(&self) -> String {
        let files = std::fs::read_dir(&self.0).unwrap().map(|e| e.unwrap().path());
        files.map(|f| String::from_utf8_lossy(&std::fs::read(f).unwrap()).into_owned()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_was_begun_is_there_in_the_next_window_until_it_is_published() {
    let folder = Folder::new("begun");
    let mut window = Window::over(SIZE, &folder.0, new_things);
    window.command(Command::Open(Page::Write, "notice".into()));
    write(&mut window, LINE, "Title", "Water off");
    write(&mut window, LINES, "What does it say?", "On Tuesday\nall day");
    window.harness.get_by_role_and_label(egui::Role::RadioButton, "Act now").click();
    window.settle();
    drop(window);
    let mut window = Window::over(SIZE, &folder.0, new_things);
    window.command(Command::Go(Page::Things));
    shows(&window, &["Not published yet"]);
    press(&mut window, "Go on writing Water off");
    assert_eq!(value(&window, LINE, "Title"), "Water off");
    assert_eq!(value(&window, LINES, "What does it say?"), "On Tuesday\nall day");
    assert!(chosen(&window, "Act now"));
    press(&mut window, "Publish it");
    drop(window);
    let mut window = Window::over(SIZE, &folder.0, new_things);
    window.command(Command::Open(Page::Write, "notice".into()));
    assert_eq!(value(&window, LINE, "Title"), "");
    assert_eq!(folder.content(), "", "nothing of it stays on the disk");
    write(&mut window, LINE, "Title", "Water on");
    press(&mut window, "Start again");
    drop(window);
    assert_eq!(folder.content(), "");
}

#[test]
fn a_program_that_is_killed_loses_a_second_at_most() {
    let folder = Folder::new("killed");
    let mut window = Window::over(SIZE, &folder.0, new_things);
    window.command(Command::Open(Page::Write, "notice".into()));
    write(&mut window, LINE, "Title", "Water off");
    window.harness.run();
    assert!(folder.content().contains("Water off"), "it is there while the window is open");
}

#[test]
fn what_is_secret_or_sealed_never_goes_to_the_disk() {
    let folder = Folder::new("sealed");
    let mut window = Window::over(SIZE, &folder.0, new_things);
    window.command(Command::Go(Page::Ask));
    write(&mut window, LINES, "Tell them more", "sealed-words");
    window.command(Command::Open(Page::Request, "one".into()));
    write(&mut window, LINES, "Your answer", "sealed-words");
    window.command(Command::Open(Page::Write, "notice".into()));
    write(&mut window, LINE, "Title", "Water off");
    window.harness.run();
    let content = folder.content();
    assert!(content.contains("Water off") && !content.contains("sealed-words"), "{content}");
    // So it is asked about before it is gone.
    window.command(Command::Close);
    shows(&window, &["Close without sending?", "No, leave it as it is", "Close the window"]);
    window.command(Command::Back);
    hides(&window, &["Close without sending?"]);
    window.command(Command::Close);
    press(&mut window, "Close the window");
    hides(&window, &["Close without sending?"]);
}
