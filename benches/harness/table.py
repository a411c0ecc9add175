"""Markdown tables, and the targets."""

from .measure import differences, median, ratios


def seconds(number):
    """With three digits, in the unit that fits."""
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        scaled = number * factor
        if abs(scaled) >= 1 or unit == "us":
            digits = 0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2
            return f"{scaled:.{digits}f} {unit}"
    return f"{number} s"


def spread(numbers, show=seconds):
    """The median, and from the smallest to the biggest."""
    return f"{show(median(numbers))} ({show(min(numbers))} – {show(max(numbers))})"


def factor(number):
    return f"{number:.2f}"


def rows(header, lines):
    """Prints a table whose first column is text."""
    print("| " + " | ".join(header) + " |")
    print("|---" + "|---:" * (len(header) - 1) + "|")
    for line in lines:
        print("| " + " | ".join(str(cell) for cell in line) + " |")
    print(flush=True)


def contest(contenders, base=None, compare="ratio"):
    """Prints what a contest gave. `base` is the contender that the others are compared with, pair by pair."""
    base = base or contenders[0]
    pair, show, word = (ratios, factor, "÷") if compare == "ratio" else (differences, seconds, "−")
    header = ["", "CPU", "wall", "peak memory", f"CPU {word} {base.name}", f"wall {word} {base.name}"]
    lines = []
    for contender in contenders:
        line = [contender.name, spread(contender.cpu()), spread(contender.wall()), f"{contender.peak():.0f} MiB"]
        if contender is base:
            line += ["", ""]
        else:
            line += [spread(pair(contender.cpu(), base.cpu()), show), spread(pair(contender.wall(), base.wall()), show)]
        lines.append(line)
    rows(header, lines)


class Targets:
    """What the numbers are to be, and whether they are."""

    def __init__(self):
        self.lines = []

    def below(self, what, value, limit, show=seconds):
        self.lines.append([what, show(value), f"≤ {show(limit)}", "yes" if value <= limit else "**no**"])

    def above(self, what, value, limit, show=str):
        self.lines.append([what, show(value), f"≥ {show(limit)}", "yes" if value >= limit else "**no**"])

    def print(self):
        if self.lines:
            print("## Targets\n")
            rows(["", "measured", "target", "met"], self.lines)
