"""Drives an agent with a2a-sdk 1.x, in version 1.0 or in 0.3 with its compatibility client; see checks.py."""

import grpc
import httpx
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.client.client import ClientCallContext
from a2a.helpers.proto_helpers import new_data_part, new_raw_part, new_text_part, new_url_part
from a2a.types import a2a_pb2 as pb
from a2a.utils.errors import A2AError, TaskNotCancelableError, TaskNotFoundError, UnsupportedOperationError
from checks import (
    CHECKS,
    DATA,
    EVERY_BYTE,
    FILE_URL,
    TOKEN,
    NotOffered,
    Refused,
    Webhook,
    arguments,
    expect,
    fail_loudly,
    new_id,
    refused,
    run,
)
from google.protobuf.json_format import MessageToDict

STATES = pb.TaskState
CONFIGS_OF_REST = 'compat/v0_3/rest_transport.py raises NotImplementedError'


def send_request(*parts, message_id=None, task=None, context_id=None, **configuration):
    message = pb.Message(message_id=message_id or new_id(), role=pb.ROLE_USER, parts=parts)
    if task:
        message.task_id, message.context_id = task.id, task.context_id
    if context_id:
        message.context_id = context_id
    return pb.SendMessageRequest(message=message, configuration=pb.SendMessageConfiguration(**configuration))


def text(value):
    return [new_text_part(value)]


def state_of(event):
    """The state that a StreamResponse tells of, if it does."""
    for kind in ('task', 'status_update'):
        if event.HasField(kind):
            return STATES.Name(getattr(event, kind).status.state)
    return None


def delivered_state(body):
    """The state that a webhook's body tells of."""
    body = body.get('statusUpdate') or body.get('task') or {}
    return body.get('status', {}).get('state')


def delivered_legacy_state(body):
    """The state that a body of 0.3 tells of. The SDK's own server sends those of 1.0 to everyone."""
    return body.get('status', {}).get('state') or (delivered_state(body) or '').removeprefix('TASK_STATE_').lower()


