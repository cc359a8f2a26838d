//! `hedgerow people`

use clap::Args;

use super::{Cx, Outcome};

/// Show who belongs to the community.
///
/// Example: hedgerow people
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct People {}

impl People {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let people = cx.client.people().await?;
        cx.out.data(&people, |people| {
            let line = |p: &hedgerow_api::Person| {
                let name = if p.name.is_empty() { "(name not here yet)" } else { &p.name };
                let role = match p.role.as_str() {
                    "organiser" => "organiser",
                    "none" => "not a member",
                    _ => "member",
                };
                format!("{}  {name}  {role}{}", &p.id[..p.id.len().min(8)], if p.me { ", you" } else { "" })
            };
            people.people.iter().map(line).collect::<Vec<_>>().join("\n")
        });
        Ok(0)
    }
}
