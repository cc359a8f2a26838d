//! Gateways, their use and local sites of the scripted community.

use hedgerow_api::*;
use serde_json::json;

pub fn gateway(title: &str) -> Gateway {
    Gateway {
        key: title.bytes().map(|b| format!("{b:02x}")).collect(),
        title: title.into(),
        responsible: "Ann Lee".into(),
        contact: "01632 960456".into(),
        open: true,
        sentence: "Open. Left for you today: 120 MB and 95 minutes.".into(),
        pence_per_gb: 0,
        bytes_left: Some(120_000_000),
        seconds_left: Some(95 * 60),
        terms: String::new(),
        terms_version: 0,
        bytes_up: 1_000,
        bytes_down: 200_000,
        pinned: false,
        refusal: String::new(),
        hours: vec!["Mon-Fri 9:00-17:00".into(), "Sat 10:00-13:00".into()],
        day_bytes: Some(300_000_000),
        day_seconds: Some(3 * 3600),
    }
}

pub fn uplink() -> Uplink {
    let hall = Gateway {
        open: false,
        sentence: "The price was not agreed to.".into(),
        refusal: "price".into(),
        pence_per_gb: 25,
        bytes_left: None,
        seconds_left: None,
        terms: "Be kind to others.\nNo films in the evening.".into(),
        terms_version: 2,
        hours: vec![],
        ..gateway("Village Hall")
    };
    Uplink {
        mode: "auto".into(),
        sentence: "You reach the internet through Riverside Library.".into(),
        ready: true,
        proxy: Some("127.0.0.1:4849".into()),
        pac: Some("http://127.0.0.1:4849/proxy.pac".into()),
        last_refusal: "Riverside Library: This address is not on the public internet.".into(),
        pence_per_gb: 0,
        ceiling_pence: 0,
        gateways: vec![gateway("Riverside Library"), hall],
    }
}

pub fn used() -> Statements {
    let row = StatementRow {
        month: "2026-11".into(),
        building: "Riverside Library".into(),
        gateway: "22".repeat(32),
        member: String::new(),
        name: String::new(),
        bytes_up: 20_000_000,
        bytes_down: 180_000_000,
        bytes_charged: 0,
        cost_pence: 0,
        paid_pence: 0,
        waived_pence: 0,
        due_pence: 0,
    };
    Statements { rows: vec![row], csv: "month\n".into(), page: "<body>\n</body>".into() }
}

pub fn host() -> GatewayStatus {
    let set = |field: &str, value: &str| PolicySet { field: field.into(), value: value.into() };
    let setup = GatewaySetup {
        title: "Riverside Library".into(),
        responsible: "Ann Lee".into(),
        contact: "01632 960456".into(),
        preset: "web".into(),
        way: "interface:eth1".into(),
        dns: vec!["9.9.9.9".into()],
        hours: vec!["Mon-Fri 9:00-17:00".into()],
        set: vec![
            set("limits", r#"{"day_seconds":10800,"day_bytes":300000000,"month_bytes":"none"}"#),
            set("reserve.percent", "20"),
            set("ports", "[80,443]"),
        ],
        agreed_by: "Ann Lee".into(),
        ..GatewaySetup::default()
    };
    GatewayStatus {
        state: "open".into(),
        sentence: "It is on: members can use this building's internet.".into(),
        title: "Riverside Library".into(),
        way: "interface:eth1".into(),
        line_up: true,
        circuits: 3,
        circuits_max: 200,
        month_bytes: 1_200_000_000,
        rules: vec!["Ann Lee answers for it: 01632 960456.".into()],
        policy: json!({ "who": { "vouchers": true } }),
        refusal: String::new(),
        may_host: true,
        setup: Some(setup),
        lines: vec![
            GatewayLine { name: "eth0".into(), wireless: false, up: true },
            GatewayLine { name: "wlan0".into(), wireless: true, up: true },
            GatewayLine { name: "eth1".into(), wireless: false, up: false },
        ],
    }
}

pub fn hours_of_use() -> GatewayStats {
    let hour = |from: &str, member: &str, bytes: u64| HourOfUse {
        from: from.into(),
        member: member.repeat(16),
        bytes,
        bytes_charged: 0,
    };
    let hours = vec![
        hour("2026-11-23T08:00:00Z", "ab", 2_000_000),
        hour("2026-11-23T09:00:00Z", "cd", 90_000_000),
        hour("2026-11-23T09:00:00Z", "ab", 5_000_000),
    ];
    GatewayStats { days: 7, hours }
}

pub fn used_here() -> Statements {
    let mut all = used();
    all.rows[0].member = "cd".repeat(16);
    all.rows[0].name = "Bob Reed".into();
    (all.rows[0].cost_pence, all.rows[0].due_pence) = (120, 120);
    all
}

pub fn site(name: &str) -> LocalSite {
    LocalSite {
        name: name.into(),
        slot: format!("slot-{name}"),
        title: "Hall bookings".into(),
        text: "Book the village hall.".into(),
        protocol: "http".into(),
        owner: "Bob Reed".into(),
        audience: "everyone in Riverside".into(),
        needs_name: false,
        here: false,
        state: "reachable".into(),
        sentence: "Its computer is here now.".into(),
        port: None,
        address: None,
        named: false,
        again: None,
        listing: None,
        visits: 0,
    }
}

pub fn sites() -> Vec<LocalSite> {
    let again = SitePublish { port: 8080, name: "rota".into(), title: "Rota".into(), ..SitePublish::default() };
    let mine = LocalSite {
        title: "Rota".into(),
        owner: "Gwen".into(),
        here: true,
        state: "running".into(),
        sentence: "Running on this computer.".into(),
        port: Some(8080),
        again: Some(again),
        ..site("rota")
    };
    let group = LocalSite {
        title: "Mentors".into(),
        audience: "the group Mentors".into(),
        needs_name: true,
        state: "offline".into(),
        sentence: "Its computer was last here on 20 November at 18:05.".into(),
        ..site("mentors")
    };
    let visited = LocalSite {
        title: "Tool library".into(),
        address: Some("http://tools.localhost:40001/".into()),
        ..site("tools")
    };
    vec![mine, site("bookings"), group, visited]
}

pub fn wifi_page() -> PageStatus {
    PageStatus {
        on: true,
        answers: true,
        listen: "0.0.0.0:8480".into(),
        addresses: vec!["http://192.168.1.20:8480/".into()],
        problem: None,
    }
}

pub fn browsers() -> hedgerow_gui::browser::State {
    hedgerow_gui::browser::State { by_button: true, set: None, startable: vec![("chromium".into(), "Chromium".into())] }
}
