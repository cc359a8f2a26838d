//! The socket stays where programs look for it.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_somebody_removed_is_made_again() {
    use std::os::unix::fs::PermissionsExt as _;
    // Also where the folder is too long for a socket, and it lies elsewhere.
    for folder in ["short".to_owned(), "x".repeat(120)] {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join(folder);
        std::fs::create_dir(&dir).unwrap();
        let node = start(&dir).await;
        let socket = socket_path(&dir);
        std::fs::remove_file(&socket).unwrap();
        node.client.wait_until_serving(Duration::from_secs(20)).await.expect("reached again");
        let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        // A dead one in its place, as from a restored folder, is replaced; a file that is none stays.
        std::fs::remove_file(&socket).unwrap();
        drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
        node.client.wait_until_serving(Duration::from_secs(20)).await.expect("reached again");
        node.stop().await;
        assert!(!socket.exists());
    }
}
