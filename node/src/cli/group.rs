//! `hedgerow group`

use clap::{Args, Subcommand};
use hedgerow_api::{Group as Answer, GroupAdd, GroupNew, GroupRemove, GroupSpace};

use super::find::short;
use super::identity::computers::{Since, list_text, removed_text as computer_removed_text};
use super::identity::link::show;
use super::out::count;
use super::people::{Content, removed_text};
use super::{Cx, Outcome};

/// Groups publish in their own name: a food bank, a library, a repair café.
///
/// Example: hedgerow group new "Food bank"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Group {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    New(New),
    Add(Add),
    Member(Member),
    Admin(Admin),
    Space(Space),
    Leave(Leave),
    Close(Close),
    Computer(Computer),
    List(List),
}

/// Start a group with you as its admin. Organisers only.
///
/// Example: hedgerow group new "Food bank" --description "Food for people who need it"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct New {
    /// Its name.
    name: String,
    /// What it is.
    #[arg(long, default_value = "")]
    description: String,
    /// The only kinds of things it may publish, with commas between: notice,event. Default: all.
    #[arg(long, value_delimiter = ',', value_name = "KINDS")]
    only: Vec<String>,
}

/// Put someone into a group.
///
/// Example: hedgerow group add "Food bank" Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Add {
    /// The group: its name or id.
    group: String,
    /// The person: their name or id.
    person: String,
    /// Let them add others.
    #[arg(long)]
    admin: bool,
}

/// Put people into a group and take them out.
///
/// Example: hedgerow group member remove "Food bank" Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Member {
    #[command(subcommand)]
    command: MemberSub,
}

#[derive(Debug, Subcommand)]
enum MemberSub {
    Add(MemberAdd),
    Remove(MemberRemove),
}

/// Put someone into a group, to publish in its name.
///
/// Example: hedgerow group member add "Food bank" Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct MemberAdd {
    /// The group: its name or id.
    group: String,
    /// The person: their name or id.
    person: String,
}

/// Take someone out of a group. What they published for it stays, unless you say otherwise.
///
/// Example: hedgerow group member remove "Food bank" Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct MemberRemove {
    /// The group: its name or id.
    group: String,
    /// The person: their name or id.
    person: String,
    #[command(flatten)]
    content: Content,
}

/// Make somebody an admin of a group.
///
/// Example: hedgerow group admin add "Food bank" Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Admin {
    #[command(subcommand)]
    command: AdminSub,
}

#[derive(Debug, Subcommand)]
enum AdminSub {
    Add(AdminAdd),
}

/// Let someone add and take out others in a group.
///
/// Example: hedgerow group admin add "Food bank" Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct AdminAdd {
    /// The group: its name or id.
    group: String,
    /// The person: their name or id.
    person: String,
}

/// Leave a group. What you published for it stays.
///
/// Example: hedgerow group leave "Food bank"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Leave {
    /// The group: its name or id.
    group: String,
}

/// Close a group. What it published stays, unless you say otherwise. Organisers only.
///
/// Example: hedgerow group close "Food bank"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Close {
    /// The group: its name or id.
    group: String,
    #[command(flatten)]
    content: Content,
}

/// Give a group space for what it publishes. Organisers only.
///
/// Example: hedgerow group space "Food bank" 256
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Space {
    /// The group: its name or id.
    group: String,
    /// How many MiB.
    #[arg(value_name = "MIB")]
    mib: u64,
}

/// A group's own computers: they publish in its name, and are nobody's.
///
/// Example: hedgerow group computer add "Food bank"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Computer {
    #[command(subcommand)]
    command: ComputerSub,
}

#[derive(Debug, Subcommand)]
enum ComputerSub {
    List(ComputerList),
    Add(ComputerAdd),
    Remove(ComputerRemove),
}

/// Show a group's own computers.
///
/// Example: hedgerow group computer list "Food bank"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct ComputerList {
    /// The group: its name or id.
    group: String,
}

/// Make a code that links one computer to a group, once, within fifteen minutes. Its admins and organisers only.
///
/// Example: hedgerow group computer add "Food bank"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct ComputerAdd {
    /// The group: its name or id.
    group: String,
}

/// Take a computer of a group out, for good: when it is lost, stolen or given away. What it published stays.
///
/// Example: hedgerow group computer remove "Food bank" "till 2"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct ComputerRemove {
    /// The group: its name or id.
    group: String,
    /// The computer: its name, or the first 8 digits of its code.
    computer: String,
    #[command(flatten)]
    since: Since,
}

/// Show the groups, who is in them, and their computers.
///
/// Example: hedgerow group list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {}

