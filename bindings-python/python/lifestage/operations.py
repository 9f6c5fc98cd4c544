"""Every operation that takes records, as a method, with the types of what it takes and answers.

Generated from the registry of operations by scripts/operations.py; not edited by hand.
"""

# ruff: noqa: E501

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from lifestage.records import given

if TYPE_CHECKING:
    from datetime import date

    from typing_extensions import NotRequired


class VersionResponse(TypedDict):
    """Which engine and which policy answer."""

    digest: str
    """SHA-256 of the effective policy in canonical form."""
    policy: str
    """Name of the policy."""
    policy_version: str
    """Version of the policy."""
    version: str
    """Version of the library."""


Form = Literal["record"] | Literal["batch"]


class OperationDescription(TypedDict):
    """One operation, described."""

    about: Text
    """What it does."""
    answered_tables: NotRequired[list[str] | None]
    """The tables that its batch form answers with, by name; absent for a record operation."""
    form: Form
    """In which forms it is called."""
    name: str
    """What it is called; `snake_case`."""
    optional_tables: NotRequired[list[str] | None]
    """The tables that its batch form takes where they are given; absent where there are none."""
    params: NotRequired[Any]
    """JSON Schema of the batch form's parameters; absent for a record operation."""
    request: Any
    """JSON Schema of the request."""
    response: Any
    """JSON Schema of the response."""
    tables: NotRequired[list[str] | None]
    """The tables of its batch form, by name; absent for a record operation."""


class Text(TypedDict):
    """A text for people, in every language lifestage speaks."""

    en: str
    """English."""
    zh: str
    """Simplified Chinese."""


class BatchVerb(TypedDict):
    """The tables of a verb that is called in batches."""

    answered_tables: list[str]
    """The tables that it answers with."""
    optional_tables: NotRequired[list[str]]
    """The tables that it takes where they are given; absent where there are none."""
    tables: list[str]
    """The tables that it takes."""


class HandleDescription(TypedDict):
    """One kind of handle, described."""

    about: Text
    """What it remembers."""
    name: str
    """What it is called; `snake_case`."""
    params: Any
    """JSON Schema of the parameters it is opened with."""
    query: VerbDescription
    """How it is asked what it knows."""
    update: VerbDescription
    """How it is told something."""


class VerbDescription(TypedDict):
    """One verb of a handle, described."""

    batch: BatchVerb
    """Its tables where it is called in batches."""
    params: Any
    """JSON Schema of its parameters where it is called in batches."""
    request: Any
    """JSON Schema of the request."""
    response: Any
    """JSON Schema of the response."""


class Code(TypedDict):
    """A stable code: of a fault (what is wrong with an input) or of a reason (why a decision is what it is)."""

    fix: Text
    """What to do about it; empty where nothing needs doing. `{name}` stands for the name that the fault proposes."""
    name: str
    """Unique, never reused; the form in which hosts see the code."""
    number: int
    """Unique, never reused; each room owns a range of a hundred or more."""
    text: Text
    """What it says."""


class Fault(TypedDict):
    """One thing that is wrong with an input, in the order and with the names in which every language sees it."""

    code: str
    """What kind of fault: a name of the catalogue."""
    column: NotRequired[int]
    """1-based, in characters."""
    expected: str
    """The value expected."""
    file: NotRequired[str]
    """Name of the document, as the host gave it."""
    fix: str
    """What to do about it, in English; the catalogue has it in Chinese."""
    found: str
    """The value found."""
    line: NotRequired[int]
    """1-based."""
    path: str
    """Where in the input; empty for the whole of it."""
    span: NotRequired[tuple[int, int] | None]
    """The part of a condition that is meant, in characters: first, and one past the last."""
    suggestion: NotRequired[str | None]
    """A name that was probably meant, or that the fix proposes."""


class CheckPolicyResponse(TypedDict):
    """What a policy is, or everything that is wrong with it."""

    digest: NotRequired[str | None]
    """The digest that its results carry; absent where it is not valid."""
    effective_from: NotRequired[str | None]
    """The day from which it applies; absent where it is not valid."""
    faults: list[Fault]
    """Every fault, in the order of the document's keys."""
    name: NotRequired[str | None]
    """The policy's name; absent where it is not valid."""
    valid: bool
    """Whether an engine can be made of it."""
    version: NotRequired[str | None]
    """The policy's version; absent where it is not valid."""


