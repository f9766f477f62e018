"""Who may open what: every address, asked by everybody."""
