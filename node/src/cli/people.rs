//! `hedgerow people`

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use hedgerow_api::{
    ContentChoice, GrantNew, People as Answer, Person, PersonDetail, PersonRemove, PersonWhy, Removed, Standing,
};

use super::find::short;
use super::out::count;
use super::{Cx, Fail, Outcome};

/// Show who belongs to the community, and why; take people out and let them in again.
///
/// Example: hedgerow people
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true)]
pub struct People {
    #[command(subcommand)]
    command: Option<Sub>,
    /// Also those who wait to be let in, were taken out, or left.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Show(Show),
    Why(Why),
    Remove(Remove),
    Allow(Allow),
    Grant(Grant),
    Ungrant(Ungrant),
}

/// Show one person: role, computers, groups.
///
/// Example: hedgerow people show Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Show {
    /// Their name or id.
    name: String,
}

/// Say in plain sentences why somebody is what they are here, and what would change it.
///
/// Example: hedgerow people why Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Why {
    /// Their name or id.
    name: String,
}

/// Take a person out of the community. Organisers only. What they published stays, unless you say otherwise.
///
/// Example: hedgerow people remove Bob --reason "Sold things at the door"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Remove {
    /// Their name or id.
    name: String,
    /// Also everybody they let in, and whom those let in, and so on.
    #[arg(long)]
    with_everyone_they_let_in: bool,
    #[command(flatten)]
    content: Content,
    /// Why, for members to read. Letting the person in again withdraws it.
    #[arg(long, default_value = "", value_name = "TEXT")]
    reason: String,
}

/// What becomes of what they published.
#[derive(Debug, Args)]
pub struct Content {
    /// What is shown now stays (this is the default).
    #[arg(long, conflicts_with = "hide_content")]
    keep_content: bool,
    /// What they published is shown no more.
    #[arg(long)]
    hide_content: bool,
}

impl Content {
    pub fn choice(&self) -> ContentChoice {
        if self.hide_content { ContentChoice::Hide } else { ContentChoice::Keep }
    }
}

/// Let in somebody who waits or was taken out, or bring somebody nearer. Organisers only.
///
/// Example: hedgerow people allow Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Allow {
    /// Their name or id.
    name: String,
}

/// Give a special role: gateway-host, mentor, invites=30, or space=64. Organisers only.
///
/// Example: hedgerow people grant Bob invites=30
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Grant {
    /// Their name or id.
    name: String,
    /// gateway-host: may share a building's internet. mentor: of people under 18. invites=N: may let in N people.
    /// space=N: may publish N MiB.
    #[arg(value_parser = role, value_name = "ROLE")]
    role: GrantNew,
}

/// Take a special role back. Organisers only.
///
/// Example: hedgerow people ungrant Bob invites
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Ungrant {
    /// Their name or id.
    name: String,
    /// gateway-host, mentor, invites or space.
    #[arg(value_parser = ["gateway-host", "mentor", "invites", "space"], value_name = "ROLE")]
    role: String,
}

fn role(text: &str) -> Result<GrantNew, String> {
    let (name, number) = match text.split_once('=') {
        None => (text, None),
        Some((name, n)) => (name, Some(n.parse::<u64>().map_err(|_| format!("\"{n}\" is not a number"))?)),
    };
    match (name, number) {
        ("gateway-host" | "mentor", None) | ("invites" | "space", Some(_)) => {
            Ok(GrantNew { role: name.into(), number })
        }
        ("space", None) => Err("say how many MiB, for example space=64".into()),
        ("invites", None) => Err("say how many, for example invites=30".into()),
        _ => Err("it can be gateway-host, mentor, invites=30 or space=64".into()),
    }
}

impl People {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            None => {
                let people = if self.all { cx.client.people_all().await? } else { cx.client.people().await? };
                cx.out.data(&people, list);
                Ok(0)
            }
            Some(Sub::Show(Show { name })) => {
                let person = cx.client.person(&name).await?;
                cx.out.data(&person, detail);
                cx.out.next(&format!("hedgerow people why {}", quoted(&person.person)));
                Ok(0)
            }
            Some(Sub::Why(Why { name })) => {
                let why = cx.client.person_why(&name).await?;
                cx.out.data(&why, why_text);
                Ok(0)
            }
            Some(Sub::Remove(c)) => c.run(cx).await,
            Some(Sub::Allow(Allow { name })) => {
                if would(cx, &name, "let in").await? {
                    return Ok(0);
                }
                let person = cx.client.person_allow(&name).await?;
                cx.out.data(&person, |p| format!("{} belongs to the community.", called(&p.person)));
                Ok(0)
            }
            Some(Sub::Grant(Grant { name, role })) => {
                if would(cx, &name, "give a role to").await? {
                    return Ok(0);
                }
                let person = cx.client.person_grant(&name, &role).await?;
                cx.out.data(&person, detail);
                Ok(0)
            }
            Some(Sub::Ungrant(Ungrant { name, role })) => {
                if would(cx, &name, "take a role from").await? {
                    return Ok(0);
                }
                let person = cx.client.person_ungrant(&name, &role).await?;
                cx.out.data(&person, detail);
                Ok(0)
            }
        }
    }
}

