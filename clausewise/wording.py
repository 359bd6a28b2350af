"""Every sentence that a run records, made in one place from facts.

Checks, the run and the session name a sentence and give its facts. What a program needs to know of them (a clause, an
exchange, a place, a variable) is a field of the finding or of the cause beside it, so nothing ever parses a sentence.
"""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    # Why a clause was not decided
    "depends": "depends on {clause}, which is broken in the same way",
    "no-test": "no test of this run was about it",
    "not-selected": "--clause does not select it",
    "deselected": "--exclude {pattern} leaves it out",
    "not-exercised": "the request did not exercise this clause",
    "nothing-sent": "no request of the test exercised this clause",
    "no-answer-judged": "no answer was about it",
    "never-seen": "no answer had status {status}{place}",
    "never-seen-when": "no answer to such a request had status {status}{place}",
    "and-place": " and a place {pointer}",
    "excused": "the target answered {status}: {reason}",
    "not-set": "{variable} is not set",
    "on-demand": "no request triggers this status, and {variable} is not set ({meaning})",
    "on-demand-unknown": "no request triggers this status, and the contract knows no way to ask for it",
    "spent": "every value of {variables} was used, and none may be used twice: configure more",
    "accepted-before": "such a request was accepted before in this run, and the document forbids a second",
    "unsendable": "HTTP cannot carry this request ({error})",
    "other-origin": "the request would leave the configured origin",
    "lost": "{exchange} got no answer ({failure}), and cannot be sent again: {reason}",
    "budget": "budget: {sent} of the {budget} requests that --budget allows were sent",
    "unconfirmed": "broken once, and not confirmed: {reason}",
    "alone": "only {exchange} shows a {what}, and one alone repeats nothing",
    "unanswered-pair": "one of the two requests was not answered",
    "one-kind": "only one of the two kinds of requests was answered 403 or 404 ({exchange} among them)",
    "no-pair": "one of the two answers is no success with what is to be compared",
    "unstable": "unstable: {entry}",
    "unstable-random": "unstable: a failure did not happen again",
    "outage-wait": "{exchange} was answered as if the target were out of order",
    "resend-wait": "{exchange} was refused for its pace, it seems",
    "renew-valid": (
        "the target refuses {variable} (status {status}), while it accepts the baseline request: renew it, or leave it "
        "out if the target does not know such credentials"
    ),
    "throttled": "the target kept answering 429",
    "refused-baseline": "the target answered {status}, and refuses the baseline request with {baseline} now, too",
    "unproven": (
        "the target answered {status}, and {variable} may have expired: renew it, and set {proof} so that the run can "
        "find out ({meaning})"
    ),
    "unproven-alone": "the target answered {status}, and {variable} may have expired: no request can tell; renew it",
    "proof-refused": "the target refuses {variable} where it must be accepted (status {status}): renew it",
    # Why a run fails beside its broken clauses
    "selected-undecided": (
        "{clause} was selected and not decided: {reason}. Run it together with the requests that show it: --clause "
        "{clause}"
    ),
    "nothing-tested": "{api}: nothing was really tested",
    "no-success": "{api}: no request succeeded, so good requests were not really tested: give fresh fixtures",
    "too-few": (
        "{api}: only {decided} of the {planned} must clauses that the run planned to test were decided ({percent} %; "
        "--min-tested asks for {least} %); most often because {reason}"
    ),
    "known-kept": "{clause} is kept, and listed as a known failure: remove its entry",
    "known-expired": (
        "{clause} was accepted as a known failure until {expires}: fix it, or have {owner} accept it again"
    ),
    "cut-off": "The process {name} came to no end, so its part of the record stops early.",
    # What was expected, and what came
    "nothing": "nothing",
    "no-answer-twice": "no answer, twice: {failure}",
    "not-401": "any status but 401",
    "empty-answer": "{status}, with an empty body",
    "answer": "{status}, with {size} bytes of {media_type}",
    "no-media-type": "no named media type",
    "mentions": "{value} somewhere in the body",
    "one-header": "one {header} header that is not empty",
    "no-header": "no {header} header",
    "new-value": "a {what} that no other answer has",
    "repeated-value": "{value}, as in {exchange}",
    "meets": "JSON that meets {schema}",
    "violation": "{message} at {pointer}",
    "same-value": "at {pointer} the same as in {exchange}: {value}",
    "known-value": "at {pointer} the value {value}",
    "distinct": "at {pointer} another value than at {other}",
    "hiding": (
        "403 for what is forbidden and 404 for what does not exist, or one status for both; {exchange} was answered "
        "{status}"
    ),
    "other-value": "at {pointer} another value than in {exchange}",
    "same-answer": "the same answer as {exchange}: {answer}",
    "answer-shape": "{status} with {body}",
    "body-of": "a body of {media_type}",
    "body-like": "a body like {shape}",
    "echo": "{value} at {pointer}, as it was sent",
    "casing": "every key in {casings}",
    "message-at": "a message under {pointer}",
    "sparse": "of {exchange} only {names} at {pointer}: {shape}",
    "long-body": "a body longer than the harness reads",
    "empty-body": "an empty body",
    "unstable-entry": "{exchange} ({case}): expected {expected}, received {received}; sent again, it was kept",
}
"""The sentences by name; ``{fact}`` is replaced by the fact of that name."""


def phrase(name: str, /, **facts: object) -> str:
    """Return the sentence of that name with its facts in place."""
    return SENTENCES[name].format(**facts)
