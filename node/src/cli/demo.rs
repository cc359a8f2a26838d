//! `hedgerow demo`: four computers on this one, each a process of its own, read only through their APIs.
//!
//! Every sentence that claims something is checked before it is said; if it is not true the demo fails. Nothing stays.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use clap::Args;
use hedgerow_api::*;
use hedgerow_protocol::bundle::{Event as Piece, Reader, Writer};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Lane;
use hedgerow_protocol::record::Record;
use tokio::process::{Child, Command};

use super::{Cx, Fail, Outcome};

const DIRECTORY: &str = include_str!("../../fixtures/riverside_directory.json");
const LIBRARIES: &str = include_str!("../../fixtures/riverside_libraries.csv");

/// How long a thing may take before the demo says that it did not happen.
const PATIENCE: Duration = Duration::from_secs(15);

/// Show on this computer how four computers share a directory: together, cut off, and by stick. Leaves nothing behind.
///
/// Example: hedgerow demo
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Demo {
    /// Lose one record on the stick, to see that the demo notices.
    #[arg(long, hide = true)]
    test_drop_one: bool,
}

/// One computer of the demo.
struct Computer {
    name: &'static str,
    data: PathBuf,
    client: Client,
    process: Option<Child>,
}

/// The folder of the demo; taken away with all that is in it.
struct Stage(PathBuf);

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Demo {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let path = std::env::temp_dir().join(format!("hedgerow-demo-{}", std::process::id()));
        std::fs::create_dir(&path).map_err(|e| Fail::file(&path, &e))?;
        let stage = Stage(path);
        let names = ["library", "resident", "group", "donated", "stranger"];
        let mut computers = names.map(|n| Computer::new(n, &stage.0));
        let began = Instant::now();
        let told = tokio::select! {
            told = tell(cx, &mut computers, self.test_drop_one) => told,
            _ = tokio::signal::ctrl_c() => Err(Fail::failed("The demo was stopped.", "", "")),
        };
        for computer in &mut computers {
            computer.stop().await;
        }
        drop(stage);
        told?;
        let took = began.elapsed().as_secs_f64();
        cx.out.say(&format!("All of this was checked, and took {took:.0} seconds. The five computers are gone again."));
        if cx.out.json {
            cx.out.raw(&serde_json::json!({"schema": "hedgerow.demo/1", "ok": true, "seconds": took}).to_string());
        }
        cx.out.next("hedgerow up   to start your own");
        Ok(0)
    }
}