class CheckPolicyRequest(TypedDict):
    """A policy document to check."""

    file: NotRequired[str | None]
    """The document's name in faults; `policy` unless given."""
    library: NotRequired[dict[str, str]]
    """Texts of the documents it may extend, by name, beside the shipped ones."""
    policy: str
    """A shipped policy's name, or a document's text (TOML or JSON)."""


class PolicyValue(TypedDict):
    """One value of a policy."""

    file: NotRequired[str | None]
    """The document that sets it; null where it is a default that no document writes."""
    path: str
    """Where it stands: `warning.fee_drop.drop_over`, `value.tiers[0].when`."""
    source: str
    """The requirement it comes from, or `ours`."""
    unit: str
    """Its unit: `yuan`, `months`, `days`, `times`; empty for a bare number, a ratio, a code or a text."""
    value: Any
    """The value as the policy has it; amounts and ratios as decimal text, a list of codes or texts as a whole."""


class ShowPolicyResponse(TypedDict):
    """A policy, value by value."""

    digest: str
    """The digest that its results carry."""
    effective_from: str
    """The day from which it applies."""
    name: str
    """The policy's name."""
    values: list[PolicyValue]
    """Every value of the effective policy that is asked for, in the order of the paths."""
    version: str
    """The policy's version."""


class ShowPolicyRequest(TypedDict):
    """Which policy to show, the engine's own unless given, and which part of it."""

    file: NotRequired[str | None]
    """The document's name in the answer and in faults; `policy` unless given."""
    library: NotRequired[dict[str, str]]
    """Texts of the documents it may extend, by name, beside the shipped ones."""
    policy: NotRequired[str | None]
    """A shipped policy's name, or a document's text (TOML or JSON)."""
    under: NotRequired[str | None]
    """Show only what stands at this path or below it: `warning.fee_drop`."""


class Evidence(TypedDict):
    """One comparison that decided about a warning rule."""

    code: str
    """The rule's code."""
    comparison: str
    """How it has to stand to the threshold: `<`, `<=`, `==`, `!=`, `>=`, `>`, `in`, `not in`, `has`, `has not`."""
    observed: NotRequired[str | None]
    """What was observed: exact decimal text (a mean that is none as a fraction, `451/3`), a date, a code, texts; null where it is unknown or there is none, `***` where it identifies a person. A fluctuation is rounded up to six places."""
    outcome: RuleOutcome
    """`fired`: the comparison holds; `insufficient`: it cannot be judged."""
    path: str
    """The parameter of the policy that decided: `warning.fee_drop.drop_over`."""
    threshold: NotRequired[str | None]
    """The threshold; null where it depends on what is unknown."""
    unit: str
    """The unit of both: `yuan`, `months`, …; empty for a bare number, a code or a text."""


RuleOutcome = Literal["fired"] | Literal["not_fired"] | Literal["insufficient"] | Literal["draft"]


Stage = Literal["A"] | Literal["B"] | Literal["C"] | Literal["D"] | Literal["E"]


Tier = Literal["high"] | Literal["mid"] | Literal["low"]


class ClassifyRecordResponse(TypedDict):
    """What was decided."""

    customer_id: NotRequired[str | None]
    """The customer, as given."""
    digest: str
    """Digest of the policy."""
    error: NotRequired[Fault | None]
    """What is wrong with the row; then nothing is decided."""
    evidence: NotRequired[list[Evidence] | None]
    """Why each rule fired or cannot know, comparison by comparison, in the policy's order; absent unless asked for."""
    insufficient: list[str]
    """The active and shadow rules that cannot know for want of facts."""
    months_since_exit: NotRequired[int | None]
    """Full months since termination, as given."""
    reasons: list[str]
    """What decided the stage, or left stage or tier null: codes of the catalogue and of the policy."""
    shadow: list[str]
    """The shadow rules that fired."""
    stage: NotRequired[Stage | None]
    """The stage; null where a fact that has to decide is unknown."""
    stage_since: NotRequired[str | None]
    """Since when the stage holds; null unless an earlier stage was given."""
    status: NotRequired[str | None]
    """The status, as given."""
    tier: NotRequired[Tier | None]
    """The value tier; null where its fees are unknown."""
    unread_columns: list[str]
    """Keys that are no facts, by name."""
    user_id: NotRequired[str | None]
    """The user or prospect, as given."""
    warnings: list[str]
    """The active rules that fired, in the policy's order."""


