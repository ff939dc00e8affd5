"""Python: comprehensions have frames up to 3.11, scripts are called `__main__`, packages are installed."""

from fireline.tracker.grouping.paths import is_installed, is_standard, slashed, stem
from fireline.tracker.grouping.places import Place, Role, named

_INLINED = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>"})
_OF_TEMPLATES = frozenset({"", "<template>"})
_SCRIPTS = frozenset({"manage", "__main__"})

_ENTRIES = frozenset(
    {
        ("django.core.handlers.base", "_get_response"),
        ("django.core.handlers.base", "_get_response_async"),
        ("django.core.management.base", "execute"),
        ("rest_framework.views", "dispatch"),
        ("ninja.operation", "run"),
        ("channels.consumer", "dispatch"),
        ("celery.app.trace", "trace_task"),
        ("celery.app.trace", "__protected_call__"),
        ("rq.job", "_execute"),
        ("starlette.routing", "app"),
        ("fastapi.routing", "run_endpoint_function"),
        ("flask.app", "dispatch_request"),
    }
)
_PASS_ON = frozenset(
    {
        ("django.core.handlers.exception", "inner"),
        ("starlette.middleware.base", "call_next"),
    }
)
_LIBRARIES = frozenset(
    """
    _pytest aiohttp aiokafka alembic amqp anyio arq asgiref asyncio asyncpg attr attrs billiard boto3
    botocore bottle cachetools celery channels channels_redis cherrypy click codecs concurrent
    contextlib cryptography daphne debug_toolbar decimal django dramatiq encodings eventlet
    fastapi fireline flask functools gevent granian graphene grpc gunicorn h11 h2 http
    httpcore httptools httpx hypercorn importlib IPython ipykernel jinja2 json jsonschema kombu
    logging lxml mako markupsafe marshmallow mongoengine multiprocessing MySQLdb newrelic ninja numpy
    oauthlib opentelemetry orjson pandas passenger peewee pika PIL pkg_resources pluggy prometheus_client
    psycopg psycopg2 psycopg_pool pydantic pydantic_core pymongo pymysql pyramid pytest quart re
    redis requests rest_framework rq runpy sanic sched schedule selectors sentry_sdk setuptools simplejson
    socket socketserver sqlalchemy sqlite3 ssl stamina starlette subprocess tenacity
    threading tornado trio twisted unittest urllib urllib3 uvicorn uvloop uwsgi uwsgidecorators valkey
    waitress watchdog websockets werkzeug whitenoise wrapt wsgiref xml yaml zeep zipimport zoneinfo zope
    """.split()
)


def place(platform: str, module: str, path: str, function: str, is_far_right: bool) -> Place:
    """The place of a frame of Python."""
    path = slashed(path)
    function = function.rpartition(".")[2]  # of a qualified name
    if function in _INLINED:
        return Place(function, Role.INLINED)
    if function in _OF_TEMPLATES and path and not module and not path.endswith(".py"):
        # Of a template: with its directory, for each app has a list.html.
        name = "/".join(path.rsplit("/", 2)[-2:])
        return Place(name, Role.TEMPLATE, is_installed=is_installed(path))
    if module.startswith("importlib._bootstrap") or path.startswith("<frozen importlib"):
        return Place(named(module, function), Role.PLUMBING)
    if not module or module == "__main__":
        module = "" if path.startswith("<") else stem(path)
    is_script = module in _SCRIPTS
    is_known = is_script or module.partition(".")[0] in _LIBRARIES
    is_apart = is_installed(path)
    return Place(
        named(module, function),
        _role(module, function),
        is_installed=is_apart or is_standard(path),
        is_known=is_known,
        # Where everything is deployed into one directory, SDKs take libraries for the service's own.
        is_foreign=is_standard(path) or (is_known and not is_apart),
    )


def _role(module: str, function: str) -> Role:
    if function == "<lambda>" or not function:
        return Role.UNNAMED
    if (module, function) in _ENTRIES:
        return Role.ENTRY
    return Role.PASSES_ON if (module, function) in _PASS_ON else Role.CODE
