//! Tables and fields as people fill them in: hours with half of what they mean, and words for nothing.

use super::*;

/// Every half hour of a week in which it is open, as "Mon 09:00-17:00".
fn week(item: &Item) -> Vec<String> {
    let monday = listing::local_ms("2026-11-23", "Europe/London").unwrap();
    let open = |half_hour: u64| {
        let at = At::new("Europe/London", monday + half_hour * 1_800_000).unwrap();
        matches!(listing::open_at(&item.doc, &at), Open::Open { .. })
    };
    let said = |n: u64| format!("{:02}:{:02}", n % 48 / 2, n % 2 * 30);
    let day = |n: u64| ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][(n / 48 % 7) as usize];
    // From one Monday noon to the next, so that a night is one stretch.
    let week = 24..24 + 7 * 48;
    let begins = week.clone().filter(|n| open(*n) && (!open(n - 1) || *n == week.start));
    let ends = |from: u64| (from..).find(|n| !open(*n)).unwrap();
    begins.map(|n| format!("{} {}-{}", day(n), said(n), said(ends(n)))).collect()
}

#[test]
fn hours_written_by_hand_are_the_hours_that_were_meant() {
    let plan = import_file(&fixture("riverside_by_hand.csv"), None).unwrap();
    assert_eq!(plan.quarantined, []);
    let open = |title: &str| week(find(&plan, title)).join(", ");
    assert_eq!(
        open("Bike Kitchen"),
        "Mon 12:00-17:00, Tue 09:00-17:00, Wed 09:00-17:00, Thu 09:00-17:00, Fri 09:00-17:00, Mon 09:00-17:00"
    );
    assert_eq!(open("Toy Library"), "Sat 13:00-15:00");
    assert_eq!(open("Memory Café"), "Wed 09:00-12:00, Wed 13:00-17:00");
    assert_eq!(open("Night Shelter").matches("21:00-07:00").count(), 7);
    // Morning or evening: as words, with advice, and never open.
    let choir = find(&plan, "Evening Choir");
    assert_eq!(open("Evening Choir"), "");
    assert_eq!(listing::open_at(&choir.doc, &at("2026-11-24T20:00")), Open::Unknown);
    assert_eq!(listing::notes(&choir.doc), ["Tue 7-9"]);
    let remarks = plan.remarks.join("\n");
    assert!(remarks.contains("row 5: \"Tue 7-9\" is shown as it stands"), "{remarks}");
    assert!(remarks.contains("write 7am-9am or 7pm-9pm"), "{remarks}");
}

#[test]
fn a_column_for_each_day_is_read_as_well() {
    let plan = import_file(&fixture("riverside_days.csv"), None).unwrap();
    assert_eq!(plan.quarantined, []);
    let open = |title: &str| week(find(&plan, title)).join(", ");
    assert_eq!(
        open("Wenlow Tip"),
        "Mon 12:00-16:00, Tue 08:00-12:00, Tue 13:00-16:00, Sat 10:00-14:00, Mon 08:00-16:00"
    );
    assert_eq!(open("Boat Hire"), "Tue 10:00-17:00, Sat 09:00-12:00");
    assert_eq!(listing::notes(&find(&plan, "Swimming Club").doc), ["Monday 7-9"]);
    let libraries = "Library name,Monday staffed hours,Tuesday staffed hours,Wednesday staffed hours,Year closed\n\
                     Millpond,9-12 & 1-5,9:30 to 4.30,7-9,N/A\n";
    let plan = import_bytes(libraries.as_bytes(), "l.csv", None).unwrap();
    let library = find(&plan, "Millpond Library");
    assert_eq!(
        listing::hours_lines(&library.doc),
        ["Monday 09:00–12:00, 13:00–17:00", "Tuesday 09:30–16:30"],
        "{}",
        library.doc
    );
    assert_eq!(library.doc["hsds"]["status"], "active");
    assert!(plan.remarks[0].contains("write 7am-9am or 7pm-9pm"), "{:?}", plan.remarks);
}

