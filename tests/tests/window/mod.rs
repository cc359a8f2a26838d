//! The window over real nodes: every deed there is, done by pressing what a person presses, and its effect looked for on
//! another computer with the command line. A test a chapter, each with a community and computers of its own.
//!
//! Topology of a chapter: the computers it names on one switch, no route out. The windows run in this process, each with the
//! thread that a real window has, attached to the node of its computer. A chapter that fails leaves a picture and the texts of
//! every open window, and what every node wrote, in `target/window/CHAPTER/`.

mod commands;
mod community;
mod computers;
mod desk;
mod help;
mod home;
#[path = "../../../gui/tests/support/painter.rs"]
mod painter;
mod people;
mod places;
mod things;
mod town;

use std::collections::BTreeSet;
use std::process::Command;

use desk::Desk;
use hedgerow_gui::deeds::Deed;
use town::Town;

/// What each chapter does. It fails where it did not, so that together they do every deed there is: no files, no order.
const CHAPTERS: &[(&str, &[&str])] = &[
    ("commands::every_command_is_in_the_list", &[]),
    ("community::first_minutes", &["community.Start", "community.Invite", "community.Join", "community.SaveInvite"]),
    (
        "computers::words_and_computers",
        &[
            "computers.ShowWords",
            "computers.SaveWords",
            "computers.ForgetWords",
            "computers.LinkCode",
            "computers.LinkConfirm",
            "computers.Link",
            "computers.Remove",
            "computers.PenName",
            "computers.Restore",
            "computers.GiveUp",
        ],
    ),
    (
        "computers::recovery_friends",
        &[
            "computers.SetFriends",
            "computers.AskFriends",
            "computers.LookAtHelp",
            "computers.Agree",
            "computers.Object",
            "computers.ComeBack",
            "computers.WithdrawAll",
            "computers.Leave",
        ],
    ),
    ("help::help", &["help.Ask", "help.Answer", "help.Close", "help.Report"]),
    (
        "people::roles_and_organisers",
        &[
            "people.Grant",
            "people.Ungrant",
            "people.Block",
            "people.Unblock",
            "people.MakeOrganiser",
            "people.EndOrganiser",
            "people.StepDown",
            "people.Approve",
        ],
    ),
    ("people::out_and_in_again", &["people.Remove", "people.Allow"]),
    ("people::a_group", &["groups.Start", "groups.Add", "groups.TakeOut", "groups.Leave", "groups.Close"]),
    (
        "people::asking_to_join",
        &[
            "community.Poster",
            "community.SavePoster",
            "community.StopAsking",
            "community.Confirm",
            "community.Refuse",
            "community.Revoke",
            "people.AcceptNewcomers",
        ],
    ),
    ("people::a_newcomer", &["community.Enter", "people.Allow"]),
    (
        "places::shared_line",
        &[
            "gateway.SetUp",
            "gateway.Start",
            "gateway.Stop",
            "gateway.Pause",
            "gateway.Try",
            "gateway.Prove",
            "gateway.SaveProof",
            "gateway.SaveUse",
            "gateway.Settle",
            "gateway.TakeVouchers",
            "gateway.VoucherNew",
            "gateway.VoucherBack",
            "internet.Choose",
            "internet.AcceptTerms",
            "internet.Price",
            "internet.Test",
            "internet.SetUpBrowser",
            "internet.UndoBrowser",
            "internet.StartBrowser",
            "internet.SaveStatement",
            "internet.UseVoucher",
        ],
    ),
    (
        "places::local_sites",
        &["site.Check", "site.Publish", "site.Visit", "site.Leave", "site.Stop", "internet.OpenPage"],
    ),
    ("places::this_computer", &["computer.Set", "computer.WifiPage", "computer.SavePoster", "computer.AddNeighbour"]),
    ("things::notices", &["things.Preview", "things.Publish", "things.Withdraw", "things.PutBack"]),
    ("things::services", &["things.Publish", "things.Change", "things.CheckAgain"]),
    ("things::events", &["things.Publish", "item.SaveCalendar", "item.Hide", "item.Unhide"]),
    ("things::lists_and_sticks", &["carry.Import", "carry.TakeBack", "carry.Export", "carry.Pack", "carry.Unpack"]),
    ("things::the_other_side", &["help.Report", "item.Block", "item.Unblock"]),
];

/// Tells a chapter: Ann and whoever else belongs to her community, which the first of them founded a moment ago, and the
/// computers of those who do not belong yet. Named by the test it stands in.
fn chapter<S: FnOnce(&mut Town)>(members: &[&str], others: &[&str], story: S) {
    // A closure is called after the function it stands in: no name to type twice, and none to get wrong.
    let full = std::any::type_name::<S>();
    let test = full.strip_suffix("::{{closure}}").and_then(|name| Some(name.split_once("::")?.1));
    let name = test.and_then(|test| test.strip_prefix("window::")).unwrap_or_else(|| panic!("{full} is no chapter"));
    let known = CHAPTERS.iter().find(|(chapter, _)| *chapter == name);
    let (name, deeds) = known.unwrap_or_else(|| panic!("{name} is not in the table of chapters"));
    if home::again_in_a_home(&format!("window::{name}")) {
        return;
    }
    let Some(mut town) = Town::new(name, members, others) else { return };
    story(&mut town);
    town.did(deeds);
}

#[test]
fn every_deed_is_done_by_some_chapter() {
    let all: BTreeSet<&str> = Deed::all_names().into_iter().collect();
    let done: BTreeSet<&str> = CHAPTERS.iter().flat_map(|(_, deeds)| deeds.iter().copied()).collect();
    assert_eq!(all.difference(&done).collect::<Vec<_>>(), Vec::<&&str>::new(), "no chapter does these");
    assert_eq!(done.difference(&all).collect::<Vec<_>>(), Vec::<&&str>::new(), "there is no deed like these");
    // Every chapter of the table is a test that runs.
    let mut list = Command::new(std::env::current_exe().expect("this program"));
    let list = hedgerow_tests::lab::run(list.args(["--list", "--format", "terse", "window::"]));
    let tests: BTreeSet<&str> =
        list.stdout.lines().filter_map(|line| line.strip_prefix("window::")?.strip_suffix(": test")).collect();
    let chapters: BTreeSet<&str> = CHAPTERS.iter().map(|(chapter, _)| *chapter).collect();
    let lost: Vec<&&str> = chapters.difference(&tests).collect();
    assert!(lost.is_empty(), "these chapters are not there as tests: {lost:?}\n{list}");
}
