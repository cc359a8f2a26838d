//! Which question is asked, and the answers so far in words.

use hedgerow_api::{GatewayLine, clean};

use super::{Form, Step, Way};
use crate::amount;
use crate::pages::Cx;
use crate::words::Words;

/// A line of this computer to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What the system calls it.
    pub name: String,
    /// What people read: "eth1 (cable)".
    pub text: String,
}

/// The screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupView {
    /// The question.
    pub step: Step,
    /// "Question 3 of 12".
    pub place: String,
    /// Lines to choose from.
    pub lines: Vec<Line>,
}

/// Builds the screen.
pub(crate) fn view(cx: &Cx<'_>, form: &Form) -> SetupView {
    use strum::VariantArray as _;
    let step: Step = cx.about.parse().unwrap_or(Step::Building);
    let asked: Vec<Step> = Step::VARIANTS.iter().copied().filter(|s| form.is_asked(*s)).collect();
    let at = asked.iter().position(|s| *s == step).unwrap_or_default() as u64 + 1;
    let lines = cx.known.gateway.ready().map(|g| g.lines.iter().map(|l| line(cx.words, l)).collect());
    SetupView {
        step,
        place: cx.words.fill("setup-place", &[("at", at.into()), ("all", (asked.len() as u64).into())]),
        lines: lines.unwrap_or_default(),
    }
}

fn line(words: &Words, line: &GatewayLine) -> Line {
    let name = clean::line(&line.name);
    let key = match (line.up, line.wireless) {
        (false, _) => "setup-line-down",
        (true, true) => "setup-line-wifi",
        (true, false) => "setup-line-cable",
    };
    Line { text: words.with(key, "name", &name), name }
}

/// What was answered, a line each, with the question it answers.
pub(crate) fn summary(words: &Words, form: &Form) -> Vec<(Step, String)> {
    let text = |text: &str| clean::line(text.trim());
    let mut all = vec![
        (Step::Building, text(&form.building)),
        (Step::Responsible, words.with("sum-responsible", "name", &text(&form.responsible))),
        (Step::Contact, words.with("sum-contact", "how", &text(&form.contact))),
    ];
    let preset = match form.preset.as_str() {
        "community-only" => words.t("preset-community"),
        "custom" => words.with("sum-ports", "ports", &text(&form.ports)),
        _ => words.t("preset-web"),
    };
    all.push((Step::Preset, preset));
    let way = match form.way {
        Way::Line => words.with("sum-line", "name", &text(&form.line)),
        Way::Source => words.with("sum-source", "address", &text(&form.source)),
        Way::Provider => words.with("sum-provider", "address", &text(&form.provider)),
        Way::Own => words.t("sum-own"),
    };
    all.push((Step::Way, way));
    if form.is_asked(Step::Names) {
        all.push((Step::Names, words.with("sum-names", "address", &text(&form.names))));
    }
    all.push((
        Step::Speed,
        match form.mbit.trim() {
            "" => words.t("sum-speed-unknown"),
            speed => words.with("sum-speed", "speed", speed),
        },
    ));
    all.push((Step::Hours, amount::hours(words, &form.hours())));
    let mut limits: Vec<String> = Vec::new();
    for (key, value) in [
        ("sum-hours", &form.hours_a_day),
        ("sum-megabytes", &form.megabytes_a_day),
        ("sum-gigabytes", &form.gigabytes_a_month),
        ("sum-kept", &form.kept_percent),
    ] {
        if !value.trim().is_empty() {
            limits.push(words.with(key, "what", &text(value)));
        }
    }
    all.push((Step::Limits, limits.join(" ")));
    let price = match amount::pence_of(&form.pounds_a_gigabyte) {
        Some(pence) if pence > 0 => words.with("price-gb", "sum", &amount::money(pence)),
        _ => words.t("price-free"),
    };
    all.push((Step::Price, price));
    let terms = match form.terms.trim() {
        "" => words.t("sum-terms-none"),
        terms => words.with("sum-terms", "text", &clean::lines(terms)),
    };
    all.push((Step::Terms, terms));
    all
}
