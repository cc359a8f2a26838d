//! What stands beside the street of a lab: an internet on addresses that look public, and the networks of buildings.
//!
//! A gateway gets a line to it that is its only way out. Nothing here has a route out of the lab.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use hedgerow_api::{GatewaySetup, PolicySet, UplinkSet};
use hedgerow_protocol::uplink::meter::{Meter, Now};
use hedgerow_protocol::uplink::policy::{Policy, Preset, Responsible};

use super::{Computer, Lab, ip, wait};

/// Where the web server of the lab's internet is.
pub const WEB: &str = "93.184.216.34";
/// Where its name server is.
pub const DNS: &str = "9.9.9.9";
/// Where a provider may run its proxy.
pub const PROVIDER: &str = "185.199.108.7";
/// What the lab's internet is called by the first gateway's line.
pub const GATEWAY_LINE: &str = "100.64.0.1";
/// A machine on a building's own network, beside its gateway.
pub const PRINTER: &str = "192.168.7.9";

/// A program that runs beside the nodes; ended with the test.
pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts it with its output in a file, and waits until it says that it is ready.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(at: &Computer, log: PathBuf, program: &str, args: &[&str]) -> Running {
        let mut command = at.program(program, args);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut said = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        said.read_line(&mut line).expect("text");
        assert_eq!(line, "ready\n", "{program} {args:?}");
        let to = log.clone();
        std::thread::spawn(move || {
            let mut file = std::fs::File::create(to).expect("a log");
            let _ = std::io::copy(&mut said, &mut file);
        });
        Running { child, log }
    }

    /// Holds it still, or lets it go on: it neither answers nor goes.
    ///
    /// # Panics
    /// When it has ended.
    pub fn hold(&self, is_held: bool) {
        let (signal, id) = (if is_held { "-STOP" } else { "-CONT" }, self.child.id().to_string());
        let ran = super::run(std::process::Command::new("kill").args([signal, &id]));
        assert_eq!(ran.code, Some(0), "{ran}");
    }

    /// What it said since.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The internet of a lab.
pub struct Internet {
    machine: Computer,
    namespace: String,
    /// Its servers.
    pub servers: Running,
}

impl Internet {
    /// One with a name server and a web server, to which these computers have a line each: `wan0`.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new(lab: &Lab, gateways: &[&str]) -> Internet {
        let namespace = format!("{}w", lab.switch);
        let made = || -> anyhow::Result<()> {
            ip(&["netns", "add", &namespace])?;
            ip(&["-n", &namespace, "link", "set", "lo", "up"])?;
            for address in [WEB, DNS, PROVIDER] {
                ip(&["-n", &namespace, "addr", "add", &format!("{address}/32"), "dev", "lo"])?;
            }
            for (n, name) in gateways.iter().enumerate() {
                let inside = lab.at(name).namespace.clone().unwrap_or_default();
                let (line, ours, theirs) = (format!("l{n}"), 4 * n + 1, 4 * n + 2);
                ip(&[
                    "-n", &namespace, "link", "add", &line, "type", "veth", "peer", "name", "wan0", "netns", &inside,
                ])?;
                ip(&["-n", &namespace, "addr", "add", &format!("100.64.0.{ours}/30"), "dev", &line])?;
                ip(&["-n", &inside, "addr", "add", &format!("100.64.0.{theirs}/30"), "dev", "wan0"])?;
                ip(&["-n", &namespace, "link", "set", &line, "up"])?;
                ip(&["-n", &inside, "link", "set", "wan0", "up"])?;
                ip(&["-n", &inside, "route", "add", "default", "via", &format!("100.64.0.{ours}")])?;
            }
            Ok(())
        };
        made().unwrap_or_else(|e| panic!("the internet of the lab: {e:#}"));
        let machine = Computer::new("internet", Some(namespace.clone()), lab.desk().join("internet"));
        let script = crate::root().join("tests/uplink/internet.py").display().to_string();
        let log = lab.desk().join("internet.said");
        let servers = Running::start(&machine, log, "python3", &[&script, DNS, WEB]);
        Internet { machine, namespace, servers }
    }

    /// Cuts or mends the line of the n-th gateway, where the provider has it.
    ///
    /// # Panics
    /// When the lab is broken.
    pub fn line(&self, n: usize, up: bool) {
        let state = if up { "up" } else { "down" };
        ip(&["-n", &self.namespace, "link", "set", &format!("l{n}"), state]).unwrap_or_else(|e| panic!("line: {e:#}"));
    }

    /// Makes the line of the n-th gateway carry so much towards it, with the long queue that such lines have.
    ///
    /// # Panics
    /// When it cannot be done.
    pub fn slow_line(&self, n: usize, mbit: u32) {
        let line = format!("l{n}");
        let tc = |args: &str| {
            let words: Vec<&str> = args.split(' ').collect();
            let ran = super::run(&mut self.machine.program("tc", &words));
            assert_eq!(ran.code, Some(0), "tc {args}: {ran}");
        };
        tc(&format!("qdisc add dev {line} root handle 1: htb default 1"));
        tc(&format!("class add dev {line} parent 1: classid 1:1 htb rate {mbit}mbit burst 15k"));
        tc(&format!("qdisc add dev {line} parent 1:1 pfifo limit 200"));
    }

    /// A computer on the internet, to run programs on.
    pub fn machine(&self) -> &Computer {
        &self.machine
    }
}

