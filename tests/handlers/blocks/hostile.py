"""What an attacker, or an unlucky name, can put into a text that Slack is sent."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from diagnostics.model import (
    CheckLine,
    Judgement,
    Prevention,
    Remedy,
    Report,
    RuledOut,
    UnansweredLine,
    Why,
)
from handlers.blocks import Message, plainer
from tests.diagnostics.reports import FULL, NOW
from tests.slack_server import LiveToken, Problem, live_tokens, validate_message

PINGS = (
    "<!channel>",
    "<!here|now>",
    "<!everyone>",
    "<!subteam^S0ONCALL|@oncall>",
    "<@U0BOSS>",
    "<#C0GENERAL>",
    "<https://evil.example/login|Approve>",
    "<!date^1700000000^{date}^https://evil.example|soon>",
    "```\n<https://evil.example|click>",
    "`<!channel>`",
    "&lt;!channel&gt;",
    "[a](https://evil.example)",
    "https://evil.example/a?b=<c>&d",
    "hthttps://tps://evil.example",
    ":rotating_light: all good :white_check_mark:",
    "\x1b[31mred\x07\x00",
    "safe\u202egnp.exe\u2066\u2069",
    "zero\u200b\u200c\u200d\ufeff\u2060\u00adwidth\u3164\u034f",
    "a\r\nb\u2028c\u0085d",
    "\ud800 half",
    "\U0001f4a5" * 400,
    "<" * 700,
    "&" * 700,
    "x" * 4_000,
    " \n\t ",
    "",
)
AWS = ("https://docs.aws.amazon.com/", "https://aws.amazon.com/", "https://health.aws.amazon.com/")
UNSEEN = set(
    "\x00\x07\x1b\u200b\u200c\u200d\u202e\u2066\u2069\ufeff\u2060\u00ad\u2028\u0085\u3164\u034f\ud800\r"
)
TEXTS = (
    st.sampled_from(PINGS) | st.text(max_size=60) | st.lists(st.sampled_from(PINGS)).map("".join)
)


def refused(message: Message) -> list[Problem]:
    """Everything Slack refuses in a message and in each plainer version of it, sent or edited."""
    return [
        problem
        for version in ladder(message)
        for update in (False, True)
        for problem in validate_message(list(version.blocks), version.text, update=update)
    ]


def alive(message: Message) -> list[LiveToken]:
    """Everything in the versions that pings or links, AWS's own documentation left out."""
    return [
        token
        for version in ladder(message)
        for token in live_tokens(version.posted)
        if not (token.kind == "link" and token.target.startswith(AWS))
    ]


def ladder(message: Message) -> tuple[Message, Message, Message]:
    plain = plainer(message)
    return message, plain, plainer(plain)


def unseen(message: Message) -> set[str]:
    """Characters that hide, turn or break text, anywhere in the message."""
    return UNSEEN & set(shown(message))


def shown(message: Message) -> str:
    """The fallback text and every string of the blocks."""
    return "\n".join([message.text, *strings(list(message.blocks))])


def strings(value: Any) -> list[str]:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, str):
        return [value]
    inside: Sequence[Any] = ()
    if isinstance(value, dict):
        inside = list(value.values())
    elif isinstance(value, list):
        inside = value
    return [one for item in inside for one in strings(item)]


def largest() -> Report:
    """A report with too much of everything, in long and hostile words."""
    long = " ".join(PINGS)
    verdict = FULL.verdicts[0]
    remedy = Remedy(
        title=long,
        why=long,
        commands=tuple(f"aws dynamodb describe-table --table-name '{n}{long}'" for n in range(9)),
        terraform=long * 40,
        code=long,
        risk=long,
        undo=long,
    )
    many = dataclasses.replace(
        verdict,
        title=long,
        says=(long,) * 20,
        evidence=tuple(dataclasses.replace(e, reading=long, source=long) for e in verdict.evidence)
        * 20,
        against=(long,) * 20,
        consequence_of="scaling.failed",
        remedies=tuple(dataclasses.replace(remedy, title=f"{n} {long}") for n in range(20)),
        docs=(*verdict.docs, "https://evil.example/docs", "https://docs.aws.amazon.com.evil/x"),
    )
    guilty = FULL.changes[0]
    changes = [
        dataclasses.replace(
            guilty,
            change=dataclasses.replace(
                guilty.change, at=NOW - timedelta(minutes=n), what=long, who=long, resource=long
            ),
            judgement=list(Judgement)[n % 3],
            why=long,
        )
        for n in range(130)
    ]
    return dataclasses.replace(
        FULL,
        headline=long,
        request=dataclasses.replace(FULL.request, text=long * 50, error=None, role=long),
        symptom=dataclasses.replace(FULL.symptom, says=long),
        verdicts=(many,) * 20,
        ruled_out=tuple(RuledOut(cause=f"network.cause_{n}", says=long) for n in range(130)),
        changes=tuple(changes),
        unanswered=tuple(
            UnansweredLine(
                check=f"check.number_{n}", why=Why.DENIED, detail=long, needs=("iam:GetRole",) * 50
            )
            for n in range(130)
        ),
        checks=FULL.checks
        + tuple(
            CheckLine(id=f"c.{n}", asks=long, required=True, outcome="ok", took_ms=1)
            for n in range(130)
        ),
        prevention=tuple(Prevention(kind="alarm", title=long, code=long * 3) for _ in range(40)),
    )
