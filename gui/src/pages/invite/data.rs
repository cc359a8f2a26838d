//! Invites, who asked to join, and whether newcomers may enter.

use hedgerow_api::{Invites, JoinRequests, Organisers, clean};

use crate::deeds::people::Who;
use crate::deeds::{Deed, Outcome, community, people};
use crate::pages::people::data::name_of;
use crate::pages::{Cx, Part};
use crate::qr::Picture;
use crate::when;
use crate::words::Language;

/// An invite, ready to hand over.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// The text.
    pub ticket: String,
    /// How long it works.
    pub left: String,
    /// The text as a picture; absent when it is too long for one.
    pub picture: Option<Picture>,
    /// Whether it is a poster, for many.
    pub poster: bool,
    /// Language of a poster saved as a file.
    pub lang: &'static str,
}

/// An invite that can still be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its code and note.
    pub invite: Who,
    /// What it is called.
    pub name: String,
    /// How long it works.
    pub left: String,
    /// How many wait at it.
    pub waiting: Option<String>,
}

/// Somebody who asked with a poster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Their code and name.
    pub who: Who,
    /// The code in words.
    pub code: String,
    /// Set when somebody else has the same name.
    pub same_name: Option<String>,
}

/// Whether newcomers may enter by themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Newcomers {
    /// How it is.
    pub text: String,
    /// What changes it; why I cannot, where I cannot.
    pub change: Result<(String, Deed), String>,
}

/// What the node knows of all that.
#[derive(Debug, Clone, PartialEq)]
pub struct More {
    /// Who waits, in the order in which they asked.
    pub askers: Vec<Asker>,
    /// The one that ends first, first.
    pub open: Vec<Open>,
    /// About newcomers.
    pub newcomers: Newcomers,
}

/// The invite page.
#[derive(Debug, Clone, PartialEq)]
pub struct InviteView {
    /// Heading: "Invite somebody to Riverside".
    pub title: String,
    /// Why I cannot invite, if so.
    pub why_not: Option<(String, String)>,
    /// Whether one is being made.
    pub making: bool,
    /// The invite.
    pub ready: Option<Ready>,
    /// What is open, who waits, newcomers.
    pub more: Part<More>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> InviteView {
    let words = cx.words;
    let status = cx.known.status.ready();
    let community = status.and_then(|s| s.community.as_ref()).map(|c| clean::line(&c.name)).unwrap_or_default();
    let member = status.and_then(|s| s.me.as_ref()).is_some_and(|me| me.role != "none");
    InviteView {
        title: if community.is_empty() {
            words.t("page-invite")
        } else {
            words.with("invite-title", "name", &community)
        },
        why_not: (status.is_some() && !member).then(|| (words.t("invite-not-yet"), words.t("invite-not-yet-do"))),
        making: matches!(cx.doing, Some(Deed::Community(community::Deed::Invite | community::Deed::Poster { .. }))),
        ready: match cx.outcome {
            Some(Outcome::Invite(invite)) => Some(Ready {
                ticket: clean::line(&invite.ticket),
                left: when::left(words, invite.expires_ms, cx.known.now_ms()),
                picture: Picture::of(&invite.ticket),
                poster: invite.poster,
                lang: if words.language == Language::Welsh { "cy" } else { "en" },
            }),
            _ => None,
        },
        more: more(cx),
    }
}

fn more(cx: &Cx<'_>) -> Part<More> {
    let known = cx.known;
    known.invites.and(&known.join_requests).and(&known.organisers).part(
        cx.words,
        ("invites-none", "invites-none"),
        |((invites, asked), organisers)| {
            Some(More { askers: askers(cx, asked), open: open(cx, invites), newcomers: newcomers(cx, organisers) })
        },
    )
}

fn open(cx: &Cx<'_>, invites: &Invites) -> Vec<Open> {
    let words = cx.words;
    let one = |i: &hedgerow_api::OpenInvite| {
        let note = clean::line(&i.note);
        let kind = words.t(if i.poster { "invite-is-poster" } else { "invite-is-one" });
        Open {
            name: if note.is_empty() { kind } else { format!("{kind}: {note}") },
            invite: Who { id: i.code.clone(), name: note },
            left: when::left(words, i.expires_ms, cx.known.now_ms()),
            waiting: (i.waiting > 0).then(|| words.with("invite-waiting", "count", i.waiting)),
        }
    };
    invites.invites.iter().map(one).collect()
}

fn askers(cx: &Cx<'_>, asked: &JoinRequests) -> Vec<Asker> {
    let one = |r: &hedgerow_api::JoinRequest| Asker {
        who: Who { id: r.code.clone(), name: name_of(cx.words, &r.name) },
        code: cx.words.with("asker-code", "code", &r.code),
        same_name: r.same_name.then(|| cx.words.t("asker-same-name")),
    };
    asked.requests.iter().map(one).collect()
}

fn newcomers(cx: &Cx<'_>, organisers: &Organisers) -> Newcomers {
    let words = cx.words;
    let (text, button) =
        if organisers.open { ("newcomers-on", "newcomers-stop") } else { ("newcomers-off", "newcomers-accept") };
    let deed = Deed::People(people::Deed::AcceptNewcomers { on: !organisers.open });
    Newcomers {
        text: words.t(text),
        change: if cx.is_organiser() { Ok((words.t(button), deed)) } else { Err(words.t("newcomers-organisers")) },
    }
}
