//! Every screen in every state, from a scripted node: what it says and what it asks.

use crate::support::*;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, Outcome, community};
use hedgerow_gui::known::{Fact, Question, Topic};
use hedgerow_gui::link::{Answer, Ask, Attached, Fault};
use hedgerow_gui::pages::welcome::Step;
use hedgerow_gui::words::Language;

const SIZE: [f32; 2] = [1080.0, 740.0];

#[test]
fn home_says_how_things_are() {
    let window = Window::open(SIZE, |_| ());
    shows(
        &window,
        &[
            "Riverside",
            "You are Gwen, an organiser here.",
            "1 person",
            "3 services",
            "1 notice",
            "1 event",
            "There is only one organiser",
            "Invite a second person soon.",
            "Water off on Mill Lane",
            "Nearby only (fine)",
            "Linked with 1 computer near you. No internet is needed.",
            "Up to date",
            "This window started Hedgerow. It stops when you close this window.",
            "Change this",
        ],
    );
}

#[test]
fn home_counts_lead_to_what_they_count_and_the_next_three_events_stand_there() {
    let mut window = Window::open([1080.0, 1800.0], |_| ());
    shows(&window, &["Coming events", "Saturday 28 November 2026, 18:00 to 20:30 · It repeats every month"]);
    shows(&window, &["Sunday 20 December 2026, all day", "Friday 1 January 2027, all day"]);
    hides(&window, &["Summer fair", "Old fair"]);
    let texts = window.texts();
    assert!(texts.find("Harvest supper") < texts.find("Carols"), "the soonest first: {texts}");
    window.asked();
    window.harness.get_by_role_and_label(egui::Role::Button, "1 event").click();
    window.settle();
    assert_eq!(window.harness.state().page(), Page::Find);
    let asked = window.asked();
    assert!(asked.iter().any(|a| matches!(a, Ask::Find { query, .. } if query.kinds == "event")), "{asked:?}");
    window.command(Command::Go(Page::Home));
    window.harness.get_by_role_and_label(egui::Role::Button, "1 person").click();
    window.settle();
    assert_eq!(window.harness.state().page(), Page::People);
    window.command(Command::Go(Page::Home));
    window.harness.get_by_role_and_label(egui::Role::Button, "Add an event").click();
    window.settle();
    assert_eq!(window.harness.state().page(), Page::Write);
}

#[test]
fn only_an_organiser_is_told_that_there_is_only_one() {
    let resident = |s: &mut Script| s.status.as_mut().unwrap().me.as_mut().unwrap().role = "resident".into();
    let mut window = Window::open(SIZE, resident);
    hides(&window, &["There is only one organiser"]);
    window.command(Command::Go(Page::Checks));
    shows(&window, &["Everything is fine"]);
    hides(&window, &["There is only one organiser"]);
}

#[test]
fn the_status_line_names_the_building_whose_internet_is_used() {
    let window = Window::open(SIZE, |s| s.status.as_mut().unwrap().internet = Some("Riverside Library".into()));
    shows(&window, &["You reach the internet through Riverside Library."]);
    hides(&window, &["Nearby only", "No internet is needed."]);
}

#[test]
fn an_event_says_when_it_is_on_its_page_and_in_every_language() {
    let event = Item { summary: supper(), sources: library().sources, hours: vec![], ..library() };
    let mut window = Window::open([1080.0, 1200.0], |s| s.says(Fact::Item(Ok(Box::new(event)))));
    window.command(Command::Go(Page::Find));
    shows(&window, &["Saturday 28 November 2026, 18:00 to 20:30 · It repeats every month", "01632 960777"]);
    window.command(Command::Open(Page::Item, supper().id));
    shows(&window, &["Saturday 28 November 2026, 18:00 to 20:30", "It repeats every month", "Riverside Council"]);
    hides(&window, &["Nobody has checked it yet", "Checked", "No check date"]);
    window.command(Command::Speak(Language::Welsh));
    shows(&window, &["Dydd Sadwrn 28 Tachwedd 2026, 18:00 tan 20:30", "Mae’n digwydd bob mis"]);
    hides(&window, &["It repeats"]);
}

