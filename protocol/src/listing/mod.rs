//! Listings: what the records people read say, and what follows from it.
//!
//! For: reading the documents inside content records tolerantly (title, place, hours, words to search by), deciding
//! whether a place is open at a moment, expanding recurrences, telling when two listings are the same thing.
//! Not for: fetching or writing files (the node's `directory`), storing, deciding who may publish.
//!
//! # Shapes of documents (all fields optional unless marked; unknown fields are kept by everybody)
//!
//! - **service, organization, location, service-at-location, taxonomy, taxonomy-term**:
//!   `{"hsds": {…the Open Referral UK 3.0 object, nested…} (required), "source": {"name","type","id","url"},
//!   "assured": "YYYY-MM-DD", "review_by": "YYYY-MM-DD", "library": {…columns of a library table…}}`.
//!   A service is complete in itself: organization, locations and schedules are nested in `hsds`.
//! - **notice**: `{"title" (required), "text", "severity": "info"|"warning"|"urgent", "valid_from", "valid_to",
//!   "place", "url", "languages": […], "pinned": bool}`; days or local times, `YYYY-MM-DD[THH:MM]`.
//! - **event**: `{"title" (required), "text", "start" (required), "end", "time_zone" (IANA name), "rrule" (RFC 5545),
//!   "except": ["YYYY-MM-DD"…], "venue": {"name","address","postal_code"}, "online": URL, "capacity": n, "url", "contact"}`;
//!   `start` and `end` are local times `YYYY-MM-DDTHH:MM`, or days for an event that lasts whole days (`end` then is the last day).
//!   An event with a time and no `end` lasts an hour.
//! - **profile**: `{"name" (required), "description", "url", "email", "time_zone" (community only)}`.
//!
//! # Rules worth knowing
//!
//! - Anything unclear about hours is [`Open::Unknown`], never open.
//! - [`plain`] cleans every text shown to people; documents keep what was written.

mod event;
mod hours;
mod key;
mod notice;
pub mod read;
mod recur;
mod same;
mod service;
mod summary;
mod text;
mod zone;

#[cfg(test)]
mod hours_cases;
#[cfg(test)]
mod open_cases;
#[cfg(test)]
mod recur_cases;

pub use event::{EventError, EventInput, Occurrence, Upcoming};
pub use event::{event_check, event_doc, event_end, next_time, occurrences};
pub use hours::{
    ALL_DAY, Hours, HoursError, Now, Open, clear_times, day_times, ending_day, hours, hours_doubts, hours_lines, notes,
    now_at, open_at, open_from, open_words, start_and_end, tidy_hours, time_of_day, two_way_times,
};
pub use key::{derived_uuid, record_key, uuid_ok};
pub use notice::{NOTICE_DAYS, notice_rewritten, web_ok};
pub use notice::{
    NoticeError, NoticeInput, Severity, notice_check, notice_doc, notice_order, notice_shows, notice_urgency,
};
pub use recur::{Days, Freq, Rule, RuleError, STEPS_MAX, TooManySteps, Until};
pub use same::{Checked, Same, checked, checked_words, group, marks, rank_factor};
pub(crate) use service::kept_schedules;
pub use service::{ServiceError, ServiceInput, schedules, service_doc};
pub use summary::{Summary, search_text, summary};
pub use text::{fold, plain, plain_block, postcode};
pub use zone::{At, ZoneError, day_of, day_second, day_words, local_ms, month_words, weekday_words, zone_ok};

use crate::hlc::Day;
use crate::kind::Kind;

/// The last UTC day on which a record with this document needs to be shown: a notice's last day, the day after an event's
/// last one. `None`: the longest life there is. `zone` is the community's.
pub fn expires_day(kind: Kind, doc: &serde_json::Value, zone: &str) -> Option<Day> {
    match kind {
        Kind::NOTICE => notice::last_day(doc, zone),
        Kind::EVENT => event::last_day(doc, zone),
        _ => None,
    }
}
