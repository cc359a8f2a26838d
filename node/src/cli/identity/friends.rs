//! `hedgerow identity friends`, `ask-for-help`, `object`

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use hedgerow_api::{Agree as Ask, Agreed, Friends as Named, FriendsSet, HelpAsk, KeyAsked};

use super::super::out::count;
use super::super::{Cx, Fail, Outcome, save};
use super::secret;
use crate::files::Readers;

/// Your recovery friends: together they give you a new key when your words are lost.
///
/// Example: hedgerow identity friends set Bob Carol Dan
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Friends {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    List(List),
    Set(Set),
    Clear(Clear),
    Agree(Agree),
}

/// Show your recovery friends.
///
/// Example: hedgerow identity friends list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {}

/// Name recovery friends, in place of those named before. Of three, two have to agree.
///
/// Example: hedgerow identity friends set Bob Carol Dan
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Set {
    /// Their names, or the ids of their persons: two or more.
    #[arg(required = true, num_args = 2..)]
    friends: Vec<String>,
    /// How many of them have to agree. Default: more than half.
    #[arg(long)]
    needed: Option<u64>,
    /// Read your 24 words from this file, where they are needed. Default: they are asked for.
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
}

/// Name nobody any more.
///
/// Example: hedgerow identity friends clear
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Clear {
    /// Read your 24 words from this file, where they are needed. Default: they are asked for.
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
}

/// Agree to a new key for somebody who lost their words: as their recovery friend, or as an organiser. Call them
/// first: they tell you five words.
///
/// Example: hedgerow identity friends agree help-me.txt
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Agree {
    /// The file they gave you.
    file: PathBuf,
    /// The five words they said, for programs. Default: they are asked for.
    #[arg(long, value_name = "WORDS")]
    heard: Option<String>,
}

/// Your words are lost: make a new key on this new computer, and a request for your recovery friends.
///
/// Example: hedgerow identity ask-for-help --as Ann --from hedgerow1abc --file help-me.txt
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AskForHelp {
    /// Your name in the community, or your person id.
    #[arg(long = "as", value_name = "NAME")]
    person: String,
    /// An invite of somebody in your community, perhaps of a friend: who belongs is told to nobody else. It is not used up.
    #[arg(long, value_name = "INVITE")]
    from: Option<String>,
    /// Learn your community from a bundle file instead. No network is needed.
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    bundle: Option<PathBuf>,
    /// Write the request to this file. Default: it is shown.
    #[arg(long)]
    file: Option<PathBuf>,
}

/// Somebody asks for a new key in your name, and it is not you: say no. The organisers decide then.
///
/// Example: hedgerow identity object
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Object {}

impl Friends {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::List(_) => {
                let friends = cx.client.friends().await?;
                cx.out.data(&friends, list_text);
                Ok(0)
            }
            Sub::Set(c) => set(cx, c.friends, c.needed, c.words_file).await,
            Sub::Clear(c) => set(cx, Vec::new(), None, c.words_file).await,
            Sub::Agree(c) => c.run(cx).await,
        }
    }
}

async fn set(cx: &Cx, friends: Vec<String>, needed: Option<u64>, words_file: Option<PathBuf>) -> Outcome {
    let ask = async |words| {
        let set = FriendsSet { friends: friends.clone(), needed, words, dry_run: cx.dry_run };
        cx.client.friends_set(&set).await
    };
    let named = secret::with_words(cx, words_file.as_ref(), ask).await?;
    cx.out.data(&named, list_text);
    if cx.dry_run {
        cx.out.say("Nothing was changed.");
    } else if !named.friends.is_empty() {
        cx.out.say(
            "Tell them. If you lose your words, they can give you a new key, and nobody needs to keep a secret for it.",
        );
    }
    Ok(0)
}