#[test]
fn hours_without_a_closing_time_are_said_in_every_language() {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let hours = DAYS.map(|d| format!("{d} open all day")).to_vec();
    let shelter = Item { hours, ..library() };
    let mut window = Window::open([1080.0, 1200.0], |s| s.says(Fact::Item(Ok(Box::new(shelter)))));
    window.command(Command::Open(Page::Item, "00".into()));
    shows(&window, &["Open day and night"]);
    hides(&window, &["00:00", "Monday"]);
    let texts = window.texts();
    assert!(texts.find("01632 960123") < texts.find("Opening hours"), "how to get in touch comes first: {texts}");
    window.command(Command::Speak(Language::Welsh));
    shows(&window, &["Ar agor ddydd a nos"]);
}

#[test]
fn details_are_closed_on_another_thing_and_stay_as_they_were_on_this_one() {
    let mut window = Window::open([1080.0, 2400.0], |_| ());
    let item = |window: &mut Window, doc: &str| {
        let item = Item { doc: serde_json::json!({ "name": doc }), ..library() };
        window.script.borrow_mut().says(Fact::Item(Ok(Box::new(item))));
        window.command(Command::Open(Page::Item, doc.into()));
    };
    item(&mut window, "first");
    hides(&window, &["\"first\""]);
    window.harness.get_by_label("As a computer reads it").click();
    window.settle();
    shows(&window, &["\"first\""]);
    item(&mut window, "second");
    hides(&window, &["\"second\""]);
    item(&mut window, "first");
    shows(&window, &["\"first\""]);
}

#[test]
fn what_narrows_the_search_can_be_taken_away_at_once() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    hides(&window, &["Show everything"]);
    window.harness.get_by_label("Open now").click();
    window.settle();
    shows(&window, &["1 thing found"]);
    window.harness.get_by_label("Show everything").click();
    window.settle();
    shows(&window, &["4 things found"]);
    hides(&window, &["Show everything"]);
}

#[test]
fn whoever_left_a_search_begins_anew_and_whoever_goes_back_does_not() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    window.harness.get_by_label("Open now").click();
    window.settle();
    window.command(Command::Open(Page::Item, "aa".into()));
    window.command(Command::Back);
    shows(&window, &["1 thing found", "Show everything"]);
    window.command(Command::Go(Page::Home));
    window.command(Command::Go(Page::Find));
    shows(&window, &["4 things found"]);
    hides(&window, &["Show everything"]);
}

#[test]
fn home_before_the_first_answer_and_without_a_node() {
    let window = Window::open(SIZE, |s| s.silent = true);
    shows(&window, &["Looking…", "Hedgerow is getting ready on this computer."]);

    let mut window = Window::open(SIZE, |s| {
        s.waiting.clear();
        s.waiting.push_back(Answer::Gone(offline()));
    });
    shows(&window, &["Hedgerow is not running on this computer", "What was saved is still there.", "Needs you"]);
    window.asked();
    window.harness.get_by_label("Try again").click();
    window.settle();
    assert!(window.asked().contains(&Ask::Reconnect));
    window.settle();
    shows(&window, &["You are Gwen"]);
}

#[test]
fn home_without_notices_and_with_a_fault_in_them() {
    let window = Window::open(SIZE, |s| {
        s.says(Fact::Notices(Ok(Box::new(FindPage { items: vec![], next: None, total: Some(0), said: None }))))
    });
    shows(&window, &["No notices right now."]);
    let window = Window::open(SIZE, |s| s.says(Fact::Notices(Err(problem(Code::Internal)))));
    shows(&window, &["That did not work.", "It means this. Do that."]);
}

#[test]
fn find_as_one_types() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    shows(&window, &["4 things found", "Appledore Library", "Open until 5:30 pm", "Checked 3 days ago"]);
    shows(&window, &["Not checked since March 2025", "Closed for good", "Nobody has checked it yet", "Harvest supper"]);
    window.asked();
    window.harness.get_by_role_and_label(egui::Role::TextInput, "Search").focus();
    window.harness.run();
    for text in ["r", "e", "p"] {
        window.harness.get_by_role_and_label(egui::Role::TextInput, "Search").type_text(text);
        window.harness.run();
    }
    window.settle();
    let texts: Vec<String> = window
        .asked()
        .into_iter()
        .filter_map(|a| if let Ask::Find { query, .. } = a { Some(query.text) } else { None })
        .collect();
    assert_eq!(texts, ["r", "re", "rep"]);
    shows(&window, &["1 thing found", "Repair café"]);
    hides(&window, &["Appledore Library"]);
}

