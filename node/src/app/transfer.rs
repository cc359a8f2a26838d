//! What comes and goes as files: directories of services, bundles on sticks, records for other programs.

use std::sync::Arc;

use hedgerow_api::{
    BundleReport, Code, ExportFile, ExportPart, ExportQuery, Exported, ImportQuery, ImportReport, Problem, Quarantined,
};
use hedgerow_protocol::bundle::{self, Event, Have, Reader, Refused};
use hedgerow_protocol::cose;
use hedgerow_protocol::hlc::{Day, day_of_ms, week_of};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::listing;
use hedgerow_protocol::record::{Address, Record};
use tokio::sync::mpsc;

use super::found::blocking;
use super::items::{doc_of, slot_text, summarise};
use super::problems::{internal, invalid, why};
use super::publish::unpublished;
use super::status;
use super::{App, Member};
use crate::core::{Draft, Order, Origin, Query};
use crate::directory::{self, ImportError, ImportPlan};
use crate::identity::new_seed;

/// Reasons listed one by one in a report. More: only counted.
const LISTED_MAX: usize = 1000;
/// Listings of an import that are shown in its report.
const SHOWN_MAX: usize = 20;
/// New listings that are taken back in one go.
const TAKEN_BACK_MAX: usize = 200;
/// Drafts published at once: what one sync of the disk covers.
const DRAFTS_AT_ONCE: usize = 500;

impl App {
    /// Reads a directory of services and publishes what is new or changed. `file` are its bytes; without them the
    /// node reads `how.from` itself.
    pub async fn import(&self, how: ImportQuery, file: Vec<u8>) -> Result<ImportReport, Problem> {
        let member = self.member()?;
        let owner = self.owner(&member, how.as_group.as_deref())?;
        member.authority().may_publish(&member.device.public(), &owner, Kind::SERVICE).map_err(why)?;
        let (from, name, source) = (how.from.clone(), how.name.clone(), how.source.clone());
        let plan = blocking(move || match from {
            Some(from) => directory::import(&from, source.as_deref()),
            None => directory::import_bytes(&file, &name, source.as_deref()),
        });
        let plan = plan.await?.map_err(unreadable)?;
        let (at, dry_run) = (member.clone(), how.dry_run);
        let (changes, plan) = blocking(move || {
            let changes = plan.changes(|kind, key| {
                let view = at.core.slot(&Address { owner, kind, key: key.to_vec() });
                view.shown().map(|r| r.payload().body.clone())
            });
            (changes, plan)
        })
        .await?;
        if !dry_run {
            let wanted: Vec<usize> = changes.new.iter().chain(&changes.changed).copied().collect();
            for part in wanted.chunks(DRAFTS_AT_ONCE) {
                let drafts = part.iter().map(|n| draft_of(&member, owner, &plan, *n)).collect();
                member.core.publish(drafts).await?;
            }
        }
        let address = |n: usize| Address { owner, kind: plan.items.kind(n), key: plan.items.key(n).to_vec() };
        let mut first = Vec::new();
        for n in changes.new.iter().chain(&changes.changed).take(SHOWN_MAX) {
            let record = unpublished(&member, &address(*n), draft_of(&member, owner, &plan, *n))?;
            first.push(summarise(&record, &plan.items.doc(*n), member.name(&owner), &member.now()));
        }
        let came = match changes.new.len() {
            0..=TAKEN_BACK_MAX if !dry_run => changes.new.iter().map(|n| slot_text(&address(*n))).collect(),
            _ => Vec::new(),
        };
        let ImportPlan { items, quarantined, remarks } = plan;
        Ok(ImportReport {
            first,
            came,
            read: (items.len() + quarantined.len()) as u64,
            new: changes.new.len() as u64,
            updated: changes.changed.len() as u64,
            unchanged: changes.same as u64,
            quarantined_count: quarantined.len() as u64,
            quarantined: quarantined
                .into_iter()
                .take(LISTED_MAX)
                .map(|q| Quarantined { item: q.what, reason: q.reason })
                .collect(),
            notes: remarks.into_iter().take(LISTED_MAX).collect(),
            dry_run,
        })
    }

