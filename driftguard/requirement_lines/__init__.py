"""Read requirements as pip does: bytes, lines, options, then what each requirement asks for.

Below `locks` and `manifests`, since both read requirements.
"""
