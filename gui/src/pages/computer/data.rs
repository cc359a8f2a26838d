//! This computer in words.

use hedgerow_api::{PageStatus, clean};

use crate::amount;
use crate::deeds::computer::NEIGHBOURS;
use crate::icons::Icon;
use crate::pages::find::data::Mark;
use crate::pages::{Cx, Part};
use crate::theme::Tone;

/// A choice of a setting: its value and what people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// What people read.
    pub text: String,
    /// Whether it is the one.
    pub chosen: bool,
}

/// A setting with its question and its choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name to the node.
    pub key: String,
    /// The question.
    pub question: String,
    /// What it means.
    pub about: String,
    /// Its value now.
    pub value: String,
    /// What can be chosen.
    pub choices: Vec<Choice>,
}

/// The page on the building's Wi-Fi.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wifi {
    /// On or off.
    pub on: bool,
    /// The same as a word with its drawing.
    pub mark: Mark,
    /// Where it can be opened.
    pub addresses: Vec<String>,
    /// Why it does not answer though it is on.
    pub problem: String,
}

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct ComputerView {
    /// "100 kB of 10.0 GB used", and how much of it.
    pub space: Option<(String, f32)>,
    /// Settings that are known here.
    pub settings: Vec<Setting>,
    /// The page on the Wi-Fi; absent until known.
    pub wifi: Option<Wifi>,
    /// Computers that were added by their address, as the setting lists them.
    pub added: Vec<String>,
    /// The version of Hedgerow.
    pub version: String,
    /// Where the settings are kept, for those who can use it.
    pub path: String,
}

/// Space that can be chosen, in GiB.
const SPACES: [u64; 5] = [1, 2, 4, 8, 16];

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<ComputerView> {
    let words = cx.words;
    cx.known.config.part(words, ("computer-none", "computer-none-do"), |config| {
        let value = |key: &str| config.settings.iter().find(|s| s.key == key).map(|s| s.value.clone());
        let mut settings = Vec::new();
        if let Some(now) = value("quota") {
            let mut values: Vec<String> = SPACES.iter().map(|n| format!("{n} GiB")).collect();
            if !values.contains(&now) {
                values.push(now.clone());
            }
            let choice = |v: String| Choice { text: v.replace("GiB", "GB"), chosen: v == now, value: v };
            settings.push(Setting {
                key: "quota".into(),
                question: words.t("space-question"),
                about: words.t("space-about"),
                choices: values.into_iter().map(choice).collect(),
                value: now,
            });
        }
        if let Some(now) = value("multicast") {
            let choice = |v: &str, key: &str| Choice { value: v.into(), text: words.t(key), chosen: now == v };
            settings.push(Setting {
                key: "multicast".into(),
                question: words.t("look-question"),
                about: words.t("look-about"),
                choices: vec![choice("true", "look-yes"), choice("false", "look-no")],
                value: now.clone(),
            });
        }
        let status = cx.known.status.ready();
        Some(ComputerView {
            space: status.map(|s| {
                let (used, all) = (s.space.used_bytes, s.space.quota_bytes);
                // As the choice below says it.
                let whole = (all > 0 && all.is_multiple_of(1 << 30)).then(|| format!("{} GB", all >> 30));
                let (used_text, all_text) = (amount::size(used), whole.unwrap_or_else(|| amount::size(all)));
                let text = words.fill("space-used", &[("used", (&used_text).into()), ("all", (&all_text).into())]);
                (text, if all == 0 { 0.0 } else { used as f32 / all as f32 })
            }),
            settings,
            added: value(NEIGHBOURS).map(|list| listed(&list)).unwrap_or_default(),
            wifi: cx.known.wifi_page.ready().map(|page| wifi(cx, page)),
            version: status.map(|s| words.with("version", "version", &clean::line(&s.version))).unwrap_or_default(),
            path: config.path.clone(),
        })
    })
}

fn listed(list: &str) -> Vec<String> {
    list.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

fn wifi(cx: &Cx<'_>, page: &PageStatus) -> Wifi {
    let (tone, icon, key) = match (page.on, page.answers) {
        (true, true) => (Tone::Good, Icon::Tick, "wifi-on"),
        (true, false) => (Tone::Warn, Icon::Warning, "wifi-broken"),
        (false, _) => (Tone::Plain, Icon::Alone, "wifi-off"),
    };
    Wifi {
        on: page.on,
        mark: Mark { tone, icon, text: cx.words.t(key) },
        addresses: page.addresses.iter().take(3).map(|a| clean::line(a)).collect(),
        problem: page.problem.as_deref().map(clean::lines).unwrap_or_default(),
    }
}
