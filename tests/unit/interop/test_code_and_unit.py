"""Every code in every unit by every reader: what is stored is of the property its code says."""

from datetime import UTC
from decimal import Decimal

import pytest

from interop import codes
from interop.codes import Kind, display_of
from interop.csv import laboratory, oxygen, vitals
from interop.csv.kinds import Kind as RowKind
from interop.csv.mapped import DeviceNotAgreed, Weight
from interop.csv.outcomes import RefusedError
from interop.fhir.observation import decode
from interop.hl7v2 import orders, wire
from interop.hl7v2.measured import result_of
from interop.hl7v2.reasons import RefusedMessageError
from interop.hl7v2.times import Clock
from interop.units import code_in, listed, problem
from interop.units.properties import Property, properties_of_unit, property_of
from interop.units.ucum import dimension
from tests.factories import extract, fhir, hl7
from vitals.analytes import ANALYTES, is_molar, sent_as

LABS = [row for row in codes.ALL.values() if row.kind is Kind.LAB and row.unit]
SIGNS = [row for row in codes.ALL.values() if row.kind is Kind.VITAL and row.system == codes.LOINC]
FOREIGN = ("ukat/L", "pmol/L", "mg/dL", "g/L", "%", "U/L", "10*6/L", "ug/mL", "mmol/l", "[IU]/mL")
UNITS = sorted({unit for each in ANALYTES.values() for unit in each.factors if unit} | {*FOREIGN})
SIGN_UNITS = {row.unit for row in SIGNS} | {"[degF]", "[lb_av]", "kPa", "mmol/L", "1", "/h"}
PLAUSIBLE: dict[str, dict[str, int | str]] = {
    "temperature_celsius": {"[degF]": 101}, "fio2_percent": {"1": "0.4"},
    "weight_kg": {"[lb_av]": 150}, "glasgow_coma_score": {}, "oxygen_flow_lpm": {},
}  # fmt: skip
ORDINARY = {
    "temperature_celsius": 38, "heart_rate_bpm": 88, "respirations_per_minute": 18,
    "systolic_mmhg": 120, "diastolic_mmhg": 70, "mean_arterial_mmhg": 85, "spo2_percent": 95,
    "weight_kg": 70, "glasgow_coma_score": 15, "oxygen_flow_lpm": 4, "fio2_percent": 40,
}  # fmt: skip
MAPPERS = {
    RowKind.LABS: laboratory.map_lab, RowKind.VITALS: vitals.map_vital,
    RowKind.OXYGEN: oxygen.map_oxygen, RowKind.GCS: oxygen.map_gcs,
}  # fmt: skip
CLOCK = Clock(extract.NOW, UTC)


class NoWordOfAPerson:
    """Mappings of which there are none."""

    def of(self, each, *, sender, unit):
        return None


def by_csv(row, value, unit):
    if row.kind is Kind.LAB:
        return MAPPERS[RowKind.LABS](
            extract.row(RowKind.LABS, extract.lab(row.code, value, unit)), extract.SETTING
        )
    if row.field in ("oxygen_flow_lpm", "fio2_percent"):
        what = "flow_lpm" if row.field == "oxygen_flow_lpm" else "fio2"
        cells = extract.oxygen(what, value, unit_as_charted=unit, charted_as="")
        return oxygen.map_oxygen(extract.row(RowKind.OXYGEN, cells), extract.SETTING)
    cells = {
        "patient_id": "P1",
        "time": extract.AT,
        "loinc": row.code,
        "value": value,
        "unit": unit,
    }
    return vitals.map_vital(extract.row(RowKind.VITALS, cells), extract.SETTING)


def by_fhir(row, value, unit):
    resource = fhir.observation(row.code, value, unit)
    made = decode(resource, mrn="P1", mark="m")
    if made.refusals:
        return None
    (part,) = made.rows
    return MAPPERS[part.row.kind](part.row, extract.SETTING)


