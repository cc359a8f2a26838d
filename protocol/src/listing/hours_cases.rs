//! Hours as people write them, line by line, at each door that the protocol has for them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::hours::{Care, Stretch, read_line};
use super::*;

/// A line and what is read: days and times; "or": it can be meant in two ways; "?": it is not understood.
const LINES: [(&str, &str); 121] = [
    // Neither am nor pm.
    ("Mon-Fri 9-5", "MO,TU,WE,TH,FR 09:00-17:00"),
    ("Mon to Fri 9 till 5", "MO,TU,WE,TH,FR 09:00-17:00"),
    ("Monday to Friday 9 - 5", "MO,TU,WE,TH,FR 09:00-17:00"),
    ("Mon – Fri: 9.30 – 4.30", "MO,TU,WE,TH,FR 09:30-16:30"),
    ("Mon-Fri 9:00-5:00", "MO,TU,WE,TH,FR 09:00-17:00"),
    ("weekdays 10 - 4", "MO,TU,WE,TH,FR 10:00-16:00"),
    ("weekends 10-2", "SA,SU 10:00-14:00"),
    ("Mon 9-12, 1-5", "MO 09:00-12:00, 13:00-17:00"),
    ("Mon 9-12 and 1-5", "MO 09:00-12:00, 13:00-17:00"),
    ("Mon 9-12 1-5", "MO 09:00-12:00, 13:00-17:00"),
    ("Mon 9:00-12:00 & 1:00-5:00", "MO 09:00-12:00, 13:00-17:00"),
    ("Mon 10-12, 12-2", "MO 10:00-12:00, 12:00-14:00"),
    ("Mon 12-2", "MO 12:00-14:00"),
    ("Mon 12-12:30", "MO 12:00-12:30"),
    ("Mon 11-1", "MO 11:00-13:00"),
    ("Mon 1-3", "MO 13:00-15:00"),
    ("Mon 2:00-4:00", "MO 14:00-16:00"),
    ("Mon 5.30-7.30", "MO 17:30-19:30"),
    ("Mon 9-9", "MO 09:00-21:00"),
    ("Mon 8-8", "MO 08:00-20:00"),
    ("Mon 8-1", "MO 08:00-13:00"),
    ("Mon 7-3", "MO 07:00-15:00"),
    ("Mon 9-11", "MO 09:00-11:00"),
    ("Mon 8-12", "MO 08:00-12:00"),
    ("Mon 9-12", "MO 09:00-12:00"),
    ("Mon 10-12:30", "MO 10:00-12:30"),
    ("Mon noon-2", "MO 12:00-14:00"),
    ("Mon 12 noon - 2", "MO 12:00-14:00"),
    // Mornings and evenings are the same in these.
    ("Mon 7-9", "or 7am-9am, 7pm-9pm"),
    ("Mon 6:30-8:00", "or 6:30am-8am, 6:30pm-8pm"),
    ("Mon 8 to 10", "or 8am-10am, 8pm-10pm"),
    ("Mon 4-12", "or 4am-noon, 4pm-midnight"),
    ("Mon 5-1", "or 5am-1pm, 5pm-1am"),
    ("Mon 12-12", "?"),
    // The other spans of the day say which it is.
    ("Mon 10-4, 7-9", "MO 10:00-16:00, 19:00-21:00"),
    ("Mon 12-2, 7-11", "MO 12:00-14:00, 19:00-23:00"),
    ("Mon 7-9, 10-12", "MO 07:00-09:00, 10:00-12:00"),
    ("Mon 7-9, 6-8", "MO 07:00-09:00, 18:00-20:00"),
    ("Mon 2-4, 10-12", "MO 14:00-16:00, 10:00-12:00"),
    ("Mon 7-9, 10pm-11pm", "or 7am-9am, 7pm-9pm"),
    // One mark.
    ("Thu 1-3pm", "TH 13:00-15:00"),
    ("Thu 1 - 3 p.m.", "TH 13:00-15:00"),
    ("Thu 1.30-3.15pm", "TH 13:30-15:15"),
    ("Mon 9-5pm", "MO 09:00-17:00"),
    ("Mon 9:00am-5:00", "MO 09:00-17:00"),
    ("Mon 09:00am-05:00", "MO 09:00-17:00"),
    ("Mon 6:00-8:00pm", "MO 18:00-20:00"),
    ("Mon 9-12pm", "MO 09:00-12:00"),
    ("Mon 11-1pm", "MO 11:00-13:00"),
    ("Mon 10-4pm", "MO 10:00-16:00"),
    ("Mon 9-9pm", "MO 09:00-21:00"),
    ("Mon 7-9am", "MO 07:00-09:00"),
    ("Mon 12-2pm", "MO 12:00-14:00"),
    ("Mon 9am-12", "MO 09:00-12:00"),
    ("Mon 10am-4", "MO 10:00-16:00"),
    ("Mon 1pm-3", "MO 13:00-15:00"),
    ("Mon 8pm-12", "MO 20:00-00:00"),
    ("Mon 8pm-2", "MO 20:00-02:00"),
    ("Mon 10-2am", "MO 22:00-02:00"),
    ("Mon 9-noon", "MO 09:00-12:00"),
    ("Mon 9-midnight", "MO 21:00-00:00"),
    ("Mon 9-12, 1-5pm", "MO 09:00-12:00, 13:00-17:00"),
    ("Mon 9-12am", "or 9am-noon, 9pm-midnight"),
    ("Mon 12-12pm", "?"),
    // Both marks, and the 24-hour clock: as written.
    ("Mon 9am-5pm", "MO 09:00-17:00"),
    ("Mon 9.30am to 4.30pm", "MO 09:30-16:30"),
    ("Mon 930am-430pm", "MO 09:30-16:30"),
    ("Mon 9a-5p", "MO 09:00-17:00"),
    ("Wed 12noon - 2pm", "WE 12:00-14:00"),
    ("Tuesdays 12 noon to 2pm", "TU 12:00-14:00"),
    ("Fri 10pm-2am", "FR 22:00-02:00"),
    ("Fri 8pm-2am", "FR 20:00-02:00"),
    ("Fri 7am-9am", "FR 07:00-09:00"),
    ("Fri midnight-6am", "FR 00:00-06:00"),
    ("Mon-Fri 09:00-17:00", "MO,TU,WE,TH,FR 09:00-17:00"),
    ("Mon-Fri 9:00-17:00", "MO,TU,WE,TH,FR 09:00-17:00"),
    ("Mon-Fri 0900-1700 hrs", "MO,TU,WE,TH,FR 09:00-17:00"),
    ("Mon 07:00-09:00", "MO 07:00-09:00"),
    ("Mon 09-17", "MO 09:00-17:00"),
    ("Mon 8:00-20:00", "MO 08:00-20:00"),
    ("Fri 18:00-02:00", "FR 18:00-02:00"),
    ("Fri 18:00-2:00", "FR 18:00-02:00"),
    ("Fri 21:00-07:00", "FR 21:00-07:00"),
    ("Fri 22:00-02:00", "FR 22:00-02:00"),
    ("Fri 20:00-10:00", "FR 20:00-10:00"),
    ("Fri 14-16, 10-12", "FR 14:00-16:00, 10:00-12:00"),
    ("Fri 11:00-00:30", "FR 11:00-00:30"),
    ("Fri 00:00-24:00", "FR 00:00-24:00"),
    ("Fri 00:00-00:00", "FR 00:00-24:00"),
    ("daily 8-24", "MO,TU,WE,TH,FR,SA,SU 08:00-24:00"),
    ("daily 0:00-24:00", "MO,TU,WE,TH,FR,SA,SU 00:00-24:00"),
    // Two clocks in one line, and what a spreadsheet makes of 9:00 and 5:00.
    ("Mon 13:00-5:00", "or 1pm-5pm, 1pm-5am"),
    ("Mon 2-18", "or 2am-6pm, 2pm-6pm"),
    ("Mon 18-12", "or 6pm-midnight, 6pm-noon"),
    ("Mon 9-12, 4-12:30", "or 4am-12:30pm, 4pm-12:30am"),
    ("Mon 6pm-10am", "MO 18:00-10:00"),
    ("Mon 09:00-05:00", "or 9am-5pm, 9am-5am"),
    ("Mon 10:00-02:00", "or 10am-2pm, 10am-2am"),
    ("Mon 09:00-5:00", "MO 09:00-17:00"),
    // Days.
    ("24/7", "MO,TU,WE,TH,FR,SA,SU 00:00-24:00"),
    ("Open 24 hours, 7 days a week", "MO,TU,WE,TH,FR,SA,SU 00:00-24:00"),
    ("Sat all day", "SA 00:00-24:00"),
    ("9am-5pm Mon-Fri", "MO,TU,WE,TH,FR 09:00-17:00"),
    ("9-5 daily", "MO,TU,WE,TH,FR,SA,SU 09:00-17:00"),
    ("9-5 Mon-Fri, 10-1 Sat", "MO,TU,WE,TH,FR 09:00-17:00 | SA 10:00-13:00"),
    ("Mon 9am-5pm, Sat 10am-1pm", "MO 09:00-17:00 | SA 10:00-13:00"),
    ("Mon-Fri 9-5, Sat 10-1, Sun closed", "MO,TU,WE,TH,FR 09:00-17:00 | SA 10:00-13:00 | SU"),
    ("Weds 10am-4pm", "WE 10:00-16:00"),
    ("Mon, Wed & Fri 9-5", "MO,WE,FR 09:00-17:00"),
    ("Mon/Thurs 9-5", "MO,TH 09:00-17:00"),
    ("every Tuesday 2-4pm", "TU 14:00-16:00"),
    ("1FR,3FR 2-4", "1FR,3FR 14:00-16:00"),
    ("1st Friday 2-4pm", "1FR 14:00-16:00"),
    ("4TH 10:00-12:00", "4TH 10:00-12:00"),
    ("-1FR 2-4", "-1FR 14:00-16:00"),
    // No hours, or no days.
    ("9-5", "?"),
    ("Mon 9", "?"),
    ("Mon closed", "?"),
    ("Mon 13pm-14pm", "?"),
    ("Mon 9-5 (not in August)", "?"),
    ("by appointment", "?"),
];

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn said(line: &str) -> String {
    match read_line(line, Care::Ask) {
        Ok(stretches) => {
            let one = |s: &Stretch| {
                let times: Vec<String> = s.times.iter().map(|(o, c)| format!("{}-{}", clock(*o), clock(*c))).collect();
                format!("{} {}", s.byday, times.join(", ")).trim().to_owned()
            };
            stretches.iter().map(one).collect::<Vec<_>>().join(" | ")
        }
        Err(HoursError::Either { one, other, .. }) => format!("or {one}, {other}"),
        Err(HoursError::Unread(_)) => "?".into(),
    }
}

