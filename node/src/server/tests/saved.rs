//! Files of private state that are damaged, or cannot be read: said, never written over.

use super::*;
use hedgerow_api::StatementAsk;

/// The files of the papers of a gateway, and what of each counts as damaged.
const PAPERS: [&str; 5] =
    ["gateway-receipts", "gateway-account", "gateway-vouchers", "gateway-vouchers-used", "gateway-hours"];

async fn warnings(client: &Client, code: &str) -> Vec<String> {
    let all = client.status().await.unwrap().warnings;
    all.into_iter().filter(|w| w.code == code).map(|w| w.text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_stops_what_it_is_for_and_stays_as_it_is() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    let own = temp.path().join("uplink-receipts");
    std::fs::create_dir(&own).unwrap();
    node.found().await;
    let (client, ask) = (&node.client, StatementAsk::default());
    let statement = || client.gateway_statement(&ask);
    // What I used elsewhere is read at the start. The rest of the node runs.
    assert_eq!(warnings(client, "state-unreadable").await.len(), 1);
    assert_eq!(code(client.uplink_statement(&ask).await), Code::StateUnreadable);
    assert!(own.is_dir());
    std::fs::remove_dir(&own).unwrap();
    client.uplink_statement(&ask).await.unwrap();
    assert!(warnings(client, "state-unreadable").await.is_empty(), "it can be read again");
    for name in PAPERS {
        let file = temp.path().join(name);
        // The vouchers are written when they are opened, before what comes after them is read.
        let before = std::fs::read(&file).ok();
        let _ = std::fs::remove_file(&file);
        std::fs::create_dir(&file).unwrap();
        assert_eq!(code(statement().await), Code::StateUnreadable, "{name}");
        assert_eq!(code(statement().await), Code::StateUnreadable, "{name}, again");
        assert!(file.is_dir(), "{name}");
        assert_eq!(warnings(client, "state-unreadable").await.len(), 1, "{name} is said once");
        std::fs::remove_dir(&file).unwrap();
        if let Some(before) = before {
            std::fs::write(&file, before).unwrap();
        }
    }
    // Now all of them are damaged, and one was before.
    let taken = temp.path().join("gateway-account.damaged");
    std::fs::write(&taken, "of an earlier time").unwrap();
    for name in PAPERS {
        std::fs::write(temp.path().join(name), "nonsense\n").unwrap();
    }
    statement().await.unwrap();
    let said = warnings(client, "state-damaged").await;
    assert_eq!(said.len(), PAPERS.len(), "{said:?}");
    for name in PAPERS {
        let aside = if name == "gateway-account" { format!("{name}.damaged-2") } else { format!("{name}.damaged") };
        assert_eq!(std::fs::read_to_string(temp.path().join(&aside)).unwrap(), "nonsense\n");
        assert!(said.iter().any(|text| text.contains(&format!("\"{aside}\""))), "{aside}: {said:?}");
    }
    assert_eq!(std::fs::read_to_string(taken).unwrap(), "of an earlier time");
    assert!(warnings(client, "state-unreadable").await.is_empty());
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_before_the_start_is_not_written_over() {
    let temp = tempfile::tempdir().unwrap();
    let asking = temp.path().join("joining.json");
    std::fs::create_dir(&asking).unwrap();
    let node = start(temp.path()).await;
    assert_eq!(warnings(&node.client, "state-unreadable").await.len(), 1);
    node.stop().await;
    std::fs::remove_dir(&asking).unwrap();
    std::fs::write(&asking, "{\"format\":").unwrap();
    let node = start(temp.path()).await;
    assert_eq!(warnings(&node.client, "state-damaged").await.len(), 1);
    assert_eq!(std::fs::read_to_string(temp.path().join("joining.json.damaged")).unwrap(), "{\"format\":");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_that_is_found_after_the_start_is_said_once_and_left_behind() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    node.found().await;
    node.client.publish(&notice("Bread and broken glass"), None).await.unwrap();
    node.stop().await;
    let journal = temp.path().join("journal");
    let segments = || {
        let all = std::fs::read_dir(&journal).unwrap().map(|e| e.unwrap().path());
        all.filter(|p| p.extension().is_some_and(|e| e == "hgj")).collect::<Vec<_>>()
    };
    // The index has read it, so that the start does not look at it again.
    let before = segments();
    let text = b"Bread and broken glass";
    let mut bytes = std::fs::read(&before[0]).unwrap();
    let at = bytes.windows(text.len()).position(|w| w == text).expect("it is in the journal");
    bytes[at] ^= 1;
    std::fs::write(&before[0], bytes).unwrap();
    let node = start(temp.path()).await;
    let said = async || warnings(&node.client, "journal-damaged").await;
    crate::patience::until("it is said", async || (said().await.len() == 1).then_some(())).await;
    let is_new = async || segments().iter().all(|p| !before.contains(p)).then_some(());
    crate::patience::until("what is whole is elsewhere", is_new).await;
    assert_eq!(said().await.len(), 1);
    node.stop().await;
    let node = start(temp.path()).await;
    assert!(warnings(&node.client, "journal-damaged").await.is_empty(), "it was said");
    assert_eq!(node.client.find(&FindQuery::default()).await.unwrap().total, Some(0));
    node.stop().await;
}
