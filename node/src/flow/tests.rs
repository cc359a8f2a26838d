//! Flows between whole meshes on loopback, with connections that die.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hedgerow_protocol::flow::Purpose;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{mpsc, watch};

use super::relay::{Ended, Relay};
use super::*;
use crate::mesh::tests::{Home, join_pair};
use crate::patience::{patience, until};

const IDLE: Duration = Duration::from_secs(60);
/// How long millions of bytes may take over connections that die.
const LIMIT: Duration = Duration::from_secs(60);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(20);

/// Takes every flow, with the program side of it for the test.
struct Programs {
    idle: Duration,
    meter: Arc<dyn Meter>,
    /// How often somebody asked for the one that does not answer at first.
    asked: Arc<AtomicUsize>,
    opened: mpsc::Sender<tokio::io::DuplexStream>,
    ended: mpsc::Sender<Ended>,
}

impl Taker for Programs {
    fn take(self: Arc<Self>, arrival: Arrival) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if arrival.target == "no" {
                return arrival.refuse(vec![7]).await;
            }
            if arrival.target == "later" && self.asked.fetch_add(1, Ordering::Relaxed) == 0 {
                return std::future::pending().await;
            }
            let Ok((path, first)) = arrival.accept().await else { return };
            let (ours, theirs) = tokio::io::duplex(4096);
            self.opened.send(theirs).await.unwrap();
            let (read, write) = tokio::io::split(ours);
            let ended = Relay::new(self.meter.clone(), self.idle).run(read, write, path, first).await;
            self.ended.send(ended).await.unwrap();
        })
    }
}

struct Street {
    a: Home,
    b: Home,
    here: Arc<Hub>,
    asked: Arc<AtomicUsize>,
    opened: mpsc::Receiver<tokio::io::DuplexStream>,
    ended: mpsc::Receiver<Ended>,
}

impl Street {
    async fn new(idle: Duration, meter: Arc<dyn Meter>) -> Street {
        let (here, there) = (Hub::new(), Hub::new());
        let (a, b) = join_pair(here.clone(), there.clone()).await;
        let (opened, opened_there) = mpsc::channel(4);
        let (ended, ended_there) = mpsc::channel(4);
        let asked = Arc::new(AtomicUsize::new(0));
        there.serve_with(Purpose::Site, Arc::new(Programs { idle, meter, asked: asked.clone(), opened, ended }));
        // The other side belongs to the hub for as long as the mesh lives.
        Street { a, b, here, asked, opened: opened_there, ended: ended_there }
    }

    async fn open(&self) -> (tokio::io::DuplexStream, tokio::task::JoinHandle<Ended>) {
        let within = patience(ANSWER);
        let (path, first) = self.here.open(self.b.mesh.id(), Purpose::Site, ("x".into(), false), within).await.unwrap();
        let (ours, theirs) = tokio::io::duplex(4096);
        let (read, write) = tokio::io::split(ours);
        (theirs, tokio::spawn(Relay::new(Arc::new(Free), IDLE).run(read, write, path, first)))
    }
}

