"""The programs that are measured: where they are, how they are built, which version they have."""

import os
import pathlib
import platform
import shutil
import subprocess

from .say import fail, say

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# What of the caller's environment a measured command sees: where the tools are, and nothing that changes what they do.
KEPT = ["PATH", "HOME", "TMPDIR", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "LANG"]


def text_of(command, **more):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    if result.returncode != 0:
        fail(f"`{' '.join(map(str, command))}` failed:\n{result.stdout}{result.stderr}")
    return result.stdout.strip()


def environment(folder):
    """The environment that cargo gives its subcommands: `CARGO` is cargo itself, and no proxy stands before it.

    A measured command is started directly. Were its environment another one, it and `cargo glim` would each find that
    what the other has cached does not hold.
    """
    show = folder / "cargo-glim-environment"
    show.write_text("#!/bin/sh\nenv\n")
    show.chmod(0o755)
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    lines = text_of(["cargo", "glim-environment"], env={**env, "PATH": f"{folder}:{env['PATH']}"}).splitlines()
    given = dict(line.split("=", 1) for line in lines if "=" in line)
    more = {name: given[name] for name in given if name not in ("PATH", "PWD", "OLDPWD", "SHLVL", "_")}
    return {**env, **more, "CARGO_TERM_COLOR": "never"}


def build(cargo, what, arguments, env):
    say(f"building {what}")
    result = subprocess.run([cargo, "build", "--release", *arguments], cwd=REPOSITORY, env=env)
    if result.returncode != 0:
        fail(f"{what} does not compile")


def command(env, target):
    """The command under measurement, as it would be installed."""
    package = ["-p", "cargo-glim", "--bin", "cargo-glim"]
    build(env["CARGO"], "cargo-glim", ["--locked", *package, "--target-dir", target], env)
    return pathlib.Path(target) / "release/cargo-glim"


def floor(env, folder):
    """The floor and the meter."""
    manifest = REPOSITORY / "benches/floor/Cargo.toml"
    build(env["CARGO"], "the floor", ["--locked", "--manifest-path", manifest, "--target-dir", folder], env)
    return folder / "release/floor", folder / "release/meter"


def peer(name):
    """Another tool, where it is installed."""
    found = shutil.which(name)
    if not found:
        say(f"{name} is not on PATH and is left out")
    return found


def machine(env, glim):
    """What the numbers were measured with, one line each."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()} {platform.release()}",
             text_of(["rustc", "--version"], env=env), text_of([env["CARGO"], "--version"], env=env),
             text_of([glim, "--version"], env=env)]
    for name in ("sqlx", "diesel", "refinery"):
        if shutil.which(name):
            lines.append(text_of([name, "--version"], env=env).splitlines()[0])
    return lines
