//! The lab: a street of computers on one switch, made of Linux network namespaces.
//!
//! Each computer has its own addresses (IPv4 and IPv6), a cable to the switch that can be pulled, no default route and
//! no name server; so whatever works here works with no internet at all. Programs inside are real processes, driven
//! from outside through their API socket or with the command line. Everything is taken down by its own name when the
//! lab is dropped. Needs root and `ip`; where they are missing [`Lab::new`] says so and gives nothing.
//!
//! Not for: what a story means (the tests say that), and one computer alone (see [`solo`]).

mod computer;
pub mod cost;
mod download;
pub mod records;
pub mod solo;
pub mod story;
pub mod town;
pub mod user;
pub mod wait;

pub use computer::{Computer, Ran, hedgerow, run};
pub use download::Download;

use anyhow::{Context as _, Result, bail};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Labs of one process get different names.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Computers on one switch.
pub struct Lab {
    /// The namespace that holds the switch.
    switch: String,
    /// In the order of their names.
    computers: Vec<Computer>,
    /// Data directories and logs.
    dir: tempfile::TempDir,
}

impl Lab {
    /// A street of computers with these names, cables in, nothing running. `None` where it cannot be made, which is
    /// said loudly under the name of the test.
    ///
    /// # Panics
    /// When namespaces are there and something else goes wrong: that is a broken lab, not a reason to skip.
    pub fn new(test: &str, names: &[&str]) -> Option<Lab> {
        if let Err(why) = possible() {
            crate::skip(test, &why);
            return None;
        }
        Some(Lab::build(names).unwrap_or_else(|e| panic!("the lab cannot be built: {e:#}")))
    }

