#!/usr/bin/env python3
"""Reads the frozen calendar of the made-up town with a third-party library and checks that it says what it should.

A test in the node keeps the file equal to what the node writes (`node/src/directory/ics.rs`).
"""

import datetime
import pathlib
import sys

import icalendar

FILE = pathlib.Path(__file__).resolve().parents[2] / "node" / "fixtures" / "riverside_events.ics"


def main():
    calendar = icalendar.Calendar.from_ical(FILE.read_bytes())
    events = {str(e["UID"]).split("@")[0]: e for e in calendar.walk("VEVENT")}
    zones = {str(z["TZID"]): z.to_tz(lookup_tzid=False) for z in calendar.walk("VTIMEZONE")}
    hours = lambda zone, *day: datetime.datetime(*day, 12, tzinfo=zones[zone]).utcoffset().total_seconds() / 3600
    repair, fair, call, sky = (events[k] for k in ("repair", "fair", "call", "utc"))
    checks = [
        ("four events", len(events) == 4),
        ("begins by London's clocks", repair["DTSTART"].dt.isoformat() == "2026-10-10T10:00:00+01:00"),
        ("second Saturdays", repair["RRULE"]["BYDAY"] == ["2SA"]),
        ("ends at a moment in UTC", repair["RRULE"]["UNTIL"][0].isoformat() == "2027-03-13T10:00:00+00:00"),
        ("leaves a day out", repair["EXDATE"].dts[0].dt.date() == datetime.date(2026, 12, 12)),
        ("text comes back", str(repair["SUMMARY"]) == "Repair Café: bring it, mend it; keep it"),
        ("lines come back", str(repair["DESCRIPTION"]).split("\n")[1].startswith("Tea and cake — and")),
        ("whole days end the day after", fair["DTEND"].dt == datetime.date(2027, 7, 5)),
        ("New York", call["DTSTART"].dt.utcoffset() == datetime.timedelta(hours=-5)),
        ("UTC", sky["DTSTART"].dt.isoformat() == "2026-12-14T01:00:00+00:00"),
        ("an hour where no end is said", sky["DTEND"].dt.isoformat() == "2026-12-14T02:00:00+00:00"),
        ("London before and after spring", (hours("Europe/London", 2026, 3, 28), hours("Europe/London", 2026, 3, 30)) == (0, 1)),
        ("London before and after autumn", (hours("Europe/London", 2026, 10, 24), hours("Europe/London", 2026, 10, 26)) == (1, 0)),
        ("New York in October and November", (hours("America/New_York", 2026, 10, 31), hours("America/New_York", 2026, 11, 2)) == (-4, -5)),
    ]
    wrong = [name for name, right in checks if not right]
    print(f"  {len(checks)} things checked, {len(wrong)} wrong" + "".join(f"\n  wrong: {name}" for name in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
