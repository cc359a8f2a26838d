//! `hedgerow group`

use clap::{Args, Subcommand};
use hedgerow_api::{Group as Answer, GroupAdd, GroupNew};

use super::out::count;
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

/// Show the groups and who is in them.
///
/// Example: hedgerow group list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {}

impl Group {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::New(New { name, description }) => {
                if cx.dry_run {
                    cx.client.community().await?;
                    cx.out.say(&format!("Would start the group {name}."));
                    return Ok(0);
                }
                let group = cx.client.group_new(&GroupNew { name, description }).await?;
                cx.out.data(&group, text);
                cx.out.next(&format!("hedgerow service new --as \"{}\" --title \"NAME OF THE SERVICE\"", group.name));
            }
            Sub::Add(Add { group, person, admin }) => {
                if cx.dry_run {
                    cx.client.community().await?;
                    cx.out.say(&format!("Would put {person} into {group}."));
                    return Ok(0);
                }
                let group = cx.client.group_add(&group, &GroupAdd { person, admin }).await?;
                cx.out.data(&group, text);
            }
            Sub::List(_) => {
                let groups = cx.client.groups().await?;
                cx.out.data(&groups, |g| g.groups.iter().map(text).collect::<Vec<_>>().join("\n"));
                if groups.groups.is_empty() {
                    cx.out.say("There are no groups yet.");
                }
            }
        }
        Ok(0)
    }
}

fn text(group: &Answer) -> String {
    let members: Vec<&str> = group.members.iter().map(|m| m.name.as_str()).collect();
    let members = if members.is_empty() { String::new() } else { format!(": {}", members.join(", ")) };
    let id = &group.id[..group.id.len().min(8)];
    format!("{id}  {}  {}{members}", group.name, count(group.members.len() as u64, "person"))
}
