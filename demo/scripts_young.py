"""The children of the demo ward, all invented. Standard library only."""

from typing import Final

from demo.courses import Dose, Given, Neuro, Person, Phase, Script

YOUNG: Final = (
    Script(
        Person("DEMO-008", "Hugo", "male", 6, "B-cell leukemia, relapsed (invented)",
               "7b", "08", "21.4", ("marrow_blasts", "48")),
        story="Blinatumomab, cycle 1, day 3 of a continuous infusion; a fever yesterday",
        therapy="blina-rr",
        doses=(Dose("cycle_1_start", 3, value="5", unit="ug/m2/d"),),
        admitted=-98,
        phases=(
            Phase(-97, 0, 36.9, 104),
            Phase(-31, 1, 38.6, 98, 96, glide_hours=3),
            Phase(-16, 0, 37.2, 102),
            Phase(2, 0, 36.9, 104),
        ),
        given=(
            Given("dexamethasone", -76, dose="5", unit="mg/m2", note="Before the infusion"),
            Given("paracetamol", -30, dose="15", unit="mg/kg", route="oral"),
        ),
        neuro=(Neuro(-90, capd=3, is_baseline=True), Neuro(-28, capd=4), Neuro(-6, capd=3)),
        lymphodepleted=False,
    ),
    Script(
        Person("DEMO-009", "Iris", "female", 1, "B-cell leukemia, relapsed (invented)",
               "7b", "09", "10.2", ("marrow_blasts", "74"), extra_months=5),
        story="A toddler on a little oxygen, one day into fever",
        therapy="tisa-cel",
        doses=(Dose("infusion", 4, value="3", unit="10*6/kg"),),
        admitted=-160,
        phases=(
            Phase(-159, 0, 36.9, 94),
            Phase(-26, 1, 39.0, 90, 95, glide_hours=3),
            Phase(-5, 2, 39.3, 87, 93, "nasal_cannula", 1, glide_hours=2),
            Phase(9, 1, 38.4, 90, 96),
            Phase(28, 0, 37.0, 94),
        ),
        given=(
            Given("paracetamol", -25, dose="15", unit="mg/kg", route="oral"),
            Given("antibiotic", -24, note="Broad-spectrum, by ward protocol"),
            Given("oxygen", -5, 9),
            Given("tocilizumab", 1.1, dose="12", unit="mg/kg"),
        ),
        neuro=(Neuro(-150, capd=5, is_baseline=True), Neuro(-24, capd=6), Neuro(-4, capd=7)),
    ),
    Script(
        Person("DEMO-013", "Milo", "male", 14, "B-cell leukemia, second relapse (invented)",
               "7b", "13", "52", ("marrow_blasts", "31")),
        story="Day 9, well since days; nobody has charted since the last round",
        therapy="tisa-cel",
        doses=(Dose("infusion", 9, value="2.5", unit="10*6/kg"),),
        admitted=-270,
        phases=(
            Phase(-269, 0, 36.8, 114),
            Phase(-150, 1, 38.7, 106, 96),
            Phase(-112, 0, 37.1, 112),
            Phase(-60, 0, 36.7, 114),
            Phase(-4.75, 0, 36.8, 114, every_minutes=225),
        ),
        given=(Given("paracetamol", -149, dose="15", unit="mg/kg", route="oral"),),
        neuro=(Neuro(-250, ice=10, is_baseline=True), Neuro(-140, ice=10), Neuro(-6, ice=10)),
        silent=(-4.5, 0.4),
    ),
)  # fmt: skip