impl Group {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::New(New { name, description, only }) => {
                if cx.dry_run {
                    cx.client.community().await?;
                    cx.out.say(&format!("Would start the group {name}."));
                    return Ok(0);
                }
                let group = cx.client.group_new(&GroupNew { name, description, only }).await?;
                cx.out.data(&group, text);
                let kind = group.only.first().map_or("service", String::as_str);
                cx.out.next(&format!("hedgerow {kind} new --as \"{}\" --title \"TITLE\"", group.name));
                Ok(0)
            }
            Sub::Add(Add { group, person, admin }) => add(cx, group, person, admin).await,
            Sub::Space(Space { group, mib }) => {
                if cx.dry_run {
                    cx.client.community().await?;
                    cx.out.say(&format!("Would give {group} {mib} MiB."));
                    return Ok(0);
                }
                let group = cx.client.group_space(&group, &GroupSpace { mib }).await?;
                cx.out.data(&group, text);
                Ok(0)
            }
            Sub::Member(Member { command: MemberSub::Add(c) }) => add(cx, c.group, c.person, false).await,
            Sub::Admin(Admin { command: AdminSub::Add(c) }) => add(cx, c.group, c.person, true).await,
            Sub::Member(Member { command: MemberSub::Remove(c) }) => {
                let remove = GroupRemove { person: Some(c.person), content: c.content.choice(), dry_run: cx.dry_run };
                take_out(cx, &c.group, &remove, "out of the group").await
            }
            Sub::Leave(Leave { group }) => {
                let me = cx.client.status().await?.me.map(|me| me.person).unwrap_or_default();
                let remove = GroupRemove { person: Some(me), dry_run: cx.dry_run, ..GroupRemove::default() };
                take_out(cx, &group, &remove, "out of the group").await
            }
            Sub::Close(Close { group, content }) => {
                let remove = GroupRemove { person: None, content: content.choice(), dry_run: cx.dry_run };
                take_out(cx, &group, &remove, "closed").await
            }
            Sub::Computer(Computer { command }) => computer(cx, command).await,
            Sub::List(_) => {
                let groups = cx.client.groups().await?;
                cx.out.data(&groups, |g| g.groups.iter().map(text).collect::<Vec<_>>().join("\n"));
                if groups.groups.is_empty() {
                    cx.out.say("There are no groups yet.");
                }
                Ok(0)
            }
        }
    }
}

async fn add(cx: &Cx, group: String, person: String, admin: bool) -> Outcome {
    if cx.dry_run {
        cx.client.community().await?;
        cx.out.say(&format!("Would put {person} into {group}."));
        return Ok(0);
    }
    let group = cx.client.group_add(&group, &GroupAdd { person, admin }).await?;
    cx.out.data(&group, text);
    Ok(0)
}

async fn computer(cx: &Cx, command: ComputerSub) -> Outcome {
    match command {
        ComputerSub::List(ComputerList { group }) => {
            let computers = cx.client.group_computers(&group).await?;
            cx.out.data(&computers, list_text);
            if computers.computers.is_empty() {
                cx.out.say("This group has no computer of its own.");
            }
        }
        ComputerSub::Add(ComputerAdd { group }) if cx.dry_run => {
            cx.client.group_computers(&group).await?;
            cx.out.say(&format!("Would make a code to link one computer to {group}."));
        }
        ComputerSub::Add(ComputerAdd { group }) => {
            show(cx, &cx.client.group_link_code(&group).await?);
            cx.out.next("once the new computer shows six digits, type here: hedgerow identity link-confirm DIGITS");
        }
        ComputerSub::Remove(ComputerRemove { group, computer, since }) => {
            let since_ms = since.unix_ms()?;
            let ask = hedgerow_api::ComputerRemove { computer, since_ms, dry_run: cx.dry_run, ..Default::default() };
            let removed = cx.client.group_computer_remove(&group, &ask).await?;
            computer_removed_text(cx, &removed, &format!("{group}'s"));
        }
    }
    Ok(0)
}

async fn take_out(cx: &Cx, group: &str, remove: &GroupRemove, whence: &str) -> Outcome {
    let removed = cx.client.group_remove(group, remove).await?;
    cx.out.data(&removed, |r| removed_text(r, whence, cx.dry_run));
    Ok(0)
}

fn text(group: &Answer) -> String {
    let member = |m: &hedgerow_api::GroupMember| match m.role.as_str() {
        "admin" => format!("{} (admin)", m.name),
        _ => m.name.clone(),
    };
    let members: Vec<String> = group.members.iter().map(member).collect();
    let members = if members.is_empty() { String::new() } else { format!(": {}", members.join(", ")) };
    let mut text = format!(
        "{}  {}  {}{members}",
        &group.id[..group.id.len().min(8)],
        group.name,
        count(group.members.len() as u64, "person")
    );
    if !group.only.is_empty() {
        text.push_str(&format!("\n    Publishes only: {}", group.only.join(", ")));
    }
    for d in &group.devices {
        let duty = if d.stores_only { ", only keeps and passes on" } else { "" };
        text.push_str(&format!("\n    Computer: {}{duty}{}", short(&d.key), if d.this { ", this one" } else { "" }));
    }
    text
}
