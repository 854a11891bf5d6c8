"""The image and the composition: nobody is root, nothing is unpinned, nothing is public, no password is written down."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SECRET = re.compile(r"(PASSWORD|TOKEN|SECRET|_KEY)\b")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PULLED = [name for name, service in SERVICES.items() if "build" not in service]
each_service = pytest.mark.parametrize("name", SERVICES)


OURS = {"bot", "web", "worker"}
"""What is built here; all but the worker has a port, and all of it reaches the platforms and vendors."""


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word.upper(), rest) for word, _, rest in (line.partition(" ") for line in lines)]


def all_of(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def final_stage() -> list[tuple[str, str]]:
    found = instructions()
    return found[max(index for index, (word, _) in enumerate(found) if word == "FROM") :]


def test_the_image_runs_as_nobody_special():
    [user] = [rest for word, rest in final_stage() if word == "USER"]

    assert all(part.isdecimal() and int(part) >= 1000 for part in user.split(":"))
    words = [word for word, _ in final_stage()]
    assert words.index("USER") < words.index("ENTRYPOINT")


def test_everything_in_the_image_comes_from_the_lock_with_hashes():
    installs = [line for run in all_of("RUN") for line in run.split("&&") if "pip install" in line]

    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "-r requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation ." in installs[1]
    assert all("--no-deps" in line for line in installs)


def test_nothing_is_fetched_beside_the_lock_and_bases_are_not_latest():
    assert all_of("ADD") == []
    assert [run for run in all_of("RUN") if re.search(r"\b(curl|wget|git|apt-get|npm)\b", run)] == []
    for base in all_of("ARG"):
        assert re.fullmatch(r"BASE=\S+:\d+\.\d+-\S+", base), base
    assert {line.split()[0] for line in all_of("FROM")} == {"${BASE}"}


def test_no_secret_is_built_in():
    assert [line for word, line in instructions() if word in ("ENV", "ARG") and SECRET.search(line)] == []
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "**", "everything stays outside the image unless it is named"
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} >= {
        name
        for line in all_of("COPY")
        if "--from" not in line
        for name in (part.removeprefix("./") for part in line.split()[:-1])
    }


def test_the_image_says_how_it_is_and_stops_when_asked():
    [health] = all_of("HEALTHCHECK")
    code = shlex.split(health.split("CMD ", 1)[1].strip("[]"))[-1]

    assert "/healthz" in code
    assert "PORT" in code
    assert all_of("STOPSIGNAL") == ["SIGTERM"]
    assert all(entry.startswith("[") for entry in all_of("ENTRYPOINT") + all_of("CMD")), "a shell would swallow the signal"
    environment = dict(pair.split("=", 1) for line in all_of("ENV") for pair in shlex.split(line))
    assert environment["HOME"] == environment["DATA_DIR"], "a uid without a home cannot open Chroma"


@each_service
def test_every_service_is_hardened(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.keys() & {"privileged", "network_mode", "pid", "ipc", "devices"}
    assert not any(str(volume).startswith(("/", ".")) or "docker.sock" in str(volume) for volume in service.get("volumes", ()))


@each_service
def test_only_the_bot_is_published_and_only_on_this_machine(name):
    ports = SERVICES[name].get("ports", [])

    assert all(str(port).startswith("127.0.0.1:") for port in ports)
    assert bool(ports) == (name in OURS - {"worker"})
    if name not in OURS:
        assert SERVICES[name]["networks"] == ["state"]
        assert COMPOSE["networks"]["state"]["internal"] is True


@each_service
def test_passwords_come_from_the_environment(name):
    for setting, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(setting):
            assert re.fullmatch(r"\$\{\w+(:\?[^}]+|:-)\}", value), setting
        sign_in = re.search(r"://[^/:]*:([^@]+)@", value)
        assert sign_in is None or sign_in[1].startswith("${"), setting


@pytest.mark.parametrize("name", PULLED)
def test_what_is_pulled_has_a_version_and_a_health_check(name):
    assert re.search(r":\d+\.?\d*", SERVICES[name]["image"])
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_the_bot_waits_for_its_database():
    assert SERVICES["bot"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert {"POSTGRES_PASSWORD", "SECRET_KEY", "AUDIT_KEY"} <= set(
        re.findall(r"\$\{(\w+):\?", "".join(SERVICES["bot"]["environment"].values()))
    )
