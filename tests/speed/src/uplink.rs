//! P5: one connection through a gateway next door, beside what other programs carry between the same two computers.
//!
//! Everything runs in the same namespaces in the same run: the lab's web server gives bytes as fast as it can, and each way
//! takes its turn, five times around.

use crate::table::{Row, Sample};
use anyhow::{Context as _, Result, bail, ensure};
use hedgerow_tests::lab::town::{self, Internet};
use hedgerow_tests::lab::{Computer, Lab, run, story};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What is fetched each time, in bytes.
const LENGTH: u64 = 400_000_000;
const ROUNDS: usize = 5;
/// The line of a building with a good connection, and what is fetched over it each time: about three seconds' worth.
const LINE_MBIT: u32 = 200;
const LINE_LENGTH: u64 = 75_000_000;
/// Where the bare copier listens, at the resident's.
const COPIER: &str = "127.0.0.1:1083";
/// Small pages for the time to open a connection.
const PAGES: usize = 30;

/// A program beside ours; ended at the end.
struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One way to the internet.
struct Way {
    name: &'static str,
    /// What curl is told of it.
    proxy: Vec<String>,
    /// Bytes a second, each time.
    speeds: Vec<f64>,
    opening: Sample,
}

/// Speed of one connection, and how long one takes to open.
///
/// # Errors
/// A program is missing or does not work.
pub async fn p5() -> Result<Vec<Row>> {
    let Some(mut lab) = Lab::new("P5", &["ann", "bob"]) else { return Ok(Vec::new()) };
    for name in ["ann", "bob"] {
        lab.at_mut(name).start().await;
    }
    story::found(lab.at("ann"), "Bench").await;
    story::join(lab.at("bob"), lab.at("ann")).await;
    let internet = Internet::new(&lab, &["ann"]);
    town::share(lab.at("ann"), "Library").await;
    let ours = town::turn_on(lab.at("bob")).await;
    let (ann, bob) = (lab.at("ann"), lab.at("bob"));
    let socks = |address: &str| vec!["--proxy".to_owned(), format!("socks5h://{address}")];
    let mut ways = vec![way("ours", socks(&ours))];
    let mut peers = Vec::new();
    let keep = lab.desk().to_owned();
    match bare(ann, bob) {
        Ok(started) => {
            peers.extend(started);
            ways.push(way("a bare copier over iroh", vec!["--connect-to".into(), format!("::{COPIER}")]));
        }
        Err(why) => hedgerow_tests::skip("P5 beside a bare copier", &format!("{why:#}")),
    }
    match ssh(ann, bob, &keep) {
        Ok(started) => {
            peers.extend(started);
            ways.push(way("ssh -D", socks("127.0.0.1:1081")));
        }
        Err(why) => hedgerow_tests::skip("P5 beside ssh -D", &format!("{why:#}")),
    }
    match shadowsocks(ann, bob) {
        Ok(started) => {
            peers.extend(started);
            ways.push(way("shadowsocks", socks("127.0.0.1:1082")));
        }
        Err(why) => hedgerow_tests::skip("P5 beside shadowsocks", &format!("{why:#}")),
    }
    for way in &ways {
        let until = Instant::now() + Duration::from_secs(15);
        while fetch(bob, &way.proxy, 1).is_err() {
            ensure!(Instant::now() < until, "{} does not work", way.name);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    for _ in 0..ROUNDS {
        for way in &mut ways {
            way.speeds.push(LENGTH as f64 / fetch(bob, &way.proxy, LENGTH)?.as_secs_f64());
        }
    }
    for _ in 0..PAGES {
        for way in &mut ways {
            way.opening.add(fetch(bob, &way.proxy, 1)?);
        }
    }
    // The same from the gateway itself: what the web server and the line give at most.
    let no_proxy = ["--resolve".to_owned(), format!("web.example:80:{}", town::WEB)];
    let direct = LENGTH as f64 / fetch(ann, &no_proxy, LENGTH)?.as_secs_f64();
    let line = line(&internet, ann, bob, &no_proxy, &ways)?;
    drop(peers);
    let words = |w: &Way| format!("{}: {:.0} MB/s; a page {}", w.name, middle(&w.speeds) / 1e6, w.opening.words());
    let next_door = Row::new(
        "P5",
        format!(
            "one download of {} MB through a gateway next door, middle of {ROUNDS}; a small page over a new connection",
            LENGTH / 1_000_000
        ),
        words(&ways[0]),
        format!(
            "{}; no proxy, at the gateway itself: {:.0} MB/s",
            ways[1..].iter().map(words).collect::<Vec<_>>().join("; "),
            direct / 1e6
        ),
        ">= 0.85 of a bare copier; faster than both others",
    );
    Ok(vec![next_door, line])
}

/// The same over a line that is slower than the computers.
fn line(internet: &Internet, ann: &Computer, bob: &Computer, no_proxy: &[String], ways: &[Way]) -> Result<Row> {
    internet.slow_line(0, LINE_MBIT);
    let mut speeds = vec![Vec::new(); ways.len() + 1];
    for _ in 0..ROUNDS {
        let tries = ways.iter().map(|w| (bob, w.proxy.as_slice())).chain([(ann, no_proxy)]);
        for (speeds, (at, proxy)) in speeds.iter_mut().zip(tries) {
            speeds.push(LINE_LENGTH as f64 * 8.0 / fetch(at, proxy, LINE_LENGTH)?.as_secs_f64());
        }
    }
    let said = |n: usize| format!("{:.1} Mbit/s", middle(&speeds[n]) / 1e6);
    let others = (1..ways.len()).map(|n| format!("{}: {}; ", ways[n].name, said(n))).collect::<String>();
    Ok(Row::new(
        "P5",
        format!("one download over a line of {LINE_MBIT} Mbit/s, middle of {ROUNDS}"),
        said(0),
        format!("{others}no proxy, at the gateway itself: {}", said(ways.len())),
        ">= 0.95 of the line",
    ))
}

fn middle(speeds: &[f64]) -> f64 {
    let mut sorted = speeds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn way(name: &'static str, proxy: Vec<String>) -> Way {
    Way { name, proxy, speeds: Vec::new(), opening: Sample::default() }
}

/// How long it takes to fetch so many bytes.
fn fetch(at: &Computer, proxy: &[String], length: u64) -> Result<Duration> {
    let url = format!("http://web.example/big/{length}");
    let mut args: Vec<&str> = proxy.iter().map(String::as_str).collect();
    args.extend([
        "--silent",
        "--show-error",
        "--fail",
        "-o",
        "/dev/null",
        "-w",
        "%{size_download} %{time_total}",
        &url,
    ]);
    let ran = run(&mut at.program("curl", &args));
    let (size, time) = ran.stdout.split_once(' ').context("curl says nothing")?;
    ensure!(ran.code == Some(0) && size == length.to_string(), "{ran}");
    Ok(Duration::from_secs_f64(time.parse()?))
}

fn start(mut command: Command) -> Result<Peer> {
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    spawned.map(Peer).context("it does not start")
}

/// TCP to a bare iroh stream to TCP: what the wire carries when nothing is asked of it.
fn bare(gateway: &Computer, resident: &Computer) -> Result<Vec<Peer>> {
    let program = std::env::current_exe()?.with_file_name("copier").display().to_string();
    let mut command = gateway.program(&program, &["far", &format!("{}:80", town::WEB)]);
    let mut far = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("copier")?;
    let out = far.stdout.take().context("its output")?;
    let far = Peer(far);
    let mut said = String::new();
    BufReader::new(out).read_line(&mut said)?;
    let (key, port) = said.trim().split_once(' ').context("KEY PORT")?;
    let to = format!("{key}@10.77.0.1:{port}");
    Ok(vec![far, start(resident.program(&program, &["near", COPIER, &to]))?])
}

fn ssh(gateway: &Computer, resident: &Computer, desk: &std::path::Path) -> Result<Vec<Peer>> {
    let sshd = "/usr/sbin/sshd";
    if !std::path::Path::new(sshd).exists() {
        bail!("openssh-server is not installed");
    }
    std::fs::create_dir_all("/run/sshd")?;
    let file = |name: &str| desk.join(name).display().to_string();
    for key in ["host_key", "user_key"] {
        let made = run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &file(key)]));
        ensure!(made.code == Some(0), "{made}");
    }
    // The desk is a folder of the lab's own: strict modes would look at its parents.
    let config = format!(
        "Port 2222\nHostKey {}\nAuthorizedKeysFile {}.pub\nStrictModes no\nPermitRootLogin prohibit-password\nUsePAM no\nPidFile none\nUseDNS no\n",
        file("host_key"),
        file("user_key")
    );
    std::fs::write(file("sshd_config"), config)?;
    let server = start(gateway.program(sshd, &["-D", "-e", "-f", &file("sshd_config")]))?;
    std::thread::sleep(Duration::from_millis(500));
    let client = start(resident.program(
        "ssh",
        &[
            "-N",
            "-D",
            "127.0.0.1:1081",
            "-p",
            "2222",
            "-i",
            &file("user_key"),
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "BatchMode=yes",
            "root@10.77.0.1",
        ],
    ))?;
    // The lab has a name server for the gateway alone: ssh asks where the server is.
    hosts(gateway)?;
    Ok(vec![server, client])
}

fn shadowsocks(gateway: &Computer, resident: &Computer) -> Result<Vec<Peer>> {
    if run(Command::new("sh").args(["-c", "command -v ss-server ss-local"])).code != Some(0) {
        bail!("shadowsocks-libev is not installed");
    }
    let common = ["-k", "a bench", "-m", "chacha20-ietf-poly1305"];
    let mut server = vec!["-s", "10.77.0.1", "-p", "8388", "-d", town::DNS];
    server.extend(common);
    let mut client = vec!["-s", "10.77.0.1", "-p", "8388", "-b", "127.0.0.1", "-l", "1082"];
    client.extend(common);
    Ok(vec![start(gateway.program("ss-server", &server))?, start(resident.program("ss-local", &client))?])
}

/// Lets programs on the gateway that ask the system find the lab's web server.
fn hosts(gateway: &Computer) -> Result<()> {
    let namespace = gateway.namespace.as_deref().context("in a namespace")?;
    let file = format!("/etc/netns/{namespace}/resolv.conf");
    Ok(std::fs::write(file, format!("nameserver {}\n", town::DNS))?)
}
