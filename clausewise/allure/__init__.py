"""How a run looks in Allure: what goes into its results, and the page that Allure 3 makes of them (`page`)."""

from clausewise.allure.loss import assure_no_loss, note_loss
from clausewise.allure.results import complete_result, write_about

__all__ = ["assure_no_loss", "complete_result", "note_loss", "write_about"]
