//! Who is not a member reaches the join protocol and nothing else.

use hedgerow_tests::lab::{Lab, run, story};
use std::process::Command;
use std::time::Duration;

/// Calls of a stranger on the members' doors.
const KNOCKS: &str = "1000";

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_knocks_of_a_stranger_reach_no_parser() {
    let Some(mut lab) = Lab::new("a_thousand_knocks", &["library", "resident", "stranger"]) else { return };
    for name in ["library", "resident"] {
        lab.at_mut(name).start().await;
    }
    let library = lab.at("library");
    story::found(library, "Riverside").await;
    story::join(lab.at("resident"), library).await;
    let status = story::status(library).await;
    let here = lab.address("library").to_string();
    let address = status.addresses.iter().find(|a| a.contains(&here)).expect("its address on the switch");

    let namespace = lab.at("stranger").namespace.clone().expect("in a namespace");
    let stranger = env!("CARGO_BIN_EXE_stranger");
    let said = run(Command::new("ip").args(["netns", "exec", &namespace, stranger, address, KNOCKS])).json();
    assert_eq!(said["tried"], 1000, "{said}");
    assert_eq!(said["answered"], 0, "{said}");
    assert_eq!(said["strange_doors"], 0, "{said}");

    // And the street goes on.
    story::publish(library, story::notice("Still here")).await;
    story::equal(&[library, lab.at("resident")], Duration::from_secs(5)).await;
    assert!(lab.at_mut("library").runs());
}