    /// Writes the directory out, as lines of JSON, each an [`ExportPart`]: the last one says that this was all.
    pub async fn export(&self, how: ExportQuery) -> Result<mpsc::Receiver<Vec<u8>>, Problem> {
        let member = self.member()?;
        if !matches!(how.format.as_str(), "" | "oruk") {
            return Err(invalid(format!("There is no format \"{}\".", how.format), "There is: oruk."));
        }
        // A reader that stops reading stops the writer.
        let (parts, out) = mpsc::channel::<Vec<u8>>(8);
        tokio::task::spawn_blocking(move || -> Result<(), ()> {
            let send = |part: ExportPart| {
                let mut line = serde_json::to_vec(&part).map_err(drop)?;
                line.push(b'\n');
                parts.blocking_send(line).map_err(drop)
            };
            let file =
                |name: &str, text: &str| send(ExportPart::File(ExportFile { name: name.into(), text: text.into() }));
            let report = directory::export::oruk(|each| each_listed(&member, how.mine, each), file)?;
            let left_out = report.left_out.into_iter().map(|q| Quarantined { item: q.what, reason: q.reason });
            send(ExportPart::Done(Exported {
                services: report.services as u64,
                files: report.files as u64,
                quarantined: left_out.collect(),
            }))
        });
        Ok(out)
    }

    /// An event as an iCalendar file.
    pub fn ics(&self, id: &str) -> Result<String, Problem> {
        let member = self.member()?;
        let item = self.item(id, false)?;
        if item.summary.kind != "event" || item.withdrawn {
            return Err(invalid("That is not an event.", "See the events: hedgerow event list"));
        }
        let written_ms = item.versions.first().map_or(0, |v| v.written_ms);
        let entry = directory::ics::Entry { uid: &item.summary.slot, written_ms, doc: &item.doc };
        let (text, left_out) = directory::ics::calendar(&item.summary.title, &member.time_zone(), [entry]);
        if left_out > 0 {
            return Err(invalid("This event has no time that a calendar can show.", "Ask who published it."));
        }
        Ok(text)
    }

    /// A record as a COSE_Sign1 message.
    pub fn cose(&self, id: &str) -> Result<Vec<u8>, Problem> {
        let record = self.record(id)?;
        if record.lane() == Lane::Content {
            self.member()?.unless_hidden(&record.address(), true)?;
        }
        Ok(cose::to_cose_sign1(&record))
    }

    /// A bundle of everything, or of what the holder of `have` lacks, piece by piece.
    pub async fn bundle_export(&self, have: Vec<u8>) -> Result<mpsc::Receiver<Vec<u8>>, Problem> {
        let member = self.member()?;
        let have = match have.is_empty() {
            true => None,
            false => Some(Have::read(&member.community, &have).map_err(refused)?.0),
        };
        // A reader that stops reading stops the writer.
        let (pieces, out) = mpsc::channel::<Vec<u8>>(8);
        tokio::task::spawn_blocking(move || {
            let today = today(&member);
            let sink = |bytes: &[u8]| pieces.blocking_send(bytes.to_vec()).map_err(drop);
            let _ = bundle::write(&member.core, &member.community, today, week_of(today), have.as_ref(), sink);
        });
        Ok(out)
    }

    /// What is here, for someone else to make a small bundle.
    pub async fn bundle_have(&self) -> Result<Vec<u8>, Problem> {
        let member = self.member()?;
        let seed = new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?;
        let salt = std::array::from_fn(|i| seed[i]);
        blocking(move || {
            let mut out = Vec::new();
            let sink = |bytes: &[u8]| {
                out.extend_from_slice(bytes);
                Ok::<(), std::convert::Infallible>(())
            };
            let _ = bundle::write_have(&member.core, &member.community, today(&member), salt, sink);
            out
        })
        .await
    }

    /// Begins to take a bundle in.
    pub fn bundle_import(&self, dry_run: bool) -> Result<BundleImport, Problem> {
        let member = self.member()?;
        let reader = Reader::new(&member.community);
        Ok(BundleImport { member, reader, report: BundleReport { dry_run, ..BundleReport::default() } })
    }
}

fn today(member: &Member) -> Day {
    day_of_ms(member.core.clock())
}

fn draft_of(member: &Member, owner: Id, plan: &ImportPlan, n: usize) -> Draft {
    let kind = plan.items.kind(n);
    Draft {
        expires: listing::expires_day(kind, &plan.items.doc(n), &member.time_zone()),
        ..Draft::new(owner, kind, plan.items.key(n).to_vec(), plan.items.body(n).to_vec())
    }
}

