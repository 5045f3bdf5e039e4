"""Code and knowledge agree, in both directions."""

import re
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel

from diagnostics import checks, knowledge
from diagnostics.checks import ALL
from diagnostics.knowledge import Cause
from diagnostics.knowledge.fill import FORMS, fill, fill_prose, names_in
from diagnostics.model import Request

KNOWN = knowledge.load()
CAUSES = sorted(KNOWN.causes)
# Filled for every remedy from the request itself.
FROM_REQUEST = {
    "table", "table_arn", "index", "region", "account", "function", "role", "role_arn", "since",
    "until",
}  # fmt: skip


def test_every_cause_a_check_finds_is_known() -> None:
    found = {cause for check in ALL for cause in check.finds}
    assert found - set(KNOWN.causes) == set()


def test_every_known_cause_can_be_found() -> None:
    found = {cause for check in ALL for cause in check.finds}
    assert set(KNOWN.causes) - found == set()


def test_every_cause_a_change_brings_about_is_known() -> None:
    named = {cause for change in KNOWN.changes.values() for cause in change.causes}
    assert named - set(KNOWN.causes) == set()


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_explains_and_outranks_only_known_causes(cause: str) -> None:
    named = KNOWN.causes[cause].explains | KNOWN.causes[cause].outranks
    assert named - set(KNOWN.causes) == set()


@pytest.mark.parametrize("cause", CAUSES)
def test_nothing_explains_itself(cause: str) -> None:
    assert cause not in KNOWN.explained_by(cause)


def _texts(cause: Cause) -> list[str]:
    texts = [
        text
        for remedy in cause.remedies
        for text in (*remedy.commands, remedy.terraform or "", remedy.code or "", remedy.title)
    ]
    return texts + [text for p in cause.prevention for text in (p.title, p.code or "")]


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_says_how_to_mend_and_to_prevent_it(cause: str) -> None:
    known = KNOWN.causes[cause]
    assert known.remedies
    assert known.prevention
    assert known.docs
    assert any(r.commands or r.terraform or r.code for r in known.remedies)
    assert all(r.risk and r.undo for r in known.remedies)


def test_every_name_in_a_remedy_is_given_by_the_request_or_a_check() -> None:
    source = "\n".join(path.read_text() for path in _check_files())
    given = set(re.findall(r"\"([a-z_]+)\":|\b([a-z_]+)=", source))
    names = FROM_REQUEST | {name for pair in given for name in pair if name}
    unknown = {
        (cause, name)
        for cause in CAUSES
        for text in _texts(KNOWN.causes[cause])
        for name in names_in(text)
        if name not in names
    }
    assert unknown == set()


# Parameters the AWS CLI has beside those of the API, and its own for one direction or the other.
OF_THE_CLI = {"region", "query", "output"}
SHORT_RULE = {"protocol", "port", "source-group"}
ALSO = {
    "authorize-security-group-egress": SHORT_RULE,
    "authorize-security-group-ingress": SHORT_RULE,
    "create-network-acl-entry": {"ingress"},
}
# What a placeholder or a nested command gives.
GIVEN = {"create-network-acl-entry": {"egress"}}
COMMAND = re.compile(r"aws ([a-z0-9-]+) ([a-z0-9-]+)([^|]*)")


@pytest.mark.parametrize("cause", CAUSES)
def test_every_command_names_an_operation_of_aws_with_its_parameters(cause: str) -> None:
    for command in _commands(KNOWN.causes[cause]):
        service, name, rest = _parts(command)
        if service == "configure" or name == "wait":
            continue
        model = ServiceModel(Loader().load_service_model(service, "service-2"))
        operation = {xform_name(o, "-"): o for o in model.operation_names}[name]
        shape = model.operation_model(operation).input_shape
        has = {xform_name(m, "-") for m in shape.members} if shape else set()
        wants = {xform_name(m, "-") for m in shape.required_members} if shape else set()
        given = set(re.findall(r"(?<!\S)--([a-z0-9-]+)", rest))
        known = has | {f"no-{n}" for n in has} | OF_THE_CLI | ALSO.get(name, set())
        assert given - known == set(), command
        assert wants - given - GIVEN.get(name, set()) == set(), command


def _commands(cause: Cause) -> list[str]:
    texts = [command for remedy in cause.remedies for command in remedy.commands]
    texts += [p.code for p in cause.prevention if p.kind == "alarm" and p.code]
    return [text for text in texts if text.startswith("aws ")]


def _parts(command: str) -> tuple[str, str, str]:
    """Return service, operation and parameters, those of a nested command left out."""
    match = COMMAND.match(re.sub(r"\$\([^)]*\)", "X", command))
    assert match is not None, command
    return match.group(1), match.group(2), match.group(3)


def _check_files() -> list[Path]:
    return sorted(Path(checks.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize(
    ("form", "text", "value", "filled"),
    [
        ("shell", "aws x --table {table}", "orders", "aws x --table orders"),
        ("shell", "aws x --table {table}", "or; rm -rf /", "aws x --table 'or; rm -rf /'"),
        ("shell", """x '{"n":"{table}"}'""", "it's", """x '{"n":"it'\\''s"}'"""),
        ("shell", 'x "{table}"', "$(rm) `ls`", 'x "\\$(rm) \\`ls\\`"'),
        ("hcl", 'name = "{table}"', 'a"${b}', 'name = "a\\"$${b}"'),
        ("code", 'f("{table}")', 'a"b\n', 'f("a\\"b\\n")'),
        ("code", "f({nobody})", "x", None),
    ],
)
def test_a_value_is_encoded_for_where_it_stands(
    form: str, text: str, value: str, filled: str | None
) -> None:
    assert fill(text, {"table": value}, FORMS[form]) == filled


@pytest.mark.parametrize(
    ("text", "filled"),
    [("Raise {table}", "Raise {region}"), ("Value={idle_timeout}", "Value=IDLE_TIMEOUT")],
)
def test_prose_shows_what_nobody_filled_as_a_word_to_replace(text: str, filled: str) -> None:
    assert fill_prose(text, {"table": "{region}", "region": "x"}) == filled


def test_a_remedy_with_an_unfilled_name_shows_no_command() -> None:
    remedies = knowledge.remedies_for(KNOWN.causes["throttling.index"], {"table": "orders"})
    assert all(remedy.commands == () for remedy in remedies)


def test_the_names_from_the_request_are_those_of_the_ranking() -> None:
    assert {"table", "region"} <= FROM_REQUEST
    assert "table" in Request.__dataclass_fields__