#[test]
fn find_shows_only_what_is_open_when_asked() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    window.harness.get_by_label("Open now").click();
    window.settle();
    shows(&window, &["1 thing found", "Appledore Library"]);
    hides(&window, &["Repair café", "Old bus office"]);
}

#[test]
fn find_empty_failing_not_allowed_and_waiting() {
    let open = |items| {
        let mut window = Window::open(SIZE, |s| s.items = items);
        window.command(Command::Go(Page::Find));
        window
    };
    shows(&open(Ok(vec![])), &["There is nothing here yet"]);
    shows(&open(Err(offline())), &["Hedgerow is not running on this computer", "Try again"]);
    let forbidden = open(Err(problem(Code::NotAllowed)));
    shows(&forbidden, &["You may not do this", "Ask an organiser of your community."]);
    hides(&forbidden, &["Try again"]);
    let mut window = Window::open(SIZE, |s| s.silent = true);
    window.command(Command::Go(Page::Find));
    shows(&window, &["Looking…"]);
}

#[test]
fn a_late_answer_does_not_replace_a_newer_one() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    let late =
        Answer::Found { turn: 0, page: Ok(FindPage { items: vec![notice()], next: None, total: Some(1), said: None }) };
    window.script.borrow_mut().waiting.push_back(late);
    window.harness.run();
    shows(&window, &["4 things found"]);
}

#[test]
fn a_stranger_reads_whose_word_it_is() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    let asked = window.asked();
    let turn =
        asked.iter().rev().find_map(|a| if let Ask::Find { turn, .. } = a { Some(*turn) } else { None }).unwrap();
    for (name, says) in [
        ("The gardener", "So says the computer of The gardener."),
        ("", "So says a computer nearby. It does not give a name."),
    ] {
        let said = Some(hedgerow_api::Said { name: name.into(), computer: "ab".repeat(32), at_ms: 1 });
        let page = FindPage { items: vec![notice()], next: None, total: Some(1), said };
        window.script.borrow_mut().waiting.push_back(Answer::Found { turn, page: Ok(page) });
        window.harness.run();
        assert!(window.texts().contains(says), "{}", window.texts());
    }
}

#[test]
fn more_is_shown_below_what_is_there() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    let mut first = FindPage { items: items()[..2].to_vec(), next: Some("after-2".into()), total: Some(4), said: None };
    let turn =
        window.asked().iter().rev().find_map(|a| if let Ask::Find { turn, .. } = a { Some(*turn) } else { None });
    let turn = turn.unwrap();
    window.script.borrow_mut().waiting.push_back(Answer::Found { turn, page: Ok(first.clone()) });
    window.harness.run();
    window.script.borrow_mut().silent = true;
    window.harness.get_by_label("Show more").click();
    window.settle();
    let asked = window.asked();
    assert!(
        matches!(asked.last(), Some(Ask::Find { query, .. }) if query.cursor.as_deref() == Some("after-2")),
        "{asked:?}"
    );
    first = FindPage { items: items()[2..].to_vec(), next: None, total: Some(4), said: None };
    window.script.borrow_mut().waiting.push_back(Answer::Found { turn: turn + 1, page: Ok(first) });
    window.harness.run();
    shows(&window, &["Appledore Library", "Harvest supper", "4 things found"]);
    hides(&window, &["Show more"]);
}

