"""Throw-away PostgreSQL and MariaDB servers with their default durability.

Those of the tests write nothing to disk for certain, and would measure something else. What finds the programs and
makes them run as somebody else than root is shared with them.
"""

import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import tempfile
import time

from .say import fail, say
from .tools import REPOSITORY, text_of


def helper(line):
    """Runs a line of bash with the tests' functions."""
    return text_of(["bash", "-c", f"source tests/servers.bash; {line}"], cwd=REPOSITORY)


class Servers:
    """Both servers, on loopback, with a password of their own."""

    def __init__(self):
        helper("servers_install")
        # Short, and where somebody else than root can go.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glim-bench.", dir="/tmp"))
        self.password, self.running = secrets.token_hex(16), []
        os.chmod(self.folder, 0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        self.ports = {"postgres": helper("servers_free_port"), "mysql": helper("servers_free_port")}
        self.versions = []

    def start(self):
        say("starting PostgreSQL and MariaDB")
        self._postgres()
        self._mysql()
        return self

    def url(self, driver, database):
        return f"{driver}://bench:{self.password}@127.0.0.1:{self.ports[driver]}/{database}"

    def stop(self):
        for process, end in self.running:
            process.send_signal(end)
            process.wait()
        self.running = []
        shutil.rmtree(self.folder, ignore_errors=True)

    def _as_nobody(self, end, line):
        """A shell line as nobody. The tests' function ends in an exec, so that the process is the server itself, and
        sees to it that the server gets that signal when this process dies."""
        return ["bash", "-c", f"source tests/servers.bash; servers_as_nobody {end.name[3:]} {line}"]

    def _run(self, line):
        result = subprocess.run(self._as_nobody(signal.SIGKILL, line), cwd=REPOSITORY, capture_output=True, text=True)
        if result.returncode != 0:
            fail(f"no server data can be made:\n{result.stdout}{result.stderr}")

    def _serve(self, line, end, log, ready):
        with open(log, "wb") as out:
            process = subprocess.Popen(self._as_nobody(end, line), cwd=REPOSITORY, stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=subprocess.STDOUT)
        self.running.append((process, end))
        deadline = time.monotonic() + 60
        while ready not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > deadline:
                fail(f"a server did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    def _postgres(self):
        data, secret = self.folder / "postgres", self.folder / "password"
        secret.write_text(self.password)
        os.chmod(secret, 0o600)
        if os.geteuid() == 0:
            shutil.chown(secret, "nobody")
        # A password in clear text, over loopback: the proof that SCRAM computes costs more than some of what is
        # measured, and is the same for all.
        self._run(f'"$(servers_find initdb)" --pgdata={data} --username=bench --pwfile={secret} --auth=password '
                  "--encoding=UTF8 --locale=C --no-instructions")
        log = self.folder / "postgres.log"
        self._serve(f'"$(servers_find postgres)" -D {data} -k {self.folder} -h 127.0.0.1 -p {self.ports["postgres"]}',
                    signal.SIGQUIT, log, "ready to accept connections")
        self.versions.append(helper('"$(servers_find postgres)" --version'))

    def _mysql(self):
        data, first = self.folder / "mysql", self.folder / "first.sql"
        self._run(f'"$(servers_find mariadb-install-db)" --no-defaults --datadir={data} --tmpdir={self.folder} '
                  "--skip-test-db --auth-root-authentication-method=normal --skip-name-resolve")
        first.write_text("DELETE FROM mysql.global_priv WHERE User = '';\nFLUSH PRIVILEGES;\n"
                         f"ALTER USER root@localhost IDENTIFIED BY '{self.password}';\n"
                         f"CREATE USER bench@'%' IDENTIFIED BY '{self.password}';\nGRANT ALL ON *.* TO bench@'%';\n")
        log = self.folder / "mysql.log"
        self._serve(f'"$(servers_find mariadbd)" --no-defaults --datadir={data} --tmpdir={self.folder} '
                    f"--socket={self.folder}/mysql.socket --pid-file={self.folder}/mysql.pid --init-file={first} "
                    f"--bind-address=127.0.0.1 --port={self.ports['mysql']} --skip-name-resolve",
                    signal.SIGKILL, log, "ready for connections")
        self.versions.append(helper('"$(servers_find mariadbd)" --version'))
