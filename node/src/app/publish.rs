//! Publishing what people typed: listings, notices, events, ready-made documents; changing and withdrawing them.

use hedgerow_api::{
    Audience, Code, Draft as Typed, EventDraft, NoticeDraft, Problem, Publish, Published, ServiceDraft, Withdrawn,
};
use hedgerow_protocol::cbor::{doc_from_cbor, doc_to_cbor};
use hedgerow_protocol::hlc::DAY_MS;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::{BodyForm, Kind};
use hedgerow_protocol::listing::{
    self, EventInput, NoticeInput, ServiceInput, Severity, event_check, event_doc, notice_check, notice_doc,
    service_doc,
};
use hedgerow_protocol::record::{self, Address};
use hedgerow_protocol::view::SlotState;
use serde_json::{Value, json};

use super::items::{named_kind, slot_text, summarise};
use super::problems::{internal, invalid, not_found, why};
use super::{App, Member};
use crate::core::{CoreError, Draft};
use crate::identity::new_seed;

/// Longest idempotency key, in bytes.
const IDEMPOTENCY_KEY_MAX: usize = 200;

fn wrong(e: impl std::fmt::Display) -> Problem {
    let text = e.to_string();
    let mut letters = text.chars();
    let text = letters.next().map(|c| c.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default();
    invalid(format!("{text}."), "Correct it and try again.")
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl App {
    /// Publishes something new.
    pub async fn publish(&self, publish: Publish, idempotency_key: Option<&str>) -> Result<Published, Problem> {
        let member = self.member()?;
        let owner = self.owner(&member, publish.as_group.as_deref())?;
        let seed = match idempotency_key {
            None => *new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?,
            Some(key) if (1..=IDEMPOTENCY_KEY_MAX).contains(&key.len()) => *blake3::hash(key.as_bytes()).as_bytes(),
            Some(_) => return Err(invalid("That idempotency key cannot be used.", "It has to have 1 to 200 letters.")),
        };
        let (kind, doc) = self.document(&member, &owner, &publish.draft, &seed)?;
        let address = Address { owner, kind, key: seed[..16].to_vec() };
        let request = idempotency_key.map(|_| request_hash(&publish));
        let note = format!("idempotency/{}", data_encoding::HEXLOWER.encode(&seed[..16]));
        if let Some(request) = &request
            && let Some(before) = member.core.local(&note)
        {
            if before != *request {
                return Err(Problem::new(
                    Code::KeyReused,
                    "This idempotency key was used for something else.",
                    "Each key stands for one request.",
                    "Use a new key for a new request.",
                ));
            }
            let item = self.show(&member, &address).ok_or_else(|| not_found("item", &slot_text(&address)))?;
            return Ok(Published { saved: false, item });
        }
        if publish.dry_run {
            return self.preview(&member, &address, &doc, publish.audience);
        }
        let mut draft = draft_of(&member, &address, &doc, publish.audience);
        // Two requests with one key at the same time: the second finds the slot taken.
        draft.if_match = Some(Id::SELF);
        match member.core.publish(vec![draft]).await {
            Ok(_) => {}
            Err(CoreError::Changed { .. }) if idempotency_key.is_some() => {
                let item = self.show(&member, &address).ok_or_else(|| not_found("item", &slot_text(&address)))?;
                return Ok(Published { saved: false, item });
            }
            Err(e) => return Err(e.into()),
        }
        if let Some(request) = request {
            member.core.put_local(&note, &request).await?;
        }
        let item = self.show(&member, &address).ok_or_else(|| not_found("item", &slot_text(&address)))?;
        Ok(Published { saved: true, item })
    }

    /// Replaces an item; what a typed service leaves empty stays as it is.
    pub async fn edit(&self, id: &str, publish: Publish, if_match: Option<&str>) -> Result<Published, Problem> {
        let member = self.member()?;
        let address = self.address_of(&member, id)?;
        let view = member.core.slot(&address);
        let comes_back = view.state == SlotState::Withdrawn;
        let shown = view.winner().filter(|_| comes_back || view.state == SlotState::Shown);
        let shown = shown.ok_or_else(|| not_found("item", id))?;
        let old = doc_from_cbor(&shown.payload().body).unwrap_or(Value::Null);
        if let Some(group) = publish.as_group.as_deref()
            && self.owner(&member, Some(group))? != address.owner
        {
            return Err(invalid("An item cannot change hands.", "Withdraw it, then publish it in the other name."));
        }
        let (kind, doc) = match &publish.draft {
            Typed::Service(draft) => (Kind::SERVICE, edited_service(&old, draft, &member)?),
            draft => self.document(&member, &address.owner, draft, &[0; 32])?,
        };
        if kind != address.kind {
            return Err(invalid("An item cannot change its kind.", "Withdraw it, then publish the other one."));
        }
        let if_match = version(if_match)?;
        if if_match.is_some_and(|id| id != shown.id()) {
            return Err(CoreError::Changed { current: Some(shown.id()) }.into());
        }
        if publish.dry_run {
            return self.preview(&member, &address, &doc, publish.audience);
        }
        // What was withdrawn shows nothing: it comes back only as long as that is so.
        let if_match = if comes_back { Some(Id::SELF) } else { if_match };
        let draft = Draft { if_match, ..draft_of(&member, &address, &doc, publish.audience) };
        // Saying again what is shown settles which of several versions is right.
        let is_same = !view.is_changed_in_two_places()
            && shown.payload().body == draft.body
            && shown.payload().audience == draft.audience;
        if !is_same {
            member.core.publish(vec![draft]).await?;
        }
        let item = self.show(&member, &address).ok_or_else(|| not_found("item", id))?;
        Ok(Published { saved: !is_same, item })
    }

    /// Withdraws an item.
    pub async fn withdraw(&self, id: &str, if_match: Option<&str>, dry_run: bool) -> Result<Withdrawn, Problem> {
        let member = self.member()?;
        let address = self.address_of(&member, id)?;
        let view = member.core.slot(&address);
        let item = self.show(&member, &address).filter(|_| view.state != SlotState::Withdrawn);
        let item = item.ok_or_else(|| not_found("item", id))?;
        member.authority().may_publish(&member.device.public(), &address.owner, address.kind).map_err(why)?;
        let (slot, title) = (item.summary.slot, item.summary.title);
        if dry_run {
            return Ok(Withdrawn { id: None, slot, title });
        }
        let draft = Draft { if_match: version(if_match)?, ..Draft::withdrawal(&address) };
        let records = member.core.publish(vec![draft]).await?;
        Ok(Withdrawn { id: records.first().map(|r| r.id().to_string()), slot, title })
    }

    /// Me, or the group named.
    pub(super) fn owner(&self, member: &Member, group: Option<&str>) -> Result<Id, Problem> {
        match group {
            Some(group) => {
                let id = member.group_of(group)?;
                // What kinds it publishes is looked at with what is published.
                member.authority().may_publish(&member.device.public(), &id, Kind::PROFILE).map_err(why)?;
                Ok(id)
            }
            None => member.owner().ok_or_else(|| {
                Problem::new(
                    Code::NotAllowed,
                    "This computer does not publish.",
                    "It belongs to nobody: it keeps and passes on what others write.",
                    "Publish from your own computer, or in the name of a group.",
                )
            }),
        }
    }

    fn document(&self, member: &Member, owner: &Id, draft: &Typed, seed: &[u8; 32]) -> Result<(Kind, Value), Problem> {
        match draft {
            Typed::Service(draft) => {
                let id = listing::derived_uuid(&["typed", &data_encoding::HEXLOWER.encode(seed)]);
                Ok((Kind::SERVICE, service_doc(&service_input(draft, id, &member.name(owner), member)).map_err(wrong)?))
            }
            Typed::Notice(draft) => Ok((Kind::NOTICE, notice_doc(&notice_input(draft, member)?).map_err(wrong)?)),
            Typed::Event(draft) => {
                Ok((Kind::EVENT, event_doc(&event_input(draft), &member.time_zone()).map_err(wrong)?))
            }
            Typed::Document { kind, doc } => {
                let kind = named_kind(kind)?;
                if !doc.is_object() {
                    return Err(invalid("That is not a document.", "It has to be a JSON object."));
                }
                match kind {
                    Kind::NOTICE => notice_check(doc).map_err(wrong)?,
                    Kind::EVENT => event_check(doc).map_err(wrong)?,
                    _ if kind.rules().body == BodyForm::Hsds && !doc["hsds"].is_object() => {
                        return Err(invalid(
                            "The document has no \"hsds\".",
                            "Look at a published one for its shape: hedgerow get ID --json",
                        ));
                    }
                    _ => {}
                }
                Ok((kind, doc.clone()))
            }
        }
    }

    /// The item as it would be, made and shown without being kept.
    fn preview(
        &self,
        member: &Member,
        address: &Address,
        doc: &Value,
        audience: Audience,
    ) -> Result<Published, Problem> {
        member.authority().may_publish(&member.device.public(), &address.owner, address.kind).map_err(why)?;
        let draft = draft_of(member, address, doc, audience);
        let expires = draft.expires;
        let record = unpublished(member, address, draft)?;
        let summary = summarise(&record, doc, member.name(&address.owner), &member.now());
        let item = hedgerow_api::Item {
            notes: listing::notes(doc),
            hours: if summary.opening.is_some() { listing::hours_lines(doc) } else { Vec::new() },
            summary,
            doc: doc.clone(),
            sources: Vec::new(),
            copies: 0,
            copies_text: "Not published".into(),
            versions: Vec::new(),
            expires: expires.map(super::items::day_text),
            mine: true,
            withdrawn: false,
            hidden: None,
        };
        Ok(Published { saved: false, item })
    }
}

/// What a draft would be as a record, made without being kept.
pub(super) fn unpublished(member: &Member, address: &Address, draft: Draft) -> Result<record::Record, Problem> {
    use hedgerow_protocol::hlc::Hlc;
    use hedgerow_protocol::record::Payload;
    let now = Hlc::new(member.core.clock(), 0);
    let (kind, device) = (address.kind, member.device.public());
    let mut payload = Payload::content(kind, address.owner, device, address.key.clone(), now, draft.body);
    payload.audience = draft.audience;
    payload.sign(&member.community, &member.device).map_err(too_long)
}

fn too_long(e: record::RecordError) -> Problem {
    Problem::new(Code::Invalid, "This cannot be saved.", format!("{e}."), "Shorten it: at most about 16,000 letters.")
}

fn version(text: Option<&str>) -> Result<Option<Id>, Problem> {
    let id =
        |t: &str| t.parse().map_err(|_| invalid("That is not a version.", "Use the whole id the item was read under."));
    text.map(id).transpose()
}

fn request_hash(publish: &Publish) -> Vec<u8> {
    blake3::hash(&serde_json::to_vec(publish).unwrap_or_default()).as_bytes().to_vec()
}

fn draft_of(member: &Member, address: &Address, doc: &Value, audience: Audience) -> Draft {
    Draft {
        audience: match audience {
            Audience::Public => record::Audience::Public,
            Audience::Community => record::Audience::Community,
        },
        expires: listing::expires_day(address.kind, doc, &member.time_zone()),
        ..Draft::new(address.owner, address.kind, address.key.clone(), doc_to_cbor(doc))
    }
}

fn today(member: &Member) -> String {
    member.now().day()
}

fn service_input(d: &ServiceDraft, id: String, publisher: &str, member: &Member) -> ServiceInput {
    ServiceInput {
        id,
        name: d.name.clone(),
        description: some(&d.description),
        organization: some(&d.organisation).or_else(|| some(publisher)),
        place: some(&d.place),
        address: some(&d.address),
        city: some(&d.town),
        postcode: some(&d.postcode),
        url: some(&d.url),
        email: some(&d.email),
        phone: some(&d.phone),
        hours: d.hours.clone(),
        hours_notes: some(&d.hours_notes),
        fees: some(&d.cost),
        assured: d.assured.clone().or_else(|| Some(today(member))),
        review_by: None,
    }
}

fn notice_input(d: &NoticeDraft, member: &Member) -> Result<NoticeInput, Problem> {
    let severity = match d.severity.as_deref() {
        None => Severity::default(),
        Some(name) => Severity::from_name(name).ok_or_else(|| wrong(listing::NoticeError::Severity))?,
    };
    let default_end = || {
        let from = d.from.as_deref().and_then(|f| listing::local_ms(f, &member.time_zone()).ok());
        member.at(from.unwrap_or_else(|| member.core.clock()) + u64::from(listing::NOTICE_DAYS) * DAY_MS).day()
    };
    Ok(NoticeInput {
        title: d.title.clone(),
        text: some(&d.text),
        severity,
        valid_from: d.from.clone(),
        valid_to: Some(d.until.clone().unwrap_or_else(default_end)),
        place: None,
        url: None,
    })
}

fn event_input(d: &EventDraft) -> EventInput {
    EventInput {
        title: d.title.clone(),
        text: some(&d.text),
        start: d.start.clone(),
        end: d.end.clone(),
        time_zone: d.time_zone.clone(),
        rrule: d.repeat.clone(),
        venue: some(&d.place),
        url: some(&d.url),
        ..EventInput::default()
    }
}

/// The old document with what the draft names put in its place. Everything else survives, unknown fields too.
fn edited_service(old: &Value, d: &ServiceDraft, member: &Member) -> Result<Value, Problem> {
    let mut doc = old.clone();
    if !doc["hsds"].is_object() {
        return Err(invalid(
            "This listing cannot be changed field by field.",
            "Give the whole document: --document FILE",
        ));
    }
    let hsds = &mut doc["hsds"];
    // The checks of a new listing hold for a changed one: what the typed fields give on their own has to be right.
    let name = some(&d.name).or_else(|| hsds["name"].as_str().map(str::to_owned)).unwrap_or_default();
    let id = hsds["id"].as_str().unwrap_or_default().to_owned();
    let typed = ServiceDraft { name: name.clone(), ..d.clone() };
    let fresh = service_doc(&service_input(&typed, id, "", member)).map_err(wrong)?;
    let fresh = &fresh["hsds"];
    for (field, value) in [
        ("name", Some(name)),
        ("description", some(&d.description)),
        ("url", some(&d.url)),
        ("email", some(&d.email)),
        ("fees", some(&d.cost)),
    ] {
        if let Some(value) = value {
            hsds[field] = json!(value);
        }
    }
    if let Some(organisation) = some(&d.organisation) {
        put(hsds, &["organization"], "name", &organisation, &fresh["organization"]);
    }
    if let Some(phone) = some(&d.phone) {
        match hsds["phones"].as_array_mut().and_then(|a| a.first_mut()) {
            Some(first) => first["number"] = json!(phone),
            None => hsds["phones"] = fresh["phones"].clone(),
        }
    }
    if !d.hours.is_empty() || some(&d.hours_notes).is_some() {
        replace_hours(hsds, fresh);
    }
    let place = [("address_1", &d.address), ("city", &d.town), ("postal_code", &d.postcode)];
    if some(&d.place).is_some() || place.iter().any(|(_, v)| some(v).is_some()) {
        replace_place(hsds, fresh, some(&d.place), &place);
    }
    for name in &d.clear {
        clear(hsds, name)?;
    }
    let assured = d.assured.clone().unwrap_or_else(|| today(member));
    // The day to check it again was for the check before this one.
    if doc["review_by"].as_str().is_some_and(|day| day <= assured.as_str())
        && let Some(doc) = doc.as_object_mut()
    {
        doc.remove("review_by");
    }
    let hsds = &mut doc["hsds"];
    if hsds.get("assured_date").is_some() {
        hsds["assured_date"] = json!(assured);
    }
    doc["assured"] = json!(assured);
    Ok(doc)
}

/// Empties a field of a service, named as in a draft.
fn clear(hsds: &mut Value, name: &str) -> Result<(), Problem> {
    let remove = |value: &mut Value, field: &str| {
        if let Some(fields) = value.as_object_mut() {
            fields.remove(field);
        }
    };
    match name {
        "description" | "url" | "email" => remove(hsds, name),
        "cost" => remove(hsds, "fees"),
        "organisation" => remove(hsds, "organization"),
        "phone" => remove(hsds, "phones"),
        "hours" => replace_hours(hsds, &json!({"schedules": []})),
        "hours_notes" => {
            for schedule in hsds["schedules"].as_array_mut().into_iter().flatten() {
                remove(schedule, "notes");
            }
        }
        "place" => {
            if let Some(location) = location(hsds) {
                remove(location, "name");
            }
        }
        "address" | "town" | "postcode" => {
            let field = match name {
                "address" => "address_1",
                "town" => "city",
                _ => "postal_code",
            };
            if let Some(address) = location(hsds).and_then(|l| l.get_mut("addresses")?.get_mut(0)) {
                remove(address, field);
            }
        }
        _ => {
            return Err(invalid(
                format!("A service has no field \"{name}\" that can be emptied."),
                "Correct it and try again.",
            ));
        }
    }
    Ok(())
}

fn put(hsds: &mut Value, path: &[&str], field: &str, value: &str, fresh: &Value) {
    let target = path.iter().fold(hsds, |v, key| &mut v[*key]);
    if target.is_object() {
        target[field] = json!(value);
    } else {
        *target = fresh.clone();
    }
}

/// Hours typed anew take the place of every schedule that decides about them.
fn replace_hours(hsds: &mut Value, fresh: &Value) {
    hsds["schedules"] = fresh["schedules"].clone();
    for at in hsds["service_at_locations"].as_array_mut().into_iter().flatten() {
        if let Some(at) = at.as_object_mut() {
            at.remove("schedules");
            if let Some(place) = at.get_mut("location").and_then(Value::as_object_mut) {
                place.remove("schedules");
            }
        }
    }
}

fn replace_place(hsds: &mut Value, fresh: &Value, name: Option<String>, address: &[(&str, &String)]) {
    let Some(location) = location(hsds) else {
        for field in ["service_at_locations", "locations"] {
            if !fresh[field].is_null() {
                hsds[field] = fresh[field].clone();
            }
        }
        return;
    };
    if let Some(name) = name {
        location["name"] = json!(name);
    }
    match location.get_mut("addresses").and_then(|a| a.get_mut(0)) {
        Some(old) => {
            for (field, value) in address {
                if let Some(value) = some(value) {
                    old[*field] = json!(value);
                }
            }
        }
        None => {
            let typed = &fresh["service_at_locations"][0]["location"]["addresses"];
            if !typed.is_null() {
                location["addresses"] = typed.clone();
            }
        }
    }
}

/// Where a service is: the first place it names.
fn location(hsds: &mut Value) -> Option<&mut Value> {
    hsds.get_mut("service_at_locations")?.get_mut(0)?.get_mut("location").filter(|l| l.is_object())
}
