//! Where a flow gets its next stream from: whoever opened it calls again, the other side waits for that.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_protocol::flow::{Answer, Ask, FlowId, Open, Purpose};
use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::limits::FLOW_RESUME_MS;
use tokio::sync::mpsc;

use super::Hub;
use crate::mesh::Stream;

/// How long a flow without a stream lives.
const RESUME: Duration = Duration::from_millis(FLOW_RESUME_MS);
/// How long an answer may take before we call again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);
/// How often we look whether the other side still belongs here.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Between two calls.
const PAUSE_FIRST: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// A stream for a flow.
pub struct Attached {
    /// The stream.
    pub stream: Stream,
    /// How many bytes of the flow the other side has taken.
    pub taken: u64,
    /// Whether the other side waits to be told how many were taken here.
    pub wants_answer: bool,
}

/// Where the next stream comes from.
pub enum Path {
    /// We opened the flow.
    Caller(Caller),
    /// The other side did.
    Called(Called),
}

/// What it takes to call again.
pub struct Caller {
    /// Who opens streams.
    pub hub: Arc<Hub>,
    /// The computer at the other end.
    pub peer: PublicKey,
    /// The flow.
    pub id: FlowId,
    /// What it is for.
    pub purpose: Purpose,
}

/// A flow that others opened; while this lives, it can be taken up again.
pub struct Called {
    pub(super) hub: Arc<Hub>,
    pub(super) peer: PublicKey,
    pub(super) id: FlowId,
    pub(super) streams: mpsc::Receiver<Attached>,
}

impl Path {
    /// The next stream after one was lost, if there is one in time. `taken`: how many bytes were taken here.
    pub async fn next(&mut self, taken: u64) -> Option<Attached> {
        match self {
            Path::Caller(caller) => caller.call(taken).await,
            Path::Called(called) => called.wait().await,
        }
    }
    /// Ready when the other side takes the flow up over another stream though we have not noticed a loss.
    pub async fn replaced(&mut self) -> Option<Attached> {
        match self {
            Path::Caller(_) => std::future::pending().await,
            Path::Called(called) => called.streams.recv().await,
        }
    }
}

impl Caller {
    async fn call(&self, taken: u64) -> Option<Attached> {
        let until = Instant::now() + RESUME;
        let mut pause = PAUSE_FIRST;
        while Instant::now() < until {
            match self.try_call(taken).await {
                Ok(attached) => return Some(attached),
                Err(Some(())) => return None,
                Err(None) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
        None
    }

    /// `Some`: the other side will not have it.
    async fn try_call(&self, taken: u64) -> Result<Attached, Option<()>> {
        let mut open = Open { id: self.id, purpose: self.purpose, ask: Ask::Resume(taken) };
        let (stream, answer) = self.hub.ask(&self.peer, &mut open, ANSWER_TIMEOUT).await.map_err(|_| None)?;
        match answer {
            Some(Answer::Go(taken)) => Ok(Attached { stream, taken, wants_answer: false }),
            Some(Answer::No(_)) => Err(Some(())),
            // Whoever was taken out does not get back in by asking again.
            None if stream.is_turned_away() => Err(Some(())),
            None => Err(None),
        }
    }
}

impl Called {
    async fn wait(&mut self) -> Option<Attached> {
        let until = Instant::now() + RESUME;
        // Whoever was taken out does not come back.
        while Instant::now() < until && self.hub.is_member(&self.peer) {
            if let Ok(attached) = tokio::time::timeout(LOOK_EVERY, self.streams.recv()).await {
                return attached;
            }
        }
        None
    }
}

impl Drop for Called {
    fn drop(&mut self) {
        self.hub.forget(&self.peer, &self.id);
    }
}
