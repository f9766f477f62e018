"""The names laboratories and charts use for CTCAE terms, and what CTCAE has no term for."""

from grading.rules import ctcae_lab_terms as lab

# Other names, as written after `plain`; the name of the edition stands for itself.
ALSO = {
    "alt increased": lab.ALT,
    "ast increased": lab.AST,
    "alp increased": lab.ALP,
    "gamma glutamyltransferase increased": lab.GGT,
    "bilirubin increased": lab.BILIRUBIN,
    "aptt prolonged": "Activated partial thromboplastin time prolonged",
    "ldh increased": "Blood lactate dehydrogenase increased",
    "hemoglobin decreased": "Anemia",
    "wbc decreased": "White blood cell decreased",
    "white blood cell count decreased": "White blood cell decreased",
    "anc decreased": "Neutrophil count decreased",
    "alc decreased": "Lymphocyte count decreased",
    "lipase": "Lipase increased",
    "amylase increased": "Serum amylase increased",
    "creatine kinase increased": "CPK increased",
    "ck increased": "CPK increased",
}
# One condition, renamed between editions.
RENAMED = {
    "platelet count decreased": "thrombocytopenia",
    "thrombocytopenia": "platelet count decreased",
}
_NO_TERM = frozenset(
    {
        "ferritin",
        "crp",
        "c-reactive protein",
        "il-1",
        "il-1beta",
        "il-1b",
        "il-1ra",
        "il-2",
        "il-2r",
        "il-6",
        "il-8",
        "il-10",
        "il-13",
        "il-15",
        "il-18",
        "interleukin-1",
        "interleukin-2",
        "interleukin-6",
        "interleukin-8",
        "interleukin-10",
        "ifn-gamma",
        "interferon-gamma",
        "tnf",
        "tnf-alpha",
        "gm-csf",
        "mcp-1",
        "mip-1alpha",
        "cxcl9",
        "scd25",
        "sil-2r",
        "soluble il-2 receptor",
        "sgp130",
        "cytokines",
        "d-dimer",
        "procalcitonin",
        "pct",
    }
)


def plain(name: str) -> str:
    """A name without case, spare spaces and British spellings."""
    text = " ".join(name.lower().replace("_", " ").split())
    for british, american in (("aemi", "emi"), ("haemo", "hemo"), ("ionis", "ioniz")):
        text = text.replace(british, american)
    return text


def has_no_term(name: str) -> bool:
    """Whether CTCAE has no term for this, however much it rose."""
    text = plain(name)
    for ending in (" increased", " elevated", " high"):
        text = text.removesuffix(ending)
    return text in _NO_TERM
