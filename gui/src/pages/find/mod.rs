//! Search: as you type, by kind, place and opening hours; as a list, or on a map drawn from where things say they are.

pub mod data;
pub mod map;
pub mod ui;

/// What can be looked for, as the API names it, and the key of its words.
pub const KINDS: [(&str, &str); 4] =
    [("service", "find-services"), ("notice", "find-notices"), ("event", "find-events"), ("local-site", "find-sites")];

/// What is shown of what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filters {
    /// Only this kind: its place in [`KINDS`].
    pub kind: Option<usize>,
    /// Only what is open now.
    pub open_now: bool,
    /// Only what I and my groups publish.
    pub mine: bool,
    /// On a map.
    pub map: bool,
}

impl Filters {
    /// Whether something is left out.
    pub fn narrow(&self) -> bool {
        self.kind.is_some() || self.open_now || self.mine
    }
    /// Nothing is left out, and it is drawn as it was.
    pub fn cleared(&self) -> Filters {
        Filters { map: self.map, ..Filters::default() }
    }
}
