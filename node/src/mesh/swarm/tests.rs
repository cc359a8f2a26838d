//! The adapter under libp2p's behaviours, on real iroh endpoints on loopback.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::super::endpoint::{ALPN_LIBP2P, EndpointOptions, remote_key};
use super::*;

struct Node {
    endpoint: LinkEndpoint,
    key: PublicKey,
    swarm: SwarmHandle,
}

/// A node whose only accept loop hands every libp2p connection to the swarm: the shield has its own tests.
async fn node(seed: u8) -> Node {
    let transport = SecretKey::from_seed(&[seed; 32]);
    let bind = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
    let options = EndpointOptions { transport: transport.clone(), port: 0, bind, serves: true };
    let endpoint = LinkEndpoint::bind(&options).await.unwrap();
    let info = Info { version: Info::VERSION, unix_ms: u64::from(seed), root: [seed; 32], records: 5 };
    let swarm = start(endpoint.clone(), &transport, &Id([1; 32]), Arc::new(move || info)).unwrap();
    let (inner, accepted) = (endpoint.clone(), swarm.accepted.clone());
    tokio::spawn(async move {
        while let Some(incoming) = inner.accept().await {
            if let Ok(connection) = incoming.await
                && connection.alpn() == ALPN_LIBP2P
            {
                assert_ne!(remote_key(&connection).0, [0; 32]);
                let _ = accepted.send(connection).await;
            }
        }
    });
    Node { key: endpoint.id(), endpoint, swarm }
}

fn introduce(a: &Node, b: &Node) {
    let sockets: BTreeSet<SocketAddr> = b.endpoint.sockets().into_iter().collect();
    a.endpoint.learn(&b.key, &sockets);
}

async fn wait(node: &mut Node, what: &str, mut fits: impl FnMut(&SwarmNews) -> bool) {
    let come = async {
        loop {
            let news = node.swarm.news.recv().await.expect("the swarm runs");
            if fits(&news) {
                return;
            }
        }
    };
    crate::patience::soon(what, come).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_questions_block_list_and_calling_again() {
    let (mut a, mut b) = (node(1).await, node(2).await);
    introduce(&a, &b);
    introduce(&b, &a);
    a.swarm.commands.send(Command::Dial(b.key)).await.unwrap();
    wait(&mut a, "link", |n| *n == SwarmNews::Up(b.key)).await;
    wait(&mut b, "link", |n| *n == SwarmNews::Up(a.key)).await;

    // Question and answer.
    wait(
        &mut a,
        "info",
        |n| matches!(n, SwarmNews::Info(k, i, _) if *k == b.key && i.root == [2; 32] && i.records == 5),
    )
    .await;

    // Gossip: the first may go out before the two have found a mesh, so keep hinting until one is heard.
    let (commands, stop) = (a.swarm.commands.clone(), stop_signal());
    let hinting = tokio::spawn(async move {
        for i in 0u8.. {
            let _ = commands.send(Command::Hint([i; 32])).await;
            if tokio::time::timeout(Duration::from_millis(300), stop.notified()).await.is_ok() {
                return;
            }
        }
    });
    wait(&mut b, "hint", |n| matches!(n, SwarmNews::Hint(k, _) if *k == a.key)).await;
    hinting.abort();

    // Blocked: the link goes, and a new call fails.
    b.swarm.commands.send(Command::Block(a.key)).await.unwrap();
    wait(&mut b, "down after block", |n| *n == SwarmNews::Down(a.key)).await;
    wait(&mut a, "down after block", |n| *n == SwarmNews::Down(b.key)).await;

    // Let in again: calling by key alone makes a new link.
    b.swarm.commands.send(Command::Unblock(a.key)).await.unwrap();
    a.swarm.commands.send(Command::Dial(b.key)).await.unwrap();
    wait(&mut a, "link again", |n| *n == SwarmNews::Up(b.key)).await;

    // One that vanishes with a goodbye is missed at once.
    b.endpoint.close().await;
    wait(&mut a, "down after close", |n| *n == SwarmNews::Down(b.key)).await;
}

fn stop_signal() -> Arc<tokio::sync::Notify> {
    Arc::new(tokio::sync::Notify::new())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_calling_at_once_ends_with_a_link() {
    let (mut a, mut b) = (node(3).await, node(4).await);
    introduce(&a, &b);
    introduce(&b, &a);
    a.swarm.commands.send(Command::Dial(b.key)).await.unwrap();
    b.swarm.commands.send(Command::Dial(a.key)).await.unwrap();
    wait(&mut a, "link", |n| *n == SwarmNews::Up(b.key)).await;
    wait(&mut b, "link", |n| *n == SwarmNews::Up(a.key)).await;
    wait(&mut a, "answer", |n| matches!(n, SwarmNews::Info(..))).await;
    wait(&mut b, "answer", |n| matches!(n, SwarmNews::Info(..))).await;
}

#[tokio::test]
async fn calling_where_nobody_is_says_so_with_the_port() {
    let a = node(5).await;
    let b = SecretKey::from_seed(&[6; 32]).public();
    assert_eq!(
        a.endpoint.dial(&b, ALPN_LIBP2P).await.err().map(|e| e.to_string()).as_deref(),
        Some("no address known for this computer")
    );
    a.endpoint.learn(&b, &BTreeSet::from([SocketAddr::from((Ipv4Addr::LOCALHOST, 9))]));
    let error = a.endpoint.dial(&b, ALPN_LIBP2P).await.unwrap_err();
    assert_eq!(error.to_string(), "no answer to our call on UDP port 9");
}
