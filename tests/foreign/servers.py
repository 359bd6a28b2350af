"""Correct servers in real frameworks, written from the documents as a user of each framework would."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent

FRAMEWORKS = ("flask", "fastapi", "django", "express", "go")

VARIABLES: Mapping[str, Mapping[str, str]] = {
    "moov": {
        "MOOV_TOKEN": "tok-valid-0123456789abcdef",
        "MOOV_BASIC_CREDENTIALS": "public-key-1:secret-key-1",
        "MOOV_FORBIDDEN_TOKEN": "tok-forbidden-0123456789ab",
        "MOOV_FORBIDDEN_ACCOUNT_ID": "7d3c1a52-93d5-4a0e-9c1b-0f6f6a4f1b77",
        "MOOV_EXPIRED_TOKEN": "tok-expired-0123456789abcd",
        "MOOV_ACCOUNT_ID": "456cb5b6-20dc-4585-97b4-745d013adb1f",
        "MOOV_PRINCIPAL_ACCOUNT_ID": ",".join(
            [
                "c520f1b9-0ba7-42f5-b977-248cdbe41c69",
                "0a6d2f0e-6a55-4a39-8f4c-2f6d2f5b8f10",
                "5b1b8a38-58f4-4d2e-9f43-6b6f5ffb0a9d",
            ]
        ),
    },
    "mx": {
        "MX_SESSION_TOKEN": "session-valid-0123456789abcdef",
        "MX_EXPIRED_SESSION_TOKEN": "session-expired-0123456789ab",
        "MX_INSTITUTION_GUID": "INS-1572a04c-912b-59bf-5841-332c7dfafaef",
        "MX_INSTITUTION_NAME": "Chase Bank",
        "MX_CREDENTIAL_GUIDS": "CRD-27d0edb8-1d50-5b90-bcbc-be270ca42b9f,CRD-1ec152cd-e628-e81a-e852-d1e7104624da",
        "MX_OAUTH_INSTITUTION_GUID": ",".join(f"INS-f1a3285d-e855-b61f-6aa7-8ae575c0e0e{digit}" for digit in range(8)),
    },
    "persona": {
        "PERSONA_API_KEY": "persona_sandbox_valid-0123456789ab",
        "PERSONA_FORBIDDEN_API_KEY": "persona_sandbox_forbidden-01234567",
        "PERSONA_DESTINATION_ORGANIZATION_ID": ",".join(f"org_XYZ{number}" for number in range(200, 400)),
        "PERSONA_ORGANIZATION_ID": "org_ABC123",
    },
}
"""What a run against each server is given, and what the server knows."""


@contextmanager
def serving(api: str, framework: str, folder: Path) -> Iterator[str]:
    """Run a server while the context is open, and give its address; skip the test where a tool is missing."""
    port = _free_port()
    command = [*_command(api, framework, folder), "--port", str(port)]
    environment = {**os.environ, **VARIABLES[api], "PORT": str(port)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 ours
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _command(api: str, framework: str, folder: Path) -> list[str]:
    source = HERE / api / framework
    if framework == "go":
        binary = folder / f"{api}-server"
        build = [_tool("go"), "build", "-o", str(binary), str(source / "main.go")]
        subprocess.run(build, env={**os.environ, "GO111MODULE": "off"}, check=True)  # noqa: S603 ours
        return [str(binary)]
    if framework == "express":
        if not (HERE / "node_modules").is_dir():
            pytest.skip("needs npm ci in tests/foreign")
        return [_tool("node"), str(source / "app.js")]
    return [sys.executable, str(source / "app.py")]


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the server did not start")
