"""From a log to causes: pure, bounded, and silent about what it does not know.

lines (a log made readable) → texts (the error texts in it: tracebacks, complaints) → matching (what the table
says of each, with the facts that follow) → confirming (what was seen of an environment) → explanation.
"""
