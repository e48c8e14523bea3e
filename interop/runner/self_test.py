"""Whether the runner fails when it should: with an agent and peers that only pretend. `interop/run --self-test`."""

import contextlib
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

import peer
import table

AGENT = """
    import sys, time
    print('http http://127.0.0.1:1', flush=True)
    print('grpc 127.0.0.1:2', flush=True)
    time.sleep(600)
"""
# Prints what it's told: the results of checks that don't pass, then what it does instead of ending.
PEER = """
    import json, os, subprocess, sys, time
    told = json.loads(sys.argv[1])
    checks = sys.argv[sys.argv.index('--only') + 1].split(',')
    for check in checks:
        if check == told.get('ends before'):
            print('gone', file=sys.stderr)
            sys.exit(3)
        if check == told.get('hangs before'):
            child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
            open(told['child'], 'w').write(str(child.pid))
            time.sleep(600)
        result, detail = told.get(check, ['passed', ''])
        print(json.dumps({'check': check, 'result': result, 'detail': detail}), flush=True)
"""
KNOWN = """
    [[known]]
    peer = "pretender"
    version = "1.0"
    binding = ["JSONRPC"]
    check = "data"
    says = "a float"
    reason = "It has no integers."
    where = "pretender/json.py"
    date = "2026-11-27"
"""
A_FLOAT = {'data': ['failed', 'got a float']}


class Runner(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)
        for name, text in {'agent.py': AGENT, 'peer.py': PEER, 'known.toml': ''}.items():
            self.write(name, text)

    def write(self, name, text):
        (self.folder / name).write_text(textwrap.dedent(text))

    def run_with(self, told, *words, needs='python3', setup='true'):
        """Runs the runner with one peer, that is told what to do; its exit code and what it printed."""
        from __main__ import main

        self.write_peer(told, needs, setup)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = main([*self.words(), *words])
        return code, printed.getvalue()

    def words(self):
        return ['--folder', str(self.folder), '--agent', f'{sys.executable} agent.py']

    def write_peer(self, told, needs='python3', setup='true'):
        program = [sys.executable, 'peer.py', json.dumps(told).replace('{', '{{').replace('}', '}}')]
        self.write(
            'peers.toml',
            f'[[peer]]\nname = "pretender"\nsdk = "Pretender 1"\nneeds = ["{needs}"]\nsetup = ["{setup}"]\n'
            f'program = {json.dumps(program)}\nbindings = {{ "1.0" = ["JSONRPC"] }}\n',
        )

    def test_all_that_passes_is_good(self):
        code, printed = self.run_with({'list': ['not offered', 'no such operation']})
        self.assertEqual(code, 0, printed)
        self.assertRegex(printed, r'Pretender 1 \| their client, our server \| 1\.0 +\| JSONRPC +\| 12 +\| +\| list')
        self.assertRegex(printed, r'\| GRPC +\| +\| +\| all')

    def test_a_failure_that_is_not_listed_fails(self):
        code, printed = self.run_with(A_FLOAT)
        self.assertEqual(code, 1)
        self.assertIn('FAILED: pretender 1.0 JSONRPC data: got a float', printed)

    def test_a_listed_failure_is_shown_and_does_not_fail(self):
        self.write('known.toml', KNOWN)
        code, printed = self.run_with(A_FLOAT)
        self.assertEqual(code, 0, printed)
        self.assertIn('data (known)', printed)

    def test_a_listed_failure_that_passes_fails(self):
        self.write('known.toml', KNOWN)
        code, printed = self.run_with({})
        self.assertEqual(code, 1)
        self.assertIn('data: passed, but known.toml lists it as failing', printed)

    def test_another_failure_than_the_listed_one_fails(self):
        self.write('known.toml', KNOWN)
        code, printed = self.run_with({'data': ['failed', 'connection refused']})
        self.assertEqual(code, 1)
        self.assertIn('known.toml lists another failure', printed)

    def test_a_listed_failure_needs_everything_that_is_known_of_it(self):
        self.write('known.toml', KNOWN.replace('    where = "pretender/json.py"\n', ''))
        self.assertEqual(self.run_with(A_FLOAT)[0], 1)
        self.write('known.toml', KNOWN.replace('"pretender"', '"nobody"'))
        self.assertEqual(self.run_with(A_FLOAT)[0], 1)

    def test_a_program_that_ends_early_fails_what_it_has_not_said(self):
        code, printed = self.run_with({'ends before': 'data'})
        self.assertEqual(code, 1)
        self.assertIn('data: the program ended with 3 and said nothing. gone', printed)
        self.assertNotIn('files:', printed)

    def test_a_program_that_hangs_is_ended_with_what_it_started(self):
        child = self.folder / 'child'
        code, printed = self.run_with({'hangs before': 'data', 'child': str(child)}, '--seconds', '1')
        self.assertEqual(code, 1)
        self.assertIn('data: the program was ended after 1 s', printed)
        self.assertTrue(ends(int(child.read_text())), 'what the program started lives on')

    def test_what_runs_is_ended_when_the_runner_is(self):
        child = self.folder / 'child'
        self.write_peer({'hangs before': 'unary', 'child': str(child)})
        command = [sys.executable, '-B', pathlib.Path(__file__).parent, *self.words()]
        runner = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not (child.exists() and child.read_text()) and time.monotonic() < until:
            time.sleep(0.02)
        runner.terminate()
        self.assertEqual(runner.wait(), 128 + signal.SIGTERM)
        self.assertTrue(ends(int(child.read_text())), 'what the program started lives on')

    def test_an_unknown_result_fails(self):
        self.assertEqual(self.run_with({'data': ['perhaps', '']})[0], 1)

    def test_a_peer_that_can_not_be_had_is_skipped_loudly(self):
        for options, why in (({'needs': 'no-such-command'}, 'no-such-command is missing'), ({'setup': 'false'}, 'setup')):
            code, printed = self.run_with({}, **options)
            self.assertEqual(code, 0, printed)
            self.assertIn(f'skipped: pretender: {why}', printed)
            self.assertIn('0 of 1 rows', printed)

    def test_a_setup_of_ours_that_is_missing_fails(self):
        self.assertEqual(self.run_with({}, setup='./no-such-script')[0], 1)

    def test_a_peer_that_nobody_knows_fails(self):
        self.assertEqual(self.run_with({}, 'someone')[0], 1)

    def test_the_table_goes_between_its_marks(self):
        readme = self.folder / 'README.md'
        readme.write_text(f'before\n{table.BEGIN}\nold\n{table.END}\nafter\n')
        table.update(readme, '| new |\n')
        self.assertRegex(readme.read_text(), rf'^before\n{table.BEGIN}\nAs of [-\d]+, .*\n\n\| new \|\n{table.END}\nafter\n$')

    def test_every_check_has_a_name_that_programs_know(self):
        self.assertEqual(len(set(peer.CHECKS)), 13)


def ends(pid):
    """Whether a process goes away, or is only waited for."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            if pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0] == 'Z':
                return True
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def run():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Runner)
    return 0 if unittest.TextTestRunner().run(suite).wasSuccessful() else 1
