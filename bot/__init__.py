"""How Paramedic runs: settings, processes, Redis, Slack, the queue, the clock, the terminal."""
