//! `hedgerow service`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use hedgerow_api::{
    Audience, Draft, ExportPart, ExportQuery, Exported, FindPage, FindQuery, ImportQuery, ImportReport, Publish,
    Published, ServiceDraft,
};
use serde_json::Value;

use super::find::{item_text, short};
use super::out::count;
use super::{Cx, Fail, Outcome, get};
use crate::files::Filling;
use crate::server::IMPORT_BYTES_MAX;

/// Services: what there is, where, when, for whom.
///
/// Example: hedgerow service import libraries.csv
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Service {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Import(Import),
    New(New),
    Edit(Edit),
    Preview(Preview),
    Withdraw(Withdraw),
    Export(Export),
    List(List),
}

/// Read a directory of services from a file, a folder or a web address (Open Referral UK, or a table with a column "name").
///
/// Example: hedgerow service import libraries.csv --as "County libraries"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Import {
    /// The file, folder or address.
    #[arg(value_name = "FILE|DIR|URL")]
    from: String,
    /// Publish in the name of this group: its name or id. Default: in yours.
    #[arg(long = "as", value_name = "GROUP")]
    as_group: Option<String>,
    /// What to call the source. Default: the name of the file.
    #[arg(long)]
    source: Option<String>,
}

/// What a service says about itself; give only what you know.
#[derive(Debug, Args)]
struct Fields {
    /// Its name.
    #[arg(long)]
    title: Option<String>,
    /// What it is and for whom.
    #[arg(long)]
    description: Option<String>,
    /// The organisation that runs it.
    #[arg(long)]
    organisation: Option<String>,
    /// Telephone number.
    #[arg(long)]
    phone: Option<String>,
    /// E-mail address.
    #[arg(long)]
    email: Option<String>,
    /// Web page.
    #[arg(long)]
    url: Option<String>,
    /// What the place is called: Village hall.
    #[arg(long)]
    place: Option<String>,
    /// Street address, without town and postcode.
    #[arg(long)]
    address: Option<String>,
    /// Town or village.
    #[arg(long)]
    town: Option<String>,
    /// Postcode.
    #[arg(long)]
    postcode: Option<String>,
    /// Opening hours as you write them, like "Mon-Fri 9-5" (may be given more than once).
    #[arg(long, value_name = "Mon-Fri 9:00-17:00")]
    hours: Vec<String>,
    /// What people should know about the hours.
    #[arg(long)]
    hours_notes: Option<String>,
    /// What it costs, in words.
    #[arg(long)]
    cost: Option<String>,
    /// Day on which it was checked. Default: today.
    #[arg(long, value_name = "2026-11-23")]
    assured: Option<String>,
    /// A file with the whole document, instead of the single fields. "-" reads from a pipe.
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
}

/// In whose name something is published, and for whom.
#[derive(Debug, Args)]
pub struct Whose {
    /// Publish in the name of this group: its name or id. Default: in yours.
    #[arg(long = "as", value_name = "GROUP")]
    as_group: Option<String>,
    /// Only for members of the community. Default: anybody may read it.
    #[arg(long)]
    members_only: bool,
}

impl Whose {
    /// The request to publish a draft so.
    pub fn publish(self, draft: Draft, cx: &Cx) -> Publish {
        Publish { draft, as_group: self.as_group, audience: audience(self.members_only), dry_run: cx.dry_run }
    }
}

/// Publish a service.
///
/// Example: hedgerow service new --as "Food bank" --title "Food parcels" --postcode "EX1 1AA" --hours "Mon,Wed 10:00-12:00"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct New {
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    whose: Whose,
}

/// Change a service you published. What you do not name stays as it is.
///
/// Example: hedgerow service edit 3f9a1c20 --phone "01392 000000"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Edit {
    /// Its id, or the first 8 or more digits of it.
    id: String,
    #[command(flatten)]
    fields: Fields,
    /// Only if this is still the version shown: the id you read it under.
    #[arg(long, value_name = "ID")]
    if_match: Option<String>,
}

/// Show a service as others would see it, without publishing it.
///
/// Example: hedgerow service preview --title "Food parcels" --hours "Mon,Wed 10:00-12:00"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Preview {
    #[command(flatten)]
    fields: Fields,
    /// In the name of this group.
    #[arg(long = "as", value_name = "GROUP")]
    as_group: Option<String>,
}

/// Withdraw something you published. Copies already carried may last up to 400 days.
///
/// Example: hedgerow service withdraw 3f9a1c20
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Withdraw {
    /// Its id, or the first 8 or more digits of it.
    id: String,
    /// Only if this is still the version shown: the id you read it under.
    #[arg(long, value_name = "ID")]
    if_match: Option<String>,
}

