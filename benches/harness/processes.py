"""Which processes a command starts, counted by strace."""

import collections
import os
import re
import shutil
import subprocess

from .say import fail


def started(command, cwd, env, trace):
    """How often each program was executed, by its file's name. Nothing where strace is not installed."""
    strace = shutil.which("strace")
    if not strace:
        return None
    words = [strace, "-f", "-qq", "-e", "trace=execve", "-e", "signal=none", "-o", trace, *command]
    result = subprocess.run([str(word) for word in words], cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                            capture_output=True, text=True)
    if result.returncode != 0:
        fail(f"`{' '.join(map(str, words))}` ended with {result.returncode}:\n{result.stderr}")
    calls = re.findall(r'execve\("([^"]+)".*= 0$', open(trace).read(), re.MULTILINE)
    return collections.Counter(name(os.path.basename(path)) for path in calls)


def name(program):
    """The runner's name holds a key that means nothing to a reader."""
    return "runner" if re.match(r"glim-runner", program) else program


def shown(programs):
    return ", ".join(f"{count} × {program}" for program, count in sorted(programs.items()))
