//! Draws the invite page.

use egui::{Color32, Label, Rect, RichText, Role, Sense, Ui, Vec2, WidgetInfo};

use super::Form;
use super::data::{Asker, InviteView, More, Open, Ready};
use crate::command::Command;
use crate::deeds::{Deed, community};
use crate::icons::Icon;
use crate::pages::{draw_copy, draw_part};
use crate::qr::Picture;
use crate::theme::{self, FAR, GAP, NEAR, Tone};
use crate::widgets::{self, Field, Look};
use crate::words::Words;

/// Draws the page.
pub fn draw(ui: &mut Ui, words: &Words, view: &InviteView, form: &mut Form, out: &mut Vec<Command>) {
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
    ui.add_space(NEAR);
    draw_poster(ui, words, form, out);
    ui.add_space(GAP);
    draw_part(ui, words, Icon::Invite, &view.more, out, |ui, more, out| draw_more(ui, words, more, out));
}

fn draw_poster(ui: &mut Ui, words: &Words, form: &mut Form, out: &mut Vec<Command>) {
    if !form.poster {
        form.poster = widgets::button(ui, Look::Quiet, Some(Icon::People), &words.t("poster-make")).clicked();
        return;
    }
    widgets::card(ui, |ui| {
        widgets::heading(ui, &words.t("poster-title"));
        widgets::text(ui, &words.t("poster-about"));
        ui.add_space(NEAR);
        let (label, hint) = (words.t("poster-note"), words.t("poster-note-hint"));
        widgets::counted(ui, words, "note", &Field { label: &label, hint: &hint, rows: 1, limit: 100 }, &mut form.note);
        widgets::soft(ui, &words.t("poster-note-private"));
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            if widgets::button(ui, Look::Main, None, &words.t("poster-make")).clicked() {
                let note = form.note.trim().to_owned();
                out.push(Command::Do(Deed::Community(community::Deed::Poster { note })));
            }
            if widgets::button(ui, Look::Bare, None, &words.t("never-mind")).clicked() {
                form.poster = false;
            }
        });
    });
}

fn draw_more(ui: &mut Ui, words: &Words, more: &More, out: &mut Vec<Command>) {
    if !more.askers.is_empty() {
        widgets::heading(ui, &words.t("askers"));
        widgets::soft(ui, &words.t("askers-do"));
        ui.add_space(NEAR);
        for asker in &more.askers {
            ui.push_id(&asker.who.id, |ui| draw_asker(ui, words, asker, out));
            ui.add_space(NEAR);
        }
        ui.add_space(GAP);
    }
    widgets::heading(ui, &words.t("invites-open"));
    ui.add_space(NEAR);
    if more.open.is_empty() {
        widgets::soft(ui, &words.t("invites-none"));
    }
    for open in &more.open {
        ui.push_id(&open.invite.id, |ui| draw_open(ui, words, open, out));
        ui.add_space(NEAR);
    }
    ui.add_space(FAR);
    widgets::heading(ui, &words.t("newcomers"));
    widgets::text(ui, &more.newcomers.text);
    widgets::soft(ui, &words.t("newcomers-about"));
    ui.add_space(NEAR);
    match &more.newcomers.change {
        Ok((text, deed)) => {
            if widgets::button(ui, Look::Quiet, None, text).clicked() {
                out.push(Command::Do(deed.clone()));
            }
        }
        Err(why) => {
            widgets::soft(ui, why);
        }
    }
}

fn draw_asker(ui: &mut Ui, words: &Words, asker: &Asker, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        ui.add(Label::new(RichText::new(&asker.who.name).text_style(theme::strong())).wrap());
        widgets::text(ui, &asker.code);
        if let Some(same) = &asker.same_name {
            widgets::pill(ui, Tone::Warn, Icon::Warning, same);
        }
        ui.add_space(NEAR);
        ui.horizontal_wrapped(|ui| {
            let name = &asker.who.name;
            if widgets::button(ui, Look::Main, None, &words.with("asker-confirm", "name", name)).clicked() {
                let who = asker.who.clone();
                out.push(Command::Do(Deed::Community(community::Deed::Confirm { who })));
            }
            if widgets::button(ui, Look::Quiet, None, &words.with("asker-refuse", "name", name)).clicked() {
                let who = asker.who.clone();
                out.push(Command::Do(Deed::Community(community::Deed::Refuse { who })));
            }
        });
    });
}

fn draw_open(ui: &mut Ui, words: &Words, open: &Open, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        ui.add(Label::new(RichText::new(&open.name).text_style(theme::strong())).wrap());
        widgets::soft(ui, &open.left);
        if let Some(waiting) = &open.waiting {
            widgets::pill(ui, Tone::Warn, Icon::Clock, waiting);
        }
        if widgets::button(ui, Look::Bare, None, &words.t("invite-revoke")).clicked() {
            let invite = open.invite.clone();
            out.push(Command::Do(Deed::Community(community::Deed::Revoke { invite })));
        }
    });
}

fn draw_ready(ui: &mut Ui, words: &Words, ready: &Ready, out: &mut Vec<Command>) {
    widgets::card(ui, |ui| {
        let wide = ui.available_width() > 560.0;
        let side = 260.0_f32.min(ui.available_width());
        let body = |ui: &mut Ui, out: &mut Vec<Command>| {
            widgets::heading(ui, &words.t(if ready.poster { "poster-ready" } else { "invite-ready" }));
            widgets::soft(ui, &ready.left);
            ui.add_space(NEAR);
            ui.add(Label::new(RichText::new(&ready.ticket).monospace()).wrap().selectable(true));
            ui.add_space(GAP);
            ui.horizontal_wrapped(|ui| {
                draw_copy(ui, words, Look::Main, &words.t("invite-copy"), &ready.ticket, out);
                if widgets::button(ui, Look::Quiet, None, &words.t("invite-save")).clicked() {
                    let ticket = ready.ticket.clone();
                    out.push(Command::Do(Deed::Community(community::Deed::SaveInvite { ticket })));
                }
                for (format, key) in [("pdf", "poster-save-pdf"), ("png", "poster-save-png")] {
                    if ready.poster && widgets::button(ui, Look::Quiet, None, &words.t(key)).clicked() {
                        let (ticket, lang) = (ready.ticket.clone(), ready.lang);
                        out.push(Command::Do(Deed::Community(community::Deed::SavePoster { ticket, format, lang })));
                    }
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
pub fn draw_picture(ui: &mut Ui, words: &Words, picture: &Picture, side_max: f32) {
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
