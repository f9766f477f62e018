"""Wrong values are refused with advice; right ones are read as what they are."""

import os
import stat
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from crs_monitor.environment import Environment, SettingRefused, port_of, prepare_for_run

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def read(**values: str) -> Environment:
    return Environment(values=values)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1", True),
        ("true", True),
        ("YES", True),
        ("on", True),
        ("0", False),
        ("false", False),
        ("No", False),
        ("off", False),
        ("", False),
    ],
)
def test_a_flag_is_a_yes_or_a_no(value, expected):
    assert read(CRS_DEMO=value).flag("CRS_DEMO", default=not expected) is expected


def test_a_flag_that_is_neither_is_refused():
    with pytest.raises(SettingRefused, match=r"^CRS_DEMO='maybe' cannot be used\. Write 1 or 0\.$"):
        read(CRS_DEMO="maybe").flag("CRS_DEMO")


@pytest.mark.parametrize("default", [True, False])
def test_a_flag_nobody_set_is_its_default(default):
    assert read().flag("CRS_DEMO", default=default) is default


@pytest.mark.parametrize("host", ["https://crs.example", "crs.example/path", "*"])
def test_a_host_is_a_name_alone(host):
    with pytest.raises(SettingRefused):
        read(CRS_ALLOWED_HOSTS=f"good.example,{host}").hosts("CRS_ALLOWED_HOSTS")


def test_d_dimer_tiers_are_a_unit_and_two_rising_ends():
    tiers = read(T=" ng/mL{FEU}  600 5000.5 ").d_dimer_tiers("T")
    assert tiers == ("ng/mL{FEU}", Decimal(600), Decimal("5000.5"))
    assert read().d_dimer_tiers("T") is None


@pytest.mark.parametrize(
    "value",
    [
        "600 5000", "ng/mL 600 5000", "ng/mL{FEU} 600", "ng/mL{FEU} 600 5000 9000",
        "ng/mL{DDU} 5000 600", "ng/mL{DDU} 600 600", "ng/mL{DDU} 0 600", "ng/mL{FEU} six 5000",
        "ng/mL{FEU} 600 Infinity", "ng/mL{FEU} NaN 5000",
    ],
)  # fmt: skip
def test_other_d_dimer_tiers_are_refused(value):
    with pytest.raises(SettingRefused, match=r"such as ng/mL\{FEU\} 600 5000"):
        read(T=value).d_dimer_tiers("T")


@pytest.mark.parametrize("value", [None, "", " , "])
def test_some_of_a_list_are_all_of_it_where_nothing_was_chosen(value):
    values = {} if value is None else {"CRS_SCALES": value}
    assert Environment(values).some_of("CRS_SCALES", ("a", "b")) == ("a", "b")


def test_some_of_a_list_come_in_its_own_order():
    chosen = Environment({"CRS_SCALES": "c, a"}).some_of("CRS_SCALES", ("a", "b", "c"))
    assert chosen == ("a", "c")


def test_a_word_outside_the_list_is_refused_with_the_list():
    with pytest.raises(SettingRefused, match="Write some of a, b"):
        Environment({"CRS_SCALES": "a,lee"}).some_of("CRS_SCALES", ("a", "b"))


def test_hosts_are_separated_by_commas():
    hosts = read(CRS_ALLOWED_HOSTS=" a.example , b.example,").hosts("CRS_ALLOWED_HOSTS")
    assert hosts == ["a.example", "b.example"]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:p@host/crs",
        "oracle://host/crs",
        "postgresql://user:hunter2@host:5432",
        "postgresql://user:hunter2@host:port/crs",
        "crs.sqlite3",
    ],
)
def test_a_database_that_is_not_tested_or_not_named_is_refused(url):
    with pytest.raises(SettingRefused) as refused:
        read(CRS_DATABASE_URL=url).database("CRS_DATABASE_URL", default="")
    assert "postgresql://" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp://mail.example:2525", 2525, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example", 465, False, True),
    ],
)
def test_mail_goes_where_its_url_says(url, port, starttls, tls):
    route = read(CRS_EMAIL_URL=url).mail("CRS_EMAIL_URL", default_folder=Path("/unused"))
    assert (route.backend, route.host, route.port) == (SMTP, "mail.example", port)
    assert (route.use_starttls, route.use_tls, route.folder) == (starttls, tls, None)


