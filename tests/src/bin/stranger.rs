//! `stranger KEY@ADDRESS:PORT COUNT`: knocks at a node's doors without being a member, and reports in JSON.
//!
//! Run by the shield story inside a namespace. `answered` counts calls on the members' doors that got a single byte
//! back; `strange_doors` counts doors that do not exist and opened.

use anyhow::{Context as _, Result};
use hedgerow_tests::lab::wait::patience;
use iroh::{Endpoint, EndpointAddr};
use std::time::Duration;

const MEMBERS: [&[u8]; 2] = [b"hedgerow/sync/1", b"hedgerow/libp2p/1"];
const NOWHERE: [&[u8]; 3] = [b"hedgerow/sync/9", b"hedgerow/join/9", b"h3"];
/// Who has said nothing by then says nothing.
const ANSWER_MAX: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let address = hedgerow_tests::raw::address(&args.next().context("KEY@ADDRESS:PORT")?)?;
    let count: usize = args.next().context("COUNT")?.parse()?;
    let (mut answered, mut tried, mut strange_doors) = (0usize, 0usize, 0usize);
    // Few at a time from one key after another: the shield looks at keys, the limits at addresses.
    for round in 0..count.div_ceil(20) {
        let endpoint = hedgerow_tests::raw::endpoint(&[]).await?;
        for n in 0..20.min(count - round * 20) {
            tried += 1;
            answered += usize::from(knock(&endpoint, &address, MEMBERS[n % 2], (round * 20 + n) as u8).await);
        }
        if round == 0 {
            for door in NOWHERE {
                let call = tokio::time::timeout(patience(ANSWER_MAX), endpoint.connect(address.clone(), door)).await;
                strange_doors += usize::from(matches!(call, Ok(Ok(_))));
            }
            // Nonsense at the open door: whatever comes back, the node must stay up.
            knock(&endpoint, &address, b"hedgerow/join/1", 0xff).await;
        }
        endpoint.close().await;
    }
    println!("{{\"tried\":{tried},\"answered\":{answered},\"strange_doors\":{strange_doors}}}");
    Ok(())
}

/// Whether anybody said a byte to us.
async fn knock(endpoint: &Endpoint, address: &EndpointAddr, door: &[u8], seed: u8) -> bool {
    let talk = async {
        let connection = endpoint.connect(address.clone(), door).await.ok()?;
        let (mut send, mut receive) = connection.open_bi().await.ok()?;
        let nonsense: Vec<u8> = (0..200u8).map(|n| n.wrapping_mul(31).wrapping_add(seed)).collect();
        // A refusal shows as an error here or below; either is the answer we hope for.
        let _ = send.write_all(&nonsense).await;
        let _ = send.finish();
        let mut byte = [0; 1];
        receive.read(&mut byte).await.ok().flatten().filter(|n| *n > 0)
    };
    matches!(tokio::time::timeout(patience(ANSWER_MAX), talk).await, Ok(Some(_)))
}