/// Write the services out as files that other programs read.
///
/// Example: hedgerow service export --format oruk out/
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Export {
    /// The folder to write to.
    dir: PathBuf,
    /// oruk: Open Referral UK.
    #[arg(long, default_value = "oruk", value_parser = ["oruk"])]
    format: String,
    /// Only what you or your groups publish.
    #[arg(long)]
    mine: bool,
}

/// Show the services, by name.
///
/// Example: hedgerow service list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {
    /// Only what you or your groups publish.
    #[arg(long)]
    mine: bool,
}

impl Service {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::Import(c) => c.run(cx).await,
            Sub::New(New { fields, whose }) => {
                let draft = fields.draft()?;
                let publish = whose.publish(draft, cx);
                show_published(cx, &cx.client.publish(&publish, None).await?)
            }
            Sub::Edit(c) => c.run(cx).await,
            Sub::Preview(Preview { fields, as_group }) => {
                let draft = fields.draft()?;
                let publish = Publish { draft, as_group, audience: Audience::Public, dry_run: true };
                let published = cx.client.publish(&publish, None).await?;
                cx.out.data(&published, |p| get::text(&p.item));
                cx.out.next("publish it: the same with \"service new\" instead of \"service preview\"");
                Ok(0)
            }
            Sub::Withdraw(c) => c.run(cx).await,
            Sub::Export(c) => c.run(cx).await,
            Sub::List(List { mine }) => list(cx, "service", mine).await,
        }
    }
}

/// All of a kind, page after page.
pub async fn list(cx: &Cx, kind: &str, mine: bool) -> Outcome {
    let mut find = FindQuery { kinds: kind.into(), limit: Some(200), mine, ..FindQuery::default() };
    let mut all = FindPage { items: Vec::new(), next: None, total: None, said: None };
    loop {
        let page = cx.client.find(&find).await?;
        all.items.extend(page.items);
        match page.next {
            Some(next) => find.cursor = Some(next),
            None => break,
        }
    }
    all.total = Some(all.items.len() as u64);
    cx.out.data(&all, |page| page.items.iter().map(item_text).collect::<Vec<_>>().join("\n"));
    if all.items.is_empty() {
        cx.out.say("There are none yet.");
    }
    Ok(0)
}

/// Who may read it.
fn audience(members_only: bool) -> Audience {
    if members_only { Audience::Community } else { Audience::Public }
}

/// After publishing.
pub fn show_published(cx: &Cx, published: &Published) -> Outcome {
    cx.out.data(published, |p| get::text(&p.item));
    match (published.saved, cx.dry_run) {
        (true, _) => {
            cx.out.say("Saved on this computer. Others get it as soon as they meet this one.");
            cx.out.next(&format!("hedgerow get {}", short(&published.item.summary.id)));
        }
        (false, true) => cx.out.say("This is how others would see it. Nothing was published."),
        (false, false) => cx.out.say("It was like this already. Nothing was changed."),
    }
    Ok(0)
}

impl Withdraw {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let withdrawn = cx.client.withdraw(&self.id, self.if_match.as_deref(), cx.dry_run).await?;
        cx.out.data(&withdrawn, |w| match w.id {
            Some(_) => format!("Withdrawn: {}", w.title),
            None => format!("Would withdraw: {}", w.title),
        });
        Ok(0)
    }
}

impl Edit {
    async fn run(self, cx: &Cx) -> Outcome {
        let item = cx.client.item(&self.id).await?;
        let draft = self.fields.draft()?;
        let audience = audience(!item.summary.public);
        let publish = Publish { draft, as_group: None, audience, dry_run: cx.dry_run };
        // Between reading and writing somebody else may have changed it: the version just read has to be the one shown.
        let version = self.if_match.as_deref().unwrap_or(&item.summary.id);
        show_published(cx, &cx.client.edit(&self.id, &publish, Some(version)).await?)
    }
}

impl Fields {
    /// The draft: what was given.
    fn draft(self) -> Result<Draft, Fail> {
        if let Some(path) = &self.document {
            return Ok(Draft::Document { kind: "service".into(), doc: read_document(path)? });
        }
        Ok(Draft::Service(ServiceDraft {
            clear: Vec::new(),
            name: self.title.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            organisation: self.organisation.unwrap_or_default(),
            phone: self.phone.unwrap_or_default(),
            email: self.email.unwrap_or_default(),
            url: self.url.unwrap_or_default(),
            place: self.place.unwrap_or_default(),
            address: self.address.unwrap_or_default(),
            town: self.town.unwrap_or_default(),
            postcode: self.postcode.unwrap_or_default(),
            hours: self.hours,
            hours_notes: self.hours_notes.unwrap_or_default(),
            cost: self.cost.unwrap_or_default(),
            assured: self.assured,
        }))
    }
}

