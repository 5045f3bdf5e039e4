from typing import Any

import pytest

from diagnostics.checks.network.names import gather_names, judge_names
from diagnostics.errors import NotAsked
from tests.diagnostics.checks.network.ground import (
    INTERFACE,
    ask,
    aws,
    findings,
    function,
    options,
)
from tests.fakes import Given


def attributes(*, support: bool, hostnames: bool) -> Given:
    def answer(**asked: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's own JSON
        if asked["Attribute"] == "enableDnsSupport":
            return {"VpcId": "vpc-1", "EnableDnsSupport": {"Value": support}}
        return {"VpcId": "vpc-1", "EnableDnsHostnames": {"Value": hostnames}}

    return answer


@pytest.mark.parametrize(
    ("support", "hostnames", "servers", "endpoints", "expected"),
    [
        (True, True, ("AmazonProvidedDNS",), [], []),
        (False, True, ("AmazonProvidedDNS",), [], [("network.dns", "proves")]),
        (False, True, ("10.0.0.53",), [], [("network.dns", "suggests")]),
        (True, True, ("10.0.0.53",), [], []),
        (True, True, ("10.0.0.53",), [INTERFACE], [("network.dns", "hints")]),
        (True, False, ("AmazonProvidedDNS",), [INTERFACE], [("network.dns", "suggests")]),
        (True, False, ("AmazonProvidedDNS",), [], []),
    ],
    ids=[
        "as AWS makes it",
        "no resolver at all",
        "another resolver instead",
        "another resolver is no fault",
        "another resolver and a private name",
        "a private name without hostnames",
        "hostnames alone are no fault",
    ],
)
def test_settings(
    support: bool,
    hostnames: bool,
    servers: tuple[str, ...],
    endpoints: list[dict[str, Any]],
    expected: list[tuple[str, str]],
) -> None:
    reader = aws(
        ec2_DescribeVpcAttribute=attributes(support=support, hostnames=hostnames),
        ec2_DescribeDhcpOptions={"DhcpOptions": [options(*servers)]},
        ec2_DescribeVpcEndpoints={"VpcEndpoints": endpoints},
    )
    assert findings(tuple(judge_names(gather_names(ask(), reader)))) == expected


def test_outside_a_vpc_the_question_does_not_arise() -> None:
    reader = aws(lambda_GetFunctionConfiguration=function(VpcConfig={}))
    with pytest.raises(NotAsked, match="Lambda's own resolver"):
        gather_names(ask(), reader)
