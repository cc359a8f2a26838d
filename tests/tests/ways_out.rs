//! The other ways out of a building: from a source address, through a provider's proxy, over the building's own line.
//!
//! Topology: Bob reaches Ann over a switch; Ann's computer stands in a building's network and has a line to the lab's internet.
//! But for the last story her system sends whatever nobody steers into the building's network, where a machine writes down
//! what it hears. Goal: pages come by the way that was chosen and by no other, and people are told when it is gone.

use std::time::Duration;

use hedgerow_api::{GatewayTest, Uplink};
use hedgerow_tests::lab::town::{self, Building, GATEWAY_LINE, Internet, PRINTER, PROVIDER, Running, WEB};
use hedgerow_tests::lab::{Computer, Lab, run, story, wait};

const PAGE: &str = "<h1>Bookings</h1>\n";

/// A street with a gateway that is not set up yet.
struct Street {
    lab: Lab,
    internet: Internet,
    building: Building,
}

impl Street {
    async fn new(test: &str) -> Option<Street> {
        let mut lab = Lab::new(test, &["ann", "bob"])?;
        for name in ["ann", "bob"] {
            lab.at_mut(name).start().await;
        }
        story::found(lab.at("ann"), "Riverside").await;
        story::join(lab.at("bob"), lab.at("ann")).await;
        let internet = Internet::new(&lab, &["ann"]);
        let building = Building::new(&lab, "ann");
        Some(Street { lab, internet, building })
    }

    fn ann(&self) -> &Computer {
        self.lab.at("ann")
    }

    /// The system of the gateway sends everything into the building, but for what is steered by these routes.
    fn trap(&self) {
        self.ip(&["route", "replace", "default", "via", PRINTER, "dev", "lan0"]);
    }

    fn ip(&self, args: &[&str]) {
        let ran = run(&mut self.ann().program("ip", args));
        assert_eq!(ran.code, Some(0), "ip {args:?}: {ran}");
    }

    fn upstream(&self, language: &str, log: &str) -> Running {
        let script = hedgerow_tests::root().join("tests/uplink/upstream.py").display().to_string();
        let log = self.lab.desk().join(log);
        Running::start(self.internet.machine(), log, "python3", &["-u", &script, language, PROVIDER, "1080"])
    }

    /// Sets it up and begins to use it; gives the resident's proxy.
    async fn share(&self, way: &str) -> String {
        let new = town::setup(self.ann(), "Riverside Library", way);
        self.ann().api().gateway_setup(&new).await.expect("set up");
        self.ann().api().gateway_start().await.expect("started");
        town::turn_on(self.lab.at("bob")).await
    }

    /// A page, by name and by address, and a large file.
    fn works(&self, proxy: &str) {
        for place in ["web.example", WEB] {
            assert_eq!(self.curl(proxy, &[&format!("http://{place}/")]), (Some(0), PAGE.to_owned()), "{place}");
        }
        let script = hedgerow_tests::root().join("tests/sites/program.py");
        let digest = run(std::process::Command::new("python3").arg(script).args(["digest", "8000000"])).stdout;
        let line = format!("curl -s --proxy socks5h://{proxy} http://web.example/big/8000000 | sha256sum");
        let got = run(&mut self.lab.at("bob").program("bash", &["-c", &line])).stdout;
        assert_eq!(got[..64], digest[..64], "8 MB");
    }

    /// What is closed stays closed, and nothing was heard in the building.
    async fn shields(&self, proxy: &str, more: &[&str]) {
        let closed = [
            PRINTER,
            "192.168.7.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "[::ffff:192.168.7.9]",
            "[64:ff9b::c0a8:709]",
            "[2606:4700:7::9]",
            "lan.example",
            "mixed.example",
            "printer.local",
        ];
        for place in closed.iter().chain(more) {
            let (code, said) = self.curl(proxy, &["-g", &format!("http://{place}/")]);
            assert!(code != Some(0) && said.is_empty(), "{place}: {code:?} {said}");
        }
        let targets = closed.iter().chain(more).map(|place| format!("http://{place}/")).collect();
        let tested = self.ann().api().gateway_test(&GatewayTest { targets }).await.expect("verdicts");
        assert!(tested.verdicts.iter().all(|v| !v.allowed), "{tested:?}");
        assert_eq!(self.building.witness.said(), "", "the building's network heard of it");
    }

    fn curl(&self, proxy: &str, args: &[&str]) -> (Option<i32>, String) {
        let proxy = format!("socks5h://{proxy}");
        let within = wait::seconds(20);
        let mut all = vec!["--silent", "--show-error", "--max-time", &within, "--proxy", &proxy];
        all.extend(args);
        let ran = run(&mut self.lab.at("bob").program("curl", &all));
        (ran.code, ran.stdout)
    }

    async fn when(&self, within: u64, what: &str, fits: impl Fn(&Uplink) -> bool) {
        wait::until(what, Duration::from_secs(within), || async {
            self.lab.at("bob").api().uplink().await.ok().filter(|u| fits(u)).map(drop)
        })
        .await;
    }

