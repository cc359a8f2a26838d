//! Two computers on one cable, each in a network namespace without default route or DNS, hear and call each other:
//! over IPv4, over IPv6, and over link-local IPv6 alone. Needs root and `ip`; says so loudly where it cannot run.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use hedgerow_node::mesh::discovery;
use hedgerow_node::mesh::endpoint::{ALPN_JOIN, EndpointOptions, LinkEndpoint};
use hedgerow_protocol::keys::SecretKey;

use crate::patience::{SOON, patience, until_now};

const CHILD: &str = "HEDGEROW_TEST_NEARBY_CHILD";

/// Found within this time, as people are promised.
const FOUND_WITHIN: Duration = Duration::from_secs(5);

/// No test, but what runs inside a namespace: hears others, calls each address heard, and prints what happens.
#[test]
#[ignore = "started by the tests below, in a namespace"]
fn child() {
    let seed: u8 = std::env::var(CHILD).expect("the test that starts it says which it is").parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let options = |transport: [u8; 2], port| EndpointOptions {
            transport: SecretKey::from_seed(&transport.repeat(16).try_into().unwrap()),
            port,
            bind: vec![],
            serves: port != 0,
        };
        let endpoint = LinkEndpoint::bind(&options([seed, 0], 4847)).await.unwrap();
        println!("ready {:?}", endpoint.sockets());
        let (mut sightings, _task) = discovery::start(endpoint.clone()).unwrap();
        let answering = endpoint.clone();
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Some(incoming) = answering.accept().await {
                held.extend(incoming.await.ok());
            }
        });
        let mut callers = 1..=u8::MAX;
        while let Some(notice) = sightings.recv().await {
            let discovery::Notice::Sighting(sighting) = notice else { continue };
            println!("heard {:?}", sighting.addresses);
            if sighting.addresses.is_empty() {
                continue;
            }
            // A caller of its own for each sighting knows these addresses and no others: which of several would answer
            // first is chance.
            let caller = LinkEndpoint::bind(&options([seed, callers.next().unwrap()], 0)).await.unwrap();
            caller.learn(&sighting.key, &sighting.addresses);
            match caller.dial(&sighting.key, ALPN_JOIN).await {
                Ok(connection) => println!(
                    "called {:?}",
                    connection.paths().iter().map(|p| p.remote_addr().to_string()).collect::<Vec<_>>()
                ),
                Err(error) => println!("failed {error}"),
            }
        }
    });
}

struct Lab {
    names: Vec<String>,
    children: Vec<Child>,
}

impl Drop for Lab {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
        for name in &self.names {
            let _ = Command::new("ip").args(["netns", "del", name]).status();
        }
    }
}

fn ip(args: &str) -> bool {
    Command::new("ip").args(args.split_whitespace()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// Two namespaces on one cable, with the addresses given (`None`: link-local IPv6 alone).
fn pair(label: &str, prefix: Option<&str>) -> Option<Lab> {
    let names: Vec<String> = ["a", "b"].iter().map(|s| format!("hgn-{}-{label}-{s}", std::process::id())).collect();
    let mut lab = Lab { names: vec![], children: vec![] };
    for name in &names {
        if !ip(&format!("netns add {name}")) {
            return None;
        }
        lab.names.push(name.clone());
        ip(&format!("-n {name} link set lo up"));
    }
    if !ip(&format!("link add e0 netns {} type veth peer name e0 netns {}", names[0], names[1])) {
        return None;
    }
    for (i, name) in names.iter().enumerate() {
        if let Some(prefix) = prefix {
            let nodad = if prefix.contains(':') { "nodad" } else { "" };
            assert!(ip(&format!(
                "-n {name} addr add {prefix}{}/{} dev e0 {nodad}",
                i + 1,
                if nodad.is_empty() { 24 } else { 64 }
            )));
        }
        assert!(ip(&format!("-n {name} link set e0 up")));
    }
    Some(lab)
}

fn meet(label: &str, prefix: Option<&str>, called_at: &str) {
    let Some(mut lab) = pair(label, prefix) else {
        eprintln!("SKIPPED nearby/{label}: network namespaces need root and the `ip` program");
        return;
    };
    // An address of IPv6 is not usable before the system has checked that nobody else has it.
    let is_settled = |name: &String| {
        let out = Command::new("ip").args(["-n", name, "-6", "addr", "show", "dev", "e0"]).output().unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        !text.contains("tentative") && text.contains("fe80")
    };
    until_now("both have a link-local address", || lab.names.iter().all(is_settled).then_some(()));
    let (sender, lines) = mpsc::channel();
    for (i, name) in lab.names.clone().iter().enumerate() {
        let mut child = Command::new("ip")
            .args(["netns", "exec", name])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "nearby::child", "--ignored", "--nocapture"])
            .env(CHILD, (i + 1).to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (out, sender) = (child.stdout.take().unwrap(), sender.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = sender.send((i, line));
            }
        });
        lab.children.push(child);
        // The second is the newcomer: it starts once the first is there.
        while !lines.recv_timeout(patience(SOON)).expect("it starts").1.starts_with("ready") {}
    }
    let start = Instant::now();
    let mut log = Vec::new();
    loop {
        let left = patience(SOON).saturating_sub(start.elapsed());
        let Ok((who, line)) = lines.recv_timeout(left) else {
            panic!("{label}: never called at {called_at}: {log:#?}")
        };
        log.push(format!("{:.2} s, {who}: {line}", start.elapsed().as_secs_f64()));
        if line.starts_with("called") && line.contains(called_at) {
            break;
        }
    }
    eprintln!("nearby/{label}: {log:#?}");
    assert!(start.elapsed() < patience(FOUND_WITHIN), "{label}: took {:?}", start.elapsed());
}

#[test]
fn by_ipv4() {
    meet("v4", Some("10.77.1."), "10.77.1.");
}

#[test]
fn by_ipv6() {
    meet("v6", Some("fd77::"), "fd77::");
}

#[test]
fn by_link_local_alone() {
    meet("ll", None, "fe80::");
}
