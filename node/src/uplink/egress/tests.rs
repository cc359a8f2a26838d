//! Ways out as they are written, and names asked of a server that is slow or says nothing.

use std::time::Instant;

use tokio::net::TcpListener;

use super::*;

const A: u16 = 1;
const AAAA: u16 = 28;
const V4: [u8; 4] = [93, 184, 216, 34];
const V6: [u8; 16] = [0x26, 0x06, 0x47, 0, 0, 0x99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// What a name server says, and when.
enum Says {
    Addresses(Vec<u8>, Duration),
    None,
    NoSuchName,
    Failed,
    Nothing,
}

/// By the first part of a name, and what is asked of it.
fn says(name: &str, kind: u16) -> Says {
    let at_once = Duration::ZERO;
    match (name, kind) {
        ("silent6" | "plain" | "failed6" | "late6", A) => Says::Addresses(V4.to_vec(), at_once),
        ("plain" | "silent4" | "late4", AAAA) => Says::Addresses(V6.to_vec(), at_once),
        ("late4", A) => Says::Addresses(V4.to_vec(), V6_LATER * 2),
        ("only6", AAAA) => Says::Addresses(V6.to_vec(), V6_LATER * 2),
        ("late6", AAAA) => Says::Addresses(V6.to_vec(), NAME_TIMEOUT),
        ("only6", A) => Says::None,
        ("failed6", AAAA) => Says::Failed,
        ("nobody" | "silent-nobody", A) | ("nobody", AAAA) => Says::NoSuchName,
        _ => Says::Nothing,
    }
}

fn answer(question: &[u8]) -> Option<(Vec<u8>, Duration)> {
    let length = usize::from(*question.get(12)?);
    let name = String::from_utf8_lossy(question.get(13..13 + length)?).to_ascii_lowercase();
    let mut end = 12;
    while *question.get(end)? != 0 {
        end += 1 + usize::from(question[end]);
    }
    let kind = u16::from_be_bytes(question.get(end + 1..end + 3)?.try_into().ok()?);
    let (code, row, later) = match says(&name, kind) {
        Says::Addresses(address, later) => (0, address, later),
        Says::None => (0, vec![], Duration::ZERO),
        Says::NoSuchName => (3, vec![], Duration::ZERO),
        Says::Failed => (2, vec![], Duration::ZERO),
        Says::Nothing => return None,
    };
    let count = u8::from(!row.is_empty());
    let mut said = [&question[..2], &[0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0], &question[12..end + 5]].concat();
    if count > 0 {
        said.extend([0xc0, 12, 0, kind as u8, 0, 1, 0, 0, 0, 60, 0, row.len() as u8]);
        said.extend(row);
    }
    Some((said, later))
}

/// A line with such a name server, by UDP and TCP.
async fn line() -> Egress {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = tcp.local_addr().unwrap();
    let udp = Arc::new(UdpSocket::bind(at).await.unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        // By TCP it takes questions and says nothing.
        while let Ok((stream, _)) = tcp.accept().await {
            held.push(stream);
        }
    });
    tokio::spawn(async move {
        let mut question = [0; 512];
        while let Ok((length, from)) = udp.recv_from(&mut question).await {
            let (udp, said) = (udp.clone(), answer(&question[..length]));
            tokio::spawn(async move {
                if let Some((said, later)) = said {
                    // sleeps: how late a name server answers is what is tried here.
                    tokio::time::sleep(later).await;
                    udp.send_to(&said, from).await.unwrap();
                }
            });
        }
    });
    Egress::with_names_at(WayOut::Direct, vec![at.ip()], at.port()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_leads_on_when_one_family_is_never_answered() {
    let line = line().await;
    let (v4, v6) = (IpAddr::from(V4), IpAddr::from(V6));
    for (name, found) in [
        ("plain", Ok(vec![v4, v6])),
        ("failed6", Ok(vec![v4])),
        ("silent6", Ok(vec![v4])),
        // The same again, with a half of it in memory.
        ("silent6", Ok(vec![v4])),
        ("late6", Ok(vec![v4])),
        // No address is as good as no answer: then the other is waited for.
        ("only6", Ok(vec![v6])),
        ("late4", Ok(vec![v4, v6])),
        ("nobody", Err(NameError::NotFound)),
        ("silent-nobody", Err(NameError::NotFound)),
        ("silent4", Ok(vec![v6])),
        ("silent", Err(NameError::Slow)),
    ] {
        let from = Instant::now();
        assert_eq!(line.lookup(&format!("{name}.example")).await, found, "{name}");
        let is_quick = !matches!(name, "silent4" | "silent");
        assert!(!is_quick || from.elapsed() < ASK_TIMEOUT, "{name}: {:?}", from.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_ipv6_alone_are_waited_for() {
    let line = line().await;
    assert_eq!(line.lookup_v6("only6.example").await, [Ipv6Addr::from(V6)]);
    assert_eq!(line.lookup_v6("nobody.example").await, [] as [Ipv6Addr; 0]);
}

#[test]
fn ways_out_are_read_as_they_are_written() {
    for text in [
        "direct",
        "interface:eth1",
        "source:192.0.2.7",
        "source:192.0.2.7,2001:db8::7",
        "socks5://192.0.2.1:1080",
        "http://[2001:db8::1]:3128",
    ] {
        assert_eq!(WayOut::parse(text).map(|w| w.to_string()).as_deref(), Some(text));
    }
    for bad in ["", "interface:", "interface:a/b", "source:x", "socks5://host:1080", "https://192.0.2.1:1", "ftp:"] {
        assert_eq!(WayOut::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_source_without_a_family_has_no_way_for_it() {
    let only_v4 = WayOut::parse("source:192.0.2.7").unwrap();
    assert!(source(&only_v4, true).is_ok());
    assert!(source(&only_v4, false).is_err());
    let only_v6 = WayOut::parse("source:2001:db8::7").unwrap();
    assert!(source(&only_v6, true).is_err());
    assert!(source(&only_v6, false).is_ok());
}
