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
    """Prints what a contest gave, and how each compares with `base`, round by round."""
    pair, show, word = (ratios, factor, "÷") if compare == "ratio" else (differences, seconds, "−")
    header = ["", "CPU", "wall", "peak memory"]
    if base:
        header += [f"CPU {word} {base.name}", f"wall {word} {base.name}"]
    lines = []
    for contender in contenders:
        line = [contender.name, spread(contender.cpu()), spread(contender.wall()), f"{contender.peak():.0f} MiB"]
        if contender is base:
            line += ["", ""]
        elif base:
            line += [spread(pair(contender.cpu(), base.cpu()), show), spread(pair(contender.wall(), base.wall()), show)]
        lines.append(line)
    rows(header, lines)


class Targets:
    """What the numbers are to be, and whether they are."""

    def __init__(self):
        self.lines = []

    def below(self, what, numbers, limit, show=seconds):
        """The median of the numbers is to be at most that."""
        self._line(what, numbers, f"≤ {show(limit)}", median(numbers) <= limit, show)

    def above(self, what, numbers, limit, show=str):
        self._line(what, numbers, f"≥ {show(limit)}", median(numbers) >= limit, show)

    def _line(self, what, numbers, target, met, show):
        shown = spread(numbers, show) if len(numbers) > 1 else show(numbers[0])
        self.lines.append([what, shown, target, "yes" if met else "**no**"])

    def print(self):
        if self.lines:
            print("## Targets\n")
            rows(["", "measured", "target", "met"], self.lines)
