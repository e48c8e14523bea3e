// Drives an agent with @a2a-js/sdk 0.3, in version 0.3; see checks.mjs.

import {
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
  TaskNotCancelableError,
  TaskNotFoundError,
  UnsupportedOperationError,
} from 'a2a-js-sdk-0.3/client';
import { GrpcTransportFactory } from 'a2a-js-sdk-0.3/client/grpc';
import {
  DATA,
  EVERY_BYTE,
  FILE_URL,
  NotOffered,
  TOKEN,
  Webhook,
  collect,
  expect,
  newId,
  options,
  refused,
  run,
  withoutRepeats,
} from './checks.mjs';

const given = options();
// Its protobuf forms have neither the name of a file nor the metadata of a part.
const withNames = given.binding === 'JSONRPC';

const card = await new DefaultAgentCardResolver().resolve(given.card);
const transports = [new JsonRpcTransportFactory(), new RestTransportFactory(), new GrpcTransportFactory()];
const factory = new ClientFactory({ transports, preferredTransports: [given.binding] });
const client = await factory.createFromAgentCard(card);

function params(parts, { messageId = newId(), task, contextId, ...configuration } = {}) {
  const ids = task ? { taskId: task.id, contextId: task.contextId } : { contextId };
  return { message: { kind: 'message', messageId, role: 'user', parts, ...ids }, configuration };
}

const text = (value) => [{ kind: 'text', text: value }];
const send = (parts, more) => client.sendMessage(params(parts, more));
const get = (id, more) => client.getTask({ id, ...more });
const textsOf = (parts) => parts.map((part) => part.text);
const is = (Kind) => [(error) => error instanceof Kind, Kind.name];

