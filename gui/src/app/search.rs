//! The search: what is asked for, what was found, and what is kept of it between frames.

use hedgerow_api::{FindPage, FindQuery};

use super::App;
use crate::command::Command;
use crate::link::{Ask, Fault};
use crate::pages::{Load, Part, find};
use crate::words::{Language, Words};

/// Items asked for at a time.
pub(super) const PAGE_ITEMS: u32 = 50;
/// Items asked for at a time for a map.
const MAP_ITEMS: u32 = 200;
/// Items shown at most; beyond it, more words narrow the search down.
const ITEMS_MAX: usize = 1_000;

/// The state of the search.
#[derive(Default)]
pub(crate) struct Search {
    pub text: String,
    /// A town or postcode.
    pub(super) near: String,
    pub(super) filters: find::Filters,
    /// Counts up with every search, so that late answers are told apart.
    pub(super) turn: u64,
    pub(super) found: Load<FindPage>,
    /// Whether the answer on its way goes below what is there.
    pub(super) appending: bool,
    /// Community looked at without belonging to it: id and name.
    pub(super) looking: Option<(String, String)>,
    pub focus_field: bool,
    /// What the page keeps between frames.
    pub(super) kept: find::ui::Kept,
    /// What was found in words, and what it was made of: with many rows this is not done anew for every frame.
    pub(super) rows: Option<(RowsOf, Part<find::data::Rows>)>,
    /// Counts up with every answer.
    pub(super) answers: u64,
    /// Whether rows get the keyboard once they come.
    pub(super) focus_wanted: bool,
}

/// What rows are made of: which answer, in which language, in which minute, for which words.
type RowsOf = (u64, Language, u64, String);

impl Search {
    /// A search for nothing yet. Answers to the one before do not count for it.
    pub(super) fn anew(&self) -> Search {
        Search { turn: self.turn, ..Search::default() }
    }

    /// How many are asked for at a time.
    pub(super) fn page_items(&self) -> u32 {
        if self.filters.map { MAP_ITEMS } else { PAGE_ITEMS }
    }

    pub(super) fn found_page(&mut self, ui: &mut egui::Ui, words: &Words, now_ms: u64, out: &mut Vec<Command>) {
        let looking = self.looking.as_ref().map(|(_, name)| name.as_str());
        let view = find::data::view(words, looking);
        let of = (self.answers, words.language, now_ms / 60_000, format!("{}\n{}", self.text, self.near));
        if self.rows.as_ref().is_none_or(|(made_of, _)| *made_of != of) {
            let rows = find::data::found(words, &self.text, &self.near, self.filters, &self.found, now_ms);
            self.rows = Some((of, rows));
        }
        if let Some((_, rows)) = &self.rows {
            let asked = find::ui::Asked { filters: self.filters, near: &mut self.near };
            find::ui::draw(ui, words, &view, asked, rows, &mut self.kept, out);
        }
    }
}

impl App {
    /// Takes in an answer.
    pub(super) fn take_found(&mut self, page: Result<FindPage, Fault>) {
        let appending = std::mem::take(&mut self.search.appending);
        self.search.answers += 1;
        self.search.found = match (page, std::mem::take(&mut self.search.found)) {
            (Ok(mut more), Load::Ready(mut there)) if appending => {
                there.items.append(&mut more.items);
                there.items.truncate(ITEMS_MAX);
                there.next = more.next.filter(|_| there.items.len() < ITEMS_MAX);
                Load::Ready(there)
            }
            (page, _) => page.into(),
        };
        if std::mem::take(&mut self.search.focus_wanted) {
            self.search.kept.focus = Some(find::ui::Focus::First);
        }
    }

    /// Searches again without hiding what is there.
    pub(super) fn refresh_search(&mut self) {
        let shown = self.search.found.ready().map_or(PAGE_ITEMS as usize, |p| p.items.len());
        let limit = u32::try_from(shown).unwrap_or(PAGE_ITEMS).clamp(self.search.page_items(), MAP_ITEMS);
        self.ask_find(limit, None);
    }

    pub(super) fn search_anew(&mut self) {
        self.ask_find(self.search.page_items(), None);
    }

    pub(super) fn ask_find(&mut self, limit: u32, cursor: Option<String>) {
        self.search.turn += 1;
        self.search.appending = cursor.is_some();
        let filters = self.search.filters;
        let query = FindQuery {
            text: self.search.text.trim().to_owned(),
            kinds: filters.kind.map_or_else(String::new, |n| find::KINDS[n].0.to_owned()),
            open_now: filters.open_now,
            mine: filters.mine,
            near: Some(self.search.near.trim().to_owned()).filter(|n| !n.is_empty()),
            limit: Some(limit),
            cursor,
            ..FindQuery::default()
        };
        let nearby = self.search.looking.as_ref().map(|(id, _)| id.clone());
        self.link.ask(Ask::Find { turn: self.search.turn, query, nearby });
    }
}
