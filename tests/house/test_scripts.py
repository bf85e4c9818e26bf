"""script/server: says what is wrong before it does anything, serves, and ends as one."""

import os
import re
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def used_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return port


@pytest.fixture
def environment(tmp_path):
    return {**os.environ, "YIAN_INSTANCE": str(tmp_path / "instance"), "YIAN_KEYS": str(tmp_path / "keys.json")}


def run(environment, *arguments, script="script/server"):
    return subprocess.run(
        ["bash", script, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_used_port_is_named_before_anything_is_made(environment, used_port, tmp_path):
    done = run(environment, "--port", str(used_port))
    assert done.returncode == 1
    assert f"Port {used_port} on 127.0.0.1 is already in use" in done.stderr
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("port", ["", "x", "0", "65536", "80 80"])
def test_a_port_that_is_none_is_refused(environment, port):
    done = run(environment, "--port", port)
    assert done.returncode == 1
    assert "between 1 and 65535" in done.stderr


def test_an_unknown_option_shows_the_known_ones(environment):
    done = run(environment, "--prot", "8000")
    assert done.returncode == 1
    assert "--port" in done.stderr and "Unknown option: --prot" in done.stderr


def test_without_root_the_missing_packages_are_named(tmp_path):
    """A machine with apt where nobody may install: `sudo` fails, `id` says an ordinary user, one package is missing."""
    for name, body in {
        "id": "echo 1000",
        "sudo": "exit 1",
        "apt-get": "exit 99",
        "dpkg-query": '[ "${!#}" = fonts-hanazono ] || echo -n installed',
    }.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/bash\n{body}\n")
        program.chmod(0o755)
    program = 'set -euo pipefail; . script/lib.sh; install_packages "${SERVER_PACKAGES[@]}"; echo went on'
    done = subprocess.run(
        ["bash", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )
    assert done.returncode == 1
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends fonts-hanazono\n" in done.stderr
    assert "went on" not in done.stdout


def test_the_server_makes_the_first_link_answers_and_ends_with_its_worker(environment, free_port):
    address = f"http://127.0.0.1:{free_port}"
    with subprocess.Popen(
        ["bash", "script/server", "--port", str(free_port)],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as server:
        try:
            said = ""
            for line in server.stdout:
                said += line
                if "Yian answers at" in line:
                    break
            assert f"Yian answers at {address}" in said
            assert re.search(rf"{re.escape(address)}/\S+", said), said
            with urllib.request.urlopen(address + "/sign-in", timeout=30) as answer:
                assert answer.status == 200
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=60) == 0
            with pytest.raises(ProcessLookupError):
                os.killpg(server.pid, 0)
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)
