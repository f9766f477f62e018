"""Papers for a downtime: each ward's last day and blank charts, on the disk every 15 minutes."""
