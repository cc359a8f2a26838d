"""Writes recurrence.txt: recurrence rules and the days they fall on, by python-dateutil, an implementation of its own.

Run `python3 recurrence.py > recurrence.txt` with python-dateutil 2.9. The file is frozen; run this only to add rules.
"""

import random
from datetime import datetime

from dateutil.rrule import rrulestr

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
FIXED = [
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;COUNT=10", "FREQ=DAILY;BYMONTH=2", "FREQ=DAILY;UNTIL=20260301",
    "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
    "FREQ=WEEKLY;BYMONTH=6,7,8;BYDAY=SA", "FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=-1",
    "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=1FR", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=MONTHLY;BYDAY=2MO,-1FR", "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU", "FREQ=MONTHLY;BYDAY=5MO", "FREQ=MONTHLY;COUNT=7;BYMONTHDAY=30",
    "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=1,7", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "FREQ=YEARLY;BYDAY=20MO", "FREQ=YEARLY;BYDAY=-1FR",
    "FREQ=YEARLY;BYYEARDAY=1,100,-1", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR",
    "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1SU", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR", "FREQ=YEARLY;BYDAY=MO;BYSETPOS=3,-2", "FREQ=YEARLY;BYMONTH=10;BYDAY=SU;BYSETPOS=-1",
]
STARTS = ["2026-01-01", "2024-02-29", "2026-10-25"]


def random_rule(dice):
    freq = dice.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={freq}"]
    if dice.random() < 0.4:
        parts.append(f"INTERVAL={dice.randint(1, 5)}")
    if dice.random() < 0.2:
        parts.append(f"COUNT={dice.randint(1, 12)}")
    elif dice.random() < 0.2:
        parts.append(f"UNTIL={dice.randint(2026, 2029)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}")
    if dice.random() < 0.3:
        parts.append("BYMONTH=" + ",".join(str(m) for m in sorted(dice.sample(range(1, 13), dice.randint(1, 4)))))
    if freq in ("MONTHLY", "YEARLY") and dice.random() < 0.35:
        parts.append("BYMONTHDAY=" + ",".join(str(dice.choice([-1, 1]) * dice.randint(1, 31)) for _ in range(dice.randint(1, 3))))
    if dice.random() < 0.6:
        nth = freq in ("MONTHLY", "YEARLY") and dice.random() < 0.5
        days = dice.sample(DAYS, dice.randint(1, 3))
        parts.append("BYDAY=" + ",".join((str(dice.choice([-2, -1, 1, 2, 3, 4])) if nth else "") + d for d in days))
    if any(p.startswith("BYDAY") for p in parts) and dice.random() < 0.2:
        parts.append(f"BYSETPOS={dice.choice([-1, 1, 2])}")
    if dice.random() < 0.2:
        parts.append(f"WKST={dice.choice(DAYS)}")
    return ";".join(parts)


def main():
    print("# start | rule | the first forty days up to the end of 2032 and nine years on, by python-dateutil")
    dice = random.Random(2026)
    cases = [(s, r) for r in FIXED for s in STARTS] + [(dice.choice(STARTS), random_rule(dice)) for _ in range(150)]
    for start, rule in cases:
        first = datetime.fromisoformat(start)
        last = min(datetime(2032, 12, 31), datetime.fromordinal(first.toordinal() + 366 * 9 - 1))
        days = []
        for day in rrulestr(rule, dtstart=first).xafter(first, inc=True):
            if day > last or len(days) == 40:
                break
            days.append(day.date().isoformat())
        print(start, rule, " ".join(days), sep=" | ")


main()