MoneyUnit = Literal["yuan"] | Literal["fen"]


class ClassifyRecordRequest(TypedDict):
    """One row of the view to decide about."""

    as_of: str
    """The end of this day."""
    evidence: NotRequired[bool]
    """Give the decision its evidence: why each rule fired, or what it cannot know."""
    money_unit: NotRequired[MoneyUnit | None]
    """What integer amounts count; without it they are refused."""
    record: dict[str, Any]
    """The facts of one user or prospect, by name."""


class DwellTrace(TypedDict):
    """The minimum dwell that keeps a customer in the stage of before."""

    months: int
    """How many full months it holds at least."""
    since: str
    """Since when it holds."""
    stage: Stage
    """The stage of before."""
    until: NotRequired[str | None]
    """The first day on which another stage counts."""


class FactTrace(TypedDict):
    """A fact that rules read."""

    fact: str
    """Its name."""
    months: list[str | None]
    """Of a series: its twelve months, the newest last; null where unknown. Absent otherwise."""
    unit: str
    """The unit of its numbers; empty for a bare number, a code, a date or a text."""
    value: NotRequired[str | None]
    """What the row says: null where it is unknown or there is none (`missing` tells the two apart), and of a series; `***` where it identifies a person."""


class Meaning(TypedDict):
    """What a fact, a rule, or a code of the policy means in both languages: our own text, or the policy author's."""

    en: str
    """English."""
    zh: str
    """Simplified Chinese."""


class MissingFact(TypedDict):
    """A fact for want of which something could not be judged."""

    fact: str
    """Its name."""
    meaning: Meaning
    """What it means."""
    months: list[int]
    """Of a series: the months that are missing, the newest being -1. Empty otherwise."""
    needed_by: list[str]
    """What could not be judged without it: `tier`, `stage`, the codes of rules."""


Outcome = Literal["fails"] | Literal["unknown"] | Literal["holds"]


RuleState = Literal["draft"] | Literal["shadow"] | Literal["active"]


class RuleTrace(TypedDict):
    """A warning rule."""

    code: str
    """Its code."""
    meaning: Meaning
    """What it warns of."""
    moves_stage: bool
    """Whether a customer whom it warns of is in decline, stage D."""
    outcome: RuleOutcome
    """What it says of the row."""
    path: str
    """Where it stands in the policy."""
    state: RuleState
    """Draft, shadow or active."""
    tests: list[TestTrace]
    """Its comparisons, in order: first whom it watches, then what triggers it. Empty for a draft."""


class StageTrace(TypedDict):
    """A step of the stage."""

    decides: bool
    """Whether it decided: the first that holds, with none unknown before it."""
    outcome: Outcome
    """Whether its condition holds."""
    path: str
    """Where its condition stands in the policy: `when`, or `stays_while` for a customer whose previous stage it is."""
    reason: str
    """The reason code that it gives."""
    stage: Stage
    """The stage that it decides."""
    tests: list[TestTrace]
    """Its comparisons, in order."""


class TestTrace(TypedDict):
    """One comparison of a rule, held against the row."""

    comparison: str
    """How it has to stand to the threshold: `<`, `<=`, `==`, `!=`, `>=`, `>`, `in`, `not in`, `has`, `has not`."""
    expression: str
    """The comparison as conditions write it; a month of a series by its place from the newest, `local_fee[-1]`."""
    observed: NotRequired[str | None]
    """What was observed: exact decimal text (a mean that is none as a fraction, `451/3`), a date, a code, texts; null where it is unknown or there is none, `***` where it identifies a person. A fluctuation is rounded up to six places."""
    outcome: Outcome
    """Whether it holds for the row."""
    path: str
    """The value of the policy that it stands for."""
    threshold: NotRequired[str | None]
    """The threshold; null where it depends on what is unknown."""
    unit: str
    """The unit of both; empty for a bare number, a code or a text."""


class TierTrace(TypedDict):
    """A step of the value tier."""

    decides: bool
    """Whether it decided: the first that holds, with none unknown before it."""
    outcome: Outcome
    """Whether its condition holds."""
    path: str
    """Where it stands in the policy."""
    tests: list[TestTrace]
    """Its comparisons, in order."""
    tier: Tier
    """The tier that it decides."""


