import os
import sys

import pytest

TESTS = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(TESTS)
for folder in ("crash", "system"):
    sys.path.insert(0, os.path.join(TESTS, folder))
sys.path.insert(0, os.path.join(TOP, os.environ.get("BUILD", "build"), "proto"))

from centre import Centre  # noqa: E402


@pytest.fixture(scope="module")
def centre():
    """A centre in real time, shared by the tests of one file; each test uses keys of its own."""
    made = Centre()
    yield made
    made.close()


@pytest.fixture
def fresh():
    """A centre for one test alone, which may break it."""
    made = Centre()
    yield made
    made.close()


@pytest.fixture(scope="module")
def autumn():
    """A centre that lives in September 2020."""
    made = Centre("--now", "2020-09-25T06:00:00Z")
    yield made
    made.close()
