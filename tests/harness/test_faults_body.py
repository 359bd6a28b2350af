"""Bodies that are cut off, wrongly framed, packed, endless or no text: read within bounds, and judged by what came."""

import gzip
import zlib
from pathlib import Path

import pytest

from clausewise.exchanges.limits import LARGEST_BODY
from tests.harness.canaries import CANARIES, spellings
from tests.harness.driving import good as good_request
from tests.harness.fault_servers import CONFORMING, MEGABYTE, Fault, Peer, at_the_empty_object, bomb, faulty
from tests.harness.fault_trials import EMPTY_OBJECT, MISSING, Trial, running, tried

BODY = "moov.422.body"
WHOLE = CONFORMING[422]


def head(peer: Peer, *lines: str) -> bytes:
    return peer.headed("HTTP/1.1 422 Any", *lines)


def framed(*lines: str, body: bytes = WHOLE) -> Fault:
    """Sends the body below these headers, whatever they say, and hangs up."""

    def fault(peer: Peer) -> None:
        peer.send(head(peer, *lines), body)
        peer.hang_up()

    return fault


def packed(body: bytes, encoding: str = "gzip") -> Fault:
    """Sends a body in that coding, as it is."""
    return lambda peer: peer.answer(422, body, f"Content-Encoding: {encoding}")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


CHUNKS = b"".join(chunk(data) for data in (WHOLE[:9], WHOLE[9:], b""))

# Bodies that never are whole


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(framed("Content-Length: 100"), id="shorter than its Content-Length"),
        pytest.param(framed("Content-Length: 10", "Content-Length: 20"), id="two lengths"),
        pytest.param(framed("Content-Length: -1"), id="a negative length"),
        pytest.param(framed("Content-Length: 1e3"), id="a length that is no number"),
        pytest.param(framed(f"Content-Length: {10**30}"), id="a length beyond all bounds"),
        pytest.param(framed("Transfer-Encoding: chunked", body=b"zz\r\n{}\r\n0\r\n\r\n"), id="no chunk size"),
        pytest.param(framed("Transfer-Encoding: chunked", body=b"ff\r\n{}\r\n0\r\n\r\n"), id="a wrong chunk size"),
        pytest.param(framed("Transfer-Encoding: chunked", body=chunk(WHOLE)), id="no last chunk"),
        pytest.param(framed("Transfer-Encoding: gzip, chunked", body=chunk(WHOLE)), id="an unknown transfer coding"),
    ],
)
def test_a_body_that_is_wrongly_framed(tmp_path: Path, fault: Fault) -> None:
    assert tried(fault, tmp_path).failure.startswith("the answer is not HTTP or broke off")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(packed(b"no gzip"), id="not packed"),
        pytest.param(packed(gzip.compress(WHOLE)[:-12]), id="cut off"),
        pytest.param(packed(gzip.compress(WHOLE), "gzip, gzip"), id="packed once and not twice"),
        pytest.param(packed(WHOLE, "deflate"), id="not deflated"),
    ],
)
def test_a_body_that_is_not_packed_as_it_says(tmp_path: Path, fault: Fault) -> None:
    assert tried(fault, tmp_path).failure.startswith("the body does not decode as its Content-Encoding says")


def test_a_chunk_size_without_an_end(tmp_path: Path) -> None:
    fault = framed("Transfer-Encoding: chunked", body=b"f" * MEGABYTE)
    assert "the size of a chunk, take over 100 KB" in tried(fault, tmp_path).failure


# Bodies that are judged


