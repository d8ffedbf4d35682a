"""The power goes after every call that vekha-submit makes: what it had called «queued» is sent once, and nothing that was damaged is."""
import hashlib
import itertools
import os
import random
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

import platter
import spoolfile
from centre import Centre
from recorder import record

SEED = int(os.environ.get("SEED", "1"))
REPLAYS = int(os.environ.get("N", "60"))
AT_ONCE = 6  # most of the time is waiting
LOSSES = {"none": platter.keep_none, "all": platter.keep_all, "some": platter.keep_some, "lie": platter.keep_some}
REPORTS = (
    ("--wait", "0", "consultations", "5", "--period", "2025-01"),
    ("--wait", "0", "--narrative", "families", "--period", "2025-01", "--text", "Контракты заключены"),
    ("--wait", "0", "contract-money", "3580418,00", "--period", "2025-02"),
    ("--send",),
    ("consultations", "7", "--period", "2025-03"),
)


def conf_with(centre, folder, spool):
    path = os.path.join(folder, "submit.conf")
    with open(centre.conf("school-3"), encoding="utf-8") as source, open(path, "w", encoding="utf-8") as own:
        os.fchmod(own.fileno(), 0o600)
        own.writelines(line for line in source if not line.startswith("spool"))
        own.write('spool = "%s"\n' % spool)
    return path


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """Every call of a school's first day, in its folder that is new itself, against a centre of that day alone."""
    folder = str(tmp_path_factory.mktemp("recorded"))
    top, centre, found = os.path.join(folder, "top"), Centre(), []
    os.mkdir(top)
    try:
        conf = conf_with(centre, folder, os.path.join(top, "vekha", "spool"))
        for number, report in enumerate(REPORTS):
            code, more = record(["vekha-submit", "-c", conf, "--lang", "en", *report], top, os.path.join(folder, "trace%d" % number), centre.env)
            assert code == (75 if "0" in report else 0)
            found += more
    finally:
        centre.close()
    return top, found


def told(calls):
    said = b"".join(call.more for call in calls if call.kind == "say").decode()
    return set(re.findall(r"^queued ([0-9a-f-]{36}),", said, re.M))


def lie(rng, spool):
    """A disk that says it has, and has not: one file of the queue is damaged though it was synced."""
    names = spoolfile.names(spool, "new")
    if not names:
        return set()
    name = rng.choice(names)
    path = os.path.join(spool, "new", name)
    with open(path, "r+b") as file:
        data = file.read()
        at = rng.randrange(len(data)) if data else 0
        file.seek(at)
        file.write(bytes([data[at] ^ (1 << rng.randrange(8))]) if data else b"")
        if rng.random() < 0.5:
            file.truncate(at)
    return {name}


def replay(centre, recorded, case, folder):
    """Builds one folder and starts vekha-submit on it; what is wrong with what it does, or None."""
    (top, calls), (number, (length, loss)) = recorded, case
    rng = random.Random("%d %d" % (SEED, number))
    place = os.path.join(folder, str(number))
    spool = os.path.join(place, "top", "vekha", "spool")
    os.mkdir(place)
    platter.Platter(top, calls[:length]).spill(LOSSES[loss](rng), os.path.join(place, "top"))
    damaged = lie(rng, spool) if loss == "lie" else set()
    conf = conf_with(centre, place, spool)
    done = centre.run("vekha-submit", "-c", conf, "--lang", "en", "--wait", "20", "--send")
    fault = judge(done, spool, told(calls[:length]), damaged)
    if fault is None:
        shutil.rmtree(place)
    return fault and "%s; after %d calls, the last %s, loss %s, in %s: %s" % (fault, length, calls[length - 1][:2], loss, place, done.stderr)


def judge(done, spool, queued, damaged):
    sent, bad = set(spoolfile.names(spool, "sent")), set(spoolfile.names(spool, "bad"))
    if done.returncode != 0 or spoolfile.names(spool, "new") or spoolfile.names(spool, "refused"):
        return "exit %d, not everything was sent" % done.returncode
    if not queued <= sent | damaged:
        return "queued and lost: " + " ".join(queued - sent - damaged)
    if bad != damaged or not all(name in done.stderr for name in bad):
        return "damaged, but not set aside and told"
    if not all(spoolfile.read(os.path.join(spool, "sent", name))[1] for name in sent):
        return "sent without a receipt"
    return None


@pytest.mark.timeout(120 + 3 * REPLAYS)
def test_queued_survives_power_loss(fresh, calls, tmp_path):
    """Every prefix with every loss, if there are as many replays; the centre knows none of it before."""
    rng, (_, all_calls) = random.Random(SEED), calls
    cases = list(itertools.product(range(len(all_calls) + 1), LOSSES))
    drawn = [case for _ in range(-(-REPLAYS // len(cases))) for case in rng.sample(cases, len(cases))][:REPLAYS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        faults = list(filter(None, pool.map(lambda case: replay(fresh, calls, case, str(tmp_path)), enumerate(drawn))))
    assert not faults, "%d of %d: %s" % (len(faults), REPLAYS, "\n".join(faults[:5]))
    check_stored(fresh, all_calls)
    print("seed %d: %d replays of %d calls, every prefix: %s" % (SEED, REPLAYS, len(all_calls), len({k for k, _ in drawn}) > len(all_calls)))


def check_stored(centre, calls):
    """Bytes as they were written, of submissions that were queued, and no others."""
    sums = {}
    for call in calls:
        if call.kind == "write" and "/tmp/" in call.path:
            sums.setdefault(os.path.basename(call.path), []).append(hashlib.sha256(call.more).hexdigest())
    rows = dict(centre.sql("SELECT id, encode(sha256, 'hex') FROM vekha.submission"))
    assert set(rows) == told(calls) and all(rows[id] in sums[id] for id in rows)
    centre.settled()
    centre.check_invariants()
