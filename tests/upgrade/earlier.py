"""A version of an earlier commit: its programs, built from the history under build/, and a sandbox of its own with them."""
import copy
import os
import subprocess

from centre import TOP, Centre

BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
PROGRAMS = {"vekhad": "daemon", "vekha-submit": "clients/submit", "vekhactl": "clients/admin", "vekha-agent": "clients/folder"}  # and whereof
NARRATIVES, ROUTES = 12, 16  # migrations: of prose; and that which no daemon from before it works after


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=TOP, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def migrations(commit):
    """Number and content of each migration that a commit has."""
    rows = [line.split() for line in git("ls-tree", commit, "sql/").splitlines()]
    return {int(name[4:7]): blob for _, _, blob, name in rows if name[4:7].isdigit()}


def default_commit():
    """The last commit of the history to which the newest migration was not known."""
    added = git("log", "--first-parent", "--diff-filter=A", "-1", "--format=%H", "--", "sql/[0-9]*.sql")
    return added + "^"


class Earlier:
    def __init__(self, commit):
        self.commit = git("rev-parse", "--short", commit)
        own, now = migrations(self.commit), migrations("HEAD")
        unlike = [number for number in own if own[number] != now.get(number)]
        assert not unlike, "%s: its migrations %s were never part of a schema that can be upgraded" % (commit, unlike)
        self.level = max(own)
        self.top = os.path.join(BUILD, "earlier", self.commit)
        self.build = os.path.join(self.top, "build")

    def make(self):
        git("worktree", "prune")
        if not os.path.isdir(self.top):
            git("worktree", "add", "--detach", self.top, self.commit)
        programs = [os.path.join("build", name) for name, folder in PROGRAMS.items() if os.path.isdir(os.path.join(self.top, folder))]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "BUILD"}
        with open(os.path.join(self.top, "make.log"), "wb") as log:
            done = subprocess.run(["make", "-j2", *programs], cwd=self.top, env=environment, stdout=log, stderr=log)
        assert done.returncode == 0, "%s does not build; see %s" % (self.commit, log.name)


class EarlierCentre(Centre):
    """A centre of that version, by its own sandbox."""

    def __init__(self, earlier, *options):
        self.program = os.path.join(earlier.top, "tests", "sandbox")
        self.environment = dict(os.environ, BUILD=earlier.build)
        super().__init__(*options)

    def newer(self):
        """The same centre, for the programs of today."""
        view = copy.copy(self)
        view.env = dict(self.env, PATH=BUILD + ":" + self.env["PATH"])
        return view
