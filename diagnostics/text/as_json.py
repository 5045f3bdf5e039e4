"""The report as one JSON object; its form stands in `diagnostics/report.schema.json`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from diagnostics import redact
from diagnostics.model import (
    CheckLine,
    Evidence,
    JudgedChange,
    Judgement,
    Prevention,
    Remedy,
    Report,
    Request,
    RuledOut,
    Symptom,
    UnansweredLine,
    Verdict,
)
from diagnostics.text.times import stamp

SCHEMA = 1


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON's own types, keys in the order they are written."""
    return {
        "schema": SCHEMA,
        "request": _request(report.request),
        "symptom": _symptom(report.symptom),
        "conclusion": report.conclusion.value,
        "headline": report.headline,
        "verdicts": [_verdict(verdict) for verdict in report.verdicts],
        "ruled_out": [_ruled_out(ruled) for ruled in report.ruled_out],
        "changes": [_change(judged) for judged in report.changes],
        "unanswered": [_unanswered(line) for line in report.unanswered],
        "checks": [_check(line) for line in report.checks],
        "prevention": [_prevention(entry) for entry in report.prevention],
        "took_ms": report.took_ms,
        "aws_calls": report.aws_calls,
    }


def _request(request: Request) -> dict[str, Any]:
    return {
        "service": request.service,
        "error": _typed(request.error),
        "text": _typed(request.text),
        "table": request.table,
        "index": request.index,
        "function": request.function,
        "ecs": request.ecs,
        "role": request.role,
        "log_group": _as_typed(request.log_groups),
        "region": request.region,
        "account": request.account,
        "since": stamp(request.since),
        "until": stamp(request.until),
        "lb": request.lb,
        "subnets": _as_typed(request.subnets),
        "now": stamp(request.now),
    }


def _typed(text: str | None) -> str | None:
    """Return what a person pasted without the secrets in it."""
    return None if text is None else redact.text(text)


def _as_typed(names: Iterable[str]) -> str | None:
    """Return several names as a person types them: comma separated."""
    return ",".join(names) or None


def _symptom(symptom: Symptom) -> dict[str, Any]:
    return {
        "class": symptom.symptom_class.value,
        "emitted_by": symptom.emitted_by.value,
        "says": symptom.says,
        "first_at": _stamp(symptom.first_at),
        "count": symptom.count,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "cause": verdict.cause,
        "title": verdict.title,
        "confidence": verdict.confidence.value,
        "says": list(verdict.says),
        "evidence": [_evidence(evidence) for evidence in verdict.evidence],
        "against": list(verdict.against),
        "consequence_of": verdict.consequence_of,
        "remedies": [_remedy(remedy) for remedy in verdict.remedies],
        "docs": list(verdict.docs),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "source": evidence.source,
        "reading": evidence.reading,
        "at": _stamp(evidence.at),
    }


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "title": remedy.title,
        "why": remedy.why,
        "commands": list(remedy.commands),
        "terraform": remedy.terraform,
        "code": remedy.code,
        "risk": remedy.risk,
        "undo": remedy.undo,
    }


def _ruled_out(ruled: RuledOut) -> dict[str, Any]:
    return {"cause": ruled.cause, "says": ruled.says}


def _change(judged: JudgedChange) -> dict[str, Any]:
    return {
        "at": stamp(judged.change.at),
        "what": judged.change.what,
        "who": judged.change.who,
        "resource": judged.change.resource,
        "judgement": judged.judgement.value,
        "implicated": judged.judgement is Judgement.IMPLICATED,
        "why": judged.why,
    }


def _unanswered(line: UnansweredLine) -> dict[str, Any]:
    return {
        "check": line.check,
        "why": line.why.value,
        "detail": line.detail,
        "needs": list(line.needs),
    }


def _check(line: CheckLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "asks": line.asks,
        "required": line.required,
        "outcome": line.outcome,
        "took_ms": line.took_ms,
    }


def _prevention(entry: Prevention) -> dict[str, Any]:
    return {"kind": entry.kind, "title": entry.title, "code": entry.code}


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
