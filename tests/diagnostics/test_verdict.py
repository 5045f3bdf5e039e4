"""The rules of confidence, of missing data, and of what is ruled out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diagnostics import verdict
from diagnostics.knowledge import Cause, Knowledge
from diagnostics.model import (
    Answered,
    Check,
    CheckRun,
    Confidence,
    EmittedBy,
    Evidence,
    Finding,
    Prevention,
    Remedy,
    Request,
    RuledOut,
    Said,
    Strength,
    Symptom,
    SymptomClass,
    Unanswered,
    Why,
)
from diagnostics.reader import Reader

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REQUEST = Request(region="eu-west-1", since=NOW - timedelta(hours=1), until=NOW, now=NOW,
                  table="orders", function="checkout", account="123456789012")  # fmt: skip
DEADLINE = Symptom(symptom_class=SymptomClass.DEADLINE, emitted_by=EmittedBy.CLIENT, says="")
REFUSED = Symptom(symptom_class=SymptomClass.REFUSED, emitted_by=EmittedBy.AWS, says="")
UNKNOWN = Symptom(symptom_class=SymptomClass.UNKNOWN, emitted_by=EmittedBy.UNKNOWN, says="")


def cause(
    name: str, *, explains: str = "", outranks: str = "", produces: str = "deadline"
) -> Cause:
    return Cause(
        id=name,
        title=f"{name} happened",
        why="",
        produces=frozenset(SymptomClass(c) for c in produces.split()),
        explains=frozenset(explains.split()),
        outranks=frozenset(outranks.split()),
        docs=(),
        remedies=(Remedy(title="Mend {table}", why="", commands=("aws mend {table} {part}",)),),
        prevention=(Prevention(kind="alarm", title="Watch {table}"),),
    )


KNOWN = Knowledge(
    causes={
        c.id: c
        for c in (
            cause("a.root", explains="a.leaf"),
            cause("a.leaf"),
            cause("a.hot", outranks="a.leaf"),
            cause("a.denial", produces="refused"),
        )
    },
    changes={},
)


def finding(
    name: str,
    strength: Strength,
    *,
    source: str = "cloudwatch:GetMetricData",
    scope: str | None = "orders",
    **more: Any,  # noqa: ANN401 - Finding's other fields
) -> Finding:
    return Finding(
        cause=name,
        strength=strength,
        says=f"{name} {strength}",
        evidence=(Evidence(source=source, reading="1"),),
        scope=scope,
        **more,
    )


def nothing(_request: Request, _reader: Reader) -> None:
    return None


def silence(_facts: None) -> Iterator[Said]:
    yield from ()


def check(name: str, finds: str, **more: Any) -> Check[Any]:  # noqa: ANN401 - Check's fields
    return Check(
        id=name,
        asks="?",
        reads=frozenset(),
        finds=frozenset(finds.split()),
        gather=nothing,
        judge=silence,
        **more,
    )


DENIED = Unanswered(why=Why.DENIED, detail="no", needs=("x:Y",))


def rank(
    *said: Finding, symptom: Symptom = DEADLINE, denied: tuple[Check[Any], ...] = ()
) -> verdict.Ranking:
    finds = " ".join({f.cause for f in said}) or "a.leaf"
    checks = [check("answered", finds), *denied]
    runs = [CheckRun(id="answered", asks="?", outcome=Answered(said=said), took_ms=1)]
    runs += [CheckRun(id=c.id, asks="?", outcome=DENIED, took_ms=1) for c in denied]
    return verdict.rank(REQUEST, symptom, checks, runs, KNOWN)


def sure(ranking: verdict.Ranking) -> list[tuple[str, str, str | None]]:
    return [(v.cause, v.confidence.value, v.consequence_of) for v in ranking.verdicts]


PROOF = finding("a.leaf", Strength.PROVES)
HINT = finding("a.leaf", Strength.HINTS)
ONE = finding("a.leaf", Strength.SUGGESTS)
OTHER_SERVICE = finding("a.leaf", Strength.SUGGESTS, source="iam:GetRole")
OTHER_RESOURCE = finding("a.leaf", Strength.SUGGESTS, scope="by-status")
AGAINST = finding("a.leaf", Strength.AGAINST, source="ec2:DescribeSubnets")


@pytest.mark.parametrize(
    ("said", "confidence"),
    [
        ((PROOF,), "confirmed"),
        ((PROOF, AGAINST), "possible"),
        ((ONE,), "possible"),
        ((ONE, ONE), "possible"),
        ((ONE, OTHER_SERVICE), "likely"),
        ((ONE, OTHER_RESOURCE), "likely"),
        ((ONE, OTHER_SERVICE, AGAINST), "possible"),
        ((HINT,), "possible"),
        ((HINT, OTHER_SERVICE), "possible"),
    ],
)
def test_confidence_follows_from_proof_independence_and_contradiction(
    said: tuple[Finding, ...], confidence: str
) -> None:
    assert sure(rank(*said)) == [("a.leaf", confidence, None)]


def test_evidence_against_alone_rules_out() -> None:
    ranking = rank(AGAINST)
    assert ranking.verdicts == ()
    assert ranking.ruled_out == (RuledOut(cause="a.leaf", says="a.leaf against"),)


def test_any_support_keeps_a_cause_from_being_ruled_out() -> None:
    assert rank(AGAINST, HINT).ruled_out == ()


def test_missing_data_rules_nothing_out() -> None:
    ranking = rank(denied=(check("blind", "a.leaf"),))
    assert (ranking.verdicts, ranking.ruled_out) == ((), ())


def test_an_unanswered_required_check_that_could_explain_caps_a_verdict() -> None:
    ranking = rank(PROOF, denied=(check("blind", "a.root"),))
    assert sure(ranking) == [("a.leaf", "possible", None)]
    assert "blind could not be answered" in ranking.verdicts[0].against[0]


def test_what_aws_stated_stays_confirmed_and_says_that_its_cause_is_unknown() -> None:
    stated = finding("a.leaf", Strength.PROVES, stated_by_aws=True)
    ranking = rank(stated, denied=(check("blind", "a.root"),))
    assert sure(ranking) == [("a.leaf", "confirmed", None)]
    assert ranking.behind_unknown == {"a.leaf"}


def test_a_check_that_is_never_required_caps_nothing() -> None:
    ranking = rank(PROOF, denied=(check("blind", "a.root", never_required_because="lags"),))
    assert sure(ranking) == [("a.leaf", "confirmed", None)]


def test_a_consequence_stands_under_its_cause() -> None:
    ranking = rank(PROOF, finding("a.root", Strength.PROVES))
    assert sure(ranking) == [("a.root", "confirmed", None), ("a.leaf", "confirmed", "a.root")]


def test_a_merely_possible_cause_explains_nothing() -> None:
    ranking = rank(PROOF, finding("a.root", Strength.HINTS))
    assert sure(ranking) == [("a.leaf", "confirmed", None), ("a.root", "possible", None)]


def test_what_outranks_goes_first_at_the_same_confidence() -> None:
    hot = finding("a.hot", Strength.PROVES, first_at=NOW)
    early = finding("a.leaf", Strength.PROVES, first_at=NOW - timedelta(hours=1))
    assert sure(rank(early, hot)) == [("a.hot", "confirmed", None), ("a.leaf", "confirmed", None)]


def test_the_named_resource_goes_before_others() -> None:
    ranking = rank(finding("a.hot", Strength.PROVES), finding("a.root", Strength.PROVES, scope="x"))
    assert [v.cause for v in ranking.verdicts] == ["a.hot", "a.root"]


def test_a_cause_that_cannot_produce_the_symptom_is_prevention() -> None:
    denial = finding("a.denial", Strength.PROVES)
    ranking = rank(denial)
    assert ranking.verdicts == ()
    assert ranking.prevention == (Prevention(kind="misconfiguration", title="a.denial proves"),)
    assert sure(rank(denial, symptom=REFUSED)) == [("a.denial", "confirmed", None)]
    assert sure(rank(denial, symptom=UNKNOWN)) == [("a.denial", "confirmed", None)]


def test_a_misconfiguration_off_the_path_is_prevention() -> None:
    ranking = rank(finding("a.leaf", Strength.PROVES, off_path=True))
    assert (ranking.verdicts, ranking.ruled_out) == ((), ())
    assert ranking.prevention == (Prevention(kind="misconfiguration", title="a.leaf proves"),)


def test_remedies_carry_the_values_of_this_incident() -> None:
    ranking = rank(finding("a.leaf", Strength.PROVES, values={"part": "by status"}))
    assert ranking.verdicts[0].remedies == (
        Remedy(title="Mend orders", why="", commands=("aws mend orders 'by status'",)),
    )
    assert ranking.prevention == (Prevention(kind="alarm", title="Watch orders"),)


@pytest.mark.parametrize(
    ("given", "symptom", "caller", "required"),
    [
        (check("c", "a.leaf"), DEADLINE, True, True),
        (check("c", "a.denial"), DEADLINE, True, False),
        (check("c", "a.denial"), UNKNOWN, True, True),
        (check("c", "a.leaf", never_required_because="lags"), DEADLINE, True, False),
        (check("c", "a.denial", needs_caller=True), DEADLINE, False, True),
        (check("c", "a.denial", needs_caller=True), REFUSED, False, False),
    ],
)
def test_a_check_is_required_when_it_can_find_a_cause_of_the_symptom(
    given: Check[Any],
    symptom: Symptom,
    caller: bool,
    required: bool,
) -> None:
    request = REQUEST if caller else Request(region="r", since=NOW, until=NOW, now=NOW)
    assert verdict.is_required(given, request, symptom, KNOWN) is required


@pytest.mark.parametrize(
    ("table", "account", "arn"),
    [
        ("orders", "123456789012", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"),
        ("orders", None, None),
        (
            "arn:aws:dynamodb:us-east-1:210987654321:table/bills",
            "123456789012",
            "arn:aws:dynamodb:us-east-1:210987654321:table/bills",
        ),
    ],
)
def test_the_table_arn_is_filled_where_it_can_be_known(
    table: str, account: str | None, arn: str | None
) -> None:
    request = Request(
        region="eu-west-1", since=NOW, until=NOW, now=NOW, table=table, account=account
    )
    assert verdict.default_values(request).get("table_arn") == arn


def test_confidences_are_ordered() -> None:
    assert sorted(Confidence, key=lambda c: verdict.SURENESS[c]) == list(Confidence)
