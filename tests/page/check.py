#!/usr/bin/env python3
"""The page on the building's Wi-Fi, as a browser and as other people's programs see it.

A real node serves a made-up town. Chromium opens every screen in both languages, in light and dark: axe-core finds nothing,
nothing is fetched from anywhere else, all of it works without scripts, at 200 % and on a narrow telephone, and from right to
left. The feeds are judged by libraries nobody here wrote: jsonschema with the validator's schemas (Open Referral UK), atoma
and feedparser (Atom), icalendar, and OpenActive's validator (RPDE). At the end no word that was searched for is on the disk.
"""

import importlib.util
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import built  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = built.hedgerow()
CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
# What somebody looks for, and must leave no trace.
SECRET = "zweibelkuchen"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]

bad = []


def check(right, what):
    if not right:
        bad.append(what)


def hedgerow(data, *args):
    ran = subprocess.run([BIN, *args, "--data", data, "--json"], capture_output=True, text=True, timeout=120)
    if ran.returncode != 0:
        sys.exit(f"hedgerow {' '.join(args)}: exit {ran.returncode}\n{ran.stdout}\n{ran.stderr}")
    return json.loads(ran.stdout) if ran.stdout.strip() else None


def fill(data):
    """A town with something on every screen, and something that was there and is gone."""
    hedgerow(data, "community", "new", "Riverside", "--name", "Ann")
    hedgerow(data, "group", "new", "Repair Café")
    for file in ("riverside_directory.json", "riverside_libraries.csv"):
        hedgerow(data, "service", "import", str(ROOT / "node" / "fixtures" / file))
    hedgerow(data, "notice", "new", "--title", "Flood warning for Mill Lane", "--severity", "urgent", "--text",
             "The river may come over the bank tonight.\n\nMove cars and bring pets in.")
    hedgerow(data, "notice", "new", "--title", "High Street closed", "--severity", "warning", "--text", "Gas pipes & <mains>")
    day = lambda ahead: time.strftime("%Y-%m-%d", time.gmtime(time.time() + ahead * 86400))
    hedgerow(data, "event", "new", "--title", "Repair Café", "--start", f"{day(3)}T10:00", "--end", f"{day(3)}T13:00",
             "--place", "Village Hall", "--repeat", "FREQ=WEEKLY", "--text", "Lamps, toasters, bicycles.", "--as", "Repair Café")
    hedgerow(data, "event", "new", "--title", "Winter Fair", "--start", day(9), "--end", day(10), "--place", "School field")
    gone = hedgerow(data, "event", "new", "--title", "Called off", "--start", f"{day(5)}T10:00")
    return hedgerow(data, "page", "on", "--listen", "127.0.0.1:0")["addresses"][0].rstrip("/"), gone["item"]["summary"]["id"]


def get(url, accept="*/*"):
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


# --- programs --------------------------------------------------------------------------------------------------------
def open_referral(base):
    spec = importlib.util.spec_from_file_location("oruk_check", ROOT / "tests" / "oruk" / "check.py")
    oruk = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oruk)
    if not oruk.SCHEMAS.is_dir():
        print("SKIPPED the page's Open Referral UK answers: the schemas are not here (../shared)")
        return
    checked = 0
    lists = {"services": "service", "service_at_locations": "service_at_location", "taxonomies": "taxonomy",
             "taxonomy_terms": "taxonomy_term"}
    check(not oruk.errors_of(oruk.validator(oruk.SCHEMAS / "api_details.json"), json.loads(get(base + "/"))), "/: not as it should be")
    for path, schema in lists.items():
        of_list, of_one = (oruk.validator(oruk.SCHEMAS / f"{schema}{end}.json") for end in ("_list", ""))
        page = json.loads(get(f"{base}/{path}?per_page=20"))
        for number in range(1, page["total_pages"] + 1):
            page = json.loads(get(f"{base}/{path}?per_page=20&page={number}"))
            bad.extend(f"/{path}: {e}" for e in oruk.errors_of(of_list, page)[:3])
            for item in page["contents"]:
                one = json.loads(get(f"{base}/{path}/{item['id']}"))
                bad.extend(f"/{path}/{item['id']}: {e}" for e in oruk.errors_of(of_one, one)[:3])
                checked += 1
    check(checked > 60, f"only {checked} things were there to check")
    print(f"  Open Referral UK: {checked} things and their lists fit the schemas")