#[test]
fn hours_as_people_write_them() {
    let wrong: Vec<String> = LINES
        .iter()
        .filter(|(line, want)| said(line) != *want)
        .map(|(line, want)| format!("{line}: {}, not {want}", said(line)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_line_with_two_meanings_is_refused_with_both() {
    let error = schedules(&["Tue 7-9".into()], &None, "x").unwrap_err().to_string();
    assert_eq!(error, "'Tue 7-9' as opening hours can be meant in two ways; write 7am-9am or 7pm-9pm");
    // What is advised is understood.
    for (line, _) in LINES.iter().filter(|(_, want)| want.starts_with("or ")) {
        let Err(HoursError::Either { one, other, .. }) = read_line(line, Care::Ask) else { panic!("{line}") };
        assert!(read_line(&format!("Mon {one}"), Care::Ask).is_ok(), "{one}");
        assert!(read_line(&format!("Mon {other}"), Care::Ask).is_ok(), "{other}");
    }
}

#[test]
fn a_cell_of_one_day() {
    assert_eq!(day_times("10-1 / 2-5.30"), Ok(vec![(600, 780), (840, 1050)]));
    assert_eq!(day_times("Closed"), Ok(vec![]));
    for none in ["", "Mon 9-5", "by appointment", "7-9", "9"] {
        assert!(day_times(none).is_err(), "{none}");
    }
}

fn doc(opens: &str, closes: &str) -> Value {
    json!({"schedules": [{"freq": "WEEKLY", "byday": "MO,TH", "opens_at": opens, "closes_at": closes}]})
}

/// Fields of others: what two of them say together, and what is shown of those that say nothing clear.
#[test]
fn fields_that_say_half_of_the_day_once() {
    for (opens, closes, want) in [
        ("9:00am", "5:00", "09:00–17:00"),
        ("6:00", "8:00pm", "18:00–20:00"),
        ("9:00", "5:00", "09:00–17:00"),
        ("9", "5", "09:00–17:00"),
        ("1:00", "3:00", "13:00–15:00"),
        ("12:00", "2:00", "12:00–14:00"),
        ("09:00", "17:00:00", "09:00–17:00"),
        ("21:00", "07:00", "21:00–07:00"),
        ("07:00", "09:00", "07:00–09:00"),
        ("23:00Z", "01:00Z", "23:00–01:00"),
        ("11:00", "02:00", "11:00–02:00"),
    ] {
        let lines = hours_lines(&doc(opens, closes));
        assert_eq!(lines, [format!("Monday {want}"), format!("Thursday {want}")], "{opens} {closes}");
        assert_eq!(notes(&doc(opens, closes)), [""; 0], "{opens} {closes}");
    }
    let seven = doc("7:00", "9:00");
    let at = At::new("Europe/London", local_ms("2026-11-23T08:00", "Europe/London").unwrap()).unwrap();
    assert_eq!((hours_lines(&seven), open_at(&seven, &at)), (vec![], Open::Unknown));
    assert_eq!(notes(&seven), ["Monday, Thursday: 7:00 to 9:00"]);
    assert!(hours_doubts(&seven)[0].starts_with("7:00 to 9:00 can be 7am-9am or 7pm-9pm"));
    assert!(hours_doubts(&doc("09:00", "05:00"))[0].contains("until 5am of the next day. If 5pm is meant"));
    assert_eq!(hours_doubts(&doc("9:00", "5:00")), [""; 0]);
}

#[test]
fn what_is_tidied_is_read_as_before_by_everybody() {
    assert_eq!(tidy_hours("Mon to Fri 9 till 12, 1 till 5").unwrap(), ["Mon-Fri 9:00-12:00", "Mon-Fri 13:00-17:00"]);
    assert_eq!(tidy_hours("Tue,Sat 7-9am").unwrap(), ["Tue,Sat 07:00-09:00"]);
    assert_eq!(tidy_hours("Sat 10am-2am").unwrap(), ["Sat 10am-2am"]);
    assert_eq!(tidy_hours("1FR 2-4pm").unwrap(), ["1FR 14:00-16:00"]);
    for (line, want) in LINES {
        let Ok(tidied) = tidy_hours(line) else { continue };
        let whole: Vec<_> = tidied.iter().flat_map(|l| read_line(l, Care::Ask).unwrap()).collect();
        let times =
            |stretches: &[Stretch]| -> Vec<(u16, u16)> { stretches.iter().flat_map(|s| s.times.clone()).collect() };
        assert_eq!(times(&whole), times(&read_line(line, Care::Ask).unwrap()), "{line}: {want}");
        let kept: Vec<_> = tidied.iter().flat_map(|l| read_line(l, Care::Kept).unwrap()).collect();
        assert_eq!(kept, whole, "{line}");
    }
}

/// What is signed keeps its meaning, but for the night.
#[test]
fn kept_lines_are_not_asked_about() {
    let times = |line: &str| read_line(line, Care::Kept).map(|s| s[0].times.clone());
    assert_eq!(times("Mon 8-9"), Ok(vec![(480, 540)]));
    assert_eq!(times("Mon 9-5"), Ok(vec![(540, 1020)]));
    assert_eq!(times("Mon 11:00-02:00"), Ok(vec![(660, 120)]));
    assert!(times("Mon 5-1").is_err());
}

/// A time by the clock on the wall: no nought in front, no mark.
fn wall() -> impl Strategy<Value = String> + Clone {
    (1..=12u8, prop_oneof![Just(None), (0..60u8).prop_map(Some)], prop_oneof![Just(':'), Just('.')])
        .prop_map(|(hour, minute, point)| minute.map_or_else(|| hour.to_string(), |m| format!("{hour}{point}{m:02}")))
}

fn spans(clock: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let between = prop_oneof![Just("-"), Just(" - "), Just(" to "), Just("–"), Just(" till ")];
    let after = prop_oneof![Just(", "), Just(" & "), Just(" and "), Just(" ")];
    proptest::collection::vec((clock.clone(), between, clock, after), 1..4).prop_map(|spans| {
        let mut out = String::new();
        for (n, (o, dash, c, sep)) in spans.iter().enumerate() {
            out.push_str(if n == 0 { "" } else { sep });
            out.push_str(&[o.as_str(), dash, c.as_str()].concat());
        }
        out
    })
}

proptest! {
    #[test]
    fn nothing_without_a_mark_is_open_at_night(spans in spans(wall()), opens in wall(), closes in wall()) {
        let by_day = |(o, c): &(u16, u16)| *o >= 360 && (c > o || *c == 0);
        for care in [Care::Ask, Care::Kept] {
            for stretch in read_line(&format!("Mon {spans}"), care).unwrap_or_default() {
                prop_assert!(stretch.times.iter().all(by_day), "{}: {:?}", spans, stretch.times);
            }
        }
        prop_assert!(day_times(&spans).unwrap_or_default().iter().all(by_day), "{}", spans);
        for hour in 0..6 {
            let monday = format!("2026-11-23T{hour:02}:30");
            let at = At::new("Europe/London", local_ms(&monday, "Europe/London").unwrap()).unwrap();
            prop_assert!(!matches!(open_at(&doc(&opens, &closes), &at), Open::Open { .. }), "{opens} {closes}");
        }
    }

    #[test]
    fn what_is_published_says_what_was_read(line in "(Mon|Sat-Mon|2WE) ([0-2]?[0-9]([:.][0-5][0-9])?(am|pm| noon)?(-| to |, )?){2,4}") {
        let Ok(schedules) = schedules(std::slice::from_ref(&line), &None, "x") else { return Ok(()) };
        let read: Vec<_> = read_line(&line, Care::Ask).unwrap().into_iter().flat_map(|s| s.times).collect();
        prop_assert_eq!(schedules.len(), read.len());
        for (schedule, (o, c)) in schedules.iter().zip(read) {
            prop_assert_eq!(clear_times(schedule), Some((clock(o), clock(c))));
        }
    }

    #[test]
    fn hours_of_any_letters_never_panic(line in "\\PC{0,40}", near in "[0-9apmtoMonFri :.,/&-]{0,30}") {
        for line in [&line, &near] {
            let _ = (read_line(line, Care::Ask), read_line(line, Care::Kept), tidy_hours(line), day_times(line));
            let _ = (time_of_day(line), start_and_end(line, &near), start_and_end("9", line));
            let _ = (hours_doubts(&doc(line, "9:00")), notes(&doc("9:00", line)));
        }
    }
}

#[test]
fn a_time_alone_says_which_half_of_the_day_it_is_in() {
    for (text, minutes) in [
        ("18:30", 1110),
        ("6.30pm", 1110),
        ("6:30 p.m.", 1110),
        ("9am", 540),
        ("12am", 0),
        ("07:00", 420),
        ("10:00", 600),
        ("12:15", 735),
        ("0:30", 30),
        ("1830", 1110),
        ("noon", 720),
        ("midnight", 0),
    ] {
        assert_eq!(time_of_day(text), Ok(minutes), "{text}");
    }
    for (text, one, other) in [
        ("7", "7am", "7pm"),
        ("7:30", "7:30am", "7:30pm"),
        ("9.15", "9:15am", "9:15pm"),
        ("10", "10am", "10pm"),
        ("12", "midnight", "noon"),
    ] {
        let Err(HoursError::Either { one: a, other: b, .. }) = time_of_day(text) else { panic!("{text}") };
        assert_eq!((a.as_str(), b.as_str()), (one, other), "{text}");
    }
    for bad in ["", "noonish", "25:00", "13pm", "9:75", "24:00", "9-5", "Mon 9", "9, 10", "soon", "7 7"] {
        assert_eq!(time_of_day(bad), Err(HoursError::Unread(bad.into())), "{bad}");
    }
    assert_eq!(start_and_end("9", "5"), Ok((540, 1020)));
    assert_eq!(start_and_end("7pm", "9"), Ok((1140, 1260)));
    assert_eq!(start_and_end("22:00", "02:00"), Ok((1320, 120)));
    assert_eq!(start_and_end("18:00", "18:00"), Ok((1080, 1080)));
    let Err(HoursError::Either { one, other, .. }) = start_and_end("7", "9") else { panic!() };
    assert_eq!((one.as_str(), other.as_str()), ("7am-9am", "7pm-9pm"));
    assert!(start_and_end("7", "late").is_err());
}
