"""Falcosidekick and Flux, which tell of things inside a cluster."""

import re

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.message import Message, Place, Tone
from handlers.alerts.model import Facts, Kind, State
from handlers.alerts.reading import Reading

FALCO = "falcosidekick"
FLUX = "fluxcd"

FALCO_FOOTER = re.compile(r"falcosecurity/falcosidekick")
# "kustomization/name.namespace". Source: Flux's notification-controller, notifier/slack.go.
FLUX_AUTHOR = re.compile(
    r"^(?:kustomization|helmrelease|gitrepository|ocirepository|helmrepository|helmchart|bucket|"
    r"imagerepository|imagepolicy|imageupdateautomation|terraform|receiver|alert)/[\w.-]+\.[\w-]+$",
    re.IGNORECASE,
)
WORKLOAD = re.compile(r"\b(Deployment|StatefulSet|DaemonSet|Job|Pod)/(?:[\w.-]+/)?([\w.-]+)")


def recognise_falco(message: Message) -> Reading | None:
    """Read a rule's hit; it never ends."""
    rule, priority = message.value("rule"), message.value("priority")
    if not (rule and priority and message.value("source")):
        return None
    is_falco = any(FALCO_FOOTER.search(text) for text in message.at(Place.FOOTER))
    if not (is_falco or "falco" in (message.sender or "").lower()):
        return None
    facts = read_facts(Scope(message=message, alarm=rule, errors=False))
    return Reading(
        source=FALCO,
        why="a Falco rule's hit",
        state=State.FIRING,
        alarm=rule,
        severity=priority,
        key=("falco", rule, facts.resource or ""),
        facts=facts,
    )


def recognise_flux(message: Message) -> Reading | None:
    """Read an event of a Flux object: red is a failure, anything else its daily work."""
    author = next((text for text in message.at(Place.AUTHOR) if FLUX_AUTHOR.match(text)), None)
    if author is None:
        return None
    if Tone.RED not in message.tones:
        return Reading(source=FLUX, why="Flux tells of its work", kind=Kind.CI)
    workload = WORKLOAD.search(message.visible)
    known = Facts(
        resource=workload.group(2) if workload else None,
        resource_type=workload.group(1).lower() if workload else None,
    )
    return Reading(
        source=FLUX,
        why="a Flux object that failed",
        state=State.FIRING,
        alarm=author,
        key=("flux", author),
        facts=read_facts(Scope(message=message, alarm=author, errors=False), known),
    )
