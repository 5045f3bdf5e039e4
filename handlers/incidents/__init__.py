"""What an incident is and how it changes: values and pure functions, no Slack, no Redis.

model       the values                      changes      declare, open_for, apply, merge
commands    what can be done to one         grouping     which incident an alert belongs to
alert       an alert as read here           reminders    what is overdue, what ends by itself
words       what a person types (asks)      digest       the morning's summary
stored      JSON with a schema version      search       filters, and what happened before
metrics     MTTA, MTTR and their kin        postmortem   the export; postmortem_markdown beside it
"""
