"""moto over the same HTTP server, with a World for what moto lacks."""

from collections.abc import Iterator
from contextlib import contextmanager

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import EnvironBuilder, run_wsgi_app

from diagnostics.evidence import World
from tests.aws_server.server import AwsServer
from tests.aws_server.wire import Asked, Reply
from tests.aws_server.world import WorldBackend

# What moto 5.2.5 has not, or answers without reading the question. Measured 2026-11-24.
LACKING = frozenset(
    {
        "application-autoscaling:DescribeScalingActivities",
        "cloudformation:DescribeStackResources",
        "cloudtrail:LookupEvents",
        "cloudwatch:DescribeAlarmHistory",
        "cloudwatch:GetInsightRuleReport",
        "dynamodb:DescribeContributorInsights",
        "dynamodb:ListContributorInsights",
        "fis:ListExperiments",
        "health:DescribeEvents",
        "iam:SimulatePrincipalPolicy",
        "logs:FilterLogEvents",
        "service-quotas:GetServiceQuota",
        "service-quotas:ListServiceQuotas",
    },
)


class MotoBackend:
    """Answers from moto's own state, and from a World where moto has no answer."""

    def __init__(self, gaps: World, lacking: frozenset[str] = LACKING) -> None:
        self._gaps = WorldBackend(gaps)
        self._lacking = lacking
        self._moto = DomainDispatcherApplication(create_backend_app)

    def reply(self, asked: Asked, request_id: str) -> Reply | None:
        if asked.op in self._lacking:
            return self._gaps.reply(asked, request_id)
        return self._from_moto(asked)

    def reset(self) -> None:
        """Empty moto's state, which is one for the whole process."""
        headers = {"host": "127.0.0.1"}
        self._run("POST", "/moto-api/reset", headers, b"")

    def _from_moto(self, asked: Asked) -> Reply:
        return self._run(asked.method, asked.path, dict(asked.headers), asked.body)

    def _run(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        builder = EnvironBuilder(
            method=method,
            path=path,
            headers=headers.items(),
            data=body,
            base_url="http://127.0.0.1",
        )
        chunks, status, given = run_wsgi_app(self._moto, builder.get_environ(), buffered=True)
        kept = {n: v for n, v in given.items() if n.lower() not in ("content-length", "date")}
        return Reply(status=int(status.split()[0]), headers=kept, body=b"".join(chunks))


@contextmanager
def serve_moto(gaps: World, *, lacking: frozenset[str] = LACKING) -> Iterator[AwsServer]:
    """Serve moto, emptied, in a thread of this process; `gaps` answers what it lacks."""
    backend = MotoBackend(gaps, lacking)
    backend.reset()
    with AwsServer(backend).running() as server:
        yield server