fn read_document(path: &Path) -> Result<Value, Fail> {
    let text = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin().lock())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|e| Fail::file(path, &e))?;
    serde_json::from_str(&text).map_err(|e| {
        Fail::usage(
            format!("{} is not a JSON document.", path.display()),
            format!("It says: {e}."),
            "Look at a published one for its shape: hedgerow get ID --json",
        )
    })
}

impl Import {
    async fn run(self, cx: &Cx) -> Outcome {
        let is_web = self.from.starts_with("http://") || self.from.starts_with("https://");
        let path = Path::new(&self.from);
        let mut how =
            ImportQuery { source: self.source, as_group: self.as_group, dry_run: cx.dry_run, ..ImportQuery::default() };
        let mut bytes = Vec::new();
        if is_web {
            cx.out.say("Fetching …");
            how.from = Some(self.from);
        } else if path.is_dir() {
            let whole = path.canonicalize().map_err(|e| Fail::file(path, &e))?;
            how.from = Some(whole.display().to_string());
        } else {
            // A file is sent rather than named: what you may read can be imported, whoever Hedgerow runs as.
            how.name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let length = path.metadata().map_err(|e| Fail::file(path, &e))?.len();
            if length > IMPORT_BYTES_MAX as u64 {
                return Err(Fail::usage(
                    format!("{} is too large.", path.display()),
                    format!("It has {length} bytes; at most {IMPORT_BYTES_MAX} can be read at once."),
                    "Divide it into several files and import the folder.",
                ));
            }
            bytes = std::fs::read(path).map_err(|e| Fail::file(path, &e))?;
        }
        let report = cx.client.import(&how, bytes).await?;
        cx.out.data(&report, text);
        if report.quarantined_count > 0 {
            return Ok(8);
        }
        if report.new > 0 && !cx.dry_run {
            cx.out.next("hedgerow find WORD --open-now");
        }
        Ok(0)
    }
}

fn text(r: &ImportReport) -> String {
    let mut lines = vec![format!(
        "{} read: {} new, {} changed, {} as before.{}",
        count(r.read, "listing"),
        r.new,
        r.updated,
        r.unchanged,
        if r.dry_run { " Nothing was published." } else { "" }
    )];
    if r.dry_run {
        lines.extend(r.first.iter().take(5).map(|s| format!("  {}: {}", s.title, s.lines.join(", "))));
    }
    if r.quarantined_count > 0 {
        lines.push(format!("{} could not be taken:", count(r.quarantined_count, "listing")));
        lines.extend(r.quarantined.iter().take(20).map(|q| format!("  {}: {}", q.item, q.reason)));
        if r.quarantined_count > 20 {
            lines.push("  (all of them: add --json)".into());
        }
    }
    lines.extend(r.notes.iter().take(20).map(|n| format!("Note: {n}")));
    lines.join("\n")
}

impl Export {
    async fn run(self, cx: &Cx) -> Outcome {
        let mut parts = cx.client.export(&ExportQuery { format: self.format, mine: self.mine }).await?;
        let unwritten = |e: std::io::Error| Fail::file(&self.dir, &e);
        let mut folder = if cx.dry_run { None } else { Some(Filling::begin(&self.dir).map_err(unwritten)?) };
        let export = loop {
            match parts.next().await? {
                ExportPart::File(file) => {
                    folder.as_ref().map_or(Ok(()), |f| f.add(&file.name, file.text.as_bytes())).map_err(unwritten)?;
                }
                ExportPart::Done(export) => break export,
            }
        };
        folder.take().map_or(Ok(()), Filling::finish).map_err(unwritten)?;
        cx.out.data(&export, export_text);
        cx.out.say(&format!("{} {}.", if cx.dry_run { "Would write to" } else { "Written to" }, self.dir.display()));
        Ok(if export.quarantined.is_empty() { 0 } else { 8 })
    }
}

fn export_text(e: &Exported) -> String {
    let mut lines = vec![format!("{} in {}.", count(e.services, "service"), count(e.files, "file"))];
    lines.extend(e.quarantined.iter().take(20).map(|q| format!("Left out: {}: {}", q.item, q.reason)));
    lines.join("\n")
}
