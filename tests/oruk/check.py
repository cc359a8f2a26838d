#!/usr/bin/env python3
"""Exports a directory as Open Referral UK 3.0 and checks every file with the validator's own schemas.

A third-party library (jsonschema) does the judging. The schemas lie in ../shared, which is not part of this project;
where they are missing the check says that it was skipped. Uses only the command line of `hedgerow`.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import built  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
SCHEMAS = SHARED / "oruk" / "validator-schemas" / "V3.0-UK"
BIN = built.hedgerow()

# What each exported file has to be, by the beginning of its path.
KINDS = [
    ("services/", "service.json"),
    ("services", "service_list.json"),
    ("taxonomy_terms/", "taxonomy_term.json"),
    ("taxonomy_terms", "taxonomy_term_list.json"),
    ("taxonomies/", "taxonomy.json"),
    ("taxonomies", "taxonomy_list.json"),
    ("organizations/", "organization.json"),
    ("organizations", "organization_list.json"),
    ("service_at_locations/", "service_at_location.json"),
    ("service_at_locations", "service_at_location_list.json"),
    ("index", "api_details.json"),
    ("api_details", "api_details.json"),
]


def hedgerow(data, *args):
    ran = subprocess.run([BIN, *args, "--data", data, "--json"], capture_output=True, text=True, timeout=120)
    if ran.returncode != 0:
        sys.exit(f"hedgerow {' '.join(args)}: exit {ran.returncode}\n{ran.stdout}\n{ran.stderr}")
    return json.loads(ran.stdout) if ran.stdout.strip() else None


def validator(schema_path):
    import jsonschema

    schema = json.loads(schema_path.read_text())
    # The files name no dialect; the service schema is written in 2020-12.
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def errors_of(found_validator, document):
    return [f"{'/'.join(map(str, e.path))}: {e.message[:160]}" for e in found_validator.iter_errors(document)]


def main():
    if not SCHEMAS.is_dir():
        print("SKIPPED Open Referral UK validation: the schemas are not here (../shared)")
        return 0
    room = tempfile.mkdtemp(prefix="hedgerow-oruk")
    data, out = os.path.join(room, "data"), os.path.join(room, "out")
    node = subprocess.Popen(
        [BIN, "run", "--data", data, "--port", "0", "--no-multicast", "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 30 * built.PATIENCE
        while subprocess.run([BIN, "status", "--data", data], capture_output=True).returncode == 3:
            if time.monotonic() > end:
                sys.exit("the node does not serve")
            time.sleep(0.05)
        hedgerow(data, "community", "new", "Riverside", "--name", "Ann")
        sources = [
            SHARED / "libraries" / "devon_county_council.csv",
            SHARED / "oruk" / "mocks" / "V3.0-UK-Default" / "service_full.json",
            SHARED / "oruk" / "examples" / "service_full.json",
        ]
        for source in sources:
            report = hedgerow(data, "service", "import", str(source))
            print(f"  {source.name}: {report['new']} new, {report['quarantined_count']} refused")
            again = hedgerow(data, "service", "import", str(source))
            if again["new"] or again["updated"]:
                sys.exit(f"importing {source.name} twice changed something: {again}")
        hedgerow(data, "service", "export", "--format", "oruk", out)
        checked, bad = 0, []
        for path in sorted(pathlib.Path(out).rglob("*.json")):
            name = path.relative_to(out).as_posix()
            schema = next((s for begin, s in KINDS if name.startswith(begin)), None)
            if schema is None:
                bad.append(f"{name}: no schema for a file of this name")
                continue
            document = json.loads(path.read_text())
            # The validator's schema of this one list describes an item of it, not the page.
            documents = document["contents"] if schema == "organization_list.json" else [document]
            bad += [f"{name}: {e}" for d in documents for e in errors_of(validator(SCHEMAS / schema), d)[:3]]
            checked += 1
        if checked < 10:
            bad.append(f"only {checked} files were written")
        # A check that cannot fail is none: a service without its name and its organisation must be refused.
        broken = {"id": "not-a-uuid", "status": 7}
        if not errors_of(validator(SCHEMAS / "service.json"), broken):
            bad.append("the schema accepts nonsense: this check checks nothing")
        print(f"  {checked} files checked, {len(bad)} complaints")
        for line in bad[:20]:
            print("  " + line)
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
