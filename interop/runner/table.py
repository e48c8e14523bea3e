"""The table of what works with whom."""

from datetime import date

BEGIN = '<!-- interop/run --update writes from here -->'
END = '<!-- to here -->'
DIRECTION = 'their client, our server'


def of(results, known, peers, skipped):
    """The table as Markdown. `results` has of each cell what each check said, `skipped` why a peer wasn't run."""
    rows = [['SDK', 'direction', 'version', 'binding', 'passed', 'failed', 'not offered']]
    rows.append(['---'] * len(rows[0]))
    for name, peer in peers.items():
        if name in skipped:
            rows.append([peer.sdk, DIRECTION, f'skipped: {skipped[name].splitlines()[0]}', *[''] * 4])
        for cell in peer.cells():
            if cell in results:
                said = {kind: [] for kind in ('passed', 'failed', 'not offered')}
                for check, (result, _) in results[cell].items():
                    mark = ' (known)' if result == 'failed' and known.entry(cell, check) else ''
                    said[result].append(check + mark)
                counted = [len(said['passed']), ', '.join(said['failed']), ', '.join(said['not offered'])]
                rows.append([peer.sdk, DIRECTION, cell.version, cell.binding, *counted])
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    return ''.join(line(row, widths) for row in rows)


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