impl Drop for Internet {
    fn drop(&mut self) {
        let _ = ip(&["netns", "del", &self.namespace]);
    }
}

/// The own network of the building in which a gateway stands, with a machine that must never hear from a member.
pub struct Building {
    namespace: String,
    /// Writes down what it hears.
    pub witness: Running,
}

impl Building {
    /// Beside this computer, at its `lan0`.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new(lab: &Lab, gateway: &str) -> Building {
        let namespace = format!("{}b", lab.switch);
        let inside = lab.at(gateway).namespace.clone().unwrap_or_default();
        let made = || -> anyhow::Result<()> {
            ip(&["netns", "add", &namespace])?;
            ip(&["-n", &namespace, "link", "add", "eth0", "type", "veth", "peer", "name", "lan0", "netns", &inside])?;
            ip(&["-n", &namespace, "addr", "add", &format!("{PRINTER}/24"), "dev", "eth0"])?;
            ip(&["-n", &inside, "addr", "add", "192.168.7.1/24", "dev", "lan0"])?;
            ip(&["-n", &inside, "addr", "add", "2606:4700:7::1/64", "dev", "lan0", "nodad"])?;
            ip(&["-n", &namespace, "link", "set", "eth0", "up"])?;
            ip(&["-n", &inside, "link", "set", "lan0", "up"])
        };
        made().unwrap_or_else(|e| panic!("the building of the lab: {e:#}"));
        let machine = Computer::new("printer", Some(namespace.clone()), lab.desk().join("printer"));
        let script = crate::root().join("tests/uplink/witness.py").display().to_string();
        let log = lab.desk().join("witness.said");
        let witness = Running::start(&machine, log, "python3", &["-u", &script, "eth0"]);
        Building { namespace, witness }
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        let _ = ip(&["netns", "del", &self.namespace]);
    }
}

/// Shares a computer's line in the name of a building, free and with room for large files.
///
/// # Panics
/// When it does not work.
pub async fn share(at: &Computer, title: &str) {
    share_with(at, title, 0, 0).await;
}

/// The same, with what the line carries and the percent of it that the building keeps.
///
/// # Panics
/// When it does not work.
pub async fn share_with(at: &Computer, title: &str, line_mbit: u32, percent: u8) {
    let field = |field: &str, value: &str| PolicySet { field: field.into(), value: value.into() };
    let set = vec![field("limits.day_bytes", "200000000000"), field("reserve.percent", &percent.to_string())];
    let new = GatewaySetup { line_mbit, set, ..setup(at, title, "interface:wan0") };
    at.api().gateway_setup(&new).await.unwrap_or_else(|e| panic!("{} sets up: {e}", at.name));
    at.api().gateway_start().await.unwrap_or_else(|e| panic!("{} starts: {e}", at.name));
}

/// What a host says at least to share a line by a way out.
pub fn setup(at: &Computer, title: &str, way: &str) -> GatewaySetup {
    GatewaySetup {
        title: title.into(),
        responsible: at.name.clone(),
        contact: "01234 567890".into(),
        way: way.into(),
        dns: vec![DNS.into()],
        agreed_by: at.name.clone(),
        ..GatewaySetup::default()
    }
}

/// Bytes of everybody this month as a gateway's disk has them: what a power cut leaves. Nothing until they are written.
pub fn month_bytes_on_disk(at: &Computer) -> Option<u64> {
    let bytes = std::fs::read(at.data.join("gateway-counters")).ok()?;
    let nobody = Responsible { name: "nobody".into(), contact: "nowhere".into() };
    let policy = Policy::preset(Preset::Web, "any", nobody, "UTC");
    // By a clock long ago, which begins no new month.
    Meter::restore(policy, &bytes, Now::default()).ok().map(|meter| meter.month_bytes())
}

/// Bytes of everybody in all hours as a gateway's disk has them.
pub fn hours_bytes_on_disk(at: &Computer) -> u64 {
    let bytes = std::fs::read(at.data.join("gateway-hours")).unwrap_or_default();
    let rows: Vec<(u64, String, u64, u64)> = serde_json::from_slice(&bytes).unwrap_or_default();
    rows.into_iter().map(|(_, _, bytes, _)| bytes).sum()
}

/// Bytes that were used with vouchers as a gateway's disk has them.
pub fn voucher_bytes_on_disk(at: &Computer) -> Option<u64> {
    let bytes = std::fs::read(at.data.join("gateway-vouchers-used")).ok()?;
    let used: Vec<(String, u64)> = serde_json::from_slice(&bytes).ok()?;
    Some(used.into_iter().map(|(_, bytes)| bytes).sum())
}

/// How many notes of money paid and let go are on a resident's disk.
pub fn settlements_on_disk(at: &Computer) -> Option<usize> {
    let bytes = std::fs::read(at.data.join("uplink-receipts")).ok()?;
    let kept: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    Some(kept["entries"].as_array()?.len())
}

/// Turns the way to the internet on and waits until something can be opened; gives the proxy's address.
///
/// # Panics
/// When there is none in time.
pub async fn turn_on(at: &Computer) -> String {
    let set = UplinkSet { mode: "auto".into(), ..UplinkSet::default() };
    at.api().uplink_set(&set).await.unwrap_or_else(|e| panic!("{}: {e}", at.name));
    let (proxy, _) = wait::until(&format!("{} can open something", at.name), Duration::from_secs(15), || async {
        at.api().uplink().await.ok().filter(|u| u.ready)?.proxy
    })
    .await;
    proxy
}
