"""
Secrets and their harmless look-alikes.

Every secret here is invented, and put together from pieces lest a secret scanner takes it for one.
"""

import json
from base64 import b64encode, urlsafe_b64encode

import pytest


def _fake(length: int) -> str:
    return ("Fake0" * 20)[:length]


def _base64url(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


JWT = ".".join(
    (_base64url({"alg": "none", "typ": "JWT"}), _base64url({"sub": "nobody", "fake": 1}), "Fake0")
)
BASIC = b64encode(b"nobody:fake-password").decode()
PRIVATE_KEY = "-----BEGIN {0}-----\nRmFrZSBrZXksIG9ubHkgZm9yIHRlc3Rz\n-----END {0}-----"
DIGEST = (
    'Digest username="nobody", realm="private area", nonce="fake", uri="/a?b=c", qop=auth, '
    'nc=00000001, response="hunter2", opaque=""'
)
AWS4 = (
    "AWS4-HMAC-SHA256 Credential=FAKE/20130524/us-east-1/s3/aws4_request, "
    "SignedHeaders=host;range;x-amz-date, Signature=hunter2"
)
OPENSSH_KEY = PRIVATE_KEY.format("OPENSSH " + "PRIVATE KEY")
PKCS8_KEY = PRIVATE_KEY.format("PRIVATE" + " KEY")
PGP_KEY = PRIVATE_KEY.format("PGP " + "PRIVATE KEY BLOCK")


SHA256 = "Fake0Fake+Fake0Fake/Fake0Fake0Fake0Fake0Fak"
SIGNATURE = _fake(43)
HEX = "fa4e" * 8
UUID = "123e4567-e89b-12d3-a456-426614174000"
TEAMS = f"https://crm.webhook.office.com/webhookb2/{UUID}@{UUID}/IncomingWebhook/"
DISCORD_BOT = "MT" + _fake(24) + "." + _fake(6) + "." + _fake(38)


def _texts(*cases: tuple[str, str, str]) -> list[object]:
    """Parameters: a text with `{}` where the secret stands, and the secret."""
    return [pytest.param(template, secret, id=name) for name, template, secret in cases]


# A secret given away by the name before it.
NAMED = _texts(
    ("assigned", "password={} user=nobody", "hunter2"),
    ("assigned-with-spaces", "password = {}", "hunter2"),
    ("ini-aligned", "password          = {}\nuser = nobody", "hunter2"),
    ("yaml", "user: nobody\npassword: {}\nhost: db", "hunter2"),
    ("yaml-aligned", "password:         {}", "hunter2"),
    ("dotenv", "export DB_PASSWORD={}\nDEBUG=1", "hunter2"),
    ("dsn-words", "host=db user=app password={} dbname=crm", "hunter2"),
    ("odbc", "Server=db;Uid=app;Pwd={};Database=crm", "hunter2"),
    ("azure", "AccountName=crm;AccountKey={};EndpointSuffix=core", _fake(40) + "=="),
    ("pass-alone", "user=nobody pass={}", "hunter2"),
    ("one-in-brackets", "login(user=nobody, password={})", "hunter2"),
    ("with-brackets-inside", "password={} user=nobody", "hun(ter)2"),
    ("with-backslash-inside", "password={} user=nobody", "hun\\dred2"),
    ("java-style", "newPassword={}", "hunter2"),
    ("numbered", "password1={}&password2=", "hunter2"),
    ("dotted", "spring.datasource.password={}", "hunter2"),
    ("two-words", "Invalid API key: {}", "fake-key-1"),
    ("two-words-code", "Your security code: {}", "123456"),
    ("pin", "pin={}", "0000"),
    ("cvv", "cvv: {}", "123"),
    ("ssn", "ssn={}", "123-45-6789"),
    ("otp", "otp={} expires=30", "123456"),
    ("session-id", "sessionid={}; theme=dark", "fakesession1"),
    ("php-session", "PHPSESSID={}", "fakesession1"),
    ("csrf", "csrfmiddlewaretoken={}&name=nobody", _fake(32)),
    ("xsrf", "XSRF-TOKEN={}", _fake(32)),
    ("arrow", "password => {}", "hunter2"),
    ("walrus", "token := {}", "fake-token-1"),
    ("compared", "if token == '{}'", "fake-token-1"),
    ("all-letters-alone", "token: {}", "abcdefghij"),
    ("mixed-letters-in-a-sentence", "token: {} has expired", "AbCdEfGhIj"),
    ("json", '{{"user": "nobody", "password": "{}"}}', "hunter2"),
    ("json-tight", '{{"password":"{}","user":"nobody"}}', "hunter2"),
    ("json-pretty", '{{\n  "password" : "{}",\n  "user": "nobody"\n}}', "hunter2"),
    ("json-number", '{{"pin": {}, "user": 7}}', "1234"),
    ("json-list", '{{"tokens": {}, "user": 7}}', '["fake-1", "fake-2"]'),
    ("json-object", '{{"credentials": {}, "user": 7}}', '{"name": "nobody", "key": ["fake"]}'),
    ("json-with-quote", '{{"password": "{}", "user": 7}}', 'hun\\"ter2'),
    ("json-with-backslash-at-end", '{{"password": "{}", "user": "nobody"}}', "hunter2\\\\"),
    ("json-cut-off", '{{"user": 7, "password": "{}', "hunter2 and much mor"),
    ("json-list-cut-off", '{{"user": 7, "tokens": {}', '["fake-1", "fak'),
    ("json-escaped", '{{\\"password\\": \\"{}\\", \\"user\\": 7}}', "hunter2"),
    ("json-escaped-with-quote", '{{\\"password\\": \\"{}\\", \\"user\\": 7}}', 'hun\\\\\\"ter2'),
    ("json-escaped-twice", '{{\\\\\\"token\\\\\\":\\\\\\"{}\\\\\\"}}', "fake-token-1"),
    ("json-cut-off-escaped", '{{\\"password\\": \\"{}', "hunter2 and mor"),
    ("json-in-query", "/search?filter=%7B%22password%22%3A%22{}%22%7D&page=2", "hunter2"),
    ("json-in-query-with-a-colon", "/search?filter=%7B%22pin%22: {},%22page%22: 2%7D", "1234"),
    ("json-in-html", "{{&quot;password&quot;: &quot;{}&quot;, &quot;user&quot;: 7}}", "hunter2"),
    ("repr-in-html", "{{&#x27;password&#x27;: &#x27;{}&#x27;}}", "hunter2"),
    ("python-repr", "{{'user': 'nobody', 'password': '{}'}}", "hunter2"),
    ("python-repr-with-quote", "{{'password': \"{}\", 'user': 7}}", "hunter'2"),
    ("python-repr-bytes", "{{'password': b'{}', 'user': 7}}", "hunter2"),
    ("python-repr-of-headers", "{{b'x-api-key': b'{}'}}", "fake-key-1"),
    ("python-repr-of-object", "Account(user='nobody', password='{}')", "hunter2"),
    ("python-repr-of-querydict", "<QueryDict: {{'password': {}}}>", "['hunter2']"),
    ("lines-of-repr", r"'DEBUG=1\napi_key={}\npage=2'", "fake-key-1"),
    ("lines-of-repr-pin", r"'user=7\npin={}\npage=2'", "1234"),
    ("query", "/login/?next=/&token={}&page=2", "fake-token-1"),
    ("query-first", "GET /reset?token={} HTTP/1.1", "fake-token-1"),
    ("query-encoded", "/go?to=%2Flogin%3Ftoken%3D{}%26page%3D2", "fake-token-1"),
    ("query-signature", "https://bucket.example/file?X-Amz-Signature={}&x=1", "fakesignature1"),
    ("query-security-token", "https://b.example/?X-Amz-Security-Token={}&x=1", "fakesignature1"),
    ("form-with-brackets", "user[name]=nobody&user[password]={}", "hunter2"),
    ("form-encoded-brackets", "user%5Bname%5D=nobody&user%5Bpassword%5D={}&page=2", "hunter2"),
    ("cookie-header", "Cookie: {}", "sessionid=fakesession1; theme=dark"),
    ("cookie-header-line", "Host: x\r\nCookie: {}\r\nAccept: */*", "a=fake1; b=fake2"),
    ("set-cookie-header", "Set-Cookie: {}", "id=fake1; Path=/; HttpOnly"),
    ("cookie-in-curl", "curl -H 'Cookie: {}' https://example.com/", "id=fake1; x=y"),
    ("cookie-in-json", '{{"Cookie": "{}", "page": 2}}', "sessionid=fakesession1; theme=dark"),
    ("authorization", "Authorization: {}", "Bearer abcdefgh"),
    ("authorization-basic", "Authorization: {}", f"Basic {BASIC}"),
    ("authorization-token", "authorization: {}", "Token abcdefgh"),
    ("authorization-in-curl", "curl -H 'Authorization: {}' https://example.com/", "Bearer abcd"),
    ("proxy-authorization", "Proxy-Authorization: {}", f"Basic {BASIC}"),
    ("api-key-header", "X-Api-Key: {}", "fake-key-1"),
    ("environ", "HTTP_AUTHORIZATION='{}'", "Bearer abcdefgh"),
    ("xml", "<user>nobody</user><password>{}</password>", "hunter2"),
    ("xml-with-namespace", '<wsse:Password Type="text">{}</wsse:Password>', "hunter2"),
    ("german", "passwort={}", "geheim1"),
    ("authorization-of-rails", "Authorization: {}", 'Token token="hunter2"'),
    ("authorization-of-rails-cut-off", "Authorization: {}", 'Token token="hunter2'),
    (
        "authorization-of-rails-then-more",
        "Authorization: {} at 12:00",
        'Token token="a", nonce="b c"',
    ),
    ("authorization-digest", "Authorization: {}", DIGEST),
    ("authorization-digest-line", "GET / HTTP/1.1\r\nAuthorization: {}\r\nAccept: */*", DIGEST),
    ("authorization-digest-in-curl", "curl -H 'Authorization: {}' https://example.com/", DIGEST),
    (
        "authorization-in-double-quotes",
        'curl -H "Authorization: {}" https://x',
        'Token token=\\"hunter2\\"',
    ),
    ("authorization-key", "Authorization: {} and more", "ApiKey key='hunter2'"),
    ("authorization-aws", "Authorization: {}", AWS4),
    ("authorization-aws-tight", "Authorization: {}", AWS4.replace(", ", ",")),
    ("authorization-aws-in-json", '{{"note": "Authorization: {}", "page": 2}}', AWS4),
    (
        "authorization-oauth",
        "Authorization: {}",
        'OAuth oauth_nonce="a", oauth_signature="hunter2%3D"',
    ),
    ("authorization-hawk", "Authorization: {}", 'Hawk id="fake", ts="1353832234", mac="hunter2="'),
    ("authorization-signature", "Authorization: {}", 'Signature keyId="fake",signature="hunter2"'),
    ("authorization-azure", "Authorization: {}", "SharedKey account:hunter2="),
    ("authorization-negotiate", "Authorization: {} and more", "Negotiate hunter2=="),
    ("authorization-of-a-bot", "Authorization: {}", "Bot hunter2"),
    ("authorization-padded-in-curl", 'curl -H "Authorization: {}" "https://x/"', "Basic YWJjZGU="),
    ("authorization-repr-of-asgi", "[(b'host', b'x'), (b'authorization', b'{}')]", "Token hunter2"),
    ("cookie-repr-of-asgi", "[(b'cookie', b'{}'), (b'accept', b'*/*')]", "id=fake1; x=y"),
    ("pair-of-header", "[('Host', 'x'), ('Authorization', '{}')]", "Bearer hunter2"),
    ("pair-in-json", '[["X-Api-Key", "{}"], ["Accept", "*/*"]]', "hunter2"),
    ("name-and-value", '{{"name": "DB_PASSWORD", "value": "{}"}}', "hunter2"),
    ("name-and-value-tight", '{{"key":"password","value":"{}"}}', "hunter2"),
    ("cookie-in-quotes", "Cookie: {}", 'a="hunter2"; b=hunter3'),
    ("cookie-repr", "<SimpleCookie: {}>", "sessionid='hunter2'"),
    ("quoted-behind-equals", "token={} page=2", 'x="hunter2"'),
    ("quoted-behind-letters", "token={} page=2", 'abc"hunter2'),
    ("quote-inside", "password={} page=2", "it's4me"),
    ("padded-in-quotes", "{{'url': '/?token={}', 'page': 2}}", "YWJjZGU="),
    ("padded-in-quotes-sentence", 'No "token={}".', "YWJjZGU="),
    ("sql-doubled-quote", "password='{}' user='x'", "it''s hunter2"),
    ("sql-escape-string", "password = E'{}'", "hunter2"),
    ("sql-alter-user", "ALTER USER nobody PASSWORD '{}' VALID", "hunter2"),
    ("wrapped", "Settings(password={}), page=2)", "SecretStr('hunter2'"),
    ("form-list", "password[]={}&page=2", "hunter2"),
    ("form-list-numbered", "passwords[0]={}&page=2", "hunter2"),
    ("json-in-jinja", "{{&#34;password&#34;: &#34;{}&#34;}}", "hunter2"),
    ("yaml-block", "user: nobody\npassword: {}\nhost: db", "|\n  hunter2\n  hunter3"),
    ("yaml-folded", "password: {}", ">-\n  hunter2"),
    ("xml-cdata", "<password><![CDATA[{}]]></password>", "hunter<2>"),
    ("azure-signature", "https://x.example/c?sv=2020&sig={}&se=2", "hunter2%3D"),
    ("cloudfront-signature", "https://x.example/c?Signature={}&Key-Pair-Id=1", "hunter2~"),
    ("option", "docker login --password {} registry", "hunter2"),
    ("option-in-quotes", "docker login --password '{}' registry", "hunter2"),
    ("option-in-list", "Command '['tool', '--api-key', '{}', '-v']' failed", "hunter2"),
    ("option-in-json", '["tool", "--token", "{}", "-v"]', "hunter2"),
    ("curl-user", "curl -s -u {} https://example.com/", "nobody:hunter2"),
    ("curl-user-long", "curl --user {} https://example.com/", "nobody:hunter2"),
    ("curl-user-in-quotes", "curl -u '{}' https://example.com/", "nobody:hunter2"),
    ("curl-user-tight", "curl -u{} https://example.com/", "nobody:hunter2"),
    ("set-cookie-line", "HTTP/1.1 200\r\nSet-Cookie: {}\r\nServer: x", "id=fake1; Path=/; Secure"),
    ("id-token-in-fragment", "GET /callback#id_token={}&token_type=x", "fake-token-1"),
    (
        "azure-service-bus",
        "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey={}",
        _fake(43) + "=",
    ),
    ("jdbc", "jdbc:mysql://db:3306/crm?user=app&password={}", "hunter2"),
    ("sql-server", "Data Source=db;User ID=sa;Password={};Encrypt=yes", "hunter2"),
    ("oauth-code", "GET /callback?code={}&scope=x", _fake(20)),
    ("oauth-code-by-its-state", "https://crm.example/in/?state=[redacted]&code={}", _fake(20)),
)

# A secret that its own form gives away.
BARE = _texts(
    ("bearer", "sent Bearer {} to the API", "fake0123456789"),
    ("bearer-lower", "bearer {}", "fake0123456789"),
    ("bearer-upper", "BEARER {}", "fake0123456789"),
    ("basic", "sent Basic {} to the API", BASIC),
    ("token-scheme", "Invalid Token {}.", "fake0123456789abcdef"),
    ("jwt", "session {} is over", JWT),
    ("jwt-in-query", "/ws/?session={}&room=7", JWT),
    ("jwt-after-escape", r"'first\n{}\nlast'", JWT),
    ("jwt-after-percent", "/go?x%3D{}", JWT),
    ("stripe-live", "charged with {}.", "sk_" + "live_" + _fake(24)),
    ("stripe-test", "charged with {}.", "sk_" + "test_" + _fake(24)),
    ("stripe-restricted", "charged with {}.", "rk_" + "live_" + _fake(24)),
    ("stripe-webhook", "signed with {}", "whsec" + "_" + _fake(32)),
    ("openai", "asked with {}", "sk-" + _fake(40)),
    ("openai-project", "asked with {}", "sk-" + "proj-" + _fake(40)),
    ("anthropic", "asked with {}", "sk-" + "ant-" + "api03-" + _fake(40)),
    ("groq", "asked with {}", "gsk" + "_" + _fake(40)),
    ("github", "git clone with {}", "gh" + "p_" + _fake(36)),
    ("github-app", "git clone with {}", "gh" + "s_" + _fake(36)),
    ("github-fine-grained", "git clone with {}", "github" + "_pat_" + _fake(60)),
    ("gitlab", "git clone with {}", "glpat" + "-" + _fake(20)),
    ("slack", "posted with {}", "xox" + "b-" + "0123456789-" + _fake(20)),
    ("slack-app", "posted with {}", "xapp" + "-1-A0-" + _fake(20)),
    ("aws", "uploaded with {}.", "AK" + "IA" + "FAKE" * 4),
    ("aws-session", "uploaded with {}.", "AS" + "IA" + "FAKE" * 4),
    ("google", "geocoded with {}", "AI" + "za" + _fake(35)),
    ("google-client", "signed in with {}", "GOCSPX" + "-" + _fake(28)),
    ("google-access", "signed in with {}", "ya29" + "." + _fake(40)),
    ("sendgrid", "mailed with {}", "SG" + "." + _fake(22) + "." + _fake(43)),
    ("npm", "published with {}", "npm" + "_" + _fake(36)),
    ("pypi", "published with {}", "pypi" + "-AgE" + _fake(60)),
    ("shopify", "synced with {}", "shp" + "at_" + "fa4e" * 8),
    ("digitalocean", "scaled with {}", "dop" + "_v1_" + "fa4e" * 16),
    ("hugging-face", "loaded with {}", "hf" + "_" + _fake(34)),
    ("meta", "messaged with {}", "EA" + "A" + _fake(60)),
    ("mailgun", "mailed with {}", "key" + "-" + "fa4e" * 8),
    ("sentry", "released with {}", "sntrys" + "_" + _fake(60)),
    ("vault", "read with {}", "hvs" + "." + _fake(24)),
    ("grafana", "drawn with {}", "glsa" + "_" + _fake(32)),
    ("atlassian", "moved with {}", "ATAT" + "T3" + _fake(40)),
    ("openssh-key", "key:\n{}\nend", OPENSSH_KEY),
    ("pkcs8-key", "key:\n{}\nend", PKCS8_KEY),
    ("pgp-key", "key:\n{}\nend", PGP_KEY),
    ("private-key-on-one-line", r'{{"pem": "{}"}}', PKCS8_KEY.replace("\n", "\\n")),
    ("private-key-cut-off", "key:\n{}", PKCS8_KEY[:50]),
    ("gitlab-runner", "registered with {}", "glrt" + "-" + _fake(20)),
    ("twilio", "called with {}.", "S" + "K" + HEX),
    ("telegram", "wrote with 123456789:{}", "AA" + _fake(33)),
    ("discord", "wrote with {}", DISCORD_BOT),
    ("docker", "pushed with {}", "dckr" + "_pat_" + _fake(27)),
    ("linear", "filed with {}", "lin" + "_api_" + _fake(40)),
    ("notion", "noted with {}", "ntn" + "_" + _fake(46)),
    ("new-relic", "measured with {}", "NRAK" + "-" + "FAKE0" * 5),
    ("databricks", "asked with {}", "dapi" + HEX),
    ("django-pbkdf2", "stored pbkdf2_sha256${}", f"600000$fakesalt${SHA256}="),
    ("django-pbkdf2-sha1", "stored pbkdf2_sha1${}", f"600000$fakesalt${SHA256[:27]}="),
    ("django-argon2", "stored argon2${}", f"argon2id$v=19$m=102400,t=2,p=8$RmFrZQ${SHA256}"),
    ("django-bcrypt", "stored bcrypt_sha256${}", "$2b$12$" + _fake(53)),
    ("django-scrypt", "stored scrypt${}", f"16384$fakesalt$8$5${SHA256 * 2}=="),
    ("django-md5", "stored md5${}", f"fakesalt${HEX}"),
    ("django-md5-unsalted", "stored md5${}", f"${HEX}"),
    ("django-sha1", "stored sha1${}", f"fakesalt${HEX}fa4efa4e"),
    ("bcrypt", "stored {}", "$2y$10$" + _fake(53)),
    ("sha512-crypt", "nobody:{}:19000:0", "$6$fakesalt$" + _fake(86)),
    ("yescrypt", "nobody:{}:19000:0", "$y$j9T$fakesalt$" + _fake(43)),
    ("django-signature", "/unsubscribe/17:1vMRJq:{}/", SIGNATURE),
    ("django-signature-encoded", "/unsubscribe/?user=17%3A1vMRJq%3A{}&page=2", SIGNATURE),
    ("django-signature-sha1", "signed 17:1vMRJq:{}", SIGNATURE[:27]),
    ("django-signed-session", "session {} is over", "eyJ" + _fake(30) + ":1vMRJq:" + SIGNATURE),
    ("django-compressed-session", "session .{} is over", "eJ" + _fake(30) + ":1vMRJq:" + SIGNATURE),
)

# Credentials in an address.
ADDRESSES = _texts(
    ("postgres", "postgres://{}@db.example:5432/crm", "app:hunter2"),
    ("postgres-in-sentence", 'could not reach "postgresql://{}@db/crm" in time', "app:hunter2"),
    ("password-with-at", "postgres://{}@db/crm", "app:hun@ter2"),
    ("password-with-slash", "postgres://{}@db/crm", "app:hun/ter2"),
    ("redis-without-user", "redis://{}@cache:6379/0", ":hunter2"),
    ("amqp", "amqps://{}@queue/crm", "app:hunter2"),
    ("smtp", "smtp+tls://{}@mail.example:587", "mailer%40example.com:hunter2"),
    ("https", "GET https://{}@example.com/feed", "nobody:hunter2"),
    ("sentry-dsn", "dsn https://{}@o0.ingest.example/1", "fa4e" * 8),
    ("git-over-https", "git clone https://{}@git.example/crm.git", "oauth2:fake-token-1"),
    ("mongo", "mongodb+srv://{}@cluster0.example/?w=majority", "app:hunter2"),
    ("slack-webhook", "https://hooks.slack.com/services/T0FAKE/B0FAKE/{}", _fake(24)),
    ("discord-webhook", "https://discord.com/api/webhooks/123456789012345678/{}", _fake(60)),
    ("discord-webhook-of-a-version", "/api/v10/webhooks/123456789012345678/{}", _fake(60)),
    (
        "slack-workflow",
        "https://hooks.slack.com/workflows/T0F/A0F/123456789012345678/{}",
        _fake(24),
    ),
    ("slack-trigger", "https://hooks.slack.com/triggers/T0F/1234567890123/{}", HEX),
    ("teams-webhook", TEAMS + "{}", f"{HEX}/{UUID}"),
    ("mattermost-webhook", "https://chat.example/hooks/{}", "fake" * 6 + "fa"),
    ("django-reset", "GET /accounts/reset/MTc/{}/ HTTP/1.1", "c8k3xy-" + HEX),
    ("django-reset-confirm", "https://x.example/#/password/reset/confirm/MTc/{}", "c8k3xy-" + HEX),
    ("allauth-reset", "/accounts/password/reset/key/h-{}/", "c8k3xy-" + HEX),
    ("go-mysql", "dial {}@tcp(db:3306)/crm", "app:hunter2"),
    ("oracle", "jdbc:oracle:thin:{}@//db.example:1521/crm", "scott/hunter2"),
    ("telegram-bot", "https://api.telegram.org/bot123456789:{}/sendMessage", "AA" + _fake(33)),
)

# The test numbers that payment providers publish.
CARDS = _texts(
    ("visa", "card {} declined", "4111111111111111"),
    ("visa-in-groups", "card {} declined", "4111 1111 1111 1111"),
    ("visa-with-dashes", "card {} declined", "4111-1111-1111-1111"),
    ("visa-in-halves", "card {} declined", "41111111 11111111"),
    ("visa-19-digits", "card {} declined", "4000000000000000006"),
    ("visa-then-expiry", "{} 12/2030", "4242 4242 4242 4242"),
    ("visa-then-code", "{} 123", "4242 4242 4242 4242"),
    ("visa-then-year", "{} 2030", "4242424242424242"),
    ("visa-in-query", "/pay?number={}&amount=7", "4242424242424242"),
    ("visa-after-percent", "/pay?x=%20{}", "4242424242424242"),
    ("visa-after-escape", r"'number\n{}\n'", "4242424242424242"),
    ("visa-in-json", '{{"number": {}}}', "4242424242424242"),
    ("visa-at-end", "charged {}.", "4242424242424242"),
    ("mastercard", "card {}", "5555 5555 5555 4444"),
    ("mastercard-2-series", "card {}", "2223003122003222"),
    ("amex", "card {}", "378282246310005"),
    ("amex-in-groups", "card {}", "3782 822463 10005"),
    ("diners", "card {}", "3056 930009 0204"),
    ("discover", "card {}", "6011 1111 1111 1117"),
    ("jcb", "card {}", "3566 0020 2036 0505"),
    ("unionpay", "card {}", "6200 0000 0000 0005"),
)

SECRETS = [*NAMED, *BARE, *ADDRESSES, *CARDS]

HARMLESS = [
    pytest.param(text, id=name)
    for name, text in (
        ("author", "author=Ada author: Ada"),
        ("keyboard", "keyboard: qwertz"),
        ("monkey", "monkey=banana"),
        ("turkey", "turkey: 12 slices"),
        ("key-alone", "key=colour"),
        ("primary-key", "primary_key=True"),
        ("foreign-key", 'Key (customer_id)=(12) is not present in table "crm_customer".'),
        ("token-count", "token_count=512, max_tokens: 4096"),
        ("tokenizer", "tokenizer: fast"),
        ("secretary", "secretary: Ada"),
        ("password-changed-at", "password_changed_at=2026-11-21"),
        ("password-empty", 'password="" user=nobody'),
        ("password-null", '{"password": null}'),
        ("password-prose", "Password: must be longer"),
        ("password-rule", "This password is too short. It must contain at least 8 characters."),
        ("password-field", "The password field is required"),
        ("token-prose", "Token: has expired already"),
        ("token-type", "def login(user: User, token: str) -> None:"),
        ("token-made-by-code", "    token = get_token(user, size=32)"),
        ("password-from-form", '    password = request.POST["name"]'),
        ("cookie-prose", "Please accept our cookies, then go on"),
        ("cookie-age", "SESSION_COOKIE_AGE=1209600"),
        ("csrf-setting", "CSRF_COOKIE_SECURE=True"),
        ("auth-user-table", 'INSERT INTO "auth_user" ("id") VALUES (1)'),
        ("auth-user-model", "AUTH_USER_MODEL=crm.User"),
        ("authorised", "authorised=yes"),
        ("basic-prose", "basic understanding of the matter"),
        ("basic-capital", "Basic Information and more"),
        ("scheme-look-alikes", "taken fake0123456789 cases fake0123456789 bakes fake0123456789"),
        ("bearer-prose", "the bearer document of this letter"),
        ("token-word", "token generation failed"),
        ("compass", "compass=north, bypass: on"),
        ("passenger", "passenger=Ada passage: 3"),
        ("passed", "12 passed: all"),
        ("opinion", "opinion=good spinner: on mapping=3"),
        ("pins", "ping=12ms"),
        ("session", "session=3 session_count: 4"),
        ("assessment", "assessment=7"),
        ("dsn-in-word", "tuesdsnow=1"),
        ("discard", "discard=1 card: ace of spades"),
        ("cv", "cv=available"),
        ("medium", "https://medium.com/@user"),
        ("medium-with-port", "https://example.com:8443/@user"),
        ("mastodon", "https://social.example/@user/1234567890"),
        ("unpkg", "https://unpkg.com/htmx.org@2.0.4/dist/htmx.min.js"),
        ("mail", "ada@example.com wrote to bob@example.com"),
        ("mailto", "mailto:ada@example.com?subject=hello"),
        ("mail-in-query", "https://example.com/?email=ada@example.com"),
        ("ssh", "git@git.example:crm/crm.git"),
        ("address", "https://example.com:8443/a/b?c=d#e"),
        ("ipv6", "http://[2001:db8::1]:8000/metrics"),
        ("package-version", "django@6.1.3 htmx@2"),
        ("order-number", "order 1234567890123456"),
        ("order-with-dashes", "order 302-1234567-1234567"),
        ("invoice", "invoice 2026-0000-1234-5678"),
        ("phone", "+49 30 901820 and +1 (555) 010-9999"),
        ("phone-international", "+4915112345678901"),
        ("timestamp", "at 1763725515"),
        ("timestamp-milliseconds", "at 1763725515123"),
        ("timestamp-nanoseconds", "at 1763725515123456789"),
        ("times", "2026-11-21 11:45:15.123456 2026-11-21 11:45:16"),
        ("dates", "2026-11-21 2026-11-22 2026-11-23"),
        ("compact-time", "20261121114515123456"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
        ("uuid-of-digits", "41111111-1111-4111-8111-411111111111"),
        ("float", "0.4242424242424242"),
        ("float-long", "4.242424242424242"),
        ("number-with-fraction", "4242424242424242.5"),
        ("negative", "x=-4242424242424242"),
        ("hexadecimal", "0x4242424242424242"),
        ("id-with-letters", "id_4242424242424242"),
        ("luhn-fails", "4242424242424241"),
        ("unknown-issuer", "9999999999999995"),
        ("too-long", "42424242424242424242424242"),
        ("iban", "DE89370400440532013000"),
        ("ean", "4006381333931"),
        ("isbn", "978-3-16-148410-0"),
        ("imei", "490154203237518"),
        ("snowflake", "1234567890123456789"),
        ("git-hash", "90d21c5a353df6a05aaedd8d3322287eda102584"),
        ("sha256", "sha256:" + "9f86d081" * 8),
        ("md5", "d41d8cd98f00b204e9800998ecf8427e"),
        ("etag", 'ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"'),
        ("base64", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"),
        ("css-class", '<div class="sk-folding-cube sk-loading-wrapper">'),
        ("npm-variable", "npm_config_user_agent is set"),
        ("python-name", "HttpResponsePermanentRedirect in django.http.response"),
        ("long-identifier", "test_that_a_failing_sink_hurts_nobody_at_all"),
        ("public-key", "-----BEGIN PUBLIC KEY-----\nRmFrZQ==\n-----END PUBLIC KEY-----"),
        ("certificate", "-----BEGIN CERTIFICATE-----\nRmFrZQ==\n-----END CERTIFICATE-----"),
        ("key-speech", "the PRIVATE KEY is missing"),
        ("stack-line", '  File "/srv/crm/views.py", line 12, in get_queryset'),
        ("sql", 'SELECT "crm_customer"."id" FROM "crm_customer" WHERE "id" = 12 LIMIT 21'),
        ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("query", "/customers/?page=2&order=-name&limit=50&after=eyJ"),
        ("json", '{"id": 12, "name": "Ada", "tags": ["new", "vip"], "ratio": 0.5}'),
        ("html", "<p>The password is <b>not</b> here</p>"),
        ("xml", "<author>Ada</author><key>colour</key>"),
        ("xml-empty", "<password></password><token/>"),
        ("error-id", "error_20261121_abcdefghijkl"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("windows-path", r"C:\tokens\new\readme.txt"),
        ("percent", "100%25 of 7%3A30"),
        ("emoji", "Grüße 👋 from Zürich"),
        ("short", "a=b"),
        ("empty", ""),
        ("authorization-prose", "Authorization: failed for user 17"),
        ("authorization-required", "Authorization: header is missing in request 17"),
        ("header-names", "SENSITIVE = ('Authorization', 'Cookie')"),
        ("names-of-fields", "fields = ('password', 'email')"),
        ("names-of-variables", "@sensitive_variables('password', 'secret')"),
        ("names-of-variables-list", 'values_list(["token", "id"])'),
        ("name-and-value-of-page", '{"name": "page", "value": "hunter"}'),
        ("name-and-value-far-apart", '{"name": "password"}, {"name": "page", "value": "2"}'),
        ("html-input", '<input type="password" name="page" value="2">'),
        ("html-attributes", '<a href="/?page=2"class="wide">'),
        ("parser", "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON"),
        ("parser-word", "Unexpected token 'else' in line 12"),
        ("password-required-sql", "ALTER USER nobody PASSWORD NULL"),
        ("signature-of-function", "signature=(request, pk) and signature: (x)"),
        ("signature-header", "X-Signature-Count: 2"),
        ("sigma", "sig=7 sigma=2"),
        ("option-usage", "usage: tool [-h] [--token TOKEN] [--password PASSWORD]"),
        ("option-prose", "use --password to set one, --token when needed"),
        ("option-of-a-parser", 'parser.add_argument("--password", "-p", default=None)'),
        ("option-of-a-parser-with-help", 'parser.add_argument("--token", help="the token")'),
        ("cdata-closed-only", "<note>a]]></note> <password>]]></password>"),
        ("option-next", "docker login --password-stdin -u nobody"),
        ("option-file", "tool --password-file /run/secrets.txt --token-type jwt"),
        ("option-dashes", "--------- -- --- a -- b"),
        ("docker-user", "docker run -u 1000:1000 --user nobody:users image"),
        ("sort-unique", "sort -u a:b"),
        ("curl-user-agent", "curl -s --user-agent x:y https://example.com/"),
        ("curl-without-user", "curl -sSL https://example.com:8443/a"),
        ("yaml-list", "keys: |\n  a\n  b"),
        ("list-numbered", "rows[0]=7&rows[]=8"),
        ("xml-cdata", "<note><![CDATA[hello <b>]]></note>"),
        ("code-of-an-error", "/callback?code=NOT_FOUND"),
        ("longer-code-of-an-error", "/sso/callback?code=PERMISSION_DENIED&state=open"),
        (
            "code-of-an-error-in-prose",
            "GET /callback?code=NOT_FOUND: nothing (/callback?code=NOT_FOUND), no more",
        ),
        ("code-in-query", "https://example.com/?code=country-code-of-it&page=2"),
        ("code-of-a-country", "country code=49 and state=open"),
        ("state-in-query", "/orders/?state=waiting-for-payment&page=2"),
        ("state-and-short-code", "/address/?state=CA&code=94107"),
        ("code-assigned", "status_code = decode(code=code, state=state)"),
        ("asset-with-a-hash", f"/static/reset/abcdef-{HEX}.css"),
        ("path-with-a-hash", f"/media/17/abcdef-{HEX}/"),
        ("path-of-a-uuid", f"/password/reset/{UUID}/"),
        ("path-of-a-design", f"/design/banner-abcdef-{HEX}/"),
        ("path-of-an-author", f"/authors/abcdef-{HEX}/"),
        ("hook-of-git", ".git/hooks/pre-commit.sample and /hooks/useCallbackWhenSomethingWas"),
        ("discord-channel", "https://discord.com/channels/123456789012345678/123456789012345678"),
        ("slack-file", "https://files.slack.com/files-pri/T0FAKE-F0FAKE/customers-of-november.csv"),
        ("shell-variable", "$HOME/$USER and ${TOKENS[0]} cost $2 or US$5"),
        ("jquery", "$('#page').on('click', $.noop)"),
        (
            "hasher-alone",
            "Of the prefixes pbkdf2_sha256$ and md5$ and argon2$argon2id the first is usual",
        ),
        (
            "hasher-masked",
            "algorithm: pbkdf2_sha256 iterations: 600000 salt: fake** hash: Fake0***",
        ),
        ("times-with-colons", "12:113045:tests-of-the-signer-that-nobody-needs"),
        ("ssh-fingerprint", f"SHA256:{SIGNATURE}"),
        ("urn", f"urn:uuid:{UUID} and a:b:c"),
        ("go-address", "@tcp(db:3306)/crm and ada@tcp(x)"),
        ("jdbc-without-user", "jdbc:oracle:thin:@//db.example:1521/crm"),
        ("capitals", "SKIPPED SKU-2026-0000-1234-5678 MTOM OTHER_LONG_NAME_OF_A_CONSTANT"),
        ("dashes-of-rst", "Title\n-----\n--underline--of-text -us -up"),
    )
]

SECRET_KEYS = """
    password Password PASSWORD passwd pwd pass passphrase passcode passwort password1 new_password2
    old-password passwordHash password_confirmation user_password db_password dbpassword DB_PASS
    MYSQL_PWD EMAIL_HOST_PASSWORD secret secrets SECRET_KEY SECRET_KEY_FALLBACKS client_secret
    clientSecret clientsecret app_secret secretKey secret_access_key token tokens access_token
    accessToken accesstoken refresh_token id_token csrf_token csrftoken csrfmiddlewaretoken
    CSRFToken X-CSRFToken X-XSRF-TOKEN auth_token bot_token token_value jwt JWT bearer authorization
    Authorization HTTP_AUTHORIZATION Proxy-Authorization proxy_authorization auth basic_auth auth_header
    cookie Cookie cookies Set-Cookie HTTP_COOKIE session_cookie sessionid session_id sessionId
    session_key PHPSESSID api_key apikey apiKey API_KEY X-Api-Key x-api-key api-keys stripe_api_key
    apiKeyProduction AWS_SECRET_ACCESS_KEY aws_access_key_id private_key privateKey ssh_key
    encryption_key signing-key webhook_key AccountKey Ocp-Apim-Subscription-Key fernet_key credential
    credentials creds_and_secret dsn DSN SENTRY_DSN sentry.dsn credit_card creditCard creditcard
    card_number cardNumber cardnumber cc_number cvv cvv2 cvc CVC2 security_code pin PIN otp totp
    one_time_code mfa_code recovery_codes ssn social_security_number bank_account X-Amz-Signature
""".split()

HARMLESS_KEYS = """
    author authors authored_by keyboard key keys monkey turkey hotkey primary_key foreign_key public_key
    sort_key cache_key keyword tokenizer tokenize token_count tokenCount max_tokens total_tokens
    prompt_tokens n_tokens token_type token_url token_expires_at password_changed_at passwordChangedAt
    password_reset_url password_validators PASSWORD_HASHERS AUTH_PASSWORD_VALIDATORS AUTH_USER_MODEL
    AUTHENTICATION_BACKENDS has_password is_token_valid show_password PASSWORD_RESET_TIMEOUT
    SESSION_COOKIE_AGE SESSION_COOKIE_SECURE CSRF_COOKIE_NAME CSRF_TRUSTED_ORIGINS CSRF_USE_SESSIONS
    cookie_consent cookies_accepted secretary secretariat compass bypass passenger passed passage
    assess session sessions session_count authority authorised authorized_at auth_user auth_user_id
    auth_time oauth_provider pinned pink opinion spin mapping ping description card cards discard
    postcard card_type cardinality code status_code country_code error_code postal_code number
    phone_number order_number security securities dsnow cvs cv otpion id user_id client_id tenant_id
    name username email first_name access access_level account account_id accounts service service_name
    basic bear beard bearings signature_count private privacy shared recovery storage license_plate
    content_type content_length method path host referer user_agent accept x_forwarded_for page limit
""".split()
