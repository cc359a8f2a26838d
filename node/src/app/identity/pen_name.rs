//! The name under which I publish what is open to everybody, if I want one: what I am called is for the community alone.

use hedgerow_api::{Identity, PenName, Problem};
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::profile::{PEN_NAME_KEY, open_name};
use hedgerow_protocol::record::Audience;
use serde_json::json;

use super::super::found::checked_name;
use super::super::problems::{invalid, why};
use super::super::{App, Member};
use crate::core::Draft;

impl App {
    /// Chooses a pen name, or none any more.
    pub async fn pen_name_set(&self, set: PenName) -> Result<Identity, Problem> {
        let member = self.member()?;
        let me = member.me()?;
        let authority = member.authority();
        authority.may_publish(&member.device.public(), &me, Kind::PROFILE).map_err(why)?;
        let name = set.name.trim();
        let same = |taken: &str| !name.is_empty() && taken.trim().to_lowercase() == name.to_lowercase();
        if authority.groups().chain([member.community]).any(|owner| same(&member.name(&owner))) {
            return Err(invalid(
                "That name belongs to a group here, or to the community.",
                "People would take you for it. Choose another one, or publish in the name of the group.",
            ));
        }
        if name != member.pen_name(&me) {
            let address = open_name(&authority, &me);
            let draft = match name {
                "" => Draft { audience: Audience::Public, ..Draft::withdrawal(&address) },
                name => {
                    let body = doc_to_cbor(&json!({ "name": checked_name("a person", name)? }));
                    Draft { audience: Audience::Public, ..Draft::new(me, Kind::PROFILE, PEN_NAME_KEY, body) }
                }
            };
            member.core.publish(vec![draft]).await?;
        }
        self.identity()
    }
}

impl Member {
    /// The name that somebody chose for what they publish to everybody; empty: none.
    pub(in crate::app) fn pen_name(&self, person: &hedgerow_protocol::id::Id) -> String {
        let doc = self.core.open_name(person);
        doc.and_then(|d| d.get("name")?.as_str().map(hedgerow_api::clean::line)).unwrap_or_default()
    }
}
