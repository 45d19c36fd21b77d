"""What a recipient is to get, once its declaration is held against what there is and what its class may have."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from orchestration.errors import VigieError
from orchestration.release.declarations import Declarations, Indicator
from orchestration.release.open_data import Dataset, datasets
from orchestration.routing.declarations import (
    LOCAL,
    ClassPolicy,
    CountPolicy,
    Counts,
    Figures,
    Recipient,
    RecordPolicy,
    Records,
)

#: The column of the place of a file in an official layout, and its level.
PLACES = {
    "REG": re.compile(r"reg|numReg"),
    "DEP": re.compile(r"dep"),
    "EPCI": re.compile(r"epci(\d{4})?"),
    "COM": re.compile(r"com(\d{4})?"),
    "IRIS": re.compile(r"iris(\d{4})?"),
}


@dataclass(frozen=True)
class PlannedFigures:
    """A part of an indicator; `is_public` when all of it is published."""

    declared: Figures
    indicator: Indicator
    is_public: bool


@dataclass(frozen=True)
class PlannedRecords:
    """Rows of a model, by what the class may have of it; `node` is the unique id."""

    declared: Records
    policy: RecordPolicy
    node: str


@dataclass(frozen=True)
class PlannedCounts:
    """Numbers of its own hospitals, by what the class may have of them; `node` is the unique id."""

    declared: Counts
    policy: CountPolicy
    node: str


#: What says nothing of what is sent: who to ask, when.
ABOUT = {"title", "contact", "hour", "cut_off", "weekdays", "acknowledged_within", "example"}


@dataclass(frozen=True)
class Plan:
    """What a recipient gets: datasets with the days that it gets of them (None: all), figures, counts and records."""

    recipient: Recipient
    policy: ClassPolicy
    datasets: tuple[tuple[Dataset, int | None], ...]
    figures: tuple[PlannedFigures, ...]
    counts: tuple[PlannedCounts, ...]
    records: tuple[PlannedRecords, ...]

    @property
    def nodes(self) -> set[str]:
        """The models (unique ids) that are read in the warehouse for it."""
        return {each.indicator.node for each in self.figures} | {each.node for each in (*self.counts, *self.records)}

    @property
    def part(self) -> str:
        """The same as long as what it is to get is declared so; where it goes to does not count."""
        return self._declared(ABOUT | {"basis", "transport", "difference", "encryption"})

    @property
    def declared(self) -> str:
        """The same as long as all is declared so that says what is sent, where to and by which right."""
        return self._declared(ABOUT)

    def _declared(self, beside: set[str]) -> str:
        said = [self.recipient.model_dump(mode="json", exclude=beside), self.policy.model_dump(mode="json")]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def place_of(dataset: Dataset) -> tuple[str, str] | None:
    """Level and column of the places of a file in an official layout; None when it is of the country as a whole."""
    for column in dataset.key:
        for level, pattern in PLACES.items():
            if pattern.fullmatch(column):
                return level, column
    return None


def plan(
    recipient: Recipient,
    classes: Mapping[str, ClassPolicy],
    declarations: Declarations,
    today: dt.date | None = None,
) -> Plan:
    """The plan of a recipient. Raises VigieError when its declaration names what there is not, or asks for more than
    its class may have; and when its agreement has ended on `today`."""
    policy = classes.get(recipient.policy)
    if policy is None:
        raise _refused(recipient, "class", f"there is no class '{recipient.policy}' in classes.yml")
    if today and recipient.ended(today):
        raise _refused(recipient, "basis", f"it ended on {recipient.basis.ends}: nothing is sent any more")
    found = Plan(
        recipient,
        policy,
        _datasets(recipient, declarations),
        tuple(_figures(recipient, policy, declarations, each) for each in recipient.figures),
        tuple(_counts(recipient, policy, declarations, each) for each in recipient.counts),
        tuple(_records(recipient, policy, declarations, each) for each in recipient.records),
    )
    _refuse_more_together(recipient, found.figures)
    if recipient.hospitals and not (recipient.counts or recipient.records):
        raise _refused(recipient, "hospitals", "nothing that it gets is cut by hospital")
    names = [dataset.name for dataset, _ in found.datasets]
    for each in (*recipient.figures, *recipient.counts, *recipient.records):
        if each.name in names:
            raise _refused(recipient, each.name, "a dataset that it gets has that name")
    return found


def _datasets(recipient: Recipient, declarations: Declarations) -> tuple[tuple[Dataset, int | None], ...]:
    """The datasets that are selected; of those that a pattern takes, the ones that can be cut to its part."""
    known = datasets(declarations)
    found: dict[str, tuple[Dataset, int | None]] = {}
    for selection in recipient.datasets:
        taken = [dataset for dataset in known if selection.takes(dataset.name)]
        if not taken:
            near = ", ".join(get_close_matches(selection.name, [dataset.name for dataset in known], 3))
            raise _refused(
                recipient, "datasets", f"there is no output '{selection.name}'{f'; is it {near}?' if near else ''}"
            )
        fitting = [dataset for dataset in taken if not recipient.regions or _can_be_cut(dataset)]
        if not fitting or (not selection.is_pattern and len(fitting) < len(taken)):
            raise _refused(recipient, "datasets", f"'{selection.name}' has no places, so that no region is cut from it")
        for dataset in fitting:
            found.setdefault(dataset.name, (dataset, selection.days))
    return tuple(found[name] for name in sorted(found))


def _can_be_cut(dataset: Dataset) -> bool:
    if dataset.slice is not None:
        return set(dataset.slice.geo) <= {"REG", "DEP", *LOCAL}
    return place_of(dataset) is not None


def _figures(
    recipient: Recipient, policy: ClassPolicy, declarations: Declarations, declared: Figures
) -> PlannedFigures:
    known = {indicator.name: indicator for indicator in declarations.indicators}
    indicator = known.get(declared.indicator)
    if indicator is None:
        near = ", ".join(get_close_matches(declared.indicator, known, 3))
        raise _refused(
            recipient, declared.name, f"there is no output '{declared.indicator}'{f'; is it {near}?' if near else ''}"
        )
    if not any(breakdown.holds(declared) for breakdown in indicator.breakdowns):
        raise _refused(recipient, declared.name, f"it is not within one of the breakdowns of {indicator.name}")
    if recipient.regions and "FRA" in declared.geo:
        raise _refused(recipient, declared.name, "France is not within its regions")
    is_public = any(part.holds(declared) for part in indicator.slices)
    if not is_public:
        _within_class(recipient, policy, declared, indicator)
    return PlannedFigures(declared, indicator, is_public)


def _within_class(recipient: Recipient, policy: ClassPolicy, declared: Figures, indicator: Indicator) -> None:
    """Raise VigieError when figures that are not published are more than the class may have."""
    for what, asked, allowed in (
        ("levels", declared.geo, policy.levels),
        ("periods", declared.period, policy.periods),
    ):
        if more := sorted(set(asked) - set(allowed)):
            raise _refused(
                recipient,
                declared.name,
                f"its class ({recipient.policy}) may not have {', '.join(more)} beyond what is published ({what})",
            )
    if not policy.country and not recipient.regions:
        raise _refused(
            recipient, declared.name, f"its class ({recipient.policy}) may have its own regions alone: name `regions`"
        )
    # Of a total and some of its classes the others follow.
    if single := [name for name in declared.strata if "." in name]:
        raise _refused(recipient, declared.name, f"{', '.join(single)} alone would tell the others: name the scheme")
    of = next(breakdown for breakdown in indicator.breakdowns if breakdown.holds(declared))
    if set(declared.sex) != {"all"} and set(of.sex) - {"all"} - set(declared.sex):
        raise _refused(recipient, declared.name, f"some sexes would tell the others: all, or {', '.join(of.sex)}")
    if "numerator" not in indicator.figures:
        raise _refused(
            recipient, declared.name, f"{indicator.name} does not say how many persons it counts: no threshold holds"
        )


def _refuse_more_together(recipient: Recipient, figures: tuple[PlannedFigures, ...]) -> None:
    """Raise VigieError when figures that are not published would tell more together than each of them: of two levels
    below the département, or of two schemes of ages, the differences are numbers of few."""
    beyond = [each for each in figures if not each.is_public]
    if len({level for each in beyond for level in each.declared.geo} & set(LOCAL)) > 1:
        raise _refused(recipient, beyond[0].declared.name, "two levels below the département tell each other's parts")
    for each in beyond:
        beside = [other.declared for other in beyond if other.indicator.source == each.indicator.source]
        published = [part for part in each.indicator.slices if set(part.geo) & set(each.declared.geo)]
        schemes = {name for part in (*beside, *published) for name in part.age} - {"all"}
        if set(each.declared.age) - {"all"} and len(schemes) > 1:
            raise _refused(
                recipient, each.declared.name, f"the ages of {', '.join(sorted(schemes))} would tell each other's parts"
            )


def _counts(recipient: Recipient, policy: ClassPolicy, declarations: Declarations, declared: Counts) -> PlannedCounts:
    allowed = policy.counts.get(declared.model)
    if allowed is None:
        raise _refused(
            recipient, declared.name, f"its class ({recipient.policy}) may have no numbers of {declared.model}"
        )
    if more := [measure for measure in declared.measures if measure not in allowed.measures]:
        raise _refused(recipient, declared.name, f"its class ({recipient.policy}) may not have {', '.join(more)}")
    if not recipient.hospitals:
        raise _refused(recipient, declared.name, "it may have numbers of its own hospitals alone: name `hospitals`")
    return PlannedCounts(declared, allowed, _model(recipient, declarations, declared))


def _records(
    recipient: Recipient, policy: ClassPolicy, declarations: Declarations, declared: Records
) -> PlannedRecords:
    allowed = policy.records.get(declared.model)
    if allowed is None:
        raise _refused(recipient, declared.name, f"its class ({recipient.policy}) may have no rows of {declared.model}")
    if not recipient.basis.records:
        raise _refused(recipient, declared.name, "rows of persons need the authorisation, `records` of the basis")
    if more := [field for field in declared.fields if field not in (*allowed.fields, *allowed.keys)]:
        raise _refused(recipient, declared.name, f"its class ({recipient.policy}) may not have {', '.join(more)}")
    if len(set(declared.fields)) < len(declared.fields):
        raise _refused(recipient, declared.name, "a field is named twice")
    if allowed.hospital and not recipient.hospitals:
        raise _refused(recipient, declared.name, "it may have rows of its own hospitals alone: name `hospitals`")
    if recipient.hospitals and not allowed.hospital:
        raise _refused(recipient, declared.name, f"rows of {declared.model} are not cut by hospital")
    if not (policy.country or recipient.regions or recipient.hospitals):
        raise _refused(
            recipient, declared.name, f"its class ({recipient.policy}) may have its own regions alone: name `regions`"
        )
    return PlannedRecords(declared, allowed, _model(recipient, declarations, declared))


def _model(recipient: Recipient, declarations: Declarations, declared: Counts | Records) -> str:
    model = declarations.model(declared.model)
    if model is None:
        raise _refused(recipient, declared.name, f"there is no model {declared.model}")
    return model["unique_id"]


def _refused(recipient: Recipient, key: str, why: str) -> VigieError:
    return VigieError(f"Recipient {recipient.name}, {key}: {why}.")
