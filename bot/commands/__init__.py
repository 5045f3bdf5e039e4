"""What `paramedic` can be told to do, one subcommand a module."""
