//! Coming back: learning the community from a neighbour or a bundle, and listing this computer with the person key.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use hedgerow_api::{Code, IdentityRestore, Membership, Problem};
use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::authority::body::{DeviceOffer, Duty};
use hedgerow_protocol::authority::build::{self, Place};
use hedgerow_protocol::bundle::{Event, Reader, Refused};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Lane;
use hedgerow_protocol::record::Record;
use zeroize::Zeroizing;

use super::super::found::blocking;
use super::super::problems::{internal, unbuilt};
use super::super::{App, locked};
use super::help::not_helped;
use crate::core::os_now_ms;
use crate::identity::{Seed, seed_of_words};
use crate::kit::Kit;
use crate::server::BUNDLE_BYTES_MAX;

/// Bytes of a bundle taken at once.
const PIECE: usize = 256 * 1024;

/// Places of a kit file that are kept as neighbours.
const HINTS_MET: usize = 4;

/// Where a community is learnt from.
#[derive(Clone, Default)]
pub(super) struct Whence {
    /// An address or an old invite; nothing: whoever is near.
    pub from: Option<String>,
    /// A bundle file.
    pub bundle: Option<String>,
    /// Where a kit file says the community was; tried first when nothing else was named.
    pub hints: Vec<String>,
    /// The community that is wanted, if that is known.
    pub community: Option<Id>,
    /// The key that says that we may read there; nothing: the invite's.
    pub with: Option<SecretKey>,
}

/// A community as learnt: who may do what in it, and what else was told.
pub(super) struct Learnt {
    pub authority: Authority,
    pub records: Vec<Record>,
    /// Which of the places named led there.
    pub from: Option<String>,
}

/// What a person types to name a computer of their community.
const FROM: &str = "hedgerow identity restore --from KEY@ADDRESS:PORT";

impl App {
    /// Brings a person back on this computer.
    pub async fn restore(self: &Arc<Self>, restore: IdentityRestore) -> Result<Membership, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        self.must_be_nobody()?;
        let IdentityRestore { words, file, passphrase, helped, from, bundle } = restore;
        let (words, passphrase) = (Zeroizing::new(words), Zeroizing::new(passphrase.unwrap_or_default()));
        let mut whence = Whence { from, bundle, ..Whence::default() };
        let seed: Seed = if helped {
            let (seed, asked) = self.asked_for()?;
            whence.community = Some(asked.community);
            seed
        } else if let Some(file) = file {
            let kit = blocking(move || Kit::open(file.as_bytes(), &passphrase)).await??;
            whence.community = kit.community.parse().ok();
            whence.hints = kit.find_at.clone();
            seed_of_words(&kit.words)?
        } else {
            seed_of_words(&words)?
        };
        whence.with = Some(SecretKey::from_seed(&seed));
        let learnt = self.learn_community(&whence).await.map_err(|e| match e.code {
            // Whom the words belong to is not told to others.
            Code::NeedsInvite if helped => not_helped("Nobody has agreed yet, as far as known there.".into()),
            Code::NeedsInvite => nobodys(),
            _ => e,
        })?;
        if helped {
            self.is_helped(&learnt)?;
        }
        self.come_back(learnt, &seed, &whence).await
    }

    /// Lists this computer with a person key, and becomes that person's.
    async fn come_back(self: &Arc<Self>, learnt: Learnt, seed: &Seed, whence: &Whence) -> Result<Membership, Problem> {
        let Learnt { authority, records, from } = learnt;
        let community = authority.community();
        let person = SecretKey::from_seed(seed);
        let me =
            authority.person_of_key(&person.public()).filter(|id| authority.role(id).is_some()).ok_or_else(nobodys)?;
        let device = {
            let mut keys = locked(&self.keys);
            keys.keep_person(&self.dir, seed)?;
            keys.device.clone()
        };
        let offer = DeviceOffer::sign(&community, &me, &device, Duty::Full);
        let place = Place::next(&authority, &person.public());
        let now = Hlc::new(os_now_ms(), 0);
        let listed = build::device_add(&community, &person, place, me, offer, now).map_err(unbuilt)?;
        // What members read was told as well: it is here at once.
        let mut first = records;
        first.push(listed);
        self.enter(community, Some(me), first).await?;
        if let Some(path) = whence.bundle.clone() {
            let mut import = self.bundle_import(false)?;
            let mut pieces = Pieces::open(&path)?;
            while let Some(piece) = pieces.next()? {
                import.push(&piece).await?;
            }
            import.finish().await?;
        }
        if let Some(from) = from {
            self.links()?.meet_at(&from).await?;
        }
        for hint in whence.hints.iter().take(HINTS_MET) {
            // They may have moved since the file was written: one that leads nowhere costs nothing.
            let _ = self.links()?.meet_at(hint).await;
        }
        if whence.bundle.is_none() {
            self.name_has_come().await;
        }
        self.membership()
    }

    /// Learns a community from what is named, or from whoever is near.
    pub(super) async fn learn_community(&self, whence: &Whence) -> Result<Learnt, Problem> {
        let (id, records, from) = match (&whence.bundle, &whence.from) {
            (Some(path), _) => {
                let path = path.clone();
                let (id, records) = blocking(move || read_authority(&path)).await??;
                (id, records, None)
            }
            (None, Some(from)) => {
                let (id, records) = self.links()?.learn(Some(from), whence.with.as_ref(), FROM).await?;
                (id, records, Some(from.clone()))
            }
            (None, None) => self.learn_near(whence).await?,
        };
        if whence.community.is_some_and(|wanted| wanted != id) {
            return Err(Problem::new(
                Code::Invalid,
                "That is another community.",
                "What was named does not belong to the community these words are for.",
                "Name a computer, or a bundle file, of the right one.",
            ));
        }
        let unread = |e: &dyn std::fmt::Display| internal("The community could not be read.", e);
        let genesis = records.iter().find(|r| r.id() == id);
        let genesis = genesis.ok_or_else(|| unread(&"its founding record is missing"))?;
        let mut authority = Authority::new(genesis).map_err(|e| unread(&e))?;
        authority.extend(records.iter().filter(|r| r.lane() == Lane::Authority).cloned());
        Ok(Learnt { authority, records, from })
    }

    /// The places a kit file names, then whoever is near.
    async fn learn_near(&self, whence: &Whence) -> Result<(Id, Vec<Record>, Option<String>), Problem> {
        let links = self.links()?;
        if let Some(id) = whence.community
            && let Some(with) = &whence.with
            && let Ok((id, records)) = links.read_near(&id.to_string(), with).await
        {
            return Ok((id, records, None));
        }
        for hint in &whence.hints {
            if let Ok((id, records)) = links.learn(Some(hint), whence.with.as_ref(), FROM).await {
                return Ok((id, records, Some(hint.clone())));
            }
        }
        links.learn(None, whence.with.as_ref(), FROM).await.map(|(id, records)| (id, records, None))
    }
}

