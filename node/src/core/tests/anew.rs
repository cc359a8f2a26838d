//! What a wrong clock dated: nothing of it is lost, and nothing is hidden for longer than a minute once the clock is right.

use super::*;
use crate::patience::until;
use hedgerow_protocol::listing;

const DAY: u64 = 86_400_000;
const YEARS: u64 = 5 * 365 * DAY;
/// Nothing may be hidden for longer after a clock was put right.
const A_MINUTE: u64 = 60_000;

/// A computer whose clock is in the hands of the test, and a neighbour's, whose clock is right.
struct Pair {
    _dirs: [tempfile::TempDir; 2],
    town: Town,
    hands: Hands,
    options: CoreOptions,
    /// The neighbour: transport key, signing key, and what they keep.
    transport: SecretKey,
    device: SecretKey,
    person: Id,
    other: Core,
    right: Hands,
}

impl Pair {
    /// Both clocks show this.
    async fn at(unix_ms: u64) -> (Pair, Core) {
        let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let (town, hands, right) = (Town::new(), Hands::at(unix_ms), Hands::at(unix_ms));
        let options = CoreOptions { os_clock: hands.os(), run_clock: hands.run(), ..town.options(dirs[0].path()) };
        let (core, _) = Core::create(options.clone(), town.first.clone()).unwrap();
        let (device, person, records) = town.neighbour(&core.authority(), 20);
        core.arrive(records.clone(), Origin::Bundle).await.unwrap();
        let theirs = CoreOptions {
            device: device.clone(),
            person: Some(person),
            os_clock: right.os(),
            run_clock: right.run(),
            ..CoreOptions::new(dirs[1].path(), town.id(), device.clone())
        };
        let (other, _) = Core::create(theirs, town.first.clone()).unwrap();
        other.arrive(records, Origin::Bundle).await.unwrap();
        let transport = device.transport();
        (Pair { _dirs: dirs, town, hands, options, transport, device, person, other, right }, core)
    }

    /// What is kept of the one goes to the other.
    async fn meet(&self, core: &Core) {
        for (from, to) in [(core, &self.other), (&self.other, core)] {
            let kept: Vec<Record> = [Kind::PROFILE, Kind::SERVICE]
                .into_iter()
                .flat_map(|kind| from.of_kind(kind, false))
                .filter(|r| Source::wire(from, &r.id()).is_some())
                .collect();
            to.arrive(kept, Origin::Bundle).await.unwrap();
        }
    }

    /// A minute goes by for both, and the neighbour has been met.
    async fn a_minute(&self, core: &Core) {
        self.look(core).await;
        self.hands.pass(A_MINUTE);
        self.right.pass(A_MINUTE);
        self.look(core).await;
        self.meet(core).await;
    }

    /// Both look at the clock.
    async fn look(&self, core: &Core) {
        for core in [core, &self.other] {
            core.compact().await.unwrap();
        }
    }

    fn profile(&self, name: &str) -> Draft {
        let body = cbor::doc_to_cbor(&json!({"name": name}));
        Draft::new(self.town.person, Kind::PROFILE, *b"profile", body)
    }

    async fn publish(&self, core: &Core, slot: &str, title: &str) {
        core.publish(vec![self.town.draft(slot, title)]).await.unwrap();
    }

    /// Closes and opens it.
    async fn restart(&self, core: Core) -> Core {
        core.close().await;
        Core::open(self.options.clone()).unwrap().0
    }
}

fn shown(core: &Core) -> Vec<String> {
    let mut all = titles(core, &core.list(Kind::SERVICE, None, None, 100));
    all.sort();
    all
}

fn versions(core: &Core) -> usize {
    core.of_kind(Kind::SERVICE, false).len()
}

