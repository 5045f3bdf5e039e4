"""What a person types after `incident`, understood.

Smart quotes, Unicode dashes, code marks and Slack's own markup are fine. What is not understood
is said in one sentence that quotes it and shows the nearest right form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from diagnostics.errors import UsageError
from handlers.incidents import options
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
    ByPeople,
    Mitigate,
    Note,
    Reopen,
    Resolve,
    SetSeverity,
)
from handlers.incidents.options import USAGE, near
from handlers.incidents.search import KEYS
from handlers.incidents.typed import (
    Line,
    Token,
    incident_id,
    key_and_value,
    line_of,
    quoted,
    span_in,
    user_in,
)

HELP = "\n".join(
    (
        *USAGE.values(),
        "An ID reads INC-12 and may be left out inside its own thread.",
        f"Keys of list: {' '.join(f'{key}=' for key in KEYS)}",
    ),
)

SYNONYMS = {"acknowledge": "ack", "severity": "sev", "comment": "note", "create": "declare"}

FORMATS = {"json": Format.JSON, "markdown": Format.MARKDOWN, "md": Format.MARKDOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where the words were typed, and by whom."""

    me: str | None = None  # Slack user id
    thread: str | None = None  # the incident whose thread it is


Parser = Callable[[Line, Context], Ask]


def parse(text: str, context: Context) -> Ask:
    """Return what was typed after `incident`; that word itself may stand in front.

    Raises:
        UsageError: one sentence that quotes what was not understood and shows the right form.
    """
    line = line_of(text)
    tokens = line.tokens
    if tokens and tokens[0].text.casefold() in {"incident", "/incident", "incidents"}:
        tokens = tokens[1:]
    if not tokens:
        return ShowHelp()
    typed = tokens[0].text.casefold()
    verb = SYNONYMS.get(typed, typed)
    if verb not in PARSERS:
        raise UsageError(_unknown(tokens[0].text))
    return PARSERS[verb](Line(said=line.said, tokens=tokens[1:]), context)


def _unknown(word: str) -> str:
    close = near(word, (*USAGE, *SYNONYMS))
    if close is not None:
        form = USAGE[SYNONYMS.get(close, close)]
        return f"I do not know {quoted(word)}; did you mean: {form}"
    return f"I do not know {quoted(word)}; after incident comes one of {', '.join(USAGE)}."


