"""What an incident is and how it changes: values and pure functions, no Slack, no Redis.

model       the values                      changes      declare, open_for, apply, merge
commands    what can be done to one         grouping     which incident an alert belongs to
words       what a person types             reminders    what is overdue; the morning digest
stored      JSON with a schema version      search       filters, and what happened before
metrics     MTTA, MTTR and their kin        postmortem   the export, Markdown and JSON
"""
