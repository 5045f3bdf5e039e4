"""Every recogniser, the surest first: the first that knows a message reads it."""

from handlers.alerts.monitors.alertmanager import recognise_alertmanager
from handlers.alerts.monitors.app_errors import recognise_app_error, recognise_log_subscription
from handlers.alerts.monitors.aws_events import recognise_aws_event
from handlers.alerts.monitors.azure import recognise_azure
from handlers.alerts.monitors.chatbot import recognise_chatbot
from handlers.alerts.monitors.cloudwatch import recognise_cloudwatch
from handlers.alerts.monitors.datadog import recognise_datadog
from handlers.alerts.monitors.delivery import recognise_delivery, recognise_delivery_words
from handlers.alerts.monitors.feeds import recognise_feed, recognise_news
from handlers.alerts.monitors.general import recognise_general
from handlers.alerts.monitors.grafana import recognise_grafana
from handlers.alerts.monitors.health import recognise_health
from handlers.alerts.monitors.kubernetes import recognise_falco, recognise_flux
from handlers.alerts.monitors.pagerduty import recognise_pagerduty
from handlers.alerts.monitors.sentry import recognise_sentry
from handlers.alerts.monitors.uptime_kuma import recognise_uptime_kuma
from handlers.alerts.monitors.zabbix import recognise_zabbix
from handlers.alerts.reading import Recogniser

RECOGNISERS: tuple[Recogniser, ...] = (
    recognise_chatbot,
    recognise_grafana,
    recognise_pagerduty,
    recognise_datadog,
    recognise_sentry,
    recognise_zabbix,
    recognise_delivery,
    recognise_feed,
    recognise_alertmanager,
    recognise_uptime_kuma,
    recognise_falco,
    recognise_flux,
    recognise_log_subscription,
    recognise_cloudwatch,
    recognise_health,
    recognise_aws_event,
    recognise_news,
    recognise_azure,
    recognise_delivery_words,
    recognise_app_error,
    recognise_general,
)
