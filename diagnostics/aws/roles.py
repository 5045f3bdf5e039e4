"""Sessions under the role of another account, each no wider than its own questions."""

from collections.abc import Mapping
from typing import Any

from botocore.session import Session

from diagnostics.aws import clients as made
from diagnostics.aws.accounts import OWN, Place
from diagnostics.aws.asking import Asked, Asker, Budget, client_key
from diagnostics.aws.clients import Credentials
from diagnostics.aws.policy import ASSUME
from diagnostics.aws.translate import CAUGHT, UNREADABLE, Question, translated
from diagnostics.errors import Broken


def assumed(
    asker: Asker, place: Place, kind: str, policy: str, region: str, budget: Budget
) -> Session:
    """Return a session under the place's role that `policy` narrows to one kind of question.

    It renews itself. Raises an AwsError where AWS does not let us in.
    """
    question = Question(op=ASSUME, region=region, who=OWN.who, about=place.role_arn)
    client = asker.client(client_key(OWN, ASSUME, region), question)
    params = _params(place, kind, policy)
    asked = Asked(question=question, place=OWN, client=client, budget=budget)
    first = _keys(asker.call(asked, params), question)

    def renew() -> Credentials:
        """Ask again, in the thread of the call that found the session about to end."""
        try:
            answer = client.assume_role(**params)
        except CAUGHT as error:
            raise translated(error, question) from error
        return _keys(answer, question)

    return asker.clients.role_session(renew, first)


def _params(place: Place, kind: str, policy: str) -> dict[str, Any]:
    params = {
        "RoleArn": place.role_arn,
        "RoleSessionName": f"paramedic-{kind}",
        "DurationSeconds": made.SESSION_S,
        "Policy": policy,
    }
    return {**params, "ExternalId": place.external_id} if place.external_id else params


def _keys(answer: Mapping[str, Any], question: Question) -> Credentials:
    try:
        return made.keys_of(answer)
    except UNREADABLE as error:
        raise Broken(f"{question}: AWS's answer holds no usable credentials") from error
