from pathlib import Path

import pytest

from bot.config import (
    Account,
    Allow,
    BotSettings,
    Channel,
    ConfigError,
    DiagnosisSettings,
    SlackSettings,
    Undiagnosable,
    Workload,
    environment,
    load_bot_settings,
    load_diagnosis_settings,
)

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "8f742231b10e"}
WHOLE = """
[accounts.prod]
id = "123456789012"
role_arn = "arn:aws:iam::123456789012:role/paramedic-read"
external_id = "ext/1"
regions = ["eu-west-1", "us-east-1"]
[accounts.dev]
id = "210987654321"
regions = ["eu-west-1", "mars-north-1"]
[slack]
workspaces = ["T0AAA"]
default_account = "prod"
[[channels]]
id = "C0AAA"
alerts = true
accounts = ["prod", "210987654321"]
undiagnosable = "ignore"
[[channels]]
id = "C0BBB"
[[allow]]
commands = ["diagnose", "incident"]
accounts = ["dev"]
users = ["U0AAA", "U0AAA"]
groups = ["S0AAA"]
[[allow]]
commands = ["incident"]
members = true
[[workloads]]
table = "orders"
account = "prod"
function = "checkout"
log_groups = ["/aws/lambda/checkout"]
subnets = ["subnet-0123abcd"]
[[workloads]]
table = "arn:aws:dynamodb:eu-west-1:123456789012:table/carts"
ecs = "shop/carts"
role = "carts"
"""
PROD = Account(
    alias="prod",
    id="123456789012",
    role_arn="arn:aws:iam::123456789012:role/paramedic-read",
    external_id="ext/1",
    regions=("eu-west-1", "us-east-1"),
)
DEV = Account(alias="dev", id="210987654321", regions=("eu-west-1", "mars-north-1"))
DIAGNOSIS = DiagnosisSettings(
    accounts=(PROD, DEV),
    workloads=(
        Workload(
            table="orders",
            account="123456789012",
            function="checkout",
            log_groups=("/aws/lambda/checkout",),
            subnets=("subnet-0123abcd",),
        ),
        Workload(
            table="arn:aws:dynamodb:eu-west-1:123456789012:table/carts",
            ecs="shop/carts",
            role="carts",
        ),
    ),
    default_account="123456789012",
)


