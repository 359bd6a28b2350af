"""Where and as whom a run happens: the base URL and the values of the contract's variables."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from clausewise.cause import not_set
from clausewise.contract import VARIABLE, Contract, CredentialKind, Variable
from clausewise.errors import Unsendable, UsageError
from clausewise.redact import SHORTEST_SECRET


@dataclass(frozen=True)
class Target:
    """A target of one API. ``values`` holds the variables that are set; ``embedded`` marks the mock of this package."""

    base_url: str
    values: Mapping[str, tuple[str, ...]] = field(repr=False)  # some of them are secret
    embedded: bool = False

    @property
    def host(self) -> str:
        """The host's name or address, in lower case."""
        return (urlsplit(self.base_url).hostname or "").lower()

    def value(self, variable: str, turn: int = 0, *, reserved: bool = False) -> str:
        """The value of a variable.

        Of two or more, the last is reserved for requests that must fail, so that no earlier success can turn their
        answer into a conflict; the others take turns. Raises ``Unsendable`` for a variable that is not set.
        """
        values = self.values.get(variable)
        if not values:
            raise Unsendable(not_set(variable))
        if len(values) == 1:
            return values[0]
        return values[-1] if reserved else values[turn % (len(values) - 1)]

    def turns(self, variable: str) -> tuple[str, ...]:
        """The values of a variable that take turns: all but the reserved one."""
        values = self.values.get(variable, ())
        return values[:-1] if len(values) > 1 else values

    def is_reserved(self, variable: str, value: str) -> bool:
        """Whether the value is the one kept for requests that must fail."""
        values = self.values.get(variable, ())
        return len(values) > 1 and value == values[-1]

    def credentials(self, kind: CredentialKind) -> str:
        """The value of the credentials' header; raises ``Unsendable`` where its variable is not set."""

        def given(found: re.Match[str]) -> str:
            value = self.value(found[1])
            return base64.b64encode(value.encode()).decode() if found[1] == kind.base64 else value

        return VARIABLE.sub(given, kind.value)


def resolve(contract: Contract, base_url: str, environment: Mapping[str, str], *, embedded: bool = False) -> Target:
    """Return the target as the environment describes it.

    Raises:
        UsageError: with one sentence a line for everything that is missing or malformed.
    """
    problems: list[str] = []
    try:
        base_url = checked_base_url(base_url)
    except UsageError as error:
        problems.append(f"{contract.api}: {error}")
    values = {
        name: _values(environment[name], several=variable.list is not None)
        for name, variable in contract.variables.items()
        if environment.get(name, "").strip()
    }
    for variable in contract.variables.values():
        problems += _problems(contract, variable, values.get(variable.name, ()))
    if problems:
        raise UsageError("\n".join(problems))
    return Target(base_url, values, embedded)


def _problems(contract: Contract, variable: Variable, values: tuple[str, ...]) -> Iterator[str]:
    """A sentence for everything that is wrong with a variable; no value is repeated."""
    name = variable.name
    if variable.required and not values:
        yield (
            f"{contract.api}: {name} is not set, and a run against this target needs it ({variable.meaning}): set it "
            "in the environment or in a .env file"
        )
    if variable.secret and any(len(value) < SHORTEST_SECRET for value in values):
        yield (
            f"{contract.api}: {name} is shorter than {SHORTEST_SECRET} characters, so it could not be kept out of the "
            "reports without harming other text: use a longer one"
        )
    if any(not value.isprintable() for value in values):
        yield f"{contract.api}: {name} holds a line break or a control character: write it on one line"
    for kind in contract.credentials.values():
        if kind.base64 == name and any(not re.fullmatch("[^:]+:.+", value) for value in values):
            yield f"{contract.api}: {name} has no colon between user and password (RFC 7617): write it user:password"
        scheme = kind.value.partition("$")[0].strip()
        if kind.valid and scheme and f"${name}" in kind.value and _begins_with(scheme, values):
            yield f"{contract.api}: {name} begins with {scheme!r}, which the run adds itself: leave it out"


def _begins_with(scheme: str, values: tuple[str, ...]) -> bool:
    return any(value.lower().startswith(f"{scheme.lower()} ") for value in values)


def planned(contract: Contract) -> Target:
    """A target in which each variable stands for itself (``$NAME``): for telling what a case is before it is sent."""
    return Target("http://target.invalid", {name: (f"${name}",) for name in contract.variables})


def secrets(contract: Contract, target: Target) -> dict[str, str]:
    """Every secret value of the target by a name for it; the halves of a user:password pair are secrets too."""
    found: dict[str, str] = {}
    for name, variable in contract.variables.items():
        values = target.values.get(name, ()) if variable.secret else ()
        for number, value in enumerate(values, start=1):
            label = name if len(values) == 1 else f"{name}:{number}"
            found[label] = value
            user, colon, password = value.partition(":")
            halves = {"user": user, "password": password} if colon else {}
            found.update({f"{label}:{half}": text for half, text in halves.items() if len(text) >= SHORTEST_SECRET})
    return found


def checked_base_url(base_url: str) -> str:
    """The base URL without a slash at its end; raises ``UsageError`` where no request could be sent to it."""
    wrong = _what_is_wrong(base_url)
    if wrong:
        raise UsageError(f"the base URL {wrong}: give it as http(s)://host[:port][/prefix]")
    return base_url.rstrip("/")


def _what_is_wrong(base_url: str) -> str | None:
    if "@" in base_url:  # looked for before all else, so that no message repeats what stands before it
        return "holds an @; credentials belong into the environment"
    try:
        parts = urlsplit(base_url)
        parts.port  # noqa: B018  reading it is what raises for a malformed port
    except ValueError:
        return "is malformed"
    if parts.scheme not in ("http", "https"):
        return f"{base_url!r} does not begin with http:// or https://"
    if not parts.hostname or any(character.isspace() for character in base_url):
        return f"{base_url!r} names no host or holds a space"
    if "?" in base_url or "#" in base_url:
        return "has a query or a fragment"
    return None


def _values(text: str, *, several: bool) -> tuple[str, ...]:
    parts = text.split(",") if several else [text]
    return tuple(part.strip() for part in parts if part.strip())
