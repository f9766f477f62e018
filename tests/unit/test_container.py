"""What the image and the compose file promise: no root, nothing writable, nothing installable."""

import json
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if service["image"].startswith("crs-monitor")}
# The only folders a container may write to that outlive it, and why.
KEPT = {
    "worker": {"/papers"},  # the papers for a downtime
    "sender": {"/papers"},
    "backup": {"/backups"},  # encrypted
    "postgres": {"/var/lib/postgresql"},  # the memory
}


def stages() -> list[str]:
    """Split the Dockerfile where a new image begins."""
    return re.split(r"^FROM ", DOCKERFILE, flags=re.M)[1:]


def steps(stage: str, word: str) -> list[str]:
    """Return what stands behind each such instruction."""
    return re.findall(rf"^{word} (.*)$", stage, re.M)


# --- The image ---------------------------------------------------------------------------------


def test_the_image_runs_as_a_number_that_is_not_root():
    *_, last = stages()
    assert steps(last, "USER") == ["10001:10001"]
    assert last.index("USER 10001") < last.index("\nCMD ")
    assert not re.search(r"^(RUN|COPY|ADD) ", last[last.index("USER 10001") :], re.M)


def test_both_stages_stand_on_one_base_that_is_named_by_release():
    assert re.findall(r"^ARG BASE=(.*)$", DOCKERFILE, re.M) == ["python:3.13-slim-trixie"]
    assert [stage.split()[0] for stage in stages()] == ["${BASE}", "${BASE}"]
    assert "imagetools inspect" in DOCKERFILE


def test_what_is_installed_carries_hashes_and_is_never_built():
    build, last = stages()
    (install,) = [step for step in steps(build, "RUN") if "pip" in step and "install" in step]
    assert {"--require-hashes", "--only-binary", ":all:"} <= set(install.split())
    assert "pip install" not in last


def test_nothing_in_the_image_can_install_anything():
    build, last = stages()
    assert any("venv --without-pip" in step for step in steps(build, "RUN"))
    assert any("pip uninstall --yes" in step and "ensurepip" in step for step in steps(last, "RUN"))
    assert "apt" not in DOCKERFILE
    assert steps(last, "ADD") == []


def test_the_image_says_whether_it_is_well():
    *_, last = stages()
    (check,) = steps(last, "HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    assert (ROOT / command[1]).is_file()
    assert command[2].endswith("/health/live")


def test_no_secret_stands_in_the_image():
    names = re.findall(r"\b(CRS_\w+)=", DOCKERFILE)
    assert set(names) == {"CRS_STATIC_ROOT", "CRS_DATA_DIR"}


# --- The compose file --------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_is_read_only_and_has_no_capability(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices", "pid", "network_mode", "ipc"} & set(service)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_runs_as_somebody_else_than_root(name):
    # Ours by the image; the others by name.
    assert SERVICES[name].get("user") == (None if name in OURS else name)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_writes_to_what_is_named_here_alone(name):
    mounts = [each.split(":") for each in SERVICES[name].get("volumes", [])]
    writable = {
        parts[1] if parts[0][0] != "$" else parts[-1] for parts in mounts if "ro" not in parts
    }
    assert writable == KEPT.get(name, set())
    assert not any("docker.sock" in part for parts in mounts for part in parts)


def test_only_the_web_server_is_reached_from_outside_and_only_from_the_machine():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"web", "hl7"}
    assert SERVICES["hl7"]["profiles"] == ["hl7"]
    assert SERVICES["hl7"]["ports"] == ["${CRS_MLLP_BIND:-127.0.0.1}:2575:2575"]
    assert SERVICES["web"]["ports"] == ["${CRS_BIND:-127.0.0.1}:8000:8000"]


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    secrets = re.findall(r"\$\{(CRS_\w*(?:PASSWORD|SECRET|KEY)\w*)(:?[-?])", text)
    assert secrets
    needed = {name for name, how in secrets if how == ":?"}
    assert needed == {"CRS_SECRET_KEY", "CRS_DATABASE_PASSWORD", "CRS_APP_PASSWORD"}
    assert not re.search(r"\$\{CRS_\w*(?:PASSWORD|SECRET|KEY)\w*:-[^}]", text)


def test_what_serves_and_sends_runs_as_a_role_that_changes_no_fact():
    owners = {
        name for name in OURS if "//crs:" in SERVICES[name]["environment"]["CRS_DATABASE_URL"]
    }
    assert owners == {"migrate"}
    assert "grant_rights" in SERVICES["migrate"]["command"][-1]
    assert "CREATE ROLE crs_app LOGIN" in (ROOT / "docker/app-role.sh").read_text()
    assert SERVICES["migrate"]["environment"]["CRS_DATABASE_APP_ROLE"] == "crs_app"


def test_every_image_is_named_by_version():
    assert {service["image"] for service in SERVICES.values()} == {
        "crs-monitor:local",
        "postgres:18",
        "valkey/valkey:8",
    }
