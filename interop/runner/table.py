"""The table of what works with whom."""

from datetime import date

from peer import BINDINGS, Cell

BEGIN = '<!-- interop/run --update writes from here -->'
END = '<!-- to here -->'
DIRECTION = 'their client, our server'


def of(results, known, peers, skipped):
    """The table as Markdown. `results` has of each cell what each check said, `skipped` why a peer wasn't run."""
    rows = [['SDK', 'direction', 'version', 'binding', 'passed', 'failed', 'not offered']]
    rows.append(['---'] * len(rows[0]))
    for name, peer in peers.items():
        if name in skipped:
            rows.append([peer.sdk, DIRECTION, f'skipped: {skipped[name]}', *[''] * 4])
        for version, binding in ((version, binding) for version in peer.bindings for binding in BINDINGS):
            cell = Cell(name, version, binding)
            if cell in results:
                rows.append([peer.sdk, DIRECTION, version, binding, *counted(cell, results[cell], known)])
            elif binding not in peer.bindings[version] and name not in skipped:
                rows.append([peer.sdk, DIRECTION, version, binding, '', '', 'all'])
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    return ''.join(line(row, widths) for row in rows)


def counted(cell, answers, known):
    """How many checks passed, and the names of those that failed or aren't offered."""
    said = {kind: [] for kind in ('passed', 'failed', 'not offered')}
    for check, (result, detail) in answers.items():
        mark = ' (known)' if result == 'failed' and known.objection(cell, check, result, detail) is None else ''
        said[result].append(check + mark)
    return len(said['passed']), ', '.join(said['failed']), ', '.join(said['not offered'])


def line(row, widths):
    return '| ' + ' | '.join(str(value).ljust(width) for value, width in zip(row, widths)) + ' |\n'


def update(readme, table):
    """Writes the table and today's date between the marks of a file."""
    text = readme.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f'{readme} has no place for the table: {BEGIN} … {END}')
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    dated = f'As of {date.today()}, from `interop/run`:'
    readme.write_text(f'{before}{BEGIN}\n{dated}\n\n{table}{END}{after}')
