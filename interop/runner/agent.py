"""The agents that the peers talk to: one for each set of options, started when the first check needs it."""

import json
import os
import queue
import subprocess
import threading

import process

BUILD_SECONDS = 1800
START_SECONDS = 60
# Half of what the behaviour that is subscribed to anew takes.
os.environ.setdefault('TCK_STREAMING_TIMEOUT', '1')


class NoAgent(Exception):
    """The agent can't be built or doesn't start."""


def build(repository):
    """Builds our agent and gives its command."""
    command = 'cargo build --quiet --locked --example conformance_agent --message-format=json-render-diagnostics'
    ended = process.run(command.split(), repository, BUILD_SECONDS)
    if ended.code != 0:
        raise NoAgent(f'{command}:\n{ended.stderr}')
    for line in ended.stdout.splitlines():
        built = json.loads(line)
        if built.get('executable') and built['target']['name'] == 'conformance_agent':
            return [built['executable'], '--httpPort', '0', '--grpcPort', '0']
    raise NoAgent(f'{command}: names no executable')


class Agents:
    """Gives the URL of an agent with certain options; all are ended at the end."""

    def __init__(self, command, folder, logs):
        self.command, self.folder, self.logs = command, folder, logs
        self.running, self.lock = {}, threading.Lock()
        self.processes = []

    def __enter__(self):
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_):
        for each in self.processes:
            process.end(each)

    def url(self, *options):
        with self.lock:
            if options not in self.running:
                self.running[options] = self.start(options)
            return self.running[options]

    def start(self, options):
        log = self.logs / f'agent{"".join(options)}.log'
        with log.open('wb') as err:
            started = process.start(
                [*self.command, *options], self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err
            )
        self.processes.append(started)
        lines = queue.SimpleQueue()

        def read():
            for line in started.stdout:
                lines.put(line.decode().split())
            lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        found = {}
        try:
            while not {'http', 'grpc'} <= found.keys():
                words = lines.get(timeout=START_SECONDS)
                if words is None:
                    raise NoAgent(f'the agent {options} ended:\n{log.read_text()}')
                if len(words) == 2:
                    found[words[0]] = words[1]
        except queue.Empty:
            raise NoAgent(f'the agent {options} names no addresses: {found}\n{log.read_text()}') from None
        return found['http']
