//! What a program behind a site is asked, over which connections, and in which letters.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::publish::Visitor;
use super::web;

/// What the program does with one connection.
#[derive(Debug, Clone, Copy)]
enum Does {
    /// Lets go of it.
    Closes,
    /// Says this, asked or not, and lets go of it.
    Says(&'static str),
    /// Reads a request and lets go of it.
    ReadsAndCloses,
    /// Reads a request and says this.
    Answers(&'static str),
}

const FINE: Does = Does::Answers("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine");

/// A program that does one of these with each connection, and the requests it read.
struct Program {
    port: u16,
    read: Arc<Mutex<Vec<String>>>,
}

impl Program {
    async fn start(does: Vec<Does>) -> Program {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let read = Arc::new(Mutex::new(Vec::new()));
        let requests = read.clone();
        tokio::spawn(async move {
            // Beyond these nobody listens any more.
            for does in does {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(one(stream, does, requests.clone()));
            }
        });
        Program { port, read }
    }

    fn read(&self) -> Vec<String> {
        self.read.lock().unwrap().clone()
    }

    /// What a visitor is told who asks this. `is_stale`: the first connection shows that it is of no use before that.
    async fn told(&self, request: &str, is_stale: bool) -> String {
        let spare = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        if is_stale {
            spare.readable().await.unwrap();
        }
        let (mut visitor, site) = tokio::io::duplex(1024 * 1024);
        let member = Visitor { id: "me".into(), name: "Ann".into() };
        tokio::spawn(web::serve(site, spare, self.port, Some(member)));
        visitor.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let read = visitor.read_to_string(&mut answer);
        tokio::time::timeout(Duration::from_secs(20), read).await.expect("an end").unwrap();
        answer
    }
}

async fn one(mut stream: TcpStream, does: Does, requests: Arc<Mutex<Vec<String>>>) {
    let said = match does {
        Does::Closes => "",
        Does::Says(said) => said,
        Does::ReadsAndCloses | Does::Answers(_) => {
            let request = read_request(&mut stream).await;
            requests.lock().unwrap().push(request);
            if let Does::Answers(said) = does { said } else { "" }
        }
    };
    stream.write_all(said.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    // What is still coming is read: else the end would overtake what was said.
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        if stream.read_buf(&mut request).await.unwrap() == 0 {
            return text;
        }
    }
}

fn ask(method: &str, more: &str, body: &str) -> String {
    format!("{method} /page HTTP/1.1\r\nHost: bookings.localhost:1\r\nConnection: close\r\n{more}\r\n{body}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_program_let_go_of_is_not_used() {
    let too_late = Does::Says("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    for stale in [Does::Closes, too_late] {
        for request in [ask("GET", "", ""), ask("POST", "Content-Length: 3\r\n", "abc"), ask("DELETE", "", "")] {
            let program = Program::start(vec![stale, FINE]).await;
            let answer = program.told(&request, true).await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("fine"), "{stale:?} {request}: {answer}");
            let read = program.read();
            assert!(read.len() == 1 && read[0].ends_with("\r\n\r\nabc") == request.starts_with("POST"), "{read:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_no_harm_twice_is_asked_again_when_no_answer_began() {
    for (request, does, status, asked) in [
        (ask("GET", "", ""), Does::ReadsAndCloses, "200", 2),
        (ask("HEAD", "", ""), Does::ReadsAndCloses, "200", 2),
        (ask("DELETE", "", ""), Does::ReadsAndCloses, "200", 2),
        // Somebody may have been charged for it.
        (ask("POST", "Content-Length: 3\r\n", "abc"), Does::ReadsAndCloses, "502", 1),
        (ask("POST", "Content-Length: 0\r\n", ""), Does::ReadsAndCloses, "502", 1),
        // Its body is gone.
        (ask("PUT", "Content-Length: 3\r\n", "abc"), Does::ReadsAndCloses, "502", 1),
        // An answer began.
        (ask("GET", "", ""), Does::Answers("HTTP"), "502", 1),
    ] {
        let program = Program::start(vec![does, FINE]).await;
        let answer = program.told(&request, false).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{does:?} {request}: {answer}");
        assert_eq!(program.read().len(), asked, "{does:?} {request}");
    }
    // Once, and no more.
    let program = Program::start(vec![Does::ReadsAndCloses, Does::ReadsAndCloses, FINE]).await;
    assert!(program.told(&ask("GET", "", ""), false).await.starts_with("HTTP/1.1 502"));
    assert_eq!(program.read().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_headers_stay_as_they_were_written() {
    let said = "HTTP/1.1 200 OK\r\ncontent-Length: 4\r\nX-ODD-Name: 1\r\nETag: \"1\"\r\n\r\nfine";
    let program = Program::start(vec![Does::Answers(said)]).await;
    let more = "X-CamelCase: 1\r\nx-small: 2\r\nX-LOUD: 3\r\nCONTENT-length: 3\r\nhedgerow_Member: mallory\r\n";
    let answer = program.told(&ask("POST", more, "abc"), false).await;
    for line in ["content-Length: 4", "X-ODD-Name: 1", "ETag: \"1\""] {
        assert!(answer.contains(&format!("\r\n{line}\r\n")), "{line}: {answer}");
    }
    let read = program.read().remove(0);
    for line in [
        "Host: bookings.localhost:1",
        "X-CamelCase: 1",
        "x-small: 2",
        "X-LOUD: 3",
        "CONTENT-length: 3",
        "Hedgerow-Member: me",
        "Hedgerow-Member-Name: Ann",
    ] {
        assert!(read.contains(&format!("\r\n{line}\r\n")), "{line}: {read}");
    }
    assert!(!read.contains("mallory"), "{read}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_header_fields_fit_both_ways() {
    let fields = |many: usize| (0..many).map(|n| format!("X-Field-{n}: {n}\r\n")).collect::<String>();
    let said: &'static str = format!("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n{}\r\nfine", fields(150)).leak();
    let program = Program::start(vec![Does::Answers(said)]).await;
    let answer = program.told(&ask("GET", &fields(150), ""), false).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("X-Field-149: 149"), "{answer}");
    assert!(program.read()[0].contains("X-Field-149: 149"));
    // There is an end to it.
    let program = Program::start(vec![FINE]).await;
    let answer = program.told(&ask("GET", &fields(1100), ""), false).await;
    assert!(answer.starts_with("HTTP/1.1 431") && program.read().concat().is_empty(), "{answer}");
}
