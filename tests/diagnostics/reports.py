"""Reports made by hand, and a strategy that makes any."""

import dataclasses
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from diagnostics.model import (
    Change,
    CheckLine,
    Conclusion,
    Confidence,
    EmittedBy,
    Evidence,
    JudgedChange,
    Judgement,
    Prevention,
    Remedy,
    Report,
    Request,
    RuledOut,
    Symptom,
    SymptomClass,
    UnansweredLine,
    Verdict,
    Why,
)

NOW = datetime(2026, 3, 1, 11, 0, tzinfo=UTC)
REQUEST = Request(
    region="eu-west-1",
    since=NOW - timedelta(hours=1),
    until=NOW,
    now=NOW,
    error="408",
    table="orders",
    function="checkout",
    account="123456789012",
)
RESTORE = Remedy(
    title="Give the scaling role its permission back",
    why="Auto scaling changes capacity with this role.",
    commands=(
        "aws iam attach-role-policy --role-name scaler --policy-arn arn:aws:iam::aws:policy/x",
        "aws application-autoscaling describe-scaling-activities --service-namespace dynamodb",
    ),
    terraform='resource "aws_appautoscaling_target" "orders" {\n  max_capacity = 4000\n}',
    code="client = boto3.client('dynamodb')",
    risk="None known.",
    undo="Detach the policy.",
)
FULL = Report(
    request=REQUEST,
    symptom=Symptom(
        symptom_class=SymptomClass.EXHAUSTED_RETRIES,
        emitted_by=EmittedBy.AWS,
        says="412 calls ended in ProvisionedThroughputExceededException.",
        first_at=NOW - timedelta(minutes=40),
        count=1412,
    ),
    conclusion=Conclusion.CAUSE,
    headline="Auto scaling failed: its role may not call UpdateTable.",
    verdicts=(
        Verdict(
            cause="scaling.failed",
            title="Auto scaling tried and could not",
            confidence=Confidence.CONFIRMED,
            says=("3 activities failed.", "Capacity stayed at 500 units."),
            evidence=(
                Evidence(
                    source="application-autoscaling:DescribeScalingActivities",
                    reading="StatusCode = Failed",
                    at=NOW - timedelta(minutes=39),
                ),
                Evidence(source="/aws/lambda/checkout", reading="412 lines"),
            ),
            remedies=(RESTORE,),
            docs=(
                "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html",
            ),
        ),
        Verdict(
            cause="throttling.provisioned",
            title="Capacity is too small",
            confidence=Confidence.LIKELY,
            says=("Consumed 499 of 500 units.",),
            against=("The day before it was the same.",),
            consequence_of="scaling.failed",
            remedies=(RESTORE,),
        ),
    ),
    ruled_out=(
        RuledOut(cause="network.no_route", says="The route table sends to a gateway endpoint."),
        RuledOut(cause="throttling.hot_key", says="No key-range throttles."),
    ),
    changes=(
        JudgedChange(
            change=Change(
                at=NOW - timedelta(minutes=41),
                what="Detached a policy",
                event="DetachRolePolicy",
                source="cloudtrail:LookupEvents",
                who="terraform",
                resource="scaler",
            ),
            judgement=Judgement.IMPLICATED,
            why="It is able to bring about scaling.failed, 1 min before the first failure.",
        ),
        JudgedChange(
            change=Change(
                at=NOW - timedelta(minutes=80),
                what="Deployed checkout",
                event="UpdateFunctionCode",
                source="cloudtrail:LookupEvents",
            ),
            judgement=Judgement.ACQUITTED,
            why="A change of this kind cannot bring about scaling.failed.",
        ),
    ),
    unanswered=(
        UnansweredLine(
            check="aws.health",
            why=Why.TIMED_OUT,
            detail="no answer within the diagnosis's 25 s",
        ),
        UnansweredLine(
            check="iam.simulation",
            why=Why.DENIED,
            detail="iam:SimulatePrincipalPolicy is not allowed (role reader)",
            needs=("iam:SimulatePrincipalPolicy", "iam:GetRole"),
        ),
    ),
    checks=(
        CheckLine(
            id="scaling.activities",
            asks="Did auto scaling act?",
            required=True,
            outcome="problem",
            took_ms=81,
        ),
        CheckLine(
            id="aws.health",
            asks="Does AWS report an event?",
            required=False,
            outcome="unanswered",
            took_ms=25000,
        ),
    ),
    prevention=(
        Prevention(
            kind="alarm",
            title="Say when scaling fails",
            code="aws cloudwatch put-metric-alarm --alarm-name orders-scaling",
        ),
        Prevention(kind="iac", title="Keep the role in code", code='role = "scaler"'),
        Prevention(kind="misconfiguration", title="Index by-day has no scaling"),
    ),
    took_ms=1934,
    aws_calls=31,
)
CLEAR = Report(
    request=Request(region="eu-west-1", since=NOW - timedelta(hours=30), until=NOW, now=NOW),
    symptom=Symptom(
        symptom_class=SymptomClass.UNKNOWN,
        emitted_by=EmittedBy.UNKNOWN,
        says="Nothing but the typed word.",
    ),
    conclusion=Conclusion.CLEAR,
    headline="Nothing is wrong that the checks can see.",
)
UNSURE = dataclasses.replace(
    CLEAR,
    conclusion=Conclusion.INCONCLUSIVE,
    headline="No cause found, but 1 of 1 required checks could not look.",
    aws_calls=1,
)

