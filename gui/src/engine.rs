//! The thread behind the window: reaches the node, starts it when it is not running, carries questions and answers.
//!
//! It wakes the window only when there is something new to draw. Knows the API; knows nothing of pages.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use hedgerow_api::{Client, ClientError, EventKind};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::task::{AbortHandle, JoinHandle};

use crate::bell;
use crate::known::{self, Fact, Question, Topic};
use crate::link::{Answer, Ask, Attached, Fault, Link};

/// Questions waiting at most. Beyond it a question is answered at once: it did not come.
const READS_MAX: usize = 64;
/// Things to do waiting at most, behind no question. Beyond it each is refused at once, and that is told.
const ACTIONS_MAX: usize = 64;
/// Answers waiting at most. Beyond it the thread waits until the window has drawn.
const ANSWERS_MAX: usize = 64;
/// A node has this long to answer after it was started.
const START_WITHIN: Duration = Duration::from_secs(20);
/// Changes that come closer together than this become one.
const NEWS_EVERY: Duration = Duration::from_millis(250);
/// How often what is watched is read again.
const WATCH_EVERY: Duration = Duration::from_secs(1);
/// What comes in within this time is told as one.
const TOGETHER: Duration = Duration::from_secs(2);
/// How often is looked for what comes in without news of it.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How long to wait before a lost node is looked for again.
const RETRY_EVERY: Duration = Duration::from_secs(2);

/// A node process that was just started.
pub struct Started {
    /// The process.
    pub child: Child,
    /// The file its messages go to. Not a pipe: a node must outlive a window that crashed.
    pub log: PathBuf,
}

/// Starts a node process for the data directory.
pub type Starter = Box<dyn FnMut() -> std::io::Result<Started> + Send>;

/// The link to a real node.
pub struct Engine {
    reads: mpsc::Sender<Ask>,
    actions: mpsc::Sender<Ask>,
    /// Answers to what could not be taken on.
    refused: VecDeque<Answer>,
    answers: mpsc::Receiver<Answer>,
    thread: Option<std::thread::JoinHandle<()>>,
    hang_up: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Engine {
    /// Starts the thread. `wake` is called whenever an answer is ready.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(data: PathBuf, starter: Starter, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Engine> {
        let (reads, reads_in) = mpsc::channel(READS_MAX);
        let (actions, actions_in) = mpsc::channel(ACTIONS_MAX);
        let (answers_out, answers) = mpsc::channel(ANSWERS_MAX);
        let (hang_up, hung_up) = tokio::sync::oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("engine".into()).spawn(move || {
            let out = Out { answers: answers_out, wake: std::sync::Arc::new(wake) };
            let worker = Worker {
                client: Client::new(data),
                out,
                starter,
                child: None,
                search: None,
                watch: None,
                deeds: HashMap::new(),
                news: None,
                told: Arc::default(),
                keep: false,
            };
            runtime.block_on(worker.run(reads_in, actions_in, hung_up));
        })?;
        Ok(Engine { reads, actions, refused: VecDeque::new(), answers, thread: Some(thread), hang_up: Some(hang_up) })
    }
}

impl Link for Engine {
    fn ask(&mut self, ask: Ask) {
        let queue =
            if matches!(ask, Ask::Read(_) | Ask::Again(_) | Ask::Find { .. }) { &self.reads } else { &self.actions };
        let (ask, fault) = match queue.try_send(ask) {
            Ok(()) => return,
            Err(TrySendError::Full(ask)) => (ask, Fault::Busy),
            Err(TrySendError::Closed(ask)) => (ask, Fault::Offline(String::new())),
        };
        self.refused.extend(refusal(ask, fault));
    }

    fn next(&mut self) -> Option<Answer> {
        self.refused.pop_front().or_else(|| self.answers.try_recv().ok())
    }
}