#[tokio::test]
async fn five_years_ahead_and_put_right() {
    let (pair, core) = Pair::at(NOW).await;
    pair.publish(&core, "old", "Old").await;
    pair.hands.set(NOW + YEARS);
    core.publish(vec![pair.profile("Ann")]).await.unwrap();
    for title in ["One", "Two", "Three"] {
        pair.publish(&core, "changed", title).await;
    }
    pair.publish(&core, "new", "New").await;
    pair.publish(&core, "old", "Renewed").await;
    pair.publish(&core, "gone", "Gone").await;
    core.publish(vec![Draft::withdrawal(&pair.town.draft("gone", "").address())]).await.unwrap();
    pair.meet(&core).await;
    assert_eq!(shown(&pair.other), ["Old"], "what is dated years ahead waits");
    pair.hands.set(NOW + 1_000);
    pair.a_minute(&core).await;
    for core in [&core, &pair.other] {
        assert_eq!(shown(core), ["New", "Renewed", "Three"]);
        let name = core.slot(&pair.profile("").address());
        let first = name.shown().unwrap().payload().hlc;
        assert!(core.of_kind(Kind::SERVICE, true).iter().all(|r| r.payload().hlc > first), "names first");
        let dates = core.of_kind(Kind::SERVICE, true).into_iter().map(|r| r.payload().hlc.unix_ms() / DAY);
        assert!(dates.into_iter().all(|day| day == NOW / DAY));
        assert_eq!(
            core.slot(&pair.town.draft("gone", "").address()).state,
            hedgerow_protocol::view::SlotState::Withdrawn
        );
    }
    assert_eq!(core.root(), pair.other.root());
    // Once, whatever the clock does next, and after a start with everything read anew.
    let written = versions(&core);
    for _ in 0..3 {
        pair.hands.set(NOW + 3 * DAY);
        pair.a_minute(&core).await;
        pair.hands.set(NOW + A_MINUTE * 5);
        pair.a_minute(&core).await;
    }
    assert_eq!(versions(&core), written);
    core.close().await;
    std::fs::remove_dir_all(pair.options.dir.join("index")).unwrap();
    let core = Core::open(pair.options.clone()).unwrap().0;
    pair.a_minute(&core).await;
    assert_eq!((versions(&core), shown(&core)), (written, shown(&pair.other)));
    // Nor does any of it come back when its time has come.
    for title in ["Three again", "Three at last"] {
        pair.publish(&core, "changed", title).await;
    }
    pair.meet(&core).await;
    pair.right.set(NOW + 350 * DAY);
    pair.hands.set(NOW + 350 * DAY);
    pair.a_minute(&core).await;
    assert_eq!(shown(&pair.other), ["New", "Renewed", "Three at last"]);
}

#[tokio::test]
async fn what_is_changed_before_it_is_said_anew_stays_as_it_was_changed() {
    let (pair, core) = Pair::at(NOW).await;
    pair.hands.set(NOW + YEARS);
    for title in ["One", "Two"] {
        pair.publish(&core, "k", title).await;
    }
    pair.hands.set(NOW);
    pair.publish(&core, "k", "Right").await;
    let written = versions(&core);
    pair.a_minute(&core).await;
    for core in [&core, &pair.other] {
        assert_eq!(shown(core), ["Right"]);
    }
    assert_eq!(versions(&core), written, "it was the last word already");
}

/// A computer without a clock of its own, alone for weeks, started again and again; then it hears what time it is.
#[tokio::test]
async fn without_a_clock_and_alone_for_weeks() {
    let (pair, core) = Pair::at(NOW).await;
    let mut core = core;
    for week in 1..4u64 {
        pair.hands.set(week * 30 * DAY);
        core = pair.restart(core).await;
        pair.publish(&core, &format!("week {week}"), &format!("Week {week}")).await;
        core.publish(vec![pair.profile(&format!("Ann {week}"))]).await.unwrap();
        pair.a_minute(&core).await;
        pair.hands.pass(7 * DAY);
    }
    assert_eq!(shown(&pair.other), [""; 0], "dated 1970, it was over long ago");
    pair.hands.set(NOW + 21 * DAY);
    pair.right.set(NOW + 21 * DAY);
    core = pair.restart(core).await;
    pair.a_minute(&core).await;
    for core in [&core, &pair.other] {
        assert_eq!(shown(core), ["Week 1", "Week 2", "Week 3"]);
        let name = core.slot(&pair.profile("").address());
        assert!(String::from_utf8_lossy(&name.shown().unwrap().payload().body).contains("Ann 3"));
    }
    assert_eq!(core.locals("core/doubt/"), [], "nothing is in doubt any more");
}

