"""The CTCAE 5.0 symptom terms that only a clinician can grade, as lists to pick from."""

from dataclasses import dataclass

from grading.rules.verdict import Criterion

_ADL = "limiting instrumental activities of daily living"
_SELF = "limiting self-care"
_LIFE = "Life-threatening consequences; urgent intervention indicated"


@dataclass(frozen=True, slots=True)
class Pick:
    """One term: its words by grade, and whether limited self-care alone makes grade 3."""

    term: str
    words: dict[int, str]
    self_care_is_3: bool = False

    @property
    def rows(self) -> tuple[Criterion, ...]:
        """The rows to pick from, the gravest first."""
        name = "-".join("".join(c if c.isalnum() else " " for c in self.term.lower()).split())
        return tuple(
            Criterion(f"ctcae5-{name}-{grade}", grade, words, f"CTCAE 5.0, {self.term}", "V1")
            for grade, words in sorted(self.words.items(), reverse=True)
        )


def _pick(term: str, *words: str) -> Pick:
    by_grade = {grade: text for grade, text in enumerate(words, start=1) if text != "-"}
    return Pick(term, by_grade, _SELF in by_grade[3])


def _daily(term: str, first: str = "Mild", fourth: str = "-") -> Pick:
    return _pick(term, first, f"Moderate; {_ADL}", f"Severe; {_SELF}", fourth)


PICKS: dict[str, Pick] = {
    pick.term: pick
    for pick in (
        _pick(
            "Chills",
            "Mild sensation of cold; shivering",
            "Moderate tremor of the whole body; opioid indicated",
            "Severe or prolonged, not responsive to opioid",
        ),
        _pick("Fatigue", "Relieved by rest", f"Not relieved by rest; {_ADL}", f"Severe; {_SELF}"),
        _daily("Generalized muscle weakness", "Felt, not evident on examination", "-"),
        _daily("Malaise", "Uneasiness or lack of well-being"),
        _pick(
            "Anorexia",
            "Loss of appetite, eating unchanged",
            "Intake altered without significant weight loss; supplements indicated",
            "Significant weight loss; tube feeding or TPN indicated",
            _LIFE,
        ),
        _pick(
            "Nausea",
            "Loss of appetite, eating unchanged",
            "Intake decreased without significant weight loss",
            "Intake inadequate; tube feeding, TPN or hospitalization indicated",
        ),
        _pick(
            "Vomiting",
            "Intervention not indicated",
            "Outpatient intravenous fluid; medical intervention indicated",
            "Tube feeding, TPN or hospitalization indicated",
            _LIFE,
        ),
        _daily("Headache"),
        _daily("Arthralgia"),
        _daily("Myalgia"),
        _pick(
            "Hypotension",
            "Asymptomatic, intervention not indicated",
            "Non-urgent medical intervention indicated",
            "Medical intervention indicated; hospitalization indicated",
            _LIFE,
        ),
        _pick(
            "Atrial fibrillation",
            "Asymptomatic, intervention not indicated",
            "Non-urgent medical intervention indicated",
            "Symptomatic, urgent intervention indicated; device; new onset",
            _LIFE,
        ),
        _pick(
            "Supraventricular tachycardia",
            "Asymptomatic, intervention not indicated",
            "Non-urgent medical intervention indicated",
            "Symptomatic, urgent intervention indicated",
            _LIFE,
        ),
        _pick(
            "Ventricular arrhythmia",
            "Asymptomatic, intervention not indicated",
            "Non-urgent medical intervention indicated",
            "Urgent intervention indicated",
            _LIFE,
        ),
        _pick(
            "Left ventricular systolic dysfunction",
            "-",
            "-",
            "Symptomatic, drop in ejection fraction responsive to intervention",
            "Refractory; ventricular assist device, vasopressor or transplant indicated",
        ),
        _pick(
            "Heart failure",
            "Asymptomatic with laboratory or imaging abnormalities",
            "Symptoms with moderate activity",
            "Symptoms at rest or with minimal activity; hospitalization; new onset",
            _LIFE,
        ),
        _pick(
            "Generalized edema",
            "1+ pitting",
            f"2+ pitting; {_ADL}; oral therapy initiated",
            f"3+ pitting; {_SELF}; intravenous therapy indicated",
            _LIFE,
        ),
        _pick("Capillary leak syndrome", "Asymptomatic", "Symptomatic, treat", "Severe", _LIFE),
        _daily("Confusion", "Mild disorientation", _LIFE),
        _daily("Delirium", "Mild acute confusional state", _LIFE),
        _daily("Dizziness", "Mild unsteadiness"),
        _daily("Ataxia", "Asymptomatic; observation only"),
        _daily("Tremor"),
        _daily("Movements involuntary"),
        _pick(
            "Hallucinations",
            "Mild",
            "Moderate",
            "Severe, hospitalization not indicated",
            "Threats of harm to self or others; hospitalization indicated",
        ),
        _pick("Dysarthria", "Mild slurred speech", "Moderate impairment", "Severe impairment"),
        _pick(
            "Dysphasia",
            "Aware, able to communicate",
            "Moderate, impairs spontaneous communication",
            "Severe, impairs reading, writing or intelligible speech",
        ),
        _pick(
            "Dysphagia",
            "Regular diet",
            "Altered eating or swallowing",
            "Severely altered; tube feeding, TPN or hospitalization indicated",
            _LIFE,
        ),
        _pick(
            "Somnolence",
            "More than usual drowsiness",
            f"Moderate sedation; {_ADL}",
            "Obtundation or stupor",
            _LIFE,
        ),
        _pick(
            "Depressed level of consciousness",
            "Decreased alertness",
            f"Sedation; slow response; {_ADL}",
            "Difficult to arouse",
            "Life-threatening consequences; coma",
        ),
        _daily("Encephalopathy", "Mild symptoms", _LIFE),
        _pick("Cough", "Mild", f"Medical intervention indicated; {_ADL}", f"Severe; {_SELF}"),
        _pick(
            "Dyspnea",
            "With moderate exertion",
            f"With minimal exertion; {_ADL}",
            f"At rest; {_SELF}",
            _LIFE,
        ),
        _pick(
            "Hypoxia",
            "-",
            "Desaturation with exercise; intermittent oxygen",
            "Desaturation at rest (saturation <88 % or PaO2 <=55 mmHg)",
            "Life-threatening airway compromise; tracheotomy or intubation indicated",
        ),
        _pick(
            "Adult respiratory distress syndrome",
            "-",
            "-",
            "Radiologic findings, intubation not indicated",
            "Life-threatening; intubation or urgent intervention indicated",
        ),
        _pick("Acute kidney injury", "-", "-", "Hospitalization indicated", "Dialysis indicated"),
        _pick(
            "Disseminated intravascular coagulation",
            "-",
            "Laboratory findings without bleeding",
            "Laboratory findings and bleeding",
            _LIFE,
        ),
    )
}