/// The answer to what was not taken on, where one is waited for.
fn refusal(ask: Ask, fault: Fault) -> Option<Answer> {
    match ask {
        Ask::Do { turn, .. } => Some(Answer::Did { turn, result: Err(fault) }),
        Ask::Find { turn, .. } => Some(Answer::Found { turn, page: Err(fault) }),
        Ask::Read(question) => {
            let fact = Fact::failed(question.topic, fault);
            Some(Answer::Read(question, fact))
        }
        Ask::Watch(_) | Ask::Again(_) | Ask::Cancel { .. } | Ask::Keep(_) | Ask::Tell(_) | Ask::Reconnect => None,
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.hang_up.take());
        self.answers.close();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Where answers go.
#[derive(Clone)]
struct Out {
    answers: mpsc::Sender<Answer>,
    wake: std::sync::Arc<dyn Fn() + Send + Sync>,
}

impl Out {
    async fn send(&self, answer: Answer) {
        if self.answers.send(answer).await.is_ok() {
            (self.wake)();
        }
    }
}

struct Worker {
    client: Client,
    out: Out,
    starter: Starter,
    /// The node, when this window started it.
    child: Option<Started>,
    search: Option<AbortHandle>,
    watch: Option<AbortHandle>,
    /// Deeds on their way, by turn.
    deeds: HashMap<u64, AbortHandle>,
    news: Option<JoinHandle<()>>,
    /// The newest answers that grow old by themselves.
    told: Arc<Mutex<HashMap<Topic, Fact>>>,
    /// Whether the node goes on when the window closes.
    keep: bool,
}

impl Worker {
    async fn run(
        mut self,
        mut reads: mpsc::Receiver<Ask>,
        mut actions: mpsc::Receiver<Ask>,
        mut hung_up: tokio::sync::oneshot::Receiver<()>,
    ) {
        self.attach().await;
        loop {
            let lost = async {
                match &mut self.news {
                    Some(task) => {
                        let _ = task.await;
                    }
                    None => tokio::time::sleep(RETRY_EVERY).await,
                }
            };
            tokio::select! {
                _ = &mut hung_up => break,
                () = lost => {
                    self.news = None;
                    self.attach().await;
                }
                ask = actions.recv() => match ask {
                    Some(Ask::Reconnect) => self.attach().await,
                    Some(ask) => self.answer(ask),
                    None => break,
                },
                ask = reads.recv() => match ask {
                    Some(ask) => self.answer(ask),
                    None => break,
                },
            }
        }
        self.stop().await;
    }

    /// Reaches the node, starting it if nothing answers, and then listens for its news.
    async fn attach(&mut self) {
        if self.news.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        let how = match self.client.status().await {
            Ok(_) if self.child.is_some() => Ok(Attached::Started),
            Ok(_) => Ok(Attached::Running),
            Err(ClientError::NotRunning { .. }) => self.launch().await.map(|()| Attached::Started),
            Err(e) => Err(fault(e)),
        };
        match how {
            Ok(how) => {
                self.out.send(Answer::Attached(how)).await;
                self.news = Some(tokio::spawn(news(self.client.clone(), self.out.clone())));
            }
            Err(e) => self.out.send(Answer::Gone(e)).await,
        }
    }

    async fn launch(&mut self) -> Result<(), Fault> {
        if let Some(started) = &mut self.child
            && matches!(started.child.try_wait(), Ok(None))
        {
            // Ours is alive and does not listen yet, or not any more.
        } else {
            self.child = Some((self.starter)().map_err(|e| Fault::Offline(e.to_string()))?);
        }
        let Some(started) = &mut self.child else { return Err(Fault::Offline(String::new())) };
        let serving = self.client.wait_until_serving(START_WITHIN);
        tokio::pin!(serving);
        loop {
            tokio::select! {
                answer = &mut serving => return answer.map(drop).map_err(fault),
                () = tokio::time::sleep(Duration::from_millis(100)) => {
                    if let Ok(Some(status)) = started.child.try_wait() {
                        let said = last_words(&started.log);
                        self.child = None;
                        return Err(Fault::Offline(if said.is_empty() { status.to_string() } else { said }));
                    }
                }
            }
        }
    }

    fn answer(&mut self, ask: Ask) {
        let (client, out) = (self.client.clone(), self.out.clone());
        match ask {
            Ask::Read(question) => {
                let told = self.told.clone();
                tokio::spawn(async move {
                    let fact = known::ask(&client, &question).await;
                    if question.topic.is_timed() {
                        told.lock().await.insert(question.topic, fact.clone());
                    }
                    out.send(Answer::Read(question, fact)).await;
                });
            }
            Ask::Again(questions) => {
                let told = self.told.clone();
                tokio::spawn(async move {
                    for question in questions {
                        let fact = known::ask(&client, &question).await;
                        let before = told.lock().await.insert(question.topic, fact.clone());
                        if before.as_ref() != Some(&fact) {
                            out.send(Answer::Read(question, fact)).await;
                        }
                    }
                });
            }
            Ask::Find { turn, query, nearby } => {
                if let Some(old) = self.search.take() {
                    old.abort();
                }
                let task = tokio::spawn(async move {
                    let page = match nearby {
                        Some(community) => client.nearby_public(&community, &query).await,
                        None => client.find(&query).await,
                    };
                    out.send(Answer::Found { turn, page: page.map_err(fault) }).await;
                });
                self.search = Some(task.abort_handle());
            }
            Ask::Do { turn, deed } => {
                self.deeds.retain(|_, task| !task.is_finished());
                let task = tokio::spawn(async move {
                    let result = deed.run(&client).await;
                    out.send(Answer::Did { turn, result }).await;
                });
                self.deeds.insert(turn, task.abort_handle());
            }
            Ask::Cancel { turn } => {
                if let Some(task) = self.deeds.remove(&turn) {
                    task.abort();
                }
            }
            Ask::Watch(questions) => {
                if let Some(old) = self.watch.take() {
                    old.abort();
                }
                if !questions.is_empty() {
                    self.watch = Some(tokio::spawn(watch(client, out, questions)).abort_handle());
                }
            }
            Ask::Keep(keep) => self.keep = keep,
            Ask::Tell(told) => bell::ring(told),
            Ask::Reconnect => {}
        }
    }

    /// Stops the node this window started, and leaves any other alone, and this one too if it is to go on.
    async fn stop(mut self) {
        if self.keep {
            return;
        }
        let Some(Started { mut child, .. }) = self.child.take() else { return };
        let _ = tokio::time::timeout(Duration::from_secs(3), self.client.stop()).await;
        let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
        while matches!(child.try_wait(), Ok(None)) {
            if tokio::time::Instant::now() > deadline {
                let _ = child.kill();
                let _ = child.wait();
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Passes on that something changed, at most four times a second, and what came in, until the node goes away.
async fn news(client: Client, out: Out) {
    let Ok(mut events) = client.events(None).await else { return };
    let mut last = None;
    let mut look_at = tokio::time::Instant::now();
    loop {
        let first = match tokio::time::timeout_at(look_at, events.next()).await {
            Ok(Some(event)) => event,
            Ok(None) => break,
            Err(_) => {
                look(&client, &out, &mut last).await;
                look_at = tokio::time::Instant::now() + LOOK_EVERY;
                continue;
            }
        };
        let (mut content, mut comes) = (is_content(first.kind), may_come_in(first.kind));
        let end = tokio::time::Instant::now() + NEWS_EVERY;
        let mut gone = false;
        while let Ok(next) = tokio::time::timeout_at(end, events.next()).await {
            match next {
                Some(event) => {
                    content |= is_content(event.kind);
                    comes |= may_come_in(event.kind);
                }
                None => {
                    gone = true;
                    break;
                }
            }
        }
        out.send(Answer::News { content }).await;
        if gone {
            break;
        }
        if comes {
            look_at = look_at.min(tokio::time::Instant::now() + TOGETHER);
        }
    }
    // A pause, so that a node that refuses to send news is not asked in a tight circle.
    tokio::time::sleep(NEWS_EVERY).await;
}

/// Looks at what is there that could be new, and tells when that is not what it was.
async fn look(client: &Client, out: &Out, last: &mut Option<Fact>) {
    let question = Topic::CameIn.alone();
    let fact = known::ask(client, &question).await;
    // Before there is a community, nothing comes in.
    let is_there = matches!(fact, Fact::CameIn(Ok(_)));
    if is_there && last.as_ref() != Some(&fact) {
        out.send(Answer::Read(question, fact.clone())).await;
        *last = Some(fact);
    }
}

fn may_come_in(kind: EventKind) -> bool {
    is_content(kind) || matches!(kind, EventKind::People | EventKind::Requests)
}

fn is_content(kind: EventKind) -> bool {
    matches!(kind, EventKind::Changed | EventKind::Withdrawn | EventKind::Reset)
}

/// Reads the same again and again and tells what changed, so that the window draws only then.
async fn watch(client: Client, out: Out, questions: Vec<Question>) {
    let mut last = HashMap::new();
    loop {
        for question in &questions {
            let fact = known::ask(&client, question).await;
            if last.get(question) != Some(&fact) {
                out.send(Answer::Read(question.clone(), fact.clone())).await;
                last.insert(question.clone(), fact);
            }
        }
        tokio::time::sleep(WATCH_EVERY).await;
    }
}

pub(crate) fn fault(e: ClientError) -> Fault {
    match e {
        ClientError::Problem(p) => Fault::Problem(Box::new(p)),
        e @ (ClientError::NotRunning { .. } | ClientError::Broken(_)) => Fault::Offline(e.to_string()),
    }
}

/// The last line of a log.
fn last_words(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let tail = String::from_utf8_lossy(&text[text.len().saturating_sub(4096)..]).into_owned();
    let line = tail.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or_default();
    hedgerow_api::clean::line(line.trim())
}
