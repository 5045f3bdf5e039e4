"""A channel that keeps its incidents and its memory, as the bot does, for the tests."""

from handlers.incidents.alert import AlertFacts
from handlers.incidents.flapping import Sighting
from handlers.incidents.grouping import Decision, Does, Says, carry_out, decide, sighting
from handlers.incidents.model import Incident, State
from tests.handlers.incidents.samples import an_alert

OPENS = (Does.OPEN, Says.ANSWER)


class Channel:
    """What happened in it, and what was decided."""

    def __init__(self, *incidents: Incident) -> None:
        self.incidents = {incident.id: incident for incident in incidents}
        self.seen: list[Sighting] = [
            one
            for incident in incidents
            for alert in incident.alerts
            if (one := sighting(an_alert(fingerprint=alert.fingerprint), now=alert.first_at))
        ]
        self.decisions: list[Decision] = []

    def hear(self, alert: AlertFacts, *, delivery: str | None = None) -> Decision:
        now = max([alert.at, *(one.at for one in self.seen)])
        decision = decide(alert, self.incidents.values(), self.seen, now=now)
        incident = self.incidents.get(decision.incident_id or "")
        new_id = f"INC-{len(self.incidents) + 1}"
        then = carry_out(decision, alert, incident, new_id=new_id, now=now, delivery=delivery)
        if then is not None:
            self.incidents[then.id] = then
        own = sighting(alert, now=now)
        self.seen += [own] if own else []
        self.decisions.append(decision)
        return decision

    @property
    def told(self) -> list[tuple[Does, Says]]:
        return [(one.does, one.says) for one in self.decisions]

    @property
    def states(self) -> list[State]:
        return [incident.state for incident in self.incidents.values()]
