//! How fast the community may go so that the building keeps its share of the line.
//!
//! The line tells by itself when somebody else needs it: packets wait, and answers come later than they could. So the
//! rate comes down while answers are late, to the community's own share and no further, and goes up again when the line
//! has been quiet. Order of calls: [`Reserve::sample`] about four times a second, then [`Reserve::rate`]. Not for: measuring,
//! or holding traffic back.
//!
//! When it is not enforced, nothing is measured and [`capped_rate`] holds: only the community's own traffic is capped, and
//! the policy says so.

use std::collections::VecDeque;

/// The controller of one line and direction.
#[derive(Clone, Debug)]
pub struct Reserve {
    percent: u8,
    known: Option<u64>,
    rate: u64,
    /// The most the community was seen to get through, which is the line where nobody has said what it carries.
    seen: u64,
    /// The quickest answers of this half day and of the one before, in microseconds.
    quickest: [Option<u32>; 2],
    half_day: u64,
    last: Option<(u64, u64)>,
    /// Bytes of the last samples, with when.
    window: VecDeque<(u64, u64)>,
    hold_until: u64,
}

/// One look at the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// By a clock that never steps back.
    pub tick_ms: u64,
    /// How long an answer took from just beyond the line, in microseconds; `None`: none came.
    pub rtt_us: Option<u32>,
    /// Bytes of the community that went through since the sample before.
    pub bytes: u64,
}

/// Later than the quickest by this much, and somebody else wants the line.
const LATE_US: u32 = 15_000;
/// What is known least of a line: where the rate starts when nothing is.
const START_RATE: u64 = 250_000;
/// Least rate, so that something always moves and the line can be seen.
const LEAST_RATE: u64 = 8_000;
/// How long the line must be quiet before the rate goes up.
const HOLD_MS: u64 = 2_000;
/// Over how long what went through is added up.
const WINDOW_MS: u64 = 1_000;
/// Samples further apart than this say nothing of the time between.
const GAP_MS: u64 = 3_000;
const HALF_DAY_MS: u64 = 12 * 3_600_000;

/// What of a known line the community may have in payload, so that with all headers it does not fill the line's queue by
/// itself and take that for somebody else's need.
fn most_of(line: u64) -> u64 {
    line / 10 * 9
}

impl Reserve {
    /// A line of which the building keeps `percent` (0 to 95); `known`: what it carries, bytes a second, if somebody has said.
    pub fn new(percent: u8, known: Option<u64>) -> Reserve {
        let rate = known.map_or(START_RATE, most_of).max(LEAST_RATE);
        Reserve {
            percent: percent.min(95),
            known: known.map(|n| n.max(LEAST_RATE)),
            rate,
            seen: 0,
            quickest: [None; 2],
            half_day: 0,
            last: None,
            window: VecDeque::new(),
            hold_until: 0,
        }
    }

    /// Another share from now on, as the hours of the policy say.
    pub fn set_percent(&mut self, percent: u8) {
        self.percent = percent.min(95);
    }

    /// The way out is another one: forget what was seen.
    pub fn line_changed(&mut self) {
        *self = Reserve::new(self.percent, self.known);
    }

    /// Bytes a second for the community together.
    pub fn rate(&self) -> u64 {
        self.rate
    }

    /// Whether answers are late now: somebody else wants the line, or the community fills it.
    pub fn is_late(&self, rtt_us: Option<u32>) -> bool {
        match (rtt_us, self.quickest.iter().flatten().min()) {
            (Some(rtt), Some(quickest)) => rtt.saturating_sub(*quickest) > LATE_US,
            (None, Some(_)) => true,
            _ => false,
        }
    }

