//! `hedgerow join`

use std::path::Path;

use clap::Args;
use hedgerow_api::Join as Request;

use super::community::{membership_text, my_name};
use super::{Cx, Fail, Outcome};

/// Longest file that can be an invite, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// Join a community with an invite, as text or in a file.
///
/// Example: hedgerow join invite-for-bob.txt --name "Bob"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Join {
    /// The invite, or a file that holds it.
    #[arg(value_name = "INVITE|FILE")]
    invite: String,
    /// Your name as others see it. Default: the one in the config.
    #[arg(long, value_name = "YOUR NAME")]
    name: Option<String>,
}

impl Join {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let ticket = read_ticket(&self.invite)?;
        let my_name = my_name(cx, self.name)?;
        if cx.dry_run {
            cx.client.status().await?;
            cx.out.say(&format!("Would join with this invite as {my_name}."));
            return Ok(0);
        }
        let membership = cx.client.join(&Request { ticket, my_name }).await?;
        cx.out.data(&membership, membership_text);
        cx.out.say("Everyone in the community sees your name. Keep your recovery words safe: hedgerow identity kit");
        cx.out.next("hedgerow find WORD   or   hedgerow status");
        Ok(0)
    }
}

/// The text of an invite: what was typed, or what is in the file of that name.
pub fn read_ticket(typed: &str) -> Result<String, Fail> {
    let path = Path::new(typed);
    let is_file = typed.len() < 1024 && path.is_file();
    if !is_file {
        return Ok(typed.trim().to_owned());
    }
    let length = path.metadata().map_err(|e| Fail::file(path, &e))?.len();
    if length > FILE_BYTES_MAX {
        return Err(Fail::usage(
            format!("{} is not an invite.", path.display()),
            "It is far too long.",
            "Ask for the invite again, as text or as a file made by: hedgerow invite --file",
        ));
    }
    let bytes = std::fs::read(path).map_err(|e| Fail::file(path, &e))?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}