/// The story.
async fn tell(cx: &Cx, all: &mut [Computer; 5], drop_one: bool) -> Result<(), Fail> {
    let say = |text: String| {
        if !cx.out.json {
            cx.out.raw(&hedgerow_api::clean::line(&text));
        }
    };
    for computer in all.iter_mut() {
        computer.start().await?;
    }
    let [library, resident, group, donated, stranger] = all;
    say("Four computers start: one in a library, a resident's, a group's, and a donated one in the village hall."
        .into());

    let new = CommunityNew {
        name: "Riverside".into(),
        time_zone: Some("Europe/London".into()),
        my_name: "Lena at the library".into(),
        accept_newcomers: false,
    };
    library.client.community_new(&new).await?;
    say("Lena at the library starts a community and calls it Riverside.".into());
    for (computer, name) in [(&*resident, "Rob"), (&*group, "Gita"), (&*donated, "Village hall")] {
        let ticket = library.client.invite(&InviteNew::default()).await?.ticket;
        let joined = computer.client.join(&Join { ticket: ticket.clone(), my_name: name.into() }).await?;
        claim(joined.community.name == "Riverside", format!("{name} is in Riverside"))?;
        let again = stranger.client.join(&Join { ticket, my_name: "Somebody else".into() }).await;
        let used = matches!(again, Err(ClientError::Problem(Problem { code: Code::InviteUsed, .. })));
        claim(used, format!("the invite of {name} works only once"))?;
    }
    for computer in [&*library, &*resident, &*group, &*donated] {
        until(computer, "knows all four people", async |c| Ok(c.people().await?.people.len() == 4)).await?;
    }
    say("Three more join, each with an invite of their own. Trying an invite a second time is refused.".into());

    let mut count = 0;
    for (name, text) in [("riverside_libraries.csv", LIBRARIES), ("riverside_directory.json", DIRECTORY)] {
        let how = ImportQuery { name: name.into(), ..ImportQuery::default() };
        let report = library.client.import(&how, text.as_bytes().to_vec()).await?;
        claim(report.new > 0, format!("there is something new in {name}"))?;
        let again = library.client.import(&how, text.as_bytes().to_vec()).await?;
        claim(again.new + again.updated == 0, "importing a second time changes nothing")?;
        count += report.new;
    }
    let expected = listed(&library.client).await?;
    for computer in [&*resident, &*group, &*donated] {
        until(computer, "shows the whole directory", async |c| Ok(listed(c).await? == expected)).await?;
    }
    say(format!(
        "The library publishes its directory: {count} listings. Seconds later all four computers show the same."
    ));

    let at = |time: &str| FindQuery {
        text: "library".into(),
        kinds: "service".into(),
        at: Some(time.into()),
        open_now: true,
        ..FindQuery::default()
    };
    let day = resident.client.find(&at("2026-12-01T10:00")).await?.items;
    let open = |i: &ItemSummary| i.opening.as_ref().is_some_and(|o| o.state == OpenState::Open);
    claim(!day.is_empty() && day.iter().all(open), "a library is open on a Tuesday at ten")?;
    let night = resident.client.find(&at("2026-12-01T03:00")).await?.items;
    claim(night.is_empty(), "no library is open at three at night")?;
    say(format!(
        "Rob looks for a library that is open on Tuesday at ten, and finds {}. At three at night he finds none.",
        day[0].title
    ));

    library
        .client
        .group_new(&GroupNew {
            name: "Repair café".into(),
            description: "We mend things together.".into(),
            ..GroupNew::default()
        })
        .await?;
    library.client.group_add("Repair café", &GroupAdd { person: "Gita".into(), admin: true }).await?;
    until(group, "may write for the group", async |c| {
        Ok(c.status().await?.me.is_some_and(|me| me.groups.iter().any(|g| g.name == "Repair café")))
    })
    .await?;
    let event = EventDraft {
        title: "Bring what is broken".into(),
        start: "2026-12-05T10:00".into(),
        end: Some("2026-12-05T13:00".into()),
        repeat: Some("FREQ=MONTHLY;BYDAY=1SA".into()),
        place: "Village hall".into(),
        ..EventDraft::default()
    };
    let event = publish(group, Draft::Event(event), Some("Repair café")).await?;
    until(resident, "sees the event", async |c| {
        Ok(c.item(&event).await.is_ok_and(|i| i.summary.publisher == "Repair café"))
    })
    .await?;
    claim(resident.client.withdraw(&event, None, false).await.is_err(), "Rob cannot withdraw what the group wrote")?;
    say("Gita publishes an event for the Repair café. Rob sees who wrote it; he cannot take it down.".into());

    donated.stop().await;
    let gone = publish(resident, notice("Lost cat", "She is black and answers to Tilly."), None).await?;
    let kept = publish(library, notice("New opening hours", "See the door."), None).await?;
    until(library, "has the notice about the cat", async |c| Ok(c.item(&gone).await.is_ok())).await?;
    resident.client.withdraw(&gone, None, false).await?;
    until(library, "knows that the cat is back", async |c| Ok(c.item(&gone).await.map_or(true, |i| i.withdrawn)))
        .await?;
    donated.start().await?;
    let here = donated.client.status().await?;
    claim(here.linked() == 0, "the computer in the hall is on its own")?;
    claim(donated.client.item(&kept).await.is_err(), "the computer in the hall has missed the news")?;
    claim(listed(&donated.client).await?.len() == expected.len(), "the computer in the hall kept what it had")?;
    say("The computer in the hall is cut off. Meanwhile one notice is written and another taken down. It still shows all it had.".into());

    let have = donated.client.bundle_have().await?;
    let mut stick = library.client.bundle_export(have).await?;
    let size = stick.len();
    if drop_one {
        let community = library.client.community().await?.id;
        stick = without_one(&community, &stick)?;
    }
    let report = donated.client.bundle_import(stick, false).await?;
    claim(report.new > 0 && report.refused_count == 0 && report.damaged == 0, "the stick can be read")?;
    claim(
        root(&donated.client).await? == root(&library.client).await?,
        "the computer in the hall holds the same as the library",
    )?;
    say(format!(
        "Somebody carries a stick over from the library, with only what is missing: {size} bytes. Now both hold the same."
    ));

    let heating = publish(donated, notice("The heating works again", "Come in."), None).await?;
    let address = library.client.status().await?.addresses.into_iter().next().unwrap_or_default();
    donated.client.neighbour_add(&NeighbourAdd { address }).await?;
    for computer in [&*library, &*resident, &*group] {
        until(computer, "has the news from the hall", async |c| Ok(c.item(&heating).await.is_ok())).await?;
    }
    let same = root(&library.client).await?;
    for computer in [&*resident, &*group, &*donated] {
        until(computer, "holds the same as the library", async |c| Ok(root(c).await? == same)).await?;
    }
    say("The cable goes back in. What was written in the hall reaches everybody, and all four hold the same again."
        .into());

    let private = Publish {
        draft: notice("For members", "Our key is under the stone."),
        as_group: None,
        audience: Audience::Community,
        dry_run: false,
    };
    library.client.publish(&private, None).await?;
    let address = library.client.status().await?.addresses.into_iter().next().unwrap_or_default();
    stranger.client.neighbour_add(&NeighbourAdd { address }).await?;
    until(stranger, "hears of the community", async |c| {
        Ok(c.nearby().await?.communities.iter().any(|c| c.name == "Riverside"))
    })
    .await?;
    let all = FindQuery { limit: Some(200), ..FindQuery::default() };
    let page = stranger.client.nearby_public("Riverside", &all).await?;
    let sees = |title: &str| page.items.iter().any(|i| i.title == title);
    claim(sees("New opening hours") && sees(&day[0].title), "a stranger reads what is public")?;
    claim(!sees("For members"), "a stranger does not read what is for members")?;
    claim(stranger.client.status().await?.community.is_none(), "the stranger has not joined")?;
    say(format!(
        "A stranger passes by and reads {} things without joining: what is public, and nothing else.",
        page.items.len()
    ));
    Ok(())
}

