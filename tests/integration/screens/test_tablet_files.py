"""What a tablet keeps: files that are the same for everybody, and its own ward's pack."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from staff.models import Role
from tests.factories.ward import FEVER, NOW, WELL, a_patient, a_person, chart_set

pytestmark = pytest.mark.django_db
# Session, user, wards and their ids, states, alerts, sets, rows for the rules and five of theirs,
# and two of the rota.
PACK_QUERIES = 15


def kept(client):
    text = client.get("/service-worker.js").content.decode()
    return json.loads(re.match(r"const KEPT = (\{.*?\});\n", text)[1])


# --- The worker --------------------------------------------------------------------------------


def test_the_worker_speaks_for_the_whole_site_and_is_never_old(client):
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"
    again = client.get("/service-worker.js", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_every_file_it_keeps_is_there_and_none_is_vendored(client):
    files = kept(client)["files"]
    prefix = f"{settings.STATIC_URL}crs_monitor/"
    assert all(each.startswith(prefix) for each in files)
    missing = [each for each in files if not finders.find(each.removeprefix(settings.STATIC_URL))]
    assert missing == []
    assert f"{prefix}js/entry.js" in files
    assert f"{prefix}js/offline/shell.js" in files
    assert not [each for each in files if "plotly" in each and each.endswith(".js")]


def test_every_file_the_kept_page_names_is_kept(client):
    page = client.get("/tablet/shell/").content.decode()
    named = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))
    assert len(named) > 10
    assert named <= set(kept(client)["files"])


def test_every_module_that_a_kept_one_imports_is_kept(client):
    files = kept(client)["files"]
    modules = [each for each in files if each.endswith(".js")]
    found = set()
    for module in modules:
        source = finders.find(module.removeprefix(settings.STATIC_URL))
        with open(source, encoding="utf-8") as text:
            imports = re.findall(r'(?:from|import)\s*\(?\s*"(\.[^"?]+)', text.read())
        folder = module.rsplit("/", 1)[0]
        found |= {_plain(f"{folder}/{each}") for each in imports}
    assert found <= set(files)


def _plain(path):
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def test_the_kept_page_is_the_same_for_everybody(client, nurses, patient):
    stranger = client.get("/tablet/shell/").content.decode()
    assert "Bell" not in nurses.get("/tablet/shell/").content.decode()
    assert stranger == client.get("/tablet/shell/").content.decode()
    assert "data-owner=" not in stranger
    assert "csrfmiddlewaretoken" not in stranger


def test_it_holds_the_charting_form_itself(client, nurses, patient):
    def names(page):
        return set(re.findall(r' name="(\w+)"', page))

    there = names(nurses.get(f"/patients/{patient.pk}/chart/").content.decode())
    here = names(client.get("/tablet/shell/").content.decode())
    assert there - here <= {"csrfmiddlewaretoken", "next"}


def test_the_pages_can_be_installed(client):
    manifest = client.get("/app.webmanifest").json()
    assert (manifest["scope"], manifest["start_url"]) == ("/", "/")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix(settings.STATIC_URL))


# --- The pack ----------------------------------------------------------------------------------


def test_the_pack_holds_the_ward_and_nobody_else(nurses, nurse, patient, elsewhere):
    chart_set(patient, FEVER, minutes_ago=60)
    answer = nurses.get("/tablet/pack.json")
    pack = answer.json()
    assert pack["owner"] == nurse.pk
    (kept_patient,) = pack["patients"]
    assert kept_patient["strip"]["name"] == patient.name
    assert kept_patient["sets"][0]["values"]["temperature_celsius"] == "38.6"
    assert kept_patient["situation"]["newest_at"] is not None
    assert "Secret" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(("hours", "count"), [(23.9, 1), (24, 1), (24.1, 0)])
def test_sets_of_the_last_day_are_in_it(nurses, patient, hours, count):
    chart_set(patient, WELL, minutes_ago=hours * 60)
    assert len(nurses.get("/tablet/pack.json").json()["patients"][0]["sets"]) == count


def test_what_was_not_recorded_is_absent(nurses, patient):
    chart_set(patient, {"heart_rate_bpm": 80})
    assert nurses.get("/tablet/pack.json").json()["patients"][0]["sets"][0]["values"] == {
        "heart_rate_bpm": 80
    }


def test_a_minute_that_passed_is_no_news(nurses, patient, time_machine):
    first = nurses.get("/tablet/pack.json")
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    again = nurses.get("/tablet/pack.json", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    chart_set(patient, FEVER, now=NOW + timedelta(minutes=1))
    news = nurses.get("/tablet/pack.json", headers={"If-None-Match": first["ETag"]})
    assert news.status_code == 200


@pytest.mark.parametrize("beds", [2, 30])
def test_thirty_beds_cost_as_many_queries_as_two(beds, ward, nurses, django_assert_num_queries):
    for bed in range(beds):
        chart_set(a_patient(ward, bed=f"{bed:02}"), FEVER if bed % 2 else WELL)
    nurses.get("/tablet/pack.json")
    with django_assert_num_queries(PACK_QUERIES):
        assert nurses.get("/tablet/pack.json").status_code == 200


def test_an_administrator_has_no_patients_to_keep(signed_in, db):
    administrator = signed_in(a_person(Role.ADMINISTRATOR))
    assert administrator.get("/tablet/pack.json").status_code == 403