def by_hl7(row, value, unit):
    sent = hl7.message(hl7.msh(), hl7.pid("P1"), hl7.obr(),
                       hl7.obx(f"{row.code}^^LN", str(value), unit))  # fmt: skip
    (part,) = orders.parts_of(wire.parse(sent))
    return result_of(
        part, digest="d", mrn="P1", sender="LAB1@HOSP", clock=CLOCK, mappings=NoWordOfAPerson()
    ).payload


READERS = [by_csv, by_fhir, by_hl7]


def taken(reader, row, value, unit):
    """What would be stored; None for what is refused."""
    try:
        return reader(row, value, unit)
    except (RefusedError, RefusedMessageError):
        return None


def ordinary(row, unit):
    """A value in the middle of what is possible, where the unit is one of the analyte's."""
    analyte = ANALYTES[row.analyte]
    said = listed(row.analyte, unit)
    value = (analyte.hard_low + analyte.hard_high) / 2
    return f"{value / analyte.factors.get(said, Decimal(1)):.3f}"


@pytest.mark.parametrize("row", [row for row in LABS if property_of(row.display)],
                         ids=lambda row: row.code)  # fmt: skip
@pytest.mark.parametrize("reader", READERS)
def test_a_result_is_stored_under_a_code_of_its_unit_s_property_or_not_at_all(reader, row):
    stored = set()
    for unit in UNITS:
        made = taken(reader, row, ordinary(row, unit), unit)
        if made is None:
            continue
        kept = made.result
        assert property_of(display_of(kept.loinc)) in properties_of_unit(kept.unit), unit
        assert kept.loinc == row.code
        stored.add(unit)
    # Nothing is refused that the table lists for this very code.
    assert stored >= {
        unit for unit in ANALYTES[row.analyte].factors
        if is_molar(unit) == is_molar(row.unit)
    }  # fmt: skip


def is_read(reader, row):
    """Files know fewer codes, and a coma score by its own kind of row, which has no unit."""
    oxygen_rows = ("oxygen_flow_lpm", "fio2_percent")
    return reader is not by_csv or row.code in vitals._CODES or row.field in oxygen_rows


@pytest.mark.parametrize(
    ("reader", "row"),
    [(reader, row) for reader in READERS for row in SIGNS if is_read(reader, row)],
    ids=lambda each: getattr(each, "code", None),
)
def test_a_vital_sign_is_stored_in_a_unit_of_its_own_dimension_or_not_at_all(reader, row):
    stored = set()
    for unit in SIGN_UNITS:
        value = PLAUSIBLE.get(row.field, {}).get(unit, ORDINARY[row.field])
        made = taken(reader, row, value, unit)
        if made is None or isinstance(made, DeviceNotAgreed):
            continue
        assert dimension(unit) == dimension(row.unit), unit
        stored.add(unit)
        if not isinstance(made, Weight):
            assert made.field == row.field
    assert row.unit in stored


@pytest.mark.parametrize("row", LABS, ids=lambda row: f"{row.code} {row.unit}")
def test_the_unit_of_a_row_is_of_the_property_in_its_name(row):
    assert not problem(row.code, row.unit, name=row.display)
    said = property_of(row.display)
    assert said is None or said in properties_of_unit(row.unit)
    assert ANALYTES[row.analyte].takes(row.code, row.unit)


@pytest.mark.parametrize("analyte", ANALYTES.values(), ids=lambda analyte: analyte.code)
def test_every_unit_of_a_value_has_a_code_to_be_stored_and_sent_under(analyte):
    for unit in analyte.factors:
        for like in analyte.loinc:
            code = analyte.loinc_in(unit, like=like)
            said = property_of(display_of(code))
            assert said is None or said in properties_of_unit(unit)
            assert code in analyte.loinc
            assert sent_as(analyte.code, like, unit) == code