#[test]
fn an_item_with_hours_notes_contact_sources_and_copies() {
    let mut window = Window::open([1080.0, 1200.0], |_| ());
    window.command(Command::Open(Page::Item, library().summary.id));
    shows(
        &window,
        &[
            "Appledore Library",
            "Open until 5:30 pm",
            "Everybody is welcome.",
            "The Quay, Bideford, EX39 1QS",
            "Tuesday: 10 am to 1 pm",
            "Closed on bank holidays.",
            "Shares its building with the post office.",
            "01632 960123",
            "appledore@example.org",
            "https://example.org/appledore",
            "Riverside Council (Devon libraries)",
            "Checked 3 days ago",
            "Not checked since February 2025",
            "Kept on 3 computers",
        ],
    );
    // Only addresses of the web open: anything else is shown and cannot be pressed.
    let buttons: Vec<String> =
        window.harness.get_all(by().role(egui::Role::Button)).filter_map(|n| n.accesskit_node().label()).collect();
    assert!(buttons.contains(&"https://example.org/appledore".to_owned()), "{buttons:?}");
    assert!(!buttons.iter().any(|b| b.starts_with("javascript")), "{buttons:?}");
    window.harness.get_by_label("Copy 01632 960123").click();
    window.harness.step();
    assert!(copied(&window, "01632 960123"));
}

#[test]
fn an_item_gone_withdrawn_and_on_its_way() {
    let open = |change: &dyn Fn(&mut Script)| {
        let mut window = Window::open(SIZE, |s| change(s));
        window.command(Command::Open(Page::Item, "00".into()));
        window
    };
    let item = |s: &mut Script, change: &dyn Fn(&mut Item)| {
        let mut item = library();
        change(&mut item);
        s.says(Fact::Item(Ok(Box::new(item))));
    };
    shows(&open(&|s| s.says(Fact::Item(Err(problem(Code::NotFound))))), &["This is not here any more"]);
    shows(&open(&|s| item(s, &|i| i.withdrawn = true)), &["This was withdrawn"]);
    shows(&open(&|s| item(s, &|i| i.copies = 1)), &["Only on this computer"]);
    let mut window = Window::open(SIZE, |_| ());
    window.script.borrow_mut().silent = true;
    window.command(Command::Open(Page::Item, "00".into()));
    shows(&window, &["Looking…"]);
}

#[test]
fn what_goes_with_an_item_is_read_once() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Open(Page::Item, "00".into()));
    let asked = window.asked();
    let sites = |q: &Question| q.topic == Topic::Sites;
    assert!(asked.iter().any(|ask| matches!(ask, Ask::Read(q) if sites(q))), "{asked:?}");
    assert!(!asked.iter().any(|ask| matches!(ask, Ask::Watch(all) if all.iter().any(sites))), "{asked:?}");
}

#[test]
fn hostile_text_is_shown_tame() {
    let mut window = Window::open(SIZE, |s| {
        s.items = Ok(vec![ItemSummary { title: "Tea\u{202e}gnp.exe\u{1b}[31m".into(), ..items().remove(0) }]);
    });
    // What stands in for the bad characters is drawn as an empty box, here as in the real window.
    window.harness.ctx.set_missing_glyph_policy(egui::MissingGlyphPolicy::Tofu);
    window.command(Command::Go(Page::Find));
    let texts = window.texts();
    assert!(!texts.contains('\u{202e}') && !texts.contains('\u{1b}'), "{texts:?}");
}

