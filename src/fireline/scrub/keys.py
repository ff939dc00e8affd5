"""Which names of fields stand for secrets."""

import re
from functools import lru_cache
from itertools import pairwise

from fireline import conf

REDACTED = "[redacted]"

_SECRETS = frozenset(
    """
    apikey auth authentication authorization bearer cookie cookies credential credentials creditcard
    cardnumber csrf csrfmiddlewaretoken csrftoken cvc cvc2 cvv cvv2 dsn jwt otp passcode passphrase
    passwd password passwords passwort pin privatekey pwd secret secretkey secrets accesskey
    sessionid ssn token tokens totp xsrf
    """.split()
)
_PAIRS = frozenset(
    """
    access.key access.token account.key api.key api.keys auth.key bank.account card.no card.number card.num
    credit.card cc.number cc.num cc.no client.key consumer.key debit.card encryption.key license.key
    mail.pass db.pass database.pass user.pass master.key one.time private.key recovery.code recovery.codes
    secret.key security.code service.key session.id session.key shared.key signing.key social.security
    ssh.key storage.key webhook.key security.answer
    """.split()
)
# Written as one word: dbpassword, clientsecret, accesstoken. Not at the start: secretary, tokenizer.
_ENDINGS = (
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "cookie",
    "credentials",
)

# What is said about a secret is none: token_count, password_changed_at, has_cookie.
_ABOUT = frozenset(
    """
    age algorithm at attempts backend backends changed check class consent count counts domain enabled
    disabled endpoint error errors exists expired expires expiration expiry field fields form format
    generator hashers httponly label length len lifetime limit max min missing name names owner path
    policies policy position prefix provider required requirements reset samesite schema scheme
    secure size status strength style template ttl type types updated url usage used valid validator
    validators verified version view
    """.split()
)
_ASKING = frozenset(
    "allow allows can has have is max min must needs num number requires show total use uses".split()
)
_COUNTED = frozenset(
    "cached completion input max min new output prompt reasoning total used".split()
)

_boundary = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(maxsize=8192)
def is_sensitive(key: str) -> bool:
    """Whether a field of this name holds a secret: `X-Api-Key` does, `author` and `token_count` do not."""
    if len(key) > 200:
        return True
    words = [word.lower() for word in _boundary.split(key) if word]
    if not words or _is_about(words):
        return False
    pairs = {f"{first}.{second}" for first, second in pairwise(words)}
    return bool(
        _SECRETS.intersection(words)
        or _PAIRS.intersection(pairs)
        or any(word.endswith(_ENDINGS) for word in words)
        or "".join(words) in _SECRETS
        or _own_keys().intersection(("_".join(words), "".join(words)))
    )


def _is_about(words: list[str]) -> bool:
    if words[-1] == "tokens" and _COUNTED.intersection(words):
        return True
    return len(words) > 1 and (words[-1] in _ABOUT or words[0] in _ASKING)


def _own_keys() -> frozenset[str]:
    own = conf.current().SENSITIVE_KEYS
    return frozenset("_".join(word.lower() for word in _boundary.split(key) if word) for key in own)
