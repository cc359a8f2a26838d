//! Being a member: which community this directory belongs to, and the open records.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::At;
use hedgerow_protocol::record::Record;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::locked;
use super::names::Names;
use crate::core::{Core, CoreError, CoreOptions, OpenReport};
use crate::files::write_private;
use crate::paths::DataDir;

/// The note in the directory: which community, and who I am in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    format: u32,
    community: String,
    person: Option<String>,
}

/// Why the note cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// It cannot be read or written. Check the disk.
    #[error("member.json: {0}")]
    Io(#[from] std::io::Error),
    /// It is not what was written. Put it back from a copy, or join again in a new directory.
    #[error("member.json is not what was written")]
    Damaged,
}

/// Reads which community and person this directory belongs to; nothing when it is empty.
pub fn read_note(dir: &DataDir) -> Result<Option<(Id, Option<Id>)>, NoteError> {
    let text = match std::fs::read(dir.member()) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e.into()),
    };
    let note: Note = serde_json::from_slice(&text).map_err(|_| NoteError::Damaged)?;
    let id = |text: &str| text.parse::<Id>().map_err(|_| NoteError::Damaged);
    if note.format != 1 {
        return Err(NoteError::Damaged);
    }
    Ok(Some((id(&note.community)?, note.person.as_deref().map(id).transpose()?)))
}

/// Writes it, durably.
pub fn write_note(dir: &DataDir, community: &Id, person: Option<&Id>) -> Result<(), NoteError> {
    let note = Note { format: 1, community: community.to_string(), person: person.map(Id::to_string) };
    let text = serde_json::to_vec_pretty(&note).map_err(|_| NoteError::Damaged)?;
    Ok(write_private(&dir.member(), &text)?)
}

/// A directory that belongs to a community, opened.
pub struct Member {
    /// The records.
    pub core: Core,
    /// The community.
    pub community: Id,
    /// Me. Absent on a computer without a person, such as a group's own.
    pub person: Option<Id>,
    /// The data directory.
    pub folder: PathBuf,
    /// This computer's key.
    pub device: SecretKey,
    names: Mutex<Names>,
    /// With which event of the core a record came, for what came since the start.
    arrivals: Mutex<BTreeMap<Id, u64>>,
}

/// Arrivals remembered. More: the oldest half is forgotten, and counts as kept by everybody met since.
const ARRIVALS_MAX: usize = 100_000;

impl Member {
    /// Opens a directory that belongs to a community. Blocking.
    pub fn open(options: CoreOptions) -> Result<(Arc<Member>, OpenReport), CoreError> {
        let parts = (options.community, options.person, options.device.clone(), options.dir.clone());
        let (core, report) = Core::open(options)?;
        Ok((Self::with(core, parts), report))
    }

    /// Makes one from a community's first records. Blocking.
    pub fn create(options: CoreOptions, first: Vec<Record>) -> Result<(Arc<Member>, OpenReport), CoreError> {
        let parts = (options.community, options.person, options.device.clone(), options.dir.clone());
        let (core, report) = Core::create(options, first)?;
        Ok((Self::with(core, parts), report))
    }

    fn with(core: Core, (community, person, device, folder): (Id, Option<Id>, SecretKey, PathBuf)) -> Arc<Member> {
        Arc::new(Member {
            core,
            community,
            person,
            device,
            folder,
            names: Mutex::default(),
            arrivals: Mutex::default(),
        })
    }

    /// Whose computer this is: mine, or a group's.
    pub fn owner(&self) -> Option<Id> {
        self.person.or_else(|| self.authority().device(&self.device.public()).map(|d| d.owner))
    }
    /// Who may do what, as far as known here.
    pub fn authority(&self) -> Arc<Authority> {
        self.core.authority()
    }
    /// Name of a person, group or the community; empty while it has not arrived.
    pub fn name(&self, owner: &Id) -> String {
        self.profile(owner).and_then(|doc| doc.get("name")?.as_str().map(str::to_owned)).unwrap_or_default()
    }
    /// What a person, group or the community says about itself.
    pub fn profile(&self, owner: &Id) -> Option<Value> {
        locked(&self.names).get(&self.core, owner)
    }
    /// Notes that a record came with an event.
    pub(super) fn note_arrival(&self, id: Id, event_seq: u64) {
        let mut arrivals = locked(&self.arrivals);
        if arrivals.len() >= ARRIVALS_MAX {
            let mut places: Vec<u64> = arrivals.values().copied().collect();
            places.sort_unstable();
            let middle = places[places.len() / 2];
            arrivals.retain(|_, at| *at > middle);
        }
        arrivals.insert(id, event_seq);
    }
    /// With which event a record came; 0 when it was here at the start.
    pub(super) fn arrival(&self, record: &Record) -> u64 {
        let noted = locked(&self.arrivals).get(&record.id()).copied();
        // What was published a moment ago has not been noted yet.
        noted.or_else(|| self.core.event_of(&record.id())).unwrap_or(0)
    }
    /// Whether I wrote a record, on any of my computers.
    pub(super) fn is_mine(&self, record: &Record) -> bool {
        let device = &record.payload().device;
        let person = self.authority().person_of_device(device);
        *device == self.device.public() || person.is_some() && person == self.person
    }
    /// The name, or something to tell apart those whose name is not here.
    pub fn called(&self, owner: &Id) -> String {
        let name = self.name(owner);
        if name.is_empty() { format!("somebody ({})", &owner.to_string()[..8]) } else { name }
    }
    /// Forgets names that may have changed.
    pub fn forget_names(&self) {
        locked(&self.names).forget();
    }
    /// The community's time zone, UTC while it is not known.
    pub fn time_zone(&self) -> String {
        let doc = self.profile(&self.community);
        doc.and_then(|d| d.get("time_zone")?.as_str().map(str::to_owned)).unwrap_or_else(|| "UTC".into())
    }
    /// Now, on the community's clocks.
    pub fn now(&self) -> At {
        self.at(self.core.clock())
    }
    /// A moment on the community's clocks.
    pub fn at(&self, unix_ms: u64) -> At {
        // UTC is always known.
        let at = At::new(&self.time_zone(), unix_ms).or_else(|_| At::new("UTC", unix_ms));
        at.unwrap_or_else(|_| unreachable!("UTC is a time zone"))
    }
    /// Whether this computer may write for a person or group.
    pub fn may_write(&self, owner: &Id, kind: Kind) -> bool {
        self.authority().may_publish(&self.device.public(), owner, kind).is_ok()
    }
    /// Me and the groups I may publish for, me first.
    pub fn my_owners(&self) -> Vec<Id> {
        let authority = self.authority();
        // Whatever else a group publishes, its people may say who it is.
        let mine = |group: &Id| authority.may_publish(&self.device.public(), group, Kind::PROFILE).is_ok();
        self.person.into_iter().chain(authority.groups().filter(mine)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_survives_and_damage_is_noticed() {
        let temp = tempfile::tempdir().unwrap();
        let dir = DataDir::choose(Some(temp.path().to_owned()));
        assert_eq!(read_note(&dir).unwrap(), None);
        write_note(&dir, &Id([1; 32]), Some(&Id([2; 32]))).unwrap();
        assert_eq!(read_note(&dir).unwrap(), Some((Id([1; 32]), Some(Id([2; 32])))));
        std::fs::write(dir.member(), "{\"format\":1}").unwrap();
        assert!(matches!(read_note(&dir), Err(NoteError::Damaged)));
    }
}
