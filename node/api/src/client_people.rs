//! The client, continued: people, groups, organisers, moderation.

use crate::client::{Answer, seg};
use crate::*;

impl Client {
    /// The people.
    pub async fn people(&self) -> Answer<People> {
        self.get("/v1/people").await
    }
    /// The people, and those who wait, were taken out, or left.
    pub async fn people_all(&self) -> Answer<People> {
        self.get("/v1/people?all=true").await
    }
    /// One person in full, named by id or name.
    pub async fn person(&self, person: &str) -> Answer<PersonDetail> {
        self.get(&format!("/v1/people/{}", seg(person))).await
    }
    /// Why somebody is what they are.
    pub async fn person_why(&self, person: &str) -> Answer<PersonWhy> {
        self.get(&format!("/v1/people/{}/why", seg(person))).await
    }
    /// Takes somebody out.
    pub async fn person_remove(&self, person: &str, how: &PersonRemove) -> Answer<Removed> {
        self.post(&format!("/v1/people/{}/removal", seg(person)), how).await
    }
    /// Lets somebody in, or in again.
    pub async fn person_allow(&self, person: &str) -> Answer<PersonDetail> {
        self.put(&format!("/v1/people/{}/membership", seg(person))).await
    }
    /// Gives a special role.
    pub async fn person_grant(&self, person: &str, grant: &GrantNew) -> Answer<PersonDetail> {
        self.post(&format!("/v1/people/{}/grants", seg(person)), grant).await
    }
    /// Takes a special role.
    pub async fn person_ungrant(&self, person: &str, role: &str) -> Answer<PersonDetail> {
        self.delete(&format!("/v1/people/{}/grants/{}", seg(person), seg(role))).await
    }

    /// A group's own computers.
    pub async fn group_computers(&self, group: &str) -> Answer<Computers> {
        self.get(&format!("/v1/groups/{}/computers", seg(group))).await
    }
    /// Takes one of a group's own computers out.
    pub async fn group_computer_remove(&self, group: &str, remove: &ComputerRemove) -> Answer<ComputerRemoved> {
        self.post(&format!("/v1/groups/{}/computers/removal", seg(group)), remove).await
    }
    /// Makes a code that links one more computer of a group's own.
    pub async fn group_link_code(&self, group: &str) -> Answer<LinkCode> {
        self.post(&format!("/v1/groups/{}/link-codes", seg(group)), &()).await
    }
    /// The groups.
    pub async fn groups(&self) -> Answer<Groups> {
        self.get("/v1/groups").await
    }
    /// Starts a group.
    pub async fn group_new(&self, new: &GroupNew) -> Answer<Group> {
        self.post("/v1/groups", new).await
    }
    /// Puts someone into a group, named by id or name.
    pub async fn group_add(&self, group: &str, add: &GroupAdd) -> Answer<Group> {
        self.post(&format!("/v1/groups/{}/members", seg(group)), add).await
    }
    /// Gives a group space for what it publishes.
    pub async fn group_space(&self, group: &str, space: &GroupSpace) -> Answer<Group> {
        self.post(&format!("/v1/groups/{}/space", seg(group)), space).await
    }
    /// Takes someone out of a group, or closes it.
    pub async fn group_remove(&self, group: &str, remove: &GroupRemove) -> Answer<Removed> {
        self.post(&format!("/v1/groups/{}/removal", seg(group)), remove).await
    }

    /// The organisers, and what they are asked to decide.
    pub async fn organisers(&self) -> Answer<Organisers> {
        self.get("/v1/organisers").await
    }
    /// Proposes a change of organisers, and approves it.
    pub async fn organisers_propose(&self, change: &OrganisersChange) -> Answer<OrganisersChanged> {
        self.post("/v1/organisers/proposals", change).await
    }
    /// Approves a change.
    pub async fn organisers_approve(&self, code: &str, approve: &OrganisersApprove) -> Answer<OrganisersChanged> {
        self.post(&format!("/v1/organisers/proposals/{}/approval", seg(code)), approve).await
    }
    /// As a key holder, says which change holds.
    pub async fn organisers_decide(&self, code: &str, sign: &KeyHolderSign) -> Answer<OrganisersChanged> {
        self.post(&format!("/v1/organisers/proposals/{}/decision", seg(code)), sign).await
    }
    /// As a key holder, fixes the organisers that hold.
    pub async fn organisers_fix(&self, sign: &KeyHolderSign) -> Answer<OrganisersChanged> {
        self.post("/v1/organisers/fix", sign).await
    }

    /// What is hidden.
    pub async fn hidden(&self) -> Answer<HiddenList> {
        self.get("/v1/hidden").await
    }
    /// Hides something.
    pub async fn hide(&self, hide: &HideNew) -> Answer<Moderated> {
        self.post("/v1/hidden", hide).await
    }
    /// Shows something again.
    pub async fn unhide(&self, what: &str) -> Answer<Moderated> {
        self.delete(&format!("/v1/hidden/{}", seg(what))).await
    }
    /// Whom I blocked on this computer.
    pub async fn blocked(&self) -> Answer<Blocked> {
        self.get("/v1/blocked").await
    }
    /// Blocks a person or group on this computer.
    pub async fn block(&self, owner: &str) -> Answer<Blocked> {
        self.put(&format!("/v1/blocked/{}", seg(owner))).await
    }
    /// Sees a person or group again.
    pub async fn unblock(&self, owner: &str) -> Answer<Blocked> {
        self.delete(&format!("/v1/blocked/{}", seg(owner))).await
    }
}
