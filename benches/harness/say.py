"""Progress on stderr, and the way out. Results go to stdout."""

import sys


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def fail(text):
    say(f"error: {text}")
    sys.exit(1)
