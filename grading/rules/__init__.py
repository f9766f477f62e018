"""Published severity scales as pure functions of what was recorded; standard library only."""
