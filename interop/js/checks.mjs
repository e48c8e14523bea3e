// What the programs for JavaScript share: the checks' order, time limits and output, and a webhook that remembers.
//
// A program is `PROGRAM CARD_URL BINDING VERSION [--webhook-host HOST] [--only CHECK,…]`; docs/interop.md says what a
// check asks for. A check is an async function that returns nothing or a remark, and throws when it fails.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { parseArgs } from 'node:util';
import { deepStrictEqual } from 'node:assert';

const CHECKS = [
  ...['unary', 'stream', 'message', 'multi-turn', 'cancel', 'resubscribe', 'push', 'push-configs', 'list', 'errors'],
  ...['files', 'data', 'extended-card'],
];
// Of a check, and of the wait for a webhook within one.
const SECONDS = 20;
const DELIVERY_SECONDS = 10;
// Characters that a line tells of what happened.
const DETAIL = 400;

export const TOKEN = 'itk-valid-token';
export const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
export const FILE_URL = 'https://example.com/report.pdf?a=1&b=%20';
export const DATA = {
  largest: 2 ** 53,
  smallest: -(2 ** 53),
  zero: 0,
  negative: -7,
  half: 0.5,
  nothing: null,
  truth: true,
  text: 'é\u2028"\\\n',
  empty: {},
  nested: [1, [null, [-2, { deep: [3, null] }]], []],
};

/** The peer has no way to do this, with why. */
export class NotOffered extends Error {}

export function expect(actual, wanted, what) {
  try {
    deepStrictEqual(plain(actual), plain(wanted));
  } catch {
    throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`);
  }
}

const plain = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

export const newId = (prefix = 'interop') => `${prefix}-${randomUUID()}`;

export function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'webhook-host': { type: 'string', default: '127.0.0.1' },
      only: { type: 'string', default: CHECKS.join() },
    },
  });
  const [card, binding, version] = positionals;
  return { card, binding, version, webhookHost: values['webhook-host'], only: values.only.split(',') };
}

// What happens outside of a check fails them all.
process.on('uncaughtException', (error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exit(1);
});

/** Runs `checks` of these names, printing a line for each, and ends the program. */
export async function run(names, checks) {
  for (const check of CHECKS.filter((name) => names.includes(name))) {
    let result = 'passed';
    let detail = '';
    try {
      detail = (await Promise.race([checks[check](), timeIsUp()])) ?? '';
    } catch (error) {
      result = error instanceof NotOffered ? 'not offered' : 'failed';
      detail = error instanceof NotOffered ? error.message : `${error?.name}: ${error?.message}`;
    }
    detail = detail.split(/\s+/).join(' ').slice(0, DETAIL);
    await new Promise((written) => process.stdout.write(`${JSON.stringify({ check, result, detail })}\n`, written));
  }
  process.exit(0);
}

const timeIsUp = () =>
  new Promise((_, reject) => setTimeout(() => reject(new Error(`no answer after ${SECONDS} s`)), SECONDS * 1000));

/** The call must throw, or stream to, an error of which `isRight` is true; it may be the cause of what is thrown. */
export async function refused(call, isRight, wanted) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    if (isRight(error) || (error.cause && isRight(error.cause))) return;
    throw new Error(`${error.name}: ${error.message}, instead of ${wanted}`);
  }
  throw new Error(`${JSON.stringify(answer)} instead of ${wanted}`);
}

export async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

export const withoutRepeats = (states) => states.filter((state, index) => state !== states[index - 1]);

/** A web server that takes what is posted to it. */
export class Webhook {
  received = [];

  static async on(host) {
    const webhook = new Webhook();
    webhook.server = http.createServer((request, response) => {
      let body = '';
      request.on('data', (bytes) => (body += bytes));
      request.on('end', () => {
        webhook.received.push([request.headers, JSON.parse(body)]);
        response.end();
      });
    });
    webhook.server.listen(0, host);
    await once(webhook.server, 'listening');
    webhook.url = `http://${host}:${webhook.server.address().port}/webhook`;
    return webhook;
  }

  /** The states that came, in order, as soon as `last` is among them; `stateOf` finds one in a body. */
  async statuses(stateOf, last) {
    const until = Date.now() + DELIVERY_SECONDS * 1000;
    while (Date.now() < until) {
      const states = withoutRepeats(this.received.map(([, body]) => stateOf(body)).filter(Boolean));
      if (states.includes(last)) return states;
      await new Promise((done) => setTimeout(done, 20));
    }
    const bodies = JSON.stringify(this.received.map(([, body]) => body));
    throw new Error(`the webhook saw ${this.received.length} deliveries, ${last} not among them: ${bodies}`);
  }

  expectHeaders(token, credentials) {
    for (const [headers] of this.received) {
      expect(headers['x-a2a-notification-token'], token, 'the notification token');
      expect(headers.authorization, `Bearer ${credentials}`, "the webhook's authorization");
    }
  }
}