impl Computer {
    fn new(name: &'static str, stage: &Path) -> Self {
        let data = stage.join(name);
        Computer { name, client: Client::new(&data), data, process: None }
    }

    async fn start(&mut self) -> Result<(), Fail> {
        let program = std::env::current_exe().map_err(|e| Fail::file("hedgerow".as_ref(), &e))?;
        let mut command = Command::new(&program);
        command.arg("run").arg("--data").arg(&self.data);
        // Only this machine, any port, and nothing that reaches a real network.
        command.args(["--port", "0", "--no-multicast", "--bind", "127.0.0.1"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.kill_on_drop(true).process_group(0);
        self.process = Some(command.spawn().map_err(|e| Fail::file(&program, &e))?);
        self.client.wait_until_serving(PATIENCE).await?;
        Ok(())
    }

    /// Asks it to stop, and makes sure.
    async fn stop(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let _ = self.client.stop().await;
        if tokio::time::timeout(PATIENCE, process.wait()).await.is_err() {
            let _ = process.kill().await;
        }
    }
}

fn claim(is_true: bool, what: impl std::fmt::Display) -> Result<(), Fail> {
    if is_true {
        return Ok(());
    }
    Err(Fail::failed(
        format!("The demo says: {what}. That is not true."),
        "Something does not work as it should on this computer.",
        "Please report it with what was printed above.",
    ))
}

/// Waits until a computer answers a question with yes.
async fn until(at: &Computer, what: &str, ask: impl AsyncFn(&Client) -> Result<bool, ClientError>) -> Result<(), Fail> {
    let end = Instant::now() + PATIENCE;
    loop {
        if ask(&at.client).await? {
            return Ok(());
        }
        if Instant::now() >= end {
            return claim(false, format!("the computer \"{}\" {what}", at.name));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Address and version of everything a computer shows.
async fn listed(client: &Client) -> Result<Vec<(String, String)>, ClientError> {
    let mut all = Vec::new();
    let mut find = FindQuery { kinds: "service".into(), limit: Some(200), ..FindQuery::default() };
    loop {
        let page = client.find(&find).await?;
        all.extend(page.items.into_iter().map(|i| (i.slot, i.id)));
        find.cursor = page.next;
        if find.cursor.is_none() {
            break;
        }
    }
    all.sort();
    Ok(all)
}

async fn root(client: &Client) -> Result<Option<String>, ClientError> {
    Ok(client.status().await?.root)
}

fn notice(title: &str, text: &str) -> Draft {
    Draft::Notice(NoticeDraft { title: title.into(), text: text.into(), ..NoticeDraft::default() })
}

async fn publish(at: &Computer, draft: Draft, as_group: Option<&str>) -> Result<String, ClientError> {
    let publish = Publish { draft, as_group: as_group.map(str::to_owned), audience: Audience::Public, dry_run: false };
    Ok(at.client.publish(&publish, None).await?.item.summary.id)
}

/// The bundle again, short of its last content record.
fn without_one(community: &str, bundle: &[u8]) -> Result<Vec<u8>, Fail> {
    let wrong = |e: &dyn std::fmt::Display| Fail::failed("The stick could not be tampered with.", e.to_string(), "");
    let community: Id = community.parse().map_err(|e| wrong(&e))?;
    let mut reader = Reader::new(&community);
    reader.push(bundle);
    reader.end();
    let (mut records, mut day) = (Vec::new(), 0);
    while let Some(piece) = reader.next_event().map_err(|e| wrong(&e))? {
        match piece {
            Piece::Header(header) => day = header.day,
            Piece::Records(wires) => {
                for wire in wires {
                    records.push(Record::from_wire(&community, &wire).map_err(|e| wrong(&e))?);
                }
            }
            _ => {}
        }
    }
    let dropped = records.iter().rposition(|r| r.lane() == Lane::Content);
    let mut out = Vec::new();
    let sink = |bytes: &[u8]| {
        out.extend_from_slice(bytes);
        Ok::<(), std::convert::Infallible>(())
    };
    let Ok(mut writer) = Writer::new(&community, day, sink);
    for (n, record) in records.iter().enumerate() {
        if Some(n) != dropped {
            let Ok(()) = writer.add(record);
        }
    }
    let Ok(_) = writer.finish();
    Ok(out)
}