class Trace(TypedDict):
    """Everything that was considered about a row."""

    dwell: NotRequired[DwellTrace | None]
    """Why the stage of before still counts; null where the step that decided does."""
    facts: list[FactTrace]
    """The facts that the policy's rules read, with what the row says of each."""
    missing: list[MissingFact]
    """The facts for want of which the tier, a rule or the stage could not be judged."""
    rules: list[RuleTrace]
    """Every warning rule, in the policy's order."""
    stages: list[StageTrace]
    """The steps of the stage, up to the one that decided."""
    tiers: list[TierTrace]
    """The steps of the value tier, up to the one that decided."""


class ExplainResponse(TypedDict):
    """What was decided, and why."""

    customer_id: NotRequired[str | None]
    """The customer, as given."""
    digest: str
    """Digest of the policy."""
    error: NotRequired[Fault | None]
    """What is wrong with the row; then nothing is decided."""
    evidence: NotRequired[list[Evidence] | None]
    """Why each rule fired or cannot know, comparison by comparison, in the policy's order; absent unless asked for."""
    insufficient: list[str]
    """The active and shadow rules that cannot know for want of facts."""
    months_since_exit: NotRequired[int | None]
    """Full months since termination, as given."""
    reasons: list[str]
    """What decided the stage, or left stage or tier null: codes of the catalogue and of the policy."""
    shadow: list[str]
    """The shadow rules that fired."""
    stage: NotRequired[Stage | None]
    """The stage; null where a fact that has to decide is unknown."""
    stage_since: NotRequired[str | None]
    """Since when the stage holds; null unless an earlier stage was given."""
    status: NotRequired[str | None]
    """The status, as given."""
    text: str
    """The same for people: the stage and why, the warnings with what was observed, and what would have to be known."""
    tier: NotRequired[Tier | None]
    """The value tier; null where its fees are unknown."""
    trace: NotRequired[Trace | None]
    """Everything that was considered; null where the record breaks the contract."""
    unread_columns: list[str]
    """Keys that are no facts, by name."""
    user_id: NotRequired[str | None]
    """The user or prospect, as given."""
    warnings: list[str]
    """The active rules that fired, in the policy's order."""


Language = Literal["en"] | Literal["zh"]


class ExplainRequest(TypedDict):
    """One row of the view to decide about, and to explain."""

    as_of: str
    """The end of this day."""
    language: NotRequired[Language]
    """The language of `text`; English unless given."""
    money_unit: NotRequired[MoneyUnit | None]
    """What integer amounts count; without it they are refused."""
    record: dict[str, Any]
    """The facts of one user or prospect, by name."""


class Named(TypedDict):
    """Something of the policy with its code and its name."""

    code: str
    """The code, as the policy has it."""
    en: str
    """English."""
    zh: str
    """Chinese."""


class WarningDescription(TypedDict):
    """What the policy says of a warning."""

    actions: list[Named]
    """What to do about those it warns of, by code (EWS-26)."""
    code: str
    """Its code."""
    digest: str
    """Digest of the policy."""
    en: str
    """What it warns of, in English."""
    lists: list[Named]
    """The lists that collect those it warns of, by name (EWS-05)."""
    moves_stage: bool
    """Whether a customer whom it warns of is in decline, stage D."""
    path: str
    """Where its rule stands in the policy."""
    state: RuleState
    """Whether the rule is draft, shadow or active."""
    zh: str
    """What it warns of, in Chinese."""


class DescribeWarningRequest(TypedDict):
    """The warning to describe."""

    code: str
    """Its code, as `classify` gives it: `EWS-04`, or one of the policy's own."""


Element = Literal["segmentation"] | Literal["product"] | Literal["channel"] | Literal["promotion"] | Literal["loyalty"]


class ElementDescription(TypedDict):
    """A marketing element at a stage."""

    element: Element
    """The element."""
    en: str
    """Its name, in English."""
    measures: list[Measure]
    """The potential measures of the element at the stage."""
    zh: str
    """Its name, in Chinese."""


class Measure(TypedDict):
    """A numbered measure."""

    en: str
    """What is done, in English."""
    number: int
    """Its number; unique among the measures of its list."""
    zh: str
    """What is done, in Chinese."""


