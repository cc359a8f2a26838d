//! SOCKS5 as programs speak it to the proxy: from the greeting to what they want (RFC 1928, RFC 1929).
//!
//! Anybody on this computer may ask, so any name and word will do, empty ones and bytes that are no text too. Not for: what
//! is done with what was asked ([`super::proxy`]).

use std::io;

use fast_socks5::Socks5Command;
use fast_socks5::server::{AuthMethod, AuthMethodSuccessState, Socks5ServerProtocol, states};
use fast_socks5::util::target_addr::TargetAddr;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// What was asked, with the way to answer it.
pub type Asked<T> = (Socks5ServerProtocol<T, states::CommandRead>, Socks5Command, TargetAddr);

/// Reads what a program wants. `None`: it was told why not, or has gone.
pub async fn ask<T: AsyncRead + AsyncWrite + Unpin>(stream: T) -> Option<Asked<T>> {
    // Without a word where that is offered: a program that offers both may have none.
    let mut greeted = Socks5ServerProtocol::start(stream).negotiate_auth(&[Way::Open, Way::Word]).await.ok()?;
    if let Way::Word = greeted.way {
        read_word(&mut greeted.stream).await.ok()?;
    }
    Socks5ServerProtocol::finish_auth(greeted).read_command().await.ok()
}

/// How a program may say who it is.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Not at all.
    Open,
    /// By a name and a word.
    Word,
}

/// A program and the way that it chose.
struct Greeted<T> {
    way: Way,
    stream: T,
}

impl<T> AuthMethod<T> for Way {
    type StartingState = Greeted<T>;

    fn method_id(self) -> u8 {
        match self {
            Way::Open => 0,
            Way::Word => 2,
        }
    }

    fn new(self, stream: T) -> Greeted<T> {
        Greeted { way: self, stream }
    }
}

impl<T> AuthMethodSuccessState<T> for Greeted<T> {
    fn into_inner(self) -> T {
        self.stream
    }
}

/// Reads a name and a word, of 0 to 255 bytes each, and says yes. They keep a program's connections apart from those of
/// others, and each connection is one of its own anyhow.
async fn read_word(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    const YES: [u8; 2] = [1, 0];
    let _version = stream.read_u8().await?;
    for _ in ["name", "word"] {
        let mut said = vec![0; stream.read_u8().await?.into()];
        stream.read_exact(&mut said).await?;
    }
    stream.write_all(&YES).await
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::*;

    /// What a program hears that offers these ways, says this, and wants what `wants` says.
    async fn hears(ways: &[u8], word: Option<(&[u8], &[u8])>, wants: &[u8]) -> (Vec<u8>, Option<TargetAddr>) {
        let (mut program, proxy) = duplex(4096);
        let mut said = vec![5, ways.len() as u8];
        said.extend(ways);
        if let Some((name, word)) = word {
            said.extend([1, name.len() as u8]);
            said.extend(name);
            said.push(word.len() as u8);
            said.extend(word);
        }
        said.extend(wants);
        program.write_all(&said).await.unwrap();
        let asked = ask(proxy).await.map(|(_, _, target)| target);
        let mut heard = Vec::new();
        program.read_to_end(&mut heard).await.unwrap();
        (heard, asked)
    }

    fn connect(name: &[u8]) -> Vec<u8> {
        [&[5, 1, 0, 3, name.len() as u8][..], name, &[0, 80]].concat()
    }

    #[tokio::test]
    async fn any_name_and_word_will_do() {
        let target = TargetAddr::Domain("web.example".into(), 80);
        let long = [b'w'; 255];
        let words: [(&[u8], &[u8]); 6] =
            [(b"user", b"word"), (b"user", b""), (b"", b"word"), (b"", b""), (b"Si\xe2n", b"\xff"), (&long, &long)];
        for word in words {
            let (heard, asked) = hears(&[2], Some(word), &connect(b"web.example")).await;
            assert_eq!((heard, asked.as_ref()), (vec![5, 2, 1, 0], Some(&target)), "{word:?}");
        }
    }

    #[tokio::test]
    async fn no_word_is_asked_for_where_none_will_do() {
        let target = TargetAddr::Domain("web.example".into(), 80);
        for ways in [&[0][..], &[0, 2], &[2, 0], &[1, 2, 0]] {
            let (heard, asked) = hears(ways, None, &connect(b"web.example")).await;
            assert_eq!((heard, asked.as_ref()), (vec![5, 0], Some(&target)), "{ways:?}");
        }
        for ways in [&[][..], &[1], &[3, 255]] {
            assert_eq!(hears(ways, None, b"").await, (vec![5, 255], None), "{ways:?}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_answered_and_not_met_with_silence() {
        for wants in
            [connect(b"caf\xe9.example"), vec![5, 1, 0, 2, 0, 0, 0, 0, 0, 80], vec![5, 9, 0, 3, 1, b'a', 0, 80]]
        {
            let (heard, asked) = hears(&[0], None, &wants).await;
            assert_eq!((heard.len(), asked), (2 + 10, None), "{wants:?}: {heard:?}");
            assert_ne!(heard[3], 0);
        }
    }
}