    /// Takes a look at the line into account.
    pub fn sample(&mut self, sample: Sample) {
        let tick = sample.tick_ms;
        let (first, then) = self.last.map_or((tick, tick), |(first, then)| (first, then.min(tick)));
        let gap = tick - then;
        self.last = Some((first, tick));
        self.look_at_answers(tick - first, sample.rtt_us);
        self.window.push_back((tick, sample.bytes));
        while self.window.front().is_some_and(|(at, _)| tick - at.min(&tick) >= WINDOW_MS) || self.window.len() > 64 {
            self.window.pop_front();
        }
        if gap == 0 || gap > GAP_MS {
            return;
        }
        // Bytes of the window without its first sample, over the time since that one.
        let span = self.window.front().map_or(0, |(at, _)| tick - at);
        if span >= WINDOW_MS / 2 {
            let bytes: u64 = self.window.iter().skip(1).map(|(_, bytes)| bytes).sum();
            self.seen = self.seen.max(bytes.saturating_mul(1000) / span);
        }
        let line = self.line();
        let share = (line / 100 * (100 - u64::from(self.percent))).max(LEAST_RATE);
        if self.percent == 0 {
            self.rate = self.known.map_or(u64::MAX, most_of);
        } else if self.is_late(sample.rtt_us) {
            // A sixth less four times a second: from the whole line to a fifth of it in two and a half seconds.
            let less = self.rate.min(line) as u128 * u128::from(6000 - gap.min(1000) * 4) / 6000;
            self.rate = (less as u64).max(share.min(self.rate));
            self.hold_until = tick + HOLD_MS;
        } else if tick >= self.hold_until {
            let more = match self.known {
                Some(_) => line / 8,
                // Feeling for the end of the line: faster than what was seen, but not by much.
                None => line / 10,
            };
            let more = (u128::from(more) * u128::from(gap) / 1000) as u64;
            let top = self.known.map_or(line.saturating_add(line / 4), most_of);
            self.rate = self.rate.saturating_add(more.max(1)).min(top);
        }
    }

    fn line(&self) -> u64 {
        self.known.unwrap_or(self.seen.max(START_RATE))
    }

    fn look_at_answers(&mut self, since_ms: u64, rtt_us: Option<u32>) {
        let half_day = since_ms / HALF_DAY_MS;
        if half_day > self.half_day {
            self.half_day = half_day;
            self.quickest = [None, self.quickest[0]];
        }
        if let Some(rtt) = rtt_us {
            self.quickest[0] = Some(self.quickest[0].map_or(rtt, |q| q.min(rtt)));
        }
    }
}

