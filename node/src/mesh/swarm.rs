//! The swarm task: libp2p's behaviours between members, on links the shield let through.
//!
//! Gossip carries hints only ("my root is now this"); with gossip off everything still arrives by sync.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use iroh::endpoint::Connection;
use libp2p::core::Transport as _;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{PeerId, Swarm, gossipsub, identity, ping, request_response as rr, swarm};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::behaviour::{Behaviour, BehaviourEvent, Info};
use super::endpoint::LinkEndpoint;
use super::transport::{Transport, address, peer_id, public_key};

/// Orders waiting for the swarm. Full: the caller waits.
const COMMANDS_QUEUE: usize = 64;
/// News waiting for the mesh. Full: the swarm waits, and with it its neighbours.
const EVENTS_QUEUE: usize = 256;
/// How often neighbours are asked for their clock and root.
const INFO_INTERVAL: Duration = Duration::from_secs(30);

/// What the swarm is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Call a member, unless there is a link.
    Dial(PublicKey),
    /// Close the links with somebody and refuse new ones.
    Block(PublicKey),
    /// Let somebody in again.
    Unblock(PublicKey),
    /// Our root is now this: tell everybody.
    Hint([u8; 32]),
    /// Ask for its clock and root now.
    Ask(PublicKey),
}

/// What the swarm tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SwarmNews {
    /// The first link with a member stands.
    Up(PublicKey),
    /// The last link with a member is gone.
    Down(PublicKey),
    /// A call failed, in plain words.
    Failed(PublicKey, String),
    /// A member's root, as it says itself; signed by its transport key.
    Hint(PublicKey, [u8; 32]),
    /// A member's answer about itself, and how long the answer took.
    Info(PublicKey, Info, Duration),
    /// Round-trip time.
    Rtt(PublicKey, Duration),
}

/// Tells what we say about ourselves, at the moment it is asked.
pub type InfoSource = Arc<dyn Fn() -> Info + Send + Sync>;

/// The running task.
pub struct SwarmHandle {
    /// Where orders go.
    pub commands: mpsc::Sender<Command>,
    /// Where the shield puts links with members.
    pub accepted: mpsc::Sender<Connection>,
    /// What happens.
    pub news: mpsc::Receiver<SwarmNews>,
    /// Ends when every `commands` sender is gone.
    pub task: JoinHandle<()>,
}

/// Starts the swarm of a community on a bound endpoint.
pub fn start(
    endpoint: LinkEndpoint,
    transport_key: &SecretKey,
    community: &Id,
    info: InfoSource,
) -> Result<SwarmHandle, String> {
    let mut seed = *transport_key.seed();
    let key = identity::Keypair::ed25519_from_bytes(&mut seed).map_err(|e| e.to_string())?;
    let ours = key.public().to_peer_id();
    let (transport, accepted) = Transport::new(endpoint);
    let transport = transport.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer))).boxed();
    let config = swarm::Config::with_tokio_executor().with_idle_connection_timeout(Duration::from_secs(3600));
    let mut swarm = Swarm::new(transport, Behaviour::new(&key)?, ours, config);
    swarm.listen_on(address(ours)).map_err(|e| e.to_string())?;
    let topic = gossipsub::IdentTopic::new(format!("hedgerow/hint/1/{community}"));
    swarm.behaviour_mut().gossip.subscribe(&topic).map_err(|e| e.to_string())?;

    let (commands, command_queue) = mpsc::channel(COMMANDS_QUEUE);
    let (news_sender, news) = mpsc::channel(EVENTS_QUEUE);
    let state = State { swarm, topic, info, news: news_sender, asked: BTreeMap::new() };
    let task = tokio::spawn(state.run(command_queue));
    Ok(SwarmHandle { commands, accepted, news, task })
}

struct State {
    swarm: Swarm<Behaviour>,
    topic: gossipsub::IdentTopic,
    info: InfoSource,
    news: mpsc::Sender<SwarmNews>,
    asked: BTreeMap<rr::OutboundRequestId, tokio::time::Instant>,
}

