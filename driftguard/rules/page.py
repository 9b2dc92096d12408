"""A rule's page: what its module says of it, under its code."""

from driftguard.rules import RuleModule


def page(module: RuleModule) -> str:
    """Return the page as Markdown."""
    rule = module.RULE
    title, _, body = (module.__doc__ or "").strip().partition("\n")
    accepted = f'`[[tool.driftguard.ignore]]` with `rule = "{rule.code}"` and a reason'
    return (
        f"# {rule.code} {rule.name}\n\n{title.strip()}.\n\n"
        f"Severity: {rule.severity.label}. A finding is accepted by an entry\n{accepted}.\n\n{body.strip()}\n"
    )
