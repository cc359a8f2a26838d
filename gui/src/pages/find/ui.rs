//! Draws the find page.

use std::collections::HashMap;

use egui::{Label, RichText, TextEdit, Ui, vec2};

use super::data::{FindView, Row, Rows};
use super::{Filters, KINDS, map};
use crate::command::{Command, Page};
use crate::icons::Icon;
use crate::pages::{Part, draw_part};
use crate::theme::{self, GAP, NEAR, Palette};
use crate::widgets::{self, Look};
use crate::words::{Language, Words};

/// How far outside of what can be seen rows are drawn, so that the keyboard finds the next one.
const AROUND: f32 = 400.0;
/// How high a row is taken to be before it was drawn.
const ROW_GUESS: f32 = 110.0;

/// Which row gets the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Focus {
    /// The first one.
    First,
    /// The one of this item.
    Item(String),
}

/// What the page keeps between frames.
#[derive(Default)]
pub(crate) struct Kept {
    /// The row that gets the keyboard when it is drawn next.
    pub focus: Option<Focus>,
    /// The map.
    pub map: map::View,
    /// How high rows are, for as long as they are drawn as wide and in this language.
    heights: HashMap<String, f32>,
    drawn_for: Option<(u32, Language)>,
}

/// What narrows the search down besides its words.
pub(crate) struct Asked<'a> {
    /// What is let through.
    pub filters: Filters,
    /// A town or a postcode, as it is typed.
    pub near: &'a mut String,
}

/// Draws the page below the search field.
pub(crate) fn draw(
    ui: &mut Ui,
    words: &Words,
    view: &FindView,
    Asked { filters, near }: Asked<'_>,
    found: &Part<Rows>,
    kept: &mut Kept,
    out: &mut Vec<Command>,
) {
    widgets::title(ui, &view.title);
    if let Some(at) = &view.looking_at {
        widgets::soft(ui, at);
        if widgets::button(ui, Look::Bare, Some(Icon::Back), &words.t("look-stop")).clicked() {
            out.push(Command::StopLooking);
        }
        ui.add_space(NEAR);
    }
    draw_filters(ui, words, view, filters, near, out);
    ui.add_space(NEAR);
    ui.horizontal_wrapped(|ui| {
        if (filters.narrow() || !near.trim().is_empty())
            && widgets::button(ui, Look::Quiet, Some(Icon::List), &words.t("show-everything")).clicked()
        {
            near.clear();
            out.push(Command::Filter(filters.cleared()));
        }
        if let Part::Here(rows) = found {
            let count = ui.add(Label::new(RichText::new(&rows.count).color(Palette::of(ui).soft)).wrap());
            widgets::announce(ui, &count);
        }
    });
    ui.add_space(GAP);
    let this = (ui.available_width() as u32, words.language);
    if kept.drawn_for != Some(this) {
        kept.heights.clear();
        kept.drawn_for = Some(this);
    }
    draw_part(ui, words, Icon::Search, found, out, |ui, rows, out| {
        if filters.map {
            map::draw(ui, words, &rows.rows, &mut kept.map, out);
            draw_elsewhere(ui, words, rows, kept, out);
        } else {
            draw_rows(ui, rows.rows.iter(), kept, out);
        }
        if rows.more {
            ui.add_space(NEAR);
            if widgets::button(ui, Look::Quiet, None, &words.t("show-more")).clicked() {
                out.push(Command::More);
            }
        }
    });
}

fn draw_filters(
    ui: &mut Ui,
    words: &Words,
    view: &FindView,
    filters: Filters,
    near: &mut String,
    out: &mut Vec<Command>,
) {
    ui.horizontal_wrapped(|ui| {
        let icons = [Icon::Leaf, Icon::Info, Icon::Clock, Icon::Site];
        for (n, (_, key)) in KINDS.iter().enumerate().filter(|(_, k)| !view.stranger || k.0 != "local-site") {
            let on = filters.kind == Some(n);
            if widgets::toggle(ui, on, icons[n], &words.t(key)).clicked() {
                out.push(Command::Filter(Filters { kind: (!on).then_some(n), ..filters }));
            }
        }
    });
    ui.add_space(NEAR);
    ui.horizontal_wrapped(|ui| {
        if widgets::toggle(ui, filters.open_now, Icon::Clock, &words.t("open-now")).clicked() {
            out.push(Command::Filter(Filters { open_now: !filters.open_now, ..filters }));
        }
        if !view.stranger && widgets::toggle(ui, filters.mine, Icon::Things, &words.t("find-mine")).clicked() {
            out.push(Command::Filter(Filters { mine: !filters.mine, ..filters }));
        }
        let hint = RichText::new(words.t("near-hint")).color(Palette::of(ui).soft);
        let field = TextEdit::singleline(near).id_salt("near").hint_text(hint).char_limit(60);
        let width = ui.available_width().min(200.0);
        let margin = egui::Margin::symmetric(12, 8);
        let response = ui.add(field.margin(margin).desired_width(width));
        let response = response.accessible_name(words.t("near-field"));
        if response.changed() {
            out.push(Command::Search);
        }
        for (is_map, icon, key) in [(false, Icon::List, "as-list"), (true, Icon::Map, "as-map")] {
            if widgets::toggle(ui, filters.map == is_map, icon, &words.t(key)).clicked() {
                out.push(Command::Filter(Filters { map: is_map, ..filters }));
            }
        }
    });
}

