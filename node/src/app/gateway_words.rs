//! The rules of a gateway in plain sentences, for its host. Not for: refusals, whose words are the protocol's.

use hedgerow_protocol::uplink::Policy;
use hedgerow_protocol::uplink::policy::Preset;

use super::Member;
use super::uplink::size;

/// The rules for people, a line each.
pub(super) fn rules(member: &Member, policy: &Policy) -> Vec<String> {
    let limits = &policy.limits;
    let mut all = vec![
        format!("{} answers for it: {}.", policy.responsible.name, policy.responsible.contact),
        match &policy.consent {
            Some(consent) => format!("{} agreed on {}.", consent.by, consent.on),
            None => "Nobody has agreed to it yet.".into(),
        },
        match policy.hours.is_empty() {
            true => "Open day and night.".into(),
            false => format!("Open {} ({}).", policy.hours.join(", "), policy.time_zone),
        },
        match policy.who.community {
            true => format!("For everyone in {}.", member.called(&member.community)),
            false => {
                let named = policy.who.people.iter().chain(&policy.who.groups);
                let mut named: Vec<String> = named.map(|id| member.called(id)).collect();
                if policy.who.vouchers {
                    named.push("who has a voucher".into());
                }
                format!("For {}.", if named.is_empty() { "nobody yet".into() } else { named.join(", ") })
            }
        },
        match policy.preset {
            Preset::CommunityOnly => "Only for the community's own pages.".into(),
            _ => format!("Ports {}.", policy.ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")),
        },
    ];
    let day: Vec<String> = limits
        .day_bytes
        .map(size)
        .into_iter()
        .chain(limits.day_seconds.map(|s| format!("{} minutes", s / 60)))
        .collect();
    if !day.is_empty() {
        all.push(format!("Each person: {} a day.", day.join(" and ")));
    }
    if let Some(rate) = limits.bytes_per_second {
        all.push(format!("Each person: at most {} a second.", size(rate)));
    }
    if let Some(month) = limits.month_bytes {
        all.push(format!("Everybody together: {} a month, then it sleeps.", size(month)));
    }
    all.push(format!("{} connections a person, {} together.", limits.circuits_per_person, limits.circuits));
    all.push(match (policy.reserve.percent, policy.reserve.enforced) {
        (0, _) => "The building keeps no part of the line for itself.".into(),
        (percent, true) => format!("The building keeps {percent} % of the line, and gets it when it needs it."),
        (percent, false) if policy.reserve.line_bytes_per_second.is_some() => format!(
            "The community's own traffic is held to {} % of the line. Other traffic in the building is not looked at.",
            100 - percent
        ),
        (_, false) => "Nothing is held back for the building, as nobody has said what the line carries.".into(),
    });
    all.push(match policy.pence_per_gb {
        0 => "It costs nothing.".into(),
        pence => format!("{pence} pence for a gigabyte."),
    });
    if policy.terms.version > 0 {
        all.push(format!("Before the first use, people agree to: {}", policy.terms.text));
    }
    all.push(format!("{} It is kept for {} days.", policy.recorded.what, policy.recorded.days));
    if let Some(review) = &policy.review {
        all.push(format!("To be looked at again by {review}."));
    }
    all
}
