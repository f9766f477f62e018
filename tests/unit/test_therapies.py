"""The shipped products have the windows that the clinical note gives them."""

import pytest

from patients import therapies
from patients.windows import DoseKind, WindowUnit

# product, kinds of dose, unit, first and last (both included), least hours off before a restart
SHIPPED = [
    ("tisa-cel", "infusion", "day", 1, 14, 0),
    ("axi-cel", "infusion", "day", 0, 14, 0),
    ("brexu-cel", "infusion", "day", 1, 14, 0),
    ("liso-cel", "infusion", "day", 1, 15, 0),
    ("ide-cel", "infusion", "day", 0, 14, 0),
    ("cilta-cel", "infusion", "day", 1, 14, 0),
    ("obe-cel", "split_dose_1", "day", 1, 14, 0),
    ("obe-cel", "split_dose_2", "day", 0, 14, 0),
    ("blina-rr", "cycle_1_start", "hour", 0, 216, 0),
    ("blina-rr", "dose_step_up", "hour", 0, 72, 0),
    ("blina-rr", "cycle_2_start", "hour", 0, 48, 0),
    ("blina-rr", "later_cycle_start", "hour", 0, 48, 0),
    ("blina-rr", "restart_after_interruption", "hour", 0, 48, 4),
    ("blina-mrd-consolidation", "cycle_1_start", "hour", 0, 72, 0),
    ("blina-mrd-consolidation", "cycle_2_start", "hour", 0, 48, 0),
    ("blina-mrd-consolidation", "later_cycle_start", "hour", 0, 48, 0),
    ("blina-mrd-consolidation", "restart_after_interruption", "hour", 0, 48, 4),
    ("teclistamab", "step_1 step_2 first_full", "hour", 0, 72, 0),
    ("elranatamab", "step_1 step_2", "hour", 0, 72, 0),
    ("elranatamab", "first_full", "hour", 0, 48, 0),
    ("talquetamab", "step_1 step_2 step_3 first_full", "hour", 0, 72, 0),
    ("glofitamab", "step_1", "hour", 0, 72, 0),
    ("glofitamab", "step_2 first_full", "hour", 0, 48, 0),
    ("epcoritamab-dlbcl", "step_1 step_2", "hour", 0, 72, 0),
    ("epcoritamab-dlbcl", "first_full", "hour", 0, 96, 0),
    ("epcoritamab-fl", "step_1 step_2 step_3", "hour", 0, 72, 0),
    ("epcoritamab-fl", "first_full", "hour", 0, 96, 0),
    ("mosunetuzumab-iv", "step_1 step_2 first_full cycle_2_start", "hour", 0, 72, 0),
    ("tarlatamab", "step_1 first_full", "hour", 0, 48, 0),
    ("tarlatamab", "cycle_1_day_15", "hour", 0, 24, 0),
    ("tebentafusp", "step_1 step_2 first_full", "hour", 0, 24, 0),
    ("tebentafusp", "subsequent", "hour", 0, 12, 0),
    ("linvoseltamab", "step_1 step_2 first_full", "hour", 0, 48, 0),
    ("generic-t-cell", " ".join(DoseKind), "day", 3, 14, 0),
]
CHILDREN = {"tisa-cel", "blina-rr", "blina-mrd-consolidation", "generic-t-cell"}


def shipped_windows():
    return {
        (profile.id, kind.value): (
            rule.high_risk.unit.value,
            rule.high_risk.first,
            rule.high_risk.last,
            rule.minimum_gap_hours,
        )
        for profile in therapies.profiles().values()
        for rule in profile.anchors
        for kind in rule.kinds
    }


def test_every_window_is_the_one_of_the_clinical_note():
    assert shipped_windows() == {
        (product, kind): window
        for product, kinds, *rest in SHIPPED
        for kind in kinds.split()
        for window in [tuple(rest)]
    }


