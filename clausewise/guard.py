"""Keeps a run away from what is no sandbox: a run creates things, and sends what no careful client would."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausewise.contract import Contract
from clausewise.errors import UsageError
from clausewise.target import Target


@dataclass(frozen=True)
class Permission:
    """What the person who starts a run has confirmed: that the target is a sandbox, that production is meant."""

    sandbox: bool = False
    production: bool = False


def assure_allowed(contract: Contract, target: Target, permission: Permission) -> None:
    """Raises ``UsageError`` for a target that the run may not touch; loopback is always allowed."""
    signs = list(_signs_of_production(contract, target))
    if signs and not permission.production:
        raise UsageError(
            f"{contract.api}: {signs[0]}, and a run creates things: give the address and the credentials of a sandbox, "
            "or say by --allow-production that production is meant"
        )
    if not is_loopback(target.host) and not permission.sandbox:
        raise UsageError(
            f"{contract.api}: {target.base_url} is not on this machine, and a run creates things there and sends what "
            "no careful client would: confirm by --sandbox, or CLAUSEWISE_SANDBOX=1, that it is a sandbox"
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _signs_of_production(contract: Contract, target: Target) -> Iterator[str]:
    """Why this looks like production, without a word of any value."""
    if target.host.rstrip(".") in contract.production.hosts:
        yield f"{target.host} is a host of production"
    for name, pattern in contract.production.values.items():
        if any(re.search(pattern, value) for value in target.values.get(name, ())):
            yield f"{name} holds a value of production"