class ProgrammeDescription(TypedDict):
    """A programme for a stage's customers."""

    code: str
    """Its code."""
    en: str
    """Its name, in English."""
    levers: list[Named]
    """Its levers, in order."""
    products: list[Named]
    """The products that it is about."""
    stages: list[Stage]
    """All stages whose customers are its target."""
    zh: str
    """Its name, in Chinese."""


class TouchDescription(TypedDict):
    """Something to do about a stage's customers."""

    channels: list[Named]
    """The channels that carry it; empty for every channel."""
    en: str
    """What to do, in English."""
    zh: str
    """What to do, in Chinese."""


class StageDescription(TypedDict):
    """What the policy says of a stage (LCY-02, LCY-03, LCY-11 to LCY-15)."""

    digest: str
    """Digest of the policy."""
    elements: list[ElementDescription]
    """Its column of the matrix: the five marketing elements, each with its potential measures."""
    en: str
    """Its name, in English."""
    levers: list[Named]
    """Its value levers, in the policy's order."""
    programmes: list[ProgrammeDescription]
    """The programmes that have its customers as their target, in the policy's order."""
    question: Meaning
    """Its key question."""
    reconstructed: bool
    """Whether that column is a reconstruction and not what the source says for certain."""
    stage: Stage
    """The stage."""
    touches: list[TouchDescription]
    """What to do about its customers, in the policy's order."""
    zh: str
    """Its name, in Chinese."""


class DescribeStageRequest(TypedDict):
    """The stage to describe."""

    channel: NotRequired[str | None]
    """Only the touches that this channel carries, by code; all of them unless given."""
    stage: Stage
    """The stage."""


class ByElement(TypedDict):
    """Something for each of the five marketing elements."""

    channel: Meaning
    """Channel mix and its optimisation."""
    loyalty: Meaning
    """Customer retention and loyalty."""
    product: Meaning
    """Product mix and pricing."""
    promotion: Meaning
    """Targeted advertising and promotion."""
    segmentation: Meaning
    """Market segmentation and analysis."""


class ByElement2(TypedDict):
    """Something for each of the five marketing elements."""

    channel: ByStage2
    """Channel mix and its optimisation."""
    loyalty: ByStage2
    """Customer retention and loyalty."""
    product: ByStage2
    """Product mix and pricing."""
    promotion: ByStage2
    """Targeted advertising and promotion."""
    segmentation: ByStage2
    """Market segmentation and analysis."""


class ByStage(TypedDict):
    """Something for each of the five stages."""

    A: StageProfile
    """Acquisition."""
    B: StageProfile
    """Build-up."""
    C: StageProfile
    """Climax."""
    D: StageProfile
    """Decline."""
    E: StageProfile
    """Exit."""


class ByStage2(TypedDict):
    """Something for each of the five stages."""

    A: list[int]
    """Acquisition."""
    B: list[int]
    """Build-up."""
    C: list[int]
    """Climax."""
    D: list[int]
    """Decline."""
    E: list[int]
    """Exit."""


class Matrix(TypedDict):
    """The matrix of marketing elements and stages."""

    cells: ByElement2
    """Numbers of potential measures, by element and stage."""
    reconstructed: bool
    """Whether the cells are a reconstruction and not what the source says for certain."""


class ProgrammesPolicy(TypedDict):
    """The programmes of the lifecycle."""

    channels: dict[str, Meaning]
    """The channels through which a customer is touched, by code (LCY-11)."""
    elements: ByElement
    """The five marketing elements (LCY-14)."""
    improvement_measures: list[Measure]
    """The improvement measures that the revenue levers place, by number (LCY-17)."""
    levers: dict[str, Meaning]
    """Every lever that a stage or a stage programme may name, by code (LCY-03, LCY-12, LCY-13)."""
    matrix: Matrix
    """Which potential measures belong to an element at a stage (LCY-15)."""
    potential_measures: list[Measure]
    """The potential measures that the matrix places, by number (LCY-15)."""
    products: dict[str, Meaning]
    """The products that a stage programme may name, by code (LCY-12, LCY-13)."""
    revenue_levers: list[RevenueLever]
    """The levers that raise revenue, each with its improvement measures (LCY-16)."""
    stage_programmes: list[StageProgramme]
    """The programmes, each for one or more stages (LCY-12, LCY-13)."""
    stages: ByStage
    """Name, key question and value levers of each stage (LCY-02, LCY-03)."""
    touches: list[Touch]
    """What to do about customers of a stage, channel by channel (LCY-11)."""


