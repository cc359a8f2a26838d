//! The driver of linking, both sides: one more computer for a person or a group.
//!
//! Whether a code is open is `protocol::link`'s business, and that a person confirmed it is seen from the device-add
//! being there. Here is the order of what must be on disk before what is said.

use std::sync::Arc;

use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::join::{Code, Request, Response};
use hedgerow_protocol::link::{LinkIssued, LinkRequest};
use hedgerow_protocol::record::Record;

use super::join::{AskError, EVIDENCE_MAX, Visit, verified};
use super::records::Records;

/// How the private keys begin under which link codes are remembered.
pub const LINK_NOTES: &str = "link/";

/// Under which private key of the core a link code ([`LinkIssued`]) is remembered.
pub fn link_local_key(link: &PublicKey) -> String {
    format!("{LINK_NOTES}{link}")
}

/// What the computer that made a code answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linking {
    /// A person has to confirm it there; the number drawn for this offer.
    Waits([u8; 16]),
    /// This computer is listed: verified records, the founding record among them.
    Done(Vec<Record>),
}

/// Takes an offer in, or answers that it is listed.
pub(super) async fn link_here(
    records: &Arc<dyn Records>,
    request: &LinkRequest,
    from: PublicKey,
) -> Result<Response, Code> {
    request.verify(&records.community(), &from)?;
    let key = link_local_key(&request.link);
    let remembered = records.local(&key).ok_or(Code::UnknownInvite)?;
    let mut issued = LinkIssued::decode(&remembered).map_err(|_| Code::UnknownInvite)?;
    let mut draw = [0; 16];
    getrandom::fill(&mut draw).map_err(|_| Code::Busy)?;
    let drawn = issued.ask(request, records.now().0, draw)?;
    // On disk before it is told: the number is for the first offer alone, a restart in between changes nothing.
    records.put_local(&key, issued.encode()).await.map_err(|_| Code::Busy)?;
    let authority = records.authority();
    let listed = authority.device(&request.offer.device).is_some_and(|d| d.owner == request.person);
    if !listed {
        return Ok(Response::LinkWaits { drawn });
    }
    let mut evidence = vec![authority.genesis().clone()];
    for record in authority.evidence(&request.person, EVIDENCE_MAX) {
        if !evidence.iter().any(|r| r.id() == record.id()) {
            evidence.push(record);
        }
    }
    Ok(Response::Linked { records: evidence.iter().map(|r| r.wire().to_vec()).collect() })
}

impl Visit {
    /// Asks to be linked, once.
    pub async fn link(&self, request: LinkRequest) -> Result<Linking, AskError> {
        let community = request.community;
        match self.ask(&Request::Link(request)).await? {
            Response::LinkWaits { drawn } => Ok(Linking::Waits(drawn)),
            Response::Linked { records } => Ok(Linking::Done(verified(community, records).await?)),
            _ => Err(AskError::NotInOrder("an answer to another question")),
        }
    }
}
