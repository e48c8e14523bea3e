// Drives an agent with @a2a-js/sdk 1.x, in version 1.0 or in 0.3 with its compatibility layer; see checks.mjs.

import {
  DeleteTaskPushNotificationConfigRequest,
  GetTaskPushNotificationConfigRequest,
  GetTaskRequest,
  ListTaskPushNotificationConfigsRequest,
  ListTasksRequest,
  Part,
  SendMessageRequest,
  TaskPushNotificationConfig,
  TaskState,
} from '@a2a-js/sdk';
import {
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import { GrpcTransportFactory } from '@a2a-js/sdk/client/grpc';
import { TaskNotCancelableError, TaskNotFoundError, UnsupportedOperationError } from '@a2a-js/sdk/errors';
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
const legacy = given.version === '0.3';
const legacyCompat = { enabled: legacy };
// The protobuf forms of its 0.3 have neither the name of a file nor the metadata of a part.
const withNames = !legacy || given.binding === 'JSONRPC';

async function connect() {
  const card = await new DefaultAgentCardResolver({ legacyCompat }).resolve(given.card);
  const usable = (card.supportedInterfaces ?? []).filter(
    (each) => each.protocolBinding === given.binding && each.protocolVersion.startsWith(given.version),
  );
  if (usable.length === 0) {
    throw new Error(`no interface ${given.binding} ${given.version} on the card: ${JSON.stringify(card)}`);
  }
  const factory = new ClientFactory({
    transports: [
      new JsonRpcTransportFactory({ legacyCompat }),
      new RestTransportFactory({ legacyCompat }),
      new GrpcTransportFactory({ legacyCompat }),
    ],
  });
  // Given both versions it takes the newer one.
  const client = await factory.createFromAgentCard({ ...card, supportedInterfaces: usable });
  return { card, client };
}

const { card, client } = await connect();

function request(parts, { messageId = newId(), task, contextId, ...configuration } = {}) {
  const ids = task ? { taskId: task.id, contextId: task.contextId } : { contextId };
  return SendMessageRequest.fromJSON({ message: { messageId, role: 'ROLE_USER', parts, ...ids }, configuration });
}

const text = (value) => [{ text: value }];
const send = (parts, more) => client.sendMessage(request(parts, more));
const get = (id, more) => client.getTask(GetTaskRequest.fromJSON({ id, ...more }));
const subscribe = (id) => client.resubscribeTask({ tenant: '', id });
const cancel = (id) => client.cancelTask({ tenant: '', id, metadata: undefined });
const textsOf = (parts) => parts.map((part) => part.content?.value);
const stateOf = (event) => event.payload?.value?.status?.state;
const is = (Kind) => [(error) => error instanceof Kind, Kind.name];

const checks = {
  async unary() {
    const task = await send(text('hello'));
    expect(task.status.state, TaskState.TASK_STATE_COMPLETED, 'the state');
    expect(task.artifacts.map((artifact) => textsOf(artifact.parts)), [['hello']], 'the echo');
    const got = await get(task.id);
    expect([got.id, got.contextId], [task.id, task.contextId], 'the ids of getTask');
    expect(got.status.state, TaskState.TASK_STATE_COMPLETED, 'the state of getTask');
    expect(got.artifacts, task.artifacts, 'the artifacts of getTask');
  },

  async stream() {
    const events = await collect(
      client.sendMessageStream(request(text('stream'), { messageId: newId('tck-stream-001') })),
    );
    const states = withoutRepeats(events.map(stateOf).filter(Boolean));
    expect(states.slice(-2), [TaskState.TASK_STATE_WORKING, TaskState.TASK_STATE_COMPLETED], 'the last states');
    const chunks = events.filter((event) => event.payload.$case === 'artifactUpdate');
    expect(chunks.flatMap((event) => textsOf(event.payload.value.artifact.parts)), ['Stream hello from TCK'], 'the chunks');

    const chunked = request(text('stream'), { messageId: newId('tck-stream-artifact-chunked') });
    const { value } = (await collect(client.sendMessageStream(chunked)))[0].payload;
    const task = await get(value.taskId ?? value.id);
    const whole = task.artifacts.flatMap((artifact) => textsOf(artifact.parts)).join('');
    expect(whole, 'chunk-1 chunk-2', 'the chunks of a task');
  },

  async message() {
    const message = await send(text('speak'), { messageId: newId('tck-message-response') });
    expect(textsOf(message.parts), ['Direct message response'], 'the message');
    const streamed = request(text('speak'), { messageId: newId('tck-message-response') });
    const events = await collect(client.sendMessageStream(streamed));
    expect(events.map((event) => event.payload.$case), ['message'], 'the events of a stream');
  },

  async 'multi-turn'() {
    const first = await send(text('tck-multi-turn please'));
    expect(first.status.state, TaskState.TASK_STATE_INPUT_REQUIRED, 'the state of the first turn');
    const second = await send(text('more'), { task: first });
    expect(second.status.state, TaskState.TASK_STATE_INPUT_REQUIRED, 'the state of the second turn');
    const last = await send(text('done'), { task: first });
    expect(last.status.state, TaskState.TASK_STATE_COMPLETED, 'the state of the last turn');
    expect([second.id, last.id], [first.id, first.id], "the task's id");
    const { history } = await get(first.id, { historyLength: 100 });
    const said = history.filter((message) => message.role === 1).flatMap((message) => textsOf(message.parts));
    expect(said, ['tck-multi-turn please', 'more', 'done'], "the user's part of the history");
  },

  async cancel() {
    const task = await send(text('tck-cancel'), { returnImmediately: true });
    if (![TaskState.TASK_STATE_SUBMITTED, TaskState.TASK_STATE_WORKING].includes(task.status.state)) {
      throw new Error(`the state before: ${task.status.state}`);
    }
    expect((await cancel(task.id)).status.state, TaskState.TASK_STATE_CANCELED, 'the state');
    expect((await get(task.id)).status.state, TaskState.TASK_STATE_CANCELED, 'the state of getTask');
  },

  async resubscribe() {
    const waiting = request(text('wait'), { messageId: newId('test-resubscribe-message-id') });
    const stream = client.sendMessageStream(waiting);
    const { value } = (await stream.next()).value.payload;
    await stream.return();
    const events = await collect(subscribe(value.taskId ?? value.id));
    expect(events[0].payload.$case, 'task', 'the first event');
    expect(stateOf(events.at(-1)), TaskState.TASK_STATE_COMPLETED, 'the last state');
  },

  async push() {
    const webhook = await Webhook.on(given.webhookHost);
    const taskPushNotificationConfig = {
      url: webhook.url,
      token: 'token-of-js',
      authentication: { scheme: 'Bearer', credentials: 'credentials-of-js' },
    };
    await send(text('push'), { messageId: newId('tck-stream-001'), taskPushNotificationConfig });
    const [deliveredState, working, completed] = legacy
      ? [(body) => body.status?.state, 'working', 'completed']
      : [(body) => (body.statusUpdate ?? body.task)?.status.state, 'TASK_STATE_WORKING', 'TASK_STATE_COMPLETED'];
    const states = await webhook.statuses(deliveredState, completed);
    expect(states.slice(-2), [working, completed], 'the last states');
    webhook.expectHeaders('token-of-js', 'credentials-of-js');
  },

  async 'push-configs'() {
    const task = await send(text('wait'), { messageId: newId('tck-input-required') });
    const webhook = await Webhook.on(given.webhookHost);
    const urls = [`${webhook.url}/first`, `${webhook.url}/second`];
    const made = [];
    for (const [index, url] of urls.entries()) {
      const config = TaskPushNotificationConfig.fromJSON({ taskId: task.id, id: `config-${index}`, url });
      made.push(await client.createTaskPushNotificationConfig(config));
    }
    expect(made.map((config) => config.url), urls, 'what is created');
    expect(made.map((config) => config.taskId), [task.id, task.id], 'the task of what is created');
    const ofFirst = { taskId: task.id, id: made[0].id };
    const getConfig = () =>
      client.getTaskPushNotificationConfig(GetTaskPushNotificationConfigRequest.fromJSON(ofFirst));
    expect((await getConfig()).url, urls[0], 'what is got');
    const listed = async () => {
      const all = ListTaskPushNotificationConfigsRequest.fromJSON({ taskId: task.id });
      return (await client.listTaskPushNotificationConfig(all)).configs.map((config) => config.url).sort();
    };
    expect(await listed(), urls, 'what is listed');
    await client.deleteTaskPushNotificationConfig(DeleteTaskPushNotificationConfigRequest.fromJSON(ofFirst));
    expect(await listed(), urls.slice(1), 'what is listed after a delete');
    await refused(getConfig, ...is(TaskNotFoundError));
  },

  async list() {
    if (legacy) throw new NotOffered('0.3 has no such operation');
    const contextId = newId('context');
    const tasks = [];
    for (const word of ['one', 'two', 'three']) tasks.push((await send(text(word), { contextId })).id);
    const paused = await send(text('wait'), { contextId, messageId: newId('tck-input-required') });
    const seen = [];
    let pageToken = '';
    do {
      const page = await client.listTasks(ListTasksRequest.fromJSON({ contextId, pageSize: 3, pageToken }));
      expect(page.totalSize, 4, 'the total');
      expect(page.tasks.flatMap((task) => task.artifacts), [], 'artifacts, not asked for');
      seen.push(...page.tasks.map((task) => task.id));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(seen, [paused.id, ...tasks.reverse()], 'the tasks, newest first');
    const ended = { contextId, status: 'TASK_STATE_COMPLETED', includeArtifacts: true };
    const page = await client.listTasks(ListTasksRequest.fromJSON(ended));
    const texts = page.tasks.flatMap((task) => textsOf(task.artifacts[0].parts));
    expect(texts, ['three', 'two', 'one'], 'the artifacts of what has ended');
  },

  async errors() {
    const ended = await send(text('a task that ends'));
    const absent = { id: newId('absent'), contextId: '' };
    await refused(() => get(absent.id), ...is(TaskNotFoundError));
    await refused(() => cancel(absent.id), ...is(TaskNotFoundError));
    await refused(() => send(text('hello'), { task: absent }), ...is(TaskNotFoundError));
    await refused(() => collect(subscribe(absent.id)), ...is(TaskNotFoundError));
    await refused(() => cancel(ended.id), ...is(TaskNotCancelableError));
    await refused(() => collect(subscribe(ended.id)), ...is(UnsupportedOperationError));
    await refused(() => send(text('hello'), { task: ended }), ...is(UnsupportedOperationError));
  },

  async files() {
    const names = withNames ? [{ filename: 'bytes é.bin' }, { filename: 'report.pdf' }] : [{}, {}];
    await expectEcho([
      { raw: EVERY_BYTE.toString('base64'), mediaType: 'application/x-bytes', ...names[0] },
      { url: FILE_URL, mediaType: 'application/pdf', ...names[1] },
    ]);
    return withNames ? '' : 'without names, which its protobuf forms of 0.3 have not';
  },

  async data() {
    const metadata = withNames ? { metadata: { note: 'kept', number: 3 } } : {};
    await expectEcho([{ data: DATA, ...metadata }]);
    if (!withNames) return "objects only, without the part's metadata, which its protobuf forms of 0.3 have not";
    if (legacy) return 'objects only, as the data of 0.3 is';
    for (const data of [[1, null, 'x'], 'text', -3, true]) await expectEcho([{ data }]);
    return 'but for `null` by itself, of which its Part.fromJSON makes no content';
  },

  async 'extended-card'() {
    if (!card.capabilities?.extendedAgentCard) throw new Error('the card promises no extended one');
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
  const echoed = task.artifacts[0].parts.map((part) => Part.toJSON(part));
  expect(echoed, parts.map((part) => Part.toJSON(Part.fromJSON(part))), 'the parts');
}

await run(given.only, checks);
