"""Amazon resource names, and names that may be one."""

import re
from dataclasses import dataclass

from diagnostics.reader import Reader

# arn:partition:service:region:account:resource. Source: IAM user guide, "Identify AWS
# resources with Amazon Resource Names (ARNs)".
PATTERN = re.compile(
    r"arn:(aws[a-z-]{0,20}):([a-z0-9-]{1,40}):([a-z0-9-]{0,30}):(\d{12}|aws|):([^\s\"'<>]{1,1024})",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arn:
    """The parts of an ARN; region and account are empty where AWS leaves them out."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def name(self) -> str:
        """Return the resource's own name: the table, function, role, key id ..."""
        parts = self.resource.replace(":", "/").split("/")
        if self.service == "dynamodb" and len(parts) > 1:
            return parts[1]
        if self.service == "lambda" and parts[0] == "function" and len(parts) > 1:
            return parts[1]
        if self.service == "sts" and parts[0] == "assumed-role" and len(parts) > 1:
            return parts[1]
        if self.service == "logs" and self.resource.startswith("log-group:"):
            return self.resource.removeprefix("log-group:").removesuffix(":*").split(":")[0]
        return parts[-1]


def parse(text: str | None) -> Arn | None:
    """Return the ARN that `text` is, or None."""
    match = PATTERN.fullmatch(text) if text else None
    if match is None:
        return None
    partition, service, region, account, resource = match.groups()
    return Arn(
        partition=partition,
        service=service,
        region=region,
        account=account,
        resource=resource,
    )


def name_of(text: str) -> str:
    """Return the bare name in a name or ARN."""
    arn = parse(text)
    return arn.name if arn else text


def reader_of(aws: Reader, text: str) -> Reader:
    """Return the reader turned to the account and region that an ARN names, else as it is."""
    arn = parse(text)
    if arn is None:
        return aws
    return aws.at(region=arn.region or None, account=arn.account or None)


def partition_of(region: str) -> str:
    """Return the partition a region belongs to, by its prefix.

    Source: botocore's partitions.json, regionRegex of each partition.
    """
    prefixes = {
        "cn-": "aws-cn",
        "us-gov-": "aws-us-gov",
        "us-iso-": "aws-iso",
        "us-isob-": "aws-iso-b",
        "eu-isoe-": "aws-iso-e",
        "us-isof-": "aws-iso-f",
        "eusc-": "aws-eusc",
    }
    return next((name for start, name in prefixes.items() if region.startswith(start)), "aws")
