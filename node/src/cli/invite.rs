//! `hedgerow invite`

use std::path::PathBuf;

use clap::Args;
use hedgerow_api::InviteNew;

use super::out::moment;
use super::{Cx, Fail, Outcome};

/// Make an invite: it lets one person in, once, within seven days, while this computer can be reached.
///
/// Example: hedgerow invite --file invite-for-bob.txt
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Invite {
    /// Also write it to this file, to hand over on a stick.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// A note to yourself: who it is for. It stays on this computer.
    #[arg(long, default_value = "")]
    note: String,
}

impl Invite {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            let community = cx.client.community().await?;
            cx.out.say(&format!("Would make an invite to {}.", community.name));
            return Ok(0);
        }
        let invite = cx.client.invite(&InviteNew { note: self.note }).await?;
        if let Some(file) = &self.file {
            let written = write_new(file, invite.ticket.as_bytes());
            written.map_err(|e| Fail::file(file, &e))?;
            cx.out.say(&format!("Written to {}.", file.display()));
        }
        cx.out.data(&invite, |i| i.ticket.clone());
        if cx.out.can_draw()
            && let Some(picture) = picture(&invite.ticket)
        {
            cx.out.say(&picture);
        }
        cx.out.say(&format!(
            "It lets one person into {}, once, until {}. Hand it over like a key. Keep this computer on until it is used.",
            invite.community,
            moment(invite.expires_ms)
        ));
        cx.out.next("on the other computer: hedgerow join INVITE --name \"THEIR NAME\"");
        Ok(0)
    }
}

/// Writes a file that only this user can read.
pub(super) fn write_new(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.write_all(b"\n")
}

/// The ticket as a picture for a telephone's camera, two rows of dots a line.
pub(super) fn picture(ticket: &str) -> Option<String> {
    let code = fast_qr::QRBuilder::new(ticket).ecl(fast_qr::ECL::L).build().ok()?;
    Some(code.to_str())
}
