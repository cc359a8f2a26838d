//! The few controls every page is made of. Each has a name a screen reader can say, a ring when the keyboard is on it,
//! and is at least 24 points high.

use std::sync::Arc;

use egui::{
    Color32, CornerRadius, Frame, Label, Margin, Rect, Response, RichText, Role, Sense, Stroke, StrokeKind, TextEdit,
    TextStyle, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use crate::icons::{self, Icon};
use crate::theme::{self, FAR, GAP, NEAR, Palette, RADIUS, Tone};
use crate::words::Words;

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The one main thing on the screen.
    Main,
    /// Anything else.
    Quiet,
    /// As text, for going back.
    Bare,
}

/// The width there is: of a whole row where things flow into the next one, so that they do that rather than grow tall.
fn row_width(ui: &Ui) -> f32 {
    if ui.layout().main_wrap() { ui.max_rect().width() } else { ui.available_width() }
}

/// A button with words, and an icon if given.
pub fn button(ui: &mut Ui, look: Look, icon: Option<Icon>, text: &str) -> Response {
    draw_button(ui, look, icon, text, Vec2::ZERO)
}

/// A button that answers by itself what came of the press: while there is an `answer`, it says that. Nothing beside it moves.
pub fn button_with_answer(ui: &mut Ui, look: Look, icon: Icon, text: &str, answer: Option<(Icon, &str)>) -> Response {
    let Some((tick, said)) = answer else { return button(ui, look, Some(icon), text) };
    let (.., size) = button_parts(ui, look, Some(icon), text);
    let response = draw_button(ui, look, Some(tick), said, size);
    announce(ui, &response);
    response
}

const BUTTON_ICON: f32 = 18.0;

/// The words of a button, the room around them, and for its icon, and how large all of it is.
fn button_parts(ui: &Ui, look: Look, icon: Option<Icon>, text: &str) -> (Arc<egui::Galley>, Vec2, f32, Vec2) {
    let pad = if look == Look::Bare { vec2(6.0, 6.0) } else { vec2(16.0, 9.0) };
    let icon_room = icon.map_or(0.0, |_| BUTTON_ICON + 8.0);
    let font = TextStyle::Button.resolve(ui.style());
    let room = (row_width(ui) - 2.0 * pad.x - icon_room).max(40.0);
    let galley = ui.painter().layout(text.to_owned(), font, Color32::PLACEHOLDER, room);
    let size = vec2(galley.size().x + icon_room, galley.size().y.max(BUTTON_ICON)) + 2.0 * pad;
    (galley, pad, icon_room, size)
}

