"""An agent with the behaviours that the checks ask for, built with a2a-sdk 1.x: every binding, both versions.

    $python server_1_x.py [--v03] [--auth]

The extended card needs a token either way. Prints `http URL` and `grpc HOST:PORT`, as our conformance agent does, and
serves until its input ends. With it the programs are tried against a server of the peer's own:

    interop/run --agent "$python interop/python/server_1_x.py"
"""

import asyncio
import contextlib
import sys

import grpc
import httpx
import uvicorn
from a2a.compat.v0_3 import a2a_v0_3_pb2_grpc
from a2a.compat.v0_3.grpc_handler import CompatGrpcHandler
from a2a.helpers.proto_helpers import new_task_from_user_message, new_text_part
from a2a.server.agent_execution import AgentExecutor
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.request_handlers.grpc_handler import GrpcHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes, create_rest_routes
from a2a.server.tasks import (
    BasePushNotificationSender,
    InMemoryPushNotificationConfigStore,
    InMemoryTaskStore,
    TaskUpdater,
)
from a2a.types import a2a_pb2 as pb
from a2a.types import a2a_pb2_grpc
from starlette.applications import Starlette
from starlette.responses import JSONResponse

# By the start of the message's id, then of its first text.
BEHAVIOURS = [
    'tck-stream-001',
    'tck-stream-artifact-chunked',
    'tck-message-response',
    'tck-input-required',
    'test-resubscribe-message-id',
    'tck-multi-turn',
    'tck-cancel',
]


class Agent(AgentExecutor):
    def __init__(self):
        self.turns = {}

    async def execute(self, context, queue):
        message = context.message
        task = context.current_task
        behaviour = self.turns.get(task.id) if task else None
        for start in (message.message_id, message.parts[0].text if message.parts else ''):
            behaviour = behaviour or next((each for each in BEHAVIOURS if start.startswith(each)), None)
        updater = TaskUpdater(queue, context.task_id, context.context_id)
        if behaviour == 'tck-message-response':
            await queue.enqueue_event(updater.new_agent_message([new_text_part('Direct message response')]))
            return
        if not task:
            task = new_task_from_user_message(message)
            await queue.enqueue_event(task)
        self.turns[task.id] = behaviour
        await self.behave(behaviour, message, updater)

    async def behave(self, behaviour, message, updater):
        if behaviour == 'tck-input-required' or behaviour == 'tck-multi-turn' and message.parts[0].text != 'done':
            await updater.requires_input()
            return
        if behaviour in ('tck-cancel', 'test-resubscribe-message-id', 'tck-stream-001'):
            await updater.start_work()
        if behaviour == 'tck-cancel':
            await asyncio.sleep(600)
        if behaviour == 'test-resubscribe-message-id':
            await asyncio.sleep(2)
        if behaviour == 'tck-stream-001':
            await updater.add_artifact([new_text_part('Stream hello from TCK')])
        elif behaviour == 'tck-stream-artifact-chunked':
            await updater.add_artifact([new_text_part('chunk-1 ')], artifact_id='chunks', append=False)
            await updater.add_artifact([new_text_part('chunk-2')], artifact_id='chunks', append=True, last_chunk=True)
        elif behaviour is None:
            await updater.add_artifact(list(message.parts), artifact_id='echo')
        await updater.complete()

    async def cancel(self, context, queue):
        await TaskUpdater(queue, context.task_id, context.context_id).cancel()


def card_of(http, grpc_address):
    urls = {'JSONRPC': f'{http}/jsonrpc', 'HTTP+JSON': f'{http}/rest', 'GRPC': grpc_address}
    versions = ['0.3'] if '--v03' in sys.argv else ['1.0', '0.3']
    return pb.AgentCard(
        name='conformance',
        description='Behaves as the checks ask',
        version='1.0.0',
        supported_interfaces=[
            pb.AgentInterface(url=url, protocol_binding=binding, protocol_version=version)
            for version in versions
            for binding, url in urls.items()
        ],
        capabilities=pb.AgentCapabilities(streaming=True, push_notifications=True, extended_agent_card=True),
        default_input_modes=['text/plain'],
        default_output_modes=['text/plain'],
        skills=[pb.AgentSkill(id='echo', name='Echo', description='Says it again', tags=['echo'])],
    )


class AuthorizedRpc(grpc.aio.ServerInterceptor):
    """Refuses who doesn't show the token where the extended card is, over gRPC."""

    async def intercept_service(self, continuation, details):
        async def refuse(_, context):
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, 'who are you?')

        secret = details.method.endswith(('/GetExtendedAgentCard', '/GetAgentCard'))
        if secret and ('authorization', 'Bearer itk-valid-token') not in details.invocation_metadata:
            return grpc.unary_unary_rpc_method_handler(refuse)
        return await continuation(details)


class Authorized:
    """Refuses who doesn't show the token where the extended card is, over HTTP."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        body = b''
        if scope['type'] == 'http' and scope['method'] == 'POST':
            message = await receive()
            body = message['body']
            first = receive

            async def receive():
                nonlocal message
                message, sent = None, message
                return sent or await first()

        secret = b'Extended' in body or scope.get('path', '').endswith(('/extendedAgentCard', '/v1/card'))
        if secret and (b'authorization', b'Bearer itk-valid-token') not in scope['headers']:
            response = JSONResponse({'error': 'who are you?'}, 401, {'WWW-Authenticate': 'Bearer'})
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


async def main():
    rpc = grpc.aio.server(interceptors=[AuthorizedRpc()])
    rpc_port = rpc.add_insecure_port('127.0.0.1:0')
    server = uvicorn.Server(uvicorn.Config(None, host='127.0.0.1', port=0, log_level='warning'))
    socket = server.config.bind_socket()
    http = f'http://127.0.0.1:{socket.getsockname()[1]}'
    card = card_of(http, f'127.0.0.1:{rpc_port}')
    extended = pb.AgentCard()
    extended.CopyFrom(card)
    extended.skills.add(id='secret', name='Secret', description='For those who may', tags=['secret'])

    configs = InMemoryPushNotificationConfigStore()
    handler = DefaultRequestHandler(
        Agent(),
        InMemoryTaskStore(),
        card,
        push_config_store=configs,
        push_sender=BasePushNotificationSender(httpx.AsyncClient(), configs),
        extended_agent_card=extended,
    )
    a2a_pb2_grpc.add_A2AServiceServicer_to_server(GrpcHandler(handler), rpc)
    a2a_v0_3_pb2_grpc.add_A2AServiceServicer_to_server(CompatGrpcHandler(handler), rpc)
    await rpc.start()
    routes = [
        *create_agent_card_routes(card),
        *create_jsonrpc_routes(handler, '/jsonrpc', enable_v0_3_compat=True),
        *create_rest_routes(handler, enable_v0_3_compat=True, path_prefix='/rest'),
    ]
    server.config.app = Authorized(Starlette(routes=routes))
    print(f'http {http}\ngrpc 127.0.0.1:{rpc_port}', flush=True)
    serving = asyncio.create_task(server.serve([socket]))
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    with contextlib.suppress(asyncio.CancelledError):
        await serving
    await rpc.stop(0)


asyncio.run(main())
