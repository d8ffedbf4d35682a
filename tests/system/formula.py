"""A pocket calculator of the tests' own: reads a line of arithmetic as it is printed, and says whether it comes out."""
import math
import re
import statistics
from fractions import Fraction

TOKEN = re.compile(r"\s*(?:(\d[\d\u00a0]*(?:[.,]\d+)?)|(max|min|√|Φ)|([-+−·/();²]))")


class Reader:
    """A sum of products of atoms, as people write them."""

    def __init__(self, text):
        self.tokens, at = [], 0
        text = text.strip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise ValueError("not arithmetic: " + text[at:])
            self.tokens.append(match.group(match.lastindex))
            at = match.end()

    def peek(self):
        return self.tokens[0] if self.tokens else None

    def take(self, *expected):
        if self.peek() in expected:
            return self.tokens.pop(0)
        return None

    def need(self, token):
        assert self.take(token), "expected %s before %s" % (token, self.tokens)

    def sum(self):
        value = self.product()
        while True:
            sign = self.take("+", "-", "−")
            if not sign:
                return value
            value = value + self.product() if sign == "+" else value - self.product()

    def product(self):
        if self.take("-", "−"):
            return -self.product()
        value = self.power()
        while True:
            sign = self.take("·", "/")
            if not sign:
                return value
            value = value * self.power() if sign == "·" else value / self.power()

    def power(self):
        value = self.atom()
        return value * value if self.take("²") else value

    def atom(self):
        name = self.take("max", "min", "√", "Φ")
        if name or self.take("("):
            if name:
                self.need("(")
            values = [self.sum()]
            while self.take(";"):
                values.append(self.sum())
            self.need(")")
            return self.function(name, values)
        return number(self.tokens.pop(0))

    @staticmethod
    def function(name, values):
        if name in ("max", "min"):
            return (max if name == "max" else min)(values)
        if name == "√":
            return Fraction(math.sqrt(values[0]))
        if name == "Φ":
            return Fraction(math.erfc(-float(values[0]) / math.sqrt(2)) / 2)
        return values[0]


def number(text):
    return Fraction(text.replace("\u00a0", "").replace(",", "."))


def evaluate(text):
    reader = Reader(text)
    value = reader.sum()
    assert not reader.tokens, "left over: %s" % reader.tokens
    return value


def places(text):
    """How many decimals a result is shown with."""
    found = re.search(r"[.,](\d+)$", text.strip())
    return len(found.group(1)) if found else 0


def comes_out(line):
    """Whether each side of `name = … = result` gives the next, to the digits shown; how many sides were compared."""
    sides = line.split(" = ")[1:]
    for left, right in zip(sides, sides[1:]):
        unit = Fraction(1, 10 ** places(right))
        if abs(evaluate(left) - number(right) if not right.startswith("-") else evaluate(left) + number(right[1:])) > unit / 2 + unit / 10**4:
            return False, 0
    return True, max(len(sides) - 1, 0)


CHAIN = re.compile(r"-?\d[\d\u00a0]*(?:[.,]\d+)?(?: [≤<] -?\d[\d\u00a0]*(?:[.,]\d+)?)+")


def holds(line):
    """Whether each `a ≤ b < c` in a line is true; how many signs were looked at."""
    signs = 0
    for chain in CHAIN.findall(line):
        parts = re.split(r" ([≤<]) ", chain)
        values = [number(part) if part[0] != "-" else -number(part[1:]) for part in parts[::2]]
        for left, sign, right in zip(values, parts[1::2], values[1:]):
            if not (left <= right if sign == "≤" else left < right):
                return False, 0
            signs += 1
    return True, signs


def theil_sen(points):
    """The median of the slopes between all pairs, and the median deviation of what it leaves from its own median."""
    slopes = [(y2 - y1) / (x2 - x1) for i, (x1, y1) in enumerate(points) for x2, y2 in points[i + 1:]]
    slope = statistics.median(slopes)
    rest = [y - slope * x for x, y in points]
    return slope, statistics.median(abs(r - statistics.median(rest)) for r in rest)
