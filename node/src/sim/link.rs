//! One simulated link: two sync sessions and the frames between them.

use hedgerow_protocol::id::Id;
use hedgerow_protocol::record::Record;
use hedgerow_protocol::sync::{Config, FrameReader, Limits, Output, PARTIAL, Reason, Role, Session};
use tokio::sync::broadcast;

use super::node::Node;
use super::plan::Dice;
use crate::core::{Event, EventKind, Origin};

/// One end of a link.
struct End {
    session: Box<Session>,
    reader: FrameReader,
    news: broadcast::Receiver<Event>,
}

/// A link between two nodes that are up.
pub struct Link {
    /// Names it among all that there were.
    pub id: u64,
    ends: [End; 2],
}

/// What came of turning an end.
#[derive(Default)]
pub struct Turned {
    /// Frames for the other side.
    pub frames: Vec<Vec<u8>>,
    /// Something was done.
    pub moved: bool,
    /// The session is over.
    pub closed: Option<Reason>,
}

impl Link {
    /// Two nodes begin to talk; the first one called.
    pub fn open(id: u64, nodes: [&Node; 2], dice: &mut Dice) -> Link {
        let mut end = |node: &Node, role: Role| {
            let core = node.core();
            let mut nonce = [0; 16];
            nonce.iter_mut().for_each(|b| *b = dice.roll(256) as u8);
            let config = Config {
                role,
                community: core.community(),
                features: core.is_partial().then(|| PARTIAL.to_owned()).into_iter().collect(),
                now: node.moment(),
                clock_sure: core.clock_state() != crate::core::ClockState::Unsure,
                limits: Limits::PROTOCOL,
                nonce,
            };
            let news = core.subscribe();
            End { session: Box::new(Session::new(config, core)), reader: FrameReader::new(), news }
        };
        Link { id, ends: [end(nodes[0], Role::Initiator), end(nodes[1], Role::Acceptor)] }
    }

    /// A frame has come to one side.
    pub fn take(&mut self, side: usize, node: &Node, frame: &[u8]) {
        let end = &mut self.ends[side];
        end.reader.push(frame);
        while let Ok(Some((kind, body))) = end.reader.next_frame() {
            end.session.handle_frame(kind, &body, node.core(), node.moment());
        }
    }

    /// A minute has passed on one side.
    pub fn tick(&mut self, side: usize, node: &Node) {
        self.ends[side].session.tick(node.moment());
    }

    /// Where one side waits for its turn to fetch, asks whether it is there.
    pub fn ask_turn(&mut self, side: usize, node: &mut Node) {
        let now = node.moment().run;
        let session = &mut self.ends[side].session;
        if session.wants_turn()
            && let Some(up) = &mut node.up
            && up.intake.ask(self.id, now)
        {
            session.handle_turn(true);
        }
    }

    /// Does what one side has to do, as the driver over real sockets does.
    pub fn turn(&mut self, side: usize, node: &mut Node, other: &Node) -> Turned {
        let mut turned = Turned::default();
        let now = node.moment();
        let from = other.transport;
        let Some(up) = &mut node.up else { return turned };
        let core = up.hand.core.clone();
        let end = &mut self.ends[side];
        end.session.take_content(!core.is_partial());
        loop {
            match end.news.try_recv() {
                Ok(event) if matches!(event.kind, EventKind::New | EventKind::Withdrawn | EventKind::Authority) => {
                    end.session.handle_local_new(event.id);
                }
                Ok(_) => {}
                Err(broadcast::error::TryRecvError::Lagged(_)) => end.session.fell_behind(),
                Err(_) => break,
            }
        }
        while let Some(output) = end.session.poll_output(&core) {
            turned.moved = true;
            match output {
                Output::Send(frame) => turned.frames.push(frame),
                Output::Deliver(wires) => {
                    let good: Vec<Record> =
                        wires.iter().filter_map(|w| Record::from_wire(&core.community(), w).ok()).collect();
                    let invalid = wires.len() - good.len();
                    let arriving = core.clone();
                    let arrived = up.hand.wait(async move { arriving.arrive(good, Origin::Peer(from)).await });
                    let new_ids: Vec<Id> = arrived.map(|a| a.new_ids).unwrap_or_default();
                    up.intake.came(&new_ids);
                    if !new_ids.is_empty() {
                        up.intake.brought(self.id, now.run);
                    }
                    end.session.committed(new_ids.len(), invalid);
                }
                Output::NeedTurn => end.session.handle_turn(up.intake.ask(self.id, now.run)),
                Output::TurnOver => drop(up.intake.done(self.id)),
                Output::News(ids) => {
                    let wanted = up.intake.fetch(ids, now.run);
                    end.session.fetch(wanted);
                }
                Output::LaneComplete | Output::RootsAgree { .. } => {}
                Output::Closed(reason) => turned.closed = Some(reason),
            }
        }
        turned
    }
}
