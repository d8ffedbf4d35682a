"""The power goes after every call that vekha-agent makes for a dropped file: in the end the file lies in its place with its report, and each of its
submissions is stored once."""
import datetime
import itertools
import os
import random
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

import platter
import spoolfile
from centre import Centre
from recorder import record

SEED = int(os.environ.get("SEED", "1"))
REPLAYS = int(os.environ.get("N", "60"))
AT_ONCE = 4
LOSSES = {"none": platter.keep_none, "all": platter.keep_all, "some": platter.keep_some}
DAYS = [datetime.date(2026, 10, 31) - datetime.timedelta(days) for days in range(600)]
TABLE = ("показатель;период;значение\r\n" + "".join("consultations;%s;%d\r\n" % (day, i) for i, day in enumerate(DAYS))).encode()
PARCELS = 2  # submissions that it becomes


def conf_with(centre, folder):
    path = os.path.join(folder, "submit.conf")
    with open(centre.conf("school-3"), encoding="utf-8") as source, open(path, "w", encoding="utf-8") as own:
        os.fchmod(own.fileno(), 0o600)
        own.writelines(line for line in source if not line.startswith("spool"))
        own.write("spool = 'top/spool'\nfolder = 'top/in'\n")
    return path


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("recorded"))
    top, centre = os.path.join(folder, "top"), Centre()
    os.makedirs(os.path.join(top, "in"))
    with open(os.path.join(top, "in", "figures.csv"), "wb") as file:
        file.write(TABLE)
    try:
        code, found = record(["vekha-agent", "-c", conf_with(centre, folder), "--once"], top, os.path.join(folder, "trace"), centre.env)
    finally:
        centre.close()
    assert code == 0
    return top, found


def replay(centre, recorded, case, folder):
    """Builds one folder and starts vekha-agent on it; what is wrong with what it does, or None."""
    (top, calls), (number, (length, loss)) = recorded, case
    place = os.path.join(folder, str(number))
    os.mkdir(place)
    left = platter.Platter(top, calls[:length], {os.path.join(top, "in", "figures.csv"): TABLE}, journal=True)
    left.spill(LOSSES[loss](random.Random("%d %d" % (SEED, number))), os.path.join(place, "top"))
    done = centre.run("vekha-agent", "-c", conf_with(centre, place), "--lang", "en", "--once")
    fault = judge(done, os.path.join(place, "top"))
    if fault is None:
        shutil.rmtree(place)
    return fault and "%s; after %d calls, the last %s, loss %s, in %s: %s" % (fault, length, calls[length - 1][:2], loss, place, done.stderr)


def judge(done, top):
    spool, shelves = os.path.join(top, "spool"), os.path.join(top, "in")
    tables = [name for name in spoolfile.names(shelves, "accepted") if not name.endswith(".txt")]
    if done.returncode != 0 or any(spoolfile.names(spool, name) for name in ("new", "refused", "bad", "dockets")):
        return "exit %d, something is left half done" % done.returncode
    if spoolfile.names(shelves, "sending") or spoolfile.names(shelves, "refused") or os.path.exists(os.path.join(shelves, "figures.csv")):
        return "the file is not in its place"
    if len(tables) != 1 or spoolfile.names(shelves, "accepted") != [tables[0], tables[0] + ".txt"]:
        return "not one file and its report: %s" % spoolfile.names(shelves, "accepted")
    with open(os.path.join(shelves, "accepted", tables[0]), "rb") as file:
        if file.read() != TABLE:
            return "the file is another"
    sent = spoolfile.names(spool, "sent")
    if len(sent) != PARCELS or not all(spoolfile.read(os.path.join(spool, "sent", name))[1] for name in sent):
        return "%d submissions, or one without a receipt" % len(sent)
    return None


@pytest.mark.timeout(180 + 6 * REPLAYS)
def test_a_dropped_file_survives_power_loss(fresh, calls, tmp_path):
    """Every prefix with every loss, if there are as many replays."""
    rng, (_, all_calls) = random.Random(SEED), calls
    cases = list(itertools.product(range(len(all_calls) + 1), LOSSES))
    drawn = [case for _ in range(-(-REPLAYS // len(cases))) for case in rng.sample(cases, len(cases))][:REPLAYS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        faults = list(filter(None, pool.map(lambda case: replay(fresh, calls, case, str(tmp_path)), enumerate(drawn))))
    assert not faults, "%d of %d: %s" % (len(faults), REPLAYS, "\n".join(faults[:5]))
    assert fresh.number("SELECT count(*) FROM vekha.figure") == len(DAYS)
    assert fresh.number("SELECT count(*) FROM vekha.figure_history") == 0
    fresh.settled()
    fresh.check_invariants()
    print("seed %d: %d replays of %d calls, every prefix: %s" % (SEED, REPLAYS, len(all_calls), len({k for k, _ in drawn}) > len(all_calls)))