fn draw_button(ui: &mut Ui, look: Look, icon: Option<Icon>, text: &str, least: Vec2) -> Response {
    let p = Palette::of(ui);
    let icon_size = BUTTON_ICON;
    let (galley, pad, icon_room, size) = button_parts(ui, look, icon, text);
    let size = size.max(least);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), text));
    if ui.is_rect_visible(rect) {
        let under = response.hovered() || response.is_pointer_button_down_on();
        let (fill, color, stroke) = match look {
            Look::Main => (if under { p.hedge_lifted } else { p.hedge }, p.on_hedge, Stroke::NONE),
            Look::Quiet => (
                if under { p.lifted } else { p.surface },
                p.hedge,
                Stroke::new(1.0, if under { p.hedge } else { p.edge }),
            ),
            Look::Bare => (if under { p.lifted } else { Color32::TRANSPARENT }, p.hedge, Stroke::NONE),
        };
        ui.painter().rect(rect, RADIUS, fill, stroke, StrokeKind::Inside);
        let mut left = rect.left() + pad.x;
        if let Some(icon) = icon {
            let square = Rect::from_min_size(pos2(left, rect.center().y - icon_size / 2.0), Vec2::splat(icon_size));
            icons::paint(ui.painter(), square, icon, color);
            left += icon_room;
        }
        ui.painter().galley(pos2(left, rect.center().y - galley.size().y / 2.0), galley, color);
        ring(ui, &response);
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// The ring around what the keyboard is on.
pub fn ring(ui: &Ui, response: &Response) {
    if response.has_focus() {
        let stroke = Stroke::new(2.5, Palette::of(ui).ring);
        ui.painter().rect_stroke(response.rect.expand(1.5), RADIUS + 2, stroke, StrokeKind::Outside);
    }
}

/// A choice that is on or off, drawn as a pill.
pub fn toggle(ui: &mut Ui, on: bool, icon: Icon, text: &str) -> Response {
    let p = Palette::of(ui);
    let font = TextStyle::Button.resolve(ui.style());
    let room = (row_width(ui) - 54.0).max(40.0);
    let galley = ui.painter().layout(text.to_owned(), font, Color32::PLACEHOLDER, room);
    let size = vec2(galley.size().x + 54.0, (galley.size().y + 16.0).max(36.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), on, text));
    if ui.is_rect_visible(rect) {
        let (fill, color, stroke) = if on {
            (p.hedge, p.on_hedge, Stroke::NONE)
        } else {
            (if response.hovered() { p.lifted } else { p.surface }, p.ink, Stroke::new(1.0, p.edge))
        };
        ui.painter().rect(rect, 18, fill, stroke, StrokeKind::Inside);
        let square = Rect::from_center_size(pos2(rect.left() + 14.0 + 9.0, rect.center().y), Vec2::splat(18.0));
        icons::paint(ui.painter(), square, if on { Icon::Tick } else { icon }, color);
        ui.painter().galley(pos2(square.right() + 8.0, rect.center().y - galley.size().y / 2.0), galley, color);
        if response.has_focus() {
            ui.painter().rect_stroke(rect.expand(1.5), 20, Stroke::new(2.5, p.ring), StrokeKind::Outside);
        }
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// One of several: a plain radio button with a ring.
pub fn choice(ui: &mut Ui, chosen: bool, text: &str) -> Response {
    let p = Palette::of(ui);
    let font = TextStyle::Body.resolve(ui.style());
    let room = (row_width(ui) - 34.0).max(40.0);
    let galley = ui.painter().layout(text.to_owned(), font, p.ink, room);
    let size = vec2(galley.size().x + 34.0, galley.size().y.max(20.0) + 10.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), chosen, text));
    if ui.is_rect_visible(rect) {
        let center = pos2(rect.left() + 13.0, rect.center().y);
        ui.painter().circle(center, 9.0, p.surface, Stroke::new(1.5, if chosen { p.hedge } else { p.edge }));
        if chosen {
            ui.painter().circle_filled(center, 5.0, p.hedge);
        }
        ui.painter().galley(pos2(rect.left() + 30.0, rect.center().y - galley.size().y / 2.0), galley, p.ink);
        ring(ui, &response);
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// What a text field needs.
pub struct Field<'a> {
    /// Its name, drawn above.
    pub label: &'a str,
    /// An example, drawn while it is empty.
    pub hint: &'a str,
    /// Rows; 1 for a single line.
    pub rows: usize,
    /// Most characters taken.
    pub limit: usize,
}

/// A text field under its name.
pub fn field(ui: &mut Ui, salt: &str, field: &Field<'_>, value: &mut String) -> Response {
    let label = ui.label(RichText::new(field.label).text_style(theme::strong()));
    let soft = Palette::of(ui).soft;
    let edit = if field.rows > 1 { TextEdit::multiline(value) } else { TextEdit::singleline(value) };
    let width = ui.available_width().min(460.0);
    let response = ui.add(
        edit.id_salt(salt)
            .hint_text(RichText::new(field.hint).color(soft))
            .desired_rows(field.rows)
            .char_limit(field.limit)
            .margin(Margin::symmetric(12, 9))
            .desired_width(width),
    );
    response.labelled_by(label.id)
}

/// Of the letters a field takes, the last part from which on the rest is counted: a tenth.
const NEARLY_FULL: usize = 10;

/// A field for longer texts: it says how many letters still fit when there are few, and when it is full.
pub fn counted(ui: &mut Ui, words: &Words, salt: &str, shown: &Field<'_>, value: &mut String) -> Response {
    let response = field(ui, salt, shown, value);
    if let Some((full, text)) = room_left(words, value.chars().count(), shown.limit) {
        let color = if full { Palette::of(ui).bad.0 } else { Palette::of(ui).soft };
        let said = ui.add(Label::new(RichText::new(text).color(color)).wrap());
        announce(ui, &said);
    }
    response
}

/// What is said about the room in a field, and whether it is full; nothing while there is enough. What nobody writes to its
/// end, a day or a number, is left alone.
fn room_left(words: &Words, letters: usize, limit: usize) -> Option<(bool, String)> {
    let left = limit.saturating_sub(letters);
    match left {
        _ if limit < 100 || left > limit / NEARLY_FULL => None,
        0 => Some((true, words.with("field-full", "count", limit as u64))),
        left => Some((false, words.with("field-left", "count", left as u64))),
    }
}

/// A field whose text is not shown while it is typed.
pub fn secret(ui: &mut Ui, salt: &str, label: &str, value: &mut String) -> Response {
    let label = ui.label(RichText::new(label).text_style(theme::strong()));
    let width = ui.available_width().min(460.0);
    let edit = TextEdit::singleline(value)
        .password(true)
        .id_salt(salt)
        .char_limit(200)
        .margin(Margin::symmetric(12, 9))
        .desired_width(width);
    ui.add(edit).labelled_by(label.id)
}

/// The words under a field that say what is missing.
pub fn missing(ui: &mut Ui, text: &str) {
    let color = Palette::of(ui).bad.0;
    let said = ui.add(Label::new(RichText::new(text).color(color)).wrap());
    announce(ui, &said);
}

/// The page heading.
pub fn title(ui: &mut Ui, text: &str) {
    let response = ui.add(Label::new(RichText::new(text).text_style(theme::title())).wrap());
    heading_role(ui, &response, text, 1);
    ui.add_space(NEAR);
}

/// A heading inside a page.
pub fn heading(ui: &mut Ui, text: &str) {
    let response = ui.add(Label::new(RichText::new(text).heading()).wrap());
    heading_role(ui, &response, text, 2);
}

fn heading_role(ui: &Ui, response: &Response, text: &str, level: usize) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Heading);
        node.set_label(text);
        node.set_level(level);
    });
}

