"""Outside programs and services, as plain functions: what they said, or why nothing could be learnt."""
