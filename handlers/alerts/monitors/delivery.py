"""Code hosts, build servers and deployments: red or green, never an incident."""

import re

from handlers.alerts.message import Message, Place
from handlers.alerts.model import Kind
from handlers.alerts.reading import UNKNOWN_SOURCE, Reading

DEPLOY_BOT = "deploy-bot"

# A tool by the name it posts under. Anybody may take such a name; all it buys is being ignored.
SENDERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("github", re.compile(r"^github\b", re.IGNORECASE)),
    ("gitlab", re.compile(r"^gitlab\b", re.IGNORECASE)),
    ("circleci", re.compile(r"^circle ?ci\b", re.IGNORECASE)),
    (
        "terraform-cloud",
        re.compile(r"^(?:terraform cloud|hcp terraform|terraform enterprise)\b", re.IGNORECASE),
    ),
    ("jenkins", re.compile(r"^jenkins\b", re.IGNORECASE)),
    (
        DEPLOY_BOT,
        re.compile(r"\bdeploy(?:er|bot|ments?)?\b|^slackistrano$|^capistrano$", re.IGNORECASE),
    ),
    (
        UNKNOWN_SOURCE,
        re.compile(
            r"^(?:bitbucket|travis(?: ?ci)?|buildkite|teamcity|bamboo|drone|semaphore|codeship|"
            r"appveyor|"
            r"azure (?:pipelines|devops|boards)|argo ?cd|argo rollouts|spinnaker|octopus deploy|"
            r"harness|"
            r"atlantis|spacelift|env0|vercel|netlify|heroku|render|fly\.io|dependabot|renovate|snyk|"
            r"sonar(?:qube|cloud)|codecov|coveralls|chromatic|tekton|concourse|woodpecker|gerrit|"
            r"phabricator|launchdarkly|release[- ]?please|semantic-release|sleuth|codemagic|"
            r"bitrise)\b",
            re.IGNORECASE,
        ),
    ),
)
# A page of a change, a build or a run.
PAGES = re.compile(
    r"https?://[^\s]+?/(?:pull/\d+|pulls/\d+|merge_requests/\d+|-/(?:pipelines|jobs)/\d+|actions/runs/\d+|"
    r"commit/[0-9a-f]{7,40}|commits?/[0-9a-f]{7,40}|compare/[^\s]+|releases/tag/[^\s]+|builds?/\d+|"
    r"job/[^\s]+/\d+/?|runs/run-\w+|workflows?/[0-9a-f-]{36}|pipelines/[^\s]+/runs/[^\s]+|pull-requests/\d+)",
)
PIPELINE_HOSTS = re.compile(
    r"https?://(?:[a-z0-9-]+\.)*(?:circleci\.com|buildkite\.com|travis-ci\.(?:com|org)|app\.terraform\.io|"
    r"dev\.azure\.com|vercel\.com|app\.netlify\.com|codecov\.io|ci\.appveyor\.com|app\.harness\.io)/",
)
WORK = (
    r"(?:builds?|pipelines?|workflows?|deploy(?:ment|ments|s)?|releases?|rollouts?|rollbacks?|"
    r"test suites?|"
    r"pull requests?|merge requests?|PRs?|MRs?|terraform (?:plan|apply|run)|helm (?:upgrade|"
    r"release))"
)
ENDED = (
    r"(?:fail(?:ed|ure|s)?|pass(?:ed|es)?|succeed(?:ed|s)?|succeeded|success(?:ful|fully)?|start(?:ed|ing|s)?|"
    r"finish(?:ed|es)?|complete[ds]?|fixed|broken?|cancell?ed|merged|opened|closed|approved|aborted|"
    r"queued|running|in progress|errored|is live|rolled back)"
)
SENTENCES = (
    re.compile(rf"\b{WORK}\b.{{0,80}}\b{ENDED}\b", re.IGNORECASE),
    re.compile(rf"\b{ENDED}\b:? .{{0,60}}\b{WORK}\b", re.IGNORECASE),
    re.compile(
        r"\b(?:(?:has )?(?:started|finished|begun|completed) )?(?:deploying|deployed|rolling out|"
        r"released|shipped|promoted) .{1,120}\b(?:to|on|in|into)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bnew (?:version|release|deployment)\b.{0,60}\b(?:deployed|released|available|live)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:pushed|force-pushed) (?:\d+ )?(?:new )?commits?\b", re.IGNORECASE),
    re.compile(r"\b(?:apply|plan) complete! Resources:|\bPlan: \d+ to add, \d+ to change\b"),
    re.compile(
        r"^\W*(?:deploy(?:ing|ed|ment)?|release[ds]?|rollout|rollback|build|pipeline)\b[^\n]{0,30}?"
        r"(?::| of | #|\s`)",
        re.IGNORECASE,
    ),
)
# What a change has and a problem has not.
MARKS = re.compile(
    r"\b(?:branch|commit|revision|pull request|merge request|workflow|build|deploy(?:er|ment|ed|"
    r"ing)?|"
    r"version|release|repository|repo|tag|PR|sha|author|workspace|terraform)\b",
    re.IGNORECASE,
)
CLUSTER = re.compile(
    r"\b(?:replicas?|unavailable|unhealthy|CrashLoop\w*|pods?|rollout stuck|health check)\b"
)


def recognise_delivery(message: Message) -> Reading | None:
    """Read a change's message by its poster or by the page its title links to."""
    sender = message.sender or ""
    source = next((name for name, pattern in SENDERS if pattern.search(sender)), None)
    if source:
        return _reading(source, f'"{sender}" tells of changes')
    titles = {*message.headlines}
    titled = [link.url for link in message.links if link.label and link.label in titles]
    if any(PAGES.match(url) or PIPELINE_HOSTS.match(url) for url in titled):
        return _reading(UNKNOWN_SOURCE, "its title links to a change or a build")
    return None


def recognise_delivery_words(message: Message) -> Reading | None:
    """Read a change's message of an unknown poster by its words and the marks of a change."""
    text = "\n".join((*message.headlines[:4], *message.at(Place.FALLBACK)))[:2_000]
    if not any(pattern.search(text) for pattern in SENTENCES) or CLUSTER.search(text):
        return None
    names = " ".join(pair.name for pair in message.pairs)
    marks = {word.lower() for word in MARKS.findall(f"{text} {names}")}
    paged = any(PAGES.match(link.url) or PIPELINE_HOSTS.match(link.url) for link in message.links)
    if not marks and not paged:
        return None
    return _reading(DEPLOY_BOT, "it tells of a build, a change or a deployment")


def _reading(source: str, why: str) -> Reading:
    return Reading(source=source, why=why, kind=Kind.CI)