/// What is not on the map, by town.
fn draw_elsewhere(ui: &mut Ui, words: &Words, rows: &Rows, kept: &mut Kept, out: &mut Vec<Command>) {
    let mut towns: std::collections::BTreeMap<(bool, &str), Vec<&Row>> = std::collections::BTreeMap::new();
    for row in rows.rows.iter().filter(|r| r.at.is_none()) {
        towns.entry((row.town.is_empty(), &row.town)).or_default().push(row);
    }
    if towns.is_empty() {
        return;
    }
    ui.add_space(GAP);
    widgets::heading(ui, &words.t("map-elsewhere"));
    widgets::soft(ui, &words.t("map-elsewhere-about"));
    for ((_, town), rows) in towns {
        ui.add_space(NEAR);
        let name = if town.is_empty() { words.t("map-no-place") } else { town.to_owned() };
        ui.label(RichText::new(name).text_style(theme::strong()));
        draw_rows(ui, rows.into_iter(), kept, out);
    }
}

/// Draws the rows that can be seen, and leaves room for the others.
fn draw_rows<'a>(ui: &mut Ui, rows: impl Iterator<Item = &'a Row>, kept: &mut Kept, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 8.0;
    let seen = ui.clip_rect().expand2(vec2(0.0, AROUND));
    let width = ui.available_width();
    for row in rows {
        let wanted = match &kept.focus {
            Some(Focus::First) => true,
            Some(Focus::Item(id)) => *id == row.id,
            None => false,
        };
        let height = kept.heights.get(&row.slot).copied().unwrap_or(ROW_GUESS);
        let top = ui.cursor().top();
        if !wanted && (top > seen.bottom() || top + height < seen.top()) {
            ui.allocate_space(vec2(width, height));
            continue;
        }
        let response = draw_row(ui, row);
        if (response.rect.height() - height).abs() > 0.5 {
            kept.heights.insert(row.slot.clone(), response.rect.height());
        }
        if wanted {
            kept.focus = None;
            response.request_focus();
        }
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
        if response.clicked() {
            out.push(Command::Open(Page::Item, row.id.clone()));
        }
    }
}

/// Draws one row.
pub fn draw_row(ui: &mut Ui, row: &Row) -> egui::Response {
    widgets::row(ui, &row.slot, &row.name, |ui| {
        let soft = Palette::of(ui).soft;
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal_wrapped(|ui| {
            ui.add(Label::new(RichText::new(&row.title).text_style(theme::strong())).wrap());
            ui.label(RichText::new(&row.kind).small().color(soft));
            if let Some(urgent) = &row.urgent {
                widgets::pill(ui, urgent.tone, urgent.icon, &urgent.text);
            }
        });
        if !row.about.is_empty() {
            ui.add(Label::new(RichText::new(&row.about).color(soft)).truncate());
        }
        if !row.when.is_empty() {
            widgets::icon_line(ui, Icon::Clock, |ui| {
                ui.add(Label::new(&row.when).wrap());
            });
        }
        for (icon, text) in [(Icon::Place, &row.place), (Icon::Phone, &row.phone)] {
            if !text.is_empty() {
                widgets::icon_line(ui, icon, |ui| {
                    ui.add(Label::new(RichText::new(text).color(soft)).wrap());
                });
            }
        }
        if row.open.is_some() || row.checked.is_some() {
            ui.add_space(2.0);
            ui.horizontal_wrapped(|ui| {
                for mark in [&row.open, &row.checked].into_iter().flatten() {
                    widgets::pill(ui, mark.tone, mark.icon, &mark.text);
                }
            });
        }
    })
}
