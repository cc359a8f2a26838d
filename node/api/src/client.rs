//! The client: one small HTTP connection per request over the node's Unix socket.
//!
//! Knows addresses and shapes, never files of the node besides `api.sock` and `api.path`.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use crate::*;

/// Largest JSON answer that is read, in bytes. A page of 200 items is far below.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Why a request had no good answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No node listens there. Start one with `hedgerow up`.
    #[error("no Hedgerow is running with the data directory {}", data.display())]
    NotRunning {
        /// The data directory asked for.
        data: PathBuf,
    },
    /// The node answered with a problem.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The connection broke, or the answer was not what it should be. Try again; if it stays, restart the node.
    #[error("the connection to Hedgerow on this computer broke: {0}")]
    Broken(String),
}

impl ClientError {
    /// The problem's code, if the node named one.
    pub fn code(&self) -> Option<Code> {
        match self {
            ClientError::Problem(p) => Some(p.code),
            _ => None,
        }
    }
}

/// Where the node of a data directory listens: the path in `api.path` if there is one, else `api.sock`.
pub fn socket_path(data: &Path) -> PathBuf {
    match std::fs::read_to_string(data.join("api.path")) {
        Ok(text) if !text.trim().is_empty() => PathBuf::from(text.trim()),
        _ => data.join("api.sock"),
    }
}

/// Talks to the node of one data directory. Cheap to clone; makes a connection per request.
#[derive(Debug, Clone)]
pub struct Client {
    data: PathBuf,
}

pub(crate) type Answer<T> = Result<T, ClientError>;

