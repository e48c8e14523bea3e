"""What both programs for Python share: the checks' order, time limits and output, and a webhook that remembers.

A program is `PROGRAM CARD_URL BINDING VERSION [--webhook-host HOST] [--only CHECK,…]`; docs/interop.md says what a
check asks for. A check is a coroutine function that returns nothing or a remark, and raises when it fails.
"""

import argparse
import asyncio
import http.server
import json
import sys
import threading
import time
import uuid

CHECKS = [
    'unary', 'stream', 'message', 'multi-turn', 'cancel', 'resubscribe', 'push', 'push-configs', 'list', 'errors',
    'files', 'data', 'extended-card',
]  # fmt: skip
# Of a check, and of the wait for a webhook within one.
SECONDS = 20
DELIVERY_SECONDS = 10
# Characters that a line tells of what happened.
DETAIL = 400

TOKEN = 'itk-valid-token'
EVERY_BYTE = bytes(range(256))
FILE_URL = 'https://example.com/report.pdf?a=1&b=%20'
DATA = {
    'largest': 2**53,
    'smallest': -(2**53),
    'zero': 0,
    'negative': -7,
    'half': 0.5,
    'nothing': None,
    'truth': True,
    'text': 'é\u2028"\\\n',
    'empty': {},
    'nested': [1, [None, [-2, {'deep': [3, None]}]], []],
}


class NotOffered(Exception):
    """The peer has no way to do this, with why."""


class Refused(Exception):
    """What the agent answered isn't what the check wants."""


def expect(actual, wanted, what):
    if actual != wanted:
        raise Refused(f'{what}: {actual!r} instead of {wanted!r}')


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('card')
    parser.add_argument('binding', choices=['JSONRPC', 'HTTP+JSON', 'GRPC'])
    parser.add_argument('version', choices=['1.0', '0.3'])
    parser.add_argument('--webhook-host', default='127.0.0.1')
    parser.add_argument('--only', type=lambda names: names.split(','), default=CHECKS)
    return parser.parse_args()


def new_id(prefix='interop'):
    return f'{prefix}-{uuid.uuid4()}'


async def run(names, checks):
    """Runs `checks` of these names, printing a line for each."""
    for name in CHECKS:
        if name not in names:
            continue
        result, detail = 'passed', None
        try:
            detail = await asyncio.wait_for(checks[name](), SECONDS)
        except NotOffered as reason:
            result, detail = 'not offered', str(reason)
        except TimeoutError:
            result, detail = 'failed', f'no answer after {SECONDS} s'
        except Exception as error:
            result, detail = 'failed', f'{type(error).__name__}: {error}'
        detail = ' '.join((detail or '').split())[:DETAIL]
        print(json.dumps({'check': name, 'result': result, 'detail': detail}, ensure_ascii=False), flush=True)


async def refused(call, *kinds):
    """The exception of one of these kinds that `call` must end with."""
    try:
        answer = await call
    except kinds as error:
        return error
    except Exception as error:
        raise Refused(f'{type(error).__name__}: {error}, instead of {kinds[0].__name__}') from error
    raise Refused(f'{answer!r} instead of {kinds[0].__name__}')


class Webhook:
    """A web server that takes what is posted to it."""

    def __init__(self, host):
        received = self.received = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get('content-length', 0)))
                received.append((self.headers, json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((host, 0), Handler)
        self.server.daemon_threads = True
        self.url = f'http://{host}:{self.server.server_port}/webhook'

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()

    async def statuses(self, state, last):
        """The states that came, in order, as soon as `last` is among them; `state` finds one in a body."""
        until = time.monotonic() + DELIVERY_SECONDS
        while time.monotonic() < until:
            found = [state(body) for _, body in list(self.received)]
            found = [each for each, before in zip(found, [None, *found]) if each and each != before]
            if last in found:
                return found
            await asyncio.sleep(0.02)
        raise Refused(f'the webhook saw {len(self.received)} deliveries, {last} not among them: {self.received}')

    def expect_headers(self, token, credentials):
        for headers, _ in self.received:
            expect(headers.get('x-a2a-notification-token'), token, 'the notification token')
            expect(headers.get('authorization'), f'Bearer {credentials}', "the webhook's authorization")


def fail_loudly(main):
    """Runs the program; what happens outside of a check fails them all."""
    try:
        asyncio.run(main())
    except Exception as error:
        print(f'{type(error).__name__}: {error}', file=sys.stderr)
        sys.exit(1)
