"""Failures that are listed, and what a result means beside them."""

import tomllib

import peer

FIELDS = {'peer', 'version', 'binding', 'check', 'says', 'reason', 'where', 'date'}


class Known:
    """What known.toml lists."""

    def __init__(self, file, peers):
        self.entries = tomllib.loads(file.read_text()).get('known', [])
        allowed = {'peer': list(peers), 'version': peer.VERSIONS, 'binding': peer.BINDINGS, 'check': peer.CHECKS}
        for entry in self.entries:
            if entry.keys() != FIELDS or not all(entry.values()):
                raise peer.Misconfigured(f'{file}: an entry has each of {sorted(FIELDS)}, not empty: {entry}')
            for name, values in allowed.items():
                entry[name] = [entry[name]] if isinstance(entry[name], str) else entry[name]
                if unknown := [value for value in entry[name] if value not in values]:
                    raise peer.Misconfigured(f'{file}: no {name} is called {unknown}: {entry}')

    def entry(self, cell, check):
        """The entry about a check, if there is one."""
        for entry in self.entries:
            about = {'peer': cell.peer, 'version': cell.version, 'binding': cell.binding, 'check': check}
            if all(value in entry[name] for name, value in about.items()):
                return entry
        return None

    def objection(self, cell, check, result, detail):
        """Why a result fails the run, if it does."""
        entry = self.entry(cell, check)
        if result == 'failed' and not entry:
            return detail
        if result == 'failed' and entry['says'] not in detail:
            return f'{detail}; known.toml lists another failure, that says {entry["says"]!r}'
        if result != 'failed' and entry:
            return f'{result}, but known.toml lists it as failing: take it out'
        return None
