//! Renewing what this computer published, before it runs out: a record lives 400 days at most, and what nobody
//! withdrew is meant to stay. Renewal says the same again; it never changes the day on which somebody last checked it.
//! The same task does what else is daily: an organiser's roll call.

use std::sync::Arc;
use std::time::Duration;

use hedgerow_protocol::hlc::day_of_ms;
use hedgerow_protocol::limits::CONTENT_DAYS_MAX;
use hedgerow_protocol::record::Record;

use super::{App, Member};
use crate::core::{CoreError, Draft, Order, Query};

/// How many days before its end a record is renewed.
const RENEW_DAYS_BEFORE: u32 = 60;
/// How soon after the start it is looked for first, and how often then.
const FIRST: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(6 * 3600);
/// Items looked at in one go.
const PAGE: usize = 500;

/// Looks now and then, as long as the node runs.
pub(super) async fn keep_renewed(app: Arc<App>) {
    let mut wait = FIRST;
    loop {
        tokio::time::sleep(wait).await;
        wait = EVERY;
        let Some(member) = app.member_if_any() else { continue };
        match renew(&member).await {
            Ok(0) => {}
            Ok(renewed) => tracing::info!(renewed, "records renewed before they run out"),
            Err(error) => tracing::warn!(%error, "records could not be renewed; trying again later"),
        }
        if let Err(error) = super::rollcall::call(&member).await {
            tracing::warn!(%error, "the roll call could not be published; trying again later");
        }
    }
}

/// Renews what this computer wrote, is shown, was to stay as long as a record may, and ends soon. Gives how many.
pub(super) async fn renew(member: &Member) -> Result<usize, CoreError> {
    let today = day_of_ms(member.core.clock());
    let mut renewed = 0;
    let mut owners = member.my_owners();
    owners.push(member.community);
    for owner in owners {
        let mut query =
            Query { owner: Some(owner), order: Order::Title, uncounted: true, limit: PAGE, ..Query::default() };
        loop {
            let page = member.core.find(&query);
            let drafts: Vec<Draft> =
                member.core.records(&page).iter().filter(|r| is_due(r, member, today)).map(again).collect();
            for draft in drafts {
                match member.core.publish(vec![draft]).await {
                    Ok(_) => renewed += 1,
                    // Somebody changed it this moment: that is a renewal too.
                    Err(CoreError::Changed { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            match page.next {
                Some(next) => query.cursor = Some(next),
                None => break,
            }
        }
    }
    Ok(renewed)
}

fn is_due(record: &Record, member: &Member, today: u32) -> bool {
    let p = record.payload();
    let whole_life = p.expires == Some(p.hlc.day() + CONTENT_DAYS_MAX);
    let ends_soon = p.expires.is_some_and(|day| day <= today + RENEW_DAYS_BEFORE);
    p.device == member.core.device() && !record.is_withdrawal() && whole_life && ends_soon
}

fn again(record: &Record) -> Draft {
    let p = record.payload();
    Draft {
        audience: p.audience,
        if_match: Some(record.id()),
        ..Draft::new(record.owner(), p.kind, p.key.clone(), p.body.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::atomic::{AtomicU64, Ordering};

    use hedgerow_protocol::hlc::DAY_MS;
    use hedgerow_protocol::kind::Kind;

    use crate::core::CoreOptions;
    use crate::core::tests::{NOW, Town};

    #[tokio::test]
    async fn what_ends_soon_is_said_again_and_what_was_to_end_ends() {
        let temp = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicU64::new(NOW));
        let time = clock.clone();
        let town = Town::new();
        let os_clock = Arc::new(move || time.load(Ordering::Relaxed));
        let options = CoreOptions { os_clock, ..town.options(temp.path()) };
        let (member, _) = Member::create(options, town.first.clone()).unwrap();
        let me = member.person.unwrap();
        let stays = Draft::new(me, Kind::SERVICE, b"stays".to_vec(), body("Food bank"));
        let ends = Draft {
            expires: Some(day_of_ms(NOW) + 90),
            ..Draft::new(me, Kind::NOTICE, b"ends".to_vec(), body("Soon"))
        };
        let first = member.core.publish(vec![stays.clone(), ends]).await.unwrap();
        assert_eq!(renew(&member).await.unwrap(), 0, "nothing ends soon");
        clock.store(NOW + 350 * DAY_MS, Ordering::Relaxed);
        assert_eq!(renew(&member).await.unwrap(), 1);
        assert_eq!(renew(&member).await.unwrap(), 0, "and not twice");
        let view = member.core.slot(&stays.address());
        let now = view.winner().unwrap();
        assert_ne!(now.id(), first[0].id());
        assert_eq!(now.payload().body, first[0].payload().body);
        assert_eq!(now.payload().expires, Some(day_of_ms(NOW) + 350 + CONTENT_DAYS_MAX));
    }

    fn body(name: &str) -> Vec<u8> {
        hedgerow_protocol::cbor::doc_to_cbor(&serde_json::json!({"hsds": {"name": name}, "title": name}))
    }
}
