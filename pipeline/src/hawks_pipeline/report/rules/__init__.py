"""Rules that look at a team's computed tables and propose what to do, each with its numbers."""
