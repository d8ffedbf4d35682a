"""A synthetic programme on four levels: a country, its regions, their districts, their schools; all in it is synthetic.

Schools are o00000, o00001, …, so many to each district; indicators are i000, i001, …: the first of them have a plan in every
school, and some of these are added up on every level above.
"""
import dataclasses
import os
import subprocess

import zmq


@dataclasses.dataclass(frozen=True)
class World:
    schools: int
    per_district: int = 50
    districts_per_region: int = 20
    indicators: int = 100
    planned: int = 0
    rolled: int = 0

    @property
    def districts(self) -> int:
        return -(-self.schools // self.per_district)

    @property
    def regions(self) -> int:
        return -(-self.districts // self.districts_per_region)

    def organisations(self) -> list[tuple[str, str, str]]:
        """Code, kind and parent, parents first."""
        return ([("country", "department", "")]
                + [("r%03d" % r, "department", "country") for r in range(self.regions)]
                + [("d%04d" % d, "department", "r%03d" % (d // self.districts_per_region)) for d in range(self.districts)]
                + [("o%05d" % o, "school", "d%04d" % (o // self.per_district)) for o in range(self.schools)])


def indicator_text(number: int, rolled: bool) -> str:
    line = '    rolled = {"department"}\n' if rolled else ""
    return ('indicator i%03d {\n    name = "Synthetic indicator %d"\n    project = "bench"\n    kind = "level"\n'
            '    unit = "unit"\n%s}\n' % (number, number, line))


def write_programme(world: World, folder: str, rules: str = "") -> str:
    """Writes the files that vekhactl apply reads; gives the path of the first.  rules: constants of the default rule set."""
    with open(os.path.join(folder, "organisations.csv"), "w", encoding="utf-8") as file:
        file.write("code;name;kind;parent;time_zone\n")
        file.writelines("%s;Synthetic %s;%s;%s;UTC\n" % (code, code, kind, parent)
                        for code, kind, parent in world.organisations())
    path = os.path.join(folder, "programme.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write('organisations = "organisations.csv"\n')
        file.write("rule_set default {\n    %s\n}\n" % rules if rules else "")
        file.write('project bench {\n    name = "Synthetic project"\n}\n')
        file.writelines(indicator_text(i, i < world.rolled) for i in range(world.indicators))
    return path


def plan(centre, world: World) -> None:
    """Plans of last year and this for the first indicators of each school, in one statement: vekhactl apply would take an hour for those of a country."""
    centre.run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-c", """
        INSERT INTO vekha.plan (organisation, indicator, version, basis, starts, ends, shape, base, base_on, target, event,
                                valid_from, recorded_at)
        SELECT o.id, i.id, 1, 'Synthetic plan', year.starts, year.starts + interval '2 years - 1 day', 'linear', 0, year.starts,
               500000, false, year.starts, now()
        FROM vekha.organisation o, vekha.indicator i, (SELECT date_trunc('year', now() - interval '1 year')::date AS starts) year
        WHERE o.code ~ '^o[0-9]{5}$' AND i.code < 'i%03d'""" % world.planned, check=True, timeout=1800)


def shares(world: World, agents: int) -> list[tuple[str, int, int]]:
    """Who speaks for which schools: organisation of the agent, number of the first school, how many.

    One agent in each of the first schools, if they are enough; else agents of districts, for all schools below.
    """
    if agents >= world.schools:
        return [("o%05d" % o, o, 1) for o in range(world.schools)]
    if agents == 1:
        return [("country", 0, world.schools)]
    step = -(-world.schools // agents)
    parts = [(first, min(step, world.schools - first)) for first in range(0, world.schools, step)]
    return [("d%04d" % (first // world.per_district) if (first + n - 1) // world.per_district == first // world.per_district
             else "country", first, n) for first, n in parts]


def enrol(centre, world: World, agents: int, path: str) -> None:
    """Enrols all agents in one statement and writes the file that load reads."""
    rows = [(organisation, first, n) + tuple(key.decode() for key in zmq.curve_keypair())
            for organisation, first, n in shares(world, agents)]
    with open(path, "w", encoding="ascii") as file:
        os.chmod(path, 0o600)
        file.writelines("%s %s %d %d\n" % (public, secret, first, n) for _, first, n, public, secret in rows)
    lines = "".join("%s\t%s\n" % (organisation, public) for organisation, _, _, public, _ in rows)
    script = ("CREATE TEMP TABLE entered (organisation text, public_key text);\nCOPY entered FROM STDIN;\n%s\\.\n"
              "SELECT count(vekha.enrol_agent(organisation, public_key, now())) FROM entered;\n" % lines.replace("\\", "\\\\"))
    subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1"], env=centre.env, input=script, text=True, check=True,
                   stdout=subprocess.DEVNULL)