impl Client {
    /// A client for the node of this data directory. Connects only when asked for something.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Client { data: data.into() }
    }

    /// The data directory.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// How the node is doing.
    pub async fn status(&self) -> Answer<Status> {
        self.get("/v1/status").await
    }
    /// Waits until the node answers, for at most `within`.
    pub async fn wait_until_serving(&self, within: Duration) -> Answer<Status> {
        let end = tokio::time::Instant::now() + within;
        loop {
            match self.status().await {
                Err(ClientError::NotRunning { .. } | ClientError::Broken(_)) if tokio::time::Instant::now() < end => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                answer => return answer,
            }
        }
    }
    /// Asks the node to stop. It answers before it does.
    pub async fn stop(&self) -> Answer<()> {
        self.open(Method::POST, "/v1/stop", Vec::new(), &[]).await.map(drop)
    }
    /// Numbers for Prometheus, as OpenMetrics text.
    pub async fn metrics(&self) -> Answer<String> {
        let bytes = self.bytes(Method::GET, "/v1/metrics", Vec::new(), &[]).await?;
        String::from_utf8(bytes).map_err(broken)
    }
    /// The OpenAPI document.
    pub async fn openapi(&self) -> Answer<serde_json::Value> {
        self.get("/v1/openapi.json").await
    }

    /// The community of this computer.
    pub async fn community(&self) -> Answer<Community> {
        self.get("/v1/community").await
    }
    /// Starts a community.
    pub async fn community_new(&self, new: &CommunityNew) -> Answer<Membership> {
        self.post("/v1/community", new).await
    }
    /// Leaves the community: the data of this directory is set aside and the node goes on without one.
    pub async fn community_leave(&self) -> Answer<()> {
        self.open(Method::DELETE, "/v1/community", Vec::new(), &[]).await.map(drop)
    }
    /// Communities seen on the network.
    pub async fn nearby(&self) -> Answer<Nearby> {
        self.get("/v1/nearby").await
    }
    /// What anybody may read of a community nearby, read from one of its computers without joining.
    pub async fn nearby_public(&self, community: &str, find: &FindQuery) -> Answer<FindPage> {
        self.get(&format!("/v1/nearby/{}/find?{}", seg(community), query(find))).await
    }
    /// Joins a community with an invite. With a poster, the problem `join-waiting` says that somebody has to say yes.
    pub async fn join(&self, join: &Join) -> Answer<Membership> {
        match self.ask_to_join(join).await? {
            Joined::Member(membership) => Ok(membership),
            Joined::Waiting(waiting) => Err(ClientError::Problem(waiting.as_problem())),
        }
    }
    /// Joins a community with an invite or a poster.
    pub async fn ask_to_join(&self, join: &Join) -> Answer<Joined> {
        let body = serde_json::to_vec(join).map_err(broken)?;
        let headers = [("content-type", "application/json".to_owned())];
        let response = self.open(Method::POST, "/v1/join", body, &headers).await?;
        let is_waiting = response.status() == StatusCode::ACCEPTED;
        let bytes = collect(response.into_body(), ANSWER_BYTES_MAX).await?;
        Ok(match is_waiting {
            true => Joined::Waiting(read_json(&bytes)?),
            false => Joined::Member(read_json(&bytes)?),
        })
    }
    /// Enters a community that lets newcomers in.
    pub async fn enter(&self, enter: &Enter) -> Answer<Entered> {
        self.post("/v1/enter", enter).await
    }
    /// How asking to join stands; `not-found` where nobody asked.
    pub async fn join_waiting(&self) -> Answer<JoinWaiting> {
        self.get("/v1/join/waiting").await
    }
    /// Stops asking to join.
    pub async fn join_stop(&self) -> Answer<()> {
        self.open(Method::DELETE, "/v1/join/waiting", Vec::new(), &[]).await.map(drop)
    }
    /// Makes an invite.
    pub async fn invite(&self, new: &InviteNew) -> Answer<Invite> {
        self.post("/v1/invites", new).await
    }
    /// A poster of an invite for many, as a file.
    pub async fn invite_poster(&self, poster: &InvitePoster) -> Answer<Vec<u8>> {
        let body = serde_json::to_vec(poster).map_err(broken)?;
        self.bytes(Method::POST, "/v1/invites/poster", body, &[("content-type", "application/json".to_owned())]).await
    }
    /// Invites that can still be used.
    pub async fn invites(&self) -> Answer<Invites> {
        self.get("/v1/invites").await
    }
    /// Takes invites back, named by code, by note, or `all`.
    pub async fn invite_revoke(&self, which: &str, dry_run: bool) -> Answer<Invites> {
        let path = format!("/v1/invites/{}{}", seg(which), dry(dry_run));
        read_json(&self.bytes(Method::DELETE, &path, Vec::new(), &[]).await?)
    }
    /// Who asked with a poster and waits for an answer.
    pub async fn join_requests(&self) -> Answer<JoinRequests> {
        self.get("/v1/join-requests").await
    }
    /// Lets somebody in who waits, named by code or name.
    pub async fn join_confirm(&self, who: &str, dry_run: bool) -> Answer<JoinRequests> {
        let path = format!("/v1/join-requests/{}/confirm{}", seg(who), dry(dry_run));
        read_json(&self.bytes(Method::POST, &path, Vec::new(), &[]).await?)
    }
    /// Says no to somebody who waits, named by code or name, or to `all`.
    pub async fn join_refuse(&self, who: &str, dry_run: bool) -> Answer<JoinRequests> {
        let path = format!("/v1/join-requests/{}/refuse{}", seg(who), dry(dry_run));
        read_json(&self.bytes(Method::POST, &path, Vec::new(), &[]).await?)
    }
    /// Finds listings, notices and events.
    pub async fn find(&self, find: &FindQuery) -> Answer<FindPage> {
        self.get(&format!("/v1/find?{}", query(find))).await
    }
    /// One item: by the id of any of its versions, by its slot, or by the first 8 or more digits of its id.
    pub async fn item(&self, id: &str) -> Answer<Item> {
        self.get(&format!("/v1/items/{}", seg(id))).await
    }
    /// The same, also when organisers hid it: for organisers and its owner.
    pub async fn item_even_if_hidden(&self, id: &str) -> Answer<Item> {
        self.get(&format!("/v1/items/{}?even_if_hidden=true", seg(id))).await
    }
    /// The record as a COSE_Sign1 message, with what a checker needs beside it.
    pub async fn cose(&self, id: &str) -> Answer<Vec<u8>> {
        self.bytes(Method::GET, &format!("/v1/records/{}/cose", seg(id)), Vec::new(), &[]).await
    }
    /// An event as an iCalendar file.
    pub async fn ics(&self, id: &str) -> Answer<String> {
        let bytes = self.bytes(Method::GET, &format!("/v1/items/{}/ics", seg(id)), Vec::new(), &[]).await?;
        String::from_utf8(bytes).map_err(broken)
    }
    /// Publishes something. With a key, a repeat of the same request does nothing twice.
    pub async fn publish(&self, publish: &Publish, idempotency_key: Option<&str>) -> Answer<Published> {
        let headers: Vec<_> = idempotency_key.map(|k| ("idempotency-key", k.to_owned())).into_iter().collect();
        self.json(Method::POST, "/v1/items", publish, &headers).await
    }
    /// Replaces an item; with `if_match`, only while that version is the one shown.
    pub async fn edit(&self, id: &str, publish: &Publish, if_match: Option<&str>) -> Answer<Published> {
        self.json(Method::PUT, &format!("/v1/items/{}", seg(id)), publish, &etag(if_match)).await
    }
    /// Withdraws an item; with `if_match`, only while that version is the one shown.
    pub async fn withdraw(&self, id: &str, if_match: Option<&str>, dry_run: bool) -> Answer<Withdrawn> {
        let path = format!("/v1/items/{}{}", seg(id), dry(dry_run));
        read_json(&self.bytes(Method::DELETE, &path, Vec::new(), &etag(if_match)).await?)
    }

    /// Reads a directory of services from the bytes of a file.
    pub async fn import(&self, how: &ImportQuery, file: Vec<u8>) -> Answer<ImportReport> {
        read_json(&self.bytes(Method::POST, &format!("/v1/import?{}", query(how)), file, &octets()).await?)
    }
    /// Writes the directory of services out as files, piece by piece.
    pub async fn export(&self, how: &ExportQuery) -> Answer<ExportParts> {
        let response = self.open(Method::GET, &format!("/v1/export?{}", query(how)), Vec::new(), &[]).await?;
        Ok(ExportParts { body: response.into_body(), buffer: Vec::new() })
    }
    /// A bundle of everything, or of what the holder of `have` lacks.
    pub async fn bundle_export(&self, have: Vec<u8>) -> Answer<Vec<u8>> {
        self.bytes(Method::POST, "/v1/bundle/export", have, &octets()).await
    }
    /// Takes a bundle in.
    pub async fn bundle_import(&self, bundle: Vec<u8>, dry_run: bool) -> Answer<BundleReport> {
        let path = if dry_run { "/v1/bundle?dry_run=true" } else { "/v1/bundle" };
        read_json(&self.bytes(Method::POST, path, bundle, &octets()).await?)
    }
    /// What is here, for someone else to make a small bundle.
    pub async fn bundle_have(&self) -> Answer<Vec<u8>> {
        self.bytes(Method::GET, "/v1/bundle/have", Vec::new(), &[]).await
    }

    /// All that only this computer has, in a file that the passphrase opens: piece by piece.
    pub async fn backup(&self, new: &BackupNew) -> Answer<Pieces> {
        let headers = [("content-type", "application/json".to_owned())];
        let body = serde_json::to_vec(new).map_err(broken)?;
        Ok(Pieces { body: self.open(Method::POST, "/v1/backup", body, &headers).await?.into_body() })
    }

    /// The other computers.
    pub async fn neighbours(&self) -> Answer<Neighbours> {
        self.get("/v1/neighbours").await
    }
    /// Connects to a computer that is not found by itself.
    pub async fn neighbour_add(&self, add: &NeighbourAdd) -> Answer<Neighbours> {
        self.post("/v1/neighbours", add).await
    }
    /// Whether the page on the building's Wi-Fi is offered, and where.
    pub async fn page(&self) -> Answer<PageStatus> {
        self.get("/v1/page").await
    }
    /// Turns it on or off.
    pub async fn page_set(&self, set: &PageSet) -> Answer<PageStatus> {
        self.json(Method::PUT, "/v1/page", set, &[]).await
    }
    /// A poster with its address.
    pub async fn page_poster(&self, which: &PosterQuery) -> Answer<Vec<u8>> {
        self.bytes(Method::GET, &format!("/v1/page/poster?{}", query(which)), Vec::new(), &[]).await
    }
    /// The settings.
    pub async fn config(&self) -> Answer<Config> {
        self.get("/v1/config").await
    }
    /// Changes a setting.
    pub async fn config_set(&self, set: &ConfigSet) -> Answer<Config> {
        self.json(Method::PATCH, "/v1/config", set, &[]).await
    }

    /// What happened lately.
    pub async fn activity(&self) -> Answer<Activity> {
        self.get("/v1/activity").await
    }
    /// News as it happens, from now on or after the event with the id `after`.
    pub async fn events(&self, after: Option<&str>) -> Answer<Events> {
        let headers: Vec<_> = after.map(|id| ("last-event-id", id.to_owned())).into_iter().collect();
        let response = self.open(Method::GET, "/v1/events", Vec::new(), &headers).await?;
        Ok(Events { body: response.into_body(), buffer: Vec::new() })
    }

    /// The sealed requests I can read.
    pub async fn requests(&self) -> Answer<Requests> {
        self.get("/v1/requests").await
    }
    /// The sealed reports I can read.
    pub async fn reports(&self) -> Answer<Requests> {
        self.get("/v1/reports").await
    }
    /// One request or report in full.
    pub async fn request(&self, id: &str) -> Answer<RequestThread> {
        self.get(&format!("/v1/requests/{}", seg(id))).await
    }
    /// Notes that I have read all of it.
    pub async fn request_read(&self, id: &str) -> Answer<()> {
        let path = format!("/v1/requests/{}/read", seg(id));
        self.open(Method::PUT, &path, Vec::new(), &[]).await.map(drop)
    }
    /// Asks for something in private.
    pub async fn request_new(&self, new: &RequestNew) -> Answer<RequestSent> {
        self.post("/v1/requests", new).await
    }
    /// Answers a request or report.
    pub async fn request_answer(&self, id: &str, answer: &RequestAnswer) -> Answer<RequestSent> {
        self.post(&format!("/v1/requests/{}/answers", seg(id)), answer).await
    }
    /// Closes a request or report.
    pub async fn request_close(&self, id: &str, dry_run: bool) -> Answer<RequestSent> {
        let path = format!("/v1/requests/{}/close?dry_run={dry_run}", seg(id));
        read_json(&self.bytes(Method::POST, &path, Vec::new(), &[]).await?)
    }
    /// Reports something to the organisers.
    pub async fn report_new(&self, new: &ReportNew) -> Answer<RequestSent> {
        self.post("/v1/reports", new).await
    }

    /// Gets any address of the API as JSON.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Answer<T> {
        read_json(&self.bytes(Method::GET, path, Vec::new(), &[]).await?)
    }

    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Answer<T> {
        self.json(Method::POST, path, body, &[]).await
    }

    pub(crate) async fn put<T: DeserializeOwned>(&self, path: &str) -> Answer<T> {
        read_json(&self.bytes(Method::PUT, path, Vec::new(), &[]).await?)
    }

    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Answer<T> {
        read_json(&self.bytes(Method::DELETE, path, Vec::new(), &[]).await?)
    }

    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
        headers: &[(&'static str, String)],
    ) -> Answer<T> {
        let body = serde_json::to_vec(body).map_err(broken)?;
        let mut all = vec![("content-type", "application/json".to_owned())];
        all.extend_from_slice(headers);
        read_json(&self.bytes(method, path, body, &all).await?)
    }

    async fn bytes(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        headers: &[(&'static str, String)],
    ) -> Answer<Vec<u8>> {
        let is_bundle = path == "/v1/bundle/export";
        let response = self.open(method, path, body, headers).await?;
        collect(response.into_body(), if is_bundle { usize::MAX } else { ANSWER_BYTES_MAX }).await
    }

    /// Whether whom the directory belongs to is at the other end. `api.path` may have been written by somebody whom an
    /// administrator should not ask in their place; and other programs of an administrator are no nodes.
    fn is_answered_by(&self, stream: &UnixStream) -> bool {
        let user = |path: &Path| std::fs::metadata(path).map(|about| about.uid()).ok();
        let Ok(other) = stream.peer_cred().map(|other| other.uid()) else { return false };
        user(&self.data) == Some(other) || (other != 0 && user(Path::new("/proc/self")) == Some(other))
    }

    /// Sends one request; an answer that is not a success becomes the problem it carries.
    async fn open(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        headers: &[(&'static str, String)],
    ) -> Answer<Response<Incoming>> {
        let absent = || ClientError::NotRunning { data: self.data.clone() };
        let stream = UnixStream::connect(socket_path(&self.data)).await.map_err(|_| absent())?;
        if !self.is_answered_by(&stream) {
            return Err(absent());
        }
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path).header("host", "hedgerow.localhost");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(broken)?;
        let response = sender.send_request(request).await.map_err(broken)?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let bytes = collect(response.into_body(), ANSWER_BYTES_MAX).await?;
        Err(problem_of(status, &bytes))
    }
}

fn problem_of(status: StatusCode, bytes: &[u8]) -> ClientError {
    match serde_json::from_slice::<Problem>(bytes) {
        Ok(problem) => ClientError::Problem(problem),
        Err(_) => ClientError::Broken(format!("the answer was {status} without a reason")),
    }
}

async fn collect(mut body: Incoming, bytes_max: usize) -> Answer<Vec<u8>> {
    let mut out = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(broken)?.into_data() {
            if out.len() + data.len() > bytes_max {
                return Err(ClientError::Broken(format!("the answer is longer than {bytes_max} bytes")));
            }
            out.extend_from_slice(&data);
        }
    }
    Ok(out)
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    serde_json::from_slice(bytes).map_err(broken)
}

fn broken(e: impl std::fmt::Display) -> ClientError {
    ClientError::Broken(e.to_string())
}

fn etag(version: Option<&str>) -> Vec<(&'static str, String)> {
    version.map(|v| ("if-match", format!("\"{v}\""))).into_iter().collect()
}

fn octets() -> Vec<(&'static str, String)> {
    vec![("content-type", "application/octet-stream".to_owned())]
}

fn dry(dry_run: bool) -> &'static str {
    if dry_run { "?dry_run=true" } else { "" }
}

/// Percent-encodes one part of an address.
pub(crate) fn seg(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(b as char),
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// A flat structure as a query string.
pub(crate) fn query(value: &impl Serialize) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(value) else { return String::new() };
    let mut parts = Vec::new();
    for (name, value) in fields {
        let text = match value {
            serde_json::Value::Null => continue,
            serde_json::Value::String(s) => s,
            other => other.to_string(),
        };
        parts.push(format!("{}={}", seg(&name), seg(&text)));
    }
    parts.join("&")
}

/// The parts of an export. Dropping it ends it.
#[derive(Debug)]
pub struct ExportParts {
    body: Incoming,
    buffer: Vec<u8>,
}

impl ExportParts {
    /// The next part. After [`ExportPart::Done`] there is none; an export that ends without it is an error.
    pub async fn next(&mut self) -> Answer<ExportPart> {
        let mut looked = 0;
        loop {
            if let Some(end) = self.buffer[looked..].iter().position(|b| *b == b'\n').map(|at| looked + at) {
                let part = read_json(&self.buffer[..end]);
                self.buffer.drain(..=end);
                return part;
            }
            looked = self.buffer.len();
            if looked > ANSWER_BYTES_MAX {
                return Err(ClientError::Broken(format!("a part is longer than {ANSWER_BYTES_MAX} bytes")));
            }
            let frame = self.body.frame().await.ok_or_else(|| broken("it ended too early"))?;
            if let Ok(data) = frame.map_err(broken)?.into_data() {
                self.buffer.extend_from_slice(&data);
            }
        }
    }
}

/// A long answer. Dropping it ends it.
#[derive(Debug)]
pub struct Pieces {
    body: Incoming,
}

impl Pieces {
    /// The next piece; nothing at the end. An answer that breaks off is an error.
    pub async fn next(&mut self) -> Answer<Option<Vec<u8>>> {
        while let Some(frame) = self.body.frame().await {
            if let Ok(data) = frame.map_err(broken)?.into_data() {
                return Ok(Some(data.to_vec()));
            }
        }
        Ok(None)
    }
}

/// A stream of news. Dropping it closes the connection.
#[derive(Debug)]
pub struct Events {
    body: Incoming,
    buffer: Vec<u8>,
}

impl Events {
    /// The next event; `None` when the node has gone. Then connect again with the id of the last event.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|w| w == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                if let Some(event) = parse_block(&block) {
                    return Some(event);
                }
                continue;
            }
            // A block that never ends is not ours.
            if self.buffer.len() > 64 * 1024 {
                return None;
            }
            let frame = self.body.frame().await?.ok()?;
            if let Ok(data) = frame.into_data() {
                self.buffer.extend_from_slice(&data);
            }
        }
    }
}

fn parse_block(block: &[u8]) -> Option<Event> {
    let text = std::str::from_utf8(block).ok()?;
    let data: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("data:")).map(str::trim_start).collect();
    serde_json::from_str(&data.join("\n")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_leaves_out_what_is_not_set_and_encodes_the_rest() {
        let find =
            FindQuery { text: "repair café & tea".into(), open_now: true, limit: Some(5), ..Default::default() };
        assert_eq!(query(&find), "text=repair%20caf%C3%A9%20%26%20tea&open_now=true&limit=5");
    }

    #[test]
    fn comments_and_broken_blocks_are_skipped() {
        assert!(parse_block(b": still here\n\n").is_none());
        assert!(parse_block(b"data: {\n\n").is_none());
        let block = b"id: 7\nevent: status\ndata: {\"id\":\"7\",\"kind\":\"status\"}\n\n";
        assert_eq!(parse_block(block).unwrap().kind, EventKind::Status);
    }

    #[tokio::test]
    async fn nobody_there_is_its_own_error() {
        let dir = std::env::temp_dir().join("hedgerow-nobody-here");
        assert!(matches!(Client::new(dir).status().await, Err(ClientError::NotRunning { .. })));
    }
}
