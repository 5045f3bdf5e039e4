"""Which public function forwarded an AWS message, told by its layout."""

import re

from handlers.alerts.message import Message, Place

NOTIFY_SLACK = "terraform-aws-notify-slack"
ASSERTIBLE = "assertible-lambda-cloudwatch-slack"
ARABOLD = "arabold-aws-to-slack"
HEALTH_TOOLS = "aws-health-tools-slack-notifier"

# Sources: terraform-aws-notify-slack 7.5.0, functions/notify_slack.py; assertible's
# lambda-cloudwatch-slack, index.js; arabold's aws-to-slack, src/parsers.
NOTIFY_SLACK_TEXT = re.compile(
    r"AWS (?:CloudWatch notification|GuardDuty Finding|GuardDuty Malware Scan Result|"
    r"Security Hub Finding|SecurityHub Finding) - |New AWS Health Event for |AWS notification$",
)
ASSERTIBLE_TEXT = re.compile(r"AWS [A-Za-z ]{2,30} Notification$")
ARABOLD_FOOTER = re.compile(r"Received via SNS")
HEALTH_TOOLS_TEXT = re.compile(r"\bClick here for details\.")


def forwarder_of(message: Message) -> str | None:
    """Return the name of the function whose layout a message has, or None."""
    if any(map(NOTIFY_SLACK_TEXT.match, message.at(Place.BODY))):
        return NOTIFY_SLACK
    texts = message.at(Place.TEXT)
    if any(map(ASSERTIBLE_TEXT.match, texts)):
        return ASSERTIBLE
    if any(map(ARABOLD_FOOTER.match, message.at(Place.FOOTER))):
        return ARABOLD
    if any(map(HEALTH_TOOLS_TEXT.search, texts)):
        return HEALTH_TOOLS
    return None
