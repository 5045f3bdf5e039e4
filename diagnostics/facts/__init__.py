"""What several checks read: the table, its metrics, the workload that calls it."""