/// The rate when the building's share is not enforced: a fixed part of a known line; `None` when nobody has said what it
/// carries.
pub fn capped_rate(percent: u8, known: Option<u64>) -> Option<u64> {
    known.map(|line| (line / 100 * (100 - u64::from(percent.min(95)))).max(LEAST_RATE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A line with a queue that both share. The owner's download grows until something is lost, as TCP does.
    struct Line {
        carries: f64,
        base_ms: f64,
        queue_max: f64,
        queue: f64,
        owner: f64,
        owner_wants: bool,
        lost_at: f64,
    }

    const STEP_MS: u64 = 5;

    impl Line {
        fn new(carries: u64, base_ms: u64, buffer_ms: u64) -> Line {
            let carries = carries as f64;
            let queue_max = carries * buffer_ms as f64 / 1000.0;
            Line {
                carries,
                base_ms: base_ms as f64,
                queue_max,
                queue: 0.0,
                owner: 0.0,
                owner_wants: false,
                lost_at: 0.0,
            }
        }
        fn rtt_ms(&self) -> f64 {
            self.base_ms + self.queue / self.carries * 1000.0
        }
        /// Bytes that the owner and the community got through in one step.
        fn step(&mut self, tick: u64, community: f64) -> (f64, f64) {
            let dt = STEP_MS as f64 / 1000.0;
            if !self.owner_wants {
                self.owner = 0.0;
            } else if self.owner == 0.0 {
                self.owner = 15_000.0 / self.base_ms * 1000.0;
            }
            let arriving = self.owner + community;
            let through = ((self.queue / dt) + arriving).min(self.carries);
            self.queue += (arriving - through) * dt;
            let rtt = self.rtt_ms();
            if self.queue > self.queue_max {
                self.queue = self.queue_max;
                if tick as f64 - self.lost_at > rtt {
                    self.owner *= 0.7;
                    self.lost_at = tick as f64;
                }
            } else if self.owner_wants {
                // A tenth a round trip, and doubling before the first loss.
                let growth = if self.lost_at == 0.0 { 1.0 } else { 0.1 };
                self.owner *= 1.0 + growth * STEP_MS as f64 / rtt;
            }
            let part = if arriving > 0.0 { self.owner / arriving } else { 0.0 };
            (through * part * dt, through * (1.0 - part) * dt)
        }
    }

    /// Runs one story: quiet, the owner from 60 s to 90 s, quiet. Gives the community's rate when quiet, the owner's second by
    /// second from 60 s on, the community's meanwhile and in the end, all as parts of the line.
    fn story(percent: u8, known: bool, carries: u64, base_ms: u64, buffer_ms: u64) -> (f64, Vec<f64>, f64, f64) {
        let mut line = Line::new(carries, base_ms, buffer_ms);
        let mut reserve = Reserve::new(percent, known.then_some(carries));
        let (mut since, mut owner, mut community) = (0.0, vec![0.0; 150], vec![0.0; 150]);
        for tick in (0..150_000).step_by(STEP_MS as usize) {
            line.owner_wants = (60_000..90_000).contains(&tick);
            if tick % 250 == 0 {
                let rtt_us = Some((line.rtt_ms() * 1000.0) as u32);
                reserve.sample(Sample { tick_ms: tick, rtt_us, bytes: since as u64 });
                since = 0.0;
            }
            let (o, c) = line.step(tick, reserve.rate() as f64);
            owner[(tick / 1000) as usize] += o / carries as f64;
            community[(tick / 1000) as usize] += c / carries as f64;
            since += c;
        }
        let mean = |seconds: &[f64]| seconds.iter().sum::<f64>() / seconds.len() as f64;
        (mean(&community[40..60]), owner[60..90].to_vec(), mean(&community[65..90]), mean(&community[130..150]))
    }

    #[test]
    fn the_owner_gets_the_share_within_three_seconds() {
        for percent in [20, 50, 80] {
            for carries in [250_000, 2_500_000, 25_000_000] {
                for (base, buffer) in [(10, 60), (20, 250), (40, 500)] {
                    for known in [true, false] {
                        let (quiet, owner, meanwhile, after) = story(percent, known, carries, base, buffer);
                        let said = format!(
                            "{percent} % of {carries} B/s, {base} ms, {buffer} ms, known {known}: {quiet:.2} {owner:.2?} {meanwhile:.2} {after:.2}"
                        );
                        let share = f64::from(percent) / 100.0;
                        for pair in owner[3..].windows(2) {
                            assert!((pair[0] + pair[1]) / 2.0 >= share * 0.9, "{said}");
                        }
                        assert!(quiet >= 0.8 && after >= 0.8, "the line is not left lying idle: {said}");
                        assert!(meanwhile >= (1.0 - share) * 0.5, "the community keeps its own: {said}");
                    }
                }
            }
        }
    }

    #[test]
    fn without_a_reserve_nothing_is_held_back_and_silence_counts_as_late() {
        let mut free = Reserve::new(0, None);
        let mut kept = Reserve::new(50, Some(1_000_000));
        for n in 0..40 {
            let sample = Sample { tick_ms: n * 250, rtt_us: Some(if n < 8 { 20_000 } else { 400_000 }), bytes: 1000 };
            free.sample(sample);
            kept.sample(sample);
        }
        assert_eq!((free.rate(), kept.rate()), (u64::MAX, 500_000));
        let mut silent = Reserve::new(50, Some(1_000_000));
        for n in 0..40 {
            silent.sample(Sample { tick_ms: n * 250, rtt_us: (n == 0).then_some(20_000), bytes: 0 });
        }
        assert_eq!(silent.rate(), 500_000);
        silent.line_changed();
        assert_eq!(silent.rate(), 900_000);
        assert_eq!(
            (capped_rate(60, Some(1_000_000)), capped_rate(60, None), capped_rate(0, Some(9))),
            (Some(400_000), None, Some(8_000))
        );
    }

    proptest! {
        #[test]
        fn any_samples_keep_the_rate_in_its_bounds(samples in prop::collection::vec((0u64..5000, prop::option::of(any::<u32>()), any::<u64>()), 0..60), percent: u8, known in prop::option::of(any::<u64>())) {
            let mut reserve = Reserve::new(percent, known);
            let mut tick = 0;
            for (pass, rtt_us, bytes) in samples {
                tick += pass;
                reserve.sample(Sample { tick_ms: tick, rtt_us, bytes: bytes / 64 });
                prop_assert!(reserve.rate() >= LEAST_RATE);
                if let Some(known) = known {
                    prop_assert!(reserve.rate() <= known.max(LEAST_RATE));
                }
            }
        }
    }
}
