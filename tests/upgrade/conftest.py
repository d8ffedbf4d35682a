import pytest

from earlier import Earlier, default_commit


def pytest_addoption(parser):
    parser.addoption("--from", default="", help="commits to upgrade from, by spaces; otherwise the last before the newest migration")


def pytest_generate_tests(metafunc):
    if "commit" in metafunc.fixturenames:
        metafunc.parametrize("commit", metafunc.config.getoption("--from").split() or [default_commit()])


@pytest.fixture
def earlier(commit):
    made = Earlier(commit)
    made.make()
    return made