/// Body text that wraps.
pub fn text(ui: &mut Ui, text: &str) -> Response {
    ui.add(Label::new(text).wrap())
}

/// Text of lesser weight that wraps.
pub fn soft(ui: &mut Ui, text: &str) -> Response {
    let color = Palette::of(ui).soft;
    ui.add(Label::new(RichText::new(text).color(color)).wrap())
}

/// Text that can be marked and copied.
pub fn copyable(ui: &mut Ui, text: &str) -> Response {
    ui.add(Label::new(text).wrap().selectable(true))
}

/// A box around things that belong together.
pub fn card<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let p = Palette::of(ui);
    Frame::new()
        .fill(p.surface)
        .stroke(Stroke::new(1.0, p.line))
        .corner_radius(CornerRadius::same(RADIUS + 2))
        .inner_margin(Margin::symmetric(18, 14))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add(ui)
        })
        .inner
}

/// Icon of a tone.
pub fn tone_icon(tone: Tone) -> Icon {
    match tone {
        Tone::Good => Icon::Tick,
        Tone::Plain => Icon::Info,
        Tone::Warn => Icon::Warning,
        Tone::Bad => Icon::Stop,
    }
}

/// A state as icon and word on a tinted background.
pub fn pill(ui: &mut Ui, tone: Tone, icon: Icon, text: &str) -> Response {
    let (color, fill) = Palette::of(ui).tone(tone);
    let font = TextStyle::Small.resolve(ui.style());
    let room = (row_width(ui) - 40.0).max(40.0);
    let galley = ui.painter().layout(text.to_owned(), font, color, room);
    let size = vec2(galley.size().x + 16.0 + 6.0 + 18.0, galley.size().y.max(16.0) + 8.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    if ui.is_rect_visible(rect) {
        ui.painter().rect_filled(rect, 13, fill);
        let square = Rect::from_center_size(pos2(rect.left() + 9.0 + 8.0, rect.center().y), Vec2::splat(16.0));
        icons::paint(ui.painter(), square, icon, color);
        ui.painter().galley(pos2(square.right() + 6.0, rect.center().y - galley.size().y / 2.0), galley, color);
    }
    response
}

/// A message across the page: icon, a few words in bold, what it means, and what `add` puts below.
pub fn banner<R>(ui: &mut Ui, tone: Tone, title: &str, body: &str, add: impl FnOnce(&mut Ui) -> R) -> R {
    let (color, fill) = Palette::of(ui).tone(tone);
    Frame::new()
        .fill(fill)
        .corner_radius(CornerRadius::same(RADIUS + 2))
        .inner_margin(Margin::symmetric(16, 12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(22.0), Sense::hover());
                icons::paint(ui.painter(), rect, tone_icon(tone), color);
                ui.add_space(NEAR);
                ui.vertical(|ui| {
                    let head = ui.add(Label::new(RichText::new(title).text_style(theme::strong()).color(color)).wrap());
                    announce(ui, &head);
                    if !body.is_empty() {
                        ui.add(Label::new(RichText::new(body).color(color)).wrap());
                    }
                    add(ui)
                })
                .inner
            })
            .inner
        })
        .inner
}

