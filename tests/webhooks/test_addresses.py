"""Where a webhook may go is judged before any connection, by what its name means at that moment."""

import pytest

from workflow.webhooks.addresses import Refused, check_form, judged, networks


def known(*addresses: str):
    return lambda host, port: list(addresses)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_an_inner_address_is_refused_however_it_is_written(address: str):
    with pytest.raises(Refused):
        judged("https://example.org/hook", (), known(address))


def test_a_name_with_one_inner_address_among_public_ones_is_refused():
    with pytest.raises(Refused):
        judged("https://example.org/", (), known("93.184.215.14", "10.0.0.1"))


def test_a_public_address_is_used_as_it_was_judged():
    target = judged("https://example.org:8443/a?b=c", (), known("93.184.215.14"))
    assert (target.secure, target.host, target.ip, target.port, target.path) == (
        True,
        "example.org",
        "93.184.215.14",
        8443,
        "/a?b=c",
    )


def test_an_inner_network_is_allowed_where_the_operator_says_so_and_then_without_tls():
    target = judged("http://gateway.internal/hook", networks("10.0.0.0/8, fd00::/8"), known("10.9.8.7"))
    assert (target.secure, target.ip, target.port) == (False, "10.9.8.7", 80)
    with pytest.raises(Refused):
        judged("http://gateway.internal/hook", networks("10.0.0.0/8"), known("192.168.0.1"))


def test_outside_only_tls_is_used():
    with pytest.raises(Refused):
        judged("http://example.org/", (), known("93.184.215.14"))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "https://",
        "https://user:pass@example.org/",
        "https://example.org/#part",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org/\r\nX-Header: 1",
        "https://exämple.org/",
        "javascript:alert(1)",
        "https://[::1",
        "https://example.org/" + "a" * 2000,
        "",
    ],
)
def test_an_address_that_is_none_is_refused_by_its_form(url: str):
    with pytest.raises(Refused):
        check_form(url)
