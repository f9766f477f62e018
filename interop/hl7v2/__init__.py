"""HL7 version 2: messages over MLLP and from files, through the doors that a tablet uses."""
