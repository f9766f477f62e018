"""A tablet on a bad network, many times over: no set lost, none doubled, each alert once."""