class RevenueLever(TypedDict):
    """A lever that raises revenue."""

    code: str
    """Its code; unique."""
    en: str
    """What it is, in English."""
    measures: list[int]
    """Numbers of the improvement measures that pull it (LCY-17)."""
    zh: str
    """What it is, in Chinese."""


class StageProfile(TypedDict):
    """What a stage is called, what it asks, and what creates value in it."""

    en: str
    """Its name, in English."""
    levers: list[str]
    """The value levers, by code, in order (LCY-03)."""
    question: Meaning
    """The key question (LCY-02)."""
    zh: str
    """Its name, in Chinese."""


class StageProgramme(TypedDict):
    """A programme for customers of one or more stages."""

    code: str
    """Its code; unique."""
    en: str
    """Its name, in English."""
    levers: list[str]
    """Its levers, by code, in order."""
    products: list[str]
    """The products that it is about, by code."""
    stages: list[Stage]
    """The stages whose customers are its target."""
    zh: str
    """Its name, in Chinese."""


class Touch(TypedDict):
    """Something to do about customers of a stage."""

    channels: list[str]
    """The channels that carry it, by code; empty for every channel."""
    en: str
    """What to do, in English."""
    stages: list[Stage]
    """The stages whose customers it is for."""
    zh: str
    """What to do, in Chinese."""


class ListProgrammesResponse(TypedDict):
    """All that the policy says should be done, as it says it."""

    digest: str
    """Digest of the policy."""
    programmes: ProgrammesPolicy
    """The policy's section `programmes`: what is named by code or number is declared beside it."""


class DivisionWindowResponse(TypedDict):
    """When a cohort is divided."""

    closes: str
    """The last day of its window."""
    cohort: str
    """The cohort."""
    days_left: int
    """Days of the window that are left, the day itself among them; all of them before it opens, 0 once it has closed."""
    is_open: bool
    """Whether it is open on the day."""
    locked_from: str
    """The first day on which those are locked who were not divided."""
    locked_until: str
    """The last day of the lock; before `locked_from` where the policy locks nobody."""
    next_after_lock: str
    """The first day after the lock on which a window is open."""
    open_cohorts: list[str]
    """The cohorts whose windows are open on the day, the earlier first."""
    opens: str
    """The first day of its window."""


class DivisionWindowRequest(TypedDict):
    """Which day is asked about, and which cohort."""

    as_of: str
    """The day."""
    cohort: NotRequired[str | None]
    """The month in which the customers were created, `2024-05`; that of `as_of` unless given."""


Duty = Literal["marketing"] | Literal["maintenance"]


class AssignTaskResponse(TypedDict):
    """Whether a manager of a community may have the task."""

    duty: Duty
    """The side of the work."""
    may_assign: NotRequired[bool | None]
    """Whether he may; null where that depends on what nobody knows."""
    policy_path: str
    """Where the policy says so."""


Money = str


class AssignTaskRequest(TypedDict):
    """A task for a customer."""

    attribute: NotRequired[str | None]
    """The customer's statistics attribute, such as `public` or `business`; null where nobody knows it."""
    monthly_fee: NotRequired[Money | None]
    """The customer's fee of a month; null where nobody knows it."""
    task: str
    """A kind of task of the policy's `organisation.tasks`."""


ChannelConflict = Literal["internal"] | Literal["external"]


class JudgeChannelConflictResponse(TypedDict):
    """What kind of conflict it is, and whose the sale is."""

    conflict: ChannelConflict
    """What kind of conflict it is."""
    order_id: NotRequired[str | None]
    """The first valid order, of one day the one that came in first; null where none is valid."""


class ChannelClaim(TypedDict):
    """A claim of one channel."""

    channel_kind: str
    """A kind of channel of the policy's `organisation.channel_kinds`."""
    is_valid: bool
    """Whether the order is valid."""
    order_id: str
    """The order."""
    ordered_on: str
    """The day of the order."""


class JudgeChannelConflictRequest(TypedDict):
    """Who claims a sale."""

    claims: list[ChannelClaim]
    """The claims, in the order in which they came in."""