#[test]
fn the_first_minutes_start_a_community() {
    let mut window = Window::open(SIZE, |s| s.status = Ok(empty_status()));
    shows(&window, &["Which language would you like?", "Use English", "Defnyddio Cymraeg"]);
    window.harness.get_by_label("Use English").click();
    window.settle();
    shows(&window, &["What is your name?", "Everyone in your community will see this name."]);
    let field = window.harness.get_by_role_and_label(egui::Role::TextInput, "Your name");
    assert!(field.is_focused(), "the only field has the keyboard");
    window.harness.get_by_label("Use this name").click();
    window.settle();
    shows(&window, &["Please type a name first."]);
    window.harness.get_by_role_and_label(egui::Role::TextInput, "Your name").focus();
    window.harness.run();
    window.harness.get_by_role_and_label(egui::Role::TextInput, "Your name").type_text("Gwen");
    window.settle();
    hides(&window, &["Please type a name first."]);
    window.harness.get_by_label("Use this name").click();
    window.settle();
    shows(&window, &["Which community would you like to join?", "No community found near you yet."]);
    window.harness.get_by_label("Start a community").click();
    window.settle();
    shows(&window, &["You will be the only organiser"]);
    window.harness.get_by_label("Start a community").click();
    window.settle();
    shows(&window, &["Please type a name for the community first."]);
    let field = window.harness.get_by_role_and_label(egui::Role::TextInput, "Name of the community");
    field.focus();
    window.harness.run();
    window.harness.get_by_role_and_label(egui::Role::TextInput, "Name of the community").type_text("Riverside");
    window.harness.run();
    window.asked();
    window.harness.get_by_label("Start Riverside").click();
    window.settle();
    let start = community::Deed::Start { community: "Riverside".into(), my_name: "Gwen".into() };
    let asked = window.asked();
    assert!(asked.iter().any(|a| matches!(a, Ask::Do { deed: Deed::Community(d), .. } if *d == start)), "{asked:?}");
    window.settle();
    shows(&window, &["You are Gwen, an organiser here."]);
}

#[test]
fn joining_says_what_is_wrong_with_an_invite() {
    let faults = [
        "This invite was used before",
        "This invite is too old",
        "This invite cannot be read",
        "This invite is for another community",
        "The other computer did not answer",
    ];
    type Does = fn(&Deed) -> Result<Outcome, Fault>;
    const FAULTS: [Does; 5] = [
        |_| Err(problem(Code::InviteUsed)),
        |_| Err(problem(Code::InviteExpired)),
        |_| Err(problem(Code::InviteDamaged)),
        |_| Err(problem(Code::InviteElsewhere)),
        |_| Err(problem(Code::NotReachable)),
    ];
    for (does, says) in FAULTS.into_iter().zip(faults) {
        let mut window = Window::open(SIZE, |s| {
            s.status = Ok(empty_status());
            s.does = does;
        });
        window.command(Command::Step(Step::Name));
        window.harness.get_by_role_and_label(egui::Role::TextInput, "Your name").focus();
        window.harness.run();
        window.harness.get_by_role_and_label(egui::Role::TextInput, "Your name").type_text("Gwen");
        window.harness.run();
        window.command(Command::UseName);
        window.harness.get_by_label("Use an invite").click();
        window.settle();
        window.harness.get_by_label("Join the community").click();
        window.settle();
        shows(&window, &["Please paste your invite first."]);
        window.harness.get_by_role_and_label(egui::Role::MultilineTextInput, "Your invite").focus();
        window.harness.run();
        window.harness.get_by_role_and_label(egui::Role::MultilineTextInput, "Your invite").type_text("hedgerow1xyz");
        window.harness.run();
        window.harness.get_by_label("Join the community").click();
        window.settle();
        shows(&window, &[says]);
        window.script.borrow_mut().does = goes_well;
        window.harness.get_by_label("Join the community").click();
        window.settle();
        window.settle();
        shows(&window, &["You are Gwen", "You have joined Riverside. Welcome!"]);
    }
}

#[test]
fn communities_near_appear_by_themselves_and_can_be_read_without_joining() {
    let mut window = Window::open(SIZE, |s| s.status = Ok(empty_status()));
    window.command(Command::Step(Step::Community));
    shows(&window, &["No community found near you yet."]);
    let near =
        NearbyCommunity { id: "c0".repeat(32), name: "Riverside".into(), computers: 2, mine: false, keys: vec![] };
    window
        .script
        .borrow_mut()
        .waiting
        .push_back(Answer::Read(Topic::Nearby.alone(), Fact::Nearby(Ok(Box::new(Nearby { communities: vec![near] })))));
    window.harness.run();
    shows(&window, &["Riverside", "2 computers near you", "You read what is open to everybody."]);
    shows(
        &window,
        &["With an invite that somebody there made for you.", "Without an invite, if it lets newcomers in."],
    );
    window.asked();
    window.harness.get_by_label("Look around Riverside").click();
    window.settle();
    shows(&window, &["You are looking at Riverside. You have not joined.", "4 things found"]);
    let asked = window.asked();
    assert!(
        asked.iter().any(|a| matches!(a, Ask::Find { nearby: Some(id), .. } if *id == "c0".repeat(32))),
        "{asked:?}"
    );
    assert!(asked.contains(&Ask::Watch(vec![])));
    window.command(Command::Open(Page::Item, items()[0].id.clone()));
    shows(&window, &["Appledore Library", "Open until 5:30 pm", "Riverside Council", "Checked 3 days ago"]);
    assert!(
        !window.asked().iter().any(|a| matches!(a, Ask::Read(Question { topic: Topic::Item, .. }))),
        "a stranger has nothing to open it from"
    );
    window.harness.get_by_label("Back").click();
    window.settle();
    window.harness.get_by_label("Stop looking around").click();
    window.settle();
    shows(&window, &["Which community would you like to join?"]);
}

