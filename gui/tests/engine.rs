//! The thread behind the window against something that speaks HTTP over a socket as a node does: finds it, starts it,
//! says when it is gone, brings many changes as few, and stops only what it started.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use hedgerow_api::{FindQuery, Status};
use hedgerow_gui::deeds::{Deed, help};
use hedgerow_gui::engine::{Engine, Started};
use hedgerow_gui::known::{Fact, Topic};
use hedgerow_gui::link::{Answer, Ask, Attached, Fault, Link as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use crate::support::wait::until;

/// A folder that goes away at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let dir = std::env::temp_dir().join(format!("hedgerow-engine-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Folder(dir)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A node of few words: status, search, and news on demand.
struct FakeNode {
    requests: Arc<Mutex<Vec<String>>>,
    news: tokio::sync::broadcast::Sender<&'static str>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl FakeNode {
    fn listen(data: &Path) -> FakeNode {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (news, _) = tokio::sync::broadcast::channel(256);
        let socket = data.join("api.sock");
        let _ = std::fs::remove_file(&socket);
        let listener = runtime.block_on(async { UnixListener::bind(socket) }).unwrap();
        let (log, sender, data) = (requests.clone(), news.clone(), data.to_owned());
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, data.clone(), log.clone(), sender.subscribe()));
            }
        });
        FakeNode { requests, news, runtime: Some(runtime) }
    }

    fn count(&self, start: &str) -> usize {
        self.requests.lock().unwrap().iter().filter(|r| r.starts_with(start)).count()
    }
}

