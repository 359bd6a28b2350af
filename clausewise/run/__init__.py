"""The run against one API: every answer is judged by every clause, and what was found becomes verdicts."""

from clausewise.run.exploration import Exploration
from clausewise.run.run import Run
from clausewise.run.tally import Tally

__all__ = ["Exploration", "Run", "Tally"]
