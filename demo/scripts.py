"""The patients of the demo ward, all invented: who they are and how their courses run.

Hours count from the moment the ward is filled. Standard library only.
"""

from typing import Final

from demo.courses import Dose, Given, Neuro, Person, Phase, Planned, Script
from demo.scripts_young import YOUNG

_HFNC: Final = "high_flow_nasal_cannula"
_CANNULA: Final = "nasal_cannula"
_TUBE: Final = "invasive_ventilation"


def _paracetamol(at: float) -> Given:
    return Given("paracetamol", at, dose="1000", unit="mg")


def _cells(days_ago: int) -> Dose:
    return Dose("infusion", days_ago, value="2", unit="10*6/kg")


_GROWN: Final = (
    Script(
        Person("DEMO-001", "Ada", "female", 34, "Diffuse large B-cell lymphoma (invented)",
               "7b", "01", "64.5", ("marrow_blasts", "4")),
        story="Fever from day 2, low pressure on day 4, tocilizumab, recovered",
        therapy="axi-cel",
        doses=(_cells(8),),
        admitted=-240,
        phases=(
            Phase(-239, 0, 36.8, 122),
            Phase(-140, 1, 38.8, 116, 96),
            Phase(-104, 2, 39.4, 92, 95, hypotension=True, glide_hours=3),
            Phase(-97, 1, 38.3, 112, 96, glide_hours=3),
            Phase(-80, 0, 37.0, 120),
            Phase(-40, 0, 36.7, 122),
        ),
        given=(
            _paracetamol(-138),
            Given("antibiotic", -137, note="Broad-spectrum, by ward protocol"),
            Given("fluid_bolus", -103.5, dose="500", unit="mL"),
            Given("tocilizumab", -102, dose="8", unit="mg/kg"),
        ),
        neuro=(Neuro(-210, ice=10, is_baseline=True), Neuro(-100, ice=10), Neuro(-5, ice=10)),
    ),
    Script(
        Person("DEMO-002", "Bruno", "male", 58, "Primary mediastinal lymphoma (invented)",
               "7b", "02", "83", ("marrow_blasts", "18")),
        story="Two vasopressors and a ventilator two days ago; the pressors are coming down",
        therapy="axi-cel",
        doses=(_cells(6),),
        admitted=-190,
        phases=(
            Phase(-189, 0, 36.9, 128),
            Phase(-112, 1, 39.0, 118, 95),
            Phase(-84, 2, 39.6, 90, 93, _CANNULA, 4, hypotension=True, glide_hours=3),
            Phase(-74, 3, 39.9, 86, 91, _HFNC, 45, 55, hypotension=True, glide_hours=2),
            Phase(-64, 4, 39.7, 88, 93, _TUBE, None, 70, hypotension=True, glide_hours=2,
                  consciousness="unarousable", note="Sedated on the ventilator (demo)"),
            Phase(-30, 4, 38.2, 104, 95, _TUBE, None, 50, hypotension=True,
                  consciousness="unarousable"),
            Phase(-8, 4, 37.3, 112, 96, _TUBE, None, 35, hypotension=True,
                  consciousness="awakens_to_voice"),
            Phase(1.5, 3, 37.1, 114, 95, _HFNC, 40, 40, glide_hours=2),
            Phase(14, 2, 36.9, 118, 96, _CANNULA, 3),
            Phase(30, 0, 36.8, 122),
        ),
        given=(
            Given("antibiotic", -110, note="Broad-spectrum, by ward protocol"),
            Given("fluid_bolus", -83, dose="1000", unit="mL"),
            Given("tocilizumab", -82, dose="8", unit="mg/kg"),
            Given("norepinephrine", -73, 9, dose="0.18", unit="ug/kg/min"),
            Given("intensive_care", -72, 20),
            Given("tocilizumab", -70, dose="8", unit="mg/kg"),
            Given("dexamethasone", -70, dose="10", unit="mg"),
            Given("invasive_ventilation", -64, 1.5),
            Given("epinephrine", -63, -7, dose="0.1", unit="ug/kg/min"),
            Given("methylprednisolone", -62, dose="1000", unit="mg"),
            Given("fibrinogen_concentrate", -34, dose="4", unit="g"),
            Given("platelets", -33),
        ),
        neuro=(
            Neuro(-160, ice=10, is_baseline=True),
            Neuro(-90, ice=9),
            Neuro(-63, consciousness="unarousable", unable="sedated"),
            Neuro(-8, consciousness="awakens_to_voice", unable="sedated"),
            Neuro(3, ice=9),
        ),
    ),
    Script(
        Person("DEMO-003", "Clara", "female", 45, "B-cell leukemia (invented)",
               "7b", "03", "71", ("marrow_blasts", "62")),
        story="High-flow oxygen since this night",
        therapy="brexu-cel",
        doses=(Dose("infusion", 5, value="1", unit="10*6/kg"),),
        admitted=-170,
        phases=(
            Phase(-169, 0, 36.9, 118),
            Phase(-66, 1, 38.7, 114, 95),
            Phase(-30, 2, 39.2, 106, 92, _CANNULA, 4),
            Phase(-9, 3, 39.4, 102, 92, _HFNC, 40, 45, glide_hours=2),
            Phase(5, 3, 38.6, 106, 94, _HFNC, 35, 38),
            Phase(16, 2, 37.9, 110, 95, _CANNULA, 3),
            Phase(40, 0, 36.9, 118),
        ),
        given=(
            _paracetamol(-65),
            Given("antibiotic", -64, note="Broad-spectrum, by ward protocol"),
            Given("oxygen", -30, 40),
            Given("tocilizumab", -28, dose="8", unit="mg/kg"),
            Given("dexamethasone", -8, dose="10", unit="mg"),
            Given("tocilizumab", 0.6, dose="8", unit="mg/kg"),
        ),
        neuro=(Neuro(-140, ice=10, is_baseline=True), Neuro(-28, ice=10), Neuro(-6, ice=9)),
    ),
    Script(
        Person("DEMO-004", "Dario", "male", 62, "Follicular lymphoma (invented)",
               "7b", "04", "78.5", ("marrow_blasts", "9")),
        story="Low pressure just now, a bolus was given; a vasopressor will follow",
        therapy="liso-cel",
        doses=(Dose("infusion", 5, value="100", unit="10*6"),),
        admitted=-168,
        phases=(
            Phase(-167, 0, 36.7, 130),
            Phase(-22, 1, 38.9, 118, 96),
            Phase(-0.6, 2, 39.3, 91, 95, hypotension=True, glide_hours=0.3),
            Phase(0.5, 3, 39.2, 96, 95, hypotension=True, glide_hours=0.5),
            Phase(10, 2, 38.1, 106, 96),
            Phase(30, 0, 36.9, 124),
        ),
        given=(
            _paracetamol(-21),
            Given("fluid_bolus", -0.25, dose="500", unit="mL"),
            Given("norepinephrine", 0.55, 9, dose="0.06", unit="ug/kg/min"),
            Given("tocilizumab", 0.7, dose="8", unit="mg/kg"),
        ),
        neuro=(Neuro(-140, ice=10, is_baseline=True), Neuro(-6, ice=10)),
    ),
    Script(
        Person("DEMO-005", "Edith", "female", 52, "Mantle cell lymphoma (invented)",
               "7b", "05", "59", ("marrow_blasts", "22")),
        story="First fever within the hour",
        therapy="brexu-cel",
        doses=(_cells(3),),
        admitted=-130,
        phases=(
            Phase(-129, 0, 36.8, 124),
            Phase(-0.8, 1, 38.8, 116, 96, glide_hours=0.4),
            Phase(0.25, 2, 39.2, 94, 95, hypotension=True, glide_hours=0.3),
            Phase(6, 1, 38.4, 112, 96),
            Phase(26, 0, 37.0, 120),
        ),
        given=(
            Given("antibiotic", -0.2, note="Broad-spectrum, by ward protocol"),
            Given("fluid_bolus", 0.4, dose="500", unit="mL"),
        ),
        neuro=(Neuro(-110, ice=10, is_baseline=True), Neuro(-4, ice=10)),
    ),
    Script(
        Person("DEMO-006", "Femi", "male", 51, "Diffuse large B-cell lymphoma (invented)",
               "7b", "06", "92", ("marrow_blasts", "11")),
        story="No fever after tocilizumab, but on a vasopressor: fever is masked",
        therapy="axi-cel",
        doses=(_cells(4),),
        admitted=-150,
        phases=(
            Phase(-149, 0, 36.8, 126),
            Phase(-50, 1, 39.1, 116, 96),
            Phase(-28, 2, 39.5, 90, 95, hypotension=True, glide_hours=2),
            Phase(-18, 3, 36.6, 98, 96, hypotension=True, glide_hours=5),
            Phase(7, 2, 36.6, 110, 97),
            Phase(26, 0, 36.7, 120),
        ),
        given=(
            Given("antibiotic", -49, note="Broad-spectrum, by ward protocol"),
            Given("fluid_bolus", -27.5, dose="500", unit="mL"),
            Given("tocilizumab", -24, dose="8", unit="mg/kg"),
            Given("norepinephrine", -18, 7, dose="0.08", unit="ug/kg/min"),
        ),
        neuro=(Neuro(-120, ice=10, is_baseline=True), Neuro(-20, ice=10), Neuro(-5, ice=10)),
    ),
    Script(
        Person("DEMO-007", "Greta", "female", 66, "Diffuse large B-cell lymphoma (invented)",
               "7b", "07", "68", ("marrow_blasts", "7")),
        story="CRS settling, neurotoxicity rising: ICE 10, 6, then 3",
        therapy="axi-cel",
        doses=(_cells(7),),
        admitted=-220,
        phases=(
            Phase(-219, 0, 36.8, 132),
            Phase(-110, 1, 38.9, 122, 96),
            Phase(-44, 0, 37.2, 126),
            Phase(-9, 0, 37.1, 130, every_minutes=110, consciousness="new_confusion"),
            Phase(12, 0, 36.9, 128, consciousness="drowsy_awakens_spontaneously"),
            Phase(36, 0, 36.8, 128),
        ),
        given=(
            _paracetamol(-108),
            Given("levetiracetam", -60, 200, dose="500", unit="mg", route="oral"),
            Given("dexamethasone", -8, dose="10", unit="mg"),
            Given("dexamethasone", -2, dose="10", unit="mg"),
        ),
        neuro=(
            Neuro(-190, ice=10, is_baseline=True),
            Neuro(-40, ice=10),
            Neuro(-20, ice=10),
            Neuro(-9, ice=6, consciousness="new_confusion"),
            Neuro(-5, ice=5, consciousness="new_confusion"),
            Neuro(-1.5, ice=3, consciousness="awakens_to_voice"),
            Neuro(0.7, ice=4, consciousness="drowsy_awakens_spontaneously"),
            Neuro(12, ice=8),
        ),
    ),
    Script(
        Person("DEMO-010", "Jonas", "male", 59, "Multiple myeloma (invented)",
               "7b", "10", "86", ("plasma_cells", "35")),
        story="Cells given today",
        therapy="ide-cel",
        doses=(Dose("infusion", 0, value="420", unit="10*6", hours_ago=3.2),),
        admitted=-76,
        phases=(Phase(-75, 0, 36.7, 134), Phase(-3.4, 0, 36.9, 128, every_minutes=55),
                Phase(1.2, 0, 37.1, 126, every_minutes=110),
                Phase(20, 1, 38.5, 120, 96), Phase(60, 0, 36.9, 126)),
        neuro=(Neuro(-20, ice=10, is_baseline=True), Neuro(-1, ice=10)),
    ),
    Script(
        Person("DEMO-012", "Lena", "female", 41, "B-cell leukemia (invented)",
               "7b", "12", "70", ("mrd", "0.3")),
        story="Just admitted; nothing charted, no dose yet",
        therapy="obe-cel",
        doses=(),
        admitted=-0.4,
    ),
    Script(
        Person("DEMO-011", "Kalu", "male", 63, "Multiple myeloma (invented)",
               "4a", "01", "77", ("plasma_cells", "28")),
        story="Day 24: over it, still watched",
        therapy="cilta-cel",
        doses=(Dose("infusion", 24, value="0.7", unit="10*6/kg"),),
        admitted=-620,
        phases=(
            Phase(-619, 0, 36.8, 128, every_minutes=350),
            Phase(-410, 1, 38.6, 118, 96),
            Phase(-370, 0, 37.0, 124, every_minutes=350),
            Phase(-200, 0, 36.7, 128, every_minutes=350),
        ),
        given=(_paracetamol(-409),),
        neuro=(Neuro(-600, ice=10, is_baseline=True), Neuro(-400, ice=10), Neuro(-7, ice=10)),
    ),
    Script(
        Person("DEMO-014", "Noor", "female", 70, "Multiple myeloma (invented)",
               "4a", "02", "61", ("plasma_cells", "44")),
        story="Fever after the second step-up dose; the last set has no pressure",
        therapy="teclistamab",
        doses=(Dose("step_1", 4, value="0.06", unit="mg/kg"),
               Dose("step_2", 1, value="0.3", unit="mg/kg")),
        admitted=-118,
        phases=(
            Phase(-117, 0, 36.8, 138),
            Phase(-7, 1, 38.9, 128, 95, glide_hours=2, every_minutes=50),
            Phase(-2.3, 1, 38.8, 128, 95, every_minutes=110),
            Phase(-1.0, 1, 38.8, 126, 95, every_minutes=110,
                  omit=("systolic_mmhg", "diastolic_mmhg", "mean_arterial_mmhg")),
            Phase(0.0, 1, 38.3, 128, 96),
            Phase(18, 0, 37.0, 134),
        ),
        given=(_paracetamol(-6.5),),
        neuro=(Neuro(-110, ice=9, is_baseline=True), Neuro(-6, ice=9)),
        lymphodepleted=False,
        planned=(Planned("first_full", 44),),
    ),
)  # fmt: skip

SCRIPTS: Final = tuple(sorted((*_GROWN, *YOUNG), key=lambda script: script.person.mrn))