def feeds(base):
    import atoma
    import feedparser
    import icalendar

    raw = get(base + "/notices.atom")
    feed, lenient = atoma.parse_atom_bytes(raw), feedparser.parse(raw)
    check(not lenient.bozo and lenient.version == "atom10", f"feedparser says: {lenient.get('bozo_exception')}")
    check({e.title.value for e in feed.entries} == {"Flood warning for Mill Lane", "High Street closed"}, "the notices are not in the feed")
    check(all(e.id_.startswith("urn:uuid:") and e.updated.tzinfo and e.authors for e in feed.entries), "an entry lacks what RFC 4287 asks for")
    check(any("Gas pipes & <mains>" in e.content.value for e in feed.entries), "text came back as something else")
    calendar = icalendar.Calendar.from_ical(get(base + "/events.ics"))
    events = calendar.walk("VEVENT")
    check({str(e["SUMMARY"]) for e in events} == {"Repair Café", "Winter Fair"}, "the events are not in the calendar")
    check(not calendar.errors and not any(e.errors for e in events), "icalendar complains")
    print(f"  Atom: {len(feed.entries)} entries; iCalendar: {len(events)} events")


def rpde(base):
    if not shutil.which("npm"):
        print("SKIPPED the RPDE feeds through OpenActive's validator: npm is not here")
        return
    modules = built.TARGET / "npm" / "node_modules"
    if not (modules / "@openactive" / "rpde-validator").is_dir():
        print("SKIPPED the RPDE feeds through OpenActive's validator: it could not be fetched (tests/tools prepare)")
        return
    walk = lambda *paths: subprocess.run(
        ["node", str(ROOT / "tests" / "page" / "rpde.js"), *[base + p for p in paths]], capture_output=True, text=True, timeout=120,
        env={**os.environ, "NODE_PATH": str(modules)})
    ran = walk("/rpde/events")
    print(ran.stdout.rstrip())
    check(ran.returncode == 0, "OpenActive's validator complains " + ran.stderr[-300:])
    # Nothing was withdrawn among the services, which the validator remarks on: the only thing it may say.
    ran = walk("/rpde/services")
    said = [l for l in ran.stdout.splitlines() if "pages walked" not in l and "no_deleted_items" not in l]
    check(not said, f"OpenActive's validator on services: {said} {ran.stderr[-300:]}")
    check(walk("/services").returncode != 0, "the validator accepts what is no RPDE: this check checks nothing")


