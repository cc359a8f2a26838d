//! A folder that was put back from an older copy, or that is used twice: what people are told.
//!
//! The first heals by itself: what this computer wrote later comes back from others, and what it writes from then on
//! follows all of it. Only two copies that both go on writing need a person.

use hedgerow_api::{Severity, Warning};
use hedgerow_protocol::authority::explain::Fact;
use hedgerow_protocol::id::PublicKey;

use super::super::status::count;
use super::super::{App, Member};

/// What came back, in words.
fn warning(before: u64, since: u64, was_damaged: bool) -> Option<Warning> {
    let warn = |code: &str, severity, title: &str, text: String, action: &str| {
        Some(Warning { code: code.into(), severity, title: title.into(), text, action: action.into() })
    };
    match (before, since) {
        (_, 1..) => warn(
            "identity-copied",
            Severity::Warning,
            "A copy of this folder is in use on another computer.",
            format!(
                "{} written there came here. Nothing is lost, but both take turns at being this computer.",
                count(since, "change")
            ),
            "Stop using one of the two. To use both: there, hedgerow community leave --yes, then link it with hedgerow identity link-code on this one.",
        ),
        // What was damaged on this disk comes back the same way, and is told about already.
        (1.., 0) if !was_damaged => warn(
            "identity-restored",
            Severity::Info,
            "This folder was put back from an older copy.",
            format!("{} you made later came back from other computers. Nothing is lost.", count(before, "change")),
            "",
        ),
        _ => None,
    }
}

impl App {
    /// Warnings about who this computer is.
    pub(in crate::app) fn identity_warnings(&self, member: &Member, was_damaged: bool) -> Vec<Warning> {
        let seen = member.core.mine_from_elsewhere();
        let mut all: Vec<Warning> = warning(seen.before, seen.since, was_damaged).into_iter().collect();
        let Some(me) = member.person else { return all };
        let authority = member.authority();
        if !authority.recoveries_asked(&me).is_empty() {
            all.push(Warning {
                code: "new-key-asked".into(),
                severity: Severity::Problem,
                title: "Somebody asks for a new key in your name.".into(),
                text: "If your recovery friends agree, this computer stops being yours.".into(),
                action: "If it is not you: hedgerow identity object".into(),
            });
        }
        let device: PublicKey = member.device.public();
        let is_out = authority.all_devices_of(&me).contains(&device) && authority.device(&device).is_none();
        if is_out && authority.role(&me).is_some() {
            let gave_up = authority.explain(&me).contains(&Fact::DeviceOut { device, gave_up: true });
            all.push(Warning {
                code: "computer-out".into(),
                severity: Severity::Problem,
                title: if gave_up { "This computer was given up." } else { "This computer was taken out." }.into(),
                text: "You are still in the community, but what is written here does not count any more.".into(),
                action: "To use it again: hedgerow community leave --yes, then hedgerow identity restore".into(),
            });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_copies_are_told_from_one_that_came_back() {
        let code = |b, s, d| warning(b, s, d).map(|w| w.code);
        assert_eq!(code(0, 0, false), None);
        assert_eq!(code(3, 0, false).as_deref(), Some("identity-restored"));
        assert_eq!(code(3, 0, true), None, "damage has its own warning");
        assert_eq!(code(3, 1, true).as_deref(), Some("identity-copied"));
    }
}
