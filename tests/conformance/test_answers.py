"""What every answer of a status promises, and all answers together: judged over all exchanges of the run."""

from clausewise.run import Run


def test_all_answers(api: Run, answer_clause: str) -> None:
    api.conclude(answer_clause)
