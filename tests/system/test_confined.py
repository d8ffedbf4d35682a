"""A workbook is read by a child that can do nothing else."""
import os
import re

import pytest

# What instruments the code asks the system for more than the child may have, so there the filter is left out.
pytestmark = pytest.mark.skipif(os.environ.get("BUILD", "build") == "build/asan", reason="instrumented code is not confined")
DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "school")


def test_what_the_reader_of_a_workbook_asks_of_the_system(centre, tmp_path):
    trace = str(tmp_path / "trace")
    done = centre.run("strace", "-ff", "-o", trace, "vekha-submit", "-c", centre.conf("school-3"), "--lang", "en", "--dry-run", os.path.join(DATA, "plain.xlsx"))
    assert done.returncode in (0, 1) and "1\u00a0234.50" in done.stdout, done.stderr
    traces = sorted(tmp_path.iterdir(), key=lambda path: int(path.suffix[1:]))
    assert len(traces) == 2, "one parent, one child"
    before, shut, after = traces[1].read_text().partition("PR_SET_SECCOMP")
    assert shut and "RLIMIT_AS" in before and "RLIMIT_FSIZE" in before and "PR_SET_NO_NEW_PRIVS" in before
    may = {"write", "brk", "mmap", "munmap", "mremap", "madvise", "getrandom", "exit_group"}
    calls = re.findall(r"^(\w+)\(.*?(= -1 EPERM.*)?$", after, re.M)
    assert "write" in dict(calls) and all(refused for name, refused in calls if name not in may), calls
    assert not re.findall(r"^write\((?!\d+, )", after, re.M) and len(set(re.findall(r"^write\((\d+),", after, re.M))) == 1


def test_a_reader_that_dies_spoils_one_file_only(centre, tmp_path):
    done = centre.run("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=prctl", "-e", "inject=prctl:signal=SIGKILL", "vekha-submit", "-c",
                      centre.conf("school-3"), "--lang", "en", "--dry-run", os.path.join(DATA, "plain.xlsx"))
    assert done.returncode == 1 and "the workbook is damaged" in done.stderr
