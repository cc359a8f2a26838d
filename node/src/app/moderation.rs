//! Moderation: what organisers hide from everybody, and whom this computer does not want to see.
//!
//! What is hidden is passed on no more, and goes for good after a while; till then it can be undone. The block list is
//! private to this computer. Not for: what a hide does to lists and searches, which the core sees to.

use hedgerow_api::{Blocked, BlockedOwner, Code, EventKind, HiddenItem, HiddenList, HideNew, Moderated, Problem};
use hedgerow_protocol::authority::body::Reason;
use hedgerow_protocol::authority::{Authority, Hidden, HideTarget, build};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::limits::LIST_MAX;
use hedgerow_protocol::listing;
use hedgerow_protocol::record::Address;

use super::items::{doc_of, slot_text};
use super::problems::{invalid, not_found, why};
use super::removal::checked_note;
use super::{App, Member};

/// Under which private keys those who are blocked are remembered.
const BLOCKED: &str = "blocked/";
/// Most who can be blocked on one computer.
const BLOCKED_MAX: usize = 1000;

/// The reasons, as typed and in words.
const REASONS: [(Reason, &str, &str); 6] = [
    (Reason::SPAM, "spam", "advertising, or the same thing over and over"),
    (Reason::WRONG, "wrong", "wrong or misleading"),
    (Reason::HURTFUL, "hurtful", "it attacks somebody"),
    (Reason::PRIVATE, "private", "somebody's private matters"),
    (Reason::UNLAWFUL, "unlawful", "against the law"),
    (Reason::OTHER, "other", "another reason"),
];

fn reason_words(reason: Reason) -> (&'static str, &'static str) {
    let found = REASONS.iter().find(|(r, ..)| *r == reason);
    found.map_or(("other", "another reason"), |(_, name, words)| (name, words))
}

/// What is hidden: one slot, or all of an owner's.
type Target = (Id, HideTarget);

impl Member {
    /// Whom this computer does not want to see.
    pub(super) fn blocked(&self) -> Vec<Id> {
        let keys = self.core.locals(BLOCKED).into_iter();
        keys.filter_map(|(key, _)| key.strip_prefix(BLOCKED)?.parse().ok()).collect()
    }

    fn title_of(&self, address: &Address) -> String {
        let view = self.core.slot(address);
        let doc = view.winner().and_then(doc_of);
        let title = doc.map(|d| listing::summary(address.kind, &d).title).unwrap_or_default();
        if title.is_empty() { format!("({})", address.kind) } else { title }
    }

    /// Whether I may see what is hidden: organisers, and whoever it belongs to.
    fn may_see_hidden(&self, owner: &Id) -> bool {
        self.is_organiser() || self.person == Some(*owner) || self.may_write(owner, Kind::PROFILE)
    }

    fn hidden_item(&self, (owner, slot): &Target, hidden: &Hidden) -> HiddenItem {
        let (reason, reason_text) = reason_words(hidden.reason);
        let (what, title, target) = match slot {
            None => ("everything", self.called(owner), owner.to_string()),
            Some((kind, key)) => {
                let address = Address { owner: *owner, kind: *kind, key: key.clone() };
                // What was hidden because of its words is not read out again in a list.
                let title = if self.may_see_hidden(owner) { self.title_of(&address) } else { format!("({kind})") };
                ("item", title, slot_text(&address))
            }
        };
        HiddenItem {
            what: what.into(),
            title,
            target,
            owner: self.called(owner),
            reason: reason.into(),
            reason_text: reason_text.into(),
            by: self.called(&hidden.steward),
            note: self.note_about(&hidden.by),
            hidden_ms: self.core.record(&hidden.by).map_or(0, |r| r.payload().hlc.unix_ms()),
            record: hidden.by.to_string(),
        }
    }

    /// Why an item is hidden, if it is.
    pub(super) fn hidden_at(&self, address: &Address) -> Option<HiddenItem> {
        let (slot, hidden) = self.authority().hides_on(address).into_iter().next()?;
        Some(self.hidden_item(&(address.owner, slot), &hidden))
    }