impl Remove {
    async fn run(self, cx: &Cx) -> Outcome {
        let how = PersonRemove {
            with_everyone_they_let_in: self.with_everyone_they_let_in,
            content: self.content.choice(),
            reason: self.reason,
            dry_run: cx.dry_run,
        };
        let removed = cx.client.person_remove(&self.name, &how).await?;
        cx.out.data(&removed, |r| removed_text(r, "out of the community", cx.dry_run));
        if !cx.dry_run {
            cx.out.say("Computers that are switched off learn of it when they next meet one of yours.");
            cx.out.next(&format!("hedgerow people why \"{}\"", removed.name));
        }
        Ok(0)
    }
}

/// In a dry run: looks the person up, and says what would happen.
async fn would(cx: &Cx, name: &str, what: &str) -> Result<bool, Fail> {
    if cx.dry_run {
        let person = cx.client.person(name).await?;
        cx.out.say(&format!("Would {what} {}.", called(&person.person)));
    }
    Ok(cx.dry_run)
}

/// What a removal did, or would do.
pub fn removed_text(r: &Removed, whence: &str, dry_run: bool) -> String {
    let (is, go, stay) = match dry_run {
        false => ("is", "went with them", "stays"),
        true => ("would be", "would go with them", "would stay"),
    };
    let mut text = format!("{} {is} {whence}.\n", r.name);
    if !r.also.is_empty() {
        let _ = writeln!(text, "{} {go}.", r.also.join(", "));
    }
    match r.kept {
        0 if dry_run => text.push_str("Nothing that was published would be shown."),
        0 => text.push_str("Nothing that was published is shown."),
        n => {
            let _ = write!(text, "What was published {stay}: {}.", count(n, "thing"));
        }
    }
    text
}

fn called(p: &Person) -> &str {
    if p.name.is_empty() { "(name not here yet)" } else { &p.name }
}

fn quoted(p: &Person) -> String {
    if p.name.is_empty() { short(&p.id).to_owned() } else { format!("\"{}\"", p.name) }
}

fn list(people: &Answer) -> String {
    let line = |p: &Person| {
        let computers =
            if p.standing == Standing::In { format!("  {}", count(p.devices, "computer")) } else { String::new() };
        let me = if p.me { ", you" } else { "" };
        let blocked = if p.blocked { ", blocked here" } else { "" };
        format!("{}  {}  {}{me}{blocked}{computers}", &p.id[..p.id.len().min(8)], called(p), p.role_text)
    };
    people.people.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn detail(d: &PersonDetail) -> String {
    let p = &d.person;
    let mut text = format!("{}: {}{}\n", called(p), p.role_text, if p.me { ", you" } else { "" });
    if p.standing == Standing::In && p.role == "resident" {
        let invites = if d.may_invite { "may let others in" } else { "may not let others in" };
        let _ = writeln!(text, "{} from an organiser, {invites}", count(u64::from(d.steps), "step"));
    }
    for g in &d.groups {
        let _ = writeln!(text, "Group: {}", g.name);
    }
    if !d.pen_name.is_empty() {
        let _ = writeln!(text, "What they publish to everybody shows: {}", d.pen_name);
    }
    for c in &d.devices {
        let duty = if c.stores_only { ", only keeps and passes on" } else { "" };
        let this = if c.this { ", this one" } else { "" };
        let _ = writeln!(text, "Computer: {}{duty}{this}", short(&c.key));
    }
    let _ = write!(text, "Id: {}", p.id);
    text
}

fn why_text(why: &PersonWhy) -> String {
    let mut lines: Vec<String> = why.facts.iter().map(|f| f.text.clone()).collect();
    if !why.would_change.is_empty() {
        lines.push("What would change it:".into());
        lines.extend(why.would_change.iter().map(|w| format!("  {w}")));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_typed_as_help_says() {
        assert_eq!(role("invites=30"), Ok(GrantNew { role: "invites".into(), number: Some(30) }));
        assert_eq!(role("mentor"), Ok(GrantNew { role: "mentor".into(), number: None }));
        for bad in ["invites", "invites=many", "king", "mentor=3", ""] {
            assert!(role(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_removal_says_who_goes_and_what_stays() {
        let r = Removed { name: "Carl".into(), kept: 2, also: vec!["Dora".into()], records: vec![] };
        let said = removed_text(&r, "out of the community", true);
        assert_eq!(
            said,
            "Carl would be out of the community.\nDora would go with them.\nWhat was published would stay: 2 things."
        );
        let said = removed_text(&Removed { kept: 0, also: vec![], ..r }, "out of the community", false);
        assert_eq!(said, "Carl is out of the community.\nNothing that was published is shown.");
    }
}
