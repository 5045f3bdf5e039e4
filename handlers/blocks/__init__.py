"""How everything looks in Slack: pure functions from values to messages and views.

report      one diagnosis            details    its thread
incident    one incident, lists      home       App Home
modals      the forms                message    text, blocks, the ladder to plainer ones
names       every id Slack returns   elements   Block Kit's pieces
limits      Slack's sizes            inert      untrusted text
"""

from handlers.blocks.details import details_messages
from handlers.blocks.home import home_view
from handlers.blocks.incident import incident_list, incident_message
from handlers.blocks.message import Message, plainer
from handlers.blocks.modals import declare_modal, loading_modal, note_modal, saying_modal
from handlers.blocks.names import Button, Field, Form
from handlers.blocks.report import Progress, progress_message, report_message

__all__ = [
    "Button",
    "Field",
    "Form",
    "Message",
    "Progress",
    "declare_modal",
    "details_messages",
    "home_view",
    "incident_list",
    "incident_message",
    "loading_modal",
    "note_modal",
    "plainer",
    "progress_message",
    "report_message",
    "saying_modal",
]