def problems_of(toml: str, folder: Path, environ: dict[str, str] | None = None) -> list[str]:
    """Return what is wrong with a file and an environment, the folder's name left out."""
    (folder / "paramedic.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_bot_settings(SLACK if environ is None else environ, folder)
    assert str(raised.value) == "\n".join(raised.value.problems)
    return [problem.replace(f"{folder}/", "") for problem in raised.value.problems]


def test_without_a_file_a_diagnosis_needs_no_settings(tmp_path: Path) -> None:
    assert load_diagnosis_settings({}, tmp_path) == DiagnosisSettings()


def test_a_diagnosis_reads_accounts_and_workloads_and_no_slack_variable(tmp_path: Path) -> None:
    (tmp_path / "paramedic.toml").write_text(WHOLE)
    settings = load_diagnosis_settings({"SLACK_BOT_TOKEN": "", "PORT": "x"}, tmp_path)
    assert settings == DIAGNOSIS
    assert settings.regions == ("eu-west-1", "us-east-1", "mars-north-1")
    assert settings.account("dev") == settings.account("210987654321") == DEV
    assert settings.account("test") is None


def test_a_bot_reads_everything(tmp_path: Path) -> None:
    (tmp_path / "deploy.toml").write_text(f"\ufeff{WHOLE}", encoding="utf-8")
    environ = {
        "SLACK_BOT_TOKEN": " xoxb-1 ",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_URL": "http://127.0.0.1:8080/api",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "HOST": "::1",
        "PORT": "8000",
        "PARAMEDIC_CONFIG": "deploy.toml",
        "PARAMEDIC_ALERT_CHANNELS": "C0BBB, C0CCC,",
        "PARAMEDIC_METRICS_TOKEN": "m",
    }
    settings = load_bot_settings(environ, tmp_path)
    assert settings == BotSettings(
        diagnosis=DIAGNOSIS,
        slack=SlackSettings(
            bot_token="xoxb-1",
            app_token="xapp-1",
            api_url="http://127.0.0.1:8080/api/",
            workspaces=("T0AAA",),
            channels=(
                Channel(
                    id="C0AAA",
                    alerts=True,
                    accounts=("123456789012", "210987654321"),
                    undiagnosable=Undiagnosable.IGNORE,
                ),
                Channel(id="C0BBB", alerts=True),
                Channel(id="C0CCC", alerts=True),
            ),
            allow=(
                Allow(
                    commands=("diagnose", "incident"),
                    accounts=("210987654321",),
                    users=("U0AAA",),
                    groups=("S0AAA",),
                ),
                Allow(commands=("incident",), members=True),
            ),
        ),
        redis_url="redis://127.0.0.1:6379/0",
        host="::1",
        port=8000,
        metrics_token="m",
    )
    assert settings.slack.alert_channels == {"C0AAA", "C0BBB", "C0CCC"}


def test_a_bot_needs_a_token_and_a_way_in_only(tmp_path: Path) -> None:
    assert load_bot_settings({**SLACK, "REDIS_URL": " ", "PORT": ""}, tmp_path) == BotSettings(
        diagnosis=DiagnosisSettings(),
        slack=SlackSettings(bot_token="xoxb-1", signing_secret="8f742231b10e"),
    )


def test_the_environment_wins_over_a_dotenv_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# ours\nexport SLACK_BOT_TOKEN=xoxb-file\nSLACK_APP_TOKEN='xapp-file'\nEMPTY\nA=${HOME}\n"
    )
    environ = {"SLACK_BOT_TOKEN": "xoxb-environment"}
    slack = load_bot_settings(environ, tmp_path).slack
    assert (slack.bot_token, slack.app_token) == ("xoxb-environment", "xapp-file")
    assert environment(environ, tmp_path) == {
        "SLACK_BOT_TOKEN": "xoxb-environment",
        "SLACK_APP_TOKEN": "xapp-file",
        "A": "${HOME}",
    }
    assert environ == {"SLACK_BOT_TOKEN": "xoxb-environment"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"SLACK BOT TOKEN\n", "line 1 is not NAME=value."),
        (b"A=1\nB='open\n", "line 2 is not NAME=value."),
        (b"A=\xff\n", "this is not a text file in UTF-8."),
    ],
)
def test_a_dotenv_file_that_cannot_be_read_is_a_problem(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / ".env"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        environment({}, tmp_path)
    assert raised.value.problems == (f"{path}: {says}",)


def test_a_dotenv_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(ConfigError, match=r"\.env: cannot be read: Is a directory\.$"):
        environment({}, tmp_path)


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        (
            {"SLACK_SIGNING_SECRET": "s"},
            'SLACK_BOT_TOKEN is not set: the bot token of the Slack app ("xoxb-…").',
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1"},
            (
                "Neither SLACK_SIGNING_SECRET (events over HTTP) nor SLACK_APP_TOKEN (Socket Mode) "
                "is set: Slack could not reach the bot."
            ),
        ),
        (
            {**SLACK, "SLACK_SIGNING_SECRET": " "},
            "SLACK_SIGNING_SECRET is empty: give it a value, or do not set it.",
        ),
        (
            {**SLACK, "SLACK_APP_TOKEN": ""},
            "SLACK_APP_TOKEN is empty: give it a value, or do not set it.",
        ),
        (
            {**SLACK, "SLACK_BOT_TOKEN": "xoxp-1-secret"},
            'SLACK_BOT_TOKEN must begin with "xoxb-", but it begins with "xoxp-".',
        ),
        (
            {**SLACK, "SLACK_BOT_TOKEN": "secret"},
            'SLACK_BOT_TOKEN must begin with "xoxb-", but it begins with something else.',
        ),
        (
            {**SLACK, "SLACK_APP_TOKEN": "xoxb-1-secret"},
            'SLACK_APP_TOKEN must begin with "xapp-", but it begins with "xoxb-".',
        ),
        (
            {**SLACK, "SLACK_BOT_TOKEN": "xoxb-1 xoxb-2"},
            "SLACK_BOT_TOKEN holds blanks or control characters: copy it again.",
        ),
        ({**SLACK, "PORT": "http"}, 'PORT must be a number from 1 to 65535, not "http".'),
        ({**SLACK, "PORT": "65536"}, 'PORT must be a number from 1 to 65535, not "65536".'),
        ({**SLACK, "PORT": "²"}, 'PORT must be a number from 1 to 65535, not "²".'),
        (
            {**SLACK, "PORT": "1" * 9000},
            f'PORT must be a number from 1 to 65535, not "{"1" * 60}…".',
        ),
        (
            {**SLACK, "HOST": "http://x"},
            'HOST must be an address or a host\'s name, not "http://x".',
        ),
        (
            {**SLACK, "REDIS_URL": "localhost:6379/secret"},
            'REDIS_URL must begin with "redis://" or "rediss://" and name a host.',
        ),
        (
            {**SLACK, "SLACK_API_URL": "https://slack.com"},
            'SLACK_API_URL must be a base URL that ends in /api/, such as "https://slack.com/api/".',
        ),
        (
            {**SLACK, "SLACK_API_URL": "https://[::1/api/"},
            'SLACK_API_URL must be a base URL that ends in /api/, such as "https://slack.com/api/".',
        ),
        (
            {**SLACK, "PARAMEDIC_ALERT_CHANNELS": "#alerts"},
            (
                'PARAMEDIC_ALERT_CHANNELS: "#alerts" is not a channel id such as "C0123ABCD" '
                "(Slack shows it under the channel's details)."
            ),
        ),
        (
            {**SLACK, "PARAMEDIC_METRICS_TOKEN": ""},
            "PARAMEDIC_METRICS_TOKEN is empty: give it a value, or do not set it.",
        ),
    ],
)
def test_what_is_wrong_in_the_environment_is_said_without_secrets(
    tmp_path: Path, environ: dict[str, str], problem: str
) -> None:
    assert problems_of("", tmp_path, environ) == [problem]


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("acounts = 1", 'paramedic.toml: there is no key "acounts"; did you mean "accounts"?'),
        (
            "zzz = 1",
            (
                'paramedic.toml: there is no key "zzz"; known are accounts, slack, workloads, '
                "channels, allow."
            ),
        ),
        ("accounts = 1", "paramedic.toml: accounts: must be a table, not 1."),
        ("[accounts]\nprod = true", "paramedic.toml: accounts.prod: must be a table, not true."),
        (
            "[accounts.prod]\nid = 123456789012",
            "paramedic.toml: accounts.prod: id must be 12 digits in quotes, not 123456789012.",
        ),
        (
            "[accounts.prod]\nid = '12345'",
            'paramedic.toml: accounts.prod: id must be 12 digits in quotes, not "12345".',
        ),
        (
            "[accounts.prod]",
            "paramedic.toml: accounts.prod: id is missing: 12 digits in quotes.",
        ),
        (
            "[accounts.prod]\nid = '123456789012'\nrole = 'x'",
            'paramedic.toml: accounts.prod: there is no key "role"; did you mean "role_arn"?',
        ),
        (
            "[accounts.prod]\nid = '123456789012'\nrole_arn = 'arn:aws:iam::1:role/x'",
            (
                "paramedic.toml: accounts.prod: role_arn must be a role's ARN such as "
                '"arn:aws:iam::123456789012:role/name", not "arn:aws:iam::1:role/x".'
            ),
        ),
        (
            "[accounts.prod]\nid = '123456789012'\nrole_arn = 'arn:aws:iam::210987654321:role/x'",
            (
                "paramedic.toml: accounts.prod: role_arn belongs to account 210987654321, "
                "but id is 123456789012."
            ),
        ),
        (
            "[accounts.prod]\nid = '123456789012'\nexternal_id = 'abc'",
            (
                "paramedic.toml: accounts.prod: external_id needs a role_arn: "
                "it is sent when that role is assumed."
            ),
        ),
        (
            "[accounts.prod]\nid = '123456789012'\nregions = ['Ireland', 3]",
            (
                "paramedic.toml: accounts.prod: regions: each entry must be a region such as "
                '"eu-west-1", not "Ireland".'
            ),
        ),
        (
            "[accounts.prod]\nid = '123456789012'\nregions = []",
            (
                "paramedic.toml: accounts.prod: regions must be a list with at least one entry, "
                "not an empty list."
            ),
        ),
        (
            "[accounts.prod]\nid = '123456789012'\nregions = 'eu-west-1'",
            (
                "paramedic.toml: accounts.prod: regions must be a list with at least one entry, "
                'not "eu-west-1".'
            ),
        ),
        (
            "[accounts.a]\nid = '123456789012'\n[accounts.b]\nid = '123456789012'",
            "paramedic.toml: accounts.b: id 123456789012 is already that of a.",
        ),
        (
            '[accounts."123456789012"]\nid = "123456789012"',
            (
                "paramedic.toml: accounts.123456789012: an alias is made of letters, digits, "
                "- and _, and is not an account's id."
            ),
        ),
        (
            "[accounts.prod]\nid = '123456789012'\n[slack]\ndefault_account = 'prd'",
            (
                'paramedic.toml: slack: default_account: there is no account "prd"; '
                'did you mean "prod"?'
            ),
        ),
        (
            "[slack]\ndefault_account = 'prod'",
            (
                'paramedic.toml: slack: default_account: there is no account "prod"; '
                "add it as [accounts.<alias>]."
            ),
        ),
        (
            "[slack]\nworkspaces = ['acme']",
            (
                "paramedic.toml: slack: workspaces: each entry must be a workspace id such as "
                '"T0123ABCD", not "acme".'
            ),
        ),
        (
            "[channels]\nid = 'C0AAA'",
            "paramedic.toml: channels: must be written [[channels]], not [channels].",
        ),
        (
            "[[channels]]\nid = 'C0AAA'\n[[channels]]\nid = '#ops'",
            (
                'paramedic.toml: channels number 2: id must be a channel id such as "C0123ABCD", '
                'not "#ops".'
            ),
        ),
        (
            "[[channels]]\nalerts = true",
            'paramedic.toml: channels number 1: id is missing: a channel id such as "C0123ABCD".',
        ),
        (
            "[[channels]]\nid = 'C0AAA'\nalerts = 'yes'",
            'paramedic.toml: channels number 1: alerts must be true or false, not "yes".',
        ),
        (
            "[[channels]]\nid = 'C0AAA'\nundiagnosable = 'drop'",
            (
                'paramedic.toml: channels number 1: undiagnosable must be "incident" or "ignore", '
                'not "drop".'
            ),
        ),
        (
            "[[channels]]\nid = 'C0AAA'\n[[channels]]\nid = 'C0AAA'",
            "paramedic.toml: channels number 2: channel C0AAA is already described.",
        ),
        (
            "[[allow]]\nmembers = true",
            "paramedic.toml: allow number 1: commands is missing: diagnose or incident.",
        ),
        (
            "[[allow]]\ncommands = ['deploy']\nmembers = true",
            (
                "paramedic.toml: allow number 1: commands: each entry must be diagnose or "
                'incident, not "deploy".'
            ),
        ),
        (
            "[[allow]]\ncommands = ['diagnose']",
            (
                "paramedic.toml: allow number 1: it allows nobody: "
                "give users, groups or members = true."
            ),
        ),
        (
            "[[allow]]\ncommands = ['diagnose']\nusers = ['*']",
            (
                "paramedic.toml: allow number 1: users: each entry must be a user id such as "
                '"U0123ABCD", not "*".'
            ),
        ),
        (
            "[[workloads]]\nfunction = 'checkout'",
            "paramedic.toml: workloads number 1: table is missing: a table's name or ARN.",
        ),
        (
            "[[workloads]]\ntable = 'orders'",
            (
                "paramedic.toml: workloads number 1: it names no caller: "
                "give function, ecs, role, log_groups or subnets."
            ),
        ),
        (
            "[[workloads]]\ntable = 'orders'\necs = {}",
            'paramedic.toml: workloads number 1: ecs must be "cluster/service", not a table.',
        ),
        (
            "[[workloads]]\ntable = 'orders'\nrole = ['a']",
            "paramedic.toml: workloads number 1: role must be a name in quotes, not a list.",
        ),
        (
            "allow = [1]",
            "paramedic.toml: allow number 1: must be a table, not 1.",
        ),
        (
            '"a\\u001b[31m" = 1',
            (
                'paramedic.toml: there is no key "a\\x1b[31m"; known are accounts, slack, '
                "workloads, channels, allow."
            ),
        ),
        ("a = ", "paramedic.toml: this is not TOML: Invalid value (at end of document)."),
        ("a = " + "[" * 5000, "paramedic.toml: this is nested too deeply."),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_place(
    tmp_path: Path, toml: str, problem: str
) -> None:
    assert problem in problems_of(toml, tmp_path)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    toml = "[accounts.prod]\nid = 1\nregion = 'x'\n[[allow]]\ncommands = ['diagnose']\nuser = 1"
    assert problems_of(toml, tmp_path, {"PORT": "x"}) == [
        "paramedic.toml: accounts.prod: id must be 12 digits in quotes, not 1.",
        'paramedic.toml: accounts.prod: there is no key "region"; did you mean "regions"?',
        "paramedic.toml: allow number 1: it allows nobody: give users, groups or members = true.",
        'paramedic.toml: allow number 1: there is no key "user"; did you mean "users"?',
        'SLACK_BOT_TOKEN is not set: the bot token of the Slack app ("xoxb-…").',
        (
            "Neither SLACK_SIGNING_SECRET (events over HTTP) nor SLACK_APP_TOKEN (Socket Mode) "
            "is set: Slack could not reach the bot."
        ),
        'PORT must be a number from 1 to 65535, not "x".',
    ]


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda path: None, "there is no such file, but PARAMEDIC_CONFIG names it."),
        (lambda path: path.mkdir(), "cannot be read: Is a directory."),
        (lambda path: path.write_bytes(b"\xff\xfe\x00"), "this is not a text file in UTF-8."),
        (lambda path: path.symlink_to(path), "cannot be read: Too many levels of symbolic links."),
    ],
)
def test_a_named_file_that_cannot_be_read_is_a_problem(
    tmp_path: Path, prepare: object, says: str
) -> None:
    path = tmp_path / "named.toml"
    assert callable(prepare)
    prepare(path)
    with pytest.raises(ConfigError) as raised:
        load_diagnosis_settings({"PARAMEDIC_CONFIG": "named.toml"}, tmp_path)
    assert raised.value.problems == (f"{path}: {says}",)


def test_a_file_name_that_is_none_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: embedded null byte"):
        load_diagnosis_settings({"PARAMEDIC_CONFIG": "a\0b"}, tmp_path)