#[test]
fn an_invite_as_text_picture_and_file() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Invite));
    shows(&window, &["Invite somebody to Riverside", "It works for seven days."]);
    window.harness.get_by_label("Make an invite").click();
    window.settle();
    shows(&window, &["hedgerow1qqsw8x2m4v7n3p5t9k2l6r8s4d7f3g5h9j2k4", "It works for 7 more days."]);
    window.harness.get_by_label("The invite as a picture, for a phone to read");
    window.harness.get_by_label("Save it as a file").click();
    window.settle();
    shows(&window, &["Saved as /home/gwen/hedgerow-invite.txt"]);
    window.harness.get_by_label("Copy the invite").click();
    window.harness.step();
    let commands = &window.harness.output().platform_output.commands;
    assert!(commands.iter().any(|c| matches!(c, egui::OutputCommand::CopyText(t) if t.starts_with("hedgerow1"))));
}

#[test]
fn an_invite_refused_or_not_mine_to_give() {
    let mut window = Window::open(SIZE, |s| s.does = |_| Err(problem(Code::InviteLimit)));
    window.command(Command::Go(Page::Invite));
    window.command(Command::Do(Deed::Community(community::Deed::Invite)));
    shows(&window, &["Too many invites are open"]);
    let mut window = Window::open(SIZE, |s| s.status = Ok(Status { me: None, ..community_status() }));
    window.command(Command::Go(Page::Invite));
    shows(&window, &["You cannot invite anybody yet"]);
}

#[test]
fn who_is_connected() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Links));
    shows(
        &window,
        &["Riverside Library", "Linked, near you", "A computer here", "Seen, but not linked", "Its firewall"],
    );
    let mut window = Window::open(SIZE, |s| {
        s.status = Ok(Status { neighbours: vec![], state: State::OnYourOwn, ..community_status() })
    });
    window.command(Command::Go(Page::Links));
    shows(&window, &["No other computer yet", "On your own"]);
}

#[test]
fn everything_can_be_read_in_welsh() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Settings));
    window.harness.get_by_label("Cymraeg").click();
    window.settle();
    shows(&window, &["Iaith", "Maint y testun", "Gosodiadau"]);
    window.command(Command::Go(Page::Home));
    shows(&window, &["Gwen ydych chi, trefnydd yma.", "Hysbysiadau", "Dim ond un trefnydd sydd"]);
    window.command(Command::Go(Page::Find));
    shows(&window, &["4 peth wedi’u canfod", "Ar gau nawr", "Heb ei wirio ers Mawrth 2025"]);
    hides(&window, &["things found", "Open now", "Checked"]);
}

#[test]
fn news_bring_new_content_without_losing_the_place() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Find));
    window.script.borrow_mut().items.as_mut().unwrap().push(ItemSummary {
        title: "New clinic".into(),
        slot: "n".into(),
        ..items().remove(1)
    });
    window.script.borrow_mut().waiting.push_back(Answer::News { content: true });
    window.settle();
    window.settle();
    shows(&window, &["5 things found", "New clinic"]);
}