/// Lets screen readers say this text when it changes.
pub fn announce(ui: &Ui, response: &Response) {
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(egui::accesskit::Live::Polite));
}

/// A page's place that holds nothing: why, and what to do. Returns whether the button was pressed.
pub fn nothing_here(ui: &mut Ui, icon: Icon, title: &str, body: &str, action: Option<&str>) -> bool {
    let p = Palette::of(ui);
    ui.add_space(FAR);
    ui.vertical_centered(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(64.0), Sense::hover());
        ui.painter().circle_filled(rect.center(), 32.0, p.plain.1);
        icons::paint(ui.painter(), rect.shrink(18.0), icon, p.soft);
        ui.add_space(GAP);
        let head = ui.add(Label::new(RichText::new(title).heading()).wrap());
        announce(ui, &head);
        if !body.is_empty() {
            soft(ui, body);
        }
        ui.add_space(GAP);
        action.is_some_and(|text| button(ui, Look::Quiet, None, text).clicked())
    })
    .inner
}

/// How much of something is left, from 0 to 1, as a bar under its words.
pub fn bar(ui: &mut Ui, part: f32, text: &str) {
    let p = Palette::of(ui);
    self::text(ui, text);
    let width = ui.available_width().min(360.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 12.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, text));
    // On white it would look like a field to type in.
    ui.painter().rect(rect, 6, p.plain.1, Stroke::new(1.0, p.line), StrokeKind::Inside);
    // A little of it can still be seen.
    let long = if part > 0.0 { (width * part.min(1.0)).max(12.0) } else { 0.0 };
    let filled = Rect::from_min_size(rect.min, vec2(long, 12.0));
    ui.painter().rect_filled(filled, 6, p.hedge);
}

/// A row of a list that can be pressed as a whole. `name` is what a screen reader says.
pub fn row(ui: &mut Ui, salt: &str, name: &str, add: impl FnOnce(&mut Ui)) -> Response {
    let p = Palette::of(ui);
    let background = ui.painter().add(egui::Shape::Noop);
    let response = ui
        .scope_builder(UiBuilder::new().id_salt(salt).sense(Sense::click()), |ui| {
            Frame::new().inner_margin(Margin::symmetric(18, 12)).show(ui, |ui| {
                ui.set_width(ui.available_width());
                add(ui);
            });
        })
        .response;
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let lifted = response.hovered() || response.has_focus();
    let stroke = if lifted { Stroke::new(1.0, p.hedge) } else { Stroke::new(1.0, p.line) };
    let fill = if lifted { p.lifted } else { p.surface };
    ui.painter().set(
        background,
        egui::epaint::RectShape::new(response.rect, CornerRadius::same(RADIUS + 2), fill, stroke, StrokeKind::Inside),
    );
    ring(ui, &response);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A line with a small icon before it.
pub fn icon_line(ui: &mut Ui, icon: Icon, add: impl FnOnce(&mut Ui)) {
    let color = Palette::of(ui).soft;
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(20.0), Sense::hover());
        icons::paint(ui.painter(), rect.shrink(1.0), icon, color);
        ui.add_space(2.0);
        ui.vertical(add);
    });
}
