//! Posters: invites for many that let nobody in. Whoever has one may ask, and a member says yes or no.
//!
//! What the issuing device remembers of each person who asked is its private state; nothing is published before
//! somebody said yes. Not for: saying yes (that is an admission like any other), or the messages ([`crate::join`]).

use crate::fields::{FieldError, Reader, Writer};
use crate::invite::{Issued, IssuedKind, IssuedState};
use crate::join::Code;
use crate::limits::{POSTER_WAITING_MAX, REDEEM_RECORDS_MAX};

/// What the issuing device remembers of one person who asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// When they asked first, Unix milliseconds of the issuing device.
    pub at_ms: u64,
    /// Whether there is an answer.
    pub answer: Answer,
}

/// What was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Nothing yet. What they brought (2 to 8 wire records, 8 KiB together) is kept for whoever says yes.
    Waiting(Vec<Vec<u8>>),
    /// No. Kept so that asking again changes nothing.
    No,
}

impl Asked {
    /// Whether nobody has answered yet.
    pub fn is_waiting(&self) -> bool {
        matches!(self.answer, Answer::Waiting(_))
    }
    /// For local state.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.uint(1, self.at_ms);
        if let Answer::Waiting(records) = &self.answer {
            w.list(2, records.iter().map(Vec::as_slice));
        }
        w.finish()
    }
    /// From local state.
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let at_ms = r.uint(1)?;
        let records = r.list(2, REDEEM_RECORDS_MAX)?;
        r.finish()?;
        let answer = match records.is_empty() {
            true => Answer::No,
            false => Answer::Waiting(records.into_iter().map(<[u8]>::to_vec).collect()),
        };
        Ok(Asked { at_ms, answer })
    }
}

/// What to do about somebody who asks with a poster.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// A member said yes, or they belong to the community anyhow: let them have what a newcomer needs.
    Member,
    /// They asked before and nobody has answered: nothing to write.
    Waiting,
    /// Remember that they asked.
    Keep,
}

/// Judges somebody whose request is in order: what is remembered of them, whether they are a member by now, and how
/// many others wait at this poster.
pub fn judge(
    issued: &Issued,
    asked: Option<&Asked>,
    is_member: bool,
    others_waiting: usize,
    now_ms: u64,
) -> Result<Judgement, Code> {
    if issued.kind != IssuedKind::Poster {
        return Err(Code::OtherKind);
    }
    // Who was let in while the poster hung is told so however late they come back for the answer.
    if is_member {
        return Ok(Judgement::Member);
    }
    if issued.state == IssuedState::Revoked {
        return Err(Code::Revoked);
    }
    if !issued.is_open(now_ms) {
        return Err(Code::Expired);
    }
    match asked {
        Some(Asked { answer: Answer::No, .. }) => Err(Code::SaidNo),
        Some(Asked { answer: Answer::Waiting(_), .. }) => Ok(Judgement::Waiting),
        None if others_waiting >= POSTER_WAITING_MAX => Err(Code::Full),
        None => Ok(Judgement::Keep),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::PublicKey;

    #[test]
    fn who_asks_waits_until_there_is_an_answer() {
        let (invite, kind) = (PublicKey([1; 32]), IssuedKind::Poster);
        let poster = Issued { invite, expires_ms: 100, state: IssuedState::Open, kind };
        let waiting = Asked { at_ms: 5, answer: Answer::Waiting(vec![vec![1], vec![2]]) };
        let no = Asked { at_ms: 5, answer: Answer::No };
        assert_eq!(judge(&poster, None, false, 49, 100), Ok(Judgement::Keep));
        assert_eq!(judge(&poster, None, false, 50, 100), Err(Code::Full));
        assert_eq!(judge(&poster, None, false, 0, 101), Err(Code::Expired));
        assert_eq!(judge(&poster, Some(&waiting), false, 50, 100), Ok(Judgement::Waiting));
        assert_eq!(judge(&poster, Some(&waiting), false, 50, 101), Err(Code::Expired));
        assert_eq!(judge(&poster, Some(&no), false, 0, 100), Err(Code::SaidNo));
        assert_eq!(judge(&poster, Some(&waiting), true, 50, 101), Ok(Judgement::Member));
        let revoked = Issued { state: IssuedState::Revoked, ..poster };
        assert_eq!(judge(&revoked, Some(&waiting), false, 0, 1), Err(Code::Revoked));
        assert_eq!(judge(&revoked, None, true, 0, 1), Ok(Judgement::Member));
        let single = Issued { kind: IssuedKind::Single, ..poster };
        assert_eq!(judge(&single, None, false, 0, 1), Err(Code::OtherKind));
        for asked in [waiting, no] {
            assert_eq!(Asked::decode(&asked.encode()), Ok(asked));
        }
        assert!(Asked::decode(&[0xa0]).is_err());
    }
}
