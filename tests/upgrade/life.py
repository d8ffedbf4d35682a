"""Some weeks of a town, played by the programs of whatever version a centre has: figures of every state, replaced, withdrawn and
refused ones, prose, alerts taken in hand, letters sent and one that cannot be.  What a version does not know yet is left out."""
import os

from centre import wait_for

UNKNOWN = (2, 64)  # exit codes of a program that is asked for something it does not have
QUEUES = ("SELECT count(*) FROM vekha.submission WHERE pending", "SELECT count(*) FROM vekha.reassessment", "SELECT count(*) FROM vekha.follower",
          "SELECT count(*) FROM vekha.reporting_queue", "SELECT count(*) FROM vekha.inbox WHERE answered_at IS NULL",
          "SELECT count(*) FROM vekha.mention WHERE outbox IS NULL AND dropped_at IS NULL AND due_at <= '{now}'",
          "SELECT count(*) FROM vekha.assessment a WHERE a.reassess_on <= vekha.today_of(a.organisation, '{now}', NULL)")
UNTRIED = "SELECT count(*) FROM vekha.outbox WHERE sent_at IS NULL AND dead_at IS NULL AND attempts = 0"


def tables(centre):
    return {row[0] for row in centre.sql("SELECT relname FROM pg_class WHERE relnamespace = 'vekha'::regnamespace AND relkind IN ('r', 'p')")}


class Life:
    def __init__(self, centre, examples):
        self.centre, self.examples, self.left_out = centre, examples, []
        self.tables = tables(centre)

    def rest(self):
        """Until nothing waits but for a day to come."""
        queues = [query for query in QUEUES if query.split("vekha.")[1].split()[0] in self.tables]
        wait_for(lambda: not any(self.centre.number(query.format(now=self.centre.clock())) for query in queues), 90, "assessment")
        wait_for(lambda: not self.centre.number(UNTRIED), 90, "all messages")

    def look(self, done, *what):
        """Some things are to be refused; a program that breaks is not."""
        if done.returncode in UNKNOWN:
            self.left_out.append(" ".join(what))
        assert done.returncode in (0, 1, *UNKNOWN), done.stdout + done.stderr

    def submit(self, organisation, *arguments):
        self.look(self.centre.submit(organisation, *arguments), "vekha-submit", *arguments)

    def ctl(self, *arguments):
        self.look(self.centre.ctl(*arguments), "vekhactl", *arguments)

    def day(self, moment):
        self.rest()
        self.centre.sandbox("now", moment)
        self.rest()

    def table(self, organisation, name):
        path = os.path.join(self.examples, name)
        if os.path.exists(path):
            self.submit(organisation, path, "--yes")

    # --- what happens, day by day ---

    def play(self):
        self.september()
        self.day("2020-10-01T05:00:00Z")
        self.first_of_october()
        self.day("2020-11-09T05:00:00Z")
        self.november()
        self.day("2020-12-01T05:00:00Z")
        self.december()
        self.rest()

    def september(self):
        for organisation, name in (("bogotol", "figures.csv"), ("bogotol", "narratives.csv"), ("school-3", "school-3.csv"),
                                   ("school-4", "school-4.csv")):
            self.table(organisation, name)
        self.submit("school-3", "--narrative", "families", "--period", "2020-09", "--text", "Контракты готовятся")
        self.submit("school-3", "--narrative", "families", "--period", "2020-09", "--text", "Контракты заключены", "--cause", "Торги", "--measure", "Письмо")
        plans = os.path.join(self.examples, "autumn-plans.csv")
        if os.path.exists(plans):
            self.ctl("plan", "import", plans)

    def first_of_october(self):
        self.submit("school-3", "consultations", "130", "--period", "2020-9M", "--as-of", "2020-09-30", "--note", "без выездных")
        self.submit("school-4", "consultations", "47", "--period", "2020-9M", "--as-of", "2020-09-30", "--author", "Завуч")
        self.submit("bogotol", "contract-money", "3580418,00", "--period", "2020-09-30")
        self.submit("school-4", "consultations", "no_data", "--period", "2020-08")
        self.submit("school-4", "unheard-of", "1", "--period", "2020-09")
        self.rest()
        for alert in self.centre.sql("SELECT id FROM vekha.alert WHERE closed_at IS NULL ORDER BY id LIMIT 1"):
            self.ctl("ack", alert[0], "--measure", "ещё две группы", "--until", "2020-10-20")
        self.ctl("silence", "school-4", "consultations", "--until", "2020-10-05", "--reason", "проверка")
        self.ctl("agent", "enrol", "school-4")

    def november(self):
        self.submit("school-3", "consultations", "146", "--period", "2020-10")
        self.submit("school-3", "consultations", "146", "--period", "2020-10")  # the same again
        self.submit("school-4", "delivery-panels", "done", "--period", "2020-11-05")
        self.submit("school-4", "delivery-laptops", "in_progress", "--period", "2020-11-05", "--expected", "2020-11-20")
        self.ctl("submit", "school-4", "consultations", "12", "--period", "2020-10", "--author", "Директор, по телефону")
        self.ctl("query", "school-3", "consultations", "--period", "2020-10", "--text", "С выездными?")
        self.ctl("query", "school-4", "consultations", "--period", "2020-10", "--text", "Почему мало?")

    def december(self):
        self.submit("school-3", "consultations", "180", "--period", "2020-10", "--note", "учтён журнал выездных консультаций")
        self.submit("school-4", "consultations", "--withdraw", "--period", "2020-08")
        watch = ("watch", "--agent", self.centre.conf("bogotol"), "--after", "0", "--count", "1")
        self.look(self.centre.run("vekhactl", *watch), "vekhactl", *watch)
        self.rest()
        self.centre.sandbox("stop", "mailbox")
        self.submit("school-3", "consultations", "120", "--period", "2020-10", "--note", "пересчитано")
        wait_for(lambda: self.centre.number("SELECT count(*) FROM vekha.outbox WHERE last_error IS NOT NULL"), 90, "a letter that cannot be sent")
