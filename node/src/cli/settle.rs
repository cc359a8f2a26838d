//! `hedgerow settle`

use clap::Args;
use hedgerow_api::{Audience, Draft, Publish};

use super::find::short;
use super::{Cx, Fail, Outcome};

/// Something was changed in two places: say which version is right. Look at both first with: hedgerow get ID
///
/// Example: hedgerow settle 3f9a1c20 77b04d19
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Settle {
    /// Its id, or the first 8 or more digits of it.
    id: String,
    /// The id of the version that is right, or the beginning of it.
    version: String,
}

impl Settle {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let item = cx.client.item_even_if_hidden(&self.id).await?;
        if item.versions.len() < 2 {
            return Err(Fail::failed(
                format!("\"{}\" was not changed in two places.", item.summary.title),
                "There is nothing to settle.",
                format!("To see it: hedgerow get {}", short(&item.summary.id)),
            ));
        }
        let typed = self.version.trim().to_lowercase();
        let mut named = item.versions.iter().filter(|v| !typed.is_empty() && v.id.starts_with(&typed));
        let (Some(version), None) = (named.next(), named.next()) else {
            return Err(Fail::usage(
                format!("\"{}\" does not name one of its versions.", self.version),
                "Type the beginning of the version's id.",
                format!("They are listed by: hedgerow get {}", short(&item.summary.id)),
            ));
        };
        let right = version.item.as_deref().unwrap_or(&item);
        let shown = Some(item.summary.id.as_str());
        if right.withdrawn {
            let gone = cx.client.withdraw(&item.summary.slot, shown, cx.dry_run).await?;
            cx.out.data(&gone, |g| format!("\"{}\" is withdrawn.\n", g.title));
            return Ok(0);
        }
        let publish = Publish {
            draft: Draft::Document { kind: right.summary.kind.clone(), doc: right.doc.clone() },
            as_group: None,
            audience: if right.summary.public { Audience::Public } else { Audience::Community },
            dry_run: cx.dry_run,
        };
        let published = cx.client.edit(&item.summary.slot, &publish, shown).await?;
        cx.out.data(&published, |p| super::get::text(&p.item));
        Ok(0)
    }
}
