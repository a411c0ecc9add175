"""Running a command under the meter, and running several in turn."""

import os
import statistics
import subprocess
from dataclasses import dataclass, field
from typing import Callable

from .say import fail, say


@dataclass(frozen=True)
class Sample:
    """What one command and all its descendants took."""

    wall: float
    cpu: float
    peak: float  # MiB, of the biggest process


@dataclass
class Contender:
    """A command to be measured against others."""

    name: str
    command: list
    cwd: str = "."
    env: dict = field(default_factory=dict)
    before: Callable = None  # not measured; makes what the command needs
    after: Callable = None  # not measured; fails when the command did not do its work
    samples: list = field(default_factory=list)

    def cpu(self):
        return [sample.cpu for sample in self.samples]

    def wall(self):
        return [sample.wall for sample in self.samples]

    def peak(self):
        return max(sample.peak for sample in self.samples)


class Meter:
    """Runs commands under `floor`'s meter."""

    def __init__(self, program, folder, env):
        self.program, self.env = str(program), env
        self.report, self.log = str(folder / "meter.txt"), str(folder / "output.txt")

    def run(self, command, cwd, env=None):
        """Measures a command. One that fails ends everything: its numbers would mean nothing."""
        command = [str(word) for word in command]
        with open(self.log, "wb") as log:
            meter = subprocess.run([self.program, self.report, *command], cwd=cwd, env={**self.env, **(env or {})},
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        if meter.returncode != 0:
            fail(f"the meter failed on `{' '.join(command)}`:\n{self.output()}")
        with open(self.report) as report:
            code, wall, cpu, peak = report.read().split()
        if code != "0":
            fail(f"`{' '.join(command)}` ended with {code} in {cwd}:\n{self.output()}")
        return Sample(float(wall), float(cpu), int(peak) / 1024)

    def output(self):
        """What the last command printed, or its end."""
        with open(self.log, "rb") as log:
            text = log.read().decode(errors="replace")
        return text if len(text) < 6000 else "..." + text[-6000:]

    def contest(self, title, contenders, rounds):
        """Measures all contenders in turn, round by round, since the load of a machine drifts."""
        say(f"{title}: {rounds} rounds of {len(contenders)}")
        for number in range(rounds + 1):
            for contender in contenders:
                if contender.before:
                    contender.before()
                sample = self.run(contender.command, contender.cwd, contender.env)
                if contender.after:
                    contender.after()
                # The first round fills the caches of the machine.
                if number > 0 or rounds == 1:
                    contender.samples.append(sample)
            if rounds == 1:
                break
        return contenders


def median(numbers):
    return statistics.median(numbers)


def ratios(numbers, base):
    """Pair by pair: what was measured in the same round."""
    return [number / other for number, other in zip(numbers, base)]


def differences(numbers, base):
    return [number - other for number, other in zip(numbers, base)]


def load():
    return " ".join(f"{number:.1f}" for number in os.getloadavg())