impl Agree {
    async fn run(self, cx: &Cx) -> Outcome {
        let request = std::fs::read_to_string(&self.file).map_err(|e| Fail::file(&self.file, &e))?;
        let look = cx.client.agree(&Ask { request: request.clone(), spoken: None }).await?;
        if look.agreed || cx.dry_run {
            cx.out.data(&look, agreed_text);
            return Ok(0);
        }
        let heard = match self.heard {
            Some(heard) => heard,
            None if std::io::stdin().is_terminal() => {
                cx.out.say(&format!("{} asks for a new key, and you may agree as {}.", look.name, as_what(&look)));
                cx.out.say(
                    "Call them or meet them, so that you know it is them. Whoever gets this key is them from then on.",
                );
                secret::read_line(cx, "Type the five words they tell you:")?.to_string()
            }
            None => {
                return Err(Fail::usage(
                    "The five words are missing.",
                    format!("{} sees them on the new computer and tells you.", look.name),
                    "--heard \"five words they said to you\"",
                ));
            }
        };
        let agreed = cx.client.agree(&Ask { request, spoken: Some(heard) }).await?;
        cx.out.data(&agreed, agreed_text);
        Ok(0)
    }
}

impl AskForHelp {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.status().await?;
            cx.out.say(&format!("Would ask for a new key for {}.", self.person));
            return Ok(0);
        }
        let bundle = match &self.bundle {
            Some(path) => {
                let path = std::path::absolute(path).map_err(|e| Fail::file(path, &e))?;
                Some(path.to_string_lossy().into_owned())
            }
            None => None,
        };
        let help = cx.client.help_ask(&HelpAsk { person: self.person, from: self.from, bundle }).await?;
        if let Some(file) = &self.file {
            let text = format!(
                "{} of {} has lost their recovery words and asks you for help.\nCall them first, and ask for the five words their new computer shows. Then:\n    hedgerow identity friends agree FILE\n\n{}\n",
                help.name, help.community_name, help.request
            );
            save(file, Readers::Usual, text.as_bytes())?;
            cx.out.say(&format!("Written to {}. Give it to your recovery friends; it is not secret.", file.display()));
        }
        cx.out.data(&help, |h| match &self.file {
            Some(_) => format!("Tell each friend these five words yourself: {}", h.spoken),
            None => format!("{}\n\nTell each friend these five words yourself: {}", h.request, h.spoken),
        });
        match help.needed {
            0 => cx.out.say("You have named no recovery friends, so the organisers have to agree."),
            n => cx.out.say(&format!("{} have to agree.", count(n, "recovery friend"))),
        }
        cx.out.next("once they have agreed, on this computer: hedgerow identity restore --helped");
        Ok(0)
    }
}

impl Object {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            let friends = cx.client.friends().await?;
            cx.out.data(&friends, |f| format!("Would object to {}.", count(f.asked.len() as u64, "new key")));
            return Ok(0);
        }
        let friends = cx.client.object().await?;
        cx.out.data(&friends, |f| f.asked.iter().map(asked_text).collect::<Vec<_>>().join("\n"));
        cx.out.say("Tell the organisers: it is theirs to decide now.");
        Ok(0)
    }
}

fn as_what(agreed: &Agreed) -> &'static str {
    if agreed.as_what == "friend" { "their recovery friend" } else { "an organiser" }
}

fn asked_text(asked: &KeyAsked) -> String {
    let list = |names: &[String]| if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    let mut text = format!("A new key is asked for. Friends who agree: {}", list(&asked.friends));
    if asked.needed > 0 {
        text.push_str(&format!(" ({} needed)", asked.needed));
    }
    text.push_str(&format!(". Organisers who agree: {}.", list(&asked.organisers)));
    if asked.objected {
        text.push_str(" One of the old computers objects, so that the organisers decide.");
    }
    text
}

fn agreed_text(agreed: &Agreed) -> String {
    match (agreed.holds, agreed.agreed, &agreed.asked) {
        (true, ..) => format!("Enough have agreed: {} has a new key.", agreed.name),
        (false, true, Some(asked)) => format!("You agree that {} gets a new key. {}", agreed.name, asked_text(asked)),
        (false, _, Some(asked)) => format!("{} asks for a new key. {}", agreed.name, asked_text(asked)),
        (false, ..) => format!("{} asks for a new key. Nobody has agreed yet.", agreed.name),
    }
}

fn list_text(named: &Named) -> String {
    let mut lines: Vec<String> = named.friends.iter().map(|f| f.name.clone()).collect();
    match lines.len() {
        0 => lines.push("You have named no recovery friends.".into()),
        _ => lines.push(format!("{} of them have to agree.", named.needed)),
    }
    if named.stale > 0 {
        lines.push(format!("{} more cannot help any more: name them again.", named.stale));
    }
    lines.extend(named.asked.iter().map(asked_text));
    lines.join("\n")
}
