"""Every id that Slack sends back: buttons, forms and the fields in them.

A button's value is an opaque id (a diagnosis, an incident), nothing that could be read or forged
into a command: what it may do is looked up and allowed again at the click.
"""

from enum import StrEnum


class Button(StrEnum):
    """`action_id` of each button."""

    DIAGNOSE_AGAIN = "diagnose_again"  # value: the diagnosis
    SHOW_EVIDENCE = "show_evidence"  # value: the diagnosis
    DECLARE_OR_JOIN = "declare_or_join"  # value: the diagnosis
    HELPED = "feedback_helped"  # value: the diagnosis
    WRONG = "feedback_wrong"  # value: the diagnosis
    DIAGNOSE_INCIDENT = "incident_diagnose"  # value: the incident, as below
    ACKNOWLEDGE = "incident_ack"
    TAKE = "incident_take"  # assigns it to whoever clicks
    NOTE = "incident_note"  # opens note_modal
    MITIGATE = "incident_mitigate"
    RESOLVE = "incident_resolve"
    REOPEN = "incident_reopen"
    SHOW_INCIDENT = "incident_show"
    DECLARE = "incident_declare"  # opens declare_modal; value: "home"


class Form(StrEnum):
    """`callback_id` of each modal, and of the Home tab."""

    LOADING = "loading"
    SAYING = "saying"
    DECLARE = "declare"
    NOTE = "note"
    HOME = "home"


class Field(StrEnum):
    """`block_id` and `action_id` of each field; a form's state holds it under both."""

    TITLE = "title"
    SEVERITY = "severity"
    TABLE = "table"
    DRILL = "drill"
    TEXT = "text"