/// A notice says in its words until when it is shown: also that was counted from a wrong day.
#[tokio::test]
async fn a_notice_is_shown_for_as_long_as_it_would_have_been() {
    let today = day_of_ms(NOW);
    for wrong in [NOW + YEARS, 100 * DAY] {
        let (pair, core) = Pair::at(NOW).await;
        pair.hands.set(wrong);
        let core = pair.restart(core).await;
        let day = |days: u32| jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(i64::from(days));
        let last = day_of_ms(wrong) + listing::NOTICE_DAYS;
        let doc = json!({"title": "Road closed", "valid_to": day(last).to_string()});
        let notice = Draft::new(pair.town.person, Kind::NOTICE, *b"road", cbor::doc_to_cbor(&doc));
        core.publish(vec![Draft { expires: Some(last), ..notice.clone() }]).await.unwrap();
        pair.hands.set(NOW);
        pair.a_minute(&core).await;
        let view = core.slot(&notice.address());
        let p = view.shown().unwrap().payload();
        let to = cbor::doc_from_cbor(&p.body).unwrap()["valid_to"].as_str().unwrap().to_owned();
        assert_eq!(
            (p.expires, to),
            (Some(today + listing::NOTICE_DAYS), day(today + listing::NOTICE_DAYS).to_string())
        );
    }
}

/// Its neighbours say what time it is, while its own clock stays at 1970.
#[tokio::test]
async fn without_a_clock_among_neighbours() {
    let (pair, core) = Pair::at(NOW).await;
    pair.hands.set(1_000);
    let core = pair.restart(core).await;
    pair.publish(&core, "k", "Alone").await;
    core.note_member_time(&pair.transport.public(), NOW);
    pair.a_minute(&core).await;
    core.note_member_time(&pair.transport.public(), NOW + A_MINUTE);
    pair.a_minute(&core).await;
    assert_eq!((shown(&core), shown(&pair.other)), (vec!["Alone".to_owned()], vec!["Alone".to_owned()]));
}

/// The clock is that of a day after this version was built, and wrong all the same.
#[tokio::test]
async fn five_hundred_days_behind() {
    let later = NOW + 600 * DAY;
    let (pair, core) = Pair::at(later).await;
    pair.publish(&core, "before", "Before").await;
    pair.hands.set(later - 500 * DAY);
    let core = pair.restart(core).await;
    pair.publish(&core, "then", "Then").await;
    pair.publish(&core, "before", "Changed then").await;
    let core = pair.restart(core).await;
    pair.hands.set(later + DAY);
    pair.right.set(later + DAY);
    pair.a_minute(&core).await;
    for core in [&core, &pair.other] {
        assert_eq!(shown(core), ["Changed then", "Then"]);
    }
    assert_eq!(core.root(), pair.other.root());
}

/// Nothing here says that the clock was behind but that it is set: somebody has to agree with how it is then.
#[tokio::test]
async fn behind_and_put_right_by_the_network() {
    let later = NOW + 600 * DAY;
    let (pair, core) = Pair::at(later - 500 * DAY).await;
    pair.publish(&core, "k", "Then").await;
    for hands in [&pair.hands, &pair.right] {
        hands.set(later);
    }
    pair.a_minute(&core).await;
    assert_eq!(versions(&core), 1, "it may be the later time that is wrong");
    core.note_member_time(&pair.transport.public(), later);
    pair.a_minute(&core).await;
    assert_eq!((shown(&core), shown(&pair.other)), (vec!["Then".to_owned()], vec!["Then".to_owned()]));
}

/// A clock that falls behind does not date anew what was dated right, as long as somebody else's words say so.
#[tokio::test]
async fn behind_those_whose_words_are_here_nothing_is_said_anew() {
    let later = NOW + 600 * DAY;
    let (pair, core) = Pair::at(later).await;
    pair.publish(&core, "k", "Mine").await;
    let theirs = Draft::new(pair.person, Kind::SERVICE, *b"theirs", service("Theirs", "Exeter"));
    pair.other.publish(vec![theirs]).await.unwrap();
    pair.meet(&core).await;
    pair.hands.set(later - 30 * DAY);
    let core = pair.restart(core).await;
    pair.a_minute(&core).await;
    assert_eq!(versions(&core), 2);
    pair.hands.set(later);
    pair.a_minute(&core).await;
    assert_eq!((versions(&core), shown(&core)), (2, vec!["Mine".to_owned(), "Theirs".to_owned()]));
    // Their clock was the wrong one, and one of them says so now.
    let wrong = pair.town.record(&pair.device, pair.person, "ahead", "Ahead", later + YEARS, 0);
    core.arrive(vec![wrong], Origin::Bundle).await.unwrap();
    pair.hands.set(later + YEARS);
    pair.look(&core).await;
    pair.publish(&core, "k", "Mine too").await;
    pair.hands.set(later);
    pair.a_minute(&core).await;
    assert_eq!(versions(&core), 4, "theirs is later: this clock may be behind");
    core.note_member_time(&pair.transport.public(), later);
    pair.a_minute(&core).await;
    assert_eq!((versions(&core), shown(&pair.other)), (5, vec!["Mine too".to_owned(), "Theirs".to_owned()]));
}

