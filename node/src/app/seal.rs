//! Sealing keys, kept in order without anybody's doing: this computer announces its own, and makes or renews the one
//! of its person and of the groups it looks after. Secrets are read back from the records each time and nothing is
//! stored beside them. Not for: what is sealed with them (`requests`).

use std::sync::Arc;
use std::time::Duration;

use hedgerow_protocol::authority::{Duty, GroupRole};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Address, Record};
use hedgerow_protocol::seal::keys::{Announcement, RenewError, device_slot};
use hedgerow_protocol::seal::{Keyring, OwnerKeys, Randomness, Renewal, SealingSecret};

use super::{App, Member};
use crate::core::{CoreError, Draft, Origin};
use crate::identity::new_seed;

/// How often it is looked at when nothing seems to have changed: time alone can change what a slot shows.
const EVERY: Duration = Duration::from_secs(600);
/// How long news are gathered first: an authority sync brings many at once.
const GATHER: Duration = Duration::from_millis(100);

/// Why a key was not made or renewed.
#[derive(Debug, thiserror::Error)]
pub(super) enum TendError {
    /// It could not be saved.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// It could not be made.
    #[error(transparent)]
    Renew(#[from] RenewError),
    /// There is no randomness on this computer.
    #[error("no randomness: {0}")]
    Random(std::io::Error),
}

/// Looks whenever something happened, as long as the node runs.
pub(super) async fn keep_keys(app: Arc<App>) {
    let mut news = app.news.listen(None);
    let mut seen = None;
    loop {
        if let Some(member) = app.member_if_any() {
            let now = (member.community, member.authority().generation(), key_count(&member));
            if seen != Some(now) {
                match tend(&member).await {
                    Ok(made) => {
                        if made > 0 {
                            tracing::info!(made, "sealing keys published");
                        }
                        seen = Some(now);
                    }
                    Err(error) => tracing::warn!(%error, "sealing keys could not be renewed; trying again later"),
                }
            }
        }
        tokio::select! {
            _ = news.next() => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(EVERY) => seen = None,
        }
    }
}

fn key_count(member: &Member) -> u64 {
    member.core.list(Kind::SEALING_KEY, None, None, 1).total
}

/// Announces this device's key and renews those of the owners it looks after. Gives how many records it took.
pub(super) async fn tend(member: &Member) -> Result<usize, TendError> {
    let device = member.device.public();
    let authority = member.authority();
    let Some(listed) = authority.device(&device).filter(|d| d.duty == Duty::Full) else { return Ok(0) };
    let mut made = 0;
    let slot = Address { owner: listed.owner, kind: Kind::SEALING_KEY, key: device_slot(&device) };
    if member.may_write(&listed.owner, Kind::SEALING_KEY) && member.core.slot(&slot).shown().is_none() {
        let body = Announcement { public: SealingSecret::of_device(&member.device).public() }.encode();
        let draft = Draft::new(slot.owner, slot.kind, slot.key, body);
        member.core.publish(vec![draft]).await?;
        made += 1;
    }
    let is_admin =
        |group: &Id| *group != listed.owner && authority.group_role(group, &listed.owner) == Some(GroupRole::Admin);
    for owner in std::iter::once(listed.owner).chain(authority.groups().filter(is_admin)) {
        // A newcomer, or a group that publishes only some kinds of thing: a key would not count.
        if !member.may_write(&owner, Kind::SEALING_KEY) {
            continue;
        }
        let keys = member.owner_keys(&member.sealing_records(), owner);
        let ring = keys.keyring(&member.device);
        let what = keys.renewal(&device, &ring);
        if matches!(what, Renewal::WrapAgain | Renewal::NewGeneration) {
            let hlc = Hlc::new(member.core.clock(), 0);
            let randomness = randomness().map_err(TendError::Random)?;
            let record = keys.renew(what, &member.device, &ring, hlc, randomness)?;
            member.core.arrive(vec![record], Origin::Here).await?;
            made += 1;
        }
    }
    Ok(made)
}

/// Fresh randomness for one sealing.
pub(super) fn randomness() -> std::io::Result<Randomness> {
    Ok(Randomness::new(*new_seed()?))
}

impl Member {
    /// All sealing keys that are here, counting or not.
    pub(super) fn sealing_records(&self) -> Vec<Record> {
        self.core.of_kind(Kind::SEALING_KEY, false)
    }

    /// The keys of one owner, from [`Member::sealing_records`].
    pub(super) fn owner_keys(&self, records: &[Record], owner: Id) -> OwnerKeys {
        OwnerKeys::fold(&self.authority(), owner, records, self.core.clock())
    }

    /// Everything this computer can open with now: as its person or group, and in the groups of that person.
    pub(super) fn keyring(&self) -> Keyring {
        let authority = self.authority();
        let mut ring = Keyring::new();
        let Some(me) = authority.device(&self.device.public()).map(|d| d.owner) else { return ring };
        let records = self.sealing_records();
        let mine = |group: &Id| *group != me && authority.group_role(group, &me).is_some();
        for owner in std::iter::once(me).chain(authority.groups().filter(mine)) {
            ring.extend(self.owner_keys(&records, owner).keyring(&self.device));
        }
        ring
    }
}