/// Words that belong to nobody there.
fn nobodys() -> Problem {
    Problem::new(
        Code::NotFound,
        "These words belong to nobody in that community.",
        "Either the words are of another community, or the person was removed.",
        "Check which community the words are for, and give one of its computers with --from.",
    )
}

/// A file in pieces.
struct Pieces {
    file: std::fs::File,
    path: String,
}

impl Pieces {
    fn open(path: &str) -> Result<Pieces, Problem> {
        let unread = |e: &std::io::Error| {
            let code = if e.kind() == std::io::ErrorKind::NotFound { Code::NotFound } else { Code::FileDamaged };
            let shown: String = path.chars().take(200).collect();
            Problem::new(
                code,
                "The bundle file could not be read.",
                format!("{shown}: {e}."),
                "Check its name, and that the stick is in.",
            )
        };
        let file = std::fs::File::open(Path::new(path)).map_err(|e| unread(&e))?;
        let size = file.metadata().map_err(|e| unread(&e))?.len();
        if size > BUNDLE_BYTES_MAX as u64 {
            return Err(Problem::new(Code::TooLarge, "That file is too large to be a bundle.", "", ""));
        }
        Ok(Pieces { file, path: path.to_owned() })
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        let mut piece = vec![0; PIECE];
        let n = self.file.read(&mut piece).map_err(|e| {
            let shown: String = self.path.chars().take(200).collect();
            Problem::new(Code::FileDamaged, "The bundle file could not be read.", format!("{shown}: {e}."), "")
        })?;
        piece.truncate(n);
        Ok((n > 0).then_some(piece))
    }
}

/// The community of a bundle and its authority records, verified. Blocking.
fn read_authority(path: &str) -> Result<(Id, Vec<Record>), Problem> {
    let refused = |e: Refused| {
        Problem::new(
            Code::FileDamaged,
            "This file cannot be used.",
            format!("{e}."),
            "It has to be a file made by \"hedgerow bundle export\".",
        )
    };
    // Which community it is stands in its first frame.
    let mut peek = Reader::new(&Id::SELF);
    let mut community = None;
    let mut pieces = Pieces::open(path)?;
    while let (None, Some(piece)) = (community, pieces.next()?) {
        peek.push(&piece);
        loop {
            match peek.next_event() {
                Err(Refused::OtherCommunity(id)) => {
                    community = Some(id);
                    break;
                }
                Err(e) => return Err(refused(e)),
                Ok(None) => break,
                Ok(Some(_)) => {}
            }
        }
    }
    let community = community.ok_or_else(|| refused(Refused::NotABundle))?;
    let mut reader = Reader::new(&community);
    let mut pieces = Pieces::open(path)?;
    let mut records = Vec::new();
    loop {
        let piece = pieces.next()?;
        match &piece {
            Some(piece) => reader.push(piece),
            None => reader.end(),
        }
        while let Some(event) = reader.next_event().map_err(refused)? {
            if let Event::Records(wires) = event {
                let read = wires.iter().filter_map(|w| Record::from_wire(&community, w).ok());
                records.extend(read.filter(|r| r.lane() == Lane::Authority));
            }
        }
        if piece.is_none() {
            return Ok((community, records));
        }
    }
}
