"""A storm of alerts on real parts: how long a grave one takes to the mail server meanwhile."""
