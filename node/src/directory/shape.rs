//! The shapes of Open Referral UK 3.0, as far as a strict export needs them: which fields there are, of which type, and
//! which must be there. Checked against the validator's schemas by `tests/oruk`.

/// What a field may hold.
pub(super) enum Type {
    Text,
    Number,
    Uuid,
    Url,
    Email,
    /// RFC 3339 date and time.
    Moment,
    OneOf(&'static [&'static str]),
    One(&'static Shape),
    Many(&'static Shape),
}

/// One kind of object.
pub(super) struct Shape {
    pub name: &'static str,
    pub required: &'static [&'static str],
    pub fields: &'static [(&'static str, Type)],
}

use Type::{Email, Many, Moment, Number, One, OneOf, Text, Url, Uuid};

pub(super) const STATUS: &[&str] = &["active", "inactive", "defunct", "temporarily closed"];
pub(super) const PLACE: &[&str] = &["physical", "postal", "virtual"];

pub(super) static SERVICE: Shape = Shape {
    name: "service",
    required: &["id", "name", "status"],
    fields: &[
        ("id", Uuid),
        ("organization_id", Uuid),
        ("name", Text),
        ("description", Text),
        ("url", Url),
        ("email", Email),
        ("status", OneOf(STATUS)),
        ("fees", Text),
        ("accreditations", Text),
        ("minimum_age", Number),
        ("maximum_age", Number),
        ("assured_date", Text),
        ("assurer_email", Email),
        ("alert", Text),
        ("last_modified", Moment),
        ("schedules", Many(&SCHEDULE)),
        ("service_areas", Many(&SERVICE_AREA)),
        ("service_at_locations", Many(&SERVICE_AT_LOCATION)),
        ("languages", Many(&LANGUAGE)),
        ("organization", One(&ORGANIZATION)),
        ("funding", Many(&FUNDING)),
        ("cost_options", Many(&COST_OPTION)),
        ("contacts", Many(&CONTACT)),
        ("attributes", Many(&ATTRIBUTE)),
    ],
};

pub(super) static SCHEDULE: Shape = Shape {
    name: "schedule",
    required: &["id"],
    fields: &[
        ("id", Uuid),
        ("service_id", Uuid),
        ("service_at_location_id", Uuid),
        ("valid_from", Text),
        ("valid_to", Text),
        ("dtstart", Text),
        ("freq", OneOf(&["WEEKLY", "MONTHLY"])),
        ("interval", Number),
        ("byday", Text),
        ("bymonthday", Text),
        ("description", Text),
        ("opens_at", Text),
        ("closes_at", Text),
        ("schedule_link", Url),
        ("attending_type", Text),
        ("notes", Text),
    ],
};

static SERVICE_AREA: Shape = Shape {
    name: "service_area",
    required: &["id"],
    fields: &[
        ("id", Uuid),
        ("service_id", Uuid),
        ("name", Text),
        ("extent", Text),
        ("extent_type", Text),
        ("uri", Text),
        ("service_area", Text),
    ],
};

pub(super) static SERVICE_AT_LOCATION: Shape = Shape {
    name: "service_at_location",
    required: &["id"],
    fields: &[("id", Uuid), ("service_id", Uuid), ("location_id", Uuid), ("location", One(&LOCATION))],
};

static LOCATION: Shape = Shape {
    name: "location",
    required: &["id", "location_type"],
    fields: &[
        ("id", Uuid),
        ("location_type", OneOf(PLACE)),
        ("name", Text),
        ("description", Text),
        ("latitude", Number),
        ("longitude", Number),
        ("external_identifier", Text),
        ("external_identifier_type", Text),
        ("addresses", Many(&ADDRESS)),
        ("accessibility", Many(&ACCESSIBILITY)),
        ("attributes", Many(&ATTRIBUTE)),
    ],
};

static ADDRESS: Shape = Shape {
    name: "address",
    required: &["id", "address_1", "city", "state_province", "postal_code", "country", "address_type"],
    fields: &[
        ("id", Uuid),
        ("location_id", Uuid),
        ("attention", Text),
        ("address_1", Text),
        ("city", Text),
        ("region", Text),
        ("state_province", Text),
        ("postal_code", Text),
        ("country", Text),
        ("address_type", OneOf(PLACE)),
        ("attributes", Many(&ATTRIBUTE)),
    ],
};

static ACCESSIBILITY: Shape = Shape {
    name: "accessibility",
    required: &["id"],
    fields: &[
        ("id", Uuid),
        ("location_id", Uuid),
        ("description", Text),
        ("details", Text),
        ("url", Url),
        ("attributes", Many(&ATTRIBUTE)),
        ("accessibility", Text),
    ],
};

static ATTRIBUTE: Shape = Shape {
    name: "attribute",
    required: &["id"],
    fields: &[
        ("id", Uuid),
        ("link_id", Uuid),
        ("taxonomy_term_id", Uuid),
        ("link_type", Text),
        ("taxonomy_term", One(&TAXONOMY_TERM)),
    ],
};

pub(super) static TAXONOMY_TERM: Shape = Shape {
    name: "taxonomy_term",
    required: &["id", "name", "description"],
    fields: &[
        ("id", Uuid),
        ("name", Text),
        ("description", Text),
        ("parent_id", Uuid),
        ("taxonomy", Text),
        ("taxonomy_id", Uuid),
        ("term_uri", Url),
        ("term", Text),
    ],
};

pub(super) static TAXONOMY: Shape = Shape {
    name: "taxonomy",
    required: &["id", "name", "description"],
    fields: &[
        ("id", Uuid),
        ("name", Text),
        ("description", Text),
        ("uri", Url),
        ("version", Text),
        ("taxonomy_terms", Many(&TAXONOMY_TERM)),
    ],
};

pub(super) static ORGANIZATION: Shape = Shape {
    name: "organization",
    required: &["id", "name", "description"],
    fields: &[
        ("id", Uuid),
        ("name", Text),
        ("description", Text),
        ("email", Email),
        ("website", Url),
        ("logo", Text),
        ("uri", Url),
        ("parent_organization_id", Uuid),
        ("organization_identifiers", Many(&ORGANIZATION_IDENTIFIER)),
        ("attributes", Many(&ATTRIBUTE)),
    ],
};

static ORGANIZATION_IDENTIFIER: Shape = Shape {
    name: "organization_identifier",
    required: &["id", "identifier_type", "identifier"],
    fields: &[
        ("id", Uuid),
        ("organization_id", Uuid),
        ("identifier_scheme", Text),
        ("identifier_type", Text),
        ("identifier", Text),
        ("attributes", Many(&ATTRIBUTE)),
    ],
};

static LANGUAGE: Shape =
    Shape { name: "language", required: &["id"], fields: &[("id", Uuid), ("service_id", Uuid), ("phone_id", Uuid)] };

static FUNDING: Shape =
    Shape { name: "funding", required: &["id"], fields: &[("id", Uuid), ("service_id", Uuid), ("source", Text)] };

static COST_OPTION: Shape = Shape {
    name: "cost_option",
    required: &["id"],
    fields: &[
        ("id", Uuid),
        ("service_id", Uuid),
        ("valid_from", Text),
        ("valid_to", Text),
        ("option", Text),
        ("amount", Number),
        ("amount_description", Text),
    ],
};

static CONTACT: Shape = Shape {
    name: "contact",
    required: &["id"],
    fields: &[("id", Uuid), ("service_id", Uuid), ("name", Text), ("title", Text), ("attributes", Many(&ATTRIBUTE))],
};
