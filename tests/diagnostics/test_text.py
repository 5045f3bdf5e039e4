import dataclasses
import re

import pytest
from hypothesis import given, settings

from diagnostics.model import Evidence, Report
from diagnostics.text import clean_code, clean_line, report_markdown, report_text
from diagnostics.text.as_markdown import escaped, fenced
from diagnostics.text.clean import UNSAFE
from tests.diagnostics.reports import CLEAR, FULL, REPORTS, REQUEST, UNSURE

PLAIN = """\
CAUSE FOUND: Auto scaling failed: its role may not call UpdateTable.

Asked: dynamodb 408 table=orders function=checkout region=eu-west-1 account=123456789012, \
2026-03-01 10:00 to 11:00 UTC
Seen: 412 calls ended in ProvisionedThroughputExceededException. Counted: 1,412. First at \
2026-03-01 10:20:00 UTC.

CAUSES
1. CONFIRMED: Auto scaling tried and could not (scaling.failed)
   - 3 activities failed.
   - Capacity stayed at 500 units.
   Evidence
      - application-autoscaling:DescribeScalingActivities: StatusCode = Failed at \
2026-03-01 10:21:00 UTC
      - /aws/lambda/checkout: 412 lines
   Read: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
2. LIKELY: Capacity is too small (throttling.provisioned)
   - Consumed 499 of 500 units.
   A consequence of: scaling.failed
   Against it: The day before it was the same.

RULED OUT
  Cause               Because
- network.no_route    The route table sends to a gateway endpoint.
- throttling.hot_key  No key-range throttles.

CHANGES
  Judgement   When (UTC)           What                                       Why
- implicated  2026-03-01 10:19:00  Detached a policy on scaler, by terraform  It is able to \
bring about scaling.failed, 1 min before the first failure.
- acquitted   2026-03-01 09:40:00  Deployed checkout                          A change of \
this kind cannot bring about scaling.failed.

COULD NOT LOOK
  Check           Why        Detail                                            Needs
- aws.health      timed out  no answer within the diagnosis's 25 s
- iam.simulation  denied     iam:SimulatePrincipalPolicy is not allowed (role reader)  \
iam:SimulatePrincipalPolicy, iam:GetRole

WHAT TO DO
Nothing of this has been run. Copy what you decide on.
1. Give the scaling role its permission back (for scaling.failed)
   Auto scaling changes capacity with this role.
      aws iam attach-role-policy --role-name scaler --policy-arn arn:aws:iam::aws:policy/x
      aws application-autoscaling describe-scaling-activities --service-namespace dynamodb
      resource "aws_appautoscaling_target" "orders" {
        max_capacity = 4000
      }
      client = boto3.client('dynamodb')
   Risk: None known.
   Undo: Detach the policy.

TO CATCH IT EARLIER
- alarm: Say when scaling fails
      aws cloudwatch put-metric-alarm --alarm-name orders-scaling
- iac: Keep the role in code
      role = "scaler"
- misconfiguration: Index by-day has no scaling

2 checks (1 found a problem, 1 could not look), 31 AWS calls, 1.9 s
"""


def test_plain_text_says_the_answer_first_and_the_cost_last() -> None:
    assert report_text(FULL) == PLAIN


@pytest.mark.parametrize(
    ("report", "first"),
    [
        (CLEAR, "CLEAR: Nothing is wrong that the checks can see."),
        (UNSURE, "INCONCLUSIVE: No cause found, but 1 of 1 required checks could not look."),
    ],
)
def test_a_report_without_verdicts_has_no_empty_sections(report: Report, first: str) -> None:
    lines = report_text(report).splitlines()
    assert lines[0] == first
    assert lines[2] == "Asked: dynamodb region=eu-west-1, 2026-02-28 05:00 to 2026-03-01 11:00 UTC"
    assert not {"CAUSES", "RULED OUT", "CHANGES", "COULD NOT LOOK", "WHAT TO DO"} & set(lines)
    assert lines[-1].startswith("No checks, ")


def test_a_pasted_text_is_quoted_in_short_and_without_its_secrets() -> None:
    text = "password=hunter2hunter2 " + "Read timeout on endpoint " * 20
    report = dataclasses.replace(CLEAR, request=dataclasses.replace(REQUEST, error=None, text=text))
    asked = report_text(report).splitlines()[2]
    assert "hunter2" not in asked
    assert asked.startswith('Asked: dynamodb "password=')
    assert len(asked) < 400
    assert "…" in asked