#[test]
fn the_rail_leads_everywhere_and_nothing_moves_while_nobody_does_anything() {
    let mut window = Window::open(SIZE, |_| ());
    // The script's clock begins on a minute, and the window draws once a minute.
    let until_the_minute = std::time::Duration::from_secs(30);
    for (name, shown) in [
        ("Find", "4 things found"),
        ("Invite somebody", "Invite somebody to Riverside"),
        ("Who’s connected", "Riverside Library"),
        ("Settings", "Text size"),
        ("Home", "Getting started"),
    ] {
        window.harness.get_by_role_and_label(egui::Role::Tab, name).click();
        window.settle();
        shows(&window, &[shown]);
        let delay = window.harness.output().viewport_output.values().map(|v| v.repaint_delay).min().unwrap();
        assert!(delay > until_the_minute, "{name} wants to be drawn again in {delay:?}");
    }
    // A field with the keyboard on it is no reason to draw either.
    window.command(Command::FocusSearch);
    let delay = window.harness.output().viewport_output.values().map(|v| v.repaint_delay).min().unwrap();
    assert!(delay > until_the_minute, "the search field wants to be drawn again in {delay:?}");
    assert_eq!(window.harness.state().language(), Language::English);
}

#[test]
fn closing_asks_once_what_goes_on() {
    let close = |window: &mut Window| {
        window.command(Command::Close);
        window.settle();
    };
    let mut window = Window::open(SIZE, |_| ());
    close(&mut window);
    shows(&window, &["Should Hedgerow go on without this window?"]);
    window.command(Command::Back);
    hides(&window, &["Should Hedgerow go on"]);
    close(&mut window);
    window.asked();
    window.harness.get_by_label("Close the window only").click();
    window.settle();
    assert!(window.asked().contains(&Ask::Keep(true)));
    close(&mut window);
    hides(&window, &["Should Hedgerow go on"]);
    window.command(Command::Go(Page::Home));
    shows(&window, &["It goes on when you close this window."]);

    // A node that ran before the window opened is not the window's to ask about.
    let mut window = Window::open(SIZE, |s| s.waiting = [Answer::Attached(Attached::Running)].into());
    close(&mut window);
    hides(&window, &["Should Hedgerow go on"]);
}

#[test]
fn checks_say_what_is_wrong_and_lead_to_what_helps() {
    let mut window = Window::open([1080.0, 1400.0], |_| ());
    window.command(Command::Go(Page::Checks));
    shows(&window, &["1 thing needs you", "There is only one organiser", "Linked with 1 other computer", "100 kB"]);
    window.harness.get_by_label("Copy the report").click();
    window.harness.step();
    let commands = window.harness.output().platform_output.commands.clone();
    let report = commands.iter().find_map(|c| match c {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    let report = report.expect("something was copied");
    assert!(report.contains("warnings: one-organiser"), "{report}");
    assert!(!report.contains("Gwen") && !report.contains("10.0.0"), "{report}");
    let buttons = window.harness.get_all_by_role_and_label(egui::Role::Button, "Invite somebody");
    buttons.into_iter().next().expect("a button that helps").click();
    window.settle();
    assert_eq!(window.harness.state().page(), Page::Invite);
}

#[test]
fn what_takes_long_can_be_left_and_does_not_come_back() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Invite));
    window.script.borrow_mut().silent = true;
    window.harness.get_by_label("Make an invite").click();
    window.settle();
    shows(&window, &["Working on it…"]);
    let turn = window.asked().iter().find_map(|a| if let Ask::Do { turn, .. } = a { Some(*turn) } else { None });
    window.harness.get_by_label("Stop waiting").click();
    window.settle();
    hides(&window, &["Working on it…"]);
    assert!(window.asked().contains(&Ask::Cancel { turn: turn.unwrap() }));
    let late = goes_well(&Deed::Community(community::Deed::Invite));
    window.script.borrow_mut().waiting.push_back(Answer::Did { turn: turn.unwrap(), result: late });
    window.settle();
    hides(&window, &["hedgerow1"]);
}

#[test]
fn an_invite_is_gone_from_the_screen_once_its_page_is_left() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Invite));
    window.command(Command::Do(Deed::Community(community::Deed::Invite)));
    shows(&window, &["hedgerow1"]);
    window.command(Command::Go(Page::Home));
    window.command(Command::Go(Page::Invite));
    hides(&window, &["hedgerow1"]);
}
