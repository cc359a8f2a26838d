//! `hedgerow community`

use clap::{Args, Subcommand};
use hedgerow_api::{Code, CommunityNew, Membership, Nearby, Problem};

use super::out::count;
use super::{Cx, Fail, Outcome};

/// Start, see or leave a community.
///
/// Example: hedgerow community new "Riverside" --name "Ann"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Community {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    New(New),
    List(List),
    Leave(Leave),
}

/// Start a community with you as its first organiser.
///
/// Example: hedgerow community new "Riverside" --name "Ann"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct New {
    /// Name of the community. Everyone in it and near it sees it.
    name: String,
    /// Your name as others see it. Default: the one in the config.
    #[arg(long = "name", value_name = "YOUR NAME")]
    my_name: Option<String>,
    /// Time zone of the community, for example Europe/London. Default: this computer's.
    #[arg(long)]
    time_zone: Option<String>,
    /// Let newcomers enter by themselves, to read what is for everybody in the community.
    #[arg(long)]
    accept_newcomers: bool,
}

/// Show your community and the ones seen nearby.
///
/// Example: hedgerow community list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {}

/// Leave the community. What you published stays with the others until it runs out.
///
/// Example: hedgerow community leave --yes
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Leave {
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

impl Community {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::New(c) => c.run(cx).await,
            Sub::List(_) => {
                let nearby = cx.client.nearby().await?;
                cx.out.data(&nearby, nearby_text);
                Ok(0)
            }
            Sub::Leave(c) => c.run(cx).await,
        }
    }
}

impl New {
    async fn run(self, cx: &Cx) -> Outcome {
        let my_name = my_name(cx, self.my_name)?;
        let new = CommunityNew {
            name: self.name,
            time_zone: self.time_zone,
            my_name,
            accept_newcomers: self.accept_newcomers,
        };
        if cx.dry_run {
            let status = cx.client.status().await?;
            if let Some(community) = status.community {
                return Err(Fail::from(hedgerow_api::ClientError::Problem(Problem::new(
                    Code::AlreadyMember,
                    format!("This computer belongs to {} already.", community.name),
                    "A folder holds one community.",
                    "Use another folder for another community: --data DIR",
                ))));
            }
            cx.out.say(&format!("Would start the community {} with {} as its first organiser.", new.name, new.my_name));
            return Ok(0);
        }
        let membership = cx.client.community_new(&new).await?;
        cx.out.data(&membership, membership_text);
        cx.out.say("You are its only organiser. If you lose this computer, nobody can let others in: keep your recovery words (hedgerow identity kit).");
        cx.out.next("hedgerow invite   or   hedgerow service import FILE");
        Ok(0)
    }
}

impl Leave {
    async fn run(self, cx: &Cx) -> Outcome {
        let community = cx.client.community().await?;
        if cx.dry_run {
            cx.out.say(&format!("Would leave {}.", community.name));
            return Ok(0);
        }
        if !self.yes {
            return Err(Fail::usage(
                format!("To leave {}, say so with --yes.", community.name),
                "The others are told, and you need a new invite to come back. What is in the folder is kept beside it. If \
                 you are an organiser, tell the others first: hedgerow organisers step-down.",
                "hedgerow community leave --yes",
            ));
        }
        cx.client.community_leave().await?;
        cx.out.say(&format!("You have left {}. Its data was set aside in the folder named left.", community.name));
        if cx.out.json {
            cx.out.raw(r#"{"schema":"hedgerow.left/1","left":true}"#);
        }
        Ok(0)
    }
}

/// My name from the command or the config.
pub fn my_name(cx: &Cx, given: Option<String>) -> Result<String, Fail> {
    if let Some(name) = given {
        return Ok(name);
    }
    let config = crate::config::Config::load(&cx.dir.config()).unwrap_or_default();
    config.name.ok_or_else(|| {
        Fail::usage(
            "Your name is missing.",
            "Others see it beside what you publish.",
            "Add --name \"YOUR NAME\", or keep it for good: hedgerow config set name \"YOUR NAME\"",
        )
    })
}

/// After starting or joining.
pub fn membership_text(m: &Membership) -> String {
    format!("You belong to {} as {}.", m.community.name, m.me.name)
}

fn nearby_text(nearby: &Nearby) -> String {
    if nearby.communities.is_empty() {
        return "No community is near. That is fine: start one, or use an invite.".into();
    }
    let line = |c: &hedgerow_api::NearbyCommunity| {
        let name = if c.name.is_empty() { "(no name given)" } else { &c.name };
        let mine = if c.mine { ", yours" } else { "" };
        format!("{name}  {}{mine}", count(c.computers, "computer"))
    };
    nearby.communities.iter().map(line).collect::<Vec<_>>().join("\n")
}