@pytest.mark.parametrize(
    ("loinc", "unit", "code"),
    [
        ("2345-7", "mmol/L", "14749-6"), ("14749-6", "mg/dL", "2345-7"),
        ("2345-7", "mg/dL", "2345-7"), ("2000-8", "mg/dL", "17861-6"),
        ("17861-6", "mmol/L", "2000-8"), ("19123-9", "mmol/L", "2601-3"),
        ("2777-1", "mmol/L", "14879-1"), ("3094-0", "mmol/L", "14937-7"),
        ("3084-1", "umol/L", "14933-6"), ("1975-2", "umol/L", "14631-6"),
        ("2571-8", "mmol/L", "14927-8"), ("1644-4", "mmol/L", "30524-3"),
        ("30524-3", "mg/dL", "1644-4"), ("2951-2", "mEq/L", "2951-2"),
        ("1988-5", "mg/dL", "1988-5"), ("2345-7", "", "2345-7"), ("2345-7", "K", "2345-7"),
        ("99999-9", "mmol/L", "99999-9"), ("8867-4", "/min", "8867-4"),
    ],
)  # fmt: skip
def test_the_code_follows_the_unit_where_a_person_named_the_value(loinc, unit, code):
    assert code_in(loinc, unit) == code


@pytest.mark.parametrize(
    ("loinc", "unit", "sibling"),
    [
        ("2345-7", "mmol/L", "14749-6"), ("2000-8", "mg/dL", "17861-6"),
        ("2160-0", "umol/L", "14682-9"), ("14682-9", "mg/dL", "2160-0"),
        ("718-7", "mmol/L", "59260-0"), ("59260-0", "g/dL", "718-7"),
        ("15074-8", "mg/dL", "2339-0"), ("2276-4", "pmol/L", ""), ("2345-7", "U/L", ""),
        ("1742-6", "mmol/L", ""), ("777-3", "g/L", ""), ("2951-2", "mg/dL", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_code_that_would_be_right(loinc, unit, sibling):
    words = problem(loinc, unit)
    assert words.startswith(f"{loinc} is {display_of(loinc)}, {unit} is [")
    assert words.endswith(f": the code of that is {sibling}" if sibling else "]")


@pytest.mark.parametrize(
    ("loinc", "unit", "name"),
    [
        ("2823-3", "meq/L", ""), ("2823-3", "mEq/L", ""), ("1994-3", "mEq/L", ""),
        ("1742-6", "IU/L", ""), ("1742-6", "ukat/L", ""), ("777-3", "K/uL", ""),
        ("48065-7", "ng/mL{FEU}", ""), ("6301-6", "mg/dL", ""), ("2345-7", "", ""),
        ("2345-7", "mg%", ""), ("11558-4", "units", "pH"),
        ("11111-1", "pg/mL", "Interleukin 2 receptor soluble [Mass/volume] in Serum"),
        ("11111-1", "ng/mL{FEU}", "Fibrin D-dimer [Units/volume]"),
        ("11111-1", "mmol/L", "Something [Presence] in Serum"),
    ],
)  # fmt: skip
def test_what_does_not_contradict_is_not_held_against_a_result(loinc, unit, name):
    assert not problem(loinc, unit, name=name)


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("U/mL", "Interleukin 2 receptor soluble [Mass/volume] in Serum"),
        ("pg/mL", "Interleukin 2 receptor soluble [Units/volume] in Serum"),
        ("mmol/L", "Urea [Mass/volume] in Serum or Plasma"),
    ],
)
def test_a_code_that_is_not_known_is_held_to_the_name_beside_it(unit, name):
    assert problem("11111-1", unit, name=name).startswith("11111-1 is called [")


@pytest.mark.parametrize(
    ("unit", "found"),
    [
        ("mg/dL", {Property.MASS}), ("mEq/L", {Property.MOLES}), ("10*9/L", {Property.NUMBER}),
        ("U/L", {Property.ENZYME, Property.ARBITRARY}), ("mIU/L", {Property.ENZYME,
         Property.ARBITRARY}), ("ng/mL{DDU}", {Property.MASS, Property.ARBITRARY}),
        ("[CFU]/mL", set()), ("%", set()), ("s", set()), ("mg", set()), ("nonsense", set()),
    ],
)  # fmt: skip
def test_a_unit_s_property_is_told_by_its_dimension(unit, found):
    assert properties_of_unit(unit) == found
