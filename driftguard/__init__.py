"""Compare what is installed with what is locked, in one verdict that fails closed."""

__all__ = ["__version__"]
__version__ = "0.1.0"
