"""The peers, as peers.toml names them."""

import shutil
import tomllib
from dataclasses import dataclass, field

import process

SETUP_SECONDS = 1800
VERSIONS = ['1.0', '0.3']
BINDINGS = ['JSONRPC', 'HTTP+JSON', 'GRPC']
CHECKS = [
    'unary', 'stream', 'message', 'multi-turn', 'cancel', 'resubscribe', 'push', 'push-configs', 'list', 'errors',
    'files', 'data', 'extended-card',
]  # fmt: skip


class Misconfigured(Exception):
    """What a file of ours says can't be."""


class Skipped(Exception):
    """The peer can't be had here, with why."""


class Broken(Exception):
    """Our program for the peer can't be built."""


@dataclass(frozen=True)
class Cell:
    """What one run of a peer's program is about."""

    peer: str
    version: str
    binding: str

    def __str__(self):
        return f'{self.peer} {self.version} {self.binding}'


@dataclass
class Peer:
    name: str
    sdk: str
    program: list
    bindings: dict
    needs: list = field(default_factory=list)
    setup: list = field(default_factory=list)
    build: list = field(default_factory=list)

    def cells(self):
        return [Cell(self.name, version, binding) for version in VERSIONS for binding in self.bindings.get(version, [])]

    def prepare(self, folder):
        """Installs the peer and gives the command of its program."""
        for command in self.needs:
            if not shutil.which(command):
                raise Skipped(f'{command} is missing')
        found = {}
        for step, failure in (('setup', Skipped), ('build', Broken)):
            command = getattr(self, step)
            if not command:
                continue
            ended = process.run(command, folder, SETUP_SECONDS)
            if ended.code is None:
                raise failure(f'{step} took more than {SETUP_SECONDS} s')
            if ended.code == process.NOT_STARTED:
                raise Broken(f'{step} is no program: {ended.stderr}')
            if ended.code:
                raise failure(f'{step} failed: {ended.last_words()}')
            found[step] = (ended.stdout.strip().splitlines() or [''])[-1]
        return [word.format_map(found) for word in self.program]


def read(file):
    """All peers, by name."""
    peers = [Peer(**entry) for entry in tomllib.loads(file.read_text())['peer']]
    for peer in peers:
        unknown = [version for version in peer.bindings if version not in VERSIONS]
        unknown += [binding for bindings in peer.bindings.values() for binding in bindings if binding not in BINDINGS]
        if unknown:
            raise Misconfigured(f'{file}: {peer.name} has the bindings {unknown}; known are {VERSIONS} and {BINDINGS}')
    return {peer.name: peer for peer in peers}
