"""Which names of fields stand for secrets."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.core.signals import setting_changed

from fireline import conf

REDACTED = "[redacted]"

_SECRETS = frozenset(
    """
    apikey authentication authorization bearer cookie cookies credential credentials creditcard
    cardnumber csrf csrfmiddlewaretoken csrftoken cvc cvv dsn jwt otp passcode passphrase passwd
    password passwords passwort pin privatekey pw pwd secret secretkey secrets accesskey sessionid
    ssn token tokens totp xsrf
    """.split()
)
_PAIRS = frozenset(
    """
    access.key access.token account.key admin.pass amz.signature api.key api.keys auth.code auth.data auth.header
    auth.info auth.key auth.string bank.account
    card.no card.number card.num cc.no cc.num cc.number client.key consumer.key credit.card database.pass
    db.pass debit.card email.pass encryption.key fernet.key functions.key goog.signature hmac.key
    license.key mail.pass master.key mfa.code one.time pg.pass private.key recovery.code recovery.codes
    redis.pass root.pass secret.key security.answer security.code service.key session.id session.key
    shared.key signing.key sms.code smtp.pass social.security ssh.key storage.key subscription.key
    user.pass verification.code webhook.key
    """.split()
)
_ALONE = frozenset(("auth", "pass"))
# Written as one word: dbpassword, clientsecret, accesstoken. Not at the start: secretary, tokenizer.
_ENDINGS = (
    "apikey",
    "cookie",
    "credentials",
    "passphrase",
    "passwd",
    "password",
    "secret",
    "sessid",
    "sessionid",
    "token",
)

# What is said about a secret is none: token_count, password_changed_at, has_cookie.
_ABOUT = frozenset(
    """
    accepted age algorithm app at attempts backend backends banner changed check class classes consent
    count counts dir directory disabled domain enabled endpoint error errors exempt exists expired
    expires expiration expiry failed failure failures field fields file form format generator group
    hashers httponly ids label length len lifetime limit max method min missing model module name names
    origins owner path permission permissions placeholder policies policy position prefix provider
    required requirements reset samesite schema scheme second secure service sessions size status
    strength style template text time timeout ttl type types updated url usage used user valid validator
    validators verified version view
    """.split()
)
_ASKING = frozenset(
    "allow allows can has have is max min must needs num number requires show total use uses".split()
)
_COUNTED = frozenset(
    "cached completion input max min n new output prompt reasoning total used".split()
)

_boundary = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


_forgets: list[Callable[[], None]] = []
forget_with_settings = _forgets.append


def remembered(maxsize: int) -> Callable[[Callable[[Any], bool]], Callable[[Any], bool]]:
    """Decorator for answers that are the same until the settings change."""

    def remember(answer: Callable[[Any], bool]) -> Callable[[Any], bool]:
        cached = lru_cache(maxsize)(answer)
        forget_with_settings(cached.cache_clear)
        return cached

    return remember


@remembered(maxsize=8192)
def is_sensitive(key: str) -> bool:
    """Whether a field of this name holds a secret: `X-Api-Key` does, `author` and `token_count` do not."""
    if len(key) > 200:
        return True
    words = _words(key)
    if not words or "".join(words) in _own():
        return bool(words)
    return _is_secret(words) and not _is_about(words)


def _words(key: str) -> list[str]:
    """Without numbers at their ends: `newPassword2` is new, password."""
    words = [word.lower() for word in _boundary.split(key)]
    return [word.rstrip("0123456789") or word for word in words if word]


def _is_secret(words: list[str]) -> bool:
    whole = "".join(words)
    return bool(
        not _SECRETS.isdisjoint(words)
        or not _PAIRS.isdisjoint(f"{first}.{second}" for first, second in pairwise(words))
        or any(word.endswith(_ENDINGS) for word in words)
        or whole in _SECRETS
        or whole in _ALONE
        or words[-1] == "auth"
    )


def _is_about(words: list[str]) -> bool:
    if words[-1] == "tokens" and not _COUNTED.isdisjoint(words):
        return True
    return len(words) > 1 and (words[-1] in _ABOUT or words[0] in _ASKING)


def _own() -> set[str]:
    return {"".join(_words(key)) for key in conf.current().SENSITIVE_KEYS}


harmless: set[str] = set()
"""Keys met before that neither name a secret nor hold one: most are the same in all events."""
forget_with_settings(harmless.clear)
_MOST, _LONGEST = 2048, 64


def learn(keys: set[str]) -> None:
    """
    Remember these as harmless, within limits: clients name keys too.

    Not `value`, beside which the secret's name may stand.
    """
    if len(harmless) + len(keys) > _MOST:
        harmless.clear()
    if len(keys) <= _MOST:
        harmless.update(key for key in keys if len(key) <= _LONGEST and key != "value")


def _forget(*, setting: str, **_: object) -> None:
    if setting == "FIRELINE":
        for forget in _forgets:
            forget()


setting_changed.connect(_forget, dispatch_uid="fireline.scrub.keys")
