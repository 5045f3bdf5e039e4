from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.errors import UsageError
from handlers.incidents.asks import (
    Ask,
    Change,
    Export,
    Format,
    ListSome,
    Merge,
    Show,
    ShowHelp,
    ShowStats,
    Timeline,
)
from handlers.incidents.commands import (
    Acknowledge,
    Assign,
    Declare,
    Mitigate,
    Note,
    Reopen,
    Resolve,
    SetSeverity,
)
from handlers.incidents.model import Severity, Subject
from handlers.incidents.options import USAGE
from handlers.incidents.search import Filter, Scope
from handlers.incidents.words import HELP, PARSERS, Context, parse

ANYWHERE = Context(me="U0ANN")
THREAD = Context(me="U0ANN", thread="INC-12")

ORDERS = Subject(service="dynamodb", table="orders", resource_type="table", resource="orders")


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("declare Checkout is slow", Declare(title="Checkout is slow")),
        ("incident declare Checkout is slow", Declare(title="Checkout is slow")),
        (
            "declare Checkout is slow sev=2 table=orders drill",
            Declare(title="Checkout is slow", severity=Severity.SEV2, drill=True, subject=ORDERS),
        ),
        (
            "declare sev=SEV-1 Checkout table=`orders` is slow",
            Declare(title="Checkout is slow", severity=Severity.SEV1, subject=ORDERS),
        ),
        (
            "declare “Checkout sev=2 drill” sev=1",
            Declare(title="Checkout sev=2 drill", severity=Severity.SEV1),
        ),
        ('declare "drill"', Declare(title="drill")),
        ("declare Drills are slow", Declare(title="Drills are slow")),
        (
            "declare x table=arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/by-day",
            Declare(
                title="x",
                subject=Subject(
                    service="dynamodb",
                    table="orders",
                    region="eu-west-1",
                    account="123456789012",
                    resource_type="table",
                    resource="orders",
                ),
            ),
        ),
        (
            "declare x service=lambda region=eu-west-1 account=prod index=by-day",
            Declare(
                title="x",
                subject=Subject(
                    service="lambda", region="eu-west-1", account="prod", index="by-day"
                ),
            ),
        ),
        (
            "declare <@U0BOB|bob> sees 5xx &amp; more at <https://x.example/a?b=c|x.example>",
            Declare(title="@bob sees 5xx & more at x.example (https://x.example/a?b=c)"),
        ),
        ("ack INC-12", Change(incident_id="INC-12", command=Acknowledge())),
        ("acknowledge inc-0012", Change(incident_id="INC-12", command=Acknowledge())),
        ("ack INC\u201112:", Change(incident_id="INC-12", command=Acknowledge())),
        (
            "ack `INC-12` on my way",
            Change(incident_id="INC-12", command=Acknowledge(text="on my way")),
        ),
        (
            "mitigate INC12 traffic moved",
            Change(incident_id="INC-12", command=Mitigate(text="traffic moved")),
        ),
        (
            'resolve INC-12 "capacity raised"',
            Change(incident_id="INC-12", command=Resolve(text="capacity raised")),
        ),
        (
            "reopen INC-12 it is\n  back — again",
            Change(incident_id="INC-12", command=Reopen(text="it is\n  back — again")),
        ),
        (
            "note INC-12 <!channel> &lt;!here&gt; <!subteam^S0OPS|@ops> <#C0WAR|war> <#C0WAR>",
            Change(incident_id="INC-12", command=Note(text="@channel <!here> @ops #war #C0WAR")),
        ),
        (
            "note INC-12 <mailto:a@b.example|a@b.example> <https://x.example> <!date^1^d|then>",
            Change(incident_id="INC-12", command=Note(text="a@b.example https://x.example then")),
        ),
        (
            "assign INC-12 <@U0BOB|bob smith>",
            Change(incident_id="INC-12", command=Assign(user="U0BOB")),
        ),
        ("assign <@W0BOB> INC-12", Change(incident_id="INC-12", command=Assign(user="W0BOB"))),
        ("assign INC-12 to me", Change(incident_id="INC-12", command=Assign(user="U0ANN"))),
        (
            "sev INC-12 2",
            Change(incident_id="INC-12", command=SetSeverity(severity=Severity.SEV2)),
        ),
        (
            "severity sev1 INC-12",
            Change(incident_id="INC-12", command=SetSeverity(severity=Severity.SEV1)),
        ),
        (
            "sev INC-12 sev=4",
            Change(incident_id="INC-12", command=SetSeverity(severity=Severity.SEV4)),
        ),
        ("merge INC-12 INC-7", Merge(incident_id="INC-12", into="INC-7")),
        ("merge INC-12 into INC-7", Merge(incident_id="INC-12", into="INC-7")),
        ("show INC-12", Show(incident_id="INC-12")),
        ("timeline INC-12", Timeline(incident_id="INC-12")),
        ("export INC-12", Export(incident_id="INC-12", form=Format.MARKDOWN)),
        ("export json INC-12", Export(incident_id="INC-12", form=Format.JSON)),
        ("export INC-12 MD", Export(incident_id="INC-12", form=Format.MARKDOWN)),
        ("list", ListSome(wanted=Filter(scope=Scope.OPEN))),
        ("LIST All", ListSome(wanted=Filter(scope=Scope.ALL))),
        (
            "list mine table=arn:aws:dynamodb:eu-west-1:123456789012:table/orders sev=SEV2",
            ListSome(wanted=Filter(scope=Scope.MINE, keys=(("table", "orders"), ("sev", "2")))),
        ),
        (
            "list assignee=<@U0BOB|bob> channel=<#C0WAR|war> state=Resolved drill=no cause=a.b",
            ListSome(
                wanted=Filter(
                    keys=(
                        ("assignee", "U0BOB"),
                        ("channel", "C0WAR"),
                        ("state", "resolved"),
                        ("drill", "no"),
                        ("cause", "a.b"),
                    )
                )
            ),
        ),
        (
            "list assignee=me channel=C0WAR actions=yes",
            ListSome(
                wanted=Filter(
                    keys=(("assignee", "U0ANN"), ("channel", "C0WAR"), ("actions", "yes"))
                )
            ),
        ),
        ("stats", ShowStats(span=timedelta(days=30))),
        ("stats since=12h", ShowStats(span=timedelta(hours=12))),
        ("stats 4w", ShowStats(span=timedelta(weeks=4))),
        ("help", ShowHelp()),
        ("help me please", ShowHelp()),
        ("", ShowHelp()),
        ("  /incident ", ShowHelp()),
    ],
)
def test_words_are_understood_anywhere(text: str, ask: Ask) -> None:
    assert parse(text, ANYWHERE) == ask


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("ack", Change(incident_id="INC-12", command=Acknowledge())),
        (
            "ack 5 errors left",
            Change(incident_id="INC-12", command=Acknowledge(text="5 errors left")),
        ),
        ("ack INC-7", Change(incident_id="INC-7", command=Acknowledge())),
        ("note see INC-7", Change(incident_id="INC-12", command=Note(text="see INC-7"))),
        ("assign <@U0BOB>", Change(incident_id="INC-12", command=Assign(user="U0BOB"))),
        ("sev 1", Change(incident_id="INC-12", command=SetSeverity(severity=Severity.SEV1))),
        ("merge INC-7", Merge(incident_id="INC-12", into="INC-7")),
        ("show", Show(incident_id="INC-12")),
        ("timeline", Timeline(incident_id="INC-12")),
        ("export", Export(incident_id="INC-12")),
        ("export json", Export(incident_id="INC-12", form=Format.JSON)),
    ],
)
def test_in_its_thread_an_incident_needs_no_id(text: str, ask: Ask) -> None:
    assert parse(text, THREAD) == ask


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("resolv INC-12", "I do not know “resolv”; did you mean: incident resolve [ID] [TEXT]"),
        ("acknowlege", "I do not know “acknowlege”; did you mean: incident ack [ID] [TEXT]"),
        (
            "qqqq",
            f"I do not know “qqqq”; after incident comes one of {', '.join(USAGE)}.",
        ),
        ("ack", "Say which incident, outside of its thread: incident ack [ID] [TEXT]"),
        ("show 12", "“12” is no incident; an ID reads INC-12: incident show [ID]"),
        ("show 7", "“7” is no incident; an ID reads INC-7: incident show [ID]"),
        ("ack soon", "“soon” is no incident; an ID reads INC-12: incident ack [ID] [TEXT]"),
        ("show INC-0", "“INC-0” is no incident; an ID reads INC-12: incident show [ID]"),
        ("show INC-1 now", "“now” does not belong here: incident show [ID]"),
        ("note INC-12", "A note needs words: incident note [ID] TEXT"),
        (
            "declare",
            "An incident needs a title: incident declare TITLE [sev=1..4] [table=NAME] [drill]",
        ),
        (
            "declare drill sev=1",
            "An incident needs a title: incident declare TITLE [sev=1..4] [table=NAME] [drill]",
        ),
        (
            "declare x sev=5",
            (
                "“5” is no severity; it is 1 (the worst) to 4: "
                "incident declare TITLE [sev=1..4] [table=NAME] [drill]"
            ),
        ),
        (
            "declare x tabel=orders",
            "“tabel=orders”: did you mean table=; put the title in quotes to keep it so.",
        ),
        (
            "declare x q=1",
            (
                "“q=1”: keys are sev= table= index= service= region= account=; "
                "put the title in quotes to keep it so."
            ),
        ),
        (
            "declare x table=",
            "“table=” needs a value: incident declare TITLE [sev=1..4] [table=NAME] [drill]",
        ),
        ("declare x sev=1 sev=2", "“sev=2”: sev= was said twice; say it once."),
        ("assign INC-12", "Say who takes INC-12: incident assign [ID] @user"),
        ("assign INC-12 <@U0BOB> now", "“now” does not belong here: incident assign [ID] @user"),
        (
            "assign INC-12 @bob",
            (
                "“@bob” is no person I can find; type @ and choose one of those Slack offers: "
                "incident assign [ID] @user"
            ),
        ),
        ("sev INC-12", "Say how bad INC-12 is, 1 (the worst) to 4: incident sev [ID] N"),
        (
            "sev INC-12 high",
            "“high” is no severity; it is 1 (the worst) to 4: incident sev [ID] N",
        ),
        ("sev INC-12 1 2", "“2” does not belong here: incident sev [ID] N"),
        ("merge INC-12", "Say which incident goes into which: incident merge ID INTO"),
        ("merge INC-1 INC-2 INC-3", "Say which incident goes into which: incident merge ID INTO"),
        ("merge INC-1 that", "“that” is no incident: incident merge ID INTO"),
        (
            "export",
            "Say which incident, outside of its thread: incident export [ID] [json|markdown]",
        ),
        (
            "export INC-1 jsn",
            "“jsn” is no format; say json: incident export [ID] [json|markdown]",
        ),
        (
            "export INC-1 pdf",
            "“pdf” is no format; say json or markdown: incident export [ID] [json|markdown]",
        ),
        (
            "export INC-1 json markdown",
            "“markdown” does not belong here: incident export [ID] [json|markdown]",
        ),
        ("list opne", "“opne”: say open: incident list [open|all|mine|key=value]"),
        ("list 7", "“7”: say open, all or mine: incident list [open|all|mine|key=value]"),
        ("list tables=orders", "“tables=orders”: did you mean table="),
        (
            "list zzz=1",
            (
                "“zzz=1”: keys are state= sev= table= index= resource= service= region= account= "
                "cause= channel= assignee= drill= actions="
            ),
        ),
        ("list table=", "“table=” needs a value: incident list [open|all|mine|key=value]"),
        ("list state=resolvd", "“resolvd” does not exist; did you mean resolved?"),
        ("list drill=perhaps", "“perhaps” does not exist; it is one of no, yes."),
        ("stats until=3d", "“until=3d” does not belong here: incident stats [since=30d]"),
        ("stats 3d 4d", "“4d” does not belong here: incident stats [since=30d]"),
        ("stats since=0d", "“0d” is no span; say 12h, 30d or 4w: incident stats [since=30d]"),
        (
            "stats since=99999d",
            "“99999d” is no span; say 12h, 30d or 4w: incident stats [since=30d]",
        ),
        (
            "\u202e" + "x" * 100,
            f"I do not know “{'x' * 39}…”; after incident comes one of {', '.join(USAGE)}.",
        ),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(text: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text, ANYWHERE)
    assert str(refused.value) == says


