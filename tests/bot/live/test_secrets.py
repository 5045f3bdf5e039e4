"""Secrets planted where AWS and people put them reach no output and no evidence."""

import base64
import json
import random
import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from diagnostics.evidence import LogEvent, LogGroup, Place, World
from tests.bot.live.terminal import Ended, Terminal, incident, served, settings_for, words_for

DICE = random.Random(20261124)  # noqa: S311 - nothing secret is made of it
HEX = "0123456789abcdef"
WORD = string.ascii_letters + string.digits
BASE64 = f"{WORD}+/"


def some(letters: str, count: int) -> str:
    return "".join(DICE.choice(letters) for _ in range(count))


def jwt() -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": some(WORD, 12), "exp": 1_800_000_000})
    head, body = (base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in parts)
    return f"{head.rstrip('=')}.{body.rstrip('=')}.{some(WORD, 43)}"


# Each gives how it stands in a text, and the part of it that must not be seen.
Made = tuple[str, str]


def plain(form: str, secret: str) -> Made:
    return form.replace("SECRET", secret), secret


FORMS: Mapping[str, Callable[[], Made]] = {
    "secret access key, named": lambda: plain("aws_secret_access_key=SECRET", some(BASE64, 40)),
    "secret access key, JSON": lambda: plain('{"SecretAccessKey": "SECRET"}', some(BASE64, 40)),
    "secret access key beside its id": lambda: plain(
        f"AKIA{some(string.ascii_uppercase, 16)} SECRET", f"{some(BASE64, 38)}/9"
    ),
    "session token": lambda: plain(
        "aws_session_token=SECRET", f"IQoJb3JpZ2luX2Vj{some(BASE64, 300)}"
    ),
    "slack bot token": lambda: plain(
        "token SECRET", f"xoxb-{some('123456789', 12)}-{some(WORD, 24)}"
    ),
    "slack app token": lambda: plain("token SECRET", f"xapp-1-A{some(HEX, 10)}-{some(HEX, 64)}"),
    "slack rotated token": lambda: plain("token SECRET", f"xoxe.xoxp-1-{some(WORD, 140)}"),
    "slack webhook": lambda: plain(
        "https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/SECRET", some(WORD, 24)
    ),
    "github token": lambda: plain("git clone with SECRET", f"ghp_{some(WORD, 36)}"),
    "github fine-grained token": lambda: plain(
        "auth SECRET", f"github_pat_{some(WORD, 22)}_{some(WORD, 59)}"
    ),
    "stripe key": lambda: plain("charge with SECRET", f"sk_live_{some(WORD, 24)}"),
    "google key": lambda: plain("maps key SECRET", f"AIza{some(WORD, 35)}"),
    "JWT": lambda: plain("Authorization: Bearer SECRET", jwt()),
    "basic authorization": lambda: plain(
        "Authorization: Basic SECRET", base64.b64encode(f"u:{some(WORD, 12)}".encode()).decode()
    ),
    "password": lambda: plain("login failed password=SECRET for user 7", some(WORD, 14)),
    "password, JSON": lambda: plain('{"password": "SECRET", "user": 7}', some(WORD, 14)),
    "URL with a password": lambda: plain("postgres://shop:SECRET@db:5432/shop", some(WORD, 16)),
    "URL of Redis": lambda: plain("rediss://:SECRET@cache:6379/0", some(WORD, 24)),
    "presigned URL": lambda: plain(
        "GET https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=SECRET", some(HEX, 64)
    ),
    "private key": lambda: plain(
        "-----BEGIN RSA PRIVATE KEY-----\nSECRET\n-----END RSA PRIVATE KEY-----",
        some(BASE64, 64),
    ),
}


def masked_also_in(made: Made) -> tuple[Made, ...]:
    """Return the same secret as other programs write it down."""
    text, secret = made
    return (
        made,
        (json.dumps({"message": text}), json.dumps(secret)[1:-1]),
        (quote(text, safe="=& :"), quote(secret, safe="=& :")),
    )


SECRETS = {name: make() for name, make in FORMS.items()}
FAILURE = "ReadTimeoutError: Read timeout on endpoint URL"


def with_logs(world: World, messages: list[str]) -> World:
    """Return the World where the caller's log tells these lines too."""
    found = dict(world.places)
    for key, place in world.places.items():
        if not place.logs:
            continue
        groups = {
            name: LogGroup(
                about=group.about,
                events=(
                    *(
                        LogEvent(at=-60_000 * 30 + n, stream="planted", message=message)
                        for n, message in enumerate(messages)
                    ),
                    *group.events,
                ),
            )
            for name, group in place.logs.items()
        }
        found[key] = replace(place, logs=groups)
    return replace(world, places=found)