#[test]
fn a_word_for_nothing_is_nothing() {
    let plan = import_file(&fixture("riverside_by_hand.csv"), None).unwrap();
    let titles: Vec<&str> = plan.items.iter().map(|i| i.title.as_str()).collect();
    let want = ["Bike Kitchen", "Toy Library", "Memory Café", "Evening Choir", "None", "Soup Kitchen", "Night Shelter"];
    assert_eq!(titles, want);
    let hsds = |title: &str| &find(&plan, title).doc["hsds"];
    let toys = hsds("Toy Library");
    assert_eq!((&toys["url"], &toys["description"], &toys["phones"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(toys["email"], "toys@riverside.example");
    assert_eq!(hsds("Memory Café")["url"], "http://memory.example");
    // What is free costs nothing, and says so.
    assert_eq!((&hsds("Bike Kitchen")["fees"], &hsds("Memory Café")["fees"]), (&json!("None"), &Value::Null));
    // A bad address costs the address, not the row.
    assert_eq!(hsds("Evening Choir").get("url"), None);
    let band = hsds("None");
    for field in ["url", "email", "fees", "phones", "schedules"] {
        assert_eq!(band.get(field), None, "{field}");
    }
    // Two rows of one place that do not contradict each other are one.
    let soup = hsds("Soup Kitchen");
    assert_eq!((&soup["phones"][0]["number"], &soup["description"]), (&json!("01632 960202"), &json!("Hot soup")));
    let remarks = plan.remarks.join("\n");
    for said in [
        "row 6: it is called \"None\": is that its name?",
        "row 5: \"ask at the door\" is no web address and is left out",
        "\"http://memory.example  http://wenlow.example\" is more than one web address: the first is taken",
        "is more than one mail address",
    ] {
        assert!(remarks.contains(said), "{said}: {remarks}");
    }
    let again = import_file(&fixture("riverside_by_hand.csv"), None).unwrap();
    assert_eq!(again, plan);
}

#[test]
fn fields_of_other_systems_are_read_as_they_were_meant() {
    let plan = import_file(&fixture("riverside_other_systems.json"), None).unwrap();
    assert_eq!(plan.quarantined, []);
    let open = |title: &str| week(find(&plan, title)).join(", ");
    assert_eq!(open("Seed Library"), "Mon 12:00-17:00, Mon 09:00-17:00");
    assert_eq!(open("Wind Band"), "Mon 18:00-20:00");
    assert_eq!(open("Badminton"), "");
    assert_eq!(listing::notes(&find(&plan, "Badminton").doc), ["Monday: 7:00 to 9:00"]);
    let seeds = listing::summary(Kind::SERVICE, &find(&plan, "Seed Library").doc);
    assert_eq!((seeds.url, seeds.phone, seeds.email), (None, None, None));
    let band = listing::summary(Kind::SERVICE, &find(&plan, "Wind Band").doc);
    assert_eq!((band.phone.as_deref(), band.url.as_deref()), (Some("01632 960204"), None));
    let badminton = listing::summary(Kind::SERVICE, &find(&plan, "Badminton").doc);
    assert_eq!((badminton.place.as_deref(), badminton.postcode), (Some("Riverside"), None));
    let remarks = plan.remarks.join("\n");
    for said in [
        "Badminton: 7:00 to 9:00 can be 7am-9am or 7pm-9pm",
        "N/A: it is called \"N/A\"",
        "Warm Hall: 09:00 to 05:00 is taken as until 5am of the next day. If 5pm is meant",
    ] {
        assert!(remarks.contains(said), "{said}: {remarks}");
    }
    // Others are told the hours that were read.
    let dir = tempfile::tempdir().unwrap();
    let report = exported(&plan, dir.path());
    assert!(report.left_out.iter().any(|q| q.reason.contains("two ways")), "{:?}", report.left_out);
    std::fs::remove_file(dir.path().join(export::RECORDS_FILE)).unwrap();
    let strict = import_dir(dir.path(), None).unwrap();
    let schedule = |title: &str| find(&strict, title).doc["hsds"]["schedules"][0].clone();
    let times = |s: Value| (s["opens_at"].clone(), s["closes_at"].clone());
    assert_eq!(times(schedule("Seed Library")), (json!("09:00"), json!("17:00")));
    assert_eq!(times(schedule("Wind Band")), (json!("18:00"), json!("20:00")));
    let badminton = schedule("Badminton");
    assert_eq!((badminton.get("opens_at"), &badminton["notes"]), (None, &json!("Monday: 7:00 to 9:00")));
}
