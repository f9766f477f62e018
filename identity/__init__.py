"""Who somebody is: second factors, single sign-on, sessions, and the record of all of it."""
