"""What people and monitors say to Paramedic, and what it answers in Slack."""