fn unreadable(e: ImportError) -> Problem {
    let code = match &e {
        ImportError::Io(_, io) if io.kind() == std::io::ErrorKind::NotFound => Code::NotFound,
        _ => Code::FileDamaged,
    };
    Problem::new(
        code,
        "The directory could not be read.",
        format!("{e}."),
        "It has to be a table, or an Open Referral UK file or address. Nothing was published.",
    )
}

/// Every document that belongs in a directory, what services name before the services.
fn each_listed<E>(member: &Member, mine: bool, each: directory::export::Each<'_, E>) -> Result<(), E> {
    let owners = if mine { member.my_owners().into_iter().map(Some).collect() } else { vec![None] };
    // What is named comes before what names it: terms before their taxonomy, services last.
    let mut kinds: Vec<Kind> = Kind::known().filter(|s| s.exported).map(|s| s.kind).collect();
    kinds.sort_by_key(|k| (*k == Kind::SERVICE, std::cmp::Reverse(*k)));
    for kind in kinds {
        for owner in &owners {
            let mut cursor = None;
            loop {
                let page = member.core.find(&Query {
                    kinds: vec![kind],
                    owner: *owner,
                    order: Order::Title,
                    uncounted: true,
                    cursor,
                    limit: 500,
                    ..Query::default()
                });
                for record in page.items.iter().filter_map(|hit| member.core.record(&hit.id)) {
                    if let Some(doc) = doc_of(&record) {
                        each(kind, &record.payload().key, &doc)?;
                    }
                }
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
    }
    Ok(())
}

fn refused(e: Refused) -> Problem {
    Problem::new(
        Code::FileDamaged,
        "This file cannot be used.",
        format!("{e}."),
        "Check that it is a file made by \"hedgerow bundle\" for this community. Nothing was changed.",
    )
}

/// A bundle on its way in: hand it piece by piece, then finish.
pub struct BundleImport {
    member: Arc<Member>,
    reader: Reader,
    report: BundleReport,
}

impl BundleImport {
    /// Takes the next piece. What was in it is on disk when this returns.
    pub async fn push(&mut self, piece: &[u8]) -> Result<(), Problem> {
        for piece in piece.chunks(256 * 1024) {
            self.reader.push(piece);
            self.drain().await?;
        }
        Ok(())
    }

    /// There are no more pieces.
    pub async fn finish(mut self) -> Result<BundleReport, Problem> {
        self.reader.end();
        self.drain().await?;
        let read = self.reader.report();
        self.report.read = read.records;
        self.report.damaged = read.skipped;
        self.report.damaged_bytes = read.damage.iter().map(|d| d.bytes).sum();
        Ok(self.report)
    }

    async fn drain(&mut self) -> Result<(), Problem> {
        while let Some(event) = self.reader.next_event().map_err(refused)? {
            match event {
                Event::Records(wires) => self.take(wires).await?,
                Event::Ids(_) => return Err(refused(Refused::NotThatKind)),
                _ => {}
            }
        }
        Ok(())
    }

    async fn take(&mut self, wires: Vec<Vec<u8>>) -> Result<(), Problem> {
        let community = self.member.community;
        let checked =
            blocking(move || wires.into_iter().map(|w| Record::from_wire(&community, &w)).collect::<Vec<_>>());
        let mut records = Vec::new();
        for (n, record) in checked.await?.into_iter().enumerate() {
            match record {
                Ok(record) => records.push(record),
                Err(e) => {
                    self.report.refused_count += 1;
                    if self.report.refused.len() < LISTED_MAX {
                        let item = format!("record {}", self.reader.report().records + n as u64);
                        self.report.refused.push(Quarantined { item, reason: e.to_string() });
                    }
                }
            }
        }
        if self.report.dry_run {
            let known = records.iter().filter(|r| self.member.core.has(&r.id())).count() as u64;
            self.report.known += known;
            self.report.new += records.len() as u64 - known;
            return Ok(());
        }
        let count = records.len() as u64;
        let arrived = self.member.core.arrive(records, Origin::Bundle).await?;
        self.report.new += arrived.new;
        self.report.known += count - arrived.new - arrived.refused - arrived.no_room;
        self.report.refused_count += arrived.refused + arrived.no_room;
        if arrived.no_room > 0 && self.report.refused.len() < LISTED_MAX {
            let (item, reason) =
                (status::count(arrived.no_room, "record"), "there is no space left for it on this computer".to_owned());
            self.report.refused.push(Quarantined { item, reason });
        }
        Ok(())
    }
}
