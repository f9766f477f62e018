"""The end of a shift: everything is mended, and twenty minutes later nothing may be left over."""

from typing import Final

from audit import trail
from charting import state
from charting.models import PatientState
from patients.models import Patient
from simulation import oracle
from simulation.mailer import Mood
from simulation.world import World

# A correction may come in the last second; a merged mail waits two minutes on purpose.
_ON_ITS_WAY_SECONDS: Final = 150.0


def make_well(world: World) -> None:
    """Mend every fault that is left."""
    world.note("the shift ends, everything is mended")
    world.mail.mood, world.mail.unknown_address = Mood.WELL, None
    world.store.is_down = False
    for tablet in world.tablets:
        world.agenda.after(1.0, tablet.name, tablet.sync)


def check(world: World) -> None:
    """Nothing is lost, doubled or undelivered, and the record says what happened."""
    _every_entry_is_stored_once(world)
    left = world.checks.told.waits_longer_than(_ON_ITS_WAY_SECONDS, refused=False)
    if left:
        world.violated(f"message {left[0]} was never delivered, although all is well")
    for patient_id in world.checks.patients:
        _grades_are_of_the_facts(world, patient_id)
    for alert_id, count, last in world.store.rows(
        "SELECT alert_id, count(*), max(seq) FROM alerts_alertevent GROUP BY alert_id"
    ):
        if count != last:
            world.violated(f"the history of alert {alert_id} has a gap")
    world.checks.rungs.check()
    world.checks.owners.check()
    broken = trail.verify()
    if broken:
        world.violated(f"the trail is broken: {broken[0]}")
    for table in ("alerts_alert", "alerts_alertevent", "alerts_notification"):
        for row in world.store.rows(f"SELECT * FROM {table} ORDER BY id"):  # noqa: S608 - our own names
            world.remember(repr(row))


def _every_entry_is_stored_once(world: World) -> None:
    stored = dict(
        world.store.rows("SELECT note, count(*) FROM vitals_observationset GROUP BY note")
    )
    for tablet in world.tablets:
        for item in tablet.made:
            found = stored.get(f"entry {item.number}", 0)
            if found > 1 or (found == 0 and item.corrects is None):
                world.violated(f"entry {item.number} is stored {found} times at the end")


def _grades_are_of_the_facts(world: World, patient_id: int) -> None:
    """In whatever order sets came in, the grades are the sorted course's, known or lower bounds."""
    graded = {
        pk: (at_least, grade is not None)
        for pk, at_least, grade in world.store.rows(
            """SELECT a.observation_set_id, a.at_least, a.grade FROM grading_assessment a
               LEFT JOIN grading_assessment newer ON newer.supersedes_id = a.id
               WHERE a.patient_id = ? AND a.scale = 'astct-crs'
               AND newer.id IS NULL AND NOT a.withdrawn""",
            patient_id,
        )
    }
    should = {
        each.pk: (each.at_least, each.is_known) for each in oracle.course(world.store, patient_id)
    }
    if graded != should:
        different = {pk: (graded.get(pk), should.get(pk)) for pk in graded.keys() | should.keys()}
        wrong = {pk: pair for pk, pair in different.items() if pair[0] != pair[1]}
        world.violated(f"grades of patient {patient_id} are not those of the facts: {wrong}")
    kept = PatientState.objects.get(pk=patient_id)
    rebuilt = state.rebuild(Patient.objects.get(pk=patient_id))
    if wrong_fields := state.differs(kept, rebuilt):
        world.violated(f"the state row of patient {patient_id} is off: {wrong_fields}")