impl State {
    async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut ask = tokio::time::interval(INFO_INTERVAL);
        loop {
            let news = tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => { self.obey(command); None }
                    None => return,
                },
                _ = ask.tick() => {
                    let peers: Vec<PeerId> = self.swarm.connected_peers().copied().collect();
                    peers.iter().for_each(|p| self.ask(p));
                    None
                }
                event = self.swarm.select_next_some() => self.hear(event),
            };
            if let Some(news) = news
                && self.news.send(news).await.is_err()
            {
                return;
            }
        }
    }

    fn obey(&mut self, command: Command) {
        let peer = match &command {
            Command::Dial(k) | Command::Block(k) | Command::Unblock(k) | Command::Ask(k) => peer_id(k),
            Command::Hint(_) => None,
        };
        match (command, peer) {
            (Command::Dial(_), Some(peer)) => {
                let options = DialOpts::peer_id(peer).condition(PeerCondition::DisconnectedAndNotDialing).build();
                // A call that is not needed, or that fails later, reports itself.
                let _ = self.swarm.dial(options);
            }
            (Command::Block(_), Some(peer)) => {
                self.swarm.behaviour_mut().block.block_peer(peer);
                let _ = self.swarm.disconnect_peer_id(peer);
            }
            (Command::Unblock(_), Some(peer)) => {
                self.swarm.behaviour_mut().block.unblock_peer(peer);
            }
            (Command::Ask(_), Some(peer)) if self.swarm.is_connected(&peer) => self.ask(&peer),
            (Command::Hint(root), _) => {
                // Nobody to tell, or told already: sync does without hints.
                let _ = self.swarm.behaviour_mut().gossip.publish(self.topic.clone(), root.to_vec());
            }
            _ => {}
        }
    }

    fn ask(&mut self, peer: &PeerId) {
        if self.asked.len() < EVENTS_QUEUE {
            let id = self.swarm.behaviour_mut().info.send_request(peer, ());
            self.asked.insert(id, tokio::time::Instant::now());
        }
    }

    fn hear(&mut self, event: SwarmEvent<BehaviourEvent>) -> Option<SwarmNews> {
        match event {
            SwarmEvent::ConnectionEstablished { peer_id, num_established, .. } if num_established.get() == 1 => {
                self.ask(&peer_id);
                Some(SwarmNews::Up(public_key(&peer_id)?))
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
                Some(SwarmNews::Down(public_key(&peer_id)?))
            }
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), error, .. }
                if !self.swarm.is_connected(&peer) =>
            {
                Some(SwarmNews::Failed(public_key(&peer)?, error.to_string()))
            }
            SwarmEvent::Behaviour(event) => self.hear_behaviour(event),
            _ => None,
        }
    }

    fn hear_behaviour(&mut self, event: BehaviourEvent) -> Option<SwarmNews> {
        match event {
            BehaviourEvent::Gossip(gossipsub::Event::Message { message, .. }) => {
                let root = message.data.as_slice().try_into().ok()?;
                Some(SwarmNews::Hint(public_key(&message.source?)?, root))
            }
            BehaviourEvent::Ping(ping::Event { peer, result: Ok(rtt), .. }) => {
                Some(SwarmNews::Rtt(public_key(&peer)?, rtt))
            }
            BehaviourEvent::Info(rr::Event::Message { peer, message, .. }) => match message {
                rr::Message::Request { channel, .. } => {
                    let info = (self.info)();
                    // The asker went away: nobody needs the answer.
                    let _ = self.swarm.behaviour_mut().info.send_response(channel, info);
                    None
                }
                rr::Message::Response { request_id, response } => {
                    let took = self.asked.remove(&request_id).map(|at| at.elapsed()).unwrap_or_default();
                    Some(SwarmNews::Info(public_key(&peer)?, response, took))
                }
            },
            BehaviourEvent::Info(rr::Event::OutboundFailure { request_id, .. }) => {
                self.asked.remove(&request_id);
                None
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