def test_a_persons_own_name_is_needed_for_me() -> None:
    with pytest.raises(UsageError, match="“me” is no person"):
        parse("assign INC-12 me", Context())


def test_the_help_names_every_word() -> None:
    assert tuple(PARSERS) == tuple(USAGE)
    assert all(form in HELP for form in USAGE.values())


def answer(text: str, context: Context) -> str:
    """Return what a person would read: the refusal, or what was understood."""
    try:
        return type(parse(text, context)).__name__
    except UsageError as error:
        return str(error)


@pytest.mark.parametrize(
    "piece",
    ["<", ">", '"', "<@U", "<a|", "|", "=", "INC-", "`", "&lt;", "a=", "<!x^", "\x00", "“", "-"],
)
@pytest.mark.parametrize("verb", ["", "declare x ", "note INC-1 ", "list ", "assign INC-1 "])
def test_hostile_words_end_in_a_value_or_a_short_sentence(verb: str, piece: str) -> None:
    assert len(answer(verb + piece * (100_000 // len(piece)), THREAD)) < 300


@given(
    st.sampled_from(["", *PARSERS]),
    st.text(max_size=60),
    st.sampled_from([ANYWHERE, THREAD, Context()]),
)
def test_whatever_is_typed_ends_in_a_value_or_a_sentence(
    verb: str,
    rest: str,
    context: Context,
) -> None:
    assert 0 < len(answer(f"{verb} {rest}", context)) < 300
