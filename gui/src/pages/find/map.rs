//! A plain map of what was found: a point for each thing that says where it is, with names, a scale and nothing else. No
//! picture from outside is needed, so it works with the cable pulled.

use egui::{
    Align2, Color32, CornerRadius, Pos2, Rect, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

use super::data::Row;
use super::ui::draw_row;
use crate::command::{Command, Page};
use crate::icons::{self, Icon};
use crate::theme::{NEAR, Palette, RADIUS};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Metres in a degree to the north.
const DEGREE_M: f64 = 111_320.0;
/// A place alone is shown in a square of this many degrees.
const SPAN_MIN: f64 = 0.004;
/// How far one can go closer.
const CLOSER_MAX: f32 = 256.0;
/// Most names written beside points.
const NAMES_MAX: usize = 60;
/// Room around the points.
const MARGIN: f32 = 44.0;
/// How large the part of a point is that can be pressed.
const PRESS: f32 = 24.0;

/// What is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct View {
    /// 1: everything fits.
    closer: f32,
    /// The thing chosen, by slot.
    chosen: Option<String>,
}

impl Default for View {
    fn default() -> Self {
        View { closer: 1.0, chosen: None }
    }
}

/// Turns places into points of the drawing and back.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    middle: (f64, f64),
    /// How much narrower a degree to the east is than one to the north.
    narrow: f64,
    /// Points in a degree to the north.
    points: f64,
    center: Pos2,
}

impl Scale {
    /// One in which all places fit, made closer around `chosen`.
    fn of(places: &[(f64, f64)], chosen: Option<(f64, f64)>, closer: f32, rect: Rect) -> Scale {
        let low = places.iter().fold((f64::MAX, f64::MAX), |a, p| (a.0.min(p.0), a.1.min(p.1)));
        let high = places.iter().fold((f64::MIN, f64::MIN), |a, p| (a.0.max(p.0), a.1.max(p.1)));
        let middle = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
        let narrow = middle.0.to_radians().cos().max(0.05);
        let room = (rect.size() - Vec2::splat(2.0 * MARGIN)).max(Vec2::splat(40.0));
        let tall = f64::from(room.y) / (high.0 - low.0).max(SPAN_MIN);
        let wide = f64::from(room.x) / ((high.1 - low.1) * narrow).max(SPAN_MIN);
        Scale {
            middle: chosen.filter(|_| closer > 1.0).unwrap_or(middle),
            narrow,
            points: tall.min(wide) * f64::from(closer),
            center: rect.center(),
        }
    }

    fn point(&self, (lat, lon): (f64, f64)) -> Pos2 {
        let east = (lon - self.middle.1) * self.narrow * self.points;
        let north = (lat - self.middle.0) * self.points;
        pos2(self.center.x + east as f32, self.center.y - north as f32)
    }

    /// A round length in metres that takes at most this many points, and how many it takes.
    fn bar(&self, points_max: f32) -> (f64, f32) {
        let longest = f64::from(points_max) / self.points * DEGREE_M;
        let ten = 10f64.powf(longest.log10().floor());
        let length = [5.0, 2.0, 1.0].into_iter().map(|n| n * ten).find(|l| *l <= longest).unwrap_or(ten);
        (length, (length / DEGREE_M * self.points) as f32)
    }
}

/// A length as people say it.
fn length(metres: f64) -> String {
    if metres >= 1000.0 { format!("{} km", metres / 1000.0) } else { format!("{metres} m") }
}