    /// Refuses to show what is hidden, unless somebody who may see it asks for it.
    pub(super) fn unless_hidden(&self, address: &Address, even_if_hidden: bool) -> Result<(), Problem> {
        let Some(hidden) = self.hidden_at(address) else { return Ok(()) };
        let may = self.may_see_hidden(&address.owner);
        if even_if_hidden && may {
            return Ok(());
        }
        let note = if hidden.note.is_empty() { String::new() } else { format!(" {} says: {}", hidden.by, hidden.note) };
        Err(Problem::new(
            Code::Hidden,
            format!("Hidden by the organisers: {}.", hidden.reason_text),
            format!("Nobody is shown it.{note}"),
            if may {
                "To see it all the same: --even-if-hidden"
            } else {
                "If you think that is wrong, ask an organiser: hedgerow organisers"
            },
        ))
    }

    /// What people mean: a person or group, or an item.
    fn target(&self, app: &App, typed: &str) -> Result<Target, Problem> {
        match self.owner_of(typed) {
            Ok(owner) => return Ok((owner, None)),
            Err(p) if p.code != Code::NotFound => return Err(p),
            Err(_) => {}
        }
        let address = app.address_of(self, typed).map_err(|_| not_found("item, person or group", typed))?;
        if address.kind.lane() == Some(Lane::Authority) {
            return Err(not_found("item, person or group", typed));
        }
        Ok((address.owner, Some((address.kind, address.key))))
    }

    fn target_title(&self, (owner, slot): &Target) -> String {
        match slot {
            None => self.called(owner),
            Some((kind, key)) => self.title_of(&Address { owner: *owner, kind: *kind, key: key.clone() }),
        }
    }

    fn hides_of(&self, (owner, slot): &Target) -> Vec<Id> {
        let authority = self.authority();
        authority.hides().filter(|(o, s, _)| o == owner && s == slot).map(|(.., h)| h.by).collect()
    }
}

impl App {
    /// What is hidden, latest first.
    pub fn hidden(&self) -> Result<HiddenList, Problem> {
        let member = self.member()?;
        let authority = member.authority();
        let mut hidden: Vec<HiddenItem> =
            authority.hides().map(|(owner, slot, h)| member.hidden_item(&(owner, slot), &h)).collect();
        hidden.sort_by(|a, b| (b.hidden_ms, &a.record).cmp(&(a.hidden_ms, &b.record)));
        Ok(HiddenList { hidden })
    }

    /// Hides an item, or everything of a person or group but the name.
    pub async fn hide(&self, new: HideNew) -> Result<Moderated, Problem> {
        let member = self.member()?;
        let found = REASONS.iter().find(|(_, name, _)| *name == new.reason.trim());
        let (reason, ..) = found.ok_or_else(|| {
            let names: Vec<&str> = REASONS.iter().map(|(_, name, _)| *name).collect();
            invalid(format!("There is no reason \"{}\".", new.reason), format!("There are: {}.", names.join(", ")))
        })?;
        let (reason, note) = (*reason, checked_note(&new.note)?);
        let authority = member.authority();
        authority.may_publish(&member.device.public(), &member.community, Kind::HIDE).map_err(why)?;
        let target = member.target(self, &new.what)?;
        if target.1.as_ref().is_some_and(|(kind, _)| !authority.may_be_hidden(&target.0, *kind)) {
            return Err(match target.1 {
                Some((Kind::PROFILE, _)) => invalid("The community's own name cannot be hidden.", "Change it instead."),
                _ => invalid("Only what people can read can be hidden.", "Take out whoever sends it, or block them."),
            });
        }
        let title = member.target_title(&target);
        if new.dry_run {
            return Ok(Moderated { title, records: Vec::new() });
        }
        if let Some(before) = member.hides_of(&target).first() {
            // Hidden is hidden; only what is said about it can be new.
            member.write_note(before, &note).await?;
            return Ok(Moderated { title, records: vec![before.to_string()] });
        }
        let (owner, slot) = target;
        let make = move |a: &Authority, device: &SecretKey, now| build::hide(a, device, owner, slot, reason, now);
        let record = member.core.publish_authority(make).await?.id();
        member.write_note(&record, &note).await?;
        member.forget_names();
        Ok(Moderated { title, records: vec![record.to_string()] })
    }