impl Drop for FakeNode {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn serve(
    mut stream: UnixStream,
    data: PathBuf,
    log: Arc<Mutex<Vec<String>>>,
    mut news: tokio::sync::broadcast::Receiver<&'static str>,
) {
    let mut head = Vec::new();
    while !head.windows(4).any(|w| w == b"\r\n\r\n") {
        let mut buffer = [0; 1024];
        match stream.read(&mut buffer).await {
            Ok(n) if n > 0 => head.extend_from_slice(&buffer[..n]),
            _ => return,
        }
    }
    let line = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().replace(" HTTP/1.1", "");
    log.lock().unwrap().push(line.clone());
    let status: Status = crate::support::community_status();
    let body = match line.split('?').next().unwrap() {
        "GET /v1/status" => serde_json::to_string(&status).unwrap(),
        "GET /v1/find" => r#"{"items":[],"next":null,"total":0}"#.to_owned(),
        "POST /v1/stop" => {
            let _ = std::fs::write(data.join("stop"), "\n");
            "{}".to_owned()
        }
        "GET /v1/events" => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            while let Ok(kind) = news.recv().await {
                let event = format!("data: {{\"id\":\"1\",\"kind\":\"{kind}\"}}\n\n");
                if stream.write_all(event.as_bytes()).await.is_err() {
                    return;
                }
            }
            return;
        }
        _ => r#"{"title":"No.","status":404,"code":"not-found"}"#.to_owned(),
    };
    let status = if body.contains("\"status\":404") { "404 Not Found" } else { "200 OK" };
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn nothing_to_start() -> hedgerow_gui::engine::Starter {
    Box::new(|| Err(std::io::Error::other("nothing should be started here")))
}

/// Waits for the first answer that is wanted.
fn wait_for<T>(engine: &mut Engine, mut wanted: impl FnMut(Answer) -> Option<T>) -> T {
    until("such an answer", || {
        while let Some(answer) = engine.next() {
            if let Some(found) = wanted(answer) {
                return Some(found);
            }
        }
        None
    })
}

fn attached(answer: Answer) -> Option<Attached> {
    if let Answer::Attached(how) = answer { Some(how) } else { None }
}

#[test]
fn attaches_to_a_running_node_and_wakes_the_window_for_each_answer() {
    let folder = Folder::new("running");
    let node = FakeNode::listen(&folder.0);
    let wakes = Arc::new(AtomicUsize::new(0));
    let counted = wakes.clone();
    let wake = move || {
        counted.fetch_add(1, Ordering::SeqCst);
    };
    let mut engine = Engine::start(folder.0.clone(), nothing_to_start(), wake).unwrap();
    assert_eq!(wait_for(&mut engine, attached), Attached::Running);
    engine.ask(Ask::Read(Topic::Status.alone()));
    let status = wait_for(&mut engine, |a| if let Answer::Read(_, Fact::Status(s)) = a { Some(s) } else { None });
    assert_eq!(status.unwrap().community.unwrap().name, "Riverside");
    assert_eq!(wakes.load(Ordering::SeqCst), 2);
    // A node that was there before the window stays when it closes.
    drop(engine);
    assert_eq!(node.count("POST /v1/stop"), 0);
}

#[test]
fn many_changes_become_few() {
    let folder = Folder::new("news");
    let node = FakeNode::listen(&folder.0);
    let mut engine = Engine::start(folder.0.clone(), nothing_to_start(), || ()).unwrap();
    wait_for(&mut engine, attached);
    until("somebody listens to the news", || {
        (node.news.receiver_count() > 0 && node.count("GET /v1/events") > 0).then_some(())
    });
    for _ in 0..100 {
        node.news.send("status").unwrap();
    }
    node.news.send("changed").unwrap();
    let mut news = 0;
    wait_for(&mut engine, |a| match a {
        Answer::News { content } => {
            news += 1;
            content.then_some(())
        }
        _ => None,
    });
    assert!(news <= 3, "{news} times for changes that came at once");
}

#[test]
fn a_newer_search_takes_the_place_of_an_older_one() {
    let folder = Folder::new("search");
    let _node = FakeNode::listen(&folder.0);
    let mut engine = Engine::start(folder.0.clone(), nothing_to_start(), || ()).unwrap();
    wait_for(&mut engine, attached);
    for turn in 1..=20 {
        engine.ask(Ask::Find {
            turn,
            query: FindQuery { text: "l".repeat(turn as usize), ..FindQuery::default() },
            nearby: None,
        });
    }
    let last = wait_for(&mut engine, |a| match a {
        Answer::Found { turn: 20, page } => Some(page),
        _ => None,
    });
    assert!(last.is_ok());
}

#[test]
fn says_why_a_node_did_not_start() {
    let folder = Folder::new("failing");
    let log = folder.0.join("node.log");
    let starter = Box::new(move || {
        let file = std::fs::File::create(&log)?;
        let child = Command::new("sh").args(["-c", "echo 'The disk is full.' >&2; exit 1"]).stderr(file).spawn()?;
        Ok(Started { child, log: log.clone() })
    });
    let mut engine = Engine::start(folder.0.clone(), starter, || ()).unwrap();
    let fault = wait_for(&mut engine, |a| if let Answer::Gone(fault) = a { Some(fault) } else { None });
    assert_eq!(fault, Fault::Offline("The disk is full.".into()));
}

#[test]
fn starts_a_node_and_stops_the_one_it_started() {
    let folder = Folder::new("starting");
    let node: Arc<Mutex<Option<FakeNode>>> = Arc::default();
    let (data, kept) = (folder.0.clone(), node.clone());
    let pid = Arc::new(Mutex::new(0));
    let told = pid.clone();
    assert!(Command::new("mkfifo").arg(folder.0.join("stop")).status().unwrap().success());
    // The process only lives until it is told to stop; what answers is in this test.
    let starter = Box::new(move || {
        let child: Child =
            Command::new("sh").args(["-c", "read _ < stop"]).current_dir(&data).stdin(Stdio::null()).spawn()?;
        *told.lock().unwrap() = child.id();
        let folder = data.clone();
        // On a thread of its own, because this one drives the engine.
        let node = std::thread::spawn(move || FakeNode::listen(&folder)).join().unwrap();
        *kept.lock().unwrap() = Some(node);
        Ok(Started { child, log: data.join("node.log") })
    });
    let mut engine = Engine::start(folder.0.clone(), starter, || ()).unwrap();
    assert_eq!(wait_for(&mut engine, attached), Attached::Started);
    drop(engine);
    assert_eq!(node.lock().unwrap().as_ref().unwrap().count("POST /v1/stop"), 1);
    let pid = *pid.lock().unwrap();
    assert!(!Path::new(&format!("/proc/{pid}")).exists(), "process {pid} is still there");
}

#[test]
fn a_lost_node_is_reported_and_found_again() {
    let folder = Folder::new("lost");
    let node = FakeNode::listen(&folder.0);
    let mut engine = Engine::start(folder.0.clone(), nothing_to_start(), || ()).unwrap();
    wait_for(&mut engine, attached);
    until("somebody listens to the news", || (node.count("GET /v1/events") > 0).then_some(()));
    drop(node);
    wait_for(&mut engine, |a| matches!(a, Answer::Gone(Fault::Offline(_))).then_some(()));
    let _again = FakeNode::listen(&folder.0);
    engine.ask(Ask::Reconnect);
    assert_eq!(wait_for(&mut engine, attached), Attached::Running);
}

#[test]
fn what_cannot_be_taken_on_is_told_at_once() {
    let folder = Folder::new("busy");
    let log = folder.0.join("node.log");
    // A node that starts and never answers: nothing is asked of it meanwhile.
    let starter = Box::new(move || {
        let child = Command::new("sleep").arg("2").spawn()?;
        Ok(Started { child, log: log.clone() })
    });
    let mut engine = Engine::start(folder.0.clone(), starter, || ()).unwrap();
    let deed = |n: u64| Deed::Help(help::Deed::Close { request: n.to_string() });
    for turn in 1..=100 {
        engine.ask(Ask::Read(Topic::Status.alone()));
        engine.ask(Ask::Do { turn, deed: deed(turn) });
    }
    let (mut told, mut read) = (Vec::new(), 0);
    while let Some(answer) = engine.next() {
        match answer {
            Answer::Did { turn, result: Err(Fault::Busy) } => told.push(turn),
            Answer::Read(_, Fact::Status(Err(Fault::Busy))) => read += 1,
            _ => {}
        }
    }
    assert!(told.len() >= 30 && told.last() == Some(&100), "{told:?}");
    assert!(read >= 30, "{read}");
    assert!(!told.contains(&1), "a few wait for the node");
}