def everything(terminal: Terminal, world: World, *words: str) -> tuple[str, Ended]:
    """Return all that a run shows and keeps, in every form, and the run as JSON."""
    shown = []
    with served(world, terminal):
        for form in ("text", "markdown", "json"):
            kept = ["--record", f"{form}.json", "--debug", "--output", form]
            ended = terminal.paramedic(*words, *kept)
            assert ended.code == 0
            shown += [ended.out, ended.err, Path(f"{form}.json").read_text(encoding="utf-8")]
    return "\n".join(shown), ended


def leaked(shown: str, secrets: Mapping[str, Made]) -> list[str]:
    """Return the names of the secrets that can be read in what was shown."""
    return [
        name
        for name, made in secrets.items()
        if any(secret in shown for _, secret in masked_also_in(made))
    ]


def test_secrets_in_log_lines_are_shown_nowhere(terminal: Terminal) -> None:
    world = incident("no-route")
    lines = [
        f"{FAILURE} {text}" if n % 2 else text
        for made in SECRETS.values()
        for n, (text, _) in enumerate(masked_also_in(made))
    ]
    shown, ended = everything(terminal, with_logs(world, lines), *words_for(world.request))
    assert leaked(shown, SECRETS) == []
    assert ended.report["symptom"]["count"] > 0


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_pasted_text_is_shown_nowhere(name: str, terminal: Terminal) -> None:
    text, _ = SECRETS[name]
    pasted = f'botocore.exceptions.{FAILURE}: "https://dynamodb.eu-west-1.amazonaws.com/" {text}'
    with served(incident("healthy"), terminal):
        words = ["diagnose", pasted, "table=orders", "function=checkout", "--record", "kept.json"]
        ended = terminal.paramedic(*words, "--output", "json", "--debug")
    shown = ended.out + ended.err + Path("kept.json").read_text(encoding="utf-8")
    assert ended.code == 0
    assert leaked(shown, {name: SECRETS[name]}) == []


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_words_not_understood_is_not_told_again(name: str, terminal: Terminal) -> None:
    text, _ = SECRETS[name]
    terminal.use(settings_for("http://127.0.0.1:9"))
    for words in (
        ["408", "tabel=orders", text],
        [text],
        ["dynamodb", text],
        ["408", "table=orders", f"region={text}"],
        ["408", "table=orders", f"since={text}"],
        ["408", f"table={text}"],
    ):
        ended = terminal.paramedic("diagnose", *words, "--deadline", "5", "--output", "json")
        assert leaked(ended.out + ended.err, {name: SECRETS[name]}) == [], words


def test_secrets_in_a_functions_environment_are_shown_nowhere(terminal: Terminal) -> None:
    world = incident("no-route")
    variables = {f"SETTING_{n}": text for n, (text, _) in enumerate(SECRETS.values())}
    variables |= {
        "DB_PASSWORD": some(WORD, 12),
        "AWS_ENDPOINT_URL": f"http://u:{some(WORD, 12)}@p/",
    }
    planted = {"DB": ("", variables["DB_PASSWORD"]), "URL": ("", variables["AWS_ENDPOINT_URL"])}
    changed = changing(world, "lambda.functions", {"Environment": {"Variables": variables}})
    shown, _ = everything(terminal, changed, *words_for(world.request))
    assert leaked(shown, {**SECRETS, **planted}) == []


def changing(world: World, collection: str, fields: Mapping[str, Any]) -> World:
    """Return the World where every resource of a collection has these fields."""
    places = dict(world.places)
    for key, place in places.items():
        if collection in place.state:
            changed = tuple({**one, **fields} for one in place.state[collection])
            places[key] = replace(place, state={**place.state, collection: changed})
    return replace(world, places=places)


def test_secrets_in_cloudtrails_parameters_are_shown_nowhere(terminal: Terminal) -> None:
    world = incident("no-route")
    parameters = {f"setting{n}": text for n, (text, _) in enumerate(SECRETS.values())}
    record = {"$json": {"eventSource": "ec2.amazonaws.com", "requestParameters": parameters}}
    changed = changing(world, "cloudtrail.events", {"CloudTrailEvent": record})
    assert any("cloudtrail.events" in place.state for place in changed.places.values())
    shown, _ = everything(terminal, changed, *words_for(world.request))
    assert leaked(shown, SECRETS) == []


def test_the_places_of_the_tests_secrets_are_read(terminal: Terminal) -> None:
    """Else the tests above could not fail: what is no secret there does get into evidence."""
    world = with_logs(incident("no-route"), [f"{FAILURE} marked-by-nobody"])
    assert isinstance(next(iter(world.places.values())), Place)
    shown, _ = everything(terminal, world, *words_for(world.request))
    assert "marked-by-nobody" in shown
