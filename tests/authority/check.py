#!/usr/bin/env python3
"""The same histories through the Python model of the authority rules and through ours; every difference is reported.

check.py [--cases N] [--seed N] [--program PATH]. The model is prototypes/authority_model.py in ../shared. Every set of records it looks
at while it tries its own properties (T1 to T11) is looked at by ours too, and wilder ones besides. Where the model is
known to say something else on purpose, it is changed by the few lines in CHANGES; how often that mattered is printed.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import built  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parents[2]
MODEL = HERE.parent / "shared" / "prototypes" / "authority_model.py"
STEWARDS_MAX, PREV_MAX, LIST_MAX = 9, 4, 64

# What ours does on purpose otherwise than the model: (why, [(line of the model, what it becomes)]).
CHANGES = {
    "readmit": ("who was taken out is not let in by a resident, but what they signed within the cut counts, as it does "
                "for those a steward let in", [
        ("            if rev.get(s): continue           # only a steward can re-admit a revoked person\n"
         "            authid[a.id]=(s,d)\n"
         "            active.setdefault(s,d)\n",
         "            authid[a.id]=(s,d)\n"
         "            if not rev.get(s): active.setdefault(s,d)\n")]),
    "roots": ("the roots also seat a set that no quorum approved; two that they chose are none", [
        ("        kids=[]\n        for p in props", "        kids=[]; fit=[]\n        for p in props"),
        ("            if len(appr.get(p.id,set())&cur)", "            fit.append(p)\n            if len(appr.get(p.id,set())&cur)"),
        ("        if not kids: break\n"
         "        if len(kids)>1:\n"
         "            ch=[p for p in kids if len(arbs.get((cid,p.id),()))>=g['r']]\n"
         "            if ch: kids=[min(ch,key=lambda p:p.id)]\n"
         "            else: frozen=kids; break\n",
         "        ch=[p for p in fit if len(arbs.get((cid,p.id),()))>=g['r']]\n"
         "        if len(ch)==1: kids=ch\n"
         "        if not kids: break\n"
         "        if len(kids)>1: frozen=kids; break\n")]),
    "ten": ("ten admits count for each that they rest on, the first by place in the log", [
        ("        for a in admits:\n", "        taken={}\n        for a in sorted(admits,key=lambda a:(place(by,a.id),ORDER[a.id])):\n"),
        ("            s=a['subject']\n            if rev", "            s=a['subject']\n"
         "            taken[src.id]=taken.get(src.id,0)+1\n            if taken[src.id]>10: continue\n            if rev")]),
    "twice": ("who approved two children of one set has no seat while it is split, and nothing signed after that counts", [
        ("    if frozen:\n        for p in frozen: stew",
         "    twice={}\n"
         "    if frozen:\n"
         "        for r in whole(by,complete):\n"
         "            if r.kind=='approve' and r.author in cur and any(r['prop']==p.id for p in frozen): twice.setdefault(r.author,{}).setdefault(r['prop'],[]).append(r.id)\n"
         "        twice={a:[i for x in v.values() for i in x] for a,v in twice.items() if len(v)>1}\n"
         "        stew=stew-set(twice)\n"
         "        for p in frozen: stew"),
        ("        for m in range(j+1,len(ep)):\n",
         "        if not all(r.id in ancc((h,)) for h in twice.get(r.author,())): return False\n"
         "        for m in range(j+1,len(ep)):\n")]),
    "waits": ("a record whose own log is not whole yet neither approves nor settles nor cuts", [
        ("        out,st=set(),[h for h in heads if h in by]\n", "        out,st=set(),[h for h in heads if complete(h)]\n"),
        ("    for r in by.values():\n        if r.kind=='propose'", "    for r in whole(by,complete):\n        if r.kind=='propose'")]),
}
HELPER = ("def whole(by,complete): return [r for r in by.values() if complete(r.id)]\n"
          "def place(by,i): return 1+max([place(by,p) for p in by[i].prev if p in by],default=0)\n")


def load(changes):
    """The model with some changes, and without its last line, which would run it."""
    source = MODEL.read_text()
    body, last = source.rstrip("\n").rsplit("\n", 1)
    assert last.startswith("main("), "the model ends otherwise than it did"
    for name in sorted(changes, key=list(CHANGES).index, reverse=True):
        for old, new in CHANGES[name][1]:
            assert body.count(old) == 1, f"the model has no single line to change for {name}: {old!r}"
            body = body.replace(old, new)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("authority_model", loader=None))
    exec(compile(HELPER + body + "\n", str(MODEL), "exec"), module.__dict__)
    module.MAXDEPTH = 3  # Ours counts from 1 what the model counts from 0.
    module.ORDER = {}
    return module


def fields(record):
    return dict(record.body)


def names_in(record):
    """The ids a record cites besides its log."""
    b = fields(record)
    cuts = b.get("cuts", ())
    flat = [h for _, heads in cuts for h in heads] if record.kind == "propose" else list(cuts)
    one = [b[f] for f in ("epoch", "by", "parent", "prop", "child") if f in b]
    return [*record.prev, *flat, *b.get("after", ()), *one]


class Gatherer:
    """Record sets of one world, and what the model says of each."""

    def __init__(self, base):
        self.base, self.sets, self.genesis, self.strange = base, [], None, 0

    def evaluate(self, recs, genesis):
        recs = list(recs)
        answer = self.base.original(recs, genesis)
        self.genesis = genesis
        self.sets.append((recs, answer))
        return answer

    def world(self):
        """All records in an order in which nothing is cited before it is there, as ours takes them."""
        by = {r.id: r for recs, _ in self.sets for r in recs}
        order, state = [], {}
        for start in sorted(by):
            stack = [start]
            while stack:
                at = stack[-1]
                if state.get(at) == 2 or at not in by:
                    stack.pop()
                elif state.get(at) == 1:
                    state[at] = 2
                    order.append(by[at])
                    stack.pop()
                else:
                    state[at] = 1
                    stack += [c for c in names_in(by[at]) if c in by and state.get(c) is None]
        founding = by[self.genesis]
        order.remove(founding)
        people, out = set(founding["stewards"]), []
        depth = {}  # what an admit's place in the tree is, whatever it says of itself
        for r in order:
            b = fields(r)
            line = {"id": r.id, "kind": r.kind, "author": r.author, "prev": list(r.prev)}
            people |= {r.author} - set(founding["root"])
            if r.kind == "grant":
                depth[r.id] = 0
                after = list(b["after"])
                if len(after) > LIST_MAX:
                    after = [a for a in after if by[a]["subject"] == b["subject"]]
                line |= {"subject": b["subject"], "by": b["epoch"], "after": after}
                people.add(b["subject"])
            elif r.kind == "admit":
                above = depth.get(b["by"])
                depth[r.id] = b["depth"] if above is not None and b["depth"] == above + 1 else None
                people.add(b["subject"])
                on = by.get(b["by"])
                # Ours has no depth to lie about, and what rests on a set is a steward's.
                if above is not None and depth[r.id] is None or on is not None and on.kind in ("genesis", "propose"):
                    line["kind"] = "note"
                    self.strange += 1
                else:
                    line |= {"subject": b["subject"], "by": b["by"], "after": []}
            elif r.kind == "revoke":
                line |= {"subject": b["subject"], "epoch": b["epoch"], "cuts": list(b["cuts"])}
                people.add(b["subject"])
            elif r.kind == "propose":
                parent = by.get(b["parent"])
                leaving = set(parent["stewards"]) if parent is not None and parent.kind in ("genesis", "propose") else set()
                cuts = {s: list(h) for s, h in b["cuts"] if s in leaving}
                line |= {"parent": b["parent"], "stewards": list(b["stewards"]), "cuts": cuts}
                people |= set(b["stewards"])
            elif r.kind == "approve":
                line["prop"] = b["prop"]
            elif r.kind == "arb":
                line |= {"parent": b["parent"], "child": b["child"]}
            assert len(line["prev"]) <= PREV_MAX
            out.append(line)
        number = {line["id"]: n for n, line in enumerate(out)}
        sets = [sorted({number[r.id] for r in recs if r.id != self.genesis}) for recs, _ in self.sets]
        order = {"order": {i: n for i, n in number.items()}}
        return order, {"genesis": self.genesis, "stewards": sorted(founding["stewards"]), "roots": list(founding["root"]),
                       "needed": founding["r"], "names": sorted(people), "records": out, "sets": sets}


def wild(model, rng):
    """A history with everybody lying: forks, second approvals, roots that settle what nobody asked, missing records."""
    w = model.World(rng)
    w.history(rng.randint(3, 30))
    kinds = ["grant", "revoke", "admit", "admit", "propose", "approve", "arb", "note"]
    sitting = sorted(w.epoch[1])
    for _ in range(rng.randint(1, 3)):
        liars = rng.sample(w.people, min(len(w.people), 3)) + rng.sample(sitting, min(len(sitting), 2)) + ["m0", "s0"]
        w.recs |= set(w.junk(liars, kinds, rng.randint(3, 25)))
        # Residents who let others in as they please, cited for what it is, forked or along the log.
        sources = sorted((r for r in w.recs if r.kind in ("grant", "admit")), key=lambda r: r.id)
        for _ in range(rng.randint(0, 14)):
            if not sources:
                break
            on = rng.choice(sources[:3] if rng.random() < .5 else sources)
            deep = 1 if on.kind == "grant" else on["depth"] + 1
            author = on["subject"]
            if author in w.people and rng.random() < .4:
                w.people.append(f"x{rng.randint(0, 30)}")
            new = f"x{rng.randint(0, 30)}" if rng.random() < .7 else rng.choice(w.people)
            sources.append(w.add("admit", author, chain=rng.random() < .6, subject=new, by=on.id, depth=deep))
        if sources and rng.random() < .2:
            # More than one resident may let in.
            on = rng.choice(sources)
            for n in range(rng.randint(9, 13)):
                w.add("admit", on["subject"], chain=rng.random() < .8, subject=f"y{n}", by=on.id,
                      depth=1 if on.kind == "grant" else on["depth"] + 1)
        # Revocations with cuts in the middle of a log, most of them of people who let others in.
        hosts = sorted(r.author for r in w.recs if r.kind == "admit")
        for _ in range(rng.randint(0, 4)):
            p = rng.choice(hosts if hosts and rng.random() < .7 else w.people)
            own = sorted(r.id for r in w.recs if r.author == p)
            cuts = tuple(rng.sample(own, min(len(own), rng.randint(0, 2))) or w.heads.get(p, ()))
            w.add("revoke", rng.choice(sitting), subject=p, epoch=w.epoch[0], cuts=tuple(sorted(cuts)))
        # Children of one set, approved by some, some twice, and roots who may or may not agree.
        for _ in range(rng.randint(0, 3)):
            parent = rng.choice(sorted((r for r in w.recs if r.kind in ("genesis", "propose")), key=lambda r: r.id))
            old = sorted(parent["stewards"])
            out = rng.sample(old, min(len(old) - 1, rng.randint(0, 2)))
            new = sorted(set(old) - set(out) | ({f"s{rng.randint(20, 99)}"} if len(old) < STEWARDS_MAX else set()))
            cuts = [(s, tuple(sorted(rng.sample(own, min(len(own), 2))))) for s in out
                    for own in [sorted(r.id for r in w.recs if r.author == s)]]
            child = w.add("propose", rng.choice(old), chain=False, parent=parent.id, stewards=tuple(new), cuts=tuple(cuts))
            for s in old:
                if rng.random() < .7:
                    w.add("approve", s, chain=rng.random() < .5, prop=child.id)
            for root in ("root0", "root1", "root2"):
                if rng.random() < .3:
                    w.add("arb", root, chain=False, parent=parent.id, child=child.id)
    w.view()
    for _ in range(3):
        # As it is with others, who have not heard of everything yet.
        lost = rng.choice((.02, .07, .2))
        part = {r for r in w.recs if rng.random() > lost} | {w.g}
        model.evaluate(part, w.g.id)


def same(model_answer, ours, genesis):
    chain, stewards, frozen, active = model_answer
    mine = (ours["epoch"] or genesis, ours["number"] + 1, tuple(ours["stewards"]), ours["frozen"], tuple(sorted(ours["active"].items())))
    return mine == (chain[-1], len(chain), stewards, frozen, active)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--cases", type=int, default=2500, help="record sets to compare, at least")
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--program", help="the built example authority_oracle, where it is not beside the program under test")
    args = args.parse_args()
    if not MODEL.exists():
        print("SKIPPED the model of the authority rules: ../shared is not here")
        return
    oracle = subprocess.Popen([args.program or built.example("authority_oracle")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    base = load([])
    base.original = base.evaluate
    change = base.World.change
    # Nine stewards are the most ours takes: a tenth is not asked for.
    def within_nine(w, remove=None, cuts=None, add=None):
        if remove is None and add is None and len(w.epoch[1]) >= STEWARDS_MAX:
            remove = [w.rng.choice(sorted(w.epoch[1]))]
        return change(w, remove, cuts, add)
    base.World.change = within_nine
    everything, alone = load(CHANGES), {name: load([name]) for name in CHANGES}

    started, compared, records, strange, as_is, wrong = time.time(), 0, 0, 0, 0, 0
    mattered = dict.fromkeys(CHANGES, 0)
    splits = removed = seen = 0
    round_ = 0
    while compared < args.cases:
        round_ += 1
        seed = args.seed * 1_000_003 + round_
        gathered = Gatherer(base)
        base.evaluate = gathered.evaluate
        if round_ % 3 == 0:
            # The model's own properties, with everything it looks at on the way. It seeds every trial with its number.
            real, base.random = base.random, argparse.Namespace(Random=lambda _t: random.Random(seed))
            sys.stdout, out = open(os.devnull, "w"), sys.stdout
            try:
                base.main(1)
            finally:
                sys.stdout.close()
                sys.stdout, base.random = out, real
        else:
            wild(base, random.Random(seed))
        order, world = gathered.world()
        oracle.stdin.write(json.dumps(world) + "\n")
        oracle.stdin.flush()
        answers = json.loads(oracle.stdout.readline())
        strange += gathered.strange
        for n, ((recs, plain), ours) in enumerate(zip(gathered.sets, answers, strict=True)):
            everything.ORDER = order["order"]
            changed = everything.evaluate(recs, gathered.genesis)
            compared += 1
            records += len(recs)
            splits += changed[2]
            removed += len(changed[0]) > 1
            seen += len(changed[3])
            if changed == plain:
                as_is += 1
            else:
                for name, model in alone.items():
                    model.ORDER = order["order"]
                    mattered[name] += model.evaluate(recs, gathered.genesis) != plain
            if not same(changed, ours, gathered.genesis):
                wrong += 1
                if wrong <= 5:
                    print(f"DIFFERENT seed {seed}, set {n}, {len(recs)} records\n  model {changed}\n  ours  {ours}")
                    if wrong == 1 and os.environ.get("KEEP"):
                        pathlib.Path(os.environ["KEEP"]).write_text(json.dumps(world))
    oracle.stdin.close()
    oracle.wait()
    print(f"{compared} histories through the model and ours: {wrong} differences "
          f"({records} records, {splits} split, {removed} with a change of stewards, {seen} residents; {time.time() - started:.0f} s)")
    print(f"  {as_is} as the model is; changed on purpose in the others:")
    for name, count in mattered.items():
        print(f"  {count:6} {CHANGES[name][0]}")
    print(f"  {strange} admits that lie about their depth, or rest on a steward set, cannot be written here: notes instead")
    if wrong:
        sys.exit("FAILED: the model and ours differ")


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The model walks sets of names: only with a fixed order is a seed the same history again.
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})
    main()