TEXTS = st.text(max_size=30) | st.sampled_from(
    ["\x1b[31mred\x1b]8;;http://evil\x07", "<!channel> @here", "[a](http://b) ![c](d)", "``` \n# h"]
)
OPTIONAL = st.none() | TEXTS
IDS = st.from_regex(r"[a-z_]{1,8}\.[a-z_]{1,8}", fullmatch=True)
TIMES = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(9999, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.just(UTC),
)
COUNTS = st.integers(min_value=0)


def tuples(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=3).map(tuple)


REPORTS = st.builds(
    Report,
    request=st.builds(
        Request,
        region=st.text(min_size=1, max_size=20),
        since=TIMES,
        until=TIMES,
        now=TIMES,
        service=st.just("dynamodb"),
        error=OPTIONAL,
        text=OPTIONAL,
        table=OPTIONAL,
        index=OPTIONAL,
        function=OPTIONAL,
        ecs=OPTIONAL,
        role=OPTIONAL,
        log_groups=tuples(TEXTS),
        subnets=tuples(TEXTS),
        lb=OPTIONAL,
        account=OPTIONAL,
        payload=st.just("never shown: 5b1c"),
    ),
    symptom=st.builds(
        Symptom,
        symptom_class=st.sampled_from(SymptomClass),
        emitted_by=st.sampled_from(EmittedBy),
        says=TEXTS,
        first_at=st.none() | TIMES,
        count=st.none() | COUNTS,
    ),
    conclusion=st.sampled_from(Conclusion),
    headline=st.text(min_size=1),
    verdicts=tuples(
        st.builds(
            Verdict,
            cause=IDS,
            title=TEXTS,
            confidence=st.sampled_from(Confidence),
            says=tuples(TEXTS),
            evidence=tuples(
                st.builds(Evidence, source=TEXTS, reading=TEXTS, at=st.none() | TIMES),
            ),
            against=tuples(TEXTS),
            consequence_of=st.none() | IDS,
            remedies=tuples(
                st.builds(
                    Remedy,
                    title=TEXTS,
                    why=TEXTS,
                    commands=tuples(TEXTS),
                    terraform=OPTIONAL,
                    code=OPTIONAL,
                    risk=TEXTS,
                    undo=TEXTS,
                ),
            ),
            docs=tuples(TEXTS),
        ),
    ),
    ruled_out=tuples(st.builds(RuledOut, cause=IDS, says=TEXTS)),
    changes=tuples(
        st.builds(
            JudgedChange,
            change=st.builds(
                Change,
                at=TIMES,
                what=TEXTS,
                event=TEXTS,
                source=TEXTS,
                who=OPTIONAL,
                resource=OPTIONAL,
            ),
            judgement=st.sampled_from(Judgement),
            why=TEXTS,
        ),
    ),
    unanswered=tuples(
        st.builds(
            UnansweredLine,
            check=IDS,
            why=st.sampled_from(Why),
            detail=TEXTS,
            needs=tuples(TEXTS),
        ),
    ),
    checks=tuples(
        st.builds(
            CheckLine,
            id=IDS,
            asks=TEXTS,
            required=st.booleans(),
            outcome=st.sampled_from(["problem", "ok", "unanswered", "not_applicable"]),
            took_ms=COUNTS,
        ),
    ),
    prevention=tuples(
        st.builds(
            Prevention,
            kind=st.sampled_from(["alarm", "iac", "client", "limit", "misconfiguration"]),
            title=TEXTS,
            code=OPTIONAL,
        ),
    ),
    took_ms=COUNTS,
    aws_calls=COUNTS,
)