AgeUnit = Literal["days"] | Literal["months"]


Cadence = Literal["daily"] | Literal["weekly"] | Literal["monthly"]


class FeedVerdict(TypedDict):
    """How fresh a feed is."""

    age: NotRequired[int | None]
    """Its age; null where it has never come."""
    cadence: Cadence
    """How often it comes."""
    en: str
    """What it brings, in English."""
    feed: str
    """The feed."""
    limit: int
    """The greatest age at which it is fresh."""
    newest: NotRequired[str | None]
    """How far it has come, as the host says; null where it has never come."""
    reason: NotRequired[str | None]
    """Why it is stale: `STALE_FEED` or `NEVER_SYNCED`; null where it is fresh."""
    unit: AgeUnit
    """What both count."""
    verdict: Freshness
    """Whether results may rely on it."""
    zh: str
    """What it brings, in Chinese."""


Freshness = Literal["fresh"] | Literal["stale"]


class ResultVerdict(TypedDict):
    """What a result needs, and what of it is stale: then the result has to say so (DAT-05)."""

    code: NotRequired[str | None]
    """The rule, of a `warning`; null otherwise."""
    feeds: list[str]
    """The feeds that it needs, by name."""
    result: str
    """The result: `placing`, `credit`, `tier`, `warning`, `stage`, …"""
    stale_feeds: list[str]
    """Those of them that are stale; empty where it may be relied on."""


class CheckFeedsResponse(TypedDict):
    """How fresh the feeds are, and what stale ones touch."""

    as_of: str
    """The day as of which was asked."""
    digest: str
    """Digest of the policy."""
    feeds: list[FeedVerdict]
    """Every feed of the policy, by name."""
    results: list[ResultVerdict]
    """Every result, with the feeds that it needs: those that the policy names, then `tier`, each `warning` that is evaluated, `stage`, and the attributes that customers are given."""
    stale_feeds: list[str]
    """The feeds that are stale, by name."""


class CheckFeedsRequest(TypedDict):
    """How far each feed has come."""

    as_of: str
    """The day as of which is asked, its end."""
    feeds: dict[str, str | None]
    """By feed, as the policy names them: of a daily or weekly one the date on which it came last, of a monthly one the newest month that is loaded, or a date in it. A feed that is null or not there has never come."""


