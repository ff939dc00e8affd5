"""A service with bugs: every function named after one raises, and is called in more than one way."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from functools import wraps


class PaymentError(Exception):
    """What the service raises itself."""


def comprehension(amounts):
    return [
        100 / amount
        for amount in amounts
    ]  # fmt: skip


def nested_comprehension(rows):
    return {key: [int(cell) for cell in cells] for key, cells in rows.items()}


def generator(amounts):
    return sum(100 / amount for amount in amounts)


def dictionary(names):
    return {name: {}[name] for name in names}


def by_lambda(order):
    return max(order, key=lambda line: line["price"])


def direct_recursion(depth):
    if depth == 0:
        raise PaymentError(f"too deep: {depth}")
    return direct_recursion(depth - 1)


def ping(depth):
    if depth <= 0:
        raise PaymentError("nobody is there")
    return pong(depth - 1)


def pong(depth):
    if depth <= 0:
        raise PaymentError("nobody is there")
    return ping(depth - 1)


def walk(tree):
    return walk_list(tree) if isinstance(tree, list) else walk_dict(tree)


def walk_list(tree):
    return [walk(branch) for branch in tree]


def walk_dict(tree):
    for branch in tree.values():
        walk(branch)
    raise PaymentError("a leaf")


def endless(number):
    return endless_too(number + 1)


def endless_too(number):
    return endless(number + 1)


def first_of_two_bugs(amount):
    raise PaymentError("not paid")


def second_of_two_bugs(amount):
    raise PaymentError("not paid")


def two_in_one_function(amount):
    if amount > 10:
        raise PaymentError("not paid")
    raise PaymentError("not paid" + "")


def mail_in_message(address):
    raise PaymentError(f"no mail could be sent to {address}, id {id(address):#x}")


def key_in_message(key):
    return {}[key]


def reason(number):
    return {"a": 1}[f"order-{number}"]


def raised_from(number):
    try:
        reason(number)
    except KeyError as error:
        raise PaymentError("no order") from error


def raised_from_another(number):
    try:
        int(f"x{number}")
    except ValueError as error:
        raise PaymentError("no order") from error


def raised_in_except(number):
    try:
        reason(number)
    except KeyError:
        raise PaymentError("no order")  # noqa: B904


def attempts(left):
    try:
        raise PaymentError("refused")
    except PaymentError:
        if left:
            attempts(left - 1)
        raise


async def one_task(number):
    if number % 2:
        raise PaymentError(f"task {number}")
    return {}[number]


async def many_tasks(numbers):
    async with asyncio.TaskGroup() as group:
        for number in numbers:
            group.create_task(one_task(number))


def tasks(numbers):
    asyncio.run(many_tasks(numbers))


def other_members(numbers):
    errors = [TypeError("no"), PaymentError("yes")]
    raise ExceptionGroup("of others", errors)


def only_one_kind(numbers):
    raise ExceptionGroup("of one kind", [PaymentError(f"number {number}") for number in numbers])


def decorated(function):
    @wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


@decorated
@decorated
def twice_decorated(number):
    raise PaymentError("not paid")


def in_thread(name):
    with ThreadPoolExecutor(1, thread_name_prefix=name) as pool:
        pool.submit(first_in_thread, name).result()


def first_in_thread(name):
    raise PaymentError("not paid")


def import_of_broken(name):
    import shop.broken  # noqa: F401


def in_library(text):
    return json.loads(text)


def default_of_library(value):
    return json.dumps({"a": value}, default=cannot)


def cannot(value):
    raise PaymentError("cannot be written")