def test_a_mail_password_may_hold_any_sign():
    url = "smtp://ward%40crs:p%2Fss%3A@mail.example"
    route = read(CRS_EMAIL_URL=url).mail("CRS_EMAIL_URL", default_folder=Path("/unused"))
    assert (route.user, route.password) == ("ward@crs", "p/ss:")


@pytest.mark.parametrize("folder", ["/data/mailbox", "/a folder/with blanks"])
def test_mail_nobody_routed_is_kept_in_a_folder(folder):
    route = read().mail("CRS_EMAIL_URL", default_folder=Path(folder))
    assert route.folder == Path(folder)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "file://"])
def test_mail_that_goes_nowhere_is_refused(url):
    with pytest.raises(SettingRefused, match="smtp://"):
        read(CRS_EMAIL_URL=url).mail("CRS_EMAIL_URL", default_folder=Path("/unused"))


@pytest.mark.parametrize(("length", "accepted"), [(49, False), (50, True)])
def test_a_secret_has_at_least_50_characters(tmp_path, length, accepted):
    environment = read(CRS_SECRET_KEY="k" * length)
    kept_in = tmp_path / "key"
    if accepted:
        assert environment.secret("CRS_SECRET_KEY", kept_in=kept_in, shared=True) == "k" * length
    else:
        with pytest.raises(SettingRefused, match="openssl rand"):
            environment.secret("CRS_SECRET_KEY", kept_in=kept_in, shared=True)
    assert not kept_in.exists()


def test_a_secret_made_here_is_kept_and_read_by_one_user_alone(tmp_path):
    first = read().secret("CRS_SECRET_KEY", kept_in=tmp_path / "key", shared=False)
    again = read().secret("CRS_SECRET_KEY", kept_in=tmp_path / "key", shared=False)
    assert first == again
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["key"]


def test_a_shared_database_needs_a_given_secret(tmp_path):
    with pytest.raises(SettingRefused, match="the same to every process"):
        read().secret("CRS_SECRET_KEY", kept_in=tmp_path / "key", shared=True)


@pytest.mark.parametrize("value", ["0", "65536", "eighty", "-1", "80.5", "²"])
def test_a_port_is_a_number_from_1_to_65535(value):
    with pytest.raises(SettingRefused, match="1 to 65535"):
        port_of({"PORT": value})


@pytest.mark.parametrize(("value", "expected"), [("1", 1), ("65535", 65535), ("", 8000)])
def test_a_port_may_stand_at_either_edge(value, expected):
    assert port_of({"PORT": value}) == expected


def test_run_is_the_demo_unless_told_otherwise():
    untold, told = {"PORT": "8010"}, {"CRS_DEMO": "0", "CRS_BASE_URL": "https://crs.example"}
    prepare_for_run(untold)
    prepare_for_run(told)
    assert untold["CRS_DEMO"] == "1"
    assert untold["CRS_BASE_URL"] == "http://127.0.0.1:8010"
    assert told == {"CRS_DEMO": "0", "CRS_BASE_URL": "https://crs.example"}


def test_a_misspelled_variable_is_pointed_out_with_the_one_meant():
    assert read(CRS_REDIS_ULR="x", PATH="y").misspelled() == [
        "CRS_REDIS_ULR is not a setting; CRS_REDIS_URL?"
    ]


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("CRS_DEMO", "perhaps", "Write 1 or 0."),
        ("CRS_BASE_URL", "crs.example", "https://crs.hospital.example"),
        ("CRS_REDIS_URL", "http://x", "redis://"),
        ("CRS_SCALES", "lee", "penn"),
        ("CRS_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING, ERROR"),
        ("CRS_DATA_DIR", "/dev/null/x", "may write to"),
        ("CRS_DATABASE_URL", "postgresql://u@h/crs", "openssl rand"),
    ],
)
def test_the_program_does_not_start_on_a_wrong_value(variable, value, advice):
    untouched = {name: text for name, text in os.environ.items() if name != "CRS_DATABASE_URL"}
    environment = untouched | {"CRS_SECRET_KEY": "", variable: value}
    environment["DJANGO_SETTINGS_MODULE"] = "crs_monitor.settings"
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "cannot be used" in line
    assert advice in line
