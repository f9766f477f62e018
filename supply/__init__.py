"""What the program is made of, and whether it may be: parts, licences, advisories, secrets."""