const checks = {
  async unary() {
    const task = await send(text('hello'));
    expect(task.status.state, 'completed', 'the state');
    expect(task.artifacts.map((artifact) => textsOf(artifact.parts)), [['hello']], 'the echo');
    const got = await get(task.id);
    expect([got.id, got.contextId], [task.id, task.contextId], 'the ids of getTask');
    expect(got.status.state, 'completed', 'the state of getTask');
    expect(got.artifacts, task.artifacts, 'the artifacts of getTask');
  },

  async stream() {
    const events = await collect(
      client.sendMessageStream(params(text('stream'), { messageId: newId('tck-stream-001') })),
    );
    const states = withoutRepeats(events.map((event) => event.status?.state).filter(Boolean));
    expect(states.slice(-2), ['working', 'completed'], 'the last states');
    const chunks = events.filter((event) => event.kind === 'artifact-update');
    expect(chunks.flatMap((event) => textsOf(event.artifact.parts)), ['Stream hello from TCK'], 'the chunks');
    const finals = events.filter((event) => event.kind === 'status-update').map((event) => event.final);
    expect([finals.at(-1), finals.slice(0, -1).includes(true)], [true, false], '`final` of the last and of those before');

    const chunked = params(text('stream'), { messageId: newId('tck-stream-artifact-chunked') });
    const first = (await collect(client.sendMessageStream(chunked)))[0];
    const task = await get(first.taskId ?? first.id);
    const whole = task.artifacts.flatMap((artifact) => textsOf(artifact.parts)).join('');
    expect(whole, 'chunk-1 chunk-2', 'the chunks of a task');
  },

  async message() {
    const message = await send(text('speak'), { messageId: newId('tck-message-response') });
    expect([message.kind, textsOf(message.parts)], ['message', ['Direct message response']], 'the message');
    const streamed = params(text('speak'), { messageId: newId('tck-message-response') });
    const events = await collect(client.sendMessageStream(streamed));
    expect(events.map((event) => event.kind), ['message'], 'the events of a stream');
  },

  async 'multi-turn'() {
    const first = await send(text('tck-multi-turn please'));
    expect(first.status.state, 'input-required', 'the state of the first turn');
    const second = await send(text('more'), { task: first });
    expect(second.status.state, 'input-required', 'the state of the second turn');
    const last = await send(text('done'), { task: first });
    expect(last.status.state, 'completed', 'the state of the last turn');
    expect([second.id, last.id], [first.id, first.id], "the task's id");
    const { history } = await get(first.id, { historyLength: 100 });
    const said = history.filter((message) => message.role === 'user').flatMap((message) => textsOf(message.parts));
    expect(said, ['tck-multi-turn please', 'more', 'done'], "the user's part of the history");
  },

  async cancel() {
    const task = await send(text('tck-cancel'), { blocking: false });
    if (!['submitted', 'working'].includes(task.status.state)) {
      throw new Error(`the state before: ${task.status.state}`);
    }
    expect((await client.cancelTask({ id: task.id })).status.state, 'canceled', 'the state');
    expect((await get(task.id)).status.state, 'canceled', 'the state of getTask');
  },

  async resubscribe() {
    const waiting = params(text('wait'), { messageId: newId('test-resubscribe-message-id') });
    const stream = client.sendMessageStream(waiting);
    const { value } = await stream.next();
    await stream.return();
    const events = await collect(client.resubscribeTask({ id: value.taskId ?? value.id }));
    expect(events[0].kind, 'task', 'the first event');
    expect(events.at(-1).status?.state, 'completed', 'the last state');
  },

  async push() {
    const webhook = await Webhook.on(given.webhookHost);
    const pushNotificationConfig = {
      url: webhook.url,
      token: 'token-of-js',
      authentication: { schemes: ['Bearer'], credentials: 'credentials-of-js' },
    };
    await send(text('push'), { messageId: newId('tck-stream-001'), pushNotificationConfig });
    const states = await webhook.statuses((body) => body.status?.state, 'completed');
    expect(states.slice(-2), ['working', 'completed'], 'the last states');
    webhook.expectHeaders('token-of-js', 'credentials-of-js');
  },

  async 'push-configs'() {
    const task = await send(text('wait'), { messageId: newId('tck-input-required') });
    const webhook = await Webhook.on(given.webhookHost);
    const urls = [`${webhook.url}/first`, `${webhook.url}/second`];
    const made = [];
    for (const [index, url] of urls.entries()) {
      const pushNotificationConfig = { id: `config-${index}`, url };
      made.push(await client.setTaskPushNotificationConfig({ taskId: task.id, pushNotificationConfig }));
    }
    expect(made.map((config) => config.pushNotificationConfig.url), urls, 'what is set');
    expect(made.map((config) => config.taskId), [task.id, task.id], 'the task of what is set');
    const ofFirst = { id: task.id, pushNotificationConfigId: made[0].pushNotificationConfig.id };
    const getConfig = () => client.getTaskPushNotificationConfig(ofFirst);
    expect((await getConfig()).pushNotificationConfig.url, urls[0], 'what is got');
    const listed = async () => {
      const configs = await client.listTaskPushNotificationConfig({ id: task.id });
      return configs.map((config) => config.pushNotificationConfig.url).sort();
    };
    expect(await listed(), urls, 'what is listed');
    await client.deleteTaskPushNotificationConfig(ofFirst);
    expect(await listed(), urls.slice(1), 'what is listed after a delete');
    await refused(getConfig, ...is(TaskNotFoundError));
  },

  async list() {
    throw new NotOffered('0.3 has no such operation');
  },

  async errors() {
    const ended = await send(text('a task that ends'));
    const absent = { id: newId('absent'), contextId: newId('context') };
    await refused(() => get(absent.id), ...is(TaskNotFoundError));
    await refused(() => client.cancelTask({ id: absent.id }), ...is(TaskNotFoundError));
    await refused(() => send(text('hello'), { task: absent }), ...is(TaskNotFoundError));
    await refused(() => collect(client.resubscribeTask({ id: absent.id })), ...is(TaskNotFoundError));
    await refused(() => client.cancelTask({ id: ended.id }), ...is(TaskNotCancelableError));
    await refused(() => collect(client.resubscribeTask({ id: ended.id })), ...is(UnsupportedOperationError));
    const sendToEnded = () => send(text('hello'), { task: ended });
    if (given.binding !== 'GRPC') return refused(sendToEnded, ...is(UnsupportedOperationError));
    await refused(sendToEnded, (error) => error.cause?.code === 12, 'the status UNIMPLEMENTED');
    return 'a send to an ended task by its status: dist/client/transports/grpc/index.js has no error for it';
  },

  async files() {
    const bytes = { bytes: EVERY_BYTE.toString('base64'), mimeType: 'application/x-bytes' };
    const uri = { uri: FILE_URL, mimeType: 'application/pdf' };
    if (withNames) {
      bytes.name = 'bytes é.bin';
      uri.name = 'report.pdf';
    }
    await expectEcho([
      { kind: 'file', file: bytes },
      { kind: 'file', file: uri },
    ]);
    return withNames ? '' : 'without names, which its protobuf forms have not';
  },

  async data() {
    const metadata = withNames ? { metadata: { note: 'kept', number: 3 } } : {};
    await expectEcho([{ kind: 'data', data: DATA, ...metadata }]);
    return withNames ? '' : "without the part's metadata, which its protobuf forms have not";
  },

  async 'extended-card'() {
    if (!card.supportsAuthenticatedExtendedCard) throw new Error('the card promises no extended one');
    await refused(() => client.getAgentCard(), (error) => error instanceof Error, 'an error');
    const extended = await client.getAgentCard({ serviceParameters: { Authorization: `Bearer ${TOKEN}` } });
    expect(extended.name, card.name, 'the name');
    if (extended.skills.length <= card.skills.length) {
      throw new Error(`${extended.skills.length} skills, as on the public card`);
    }
  },
};

/** The agent sends these parts back as they were. */
async function expectEcho(parts) {
  const task = await send(parts);
  expect(task.artifacts[0].parts, parts, 'the parts');
}

await run(given.only, checks);
