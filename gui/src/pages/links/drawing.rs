//! The drawing of who is connected: this computer in the middle, the others around it, nearer ones on an inner ring.

use egui::{Align2, Color32, Role, Sense, Stroke, TextStyle, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::data::{Distance, Picture};
use crate::icons::{self, Icon};
use crate::theme::Palette;

/// Letters of a name that fit under a dot.
const NAME_MAX: usize = 14;

/// Draws it, as high as the page has room for.
pub(super) fn draw(ui: &mut Ui, picture: &Picture) {
    let p = Palette::of(ui);
    let width = ui.available_width();
    let height = (width * 0.45).clamp(180.0, 290.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &picture.said));
    let painter = ui.painter_at(rect);
    painter.rect(rect, 10, p.surface, Stroke::new(1.0, p.line), egui::StrokeKind::Inside);
    let center = rect.center() - vec2(0.0, 8.0);
    let reach = vec2(width / 2.0 - 56.0, height / 2.0 - 40.0);
    let rings = picture.others.iter().map(|o| o.distance).collect::<std::collections::BTreeSet<_>>();
    for distance in &rings {
        painter.add(egui::Shape::ellipse_stroke(center, reach * part(*distance), Stroke::new(1.0, p.line)));
    }
    let font = TextStyle::Small.resolve(ui.style());
    for distance in rings {
        let on: Vec<_> = picture.others.iter().filter(|o| o.distance == distance).collect();
        for (i, other) in on.iter().enumerate() {
            // Each ring begins a little further round, so that names do not stand over one another.
            let angle = std::f32::consts::TAU * (i as f32 + 0.25 * distance as u8 as f32) / on.len() as f32 - 0.35;
            let at = center + Vec2::angled(angle) * reach * part(distance);
            let linked = matches!(distance, Distance::Near | Distance::Far);
            let color = if linked { p.hedge } else { p.soft };
            if linked {
                painter.line_segment([center, at], Stroke::new(2.0, p.hedge));
            } else {
                painter.extend(egui::Shape::dashed_line(&[center, at], Stroke::new(1.0, p.edge), 4.0, 5.0));
            }
            dot(&painter, at, 13.0, color, p.surface, if linked { Icon::Computer } else { Icon::Alone });
            let mut name: String = other.name.chars().take(NAME_MAX).collect();
            if other.name.chars().count() > NAME_MAX {
                name.push('…');
            }
            painter.text(at + vec2(0.0, 15.0), Align2::CENTER_TOP, name, font.clone(), p.ink);
        }
    }
    dot(&painter, center, 17.0, p.hedge, p.surface, Icon::Computer);
    painter.text(center + vec2(0.0, 19.0), Align2::CENTER_TOP, &picture.me, font, p.ink);
}

fn dot(painter: &egui::Painter, at: egui::Pos2, radius: f32, color: Color32, on: Color32, icon: Icon) {
    painter.circle(at, radius, color, Stroke::new(2.0, on));
    let square = egui::Rect::from_center_size(pos2(at.x, at.y), Vec2::splat(radius * 1.15));
    icons::paint(painter, square, icon, on);
}

/// How far out a ring is.
fn part(distance: Distance) -> f32 {
    match distance {
        Distance::Near => 0.5,
        Distance::Far => 0.76,
        Distance::Seen | Distance::Away => 1.0,
    }
}