/// Bytes that are not the same anywhere.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_when_connections_die() {
    let mut street = Street::new(IDLE, Arc::new(Free)).await;
    let (mine, relay) = street.open().await;
    let theirs = street.opened.recv().await.unwrap();
    let (up, down) = (noise(3_000_000, 1), noise(5_000_001, 2));
    // How much was heard by both together.
    let (heard_by_both, progress) = watch::channel(0);
    let program = async |socket: tokio::io::DuplexStream, say: Vec<u8>| {
        let (mut read, mut write) = tokio::io::split(socket);
        let say = async move {
            for part in say.chunks(9_999) {
                write.write_all(part).await.unwrap();
            }
            write.shutdown().await.unwrap();
        };
        let mut heard: Vec<u8> = Vec::new();
        let hear = async {
            loop {
                match read.read_buf(&mut heard).await.unwrap() {
                    0 => return,
                    more => heard_by_both.send_modify(|all| *all += more),
                }
            }
        };
        tokio::join!(say, hear);
        heard
    };
    // Twelve times, each when another part of it has come.
    let (mut progress, part) = (progress, (up.len() + down.len()) / 13);
    let cuts = async {
        for n in 1..=12 {
            progress.wait_for(|all| *all >= n * part).await.unwrap();
            street.a.mesh.hang_up_flows();
        }
    };
    let all = async { tokio::join!(program(mine, up.clone()), program(theirs, down.clone()), cuts) };
    let all = tokio::time::timeout(patience(LIMIT), all).await;
    let (at_mine, at_theirs, ()) = all.expect("all of it on both sides");
    assert!(at_mine == down, "{} of {}", at_mine.len(), down.len());
    assert!(at_theirs == up, "{} of {}", at_theirs.len(), up.len());
    assert_eq!(relay.await.unwrap(), Ended::Done);
    assert_eq!(street.ended.recv().await, Some(Ended::Done));
}

#[tokio::test]
async fn whoever_waits_when_somebody_else_hangs_up_asks_again() {
    let street = Street::new(IDLE, Arc::new(Free)).await;
    let opening = street.here.open(street.b.mesh.id(), Purpose::Site, ("later".into(), false), patience(ANSWER));
    let other = async {
        until("it is asked for", async || (street.asked.load(Ordering::Relaxed) > 0).then_some(())).await;
        street.a.mesh.hang_up_flows();
    };
    let (opened, ()) = tokio::join!(opening, other);
    assert!(opened.is_ok(), "{:?}", opened.err());
}

#[tokio::test]
async fn a_refusal_and_a_broken_program_are_told() {
    let mut street = Street::new(IDLE, Arc::new(Free)).await;
    let within = patience(ANSWER);
    let refused = street.here.open(street.b.mesh.id(), Purpose::Site, ("no".into(), false), within).await;
    assert_eq!(refused.err(), Some(OpenError::Refused(vec![7])));
    let nobody = street.here.open(street.b.mesh.id(), Purpose::Uplink, ("x".into(), false), within).await;
    assert_eq!(nobody.err(), Some(OpenError::Refused(Vec::new())));

    let (mut mine, relay) = street.open().await;
    drop(street.opened.recv().await.unwrap());
    assert_eq!(mine.read(&mut [0; 9]).await.unwrap(), 0);
    // Its end is an end of what it says; ours then meets nobody.
    let _ = mine.write_all(b"hello").await;
    drop(mine);
    assert!(matches!(relay.await.unwrap(), Ended::There(_) | Ended::Done));
    street.ended.recv().await.unwrap();
}

#[tokio::test]
async fn silence_ends_a_flow_and_so_does_a_rule() {
    let mut street = Street::new(Duration::from_millis(200), Arc::new(Free)).await;
    let (_mine, relay) = street.open().await;
    let _theirs = street.opened.recv().await.unwrap();
    assert_eq!(relay.await.unwrap(), Ended::There(Vec::new()));
    assert_eq!(street.ended.recv().await, Some(Ended::Idle));

    struct Ten;
    impl Meter for Ten {
        fn take(&self, way: Way, bytes: u64) -> BoxFuture<'_, Result<(), Vec<u8>>> {
            let fits = way == Way::Out || bytes <= 10;
            Box::pin(std::future::ready(if fits { Ok(()) } else { Err(vec![9, 9]) }))
        }
    }
    let mut street = Street::new(IDLE, Arc::new(Ten)).await;
    let (mut mine, relay) = street.open().await;
    let _theirs = street.opened.recv().await.unwrap();
    mine.write_all(&[0; 100]).await.unwrap();
    assert_eq!(relay.await.unwrap(), Ended::There(vec![9, 9]));
    assert_eq!(street.ended.recv().await, Some(Ended::Here(vec![9, 9])));
}