def test_nineteen_products_ship_and_one_fallback():
    products = {product for product, *_ in SHIPPED}
    assert len(products - {therapies.FALLBACK}) == 19
    assert {name for name, _ in therapies.profiles()} == products
    assert {name for name, _ in therapies.choices()} == products


@pytest.mark.parametrize("each", therapies.profiles().values(), ids=lambda each: each.id)
class TestEachProfile:
    def test_no_kind_of_dose_opens_two_windows(self, each):
        kinds = [kind for rule in each.anchors for kind in rule.kinds]
        assert sorted(kinds) == sorted(each.kinds())

    def test_a_window_runs_forwards_and_ends_while_the_patient_is_watched(self, each):
        for rule in each.anchors:
            window = rule.high_risk
            per_day = 24 if window.unit is WindowUnit.HOUR else 1
            assert 0 <= window.first < window.last <= each.monitor_days * per_day
            assert rule.minimum_gap_hours >= 0

    def test_it_says_what_it_is_and_on_whose_word(self, each):
        assert each.edition >= 1
        assert each.generic in each.label
        assert each.brand in each.label
        assert each.therapy_class in {"car_t", "bispecific", "other"}
        assert len(each.source) > 20

    def test_the_patient_is_watched_for_thirty_days_or_longer(self, each):
        assert each.monitor_days == (45 if each.id == "cilta-cel" else 30)

    def test_it_says_whether_children_are_on_its_label(self, each):
        assert each.pediatric is (each.id in CHILDREN)


def test_only_a_restart_asks_how_long_the_pump_was_off():
    asking = {
        kind
        for profile in therapies.profiles().values()
        for rule in profile.anchors
        if rule.minimum_gap_hours
        for kind in rule.kinds
    }
    assert asking == {DoseKind.RESTART_AFTER_INTERRUPTION}


# --- Editions ----------------------------------------------------------------------------------

EDITION = """
source: A label, invented for this test
profiles:
  - {{id: cells, edition: {edition}, brand: Brand, generic: cells, class: car_t,
     windows: [{{after: [infusion], high_risk_days: [0, {last}]}}]}}
"""


@pytest.fixture
def two_editions(tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_text(EDITION.format(edition=2, last=10))
    (tmp_path / "b.yaml").write_text(EDITION.format(edition=1, last=7))
    monkeypatch.setattr(therapies, "_FOLDER", tmp_path)
    therapies.profiles.cache_clear()
    yield tmp_path
    therapies.profiles.cache_clear()


@pytest.mark.parametrize(("edition", "last"), [(None, 10), (1, 7), (2, 10)])
def test_a_course_keeps_its_edition_and_a_new_one_gets_the_newest(two_editions, edition, last):
    assert therapies.profile("cells", edition).anchors[0].high_risk.last == last


@pytest.mark.parametrize("edition", [0, 3])
def test_an_edition_that_never_was_is_refused(two_editions, edition):
    with pytest.raises(therapies.UnknownTherapyError, match=f"'cells' {edition}"):
        therapies.profile("cells", edition)


def test_a_product_stands_once_in_a_form_whatever_its_editions(two_editions):
    assert therapies.choices() == [("cells", "Brand (cells)")]


def test_one_edition_cannot_be_written_twice(two_editions):
    (two_editions / "c.yaml").write_text(EDITION.format(edition=2, last=30))
    therapies.profiles.cache_clear()
    with pytest.raises(ValueError, match=r"c\.yaml defines cells edition 2 again"):
        therapies.profiles()


@pytest.mark.parametrize("name", ["", "tisa", "TISA-CEL", "tisa-cel "])
def test_a_product_nobody_knows_is_refused(name):
    with pytest.raises(therapies.UnknownTherapyError):
        therapies.profile(name)


@pytest.mark.parametrize(
    ("product", "label"),
    [
        ("tisa-cel", "Kymriah (tisagenlecleucel)"),
        ("generic-t-cell", "T-cell engaging therapy (unspecified)"),
    ],
)
def test_a_label_is_brand_and_substance(product, label):
    assert therapies.profile(product).label == label
