//! What is deleted, and by whose clock. Deleted is what the counts no longer count: it does not come back.

use super::*;
use crate::patience::until;

const DAY: u64 = 86_400_000;
/// The own clock has run for long enough.
const STEADY: u64 = 601_000;

/// A town with one computer that has kept five listings, and three residents with a computer each.
struct Street {
    _dir: tempfile::TempDir,
    hands: Hands,
    options: CoreOptions,
    residents: Vec<SecretKey>,
}

impl Street {
    async fn new() -> (Street, Core) {
        let (dir, town, hands) = (tempfile::tempdir().unwrap(), Town::new(), Hands::at(NOW));
        let options = CoreOptions { os_clock: hands.os(), run_clock: hands.run(), ..town.options(dir.path()) };
        let (core, _) = Core::create(options.clone(), town.first.clone()).unwrap();
        let mut residents = Vec::new();
        for n in 20..23 {
            let (device, _, records) = town.neighbour(&core.authority(), n);
            core.arrive(records, Origin::Bundle).await.unwrap();
            residents.push(device.transport());
        }
        let drafts = (0..5).map(|n| town.draft(&format!("k{n}"), &format!("Library {n}")));
        core.publish(drafts.collect()).await.unwrap();
        (Street { _dir: dir, hands, options, residents }, core)
    }

    /// All residents say that it is so many milliseconds from now.
    fn say(&self, core: &Core, ahead_ms: u64) {
        self.residents
            .iter()
            .for_each(|key| core.note_member_time(&key.public(), (self.options.os_clock)() + ahead_ms));
    }

    /// Lets time go by, until it is one more day, for long enough that it is noted as a day of running.
    async fn run_for_days(&self, core: &Core, days: u64) {
        self.hands.pass(days * DAY - (self.options.os_clock)() % DAY + STEADY);
        let today = day_of_ms((self.options.os_clock)());
        until("the day is noted", async || {
            (core.local("core/day") == Some(today.to_be_bytes().to_vec())).then_some(())
        })
        .await;
    }
}

/// How many listings are kept. Compaction looks at the clock first, so this is what the writer makes of it now.
async fn kept(core: &Core) -> u64 {
    core.compact().await.unwrap();
    core.counts().records - core.counts().authority
}

#[tokio::test]
async fn voices_a_year_ahead_hide_and_delete_nothing_for_good() {
    let (street, core) = Street::new().await;
    street.run_for_days(&core, 1).await;
    street.say(&core, 450 * DAY);
    assert_eq!((kept(&core).await, core.counts().shown), (5, 0));
    // The next day they say so still.
    street.run_for_days(&core, 1).await;
    street.say(&core, 450 * DAY);
    assert_eq!((kept(&core).await, core.counts().shown), (5, 0));
    // Once they are gone all is as it was, at once and after a start.
    street.hands.pass(STEADY);
    assert_eq!((kept(&core).await, core.counts().shown), (5, 5));
    street.say(&core, 450 * DAY);
    assert_eq!((kept(&core).await, core.counts().shown), (5, 0));
    core.close().await;
    let (core, _) = Core::open(street.options.clone()).unwrap();
    assert_eq!((core.counts().shown, kept(&core).await), (5, 5));
    assert_eq!(core.clock_state(), ClockState::Own);
}

#[tokio::test]
async fn strangers_and_one_person_alone_have_no_say() {
    let (street, core) = Street::new().await;
    for n in 40..44 {
        core.note_member_time(&key(n).public(), NOW + 450 * DAY);
    }
    assert_eq!(core.clock(), NOW);
    core.note_member_time(&street.residents[0].public(), NOW + 450 * DAY);
    assert_eq!((core.clock(), core.counts().shown), (NOW, 5));
}

/// Three computers that only store are no three people.
#[tokio::test]
async fn equipment_has_no_voice() {
    use hedgerow_protocol::authority::Duty;
    use hedgerow_protocol::authority::body::DeviceOffer;
    let (street, core) = Street::new().await;
    let me = street.options.person.unwrap();
    for n in 0..4u8 {
        let found = move |a: &Authority, d: &SecretKey, now| build::found_group(a, d, &[me], &[], [n; 16], now);
        let group = core.publish_authority(found).await.unwrap().id();
        let offer = DeviceOffer::sign(&street.options.community, &group, &key(50 + n), Duty::Store);
        core.publish_authority(move |a, d, now| build::group_device_add(a, d, group, offer, now)).await.unwrap();
        let transport = key(50 + n).transport().public();
        assert_eq!(core.authority().by_transport(&transport).map(|m| m.role), Some(Role::Node));
        core.note_member_time(&transport, NOW + 450 * DAY);
    }
    assert_eq!((core.clock(), core.counts().shown), (NOW, 5));
}

#[tokio::test]
async fn a_clock_that_starts_behind_and_is_put_right_deletes_nothing() {
    let (street, core) = Street::new().await;
    // A computer without a clock of its own starts seventy days behind.
    street.hands.set(NOW - 70 * DAY);
    street.say(&core, 70 * DAY);
    assert_eq!(core.clock(), NOW);
    street.hands.set(NOW);
    assert_eq!(core.clock(), NOW, "not seventy days ahead");
    street.run_for_days(&core, 1).await;
    street.run_for_days(&core, 1).await;
    assert_eq!((kept(&core).await, core.counts().shown), (5, 5));
}

#[tokio::test]
async fn a_clock_that_is_set_far_ahead_deletes_nothing_until_somebody_agrees_and_a_day_has_passed() {
    let (street, core) = Street::new().await;
    street.run_for_days(&core, 1).await;
    for _ in 0..2 {
        street.hands.set((street.options.os_clock)() + 450 * DAY);
        street.hands.pass(STEADY);
        assert_eq!((kept(&core).await, core.counts().shown), (5, 0));
    }
    street.hands.pass(DAY);
    assert_eq!(kept(&core).await, 5);
    core.note_member_time(&street.residents[0].public(), (street.options.os_clock)());
    assert_eq!((kept(&core).await, kept(&core).await), (5, 5), "nor on that day");
    let today = day_of_ms((street.options.os_clock)());
    assert_eq!(core.local("core/day"), Some(today.to_be_bytes().to_vec()));
    street.hands.pass(DAY);
    assert_eq!(kept(&core).await, 0);
}

#[tokio::test]
async fn what_is_over_is_deleted_on_the_second_day_and_one_clock_that_is_behind_puts_it_off() {
    let (street, core) = Street::new().await;
    street.run_for_days(&core, 1).await;
    for _ in 0..8 {
        street.run_for_days(&core, 56).await;
    }
    assert_eq!((kept(&core).await, core.counts().shown), (5, 0));
    // The day on which they were found to be over passes, but all the time a resident says that it is earlier.
    for _ in 0..300 {
        core.note_member_time(&street.residents[0].public(), NOW);
        street.hands.pass(DAY / 288);
    }
    let noted = core.local("core/day");
    assert_eq!((kept(&core).await, core.local("core/day")), (5, noted));
    street.hands.pass(STEADY);
    assert_eq!(kept(&core).await, 0);
}
