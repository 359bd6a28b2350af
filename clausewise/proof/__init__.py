"""Shows which broken servers the suite catches, and which rightful ones it leaves alone."""

from clausewise.proof.matrix import Proof, Trial, Verdict, read
from clausewise.proof.pages import figures, write
from clausewise.proof.prove import prove

__all__ = ["Proof", "Trial", "Verdict", "figures", "prove", "read", "write"]
