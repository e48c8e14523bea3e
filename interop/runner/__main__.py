"""Runs the peers' programs against our agent; see interop/run."""

import argparse
import json
import pathlib
import shlex
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import peer as peers_of
import process
import table
from agent import Agents, NoAgent, build
from known import Known

FOLDER = pathlib.Path(__file__).resolve().parent.parent
PROGRAM_SECONDS = 180
RESULTS = ('passed', 'failed', 'not offered')
# The only check that needs an agent which asks who calls.
AUTHORIZED = ['extended-card']


def arguments(words):
    parser = argparse.ArgumentParser(prog='interop/run', description="Other SDKs' clients against our server.")
    parser.add_argument('peers', nargs='*', metavar='peer', help='of those in peers.toml; all without')
    parser.add_argument('--update', action='store_true', help='write the table into README.md')
    parser.add_argument('--self-test', action='store_true', help='whether this program itself fails when it should')
    parser.add_argument('--agent', help='a command that starts another agent than ours')
    parser.add_argument('--version', choices=peers_of.VERSIONS, help='only this one')
    parser.add_argument('--binding', choices=peers_of.BINDINGS, help='only this one')
    parser.add_argument('--jobs', type=int, default=4, help='programs at a time')
    parser.add_argument('--seconds', type=int, default=PROGRAM_SECONDS, help='that one program may take')
    parser.add_argument('--folder', type=pathlib.Path, default=FOLDER, help=argparse.SUPPRESS)
    parser.add_argument('--readme', type=pathlib.Path, default=FOLDER.parent / 'README.md', help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.update and (options.peers or options.agent or options.version or options.binding):
        parser.error('--update is of a whole run')
    return options


def run_cell(cell, program, agents, options):
    """What each check said, for one peer, version and binding."""
    kind = ['--v03'] if cell.version == '0.3' else []
    said = {}
    for checks, more in (([each for each in peers_of.CHECKS if each not in AUTHORIZED], []), (AUTHORIZED, ['--auth'])):
        url = agents.url(*kind, *more)
        command = [*program, url, cell.binding, cell.version, '--webhook-host', '127.0.0.1', '--only', ','.join(checks)]
        ended = process.run(command, options.folder, options.seconds)
        said |= {check: silence(ended, options.seconds) for check in checks}
        said |= {check: answer for check, answer in answers(ended.stdout) if check in checks}
    return {check: said[check] for check in peers_of.CHECKS}


def silence(ended, seconds):
    """What it means that the program said nothing about a check."""
    how = f'was ended after {seconds} s' if ended.code is None else f'ended with {ended.code}'
    return 'failed', f'the program {how} and said nothing. {ended.last_words()}'


def answers(stdout):
    for line in stdout.splitlines():
        try:
            said = json.loads(line)
            check, result, detail = said['check'], said['result'], said.get('detail', '')
        except (ValueError, TypeError, KeyError):
            continue
        yield check, (result, detail) if result in RESULTS else ('failed', f'an unknown result: {line}')


def prepare(chosen, folder):
    """The commands of the programs; why peers are skipped; what is broken."""
    programs, skipped, broken = {}, {}, {}
    for name, peer in chosen.items():
        try:
            programs[name] = peer.prepare(folder)
        except peers_of.Skipped as reason:
            skipped[name] = str(reason)
            print(f'skipped: {name}: {reason}', flush=True)
        except peers_of.Broken as reason:
            broken[name] = str(reason)
    return programs, skipped, broken


def run_all(chosen, programs, known, agents, options):
    """The results of every cell, and what is to be said against them."""
    cells = [cell for name in programs for cell in chosen[name].cells()]
    cells = [cell for cell in cells if options.version in (None, cell.version) and options.binding in (None, cell.binding)]
    results, objections = {}, []
    with ThreadPoolExecutor(options.jobs) as pool:
        running = [pool.submit(run_cell, cell, programs[cell.peer], agents, options) for cell in cells]
        for cell, future in zip(cells, running):
            said = results[cell] = future.result()
            against = {check: known.objection(cell, check, *said[check]) for check in said}
            against = {check: objection for check, objection in against.items() if objection is not None}
            print(f'{cell}: {"FAILED: " + ", ".join(against) if against else "good"}', flush=True)
            for objection in dict.fromkeys(against.values()):
                about = ', '.join(check for check in against if against[check] == objection)
                objections.append(f'{cell} {about}: {objection}')
    return results, objections


def main(words):
    options = arguments(words)
    if options.self_test:
        import self_test

        return self_test.run()
    begun = time.monotonic()
    try:
        peers = peers_of.read(options.folder / 'peers.toml')
        known = Known(options.folder / 'known.toml', peers)
        if unknown := [name for name in options.peers if name not in peers]:
            raise peers_of.Misconfigured(f'no peer is called {unknown}; there are {list(peers)}')
        chosen = {name: peer for name, peer in peers.items() if not options.peers or name in options.peers}
        programs, skipped, broken = prepare(chosen, options.folder)
        agent = shlex.split(options.agent) if options.agent else build(options.folder.parent) if programs else []
        with Agents(agent, options.folder, options.folder / '.peers/logs') as agents:
            results, objections = run_all(chosen, programs, known, agents, options)
    except (peers_of.Misconfigured, NoAgent) as error:
        print(error, file=sys.stderr)
        return 1
    objections += [f'{name}: {reason}' for name, reason in broken.items()]
    text = table.of(results, known, chosen, skipped)
    print(f'\n{text}')
    for name, reason in skipped.items():
        print(f'skipped: {name}: {reason}')
    for objection in objections:
        print(f'FAILED: {objection}')
    print(f'{len(results)} of {sum(len(peer.cells()) for peer in chosen.values())} rows in {time.monotonic() - begun:.0f} s')
    if options.update and objections:
        print(f'{options.readme} stays as it is')
    elif options.update:
        table.update(options.readme, text)
    return 1 if objections else 0


if __name__ == '__main__':
    process.end_all_when_ended()
    sys.exit(main(sys.argv[1:]))
