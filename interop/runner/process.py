"""Programs with a time limit, ended together with all that they started."""

import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass

POLL_SECONDS = 0.02
# The exit code of a program that isn't there, as shells give it.
NOT_STARTED = 127


@dataclass
class Ended:
    """How a program ended: its exit code, or None where its time was up."""

    code: int | None
    stdout: str
    stderr: str

    def last_words(self, lines=5):
        return ' '.join(self.stderr.strip().splitlines()[-lines:])


def start(command, folder, **files):
    """A program in a process group of its own, so that `end` finds what it starts."""
    return subprocess.Popen(command, cwd=folder, start_new_session=True, **files)


def end(process):
    """Ends the program and everything in its group. It isn't reaped before, so the group's id is still its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def run(command, folder, seconds):
    """Runs a program to its end, or to the end of its time."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = start(command, folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        except OSError as error:
            return Ended(NOT_STARTED, '', str(error))
        until = time.monotonic() + seconds
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            while not (has_ended := os.waitid(os.P_PID, process.pid, options)) and time.monotonic() < until:
                time.sleep(POLL_SECONDS)
        finally:
            end(process)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors='replace'))
        return Ended(process.returncode if has_ended else None, *texts)