    fn build(names: &[&str]) -> Result<Lab> {
        let id = format!("hr{}x{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let dir = tempfile::Builder::new().prefix("hedgerow-lab").tempdir()?;
        // Made first, so that dropping it takes down whatever was made when something fails half way.
        let mut lab = Lab { switch: format!("{id}sw"), computers: Vec::new(), dir };
        ip(&["netns", "add", &lab.switch])?;
        ip(&[
            "-n",
            &lab.switch,
            "link",
            "add",
            "br0",
            "type",
            "bridge",
            "forward_delay",
            "0",
            "stp_state",
            "0",
            "mcast_snooping",
            "0",
        ])?;
        ip(&["-n", &lab.switch, "link", "set", "br0", "up"])?;
        for (n, name) in names.iter().enumerate() {
            let ns = format!("{id}n{n}");
            let data = lab.dir.path().join(name);
            std::fs::create_dir_all(&data)?;
            lab.computers.push(Computer::new(name, Some(ns), data));
            lab.wire(n).with_context(|| format!("computer {name}"))?;
        }
        Ok(lab)
    }

    /// Gives a computer its namespace, addresses and cable.
    fn wire(&self, n: usize) -> Result<()> {
        let Some(ns) = &self.computers[n].namespace else { bail!("no namespace") };
        let port = format!("p{n}");
        ip(&["netns", "add", ns])?;
        // Used by `ip netns exec` in place of the host's: no name server at all.
        std::fs::create_dir_all(format!("/etc/netns/{ns}"))?;
        std::fs::write(format!("/etc/netns/{ns}/resolv.conf"), "")?;
        ip(&["-n", &self.switch, "link", "add", &port, "type", "veth", "peer", "name", "eth0", "netns", ns])?;
        ip(&["-n", &self.switch, "link", "set", &port, "master", "br0", "up"])?;
        ip(&["-n", ns, "link", "set", "lo", "up"])?;
        ip(&["-n", ns, "link", "set", "eth0", "up"])?;
        let (v4, v6) = (format!("10.77.0.{}/24", n + 1), format!("fd77::{}/64", n + 1));
        ip(&["-n", ns, "addr", "add", &v4, "dev", "eth0"])?;
        ip(&["-n", ns, "addr", "add", &v6, "dev", "eth0", "nodad"])
    }

    /// The computer with this name.
    ///
    /// # Panics
    /// When there is none.
    pub fn at(&self, name: &str) -> &Computer {
        self.computers.iter().find(|c| c.name == name).unwrap_or_else(|| panic!("no computer {name}"))
    }

    /// The same, to start and stop it.
    ///
    /// # Panics
    /// When there is none.
    pub fn at_mut(&mut self, name: &str) -> &mut Computer {
        self.computers.iter_mut().find(|c| c.name == name).unwrap_or_else(|| panic!("no computer {name}"))
    }

    /// Makes the slow clocks of all nodes run faster, for a story that waits for them: a link dies after a quarter of the
    /// silence, and a receipt is signed after a quarter of the time. To be said before they are started. Not where a
    /// promise about time is kept: that is for nodes as people have them.
    pub fn hasten(&mut self) {
        for computer in &mut self.computers {
            computer.variables.push(("HEDGEROW_HASTE".into(), wait::haste()));
        }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Computer> {
        self.computers.iter()
    }

    /// A folder for files of the story, taken away at the end.
    pub fn desk(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// A file of so many bytes, and its SHA-256 as `sha256sum` writes it.
    ///
    /// # Panics
    /// When the disk is full.
    pub fn large_file(&self, bytes: u64) -> (String, String) {
        let path = self.desk().join("large.bin").display().to_string();
        let file = std::fs::File::create(&path).expect("a file");
        std::io::copy(&mut std::io::Read::take(std::io::repeat(7), bytes), &mut &file).expect("room for a large file");
        let sum = run(std::process::Command::new("sha256sum").arg(&path)).stdout;
        (path, sum[..64].to_owned())
    }

    /// Pulls the cable of a computer: its network card sees that, as it would in a house.
    ///
    /// # Panics
    /// When the lab is broken.
    pub fn cut(&self, name: &str) {
        self.cable(name, "down");
    }

    /// Puts the cable back in.
    ///
    /// # Panics
    /// When the lab is broken.
    pub fn mend(&self, name: &str) {
        self.cable(name, "up");
    }

    fn cable(&self, name: &str, state: &str) {
        let n = self.computers.iter().position(|c| c.name == name).unwrap_or_else(|| panic!("no computer {name}"));
        ip(&["-n", &self.switch, "link", "set", &format!("p{n}"), state]).unwrap_or_else(|e| panic!("cable: {e:#}"));
    }

    /// IPv4 address of a computer on the switch.
    pub fn address(&self, name: &str) -> std::net::Ipv4Addr {
        let n = self.computers.iter().position(|c| c.name == name).unwrap_or_default();
        std::net::Ipv4Addr::new(10, 77, 0, n as u8 + 1)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for computer in &mut self.computers {
            computer.kill();
            if let Some(ns) = &computer.namespace {
                // Taking down is best effort: a failed test must still show its own reason.
                let _ = ip(&["netns", "del", ns]);
                let _ = std::fs::remove_dir_all(format!("/etc/netns/{ns}"));
            }
        }
        let _ = ip(&["netns", "del", &self.switch]);
        if std::thread::panicking() {
            for computer in &self.computers {
                computer.show_log();
            }
        }
    }
}

/// Whether namespaces can be made here.
fn possible() -> Result<(), String> {
    let me = Command::new("id").arg("-u").output().map_err(|e| format!("id: {e}"))?;
    if me.stdout != b"0\n" {
        return Err("separate computers are made of network namespaces, which needs root".into());
    }
    let probe = format!("hr{}probe{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    ip(&["netns", "add", &probe]).map_err(|e| format!("no network namespaces here: {e:#}"))?;
    ip(&["netns", "del", &probe]).map_err(|e| format!("{e:#}"))
}

fn ip(args: &[&str]) -> Result<()> {
    let out = Command::new("ip").args(args).output().context("the program `ip` (Debian: iproute2)")?;
    if !out.status.success() {
        bail!("ip {}: {}", args.join(" "), String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(())
}