class Operations(ABC):
    """Every operation that takes records, as a method: what it is about first, the rest by name.

    Values are those of JSON, or `Decimal` and `date`; amounts come back as text. `Engine.call` takes the same by name.
    """

    __slots__ = ()

    @abstractmethod
    def call(self, operation: str, request: dict[str, Any]) -> Any:
        """Calls an operation by name."""

    def version(self) -> VersionResponse:
        """Says which engine and which policy answer.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("VersionResponse", self.call("version", {}))

    def list_operations(self) -> list[OperationDescription]:
        """Lists every operation with the JSON Schemas of its request and response.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("list[OperationDescription]", self.call("list_operations", {}))

    def list_handles(self) -> list[HandleDescription]:
        """Lists every kind of handle with the JSON Schemas of its parameters, updates and queries.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("list[HandleDescription]", self.call("list_handles", {}))

    def list_codes(self) -> list[Code]:
        """Lists every code of faults and reasons with its texts in English and Chinese.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("list[Code]", self.call("list_codes", {}))

    def check_policy(
        self, policy: str, *, file: str | None = None, library: dict[str, str] | None = None
    ) -> CheckPolicyResponse:
        """Checks a policy document and reports all its faults at once.

        Args:
            policy: A shipped policy's name, or a document's text (TOML or JSON).
            file: The document's name in faults; `policy` unless given.
            library: Texts of the documents it may extend, by name, beside the shipped ones.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("CheckPolicyResponse", self.call("check_policy", given(policy=policy, file=file, library=library)))

    def show_policy(
        self,
        *,
        file: str | None = None,
        library: dict[str, str] | None = None,
        policy: str | None = None,
        under: str | None = None,
    ) -> ShowPolicyResponse:
        """Shows every value of a policy with its unit, its source and the file that sets it.

        Args:
            file: The document's name in the answer and in faults; `policy` unless given.
            library: Texts of the documents it may extend, by name, beside the shipped ones.
            policy: A shipped policy's name, or a document's text (TOML or JSON).
            under: Show only what stands at this path or below it: `warning.fee_drop`.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast(
            "ShowPolicyResponse",
            self.call("show_policy", given(file=file, library=library, policy=policy, under=under)),
        )

    def classify_record(
        self, record: dict[str, Any], *, as_of: date | str, evidence: bool = False, money_unit: MoneyUnit | None = None
    ) -> ClassifyRecordResponse:
        """Decides value tier, warnings and lifecycle stage of one user or prospect.

        Args:
            record: The facts of one user or prospect, by name.
            as_of: The end of this day.
            evidence: Give the decision its evidence: why each rule fired, or what it cannot know.
            money_unit: What integer amounts count; without it they are refused.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast(
            "ClassifyRecordResponse",
            self.call("classify_record", given(record=record, as_of=as_of, evidence=evidence, money_unit=money_unit)),
        )

    def explain(
        self,
        record: dict[str, Any],
        *,
        as_of: date | str,
        language: Language = "en",
        money_unit: MoneyUnit | None = None,
    ) -> ExplainResponse:
        """Decides about one user or prospect and says why: the full trace, and a text for people.

        Args:
            record: The facts of one user or prospect, by name.
            as_of: The end of this day.
            language: The language of `text`; English unless given.
            money_unit: What integer amounts count; without it they are refused.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast(
            "ExplainResponse",
            self.call("explain", given(record=record, as_of=as_of, language=language, money_unit=money_unit)),
        )

    def describe_warning(self, code: str) -> WarningDescription:
        """Describes a warning: what it warns of, what to do about it, and the lists that collect it.

        Args:
            code: Its code, as `classify` gives it: `EWS-04`, or one of the policy's own.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("WarningDescription", self.call("describe_warning", given(code=code)))

    def describe_stage(self, stage: Stage, *, channel: str | None = None) -> StageDescription:
        """Describes a lifecycle stage: key question, levers, touches, programmes and measures.

        Args:
            stage: The stage.
            channel: Only the touches that this channel carries, by code; all of them unless given.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("StageDescription", self.call("describe_stage", given(stage=stage, channel=channel)))

    def list_programmes(self) -> ListProgrammesResponse:
        """Lists the stages' questions and levers, touches, programmes, the matrix, revenue levers and measures.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("ListProgrammesResponse", self.call("list_programmes", {}))

    def division_window(self, as_of: date | str, *, cohort: str | None = None) -> DivisionWindowResponse:
        """Says when the new customers of a month are divided, and how long those are locked who were not.

        Args:
            as_of: The day.
            cohort: The month in which the customers were created, `2024-05`; that of `as_of` unless given.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("DivisionWindowResponse", self.call("division_window", given(as_of=as_of, cohort=cohort)))

    def assign_task(
        self, task: str, *, attribute: str | None = None, monthly_fee: Money | None = None
    ) -> AssignTaskResponse:
        """Says whether a task may be assigned to the manager of a community.

        Args:
            task: A kind of task of the policy's `organisation.tasks`.
            attribute: The customer's statistics attribute, such as `public` or `business`; null where nobody knows
                it.
            monthly_fee: The customer's fee of a month; null where nobody knows it.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast(
            "AssignTaskResponse",
            self.call("assign_task", given(task=task, attribute=attribute, monthly_fee=monthly_fee)),
        )

    def judge_channel_conflict(self, claims: list[ChannelClaim]) -> JudgeChannelConflictResponse:
        """Says whether channels that claim one sale are in internal or external conflict, and whose the sale is.

        Args:
            claims: The claims, in the order in which they came in.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("JudgeChannelConflictResponse", self.call("judge_channel_conflict", given(claims=claims)))

    def check_feeds(self, as_of: date | str, *, feeds: dict[str, str | None]) -> CheckFeedsResponse:
        """Says how fresh each data feed is, and which results a stale one touches.

        Args:
            as_of: The day as of which is asked, its end.
            feeds: By feed, as the policy names them: of a daily or weekly one the date on which it came last, of a
                monthly one the newest month that is loaded, or a date in it. A feed that is null or not there has
                never come.

        Raises:
            RequestError: The request has faults; the error has all of them.
        """
        return cast("CheckFeedsResponse", self.call("check_feeds", given(as_of=as_of, feeds=feeds)))
