//! Calendars out.
