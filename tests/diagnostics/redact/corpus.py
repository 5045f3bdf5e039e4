"""Secrets and harmless AWS log lines, made at random from a fixed seed."""

import base64
import json
import random
import string
from collections.abc import Callable, Mapping
from urllib.parse import quote

LETTERS = string.ascii_letters + string.digits
BASE64 = LETTERS + "+/"
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"

Draw = random.Random


def some(draw: Draw, alphabet: str, length: int) -> str:
    return "".join(draw.choices(alphabet, k=length))


def access_key_id(draw: Draw) -> str:
    return draw.choice(("AKIA", "ASIA")) + some(draw, string.ascii_uppercase + "234567", 16)


def secret_key(draw: Draw) -> str:
    while True:
        key = some(draw, BASE64, 40)
        if any(letter.isdigit() for letter in key) and key[0] not in "+/":
            return key


def session_token(draw: Draw) -> str:
    start = draw.choice(("IQoJb3JpZ2luX2Vj", "FwoGZXIvYXdzE", "FQoGZXIvYXdzE"))
    return start + some(draw, BASE64, draw.randint(180, 420)) + draw.choice(("", "=", "=="))


def password(draw: Draw) -> str:
    return some(draw, LETTERS + "!#*.~^_", draw.randint(8, 24)) + draw.choice("aZ9")


def jwt(draw: Draw) -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    head = part({"alg": "RS256", "typ": "JWT"})
    body = part({"sub": some(draw, LETTERS, 12), "exp": draw.randint(1, 2**31)})
    return f"{head}.{body}.{some(draw, LETTERS + '-_', 86)}"


