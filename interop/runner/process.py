"""Programs with a time limit, ended together with all that they started."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass

POLL_SECONDS = 0.02
# All that run, to be ended if this program is.
RUNNING = set()
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
    process = subprocess.Popen(command, cwd=folder, start_new_session=True, **files)
    RUNNING.add(process)
    return process


def end(process):
    """Ends the program and everything in its group. It isn't reaped before, so the group's id is still its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    RUNNING.discard(process)


def end_all_when_ended():
    """Has everything ended that runs, where this program is told to end or is interrupted."""

    def leave(number, _):
        for process in list(RUNNING):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        os._exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, leave)


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
