//! Says something on the desktop. The only file that knows how desktops are told.

use std::sync::atomic::{AtomicBool, Ordering};

use notify_rust::{Hint, Notification, Urgency};

use crate::arrivals::Told;

/// Whether one is on its way. A desktop that does not answer holds one thread, and no second one.
static BUSY: AtomicBool = AtomicBool::new(false);

/// Says it, on a thread of its own. On a desktop that says nothing, nothing is missed.
pub fn ring(told: Told) {
    if BUSY.swap(true, Ordering::AcqRel) {
        return;
    }
    let ring = move || {
        // Whoever has no desktop has the counts in the window.
        let _ = show(&told);
        BUSY.store(false, Ordering::Release);
    };
    if std::thread::Builder::new().name("bell".into()).spawn(ring).is_err() {
        BUSY.store(false, Ordering::Release);
    }
}

/// Says it, and returns once the desktop has taken it.
///
/// # Errors
/// When no desktop takes it.
fn show(told: &Told) -> Result<(), notify_rust::error::Error> {
    let reads_markup = notify_rust::get_capabilities()?.iter().any(|can| can == "body-markup");
    let body = if reads_markup { escaped(&told.body) } else { told.body.clone() };
    let urgency = if told.urgent { Urgency::Critical } else { Urgency::Normal };
    Notification::new()
        .appname("Hedgerow")
        .icon("org.hedgerow.Hedgerow")
        .hint(Hint::DesktopEntry("org.hedgerow.Hedgerow".into()))
        .summary(&told.title)
        .body(&body)
        .urgency(urgency)
        .show()
        .map(drop)
}

/// Text that stays what it says where the desktop reads markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_people_write_is_no_markup() {
        assert_eq!(super::escaped("<a href=\"x\">A & B</a>"), "&lt;a href=\"x\"&gt;A &amp; B&lt;/a&gt;");
    }
}
