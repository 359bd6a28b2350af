"""clausewise: conformance to a vendor's document, clause by clause."""

__version__ = "0.1.0"