/// Draws the map, and below it what is chosen on it.
pub(crate) fn draw(ui: &mut Ui, words: &Words, rows: &[Row], view: &mut View, out: &mut Vec<Command>) {
    let placed: Vec<(&Row, (f64, f64))> = rows.iter().filter_map(|r| Some((r, r.at?))).collect();
    if placed.is_empty() {
        widgets::nothing_here(ui, Icon::Map, &words.t("map-none"), &words.t("map-none-do"), None);
        return;
    }
    ui.horizontal_wrapped(|ui| {
        if widgets::button(ui, Look::Quiet, None, &words.t("map-closer")).clicked() {
            view.closer = (view.closer * 2.0).min(CLOSER_MAX);
        }
        if widgets::button(ui, Look::Quiet, None, &words.t("map-further")).clicked() {
            view.closer = (view.closer / 2.0).max(1.0);
        }
        if widgets::button(ui, Look::Quiet, None, &words.t("map-all")).clicked() {
            *view = View::default();
        }
        widgets::soft(ui, &words.t("map-about"));
    });
    ui.add_space(NEAR);
    let p = Palette::of(ui);
    let height = (ui.available_width() * 0.62).clamp(220.0, 440.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let name = words.with("map-name", "count", placed.len() as u64);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let chosen = placed.iter().find(|(r, _)| view.chosen.as_deref() == Some(&r.slot)).copied();
    let places: Vec<(f64, f64)> = placed.iter().map(|(_, at)| *at).collect();
    let scale = Scale::of(&places, chosen.map(|c| c.1), view.closer, rect);
    let painter = ui.painter_at(rect);
    painter.rect(rect, CornerRadius::same(RADIUS + 2), p.surface, Stroke::new(1.0, p.line), StrokeKind::Inside);
    let mut points: Vec<(&Row, Pos2)> = Vec::new();
    for (row, at) in placed {
        let point = scale.point(at);
        if !rect.shrink(6.0).contains(point) {
            continue;
        }
        let id = ui.scope_id().with(("point", &row.slot));
        let press = ui.interact(Rect::from_center_size(point, Vec2::splat(PRESS)).intersect(rect), id, Sense::click());
        press.widget_info(|| WidgetInfo::labeled(Role::Button, true, &row.name));
        if press.gained_focus() || press.clicked() {
            view.chosen = Some(row.slot.clone());
        }
        if press.gained_focus() {
            press.scroll_to_me(None);
        }
        if press.double_clicked() {
            out.push(Command::Open(Page::Item, row.id.clone()));
        }
        let strong = press.hovered() || press.has_focus() || view.chosen.as_deref() == Some(&row.slot);
        let (fill, size) = if strong { (p.ring, 8.0) } else { (p.hedge, 6.0) };
        painter.circle(point, size, fill, Stroke::new(1.5, p.surface));
        if press.has_focus() {
            painter.circle_stroke(point, size + 4.0, Stroke::new(2.5, p.ring));
        }
        if strong {
            points.insert(0, (row, point));
        } else {
            points.push((row, point));
        }
        press.on_hover_cursor(egui::CursorIcon::PointingHand);
    }
    draw_names(ui, &painter, rect, &points);
    draw_scale(ui, &painter, rect, &scale);
    if let Some((row, _)) = chosen {
        ui.add_space(NEAR);
        if draw_row(ui, row).clicked() {
            out.push(Command::Open(Page::Item, row.id.clone()));
        }
    }
}

/// Names beside points, as far as there is room: what is chosen first.
fn draw_names(ui: &Ui, painter: &egui::Painter, rect: Rect, points: &[(&Row, Pos2)]) {
    let p = Palette::of(ui);
    let font = TextStyle::Small.resolve(ui.style());
    let mut taken: Vec<Rect> = vec![Rect::from_min_size(rect.left_bottom() - vec2(0.0, 40.0), vec2(190.0, 40.0))];
    taken.extend(points.iter().map(|(_, at)| Rect::from_center_size(*at, Vec2::splat(12.0))));
    let mut written = 0;
    for (row, at) in points {
        if written == NAMES_MAX {
            break;
        }
        let mut short: String = row.title.chars().take(28).collect();
        if short.len() < row.title.len() {
            short.push('…');
        }
        let galley = painter.layout_no_wrap(short, font.clone(), p.ink);
        let size = galley.size();
        let sides = [pos2(at.x + 10.0, at.y - size.y / 2.0), pos2(at.x - 10.0 - size.x, at.y - size.y / 2.0)];
        let free = |corner: &Pos2| {
            let room = Rect::from_min_size(*corner, size).expand(2.0);
            rect.contains_rect(room) && !taken.iter().any(|t| t.intersects(room))
        };
        if let Some(corner) = sides.into_iter().find(free) {
            taken.push(Rect::from_min_size(corner, size).expand(2.0));
            painter.galley(corner, galley, Color32::PLACEHOLDER);
            written += 1;
        }
    }
}

fn draw_scale(ui: &Ui, painter: &egui::Painter, rect: Rect, scale: &Scale) {
    let p = Palette::of(ui);
    let (metres, points) = scale.bar(140.0);
    let left = rect.left_bottom() + vec2(14.0, -14.0);
    let pen = Stroke::new(2.0, p.ink);
    painter.line_segment([left, left + vec2(points, 0.0)], pen);
    for end in [left, left + vec2(points, 0.0)] {
        painter.line_segment([end - vec2(0.0, 4.0), end + vec2(0.0, 4.0)], pen);
    }
    let font = TextStyle::Small.resolve(ui.style());
    painter.text(left + vec2(0.0, -6.0), Align2::LEFT_BOTTOM, length(metres), font, p.ink);
    let north = Rect::from_center_size(rect.right_top() + vec2(-20.0, 22.0), Vec2::splat(20.0));
    icons::paint(painter, north, Icon::North, p.soft);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_fall_where_they_are() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(600.0, 400.0));
        let places = [(51.0, -4.2), (51.1, -4.0)];
        let scale = Scale::of(&places, None, 1.0, rect);
        let (west, east) = (scale.point(places[0]), scale.point(places[1]));
        assert!(west.x < east.x && west.y > east.y, "north is up and east is right");
        for point in [west, east] {
            assert!(rect.contains(point), "{point:?}");
        }
        let one = Scale::of(&places[..1], None, 1.0, rect);
        assert_eq!(one.point(places[0]), rect.center());
        let close = Scale::of(&places, Some(places[1]), 4.0, rect);
        assert_eq!(close.point(places[1]), rect.center());
    }

    #[test]
    fn the_scale_is_a_round_length_that_fits() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(600.0, 400.0));
        for span in [0.0, 0.01, 0.3, 20.0, 120.0] {
            let scale = Scale::of(&[(50.0 - span / 4.0, 0.0), (50.0, span)], None, 1.0, rect);
            let (metres, points) = scale.bar(140.0);
            assert!(points <= 140.0 && points > 20.0, "{span}: {points}");
            let first = metres / 10f64.powf(metres.log10().floor());
            assert!([1.0, 2.0, 5.0].iter().any(|n| (n - first).abs() < 1e-6), "{span}: {metres}");
        }
        assert_eq!((length(500.0).as_str(), length(2000.0).as_str()), ("500 m", "2 km"));
    }
}
