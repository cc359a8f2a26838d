//! The name under which somebody publishes to everybody, over the API.

use super::*;

impl Node {
    async fn pen_name(&self, name: &str) -> Result<String, ClientError> {
        self.client.pen_name_set(&PenName { name: name.into() }).await.map(|me| me.pen_name)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_for_strangers_is_chosen_changed_and_taken_back() {
    let temp = tempfile::tempdir().unwrap();
    let ann = start(&temp.path().join("ann")).await;
    assert_eq!(code(ann.pen_name("The gardener").await), Code::NoCommunity);
    ann.found().await;
    assert_eq!(ann.client.identity().await.unwrap().pen_name, "", "none is made up");
    for (typed, kept) in [(" The gardener ", "The gardener"), ("G.", "G."), ("", ""), ("", ""), ("Again", "Again")] {
        assert_eq!(ann.pen_name(typed).await.unwrap(), kept);
        assert_eq!(ann.client.identity().await.unwrap().name, "Ann", "she is called as before");
    }
    assert_eq!(ann.client.person("Ann").await.unwrap().pen_name, "Again", "members see what others see");
    ann.client.group_new(&GroupNew { name: "Food bank".into(), ..GroupNew::default() }).await.unwrap();
    for taken in [&"x".repeat(101)[..], "food BANK", "Riverside "] {
        assert_eq!(code(ann.pen_name(taken).await), Code::Invalid, "{taken}");
    }
    assert_eq!(ann.pen_name("").await.unwrap(), "");
    let withdrawn = ann.client.withdraw_all(true).await.unwrap().withdrawn;
    assert_eq!(withdrawn, 1, "her name alone is left");
    ann.stop().await;
}
