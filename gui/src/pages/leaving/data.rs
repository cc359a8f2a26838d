//! What going away would do, in words.

use hedgerow_api::{Computers, WithdrawnAll, clean};

use crate::pages::{Cx, Part};

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeavingView {
    /// How many things would be withdrawn.
    pub count: u64,
    /// The same in words.
    pub shared: String,
    /// How many other computers of mine stay.
    pub others: String,
    /// Name of the community.
    pub community: String,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<LeavingView> {
    let known = cx.known;
    known.withdrawal.and(&known.computers).part(
        cx.words,
        ("fault-not-found", "fault-not-found-do"),
        |(all, computers)| Some(page(cx, all, computers)),
    )
}

fn page(cx: &Cx<'_>, all: &WithdrawnAll, computers: &Computers) -> LeavingView {
    let words = cx.words;
    let status = cx.known.status.ready();
    let community = status.and_then(|s| s.community.as_ref()).map(|c| clean::line(&c.name)).unwrap_or_default();
    let others = computers.computers.iter().filter(|c| c.active && !c.this).count() as u64;
    LeavingView {
        count: all.withdrawn,
        shared: words.with("leaving-shared", "count", all.withdrawn),
        others: words.with("leaving-others", "count", others),
        community: if community.is_empty() { words.t("leaving-community") } else { community },
    }
}