@settings(max_examples=40)
@given(REPORTS)
def test_no_report_steers_a_terminal(report: Report) -> None:
    shown = report_text(report)
    assert not UNSAFE.search(shown.replace("\n", "").replace("\t", ""))
    assert report_text(report) == shown
    assert shown.encode()


@settings(max_examples=40)
@given(REPORTS)
def test_markdown_of_any_report_shows_untrusted_text_as_text(report: Report) -> None:
    shown = prose(report_markdown(report))
    assert not re.search(r"(?<!\\)\[|(?<!\\)\]\(|<(?!https://)|(?<!\\)`|@(?!\u200b)", shown)
    assert report_markdown(report).encode()


def prose(markdown: str) -> str:
    """Return a document without its code blocks, read as Markdown reads fences."""
    kept: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        ticks = re.match(r"`{3,}", line)
        if fence:
            closes = ticks and line.strip() == ticks.group() and len(ticks.group()) >= len(fence)
            fence = "" if closes else fence
        elif ticks:
            fence = ticks.group()
        else:
            kept.append(line)
    assert not fence
    return "\n".join(kept)


def test_markdown_keeps_the_links_of_our_own_knowledge_alone() -> None:
    hostile = dataclasses.replace(
        FULL.verdicts[0],
        evidence=(Evidence(source="/aws/x", reading="see https://evil.example @team #12"),),
    )
    shown = report_markdown(dataclasses.replace(FULL, verdicts=(hostile,)))
    assert re.findall(r"<https://[^>]+>", shown) == [f"<{FULL.verdicts[0].docs[0]}>"]
    assert "see https\\://evil.example @\u200bteam #\u200b12" in shown


def test_markdown_has_tables_headings_and_fences() -> None:
    shown = report_markdown(FULL).split("\n")
    assert shown[0] == "# Cause found: Auto scaling failed: its role may not call UpdateTable."
    assert "### 1. confirmed: Auto scaling tried and could not (scaling.failed)" in shown
    assert r"| network.no\_route | The route table sends to a gateway endpoint. |" in shown
    assert "  - /aws/lambda/checkout: 412 lines" in shown
    fence = shown.index("```sh")
    assert tuple(shown[fence + 1 : fence + 3]) == FULL.verdicts[0].remedies[0].commands
    assert shown[-2] == "2 checks (1 found a problem, 1 could not look), 31 AWS calls, 1.9 s"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("orders \x1b[31mred\x1b[0m", r"orders \x1b[31mred\x1b[0m"),
        ("a\nb\r\n\tc", "a b c"),
        ("\x00\x7f\x9b\u202eflip\u2028\ud800", r"\x00\x7f\x9b\u202eflip\u2028\ud800"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("bücher 本 😀", "bücher 本 😀"),
    ],
)
def test_what_could_steer_a_terminal_shows_as_an_escape(text: str, line: str) -> None:
    assert clean_line(text) == line


def test_code_keeps_its_lines() -> None:
    assert clean_code("\r\na {\r\n\tb\x1b[2J\n}\n") == "a {\n\tb\\x1b[2J\n}"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("*a* _b_ ~c~ `d` $e$", r"\*a\* \_b\_ \~c\~ \`d\` \$e\$"),
        ("[a](http://b)", r"\[a\](http\://b)"),
        ("<!channel> & <script>", "&lt;!channel&gt; &amp; &lt;script&gt;"),
        ("@here a@b.example #12 !34 C#", "@\u200bhere a@\u200bb.example #\u200b12 !\u200b34 C#"),
        ("WWW.evil.example", r"WWW\.evil.example"),
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("2026-03-01", "2026-03-01"),
        ("a | b", r"a \| b"),
        ("two\n\n# lines", "two # lines"),
        ("", ""),
    ],
)
def test_escaped_text_shows_as_typed_and_does_nothing(text: str, markdown: str) -> None:
    assert escaped(text) == markdown


def test_a_fence_is_longer_than_any_inside() -> None:
    assert fenced("a ```` b\n```", "sh") == "`````sh\na ```` b\n```\n`````"


@pytest.mark.parametrize(
    "piece", ["[", "`", "<", "1", "www.", "://", "@", "\\", "\x1b", " \n", "-"]
)
def test_hostile_text_is_cleaned_in_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert len(clean_line(text)) + len(clean_code(text)) <= 900_000
    assert len(escaped(text)) <= 900_000
    assert fenced(text)
