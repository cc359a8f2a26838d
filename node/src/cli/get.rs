//! `hedgerow get`

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use clap::Args;
use hedgerow_api::{Item, clean};

use super::find::short;
use super::out::moment;
use super::when::{said, urgency, when};
use super::{Cx, Outcome};

/// Show one thing in full.
///
/// Example: hedgerow get 3f9a1c20
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Get {
    /// Its id, or the first 8 or more digits of it.
    id: String,
    /// Write the signed record as a COSE_Sign1 message, which any COSE library can check.
    #[arg(long, conflicts_with = "json")]
    cose: bool,
    /// Also when organisers hid it. For organisers and whoever it belongs to.
    #[arg(long)]
    even_if_hidden: bool,
}

impl Get {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if self.cose {
            let bytes = cx.client.cose(&self.id).await?;
            match std::io::stdout().is_terminal() {
                true => cx.out.raw(&data_encoding::HEXLOWER.encode(&bytes)),
                false => cx.out.bytes(&bytes),
            }
            return Ok(0);
        }
        let item = match self.even_if_hidden {
            true => cx.client.item_even_if_hidden(&self.id).await?,
            false => cx.client.item(&self.id).await?,
        };
        cx.out.data(&item, text);
        if item.mine && item.versions.len() > 1 {
            cx.out.next(&format!("say which is right: hedgerow settle {} VERSION", short(&item.summary.id)));
        }
        Ok(0)
    }
}

/// How to reach a service and what it costs, as far as it says.
fn contact(doc: &serde_json::Value) -> Vec<(&'static str, &str)> {
    let hsds = &doc["hsds"];
    let phone = hsds["phones"].get(0).and_then(|p| p["number"].as_str());
    let found = [("Telephone", phone), ("E-mail", hsds["email"].as_str()), ("Web", hsds["url"].as_str())];
    let cost = hsds["fees_description"].as_str().or(hsds["fees"].as_str());
    found
        .into_iter()
        .chain([("Cost", cost)])
        .filter_map(|(label, value)| Some((label, value.filter(|v| !v.is_empty())?)))
        .collect()
}

/// What another version does not say (`-`) and says instead (`+`), line by line.
fn differences(shown: &Item, other: &Item) -> Vec<String> {
    let lines = |item: &Item| -> Vec<String> {
        let alone = Item { versions: Vec::new(), copies_text: String::new(), ..item.clone() };
        text(&alone).lines().filter(|l| !l.starts_with("Id: ") && !l.is_empty()).map(str::to_owned).collect()
    };
    let (here, there) = (lines(shown), lines(other));
    let gone = here.iter().filter(|l| !there.contains(l)).map(|l| format!("- {}", l.trim()));
    gone.chain(there.iter().filter(|l| !here.contains(l)).map(|l| format!("+ {}", l.trim()))).collect()
}

/// An item for people.
pub fn text(item: &Item) -> String {
    let s = &item.summary;
    let mut out = format!("{}\n", s.title);
    if let Some(urgency) = urgency(s) {
        let _ = writeln!(out, "{urgency}");
    }
    if let Some(said) = said(s) {
        let _ = writeln!(out, "{said}");
    }
    if item.withdrawn {
        out.push_str("This was withdrawn.\n");
    }
    if let Some(hidden) = &item.hidden {
        let _ = writeln!(out, "Hidden by {}: {}. Nobody else is shown it.", hidden.by, hidden.reason_text);
    }
    if let Some(opening) = &s.opening {
        let _ = writeln!(out, "{}", opening.text);
    }
    if let Some(when) = when(s) {
        let _ = writeln!(out, "{when}");
    }
    for line in &s.lines {
        let _ = writeln!(out, "{line}");
    }
    for (label, value) in contact(&item.doc) {
        let _ = writeln!(out, "{label}: {value}");
    }
    if !item.hours.is_empty() {
        out.push_str("Hours:\n");
        for line in &item.hours {
            let _ = writeln!(out, "  {line}");
        }
    }
    for note in &item.notes {
        let _ = writeln!(out, "Note: {note}");
    }
    if !s.freshness.is_empty() {
        let _ = writeln!(out, "{}", s.freshness);
    }
    let _ = writeln!(
        out,
        "Published by {} ({})",
        s.publisher,
        if s.public { "anybody may read it" } else { "for members" }
    );
    let is_shared = item.sources.len() > 1;
    for source in item.sources.iter().filter(|s| is_shared || !s.name.is_empty()) {
        let name = if source.name.is_empty() { "typed by hand" } else { &source.name };
        let url = if source.url.is_empty() { String::new() } else { format!(", {}", source.url) };
        let who = if is_shared { format!(", published by {}", source.publisher) } else { String::new() };
        let checked = match (&source.assured, is_shared) {
            (Some(day), true) => format!(", checked on {day}"),
            (None, true) => ", no check date".to_owned(),
            _ => String::new(),
        };
        let _ = writeln!(out, "Source: {name}{url}{who}{checked}");
    }
    if item.versions.len() > 1 {
        out.push_str("Changed in two places:\n");
        for v in &item.versions {
            let shown = if v.shown { " (shown)" } else { "" };
            let by = if v.by.is_empty() { String::new() } else { format!(", {}", clean::line(&v.by)) };
            let _ = writeln!(out, "  {}  {}{by}{shown}", short(&v.id), moment(v.written_ms));
            for line in v.item.iter().flat_map(|other| differences(item, other)) {
                let _ = writeln!(out, "    {line}");
            }
        }
    }
    let _ = writeln!(out, "{}", item.copies_text);
    let _ = writeln!(out, "Id: {}", s.id);
    out
}