    /// Shows again what was hidden.
    pub async fn unhide(&self, what: &str) -> Result<Moderated, Problem> {
        let member = self.member()?;
        let authority = member.authority();
        authority.may_publish(&member.device.public(), &member.community, Kind::UNHIDE).map_err(why)?;
        let target = member.target(self, what)?;
        let title = member.target_title(&target);
        let mut hides = member.hides_of(&target);
        if hides.is_empty() {
            let all_hidden = target.1.is_some() && !member.hides_of(&(target.0, None)).is_empty();
            return Err(match all_hidden {
                true => Problem::new(
                    Code::Refused,
                    format!("Everything of {} is hidden.", member.called(&target.0)),
                    "One thing of it cannot be shown alone.",
                    format!("Show all of it again: hedgerow unhide {}", member.typed(&target.0)),
                ),
                false => Problem::new(
                    Code::NotFound,
                    format!("{title} is not hidden."),
                    "Nothing was changed.",
                    "See what is: hedgerow hidden",
                ),
            });
        }
        hides.truncate(LIST_MAX);
        let undone = hides.clone();
        let make = move |a: &Authority, device: &SecretKey, now| build::unhide(a, device, &undone, now);
        let record = member.core.publish_authority(make).await?.id();
        member.erase_notes(&hides).await?;
        member.forget_names();
        Ok(Moderated { title, records: vec![record.to_string()] })
    }

    /// Whom this computer does not want to see, by name.
    pub fn blocked(&self) -> Result<Blocked, Problem> {
        let member = self.member()?;
        let owner = |id: Id| BlockedOwner { id: id.to_string(), name: member.name(&id) };
        let mut blocked: Vec<BlockedOwner> = member.blocked().into_iter().map(owner).collect();
        blocked.sort_by(|a, b| (a.name.to_lowercase(), &a.id).cmp(&(b.name.to_lowercase(), &b.id)));
        Ok(Blocked { blocked })
    }

    /// Leaves somebody's things out of what is found and listed here. Nobody else learns of it.
    pub async fn block(&self, typed: &str) -> Result<Blocked, Problem> {
        let member = self.member()?;
        let id = member.owner_of(typed)?;
        if member.person == Some(id) {
            return Err(invalid("That is you.", "Block somebody else: hedgerow people"));
        }
        if member.blocked().len() >= BLOCKED_MAX {
            return Err(invalid("You have blocked as many as you can.", "Unblock somebody first: hedgerow blocked"));
        }
        member.core.put_local(&format!("{BLOCKED}{id}"), b"1").await?;
        self.news.tell(EventKind::Changed, None);
        self.blocked()
    }

    /// Sees somebody again.
    pub async fn unblock(&self, typed: &str) -> Result<Blocked, Problem> {
        let member = self.member()?;
        // Somebody who is blocked and not known any more can still be unblocked by their whole id.
        let id = match typed.trim().to_lowercase().parse::<Id>() {
            Ok(id) => id,
            Err(_) => member.owner_of(typed)?,
        };
        if !member.blocked().contains(&id) {
            return Err(not_found("blocked person or group", typed));
        }
        member.core.put_local(&format!("{BLOCKED}{id}"), b"").await?;
        self.news.tell(EventKind::Changed, None);
        self.blocked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_words_and_later_ones_are_another_reason() {
        for (reason, name, words) in REASONS {
            assert_eq!(reason_words(reason), (name, words));
        }
        assert_eq!(reason_words(Reason(77)).0, "other");
    }
}