/// Three people whose clocks are ahead move what is shown; what was written meanwhile is dated right when they are gone.
#[tokio::test]
async fn other_peoples_clocks_date_nothing_anew() {
    let (pair, core) = Pair::at(NOW).await;
    let mut people = Vec::new();
    for n in 30..33 {
        let (device, _, records) = pair.town.neighbour(&core.authority(), n);
        core.arrive(records.clone(), Origin::Bundle).await.unwrap();
        pair.other.arrive(records, Origin::Bundle).await.unwrap();
        people.push(device.transport().public());
    }
    pair.publish(&core, "before", "Before").await;
    for _ in 0..3 {
        for key in &people {
            core.note_member_time(key, (pair.options.os_clock)() - 450 * DAY);
        }
        pair.a_minute(&core).await;
    }
    assert_eq!(versions(&core), 1, "nothing was dated back");
    for key in &people {
        core.note_member_time(key, (pair.options.os_clock)() + 450 * DAY);
    }
    pair.publish(&core, "meanwhile", "Meanwhile").await;
    pair.a_minute(&core).await;
    assert_eq!((versions(&core), shown(&pair.other)), (2, vec!["Before".to_owned()]));
    for _ in 0..12 {
        pair.a_minute(&core).await;
    }
    for core in [&core, &pair.other] {
        assert_eq!(shown(core), ["Before", "Meanwhile"]);
    }
    assert_eq!(versions(&core), 3);
}

/// A network that sets the clock to and fro: a few passes in an hour, and then one when it has come to rest.
#[tokio::test]
async fn a_clock_that_is_set_to_and_fro() {
    let (pair, core) = Pair::at(NOW).await;
    for n in 1..=20 {
        pair.hands.set(NOW + 500 * DAY);
        pair.publish(&core, "k", &format!("Change {n}")).await;
        pair.a_minute(&core).await;
        pair.hands.set(NOW);
        pair.a_minute(&core).await;
    }
    assert_eq!(versions(&core), 20 + 4);
    for _ in 0..70 {
        pair.a_minute(&core).await;
    }
    assert_eq!(versions(&core), 20 + 5);
    for core in [&core, &pair.other] {
        assert_eq!(shown(core), ["Change 20"]);
    }
}

/// One person's three computers, all of them years ahead: they are one voice, and what two of them wrote does not hold up the third.
#[tokio::test]
async fn three_computers_of_one_person() {
    use hedgerow_protocol::authority::Duty;
    use hedgerow_protocol::authority::body::DeviceOffer;
    let (pair, core) = Pair::at(NOW).await;
    let me = pair.town.person;
    for n in [60, 61] {
        let offer = DeviceOffer::sign(&pair.town.id(), &me, &key(n), Duty::Full);
        let list = move |a: &Authority, d: &SecretKey, now| {
            build::device_add(&a.community(), d, build::Place::next(a, &d.public()), me, offer, now)
        };
        let listed = core.publish_authority(list).await.unwrap();
        pair.other.arrive(vec![listed], Origin::Bundle).await.unwrap();
        let record = pair.town.record(&key(n), me, &format!("by {n}"), "Ahead", NOW + YEARS, 0);
        core.arrive(vec![record], Origin::Bundle).await.unwrap();
        core.note_member_time(&key(n).transport().public(), NOW + YEARS);
    }
    core.note_member_time(&core.device(), NOW + YEARS);
    assert_eq!(core.clock(), NOW);
    pair.hands.set(NOW + YEARS);
    pair.look(&core).await;
    pair.publish(&core, "k", "Mine").await;
    pair.hands.set(NOW);
    pair.a_minute(&core).await;
    for core in [&core, &pair.other] {
        assert_eq!(shown(core), ["Mine"]);
    }
}

#[tokio::test]
async fn the_clock_is_looked_at_whatever_else_comes_in() {
    let (pair, core) = Pair::at(NOW).await;
    pair.hands.pass(601_000);
    until("the day is noted", async || {
        core.put_local("a trickle", b"x").await.unwrap();
        core.local("core/day")
    })
    .await;
}
