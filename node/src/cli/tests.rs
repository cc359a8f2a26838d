use clap::{CommandFactory as _, Parser as _};

use super::fail::Fail;
use super::*;

fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once(&"hedgerow").chain(args))
}

#[test]
fn the_command_line_is_whole() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_shows_an_example() {
    fn look(command: &clap::Command, path: &str, missing: &mut Vec<String>) {
        let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
        if !path.is_empty() && !about.contains("Example: hedgerow ") {
            missing.push(path.to_owned());
        }
        for sub in command.get_subcommands() {
            look(sub, format!("{path} {}", sub.get_name()).trim(), missing);
        }
    }
    let mut missing = Vec::new();
    look(&Cli::command(), "", &mut missing);
    assert!(missing.is_empty(), "without an example: {missing:?}");
}

#[test]
fn every_example_can_be_typed() {
    fn collect(command: &clap::Command, all: &mut Vec<String>) {
        let about = command.get_long_about().map(ToString::to_string).unwrap_or_default();
        let examples = about.lines().filter_map(|l| l.trim().strip_prefix("Example: hedgerow "));
        all.extend(examples.map(str::to_owned));
        command.get_subcommands().for_each(|c| collect(c, all));
    }
    let mut all = Vec::new();
    collect(&Cli::command(), &mut all);
    assert!(all.len() > 30, "{}", all.len());
    for line in all {
        // Words, with what is between quotation marks as one.
        let mut words: Vec<String> = Vec::new();
        for (n, part) in line.split('"').enumerate() {
            match n % 2 {
                0 => words.extend(part.split_whitespace().map(str::to_owned)),
                _ => words.push(part.to_owned()),
            }
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert!(parse(&words).is_ok(), "hedgerow {line}: {}", parse(&words).unwrap_err());
    }
}

#[test]
fn wrong_typing_is_usage_and_never_a_panic() {
    for bad in [
        &["nothing"][..],
        &["get"],
        &["find", "--limit", "0"],
        &["find", "--open-now", "--at", "2026-01-01"],
        &["service", "export", "--format", "xml", "out"],
        &["notice", "new"],
        &["request"],
        &["request", "help with a form"],
        &["request", "help", "--to", "mentors", "--text", "x", "--file", "y"],
        &["request", "answer", "3f9a1c20"],
        &["request", "show"],
        &["report", "3f9a1c20"],
        &["report", "Bob", "--reason", "dull"],
        &["run", "--port", "70000"],
        &["run", "--bind", "house"],
        &["people", "remove"],
        &["people", "remove", "Bob", "--keep-content", "--hide-content"],
        &["people", "grant", "Bob", "king"],
        &["people", "grant", "Bob", "invites"],
        &["people", "--all", "show", "Bob"],
        &["organisers", "add"],
        &["organisers", "set-open", "maybe"],
        &["organisers", "approve"],
        &["hide", "abc"],
        &["hide", "abc", "--reason", "bored"],
        &["group", "member", "move", "x"],
        &["block"],
    ] {
        assert_eq!(parse(bad).unwrap_err().exit_code(), 2, "{bad:?}");
    }
    for help in [&["--help"][..], &["find", "--help"], &["--version"]] {
        assert_eq!(parse(help).unwrap_err().exit_code(), 0);
    }
}

#[test]
fn requests_are_typed_in_one_line_or_looked_at() {
    for good in [
        &["request", "help with a form", "--to", "mentors", "--to", "Ann", "--under-18"][..],
        &["request", "help", "--to", "mentors", "--file", "-"],
        &["request", "list", "--json"],
        &["request", "close", "3f9a1c20", "--dry-run"],
        &["report", "Bob", "--reason", "pretends", "--text", "That is not Bob"],
        &["report", "list"],
    ] {
        assert!(parse(good).is_ok(), "{good:?}: {}", parse(good).unwrap_err());
    }
}

#[test]
fn every_problem_has_its_exit_code() {
    use hedgerow_api::{ClientError, Code, Problem};
    let exit = |code| Fail::from(ClientError::Problem(Problem::new(code, "", "", ""))).exit;
    assert_eq!(exit(Code::NotFound), 4);
    assert_eq!(exit(Code::NotAllowed), 5);
    assert_eq!(exit(Code::ChangedMeanwhile), 6);
    assert_eq!(exit(Code::NotReachable), 7);
    assert_eq!(exit(Code::InviteUsed), 10);
    for code in [Code::NotOrganiser, Code::NotAdmin, Code::Newcomer, Code::TooSenior, Code::OutOfScope] {
        assert_eq!(exit(code), 5, "{code:?}");
    }
    for code in [Code::Split, Code::UpdateNeeded, Code::Banned, Code::Hidden, Code::ApprovedAnother, Code::KeyNeeded] {
        assert_eq!(exit(code), 10, "{code:?}");
    }
    assert_eq!(exit(Code::InviteDamaged), 2);
    assert_eq!(Fail::from(ClientError::NotRunning { data: "x".into() }).exit, 3);
}
