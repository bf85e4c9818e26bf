"""Instruments by name and domain (facts 5.4). Their items are copyrighted and are never kept here.

A domain's key is what `Assessment.scores` is keyed by; names are msgids.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.problems import N_


@dataclass(frozen=True)
class Instrument:
    """One instrument: its key, its name, its domains as (key, name), and what its scores mean."""

    key: str
    name: str
    domains: tuple[tuple[str, str], ...]
    note: str = ""
    lower_is_better: bool = False

    def domain(self, key: str) -> str:
        """The name of a domain; the key itself for one that is not known any more."""
        return dict(self.domains).get(key, key)


INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument(
        "shuangxi",
        N_("Shuangxi curriculum assessment"),
        (
            ("perception", N_("Sensory perception")),
            ("gross_motor", N_("Gross motor skills")),
            ("fine_motor", N_("Fine motor skills")),
            ("self_care", N_("Self-care")),
            ("communication", N_("Communication")),
            ("cognition", N_("Cognition")),
            ("social", N_("Social skills")),
        ),
        N_("Ages 3 to 15, moderate to severe; items score 0 to 3; every half year."),
    ),
    Instrument(
        "pep3",
        N_("PEP-3"),
        (
            ("communication", N_("Communication")),
            ("motor", N_("Motor skills")),
            ("maladaptive", N_("Maladaptive behaviour")),
        ),
        N_("Autism, about 2 to 7½ years; three composites."),
    ),
    Instrument(
        "vbmapp",
        N_("VB-MAPP"),
        (
            ("milestones", N_("Milestones (of 170)")),
            ("barriers", N_("Barriers (of 24 items)")),
            ("transition", N_("Transition (of 18 items)")),
        ),
        N_("Abilities of 0 to 4 years; fewer barriers are better."),
    ),
    Instrument(
        "sm",
        N_("S-M social living scale"),
        (
            ("independence", N_("Independent living")),
            ("movement", N_("Locomotion")),
            ("work", N_("Work skills")),
            ("communication", N_("Communication")),
            ("group", N_("Taking part in a group")),
            ("self_direction", N_("Self-direction")),
        ),
        N_("6 months to 15 years; 132 items in 6 areas."),
    ),
    Instrument(
        "wechsler",
        N_("Wechsler intelligence scale"),
        (
            ("full", N_("Full-scale IQ")),
            ("verbal", N_("Verbal comprehension")),
            ("perceptual", N_("Perceptual reasoning")),
            ("memory", N_("Working memory")),
            ("speed", N_("Processing speed")),
        ),
        N_("WISC-IV for 6 to 16 years, WPPSI-IV for 2½ to 6."),
    ),
    Instrument(
        "abas2",
        N_("ABAS-II adaptive behaviour"),
        (
            ("general", N_("General adaptive composite")),
            ("conceptual", N_("Conceptual domain")),
            ("social", N_("Social domain")),
            ("practical", N_("Practical domain")),
        ),
    ),
    Instrument(
        "cars",
        N_("CARS autism rating"),
        (("total", N_("Total score")),),
        N_("15 to 60; 30 and more point to autism."),
        True,
    ),
    Instrument("abc", N_("ABC autism checklist"), (("total", N_("Total score")),), "", True),
    Instrument(
        "gmfm",
        N_("GMFM gross motor measure"),
        (
            ("lying", N_("Lying and rolling")),
            ("sitting", N_("Sitting")),
            ("crawling", N_("Crawling and kneeling")),
            ("standing", N_("Standing")),
            ("walking", N_("Walking, running, jumping")),
        ),
        N_("Cerebral palsy; percent of each part, with GMFCS level I to V in the notes."),
    ),
    Instrument(
        "cdpf_autism",
        N_("CDPF developmental scale for children with autism"),
        (
            ("perception", N_("Sensory perception")),
            ("gross_motor", N_("Gross motor skills")),
            ("fine_motor", N_("Fine motor skills")),
            ("language", N_("Language and communication")),
            ("cognition", N_("Cognition")),
            ("social", N_("Social interaction")),
            ("self_care", N_("Self-care")),
            ("emotion", N_("Emotion and behaviour")),
        ),
    ),
    Instrument(
        "curriculum",
        N_("Curriculum-based assessment"),
        (
            ("language", N_("Language for life")),
            ("maths", N_("Mathematics for life")),
            ("adaptation", N_("Adaptation to life")),
            ("labour", N_("Skills of work")),
            ("arts", N_("Singing and drawing")),
            ("sport", N_("Movement and health care")),
        ),
        N_("By the curriculum standards of 2016 for schools for intellectual disability."),
    ),
    Instrument("observation", N_("Observation and talk with the family"), (), N_("Without scores, in words.")),
)
BY_KEY = {instrument.key: instrument for instrument in INSTRUMENTS}


def instrument_of(key: str) -> Instrument:
    """The instrument of a key; one that left the list is shown by its key."""
    return BY_KEY.get(key) or Instrument(key, key, ())