# --- a browser -------------------------------------------------------------------------------------------------------
def browser(base):
    if CHROMIUM is None:
        print("SKIPPED the page in a browser: Chromium is not here (apt install chromium)")
        return
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        axe, outside, looked = Axe(), [], 0

        def page_with(**how):
            context = chromium.new_context(**how)
            page = context.new_page()
            page.on("request", lambda r: None if r.url.startswith((base + "/", "data:")) else outside.append(r.url))
            page.on("console", lambda m: bad.append(f"the browser says: {m.text}") if m.type == "error" and "404" not in m.text else None)
            return page

        # Without scripts: from the first screen to an opening time, by what a visitor has.
        page = page_with(java_script_enabled=False, viewport={"width": 1024, "height": 600})
        page.goto(base + "/")
        page.get_by_role("searchbox").fill("library")
        page.get_by_role("button", name="Find").click()
        first = page.locator(".card a").first
        link = first.get_attribute("href")
        first.click()
        check(page.locator(".mark.big").count() == 1 and page.get_by_role("heading", level=1).count() == 1, "no opening time was found")
        page.get_by_role("link", name="Cymraeg").click()
        check(page.locator("html").get_attribute("lang") == "cy", "the language does not change")
        page.get_by_role("link", name="Hysbysiadau").first.click()
        check(page.locator("html").get_attribute("lang") == "cy", "the language is lost on the way")
        page.goto(base + f"/find?q={SECRET}")
        check(page.get_by_text("Nothing here fits").count() == 1, "nothing found is not said")
        page.context.close()

        event = get_link(base, "/events")
        notice = get_link(base, "/notices")
        screens = ["/", "/find", "/find?q=food&open=1", "/find?q=xyzzy", link, event, notice, "/notices", "/events", "/help",
                   "/install", "/poster", "/nowhere"]
        for scheme in ("light", "dark"):
            page = page_with(color_scheme=scheme, viewport={"width": 1024, "height": 600})
            for language in ("en", "cy"):
                for path in screens:
                    page.goto(base + path + ("&" if "?" in path else "?") + f"lang={language}")
                    found = axe.run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
                    for v in found.response["violations"]:
                        bad.append(f"axe, {scheme} {language} {path}: {v['id']} at {v['nodes'][0]['target']}: {v['help']}")
                    looked += 1
            page.context.close()
        # A telephone, a screen of 1024 at 200 %, and the same from right to left: nothing to scroll sideways, nothing cut.
        for width in (320, 512):
            page = page_with(viewport={"width": width, "height": 300})
            for path in screens:
                page.goto(base + path + ("&" if "?" in path else "?") + "lang=cy")
                for direction in ("ltr", "rtl"):
                    page.evaluate("d => { document.documentElement.dir = d }", direction)
                    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
                    check(wide <= room, f"{path} at {width} px {direction} is {wide} px wide")
            page.context.close()
        # By keyboard: the first stop is the way to the main part, and every stop can be seen.
        page = page_with(viewport={"width": 1024, "height": 600})
        page.goto(base + "/")
        page.keyboard.press("Tab")
        check(page.evaluate("document.activeElement.className") == "skip", "the first stop is not the skip link")
        check(page.locator(".skip").bounding_box()["height"] >= 24, "the skip link does not show")
        page.keyboard.press("Enter")
        check(page.evaluate("document.activeElement.id") == "main", "the skip link does not lead to the main part")
        for _ in range(8):
            page.keyboard.press("Tab")
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            check(style != "none", "a stop cannot be seen: " + page.evaluate("document.activeElement.outerHTML")[:100])
        page.context.close()
        # A check that cannot fail is none. The policy of the page itself refuses the planted style, and says so.
        page = chromium.new_context(bypass_csp=True).new_page()
        page.goto(base + "/")
        page.evaluate("document.querySelector('main').innerHTML = '<img src=\"/icon.svg\"><input><p style=\"color:#bbb\">pale</p>'")
        planted = {v["id"] for v in axe.run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]}
        check({"image-alt", "label"} <= planted, f"axe does not see planted faults: {planted}")
        page.context.close()
        chromium.close()
        check(not outside, f"asked of others: {outside[:3]}")
        print(f"  Chromium: {looked} screens through axe-core, {len(screens) * 4} at 200 % and on a telephone, both ways of writing")


def get_link(base, path):
    text = get(base + path, "text/html").decode()
    return "/item/" + text.split('href="/item/')[1].split('"')[0]


def traces(data, said):
    places = [p for p in pathlib.Path(data).rglob("*") if p.is_file() and not p.is_symlink()]
    for place in [*places, said]:
        check(SECRET.encode() not in place.read_bytes(), f"{place.name} holds what somebody looked for")
    check(len(places) > 5 and said.stat().st_size > 0, "there was nothing to look through")
    print(f"  {len(places)} files and the node's words at its most talkative: no trace of what was looked for")


def main():
    room = tempfile.mkdtemp(prefix="hedgerow-page")
    data, said = os.path.join(room, "data"), pathlib.Path(room, "said")
    with open(said, "wb") as out:
        node = subprocess.Popen([BIN, "run", "--data", data, "--port", "0", "--no-multicast", "--bind", "127.0.0.1"],
                                stdout=out, stderr=out, env={**os.environ, "HEDGEROW_LOG": "trace", "RUST_LOG": "trace"})
    try:
        end = time.monotonic() + 30 * built.PATIENCE
        while subprocess.run([BIN, "status", "--data", data], capture_output=True).returncode == 3:
            if time.monotonic() > end:
                sys.exit("the node does not serve")
            time.sleep(0.05)
        base, gone = fill(data)
        get(base + "/rpde/events")
        hedgerow(data, "event", "withdraw", gone)
        for _ in range(30):
            get(base + f"/find?q={SECRET}&near={SECRET}", "text/html")
        get(base + f"/services?search={SECRET}")
        open_referral(base)
        feeds(base)
        rpde(base)
        browser(base)
        hedgerow(data, "page", "off")
        traces(data, said)
        for line in bad[:30]:
            print("  " + line)
        print(f"  {len(bad)} complaints")
        return 1 if bad else 0
    finally:
        node.send_signal(signal.SIGTERM)
        try:
            node.wait(15)
        except subprocess.TimeoutExpired:
            node.kill()
        shutil.rmtree(room, ignore_errors=True)


if __name__ == "__main__":
    # Told to stop, it still takes its node down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("FAILED: told to stop"))
    sys.exit(main())