def pem_block(draw: Draw) -> str:
    kind = draw.choice(("RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "DSA ", ""))
    lines = "\n".join(some(draw, BASE64, 64) for _ in range(draw.randint(3, 24)))
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{lines}\n-----END {kind}PRIVATE KEY-----"


def presigned(draw: Draw) -> tuple[str, tuple[str, ...]]:
    token, signature = quote(session_token(draw), safe=""), some(draw, HEX, 64)
    url = (
        "https://bucket.s3.eu-west-1.amazonaws.com/reports/2026.csv?X-Amz-Algorithm="
        f"AWS4-HMAC-SHA256&X-Amz-Credential={access_key_id(draw)}%2F20261124%2Feu-west-1%2Fs3"
        "%2Faws4_request&X-Amz-Date=20261124T101112Z&X-Amz-Expires=900"
        f"&X-Amz-Security-Token={token}&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
    )
    return url, (token, signature)


def one(form: str, make: Callable[[Draw], str]) -> Callable[[Draw], tuple[str, tuple[str, ...]]]:
    """Return a maker of texts in which `{}` is the secret."""

    def made(draw: Draw) -> tuple[str, tuple[str, ...]]:
        secret = make(draw)
        return form.replace("{}", secret), (secret,)

    return made


# Each class makes a text and the secrets in it, none of which may survive.
SECRETS: Mapping[str, Callable[[Draw], tuple[str, tuple[str, ...]]]] = {
    "aws access key id": one("using key {}", access_key_id),
    "aws_secret_access_key=": one("aws_secret_access_key={}", secret_key),
    "bare secret key": one("loaded {} from the vault", secret_key),
    "secret key beside its id": lambda draw: (
        f"{access_key_id(draw)}:{(secret := secret_key(draw))} region=eu-west-1",
        (secret,),
    ),
    "session token": one("x-amz-security-token: {}", session_token),
    "session token without a name": one("refreshed to {} just now", session_token),
    "slack bot token": one(
        "post with {} failed",
        lambda d: (
            f"xoxb-{d.randint(10**10, 10**12)}-{d.randint(10**10, 10**12)}-" + some(d, LETTERS, 24)
        ),
    ),
    "slack app token": one(
        "connect {}",
        lambda d: f"xapp-1-A{some(d, UPPER, 10)}-{d.randint(10**11, 10**13)}-{some(d, HEX, 64)}",
    ),
    "slack rotating token": one(
        "got {} from oauth",
        lambda d: f"{d.choice(('xoxe.xoxp-1-', 'xoxe.xoxb-1-', 'xoxe-1-'))}{some(d, LETTERS, 140)}",
    ),
    "slack webhook": one(
        "POST https://hooks.slack.com/services/{}",
        lambda d: f"T{some(d, UPPER, 9)}/B{some(d, UPPER, 9)}/{some(d, LETTERS, 24)}",
    ),
    "slack response_url": one(
        '"response_url":"https://hooks.slack.com/commands/{}"',
        lambda d: f"T{some(d, UPPER, 9)}/{d.randint(10**11, 10**13)}/{some(d, LETTERS, 24)}",
    ),
    "github fine-grained token": one(
        "clone with {}",
        lambda d: f"github_pat_{some(d, LETTERS, 22)}_{some(d, LETTERS, 59)}",
    ),
    "github token": one(
        "https://x-access-token:{}@github.com/acme/infra.git",
        lambda d: f"gh{d.choice('posur')}_{some(d, LETTERS, 36)}",
    ),
    "jwt": one("claims of {} rejected", jwt),
    "pem block": one("key: {} end", pem_block),
    "url password": one("postgresql://app:{}@db.internal:5432/orders", password),
    "redis url without a user": one("rediss://:{}@cache.internal:6379/0", password),
    "password=": one("db connect host=db user=app password={} timeout=5", password),
    "json password": one('{"user": "app", "db_password": "{}", "port": 5432}', password),
    "yaml password": one("  password: {}", password),
    "env secret": one("SLACK_SIGNING_SECRET={}", lambda d: some(d, HEX, 32)),
    "header": one("X-Api-Key: {}", lambda d: some(d, LETTERS, 40)),
    "bearer": one("Authorization: Bearer {}", lambda d: some(d, LETTERS, 44)),
    "basic": one(
        "authorization: Basic {}",
        lambda d: base64.b64encode(f"app:{password(d)}".encode()).decode(),
    ),
    "presigned url": presigned,
    "aws authorization header": one(
        "Authorization: AWS4-HMAC-SHA256 Credential=x/20261124/eu-west-1/dynamodb/aws4_request, "
        "SignedHeaders=host;x-amz-date;x-amz-target, Signature={}",
        lambda d: some(d, HEX, 64),
    ),
    "cookie": one("Cookie: session={}; theme=dark", lambda d: some(d, LETTERS, 32)),
    "google key": one("maps {} used", lambda d: f"AIza{some(d, LETTERS + '-_', 35)}"),
    "stripe key": one("charge {}", lambda d: f"sk_live_{some(d, LETTERS, 24)}"),
    "npm token": one("publish {}", lambda d: f"npm_{some(d, LETTERS, 36)}"),
    "pypi token": one("upload {}", lambda d: f"pypi-AgEIcHlwaS5vcmc{some(d, LETTERS, 120)}"),
    "sendgrid key": one(
        "mail {}", lambda d: f"SG.{some(d, LETTERS, 22)}.{some(d, LETTERS + '-_', 43)}"
    ),
    "vault token": one("login {}", lambda d: f"hvs.{some(d, LETTERS, 90)}"),
    "gitlab token": one("pull {}", lambda d: f"glpat-{some(d, LETTERS + '-_', 20)}"),
    "openai key": one("ask {}", lambda d: f"sk-proj-{some(d, LETTERS + '-_', 60)}"),
    "azure account key": one(
        "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={};EndpointSuffix=core",
        lambda d: some(d, BASE64, 86) + "==",
    ),
    "go mysql dsn": one("app:{}@tcp(db.internal:3306)/orders", password),
    "cli flag": one("mysqldump --host db --password {} orders", password),
    "xml": one("<connection><password>{}</password></connection>", password),
    "ecs variable": one('{"name":"DB_PASSWORD","value":"{}"},{"name":"A","value":"b"}', password),
}


def as_is(text: str) -> str:
    return text


def json_string(text: str) -> str:
    return json.dumps({"level": "ERROR", "message": text})


def json_twice(text: str) -> str:
    return json.dumps({"log": json_string(text)})


def json_with_slashes_escaped(text: str) -> str:
    return json_string(text).replace("/", "\\/").replace("=", "\\u003d").replace("+", "\\u002b")


def url_encoded(text: str) -> str:
    return "GET /callback?payload=" + quote(text, safe="")


def base64_of_json(text: str) -> str:
    return "body " + base64.b64encode(json_string(text).encode()).decode() + " received"


def url_safe_base64(text: str) -> str:
    return "state=" + base64.urlsafe_b64encode(text.encode() * 2).decode().rstrip("=")


DISGUISES: tuple[Callable[[str], str], ...] = (
    as_is,
    json_string,
    json_twice,
    json_with_slashes_escaped,
    url_encoded,
    base64_of_json,
    url_safe_base64,
)

LINE = "2026-11-24T10:11:12.345Z 5f1c8a52-7f0d-4a1e-9a3b-0c2d5e6f7a8b ERROR checkout {} (attempt 3)"


def uuid(draw: Draw) -> str:
    return "-".join(some(draw, HEX, length) for length in (8, 4, 4, 4, 12))


def request_id(draw: Draw) -> str:
    return some(draw, UPPER, 31) + "VV4KQNSO5AEMVJF66Q9ASUAAJG"[-21:]


def account(draw: Draw) -> str:
    return some(draw, string.digits, 12)


def at(draw: Draw) -> str:
    return f"2026-11-24T{draw.randint(10, 23)}:{draw.randint(10, 59)}:{draw.randint(10, 59)}.123Z"


CLEAN: tuple[Callable[[Draw], str], ...] = (
    lambda d: f"START RequestId: {uuid(d)} Version: $LATEST\n",
    lambda d: (
        f"REPORT RequestId: {uuid(d)}\tDuration: {d.random() * 3000:.2f} ms\tBilled Duration: 301"
        f" ms\tMemory Size: 512 MB\tMax Memory Used: 98 MB\t\nXRAY TraceId: 1-{some(d, HEX, 8)}-"
        f"{some(d, HEX, 24)}\tSegmentId: {some(d, HEX, 16)}\tSampled: true\t\n"
    ),
    lambda d: f"{at(d)} {uuid(d)} Task timed out after 3.01 seconds\n",
    lambda d: (
        f"{at(d)} {uuid(d)} ERROR operation error DynamoDB: PutItem, exceeded maximum number of "
        f"attempts, 3, https response error StatusCode: 400, RequestID: {request_id(d)}, api error "
        "ThrottlingException: Throughput exceeds the current capacity of your table or index."
    ),
    lambda d: (
        "botocore.exceptions.ReadTimeoutError: Read timeout on endpoint URL: "
        f'"https://dynamodb.eu-west-{d.randint(1, 3)}.amazonaws.com/"'
    ),
    lambda d: (
        f"An error occurred (AccessDeniedException) when calling the PutItem operation: User: "
        f"arn:aws:sts::{account(d)}:assumed-role/checkout-role-{some(d, LETTERS, 8)}/checkout is "
        f"not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:"
        f"{account(d)}:table/orders because no identity-based policy allows the dynamodb:PutItem"
        " action"
    ),
    lambda d: f"arn:aws:secretsmanager:eu-west-1:{account(d)}:secret:prod/db-{some(d, LETTERS, 6)}",
    lambda d: f"arn:aws:kms:eu-west-1:{account(d)}:key/{uuid(d)} is pending deletion",
    lambda d: (
        f"pulled {account(d)}.dkr.ecr.eu-west-1.amazonaws.com/checkout@sha256:{some(d, HEX, 64)}"
    ),
    lambda d: (
        f"docker-pullable://{account(d)}.dkr.ecr.eu-west-1.amazonaws.com/checkout:v"
        f"{d.randint(1, 99)}@sha256:{some(d, HEX, 64)}"
    ),
    lambda d: f"2026/11/24/[$LATEST]{some(d, HEX, 32)}",
    lambda d: f"ecs/checkout/{some(d, HEX, 32)} exited with code 137",
    lambda d: (
        f"i-{some(d, HEX, 17)} in subnet-{some(d, HEX, 17)} behind sg-{some(d, HEX, 17)}, "
        f"vpce-{some(d, HEX, 17)}, rtb-{some(d, HEX, 17)}, eni-{some(d, HEX, 17)}"
    ),
    lambda d: (
        "The security token included in the request is invalid. (Service: AmazonDynamoDBv2; Status "
        f"Code: 400; Error Code: UnrecognizedClientException; Request ID: {request_id(d)}; "
        "Proxy: null)"
    ),
    lambda d: (
        "InvalidSignatureException: Signature expired: 20261124T101112Z is now earlier than "
        f"20261124T10{d.randint(20, 59)}12Z (20261124T103112Z - 5 min.)"
    ),
    lambda d: (
        f'{{"level":"warn","time":{d.randint(10**12, 2 * 10**12)},"requestId":"{uuid(d)}","msg":'
        '"retry quota exhausted","tokens":0,"nextToken":null,"maxTokens":500}'
    ),
    lambda d: (
        f'{{"eventVersion":"1.11","userIdentity":{{"type":"AssumedRole","principalId":"AROA'
        f'{some(d, UPPER, 17)}:deploy","arn":"arn:aws:sts::{account(d)}:assumed-role/deploy/ci"}},'
        f'"eventTime":"{at(d)}","eventSource":"dynamodb.amazonaws.com","eventName":"UpdateTable",'
        f'"sourceIPAddress":"10.1.2.{d.randint(1, 250)}","eventID":"{uuid(d)}"}}'
    ),
    lambda d: (
        f"2 {account(d)} eni-{some(d, HEX, 17)} 10.0.1.5 52.94.5.{d.randint(1, 250)} 49152 443 6 "
        f"20 4249 {d.randint(10**9, 2 * 10**9)} 1418530070 REJECT OK"
    ),
    lambda d: (
        f"https {at(d)} app/shop/{some(d, HEX, 16)} 203.0.113.9:2817 10.0.0.66:80 0.086 0.048 "
        f'0.037 408 408 0 57 "GET https://shop.example.com:443/cart?page=2 HTTP/1.1" "curl/8.5.0" '
        f"ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:{account(d)}:"
        f'targetgroup/shop/{some(d, HEX, 16)} "Root=1-{some(d, HEX, 8)}-{some(d, HEX, 24)}" '
        f'"shop.example.com" TID_{some(d, HEX, 32)}'
    ),
    lambda d: (
        'Traceback (most recent call last):\n  File "/var/task/app.py", line 41, in handler\\n'
        f'    table.put_item(Item=item)\n  File "/var/runtime/botocore/client.py", line '
        f"{d.randint(100, 999)}, in _make_api_call\n    raise error_class(parsed_response)"
    ),
    lambda d: f'"CodeSha256": "{base64.b64encode(d.randbytes(32)).decode()}", "State": "Active"',
    lambda d: (
        f"x-amz-id-2: {base64.b64encode(d.randbytes(57)).decode()} x-amz-request-id: "
        + some(d, UPPER, 16)
    ),
    lambda d: f'sns delivery {uuid(d)} crc {d.randint(1, 2**32)} etag "{some(d, HEX, 32)}"',
    lambda d: f"Found credentials in environment variables. region=eu-west-{d.randint(1, 3)}",
    lambda d: (
        f"Access denied for user 'app'@'10.0.{d.randint(0, 9)}.7' (using password: YES); "
        "AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/eks.amazonaws.com/serviceaccount/token"
    ),
    lambda d: (
        f'{{"Effect":"Allow","Action":["secretsmanager:GetSecretValue","sts:GetSessionToken",'
        f'"iam:UpdateAccessKey","iam:ChangePassword"],"Resource":"arn:aws:iam::{account(d)}:user/*",'
        '"Condition":{"StringEquals":{"aws:TokenIssueTime":"2026-11-24T10:11:12Z"}}}'
    ),
    lambda d: (
        f"stack checkout-prod-OrdersFunctionRole-1{some(d, UPPER, 12)} UPDATE_COMPLETE, commit "
        f"{some(d, HEX, 40)}, run {uuid(d)}"
    ),
    lambda d: (
        "ValidationException: One or more parameter values were invalid: Missing the key order_id "
        f"in the item (Service: DynamoDb, Status Code: 400, Request ID: {request_id(d)}) "
        "(SDK Attempt Count: 1)"
    ),
    lambda d: (
        f"Starting Terraform apply of aws_dynamodb_table.orders: key/{uuid(d)} 9.{d.randint(0, 9)}%"
        " done, partition key = order_id, sort key = created_at, KeyId=alias/orders"
    ),
    lambda d: (
        f"{at(d)} INFO kinesis shardId-000000000000 sequence {some(d, string.digits, 56)} lag 12 ms"
        f", stream label 2026-11-24T10:11:12.345, hosted zone Z{some(d, UPPER, 13)}"
    ),
)


def clean_lines(count: int) -> list[str]:
    draw = Draw(408)
    return [CLEAN[place % len(CLEAN)](draw) for place in range(count)]
