//! The lab is what it says: computers that reach each other and nothing else, and cables that can be pulled.

use hedgerow_tests::lab::{Computer, Lab, run, wait};
use std::process::Command;

fn inside(computer: &Computer, script: &str) -> String {
    let namespace = computer.namespace.as_deref().expect("in a namespace");
    run(Command::new("ip").args(["netns", "exec", namespace, "bash", "-c", script])).stdout
}

#[test]
fn computers_reach_each_other_and_nothing_else() {
    let Some(lab) = Lab::new("the_lab_itself", &["one", "two"]) else { return };
    let (one, two) = (lab.at("one"), lab.at("two"));
    for at in [one, two] {
        assert_eq!(inside(at, "ip route show default; ip -6 route show default"), "", "no way out");
        assert_eq!(inside(at, "cat /etc/resolv.conf"), "", "no name server");
        assert!(inside(at, "ip -6 addr show eth0").contains("fd77::"), "IPv6 as well");
    }
    // A datagram from one to the other, both families.
    let listen = "exec 3< <(timeout 5 python3 -c 'import socket\nfor f,a in((socket.AF_INET,\"10.77.0.2\"),(socket.AF_INET6,\"fd77::2\")):\n s=socket.socket(f,socket.SOCK_DGRAM);s.settimeout(4);s.bind((a,7777));print(\"ready\",flush=True);print(s.recv(9).decode(),flush=True)'); while read -u 3 line; do echo $line; done";
    let namespace = two.namespace.clone().expect("in a namespace");
    let listener = std::thread::spawn(move || {
        run(Command::new("ip").args(["netns", "exec", &namespace, "bash", "-c", listen])).stdout
    });
    // Said again until the listener is there and has heard it.
    wait::until_now("both datagrams are heard", std::time::Duration::from_secs(10), || {
        inside(one, "for a in 10.77.0.2 fd77::2; do echo hello > /dev/udp/$a/7777; done 2>/dev/null");
        listener.is_finished().then_some(())
    });
    let heard = listener.join().expect("the listener");
    assert_eq!(heard.matches("hello").count(), 2, "{heard:?}");

    lab.cut("one");
    assert!(inside(one, "ip link show eth0").contains("NO-CARRIER"), "the card sees that the cable is out");
    lab.mend("one");
    assert!(!inside(one, "ip link show eth0").contains("NO-CARRIER"));
}

#[test]
fn deadlines_are_never_shorter_than_they_say() {
    for (value, factor) in [("1", 1.0), ("2.50", 2.5), (" 10 ", 10.0)] {
        assert_eq!(wait::factor_of(Some(value)), factor, "{value}");
    }
    for value in ["", "0.2", "-1", "inf", "NaN", "slow"] {
        assert_eq!(wait::factor_of(Some(value)), 1.0, "{value}");
    }
    let second = std::time::Duration::from_secs(1);
    assert!(wait::factor_of(None) == 1.0 && wait::patience(second) >= second);
}

#[test]
fn the_lab_takes_itself_down() {
    let Some(lab) = Lab::new("the_lab_itself", &["one"]) else { return };
    let name = lab.at("one").namespace.clone().expect("in a namespace");
    let there = || run(Command::new("ip").args(["netns", "list"])).stdout.contains(&name);
    assert!(there());
    drop(lab);
    assert!(!there(), "the namespace is gone");
    assert!(!std::path::Path::new(&format!("/etc/netns/{name}")).exists());
}
