"""What a person may type here."""

from collections.abc import Collection, Sequence

DIAGNOSE = """\
diagnose [dynamodb] ERROR [key=value ...]
  ERROR is a code (408, ThrottlingException), a word (timeout) or the error text in quotes.
  table=  index=           the table and index; taken from the text if it names them
  function=  ecs=  role=   who calls it: Lambda function, cluster/service, IAM role
  log-group=  subnets=     or its log groups or subnets, separated by commas
  lb=                      the load balancer on the way
  region=  account=        where; the caller's account as id or alias
  since=  at=              how far back (30m, 2h, 1d; 1h by itself); when it hurt (ISO 8601)
  ARNs and console URLs may stand in place of keys.
  For example: diagnose dynamodb 408 table=orders function=checkout"""
INCIDENT = """\
incident declare TITLE [sev=1..4] [table=NAME] [drill]
incident list | show | ack | mitigate | resolve | reopen | assign | sev | note | merge |
  timeline | export | stats"""


def help_text(commands: Collection[str] = ("diagnose",), accounts: Sequence[str] = ()) -> str:
    """Return what this person may type here, by the commands and accounts open to them."""
    parts = [
        text for name, text in (("diagnose", DIAGNOSE), ("incident", INCIDENT)) if name in commands
    ]
    if not parts:
        return "You may not use any command here; ask whoever runs me for an [[allow]] entry."
    if accounts:
        parts.append(f"Accounts: {', '.join(accounts)}")
    return "\n\n".join(parts)


def wants_help(words: str | Sequence[str]) -> bool:
    """Whether help was asked for."""
    text = words if isinstance(words, str) else " ".join(words)
    return text.strip().lower() in (
        "",
        "help",
        "-h",
        "--help",
        "?",
        "diagnose help",
        "help diagnose",
    )
