//! The last things that happened, for programs that listen and come back.
//!
//! A ring of fixed size. Who comes back too late is told to read everything again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use hedgerow_api::{Event, EventKind};
use tokio::sync::watch;

/// Events kept for those who come back. Older ones: `reset`.
const KEPT: usize = 4096;

/// The ring. Cheap to clone.
#[derive(Clone)]
pub struct News {
    /// Tells this run of the node from others: ids of another run cannot be resumed.
    run: u32,
    ring: Arc<Mutex<VecDeque<Event>>>,
    head: watch::Sender<u64>,
}

impl News {
    /// An empty ring for one run of the node.
    pub fn new(run: u32) -> Self {
        News { run, ring: Arc::default(), head: watch::Sender::new(0) }
    }

    /// Tells everybody who listens.
    pub fn tell(&self, kind: EventKind, item: Option<String>) {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let number = *self.head.borrow() + 1;
        if ring.len() == KEPT {
            ring.pop_front();
        }
        ring.push_back(Event { id: format!("{:08x}-{number}", self.run), kind, item });
        self.head.send_replace(number);
    }

    /// Listens from now on, or after the event with this id.
    pub fn listen(&self, after: Option<&str>) -> Listener {
        let head = *self.head.borrow();
        let place = after.map(|id| match id.split_once('-') {
            Some((run, number)) if u32::from_str_radix(run, 16) == Ok(self.run) => {
                number.parse::<u64>().ok().filter(|n| *n <= head)
            }
            _ => None,
        });
        match place {
            None => Listener { news: self.clone(), head: self.head.subscribe(), next: head + 1, reset: false },
            Some(Some(n)) => Listener { news: self.clone(), head: self.head.subscribe(), next: n + 1, reset: false },
            Some(None) => Listener { news: self.clone(), head: self.head.subscribe(), next: head + 1, reset: true },
        }
    }
}

/// One who listens.
pub struct Listener {
    news: News,
    head: watch::Receiver<u64>,
    next: u64,
    reset: bool,
}

impl Listener {
    /// What happened since the last call; waits until there is something.
    pub async fn next(&mut self) -> Vec<Event> {
        loop {
            if let Some(events) = self.take() {
                return events;
            }
            // The sender lives in `news`, which we hold.
            let _ = self.head.changed().await;
        }
    }

    fn take(&mut self) -> Option<Vec<Event>> {
        let ring = self.news.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let head = *self.head.borrow_and_update();
        let first = head + 1 - ring.len() as u64;
        if self.next < first {
            self.reset = true;
        }
        if self.reset {
            self.reset = false;
            self.next = head + 1;
            let id = format!("{:08x}-{head}", self.news.run);
            return Some(vec![Event { id, kind: EventKind::Reset, item: None }]);
        }
        let events: Vec<Event> = ring.iter().skip((self.next - first) as usize).cloned().collect();
        self.next = head + 1;
        (!events.is_empty()).then_some(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_back_gets_what_was_missed() {
        let news = News::new(7);
        let mut listener = news.listen(None);
        news.tell(EventKind::Status, None);
        news.tell(EventKind::Changed, Some("a".into()));
        let seen = listener.next().await;
        assert_eq!(seen.len(), 2);
        news.tell(EventKind::Withdrawn, Some("a".into()));
        let missed = news.listen(Some(&seen[1].id)).next().await;
        assert_eq!(missed.len(), 1);
        assert_eq!(missed[0].kind, EventKind::Withdrawn);
    }

    #[tokio::test]
    async fn who_comes_back_too_late_or_from_elsewhere_reads_everything_again() {
        let news = News::new(7);
        news.tell(EventKind::Status, None);
        for odd in ["00000008-1", "00000007-9", "rubbish", ""] {
            assert_eq!(news.listen(Some(odd)).next().await[0].kind, EventKind::Reset, "{odd}");
        }
        let mut slow = news.listen(None);
        for _ in 0..KEPT + 1 {
            news.tell(EventKind::Status, None);
        }
        assert_eq!(slow.next().await[0].kind, EventKind::Reset);
        news.tell(EventKind::People, None);
        assert_eq!(slow.next().await[0].kind, EventKind::People);
    }
}
