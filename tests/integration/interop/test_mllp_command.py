"""The listener as a process: stores over a socket, beats, and ends with the message in hand."""

import os
import signal
import socket
import subprocess
import sys

import pytest
from django.conf import settings

from tests.factories.hl7 import code_of, message, msh, obr, pid, vital

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_lane]


def manage(folder, *words):
    environ = {**os.environ, "CRS_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": ""}
    environ.pop("DJANGO_SETTINGS_MODULE")
    environ.pop("CRS_DATABASE_URL", None)
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *words], environ


def done(folder, *words):
    command, environ = manage(folder, *words)
    return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout


ASK = """
from interop.models import ReceivedMessage, QuarantinedItem
from alerts.models import Heartbeat
print("TOLD", ReceivedMessage.objects.count(), QuarantinedItem.objects.count(),
      Heartbeat.objects.filter(name="hl7v2").count())
"""


def test_a_process_listens_answers_and_stops(tmp_path, copy_migrated_file):
    copy_migrated_file(tmp_path / "crs.sqlite3")
    command, environ = manage(tmp_path, "listen_mllp", "--port", "0")
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            line = process.stdout.readline()
            port = int(line.split(":")[1].split(",")[0])
            with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
                raw = message(msh(), pid("P1"), obr(), vital("heart_rate_bpm", 91))
                sock.sendall(b"\x0b" + raw + b"\x1c\r")
                content = b""
                while not content.endswith(b"\x1c\r"):
                    content += sock.recv(65536)
                assert code_of(content.strip(b"\x0b\x1c\r")) == "AE"
                assert b"unknown_patient" in content
            assert "TOLD 1 1 1" in done(tmp_path, "shell", "-c", ASK)
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
            assert "stopped" in process.stdout.read()
        finally:
            if process.poll() is None:
                process.kill()
    assert "TOLD 1 1 0" in done(tmp_path, "shell", "-c", ASK)
