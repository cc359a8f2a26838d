//! `copier far ADDRESS`: takes streams of bare iroh and copies each to a TCP connection to ADDRESS and back; says
//! `KEY PORT` first. `copier near LISTEN KEY@ADDRESS:PORT`: copies TCP connections to LISTEN into such streams.
//!
//! What the wire alone carries, to set a gateway beside: no policy, no accounts, no re-attaching. For benches only.

use anyhow::{Context as _, Result, bail};
use iroh::endpoint::{RecvStream, SendStream};
use std::net::SocketAddr;
use tokio::io::{AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};

const DOOR: &[u8] = b"bare/copier/1";

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["far", target] => far(target.parse().context("ADDRESS")?).await,
        ["near", listen, gateway] => near(listen.parse().context("LISTEN")?, gateway).await,
        _ => bail!("copier far ADDRESS | copier near LISTEN KEY@ADDRESS:PORT"),
    }
}

async fn far(target: SocketAddr) -> Result<()> {
    let endpoint = hedgerow_tests::raw::endpoint(&[DOOR]).await?;
    let port = endpoint.bound_sockets().iter().find(|s| s.is_ipv4()).context("a socket")?.port();
    println!("{} {port}", endpoint.id());
    while let Some(incoming) = endpoint.accept().await {
        let connection = incoming.await?;
        tokio::spawn(async move {
            while let Ok(stream) = connection.accept_bi().await {
                tokio::spawn(async move { both(TcpStream::connect(target).await?, stream).await });
            }
        });
    }
    Ok(())
}

async fn near(listen: SocketAddr, gateway: &str) -> Result<()> {
    let endpoint = hedgerow_tests::raw::endpoint(&[]).await?;
    let connection = endpoint.connect(hedgerow_tests::raw::address(gateway)?, DOOR).await?;
    let listener = TcpListener::bind(listen).await?;
    loop {
        let (socket, _) = listener.accept().await?;
        let stream = connection.open_bi().await?;
        tokio::spawn(both(socket, stream));
    }
}

async fn both(mut socket: TcpStream, (mut send, mut receive): (SendStream, RecvStream)) -> Result<()> {
    socket.set_nodelay(true)?;
    let (mut from, mut to) = socket.split();
    tokio::try_join!(
        async {
            copy(&mut from, &mut send).await?;
            send.finish()?;
            anyhow::Ok(())
        },
        async {
            copy(&mut receive, &mut to).await?;
            Ok(to.shutdown().await?)
        },
    )?;
    Ok(())
}
