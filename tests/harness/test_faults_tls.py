"""TLS: whose certificate nobody vouches for gets no request, and the message says what is wrong with it."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from clausewise.errors import Unusable, UsageError
from clausewise.exchanges.client import Client
from clausewise.exchanges.terms import Terms
from clausewise.redact import Redactor
from tests.harness.fault_servers import CONFORMING, Peer, faulty, good
from tests.harness.fault_trials import BRIEF, bearing, running, tried

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
AUTHORITY = trustme.CA()
CUT_OFF = AUTHORITY.cert_pem.bytes()[:100]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of the authority, in a file."""
    path = tmp_path_factory.mktemp("authority") / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(path)
    return path


def presenting(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """What a server presents a certificate by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="module")
def self_signed() -> ssl.SSLContext:
    """What a server presents a certificate by that it has signed itself."""
    itself = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with itself.cert_pem.tempfile() as certificate, itself.private_key_pem.tempfile() as key:
        context.load_cert_chain(certificate, key)
    return context


def valid() -> ssl.SSLContext:
    """What a server presents a good certificate by."""
    return presenting(AUTHORITY.issue_cert("127.0.0.1", "localhost"))


def trusting(bundle: Path | None) -> Terms:
    """The usual patience, and trust in the authority."""
    return replace(BRIEF, ca_bundle=bundle)


def why_unusable(base_url: str, directory: Path, terms: Terms) -> str:
    """The sentence that ends a run before it begins."""
    with running(base_url, directory, terms) as drive, pytest.raises(Unusable) as raised:
        drive.run.require_baseline()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_whom_the_bundle_vouches_for_is_trusted(tmp_path: Path, bundle: Path) -> None:
    trial = tried(lambda peer: peer.answer(422), tmp_path, terms=trusting(bundle), context=valid())
    assert trial.said is None
    assert trial.drive.with_outcome("broken") == set()
    assert [exchange.response.body for exchange in trial.exchanges if exchange.response] == [CONFORMING[422].decode()]


@pytest.mark.parametrize(
    ("certificate", "says"),
    [
        pytest.param(
            AUTHORITY.issue_cert("127.0.0.1", not_before=NOW - 2 * DAY, not_after=NOW - DAY),
            "the target's certificate has expired: have it renewed",
            id="expired",
        ),
        pytest.param(
            AUTHORITY.issue_cert("127.0.0.1", not_before=NOW + DAY, not_after=NOW + 2 * DAY),
            "the target's certificate is not valid yet",
            id="not yet valid",
        ),
        pytest.param(
            AUTHORITY.issue_cert("api.example.com", "10.0.0.1"),
            "the target's certificate is for another host: give the name that it is for in the base URL",
            id="for another host",
        ),
        pytest.param(
            trustme.CA().issue_cert("127.0.0.1"),
            "the target's certificate is signed by no authority that is trusted here",
            id="of another authority",
        ),
    ],
)
def test_a_bad_certificate_gets_no_request(
    tmp_path: Path, bundle: Path, certificate: trustme.LeafCert, says: str
) -> None:
    with faulty(good, presenting(certificate)) as server:
        assert says in why_unusable(server.base_url, tmp_path, trusting(bundle))
        assert server.connections == 2
        assert server.requests == []


def test_the_name_of_the_host_counts(tmp_path: Path, bundle: Path) -> None:
    with faulty(good, presenting(AUTHORITY.issue_cert("api.example.com"))) as server:
        named = server.base_url.replace("127.0.0.1", "localhost")
        assert "is for another host" in why_unusable(named, tmp_path, trusting(bundle))
        assert server.requests == []


@pytest.mark.parametrize("with_bundle", [True, False])
def test_a_self_signed_certificate_gets_no_request(
    tmp_path: Path, bundle: Path, self_signed: ssl.SSLContext, with_bundle: bool
) -> None:
    with faulty(good, self_signed) as server:
        said = why_unusable(server.base_url, tmp_path, trusting(bundle if with_bundle else None))
        assert "is signed by no authority that is trusted here (self-signed certificate)" in said
        assert "by --ca-bundle" in said
        assert server.requests == []


def test_without_a_bundle_a_private_authority_is_not_trusted(tmp_path: Path) -> None:
    with faulty(good, valid()) as server:
        said = why_unusable(server.base_url, tmp_path, trusting(None))
        assert "is signed by no authority that is trusted here" in said
        assert server.requests == []


def test_the_environment_vouches_for_nobody(tmp_path: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with faulty(good, valid()) as server:
        assert "is signed by no authority" in why_unusable(server.base_url, tmp_path, trusting(None))
        assert server.requests == []


def test_no_tls_where_tls_is_expected(tmp_path: Path) -> None:
    with faulty(good) as server:
        secure = server.base_url.replace("http://", "https://")
        assert "no connection within 0.5 s" in why_unusable(secure, tmp_path, bearing(connect=0.5))
        assert server.requests == []


def test_tls_where_none_is_expected(tmp_path: Path) -> None:
    with faulty(good, valid()) as server:
        plain = server.base_url.replace("https://", "http://")
        assert "broke off" in why_unusable(plain, tmp_path, BRIEF)
        assert server.requests == []


def test_an_answer_that_breaks_off_within_tls(tmp_path: Path, bundle: Path) -> None:
    def fault(peer: Peer) -> None:
        peer.send(peer.headed("HTTP/1.1 422 Any", "Content-Length: 100"), b"{")
        peer.reset()

    failure = tried(fault, tmp_path, terms=trusting(bundle), context=valid()).failure
    assert "broke off" in failure


@pytest.mark.parametrize(
    "content", [None, b"", b"no certificate", CUT_OFF], ids=["missing", "empty", "text", "cut off"]
)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_bundle_that_is_none_is_a_usage_error(tmp_path: Path, scheme: str, content: bytes | None) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        Client(f"{scheme}://127.0.0.1:9", Redactor({}), ca_bundle=bundle)
    said = str(raised.value)
    assert said.startswith(f"the CA bundle {bundle} cannot be read (")
    assert "by --ca-bundle" in said
    assert "\n" not in said
