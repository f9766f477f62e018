"""What the suite brings along: databases, servers, processes and browsers of its own."""