def judged(trial: Trial, *broken: str) -> str:
    """The body of the answer to the empty object, which breaks these clauses and no others."""
    assert trial.drive.with_outcome("broken") == set(broken)
    assert trial.drive.with_outcome("error") == set()
    assert MISSING in trial.drive.with_outcome("kept")
    response = trial.exchanges[0].response
    assert response is not None
    return response.body


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(packed(gzip.compress(WHOLE)), id="gzip"),
        pytest.param(packed(gzip.compress(WHOLE), "X-GZIP"), id="x-gzip"),
        pytest.param(packed(zlib.compress(WHOLE), "deflate"), id="deflate"),
        pytest.param(packed(gzip.compress(gzip.compress(WHOLE)), "gzip, gzip"), id="gzip twice"),
        pytest.param(packed(zlib.compress(gzip.compress(WHOLE)), "gzip,deflate"), id="one after the other"),
        pytest.param(packed(gzip.compress(WHOLE) + b"\0" * 100), id="with padding"),
        pytest.param(packed(WHOLE, "identity"), id="identity"),
        pytest.param(framed("Transfer-Encoding: chunked", body=CHUNKS), id="chunks"),
        pytest.param(framed("Connection: close"), id="until the connection is closed"),
    ],
)
def test_a_body_that_is_whole_after_all(tmp_path: Path, fault: Fault) -> None:
    assert judged(tried(fault, tmp_path)) == WHOLE.decode()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"principalAccountID": "\xff\xfe"}', id="no UTF-8"),
        pytest.param(b'{"principalAccountID": ', id="no JSON"),
        pytest.param(b"[" * 100_000, id="nested too deeply"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="nested deeply"),
        pytest.param(b"1" * 100_000, id="a long number"),
        pytest.param(b"\0" * 1000, id="zeros"),
    ],
)
def test_a_body_that_is_no_json(tmp_path: Path, body: bytes) -> None:
    judged(tried(lambda peer: peer.answer(422, body), tmp_path), BODY)


def test_what_stands_behind_a_body_is_not_the_next_answer(tmp_path: Path) -> None:
    """A Content-Length that is too small must not shift all later answers."""

    def fault(peer: Peer) -> None:
        another = peer.headed("HTTP/1.1 500 Any", "Content-Length: 0")
        peer.send(head(peer, f"Content-Length: {len(WHOLE)}"), WHOLE, another)

    with faulty(at_the_empty_object(fault)) as server, running(server.base_url, tmp_path) as drive:
        drive.run.require_baseline()
        assert drive.test(EMPTY_OBJECT, MISSING) is None
        assert drive.test(good_request(), "moov.201.status") is None
        answers = [(line["response"]["status"], line["request_id"]) for line in drive.lines("exchange")]
        assert answers == [(201, "r-1"), (422, "r-2"), (201, "r-3")]
        assert server.connections == 2


def test_a_secret_that_lies_across_two_chunks_is_found(tmp_path: Path) -> None:
    def fault(peer: Peer) -> None:
        said = b'{"principalAccountID": "%b"}' % peer.secret.encode()
        middle = len(said) - len(peer.secret) // 2
        peer.send(head(peer, "Transfer-Encoding: chunked"), chunk(said[:middle]), chunk(said[middle:]), chunk(b""))

    assert judged(tried(fault, tmp_path)) == '{"principalAccountID": "[MOOV_TOKEN]"}'


@pytest.mark.parametrize("secret", CANARIES.values(), ids=list(CANARIES))
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_secrets_beside_bytes_that_are_no_text(tmp_path: Path, secret: str, encoding: str) -> None:
    said = b"\xff" + "\n".join([secret, *spellings(secret)]).encode(encoding) + b"\xfe"
    assert judged(tried(lambda peer: peer.answer(422, said), tmp_path), BODY).startswith("\\xff[MOOV_")


def hundred_megabytes(peer: Peer) -> None:
    peer.send(head(peer, f"Content-Length: {100 * MEGABYTE}"))
    for _ in range(100):
        peer.send(b" " * MEGABYTE)


def endless_chunks(peer: Peer) -> None:
    peer.send(head(peer, "Transfer-Encoding: chunked"))
    while True:
        peer.send(chunk(b" " * 1000))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(hundred_megabytes, id="100 MB"),
        pytest.param(endless_chunks, id="endless"),
        pytest.param(packed(bomb(100 * MEGABYTE)), id="a gzip bomb"),
        pytest.param(packed(bomb(1000 * MEGABYTE, 2), "gzip, gzip"), id="a bomb in a bomb"),
    ],
)
def test_a_body_that_is_too_large_is_read_up_to_the_bound(tmp_path: Path, fault: Fault) -> None:
    trial = tried(fault, tmp_path)
    assert 0 < len(judged(trial, BODY)) <= LARGEST_BODY
    assert {verdict.received for verdict in trial.drive.verdicts(BODY)} == {"a body longer than the harness reads"}
    assert {exchange.response.cut for exchange in trial.exchanges if exchange.response} == {True}
