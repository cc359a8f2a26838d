//! `hedgerow find`

use clap::Args;
use hedgerow_api::{FindPage, FindQuery, ItemSummary};

use super::out::count;
use super::when::{said, urgency, when};
use super::{Cx, Outcome};

/// Find services, notices and events.
///
/// Example: hedgerow find library --open-now
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Find {
    /// Words or beginnings of words. None: everything.
    text: Vec<String>,
    /// Only what is open now.
    #[arg(long)]
    open_now: bool,
    /// Only what is open at this moment, in the community's time zone.
    #[arg(long, value_name = "2026-12-24T15:30", conflicts_with = "open_now")]
    at: Option<String>,
    /// Only this kind (may be given more than once): service, notice, event.
    #[arg(long)]
    kind: Vec<String>,
    /// Only in this town, district or postcode.
    #[arg(long, value_name = "PLACE")]
    near: Option<String>,
    /// Only what you or your groups publish.
    #[arg(long)]
    mine: bool,
    /// Most to show, 1 to 200.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    /// Go on where the page before ended.
    #[arg(long, value_name = "NEXT")]
    cursor: Option<String>,
    /// Look in a community nearby that you have not joined: its name or id. Finds what anybody may read.
    #[arg(long, value_name = "COMMUNITY")]
    nearby: Option<String>,
}

impl Find {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let find = FindQuery {
            text: self.text.join(" "),
            kinds: self.kind.join(","),
            open_now: self.open_now || self.at.is_some(),
            at: self.at,
            near: self.near,
            limit: Some(self.limit),
            cursor: self.cursor,
            mine: self.mine,
        };
        let page = match &self.nearby {
            Some(community) => cx.client.nearby_public(community, &find).await?,
            None => cx.client.find(&find).await?,
        };
        cx.out.data(&page, page_text);
        if page.items.is_empty() {
            cx.out.say("Nothing was found.");
            if !find.text.is_empty() {
                cx.out.next("try fewer or shorter words, or: hedgerow find");
            }
        } else if let Some(next) = &page.next {
            cx.out.next(&format!("there is more: add --cursor {next}"));
        } else {
            cx.out.next(&format!("hedgerow get {}", short(&page.items[0].id)));
        }
        Ok(0)
    }
}

/// The first digits of an id, enough to name one thing on one screen.
pub fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

fn page_text(page: &FindPage) -> String {
    let mut text: Vec<String> = page.items.iter().map(item_text).collect();
    if let Some(total) = page.total.filter(|t| *t > page.items.len() as u64) {
        text.push(format!("{} of {}.", page.items.len(), count(total, "thing")));
    }
    // A stranger has one computer's word, and nothing to check it by.
    match page.said.as_ref().map(|said| (said.name.as_str(), short(&said.computer))) {
        Some(("", key)) => text.push(format!("So says a computer nearby ({key}), which gives no name.")),
        Some((name, key)) => text.push(format!("So says {name}'s computer ({key}).")),
        None => {}
    }
    text.join("\n")
}

/// Two or three lines about an item.
pub fn item_text(item: &ItemSummary) -> String {
    let mut text = format!("{}  {}", short(&item.id), item.title);
    if item.kind != "service" {
        text.push_str(&format!("  [{}{}]", item.kind, urgency(item).map(|u| format!(": {u}")).unwrap_or_default()));
    }
    if let Some(said) = said(item) {
        text.push_str(&format!("\n    {said}"));
    }
    if let Some(when) = when(item) {
        text.push_str(&format!("\n    {when}"));
    }
    let place: Vec<&str> = [item.place.as_deref(), item.postcode.as_deref()].into_iter().flatten().collect();
    let mut second = place.join(", ");
    for part in [item.opening.as_ref().map_or("", |o| &o.text), item.freshness.as_str()] {
        if !part.is_empty() {
            if !second.is_empty() {
                second.push_str(" · ");
            }
            second.push_str(part);
        }
    }
    if !second.is_empty() {
        text.push_str(&format!("\n    {second}"));
    }
    if item.also_from > 0 {
        text.push_str(&format!("\n    Also listed by {}", count(u64::from(item.also_from), "other source")));
    }
    if let Some(opening) = &item.opening {
        for note in &opening.notes {
            text.push_str(&format!("\n    Note: {note}"));
        }
    }
    text
}