    /// Bob is told in words, where he looks and in his browser; and that it is back.
    async fn is_told(&self, proxy: &str) {
        let words = "internet is down";
        self.when(14, "Bob is told of the line", |u| !u.ready && u.sentence.contains(words)).await;
        let page = self.curl(proxy, &["--proxy", &format!("http://{proxy}"), "http://web.example/"]).1;
        assert!(page.contains(words), "{page}");
    }

    async fn is_back(&self, proxy: &str) {
        self.when(15, "it is back alone", |u| u.ready).await;
        self.works(proxy);
        assert_eq!(self.building.witness.said(), "", "the building's network heard of it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_source_address() {
    let Some(street) = Street::new("from a source address").await else { return };
    // A guest line that only what comes from its address may use, as a router with two lines has it.
    street.trap();
    street.ip(&["rule", "add", "from", "100.64.0.2", "table", "7"]);
    let by_line = ["route", "replace", "default", "via", GATEWAY_LINE, "dev", "wan0", "table", "7"];
    street.ip(&by_line);
    let proxy = street.share("source:100.64.0.2").await;
    street.works(&proxy);
    street.shields(&proxy, &[]).await;

    street.internet.line(0, false);
    street.is_told(&proxy).await;
    street.internet.line(0, true);
    street.ip(&by_line);
    street.is_back(&proxy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn through_a_socks5_proxy_that_ends() {
    let Some(street) = Street::new("through a SOCKS5 proxy").await else { return };
    street.trap();
    street.ip(&["route", "add", PROVIDER, "via", GATEWAY_LINE, "dev", "wan0"]);
    let upstream = street.upstream("socks", "upstream.said");
    let proxy = street.share(&format!("socks5://{PROVIDER}:1080")).await;
    street.works(&proxy);
    // Nor may the provider's proxy be used by members themselves.
    street.shields(&proxy, &[PROVIDER]).await;
    let said = upstream.said();
    assert!(said.contains(&format!("asked for {WEB} 80")), "{said}");
    assert!(!said.contains("example") && !said.contains("192.168"), "addresses that were checked, no names: {said}");
    // What the provider cannot reach is no reason to think that the line is down.
    let (code, _) = street.curl(&proxy, &["http://nobody.example/"]);
    assert_ne!(code, Some(0));
    street.when(2, "it stays open", |u| u.ready && u.last_refusal.contains("does not answer")).await;

    drop(upstream);
    street.is_told(&proxy).await;
    let _upstream = street.upstream("socks", "upstream.again");
    street.is_back(&proxy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn through_an_http_proxy_that_hangs() {
    let Some(street) = Street::new("through an HTTP proxy").await else { return };
    street.trap();
    street.ip(&["route", "add", PROVIDER, "via", GATEWAY_LINE, "dev", "wan0"]);
    let upstream = street.upstream("http", "upstream.said");
    let proxy = street.share(&format!("http://{PROVIDER}:1080")).await;
    street.works(&proxy);
    street.shields(&proxy, &[PROVIDER]).await;
    let said = upstream.said();
    assert!(said.contains(&format!("asked for {WEB} 80")) && !said.contains("example"), "{said}");

    // It takes connections and says nothing: its computer is there, its internet is not.
    upstream.hold(true);
    street.is_told(&proxy).await;
    upstream.hold(false);
    street.is_back(&proxy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_building_s_own_line_once_that_is_agreed() {
    let Some(street) = Street::new("over the building's own line").await else { return };
    let mut new = town::setup(street.ann(), "Riverside Library", "direct");
    let status = street.ann().api().gateway_setup(&new).await.expect("set up");
    assert_eq!(status.policy["consent"]["own_line"], serde_json::json!(false), "{}", status.policy);
    let no = street.ann().api().gateway_start().await.expect_err("not agreed").to_string();
    assert!(no.contains("has not said yes"), "{no}");
    let set = hedgerow_api::UplinkSet { mode: "auto".into(), ..Default::default() };
    street.lab.at("bob").api().uplink_set(&set).await.expect("on");
    street.when(15, "Bob cannot use it", |u| !u.ready && !u.gateways.is_empty()).await;

    new.own_line = true;
    let status = street.ann().api().gateway_setup(&new).await.expect("set up again");
    assert_eq!(status.policy["consent"]["own_line"], serde_json::json!(true));
    // The yes is in the record that everybody gets, under the host's signature.
    street.ann().api().gateway_start().await.expect("started");
    let proxy = town::turn_on(street.lab.at("bob")).await;
    street.works(&proxy);
    street.shields(&proxy, &[]).await;

    street.internet.line(0, false);
    street.is_told(&proxy).await;
    street.internet.line(0, true);
    street.ip(&["route", "replace", "default", "via", GATEWAY_LINE]);
    street.is_back(&proxy).await;
}
