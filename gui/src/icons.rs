//! A small set of line drawings, so that every state has a shape and no picture font is needed.

use egui::{Color32, Painter, Pos2, Rect, Stroke, StrokeKind, Vec2, epaint::PathStroke, pos2};

/// One drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Icon {
    Home,
    Search,
    Invite,
    Links,
    Settings,
    Tick,
    Warning,
    Stop,
    Clock,
    Look,
    Alone,
    Place,
    Person,
    Copy,
    Back,
    Leaf,
    Info,
    Menu,
    People,
    Help,
    Globe,
    Share,
    Site,
    Computer,
    Things,
    Write,
    File,
    Map,
    List,
    North,
    Phone,
}

/// Draws `icon` into the square in the middle of `rect`.
pub fn paint(painter: &Painter, rect: Rect, icon: Icon, color: Color32) {
    let side = rect.width().min(rect.height());
    let square = Rect::from_center_size(rect.center(), Vec2::splat(side));
    // Drawings are made on a 24 by 24 board.
    let at = |x: f32, y: f32| -> Pos2 { square.min + Vec2::new(x, y) * side / 24.0 };
    let len = |v: f32| v * side / 24.0;
    let pen = Stroke::new((side / 12.0).max(1.4), color);
    let line = |points: &[(f32, f32)]| {
        painter.line(points.iter().map(|p| at(p.0, p.1)).collect(), PathStroke::new(pen.width, pen.color));
    };
    let ring = |x: f32, y: f32, r: f32| {
        painter.circle_stroke(at(x, y), len(r), pen);
    };
    let dot = |x: f32, y: f32, r: f32| {
        painter.circle_filled(at(x, y), len(r), color);
    };
    match icon {
        Icon::Home => {
            line(&[(3.0, 12.0), (12.0, 4.0), (21.0, 12.0)]);
            line(&[(6.0, 10.0), (6.0, 20.0), (18.0, 20.0), (18.0, 10.0)]);
            line(&[(10.0, 20.0), (10.0, 14.5), (14.0, 14.5), (14.0, 20.0)]);
        }
        Icon::Menu => {
            for y in [6.5, 12.0, 17.5] {
                line(&[(4.0, y), (20.0, y)]);
            }
        }
        Icon::Things => {
            line(&[(4.0, 8.0), (12.0, 4.0), (20.0, 8.0), (20.0, 17.0), (12.0, 21.0), (4.0, 17.0), (4.0, 8.0)]);
            line(&[(4.0, 8.0), (12.0, 12.0), (20.0, 8.0)]);
            line(&[(12.0, 12.0), (12.0, 21.0)]);
        }
        Icon::Write => {
            line(&[(4.0, 20.0), (5.0, 15.5), (16.0, 4.5), (19.5, 8.0), (8.5, 19.0), (4.0, 20.0)]);
            line(&[(13.5, 7.0), (17.0, 10.5)]);
        }
        Icon::File => {
            line(&[
                (14.0, 3.5),
                (6.0, 3.5),
                (6.0, 20.5),
                (18.0, 20.5),
                (18.0, 7.5),
                (14.0, 3.5),
                (14.0, 7.5),
                (18.0, 7.5),
            ]);
            line(&[(9.0, 12.5), (15.0, 12.5)]);
            line(&[(9.0, 16.0), (15.0, 16.0)]);
        }
        Icon::Map => {
            line(&[
                (3.5, 6.0),
                (9.0, 4.0),
                (15.0, 6.5),
                (20.5, 4.5),
                (20.5, 18.0),
                (15.0, 20.0),
                (9.0, 17.5),
                (3.5, 19.5),
                (3.5, 6.0),
            ]);
            line(&[(9.0, 4.0), (9.0, 17.5)]);
            line(&[(15.0, 6.5), (15.0, 20.0)]);
        }
        Icon::Phone => {
            line(&[(7.5, 3.0), (16.5, 3.0), (16.5, 21.0), (7.5, 21.0), (7.5, 3.0)]);
            line(&[(10.5, 18.0), (13.5, 18.0)]);
        }
        Icon::North => {
            line(&[(12.0, 21.0), (12.0, 4.0)]);
            line(&[(6.5, 10.0), (12.0, 3.5), (17.5, 10.0)]);
        }
        Icon::List => {
            for y in [6.5, 12.0, 17.5] {
                dot(5.0, y, 1.3);
                line(&[(9.0, y), (20.0, y)]);
            }
        }
        Icon::Search => {
            ring(10.5, 10.5, 6.0);
            line(&[(15.0, 15.0), (20.5, 20.5)]);
        }
        Icon::Invite => {
            ring(9.5, 8.0, 3.8);
            line(&arc((9.5, 21.5), 7.0, 180.0, 360.0));
            line(&[(19.0, 8.0), (19.0, 14.0)]);
            line(&[(16.0, 11.0), (22.0, 11.0)]);
        }
        Icon::Links => {
            ring(12.0, 5.5, 2.6);
            ring(5.5, 17.5, 2.6);
            ring(18.5, 17.5, 2.6);
            line(&[(10.8, 8.0), (6.8, 15.2)]);
            line(&[(13.2, 8.0), (17.2, 15.2)]);
            line(&[(8.2, 17.5), (15.8, 17.5)]);
        }
        Icon::Settings => {
            for (y, knob) in [(6.0, 15.0), (12.0, 8.0), (18.0, 13.0)] {
                line(&[(3.5, y), (knob - 2.2, y)]);
                line(&[(knob + 2.2, y), (20.5, y)]);
                ring(knob, y, 2.2);
            }
        }
        Icon::Tick => {
            ring(12.0, 12.0, 9.0);
            line(&[(7.6, 12.4), (10.8, 15.6), (16.4, 9.0)]);
        }
        Icon::Warning => {
            line(&[(12.0, 3.5), (21.5, 20.0), (2.5, 20.0), (12.0, 3.5), (21.5, 20.0)]);
            line(&[(12.0, 9.5), (12.0, 14.0)]);
            dot(12.0, 17.0, 1.25);
        }
        Icon::Stop => {
            ring(12.0, 12.0, 9.0);
            line(&[(8.5, 8.5), (15.5, 15.5)]);
            line(&[(15.5, 8.5), (8.5, 15.5)]);
        }
        Icon::Clock => {
            ring(12.0, 12.0, 9.0);
            line(&[(12.0, 6.8), (12.0, 12.3), (15.8, 14.2)]);
        }
        Icon::Look => {
            ring(12.0, 12.0, 9.0);
            for x in [7.8, 12.0, 16.2] {
                dot(x, 12.0, 1.4);
            }
        }
        Icon::Alone => {
            ring(12.0, 12.0, 9.0);
            dot(12.0, 12.0, 3.0);
        }
        Icon::Place => {
            let mut drop = arc((12.0, 10.0), 6.5, 160.0, 380.0);
            drop.push((12.0, 21.0));
            drop.push(drop[0]);
            line(&drop);
            ring(12.0, 10.0, 2.2);
        }
        Icon::Person => {
            ring(12.0, 8.0, 4.0);
            line(&arc((12.0, 21.5), 7.5, 180.0, 360.0));
        }
        Icon::People => {
            ring(9.0, 8.5, 3.6);
            line(&arc((9.0, 21.0), 6.5, 180.0, 360.0));
            line(&arc((16.0, 8.5), 3.4, 250.0, 460.0));
            line(&arc((16.0, 21.0), 6.5, 290.0, 360.0));
        }
        Icon::Help => {
            ring(12.0, 12.0, 9.0);
            line(&arc((12.0, 9.8), 2.7, 180.0, 430.0));
            line(&[(12.9, 12.3), (12.0, 13.2), (12.0, 14.2)]);
            dot(12.0, 17.0, 1.25);
        }
        Icon::Copy => {
            painter.rect_stroke(Rect::from_min_max(at(8.0, 8.0), at(20.0, 20.0)), len(2.0), pen, StrokeKind::Middle);
            line(&[(5.0, 15.5), (4.0, 15.5), (4.0, 4.0), (15.5, 4.0), (15.5, 5.0)]);
        }
        Icon::Back => {
            line(&[(20.0, 12.0), (4.5, 12.0)]);
            line(&[(10.5, 6.0), (4.5, 12.0), (10.5, 18.0)]);
        }
        Icon::Leaf => {
            let mut leaf = arc((19.0, 19.0), 15.0, 180.0, 270.0);
            leaf.extend(arc((4.0, 4.0), 15.0, 0.0, 90.0));
            line(&leaf);
            line(&[(3.0, 20.5), (12.5, 11.0)]);
        }
        Icon::Globe => {
            ring(12.0, 12.0, 9.0);
            line(&[(3.0, 12.0), (21.0, 12.0)]);
            line(&arc((20.0, 12.0), 11.6, 140.0, 220.0));
            line(&arc((4.0, 12.0), 11.6, -40.0, 40.0));
        }
        Icon::Share => {
            ring(6.0, 12.0, 2.6);
            ring(18.0, 5.5, 2.6);
            ring(18.0, 18.5, 2.6);
            line(&[(8.4, 10.8), (15.6, 6.8)]);
            line(&[(8.4, 13.2), (15.6, 17.2)]);
        }
        Icon::Site => {
            line(&[(3.5, 5.0), (20.5, 5.0), (20.5, 19.0), (3.5, 19.0), (3.5, 5.0)]);
            line(&[(3.5, 9.5), (20.5, 9.5)]);
            dot(6.2, 7.2, 1.0);
            dot(9.2, 7.2, 1.0);
        }
        Icon::Computer => {
            line(&[(5.0, 5.0), (19.0, 5.0), (19.0, 15.5), (5.0, 15.5), (5.0, 5.0)]);
            line(&[(2.5, 19.0), (21.5, 19.0)]);
        }
        Icon::Info => {
            ring(12.0, 12.0, 9.0);
            line(&[(12.0, 11.0), (12.0, 16.5)]);
            dot(12.0, 7.6, 1.25);
        }
    }
}

/// Points on a circle, degrees clockwise from the right.
fn arc(center: (f32, f32), radius: f32, from: f32, to: f32) -> Vec<(f32, f32)> {
    let steps = 20;
    (0..=steps)
        .map(|i| {
            let angle = (from + (to - from) * i as f32 / steps as f32).to_radians();
            let p = pos2(center.0, center.1) + radius * Vec2::angled(angle);
            (p.x, p.y)
        })
        .collect()
}
