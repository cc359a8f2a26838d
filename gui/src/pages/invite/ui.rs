//! Draws the invite page.

use egui::{Color32, Label, Rect, RichText, Role, Sense, Ui, Vec2, WidgetInfo};

use super::data::{InviteView, Ready};
use crate::command::Command;
use crate::deeds::{Deed, community};
use crate::icons::Icon;
use crate::qr::Picture;
use crate::theme::{FAR, GAP, NEAR};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &InviteView, out: &mut Vec<Command>) {
    widgets::title(ui, &view.title);
    if let Some((title, body)) = &view.why_not {
        widgets::nothing_here(ui, Icon::Stop, title, body, None);
        return;
    }
    widgets::text(ui, &words.t("invite-about"));
    widgets::soft(ui, &words.t("invite-about-on"));
    ui.add_space(GAP);
    match &view.ready {
        Some(ready) => draw_ready(ui, words, ready, out),
        None if view.making => {
            widgets::soft(ui, &words.t("invite-making"));
        }
        None => {
            if widgets::button(ui, Look::Main, Some(Icon::Invite), &words.t("invite-make")).clicked() {
                out.push(Command::Do(Deed::Community(community::Deed::Invite)));
            }
        }
    }
}

fn draw_ready(ui: &mut Ui, words: &Words, ready: &Ready, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        let wide = ui.available_width() > 560.0;
        let side = 260.0_f32.min(ui.available_width());
        let body = |ui: &mut Ui, out: &mut Vec<Command>| {
            widgets::heading(ui, &words.t("invite-ready"));
            widgets::soft(ui, &ready.left);
            ui.add_space(NEAR);
            ui.add(Label::new(RichText::new(&ready.ticket).monospace()).wrap().selectable(true));
            ui.add_space(GAP);
            ui.horizontal_wrapped(|ui| {
                if widgets::button(ui, Look::Main, Some(Icon::Copy), &words.t("invite-copy")).clicked() {
                    out.push(Command::Copy(ready.ticket.clone()));
                }
                if widgets::button(ui, Look::Quiet, None, &words.t("invite-save")).clicked() {
                    let ticket = ready.ticket.clone();
                    out.push(Command::Do(Deed::Community(community::Deed::SaveInvite { ticket })));
                }
            });
        };
        if wide {
            ui.horizontal_top(|ui| {
                if let Some(picture) = &ready.picture {
                    draw_picture(ui, words, picture, side);
                    ui.add_space(FAR);
                }
                ui.vertical(|ui| body(ui, out));
            });
        } else {
            body(ui, out);
            ui.add_space(GAP);
            if let Some(picture) = &ready.picture {
                draw_picture(ui, words, picture, side);
            }
        }
    });
    ui.add_space(GAP);
    if widgets::button(ui, Look::Quiet, Some(Icon::Invite), &words.t("invite-another")).clicked() {
        out.push(Command::Do(Deed::Community(community::Deed::Invite)));
    }
}

/// Dark on white with a quiet border of four squares, whatever the theme, because telephones expect it.
fn draw_picture(ui: &mut Ui, words: &Words, picture: &Picture, side_max: f32) {
    let ppp = ui.ctx().pixels_per_point();
    let cells = picture.side as f32 + 8.0;
    // Whole pixels, so that no hairlines show between squares.
    let cell = (side_max / cells * ppp).floor().max(1.0) / ppp;
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(cell * cells), Sense::hover());
    let name = words.t("invite-picture");
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let painter = ui.painter();
    painter.rect_filled(rect, 6, Color32::WHITE);
    let snap = |v: f32| (v * ppp).round() / ppp;
    let start = egui::pos2(snap(rect.left() + 4.0 * cell), snap(rect.top() + 4.0 * cell));
    for y in 0..picture.side {
        let mut x = 0;
        while x < picture.side {
            let run = (x..picture.side).take_while(|x| picture.is_dark(*x, y)).count();
            if run > 0 {
                let min = start + Vec2::new(x as f32, y as f32) * cell;
                painter.rect_filled(Rect::from_min_size(min, Vec2::new(run as f32 * cell, cell)), 0, Color32::BLACK);
            }
            x += run.max(1);
        }
    }
}
