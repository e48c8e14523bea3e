"""Drives an agent with a2a-sdk 0.3, in version 0.3; see checks.py."""

import base64

import grpc
import httpx
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.client.errors import A2AClientHTTPError, A2AClientJSONRPCError
from a2a.client.middleware import ClientCallContext
from a2a.client.transports.grpc import GrpcTransport
from a2a.types import (
    DataPart,
    FilePart,
    FileWithBytes,
    FileWithUri,
    GetTaskPushNotificationConfigParams,
    Message,
    MessageSendConfiguration,
    Part,
    PushNotificationAuthenticationInfo,
    PushNotificationConfig,
    Role,
    Task,
    TaskIdParams,
    TaskPushNotificationConfig,
    TaskQueryParams,
    TaskStatusUpdateEvent,
    TextPart,
)
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

CODES = {'TaskNotFoundError': -32001, 'TaskNotCancelableError': -32002, 'UnsupportedOperationError': -32004}
ERRORS = (A2AClientHTTPError, A2AClientJSONRPCError, grpc.aio.AioRpcError)


def message(*parts, message_id=None, task=None, context_id=None):
    return Message(
        message_id=message_id or new_id(),
        role=Role.user,
        parts=[Part(root=part) for part in parts],
        task_id=task.id if task else None,
        context_id=task.context_id if task else context_id,
    )


def text(value):
    return TextPart(text=value)


def texts(parts):
    return [part.root.text for part in parts]


def delivered_state(body):
    """The state that a webhook's body tells of: a task, or an event."""
    return body.get('status', {}).get('state')


class WithToken(grpc.aio.UnaryUnaryClientInterceptor):
    """Shows the token that is set; the SDK's gRPC client itself sends no metadata of a call."""

    def __init__(self):
        self.token = None

    async def intercept_unary_unary(self, continuation, details, request):
        if self.token:
            metadata = [*(details.metadata or []), ('authorization', f'Bearer {self.token}')]
            details = details._replace(metadata=grpc.aio.Metadata(*metadata))
        return await continuation(details, request)


