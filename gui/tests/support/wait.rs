//! Waiting for a fact with a deadline, instead of sleeping.
//!
//! Every deadline is multiplied by how slow this computer is today (`HEDGEROW_PATIENCE`, set once a run by `tests/calibrate`).

use std::time::{Duration, Instant};

/// How long a quiet computer may take. Only a failed test waits so long.
const SOON: Duration = Duration::from_secs(10);
/// Between two questions.
const ASK_EVERY: Duration = Duration::from_millis(2);

/// A deadline of a quiet computer as one of this computer today.
fn patience(within: Duration) -> Duration {
    let factor = std::env::var("HEDGEROW_PATIENCE").ok().and_then(|text| text.trim().parse::<f64>().ok());
    within.mul_f64(factor.filter(|factor| factor.is_finite() && *factor >= 1.0).unwrap_or(1.0))
}

/// Asks again and again until there is an answer.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + patience(SOON);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "it never came to be: {what}");
        std::thread::sleep(ASK_EVERY);
    }
}
