//! What one peer may cost this node in a minute: three counters, and no word of the peer sets one back.
//!
//! Time is that of a clock nobody can set, and comes in as an argument. A budget that is used up ends the session as
//! busy, which is nobody's fault: the peer comes back later.

use std::time::Duration;

use super::contract::{Limits, Reason};

const MINUTE: Duration = Duration::from_secs(60);
/// Work allowed for each record held, each minute, besides [`Limits::work`]: an honest round looks at each a few times.
const WORK_PER_RECORD: u64 = 16;

/// An amount that counts from nothing every minute.
#[derive(Default)]
pub(super) struct Spent {
    since: Duration,
    amount: u64,
}

impl Spent {
    /// Adds to it; says whether it is still within `most`.
    pub fn spend(&mut self, amount: u64, most: u64, now: Duration) -> bool {
        if now.saturating_sub(self.since) >= MINUTE {
            *self = Spent { since: now, amount: 0 };
        }
        self.amount = self.amount.saturating_add(amount);
        self.amount <= most
    }
}

/// The budgets of one session.
pub(super) struct Budgets {
    limits: Limits,
    now: Duration,
    /// Records here, as last counted, and the most there ever were.
    own: u64,
    held: u64,
    sent: u64,
    work: Spent,
    useless: Spent,
    again: Spent,
}

impl Budgets {
    pub fn new(limits: Limits, now: Duration, own: u64) -> Budgets {
        let (work, useless, again) = Default::default();
        Budgets { limits, now, own, held: own, sent: 0, work, useless, again }
    }
    /// What time it is.
    pub fn at(&mut self, now: Duration) {
        self.now = self.now.max(now);
    }
    /// How many records there are here now.
    pub fn owns(&mut self, count: u64) {
        self.own = count;
        self.held = self.held.max(count);
    }
    /// So many more came.
    pub fn grown(&mut self, by: u64) {
        self.own += by;
        self.held += by;
    }
    /// Ids were compared or looked up, or something as dear was done.
    pub fn work(&mut self, amount: u64) -> Result<(), Reason> {
        let most = self.limits.work.saturating_add(WORK_PER_RECORD.saturating_mul(self.own));
        if self.work.spend(amount, most, self.now) { Ok(()) } else { Err(Reason::Busy("ids to compare")) }
    }
    /// Bytes of records came that were here already, or that are not kept here.
    pub fn useless(&mut self, bytes: u64) -> Result<(), Reason> {
        let fits = self.useless.spend(bytes, self.limits.useless_bytes, self.now);
        if fits { Ok(()) } else { Err(Reason::Busy("records that are of no use here")) }
    }
    /// Records were read and sent. Each once is what a session is for; what is beyond the number there ever was here
    /// was sent before.
    pub fn sent(&mut self, records: u64) -> Result<(), Reason> {
        let first = self.held.saturating_sub(self.sent);
        self.sent = self.sent.saturating_add(records);
        let fits = self.again.spend(records.saturating_sub(first), self.limits.again, self.now);
        if fits { Ok(()) } else { Err(Reason::Busy("records asked for again")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_gives_it_back_and_nothing_else_does() {
        let (mut spent, at) = (Spent::default(), Duration::from_secs);
        assert!(spent.spend(7, 10, at(100)));
        assert!(spent.spend(3, 10, at(159)));
        assert!(!spent.spend(1, 10, at(159)));
        assert!(!spent.spend(0, 10, at(90)), "a clock that goes back gives nothing");
        assert!(spent.spend(10, 10, at(160)));
        assert!(!spent.spend(u64::MAX, 10, at(160)), "and nothing overflows");
    }

    #[test]
    fn what_goes_out_for_the_first_time_is_free() {
        let limits = Limits { again: 5, ..Limits::PROTOCOL };
        let mut budgets = Budgets::new(limits, Duration::ZERO, 100);
        assert_eq!(budgets.sent(100), Ok(()));
        budgets.grown(3);
        assert_eq!(budgets.sent(8), Ok(()), "three are new, and five go twice");
        assert_eq!(budgets.sent(1), Err(Reason::Busy("records asked for again")));
        budgets.owns(1);
        budgets.at(Duration::from_secs(61));
        assert_eq!(budgets.sent(5), Ok(()));
        assert!(budgets.sent(1).is_err());
    }
}