class Peer:
    def __init__(self, options, card, client, streaming):
        self.options = options
        self.legacy = options.version == '0.3'
        self.card = card
        self.client, self.streaming = client, streaming

    async def send(self, *parts, **options):
        return [event async for event in self.client.send_message(send_request(*parts, **options))][0]

    async def ended(self):
        """A task that has ended."""
        return (await self.send(*text('a task that ends'))).task

    async def unary(self):
        event = await self.send(*text('hello'))
        expect(state_of(event), 'TASK_STATE_COMPLETED', 'the state')
        expect([[part.text for part in artifact.parts] for artifact in event.task.artifacts], [['hello']], 'the echo')
        task = await self.client.get_task(pb.GetTaskRequest(id=event.task.id))
        expect((task.id, task.context_id), (event.task.id, event.task.context_id), 'the ids of GetTask')
        expect(STATES.Name(task.status.state), 'TASK_STATE_COMPLETED', 'the state of GetTask')
        expect(task.artifacts, event.task.artifacts, 'the artifacts of GetTask')

    async def stream(self):
        states, chunks = [], []
        async for event in self.streaming.send_message(send_request(*text('stream'), message_id=new_id('tck-stream-001'))):
            states.append(state_of(event))
            if event.HasField('artifact_update'):
                chunks += [part.text for part in event.artifact_update.artifact.parts]
            if event.HasField('task'):
                chunks += [part.text for artifact in event.task.artifacts for part in artifact.parts]
        states = [state for state in states if state]
        expect(states[-2:], ['TASK_STATE_WORKING', 'TASK_STATE_COMPLETED'], 'the last states')
        expect(chunks, ['Stream hello from TCK'], 'the chunks')
        event = None
        async for event in self.streaming.send_message(send_request(*text('stream'), message_id=new_id('tck-stream-artifact-chunked'))):
            task_id = event.task.id or event.status_update.task_id or event.artifact_update.task_id
        task = await self.client.get_task(pb.GetTaskRequest(id=task_id))
        whole = ''.join(part.text for artifact in task.artifacts for part in artifact.parts)
        expect(whole, 'chunk-1 chunk-2', 'the chunks of a task')

    async def message(self):
        event = await self.send(*text('speak'), message_id=new_id('tck-message-response'))
        expect([part.text for part in event.message.parts], ['Direct message response'], 'the message')
        request = send_request(*text('speak'), message_id=new_id('tck-message-response'))
        events = [event.WhichOneof('payload') async for event in self.streaming.send_message(request)]
        expect(events, ['message'], 'the events of a stream')

    async def multi_turn(self):
        first = await self.send(*text('tck-multi-turn please'))
        expect(state_of(first), 'TASK_STATE_INPUT_REQUIRED', 'the state of the first turn')
        second = await self.send(*text('more'), task=first.task)
        expect(state_of(second), 'TASK_STATE_INPUT_REQUIRED', 'the state of the second turn')
        last = await self.send(*text('done'), task=first.task)
        expect(state_of(last), 'TASK_STATE_COMPLETED', 'the state of the last turn')
        expect({each.task.id for each in (first, second, last)}, {first.task.id}, "the task's id")
        task = await self.client.get_task(pb.GetTaskRequest(id=first.task.id, history_length=100))
        said = [part.text for message in task.history if message.role == pb.ROLE_USER for part in message.parts]
        expect(said, ['tck-multi-turn please', 'more', 'done'], "the user's part of the history")

    async def cancel(self):
        event = await self.send(*text('tck-cancel'), return_immediately=True)
        if state_of(event) not in ('TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING'):
            raise Refused(f'the state before: {state_of(event)}')
        task = await self.client.cancel_task(pb.CancelTaskRequest(id=event.task.id))
        expect(STATES.Name(task.status.state), 'TASK_STATE_CANCELED', 'the state')
        task = await self.client.get_task(pb.GetTaskRequest(id=task.id))
        expect(STATES.Name(task.status.state), 'TASK_STATE_CANCELED', 'the state of GetTask')

    async def resubscribe(self):
        request = send_request(*text('wait'), message_id=new_id('test-resubscribe-message-id'))
        stream = self.streaming.send_message(request)
        first = await anext(stream)
        await stream.aclose()
        task_id = first.task.id or first.status_update.task_id
        events = [event async for event in self.streaming.subscribe(pb.SubscribeToTaskRequest(id=task_id))]
        expect(events[0].WhichOneof('payload'), 'task', 'the first event')
        expect(state_of(events[-1]), 'TASK_STATE_COMPLETED', 'the last state')

    async def push(self):
        with Webhook(self.options.webhook_host) as webhook:
            config = pb.TaskPushNotificationConfig(
                url=webhook.url,
                token='token-of-python',
                authentication=pb.AuthenticationInfo(scheme='Bearer', credentials='credentials-of-python'),
            )
            await self.send(
                *text('push'), message_id=new_id('tck-stream-001'), task_push_notification_config=config
            )
            if self.legacy:
                states = await webhook.statuses(delivered_legacy_state, 'completed')
                expect(states[-2:], ['working', 'completed'], 'the last states')
            else:
                states = await webhook.statuses(delivered_state, 'TASK_STATE_COMPLETED')
                expect(states[-2:], ['TASK_STATE_WORKING', 'TASK_STATE_COMPLETED'], 'the last states')
            webhook.expect_headers('token-of-python', 'credentials-of-python')

    async def push_configs(self):
        task = (await self.send(*text('wait'), message_id=new_id('tck-input-required'))).task
        with Webhook(self.options.webhook_host) as webhook:
            made = []
            for name in ('first', 'second'):
                config = pb.TaskPushNotificationConfig(task_id=task.id, id=name, url=f'{webhook.url}/{name}')
                made.append(await self.client.create_task_push_notification_config(config))
            expect([config.url for config in made], [f'{webhook.url}/first', f'{webhook.url}/second'], 'what is created')
            expect([config.task_id for config in made], [task.id] * 2, 'the task of what is created')
            of_first = {'task_id': task.id, 'id': made[0].id}
            got = await self.client.get_task_push_notification_config(pb.GetTaskPushNotificationConfigRequest(**of_first))
            expect((got.id, got.url), (made[0].id, made[0].url), 'what is got')
            if self.legacy and self.options.binding == 'HTTP+JSON':
                return f'list and delete not offered: {CONFIGS_OF_REST}'
            await self.expect_configs(task, made)
            delete = pb.DeleteTaskPushNotificationConfigRequest(**of_first)
            await self.client.delete_task_push_notification_config(delete)
            await self.expect_configs(task, made[1:])
            get = self.client.get_task_push_notification_config(pb.GetTaskPushNotificationConfigRequest(**of_first))
            await refused(get, TaskNotFoundError)

    async def expect_configs(self, task, wanted):
        request = pb.ListTaskPushNotificationConfigsRequest(task_id=task.id)
        listed = await self.client.list_task_push_notification_configs(request)
        expect(sorted(config.url for config in listed.configs), sorted(config.url for config in wanted), 'what is listed')

    async def list(self):
        if self.legacy:
            raise NotOffered('0.3 has no such operation')
        context_id = new_id('context')
        tasks = [(await self.send(*text(word), context_id=context_id)).task.id for word in ('one', 'two', 'three')]
        paused = (await self.send(*text('wait'), context_id=context_id, message_id=new_id('tck-input-required'))).task.id
        seen, token = [], ''
        while True:
            request = pb.ListTasksRequest(context_id=context_id, page_size=3, page_token=token)
            page = await self.client.list_tasks(request)
            expect(page.total_size, 4, 'the total')
            seen += [task.id for task in page.tasks]
            expect([len(task.artifacts) for task in page.tasks], [0] * len(page.tasks), 'artifacts, not asked for')
            token = page.next_page_token
            if not token:
                break
        expect(seen, [paused, *reversed(tasks)], 'the tasks, newest first')
        request = pb.ListTasksRequest(context_id=context_id, status=pb.TASK_STATE_COMPLETED, include_artifacts=True)
        page = await self.client.list_tasks(request)
        texts = [task.artifacts[0].parts[0].text for task in page.tasks]
        expect(texts, ['three', 'two', 'one'], 'the artifacts of what has ended')

    async def errors(self):
        ended, absent = await self.ended(), pb.Task(id=new_id('absent'))
        await refused(self.client.get_task(pb.GetTaskRequest(id=absent.id)), TaskNotFoundError)
        await refused(self.client.cancel_task(pb.CancelTaskRequest(id=absent.id)), TaskNotFoundError)
        await refused(self.send(*text('hello'), task=absent), TaskNotFoundError)
        await refused(self.subscribed(absent), TaskNotFoundError)
        await refused(self.client.cancel_task(pb.CancelTaskRequest(id=ended.id)), TaskNotCancelableError)
        await refused(self.subscribed(ended), UnsupportedOperationError)
        await refused(self.send(*text('hello'), task=ended), UnsupportedOperationError)

    async def subscribed(self, task):
        return [event async for event in self.streaming.subscribe(pb.SubscribeToTaskRequest(id=task.id))]

    async def echoed(self, *parts):
        """The parts that come back, as ProtoJSON."""
        event = await self.send(*parts)
        return [MessageToDict(part) for part in event.task.artifacts[0].parts]

    async def files(self):
        raw = new_raw_part(EVERY_BYTE, media_type='application/x-bytes', filename='bytes é.bin')
        url = new_url_part(FILE_URL, media_type='application/pdf', filename='report.pdf')
        expect(await self.echoed(raw, url), [MessageToDict(raw), MessageToDict(url)], 'the parts')

    async def data(self):
        part = new_data_part(DATA)
        part.metadata.update({'note': 'kept', 'number': 3})
        expect(await self.echoed(part), [MessageToDict(part)], 'the part')
        if self.legacy:
            return 'objects only, as the data of 0.3 is'
        for value in ([1, None, 'x'], 'text', -3, None, True):
            expect(await self.echoed(new_data_part(value)), [MessageToDict(new_data_part(value))], f'data {value!r}')

    async def extended_card(self):
        request = pb.GetExtendedAgentCardRequest()
        if not self.card.capabilities.extended_agent_card:
            raise Refused('the card promises no extended one')
        await refused(self.client.get_extended_agent_card(request), A2AError)
        context = ClientCallContext(service_parameters={'Authorization': f'Bearer {TOKEN}'})
        extended = await self.client.get_extended_agent_card(request, context=context)
        expect(extended.name, self.card.name, 'the name')
        if len(extended.skills) <= len(self.card.skills):
            raise Refused(f'{len(extended.skills)} skills, as on the public card')


async def main():
    options = arguments()
    async with httpx.AsyncClient(timeout=15) as http:
        card = await A2ACardResolver(http, options.card).get_agent_card()
    usable = [
        interface
        for interface in card.supported_interfaces
        if interface.protocol_binding == options.binding and interface.protocol_version.startswith(options.version)
    ]
    if not usable:
        raise Refused(f'no interface {options.binding} {options.version} on the card: {MessageToDict(card)}')
    # Given both versions it takes the newer one.
    chosen = pb.AgentCard()
    chosen.CopyFrom(card)
    del chosen.supported_interfaces[:]
    chosen.supported_interfaces.extend(usable)

    def client(streaming):
        config = ClientConfig(
            streaming=streaming,
            httpx_client=httpx.AsyncClient(timeout=15),
            grpc_channel_factory=grpc.aio.insecure_channel,
            supported_protocol_bindings=[options.binding],
        )
        return ClientFactory(config).create(chosen)

    peer = Peer(options, card, client(streaming=False), client(streaming=True))
    await run(options.only, {name: getattr(peer, name.replace('-', '_')) for name in CHECKS})


fail_loudly(main)
