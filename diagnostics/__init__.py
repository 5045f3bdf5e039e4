"""What can go wrong with an AWS call, and how to tell."""