class Peer:
    def __init__(self, options, card):
        self.options, self.card = options, card
        self.with_token = WithToken()
        self.client = self.client_of(card, streaming=False)
        self.streaming = self.client_of(card, streaming=True)

    def client_of(self, card, **options):
        config = ClientConfig(
            httpx_client=httpx.AsyncClient(timeout=15), supported_transports=[self.options.binding], **options
        )
        factory = ClientFactory(config)
        # What the factory makes by itself sends metadata in capital letters, which grpcio refuses.
        factory.register('GRPC', lambda card, url, *_: GrpcTransport(self.channel(url), card))
        return factory.create(card)

    def channel(self, url):
        return grpc.aio.insecure_channel(url, interceptors=[self.with_token])

    async def send(self, *parts, configuration=None, **options):
        """What a send without a stream answers: a task, or a message."""
        request = message(*parts, **options)
        answers = [answer async for answer in self.client.send_message(request, configuration=configuration)]
        return answers[0] if isinstance(answers[0], Message) else answers[0][0]

    async def unary(self):
        task = await self.send(text('hello'))
        expect(task.status.state.value, 'completed', 'the state')
        expect([texts(artifact.parts) for artifact in task.artifacts], [['hello']], 'the echo')
        got = await self.client.get_task(TaskQueryParams(id=task.id))
        expect((got.id, got.context_id), (task.id, task.context_id), 'the ids of tasks/get')
        expect(got.status.state.value, 'completed', 'the state of tasks/get')
        expect(got.artifacts, task.artifacts, 'the artifacts of tasks/get')

    async def stream(self):
        states, finals, chunks = [], [], []
        request = message(text('stream'), message_id=new_id('tck-stream-001'))
        async for task, update in self.streaming.send_message(request):
            states.append(task.status.state.value)
            if isinstance(update, TaskStatusUpdateEvent):
                finals.append(update.final)
            elif update:
                chunks += texts(update.artifact.parts)
        states = [state for state, before in zip(states, [None, *states]) if state != before]
        expect(states[-2:], ['working', 'completed'], 'the last states')
        expect(chunks, ['Stream hello from TCK'], 'the chunks')
        expect([finals[-1], any(finals[:-1])], [True, False], '`final` of the last update and of those before')
        request = message(text('stream'), message_id=new_id('tck-stream-artifact-chunked'))
        async for task, _ in self.streaming.send_message(request):
            pass
        whole = ''.join(text for artifact in task.artifacts for text in texts(artifact.parts))
        expect(whole, 'chunk-1 chunk-2', 'the chunks, as the SDK folds them')

    async def message(self):
        answer = await self.send(text('speak'), message_id=new_id('tck-message-response'))
        expect(texts(answer.parts), ['Direct message response'], 'the message')
        request = message(text('speak'), message_id=new_id('tck-message-response'))
        events = [event async for event in self.streaming.send_message(request)]
        expect([texts(event.parts) for event in events], [['Direct message response']], 'the events of a stream')

    async def multi_turn(self):
        first = await self.send(text('tck-multi-turn please'))
        expect(first.status.state.value, 'input-required', 'the state of the first turn')
        second = await self.send(text('more'), task=first)
        expect(second.status.state.value, 'input-required', 'the state of the second turn')
        last = await self.send(text('done'), task=first)
        expect(last.status.state.value, 'completed', 'the state of the last turn')
        expect({each.id for each in (first, second, last)}, {first.id}, "the task's id")
        task = await self.client.get_task(TaskQueryParams(id=first.id, history_length=100))
        said = [text for each in task.history if each.role is Role.user for text in texts(each.parts)]
        expect(said, ['tck-multi-turn please', 'more', 'done'], "the user's part of the history")

    async def cancel(self):
        task = await self.send(text('tck-cancel'), configuration=MessageSendConfiguration(blocking=False))
        if task.status.state.value not in ('submitted', 'working'):
            raise Refused(f'the state before: {task.status.state}')
        task = await self.client.cancel_task(TaskIdParams(id=task.id))
        expect(task.status.state.value, 'canceled', 'the state')
        task = await self.client.get_task(TaskQueryParams(id=task.id))
        expect(task.status.state.value, 'canceled', 'the state of tasks/get')

    async def resubscribe(self):
        stream = self.streaming.send_message(message(text('wait'), message_id=new_id('test-resubscribe-message-id')))
        task, _ = await anext(stream)
        await stream.aclose()
        events = [event async for event in self.streaming.resubscribe(TaskIdParams(id=task.id))]
        expect(events[0][1], None, 'the first event, which is the task')
        expect(events[-1][0].status.state.value, 'completed', 'the last state')

    async def push(self):
        with Webhook(self.options.webhook_host) as webhook:
            config = PushNotificationConfig(
                url=webhook.url,
                token='token-of-python',
                authentication=PushNotificationAuthenticationInfo(
                    schemes=['Bearer'], credentials='credentials-of-python'
                ),
            )
            # As an option of the client, for it makes a dictionary of one that comes with the call.
            client = self.client_of(self.card, streaming=False, push_notification_configs=[config])
            [_ async for _ in client.send_message(message(text('push'), message_id=new_id('tck-stream-001')))]
            states = await webhook.statuses(delivered_state, 'completed')
            expect(states[-2:], ['working', 'completed'], 'the last states')
            webhook.expect_headers('token-of-python', 'credentials-of-python')

    async def push_configs(self):
        task = await self.send(text('wait'), message_id=new_id('tck-input-required'))
        with Webhook(self.options.webhook_host) as webhook:
            for name in ('first', 'second'):
                config = PushNotificationConfig(id=name, url=f'{webhook.url}/{name}')
                wanted = TaskPushNotificationConfig(task_id=task.id, push_notification_config=config)
                made = await self.client.set_task_callback(wanted)
                expect((made.task_id, made.push_notification_config.id), (task.id, name), 'what is set')
                params = GetTaskPushNotificationConfigParams(id=task.id, push_notification_config_id=name)
                got = await self.client.get_task_callback(params)
                expect(got.push_notification_config.url, f'{webhook.url}/{name}', 'what is got')
        missing = GetTaskPushNotificationConfigParams(id=task.id, push_notification_config_id='third')
        await refused(self.client.get_task_callback(missing), *ERRORS)
        return 'list and delete not offered: client/client.py has neither'

    async def list(self):
        raise NotOffered('0.3 has no such operation')

    async def errors(self):
        ended = await self.send(text('a task that ends'))
        absent = Task(id=new_id('absent'), context_id=new_id('context'), status=ended.status)
        await self.refused(self.client.get_task(TaskQueryParams(id=absent.id)), 'TaskNotFoundError')
        await self.refused(self.client.cancel_task(TaskIdParams(id=absent.id)), 'TaskNotFoundError')
        await self.refused(self.send(text('hello'), task=absent), 'TaskNotFoundError')
        await self.refused(self.client.cancel_task(TaskIdParams(id=ended.id)), 'TaskNotCancelableError')
        await self.refused(self.resubscribed(ended), 'UnsupportedOperationError')
        await self.refused(self.send(text('hello'), task=ended), 'UnsupportedOperationError')
        return {
            'JSONRPC': 'by code: types.py reads every error as a JSONRPCError',
            'HTTP+JSON': 'by HTTP status: client/transports/rest.py reads no more of an error',
            'GRPC': 'by status and details: client/transports/grpc.py leaves the errors of grpc as they are',
        }[self.options.binding]

    async def resubscribed(self, task):
        return [event async for event in self.streaming.resubscribe(TaskIdParams(id=task.id))]

    async def refused(self, call, name):
        error = await refused(call, *ERRORS)
        if isinstance(error, A2AClientJSONRPCError):
            expect(error.error.code, CODES[name], f'the code of a {name}')
        elif isinstance(error, A2AClientHTTPError):
            expect(error.status_code, 404 if name == 'TaskNotFoundError' else 400, f'the status of a {name}')
        else:
            expect(error.details().split(': ')[0], name, f'the details of {error.code()}')

    async def echoed(self, *parts):
        task = await self.send(*parts)
        return [part.root.model_dump() for part in task.artifacts[0].parts]

    async def files(self):
        with_bytes = FileWithBytes(
            bytes=base64.b64encode(EVERY_BYTE).decode(), mime_type='application/x-bytes', name='bytes é.bin'
        )
        with_uri = FileWithUri(uri=FILE_URL, mime_type='application/pdf', name='report.pdf')
        parts = [FilePart(file=with_bytes), FilePart(file=with_uri)]
        self.expect_parts(await self.echoed(*parts), parts)

    async def data(self):
        parts = [DataPart(data=DATA, metadata={'note': 'kept', 'number': 3})]
        self.expect_parts(await self.echoed(*parts), parts)

    @staticmethod
    def expect_parts(echoed, parts):
        for part in echoed:
            # Its protobuf forms make empty metadata of none.
            part['metadata'] = part['metadata'] or None
        expect(echoed, [part.model_dump() for part in parts], 'the parts')

    async def extended_card(self):
        if not self.card.supports_authenticated_extended_card:
            raise Refused('the card promises no extended one')
        await refused(self.client.get_card(), *ERRORS)
        self.with_token.token = TOKEN
        headers = {'Authorization': f'Bearer {TOKEN}'}
        extended = await self.client.get_card(context=ClientCallContext(state={'http_kwargs': {'headers': headers}}))
        expect(extended.name, self.card.name, 'the name')
        if len(extended.skills) <= len(self.card.skills):
            raise Refused(f'{len(extended.skills)} skills, as on the public card')


async def main():
    options = arguments()
    async with httpx.AsyncClient(timeout=15) as http:
        card = await A2ACardResolver(http, options.card).get_agent_card()
    peer = Peer(options, card)
    await run(options.only, {name: getattr(peer, name.replace('-', '_')) for name in CHECKS})


fail_loudly(main)