def _target(verb: str, line: Line, context: Context) -> tuple[str, tuple[Token, ...]]:
    """Return the incident meant and the words after its ID.

    Raises:
        UsageError: no ID, and this is no incident's thread.
    """
    named = incident_id(line.tokens[0]) if line.tokens else None
    if named is not None:
        return named, line.tokens[1:]
    if context.thread is not None:
        return context.thread, line.tokens
    if not line.tokens:
        raise UsageError(f"Say which incident, outside of its thread: {USAGE[verb]}")
    first = line.tokens[0].text
    meant = f"INC-{int(first)}" if _is_number(first) else "INC-12"
    raise UsageError(f"{quoted(first)} is no incident; an ID reads {meant}: {USAGE[verb]}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < len("1000000000")


def _anywhere(verb: str, line: Line, context: Context) -> tuple[str, tuple[Token, ...]]:
    """Return the same, the ID standing anywhere among the words."""
    named = next((token for token in line.tokens if incident_id(token)), None)
    if named is None:
        return _target(verb, line, context)
    rest = tuple(token for token in line.tokens if token is not named)
    return _target(verb, Line(said=line.said, tokens=(named, *rest)), context)


def _alone(verb: str, line: Line, context: Context) -> str:
    """Return the incident meant, where nothing else may be said."""
    target, rest = _target(verb, line, context)
    if rest:
        raise UsageError(f"{quoted(rest[0].text)} does not belong here: {USAGE[verb]}")
    return target


def _declare(line: Line, context: Context) -> Ask:
    del context  # an incident can be declared anywhere
    return options.declared(line)


def _ack(line: Line, context: Context) -> Ask:
    return _said("ack", line, context, lambda text: Acknowledge(text=text))


def _mitigate(line: Line, context: Context) -> Ask:
    return _said("mitigate", line, context, lambda text: Mitigate(text=text))


def _resolve(line: Line, context: Context) -> Ask:
    return _said("resolve", line, context, lambda text: Resolve(text=text))


def _reopen(line: Line, context: Context) -> Ask:
    return _said("reopen", line, context, lambda text: Reopen(text=text))


def _note(line: Line, context: Context) -> Ask:
    said = _said("note", line, context, lambda text: Note(text=text))
    if said.command == Note(text=""):
        raise UsageError(f"A note needs words: {USAGE['note']}")
    return said


def _said(
    verb: str,
    line: Line,
    context: Context,
    command: Callable[[str], ByPeople],
) -> Change:
    """Return the change whose words are all that follows the ID."""
    target, rest = _target(verb, line, context)
    return Change(incident_id=target, command=command(line.after(rest)))


def _assign(line: Line, context: Context) -> Ask:
    target, rest = _anywhere("assign", line, context)
    words = [token.raw for token in rest if token.text.casefold() != "to"]
    if not words:
        raise UsageError(f"Say who takes {target}: {USAGE['assign']}")
    if len(words) > 1:
        raise UsageError(f"{quoted(words[1])} does not belong here: {USAGE['assign']}")
    user = context.me if words[0].casefold() in {"me", "@me"} else user_in(words[0])
    if user is None:
        raise UsageError(
            f"{quoted(words[0])} is no person I can find; type @ and choose one of those Slack "
            f"offers: {USAGE['assign']}",
        )
    return Change(incident_id=target, command=Assign(user=user))


def _sev(line: Line, context: Context) -> Ask:
    target, rest = _anywhere("sev", line, context)
    if not rest:
        raise UsageError(f"Say how bad {target} is, 1 (the worst) to 4: {USAGE['sev']}")
    if len(rest) > 1:
        raise UsageError(f"{quoted(rest[1].text)} does not belong here: {USAGE['sev']}")
    pair = key_and_value(rest[0])
    severity = options.severity_in(pair[1] if pair else rest[0].text, USAGE["sev"])
    return Change(incident_id=target, command=SetSeverity(severity=severity))


def _merge(line: Line, context: Context) -> Ask:
    words = [token for token in line.tokens if token.text.casefold() not in {"into", "with"}]
    for token in words:
        if incident_id(token) is None:
            raise UsageError(f"{quoted(token.text)} is no incident: {USAGE['merge']}")
    named = [one for token in words if (one := incident_id(token))]
    if len(named) == 1 and context.thread is not None:
        named = [context.thread, *named]
    if len(named) != len(("ID", "INTO")):
        raise UsageError(f"Say which incident goes into which: {USAGE['merge']}")
    return Merge(incident_id=named[0], into=named[1])


def _show(line: Line, context: Context) -> Ask:
    return Show(incident_id=_alone("show", line, context))


def _timeline(line: Line, context: Context) -> Ask:
    return Timeline(incident_id=_alone("timeline", line, context))


def _export(line: Line, context: Context) -> Ask:
    named = next((one for token in line.tokens if (one := incident_id(token))), context.thread)
    forms = [token.text.casefold() for token in line.tokens if incident_id(token) is None]
    if named is None:
        raise UsageError(f"Say which incident, outside of its thread: {USAGE['export']}")
    if not forms:
        return Export(incident_id=named)
    if len(forms) > 1:
        raise UsageError(f"{quoted(forms[1])} does not belong here: {USAGE['export']}")
    if forms[0] not in FORMATS:
        close = near(forms[0], tuple(FORMATS)) or "json or markdown"
        raise UsageError(f"{quoted(forms[0])} is no format; say {close}: {USAGE['export']}")
    return Export(incident_id=named, form=FORMATS[forms[0]])


def _list(line: Line, context: Context) -> Ask:
    return ListSome(wanted=options.filter_in(line, context.me))


def _stats(line: Line, context: Context) -> Ask:
    del context  # the figures are everybody's
    if not line.tokens:
        return ShowStats()
    pair = key_and_value(line.tokens[0])
    key, value = pair or ("since", line.tokens[0].text)
    if key != "since" or len(line.tokens) > 1:
        wrong = line.tokens[0 if key != "since" else 1].text
        raise UsageError(f"{quoted(wrong)} does not belong here: {USAGE['stats']}")
    span = span_in(value)
    if span is None:
        raise UsageError(f"{quoted(value)} is no span; say 12h, 30d or 4w: {USAGE['stats']}")
    return ShowStats(span=span)


def _help(line: Line, context: Context) -> Ask:
    del line, context  # whatever follows, the answer is the same
    return ShowHelp()


PARSERS: Mapping[str, Parser] = {
    "declare": _declare,
    "list": _list,
    "show": _show,
    "ack": _ack,
    "mitigate": _mitigate,
    "resolve": _resolve,
    "reopen": _reopen,
    "assign": _assign,
    "sev": _sev,
    "note": _note,
    "merge": _merge,
    "timeline": _timeline,
    "export": _export,
    "stats": _stats,
    "help": _help,
}
