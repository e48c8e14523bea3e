// Prints what npm's @a2a-js/sdk writes, as JSON lines: node fixtures.mjs FAMILY, in a folder that has it installed
// together with express. With version 1.3: `v1`, `v0_3`, `v0_3_rest`; with version 0.3: `v0_3_rest`.
//
// What it is given to write is what the SDK for Python wrote, so this comes after that. Its own types are asked, and
// servers and clients of it that talk to us instead of each other.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/`);
const { version } = require('./node_modules/@a2a-js/sdk/package.json');
const express = require('express');
const { jsonRpcHandler, restHandler, UserBuilder } = require('@a2a-js/sdk/server/express');

const lines = (family) =>
  readFileSync(new URL(`../../a2a-core/tests/it/fixtures/lines/python_${family}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const shown = new Set();
function show(source, kind, json, of) {
  const text = JSON.stringify(json);
  if (text === undefined || shown.has(kind + text)) return;
  shown.add(kind + text);
  console.log(JSON.stringify({ from: `@a2a-js/sdk ${version}: ${source}`, kind, json, of }));
}

/** What it makes of a value of version 1.0. */
const showConverted = (line, kind, json, of = line) =>
  show(given(line), kind, json, { kind: of.kind, json: of.json });

const given = (line) => line.from.replace(/^\S+ \S+: /, 'given ');

/** All of a kind that Python writes in the usual way. */
const of = (family, kind) =>
  lines(family).filter((line) => line.kind === kind && !/proto names|numbers|defaults|nulls/.test(line.from));

async function v1() {
  const sdk = require('@a2a-js/sdk');
  for (const line of lines('v1')) {
    if (sdk[line.kind]) show(given(line), line.kind, sdk[line.kind].toJSON(sdk[line.kind].fromJSON(line.json)));
  }
  await errors('1.0', 'GetTask', '/tasks/t', 'Error', 'HttpError');
}

/** What its server says when the agent fails in each way: over JSON-RPC and over REST, where these are wanted. */
async function errors(version, method, path, overRpc, overRest) {
  const sdk = require('@a2a-js/sdk');
  const { A2AError, ...kinds } = require('@a2a-js/sdk/errors');
  const handler = handlerOfV1(sdk, version);
  await serve(handler, version, async (ask) => {
    const call = { jsonrpc: '2.0', id: 1, method, params: { id: 't' } };
    for (const [name, Kind] of Object.entries(kinds)) {
      if (!/^(?!JsonRpc|Rest)[A-Z]\w+Error$/.test(name)) continue;
      handler.getTask = async () => {
        throw new Kind('What went wrong');
      };
      if (overRpc) show(name, overRpc, JSON.parse(await ask('/rpc', call)).error);
      if (overRest) show(name, overRest, JSON.parse(await ask(path, undefined, 'GET')));
    }
  });
}

/** Serves `handler` at /rpc and over REST, and calls `use` with a way to ask. */
async function serve(handler, version, use) {
  const userBuilder = UserBuilder.noAuthentication;
  const options = { requestHandler: handler, userBuilder, legacyCompat: { enabled: true } };
  const app = express();
  app.use('/rpc', jsonRpcHandler(options));
  app.use('/', restHandler(options));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  const headers = { 'content-type': 'application/json', 'a2a-version': version };
  const ask = async (path, body, method = 'POST') => {
    const sent = method === 'GET' ? undefined : JSON.stringify(body);
    const answer = await fetch(base + path, { method, headers, body: sent });
    return answer.text();
  };
  await use(ask);
  server.close();
}

/** The frames of a stream. */
const frames = (text) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => JSON.parse(line.slice(5)));

const card = (sdk, protocolVersion) =>
  sdk.AgentCard.fromJSON({
    name: 'n',
    description: 'd',
    version: '1',
    capabilities: { streaming: true, pushNotifications: true, extendedAgentCard: true },
    supportedInterfaces: ['JSONRPC', 'HTTP+JSON'].map((protocolBinding) => ({
      url: 'http://127.0.0.1/',
      protocolBinding,
      protocolVersion,
    })),
  });

/** The cards that Python writes, as ones that speak v0.3, which doesn't know the flow of a device. */
const cards = (sdk) =>
  of('v1', 'AgentCard').map((line) => {
    const card = sdk.AgentCard.fromJSON(line.json);
    delete card.securitySchemes['oauth2 device_code'];
    for (const one of card.supportedInterfaces) {
      Object.assign(one, { protocolVersion: '0.3', protocolBinding: 'JSONRPC' });
    }
    return [line, card];
  });

/** A handler that answers what it is told to, as an agent of one version. */
function handlerOfV1(sdk, protocolVersion) {
  const next = {};
  const handler = {
    next,
    getAgentCard: async () => card(sdk, protocolVersion),
    getAuthenticatedExtendedAgentCard: async () => next.card,
    sendMessage: async () => next.answer,
    async *sendMessageStream() {
      yield* next.events;
    },
    getTask: async () => next.task,
    createTaskPushNotificationConfig: async () => next.config,
    getTaskPushNotificationConfig: async () => next.config,
  };
  return handler;
}

const PARTS_OF_0_3 = [{ kind: 'text', text: 'hi' }];
const MESSAGE_OF_0_3 = { message: { kind: 'message', messageId: 'm', role: 'user', parts: PARTS_OF_0_3 } };
const BODY_OF_0_3 = { message: { messageId: 'm', role: 'ROLE_USER', content: [{ text: 'hi' }] } };

async function v0_3() {
  const sdk = require('@a2a-js/sdk');
  const handler = handlerOfV1(sdk, '0.3');
  await serve(handler, '0.3', async (ask) => {
    const call = async (method, params) => JSON.parse(await ask('/rpc', { jsonrpc: '2.0', id: 1, method, params }));
    for (const line of of('v1', 'SendMessageResponse')) {
      const answer = sdk.SendMessageResponse.fromJSON(line.json);
      handler.next.answer = answer.payload.value;
      showConverted(line, 'SendMessageResult', (await call('message/send', MESSAGE_OF_0_3)).result);
    }
    for (const line of of('v1', 'StreamResponse')) {
      handler.next.events = [sdk.StreamResponse.fromJSON(line.json)];
      const text = await ask('/rpc', { jsonrpc: '2.0', id: 1, method: 'message/stream', params: MESSAGE_OF_0_3 });
      for (const frame of frames(text)) showConverted(line, 'StreamEvent', frame.result);
    }
    for (const line of of('v1', 'TaskStatus')) {
      const task = { id: 't', contextId: 'c', status: line.json };
      handler.next.task = sdk.Task.fromJSON(task);
      showConverted(line, 'Task', (await call('tasks/get', { id: 't' })).result, { kind: 'Task', json: task });
    }
    for (const line of of('v1', 'TaskPushNotificationConfig')) {
      handler.next.config = sdk.TaskPushNotificationConfig.fromJSON(line.json);
      const params = { taskId: 't', pushNotificationConfig: { url: 'https://example.com' } };
      const set = await call('tasks/pushNotificationConfig/set', params);
      showConverted(line, 'TaskPushNotificationConfig', set.result);
    }
    for (const [line, card] of cards(sdk)) {
      handler.next.card = card;
      const of = { kind: 'AgentCard', json: sdk.AgentCard.toJSON(card) };
      showConverted(line, 'AgentCard', (await call('agent/getAuthenticatedExtendedCard')).result, of);
    }
    show('a method that nobody knows', 'Error', (await call('tasks/forget', {})).error);
    show('params that are wrong', 'Error', (await call('message/send', { message: 5 })).error);
  });
  await errors('0.3', 'tasks/get', '/v1/tasks/t', 'Error', null);
  await requestsOf0_3(sdk, 'LegacyJsonRpcTransport', (body) => body.params, showConverted);
}

/** What its client for servers of v0.3 asks of them. */
async function requestsOf0_3(sdk, transportName, params, showRequest) {
  const client = require('@a2a-js/sdk/compat/v0_3/client');
  let asked;
  const fetchImpl = async (url, init) => {
    asked = init.body ? params(JSON.parse(init.body)) : undefined;
    throw new Error('that is all');
  };
  const transport = new client[transportName]({ endpoint: 'http://127.0.0.1/', fetchImpl });
  const calls = {
    SendMessageRequest: ['sendMessage', 'MessageSendParams'],
    GetTaskRequest: ['getTask', 'TaskQueryParams'],
    CancelTaskRequest: ['cancelTask', 'TaskIdParams'],
    TaskPushNotificationConfig: ['createTaskPushNotificationConfig', 'TaskPushNotificationConfig'],
    GetTaskPushNotificationConfigRequest: [
      'getTaskPushNotificationConfig',
      'GetTaskPushNotificationConfigParams',
    ],
    DeleteTaskPushNotificationConfigRequest: [
      'deleteTaskPushNotificationConfig',
      'DeleteTaskPushNotificationConfigParams',
    ],
  };
  for (const [kind, [method, name]] of Object.entries(calls)) {
    for (const line of of('v1', kind)) {
      asked = undefined;
      await transport[method](sdk[kind].fromJSON(line.json)).catch(() => {});
      showRequest(line, name, asked);
    }
  }
}

async function v0_3RestOf1() {
  const sdk = require('@a2a-js/sdk');
  const handler = handlerOfV1(sdk, '0.3');
  await serve(handler, '0.3', async (ask) => {
    for (const line of of('v1', 'SendMessageResponse')) {
      handler.next.answer = sdk.SendMessageResponse.fromJSON(line.json).payload.value;
      show(given(line), 'SendMessageResult', JSON.parse(await ask('/v1/message:send', BODY_OF_0_3)));
    }
    for (const line of of('v1', 'StreamResponse')) {
      handler.next.events = [sdk.StreamResponse.fromJSON(line.json)];
      for (const frame of frames(await ask('/v1/message:stream', BODY_OF_0_3))) show(given(line), 'StreamEvent', frame);
    }
    for (const line of of('v1', 'TaskStatus')) {
      handler.next.task = sdk.Task.fromJSON({ id: 't', contextId: 'c', status: line.json });
      show(given(line), 'Task', JSON.parse(await ask('/v1/tasks/t', undefined, 'GET')));
    }
    for (const [line, card] of cards(sdk)) {
      handler.next.card = card;
      show(given(line), 'AgentCard', JSON.parse(await ask('/v1/card', undefined, 'GET')));
    }
  });
  await errors('0.3', 'tasks/get', '/v1/tasks/t', null, 'Error');
  await requestsOf0_3(sdk, 'LegacyRestTransport', (body) => body, (line, kind, body) => show(given(line), kind, body));
}

async function v0_3RestOf0_3() {
  const next = {};
  const handler = {
    getAgentCard: async () => ({ capabilities: { streaming: true, pushNotifications: true } }),
    sendMessage: async () => next.answer,
    async *sendMessageStream() {
      yield next.event;
    },
    getTask: async () => next.task,
  };
  await serve(handler, '0.3', async (ask) => {
    for (const line of of('v0_3', 'SendMessageResult')) {
      next.answer = line.json;
      show(given(line), 'SendMessageResult', JSON.parse(await ask('/v1/message:send', BODY_OF_0_3)));
    }
    for (const line of of('v0_3', 'StreamEvent')) {
      next.event = line.json;
      for (const frame of frames(await ask('/v1/message:stream', BODY_OF_0_3))) show(given(line), 'StreamEvent', frame);
    }
    for (const line of of('v0_3', 'TaskStatus')) {
      next.task = { kind: 'task', id: 't', contextId: 'c', status: line.json };
      show(given(line), 'Task', JSON.parse(await ask('/v1/tasks/t', undefined, 'GET')));
    }
  });
}

const families = version.startsWith('0.')
  ? { v0_3_rest: v0_3RestOf0_3 }
  : { v1, v0_3, v0_3_rest: v0_3RestOf1 };
await families[process.argv[2]]();
