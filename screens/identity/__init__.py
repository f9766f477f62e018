"""The pages on which people prove who they are, and look after their own account."""
