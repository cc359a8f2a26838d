//! Stopped and started again at once: lock, socket, ports, journal and index are all free, and nothing is said about them.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_in_a_row_without_a_word() {
    let temp = tempfile::tempdir().unwrap();
    let node = start(temp.path()).await;
    node.found().await;
    node.stop().await;
    let port = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for round in 0..10 {
        let client = Client::new(temp.path());
        let options = RunOptions { port: Some(port), ..options(temp.path()) };
        let (notices, mut said) = tokio::sync::mpsc::unbounded_channel();
        let task = tokio::spawn(run(options, move |ready| drop(notices.send(ready.notices.clone()))));
        client.wait_until_serving(Duration::from_secs(20)).await.unwrap();
        assert_eq!(said.recv().await.unwrap(), Vec::<String>::new(), "round {round}");
        let status = client.status().await.unwrap();
        let codes: Vec<&str> = status.warnings.iter().map(|w| w.code.as_str()).collect();
        assert!(!codes.contains(&"port-taken") && !codes.contains(&"index-rebuilt"), "round {round}: {codes:?}");
        client.publish(&notice(&format!("Round {round}")), None).await.unwrap();
        assert_eq!(client.find(&FindQuery::default()).await.unwrap().total, Some(round + 1));
        Node { dir: temp.path().to_owned(), client, task }.stop().await;
    }
}
