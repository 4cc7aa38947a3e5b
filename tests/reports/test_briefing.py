"""The briefing as a file: one page, the same bytes twice, everything it must carry, and record text as itself."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.places import grid
from rasure.reports import briefing, briefing_pictures, briefing_words, ink, typesetting
from rasure.reports.briefing_text import HUMAN_RIGHTS
from rasure.services import briefing as briefing_service
from rasure.services import place
from rasure.services.briefing import BriefingFacts, Weapons
from rasure.services.hot_spots import Question
from rasure.services.place_record import Group, Plan, Premises, Tasked
from rasure.services.street_map import PatrolArea
from rasure.store.store import Store
from rasure.terms import StoreClass
from rasure.web import theme
from tests import pdf
from tests.extracts import drop, load, load_squares
from tests.makers import whole_force

AS_OF = date(2026, 3, 10)
CELL = int(grid.cells_of([470_000.0], [175_000.0])[0])
MARKUP = r"#a() $x$ *b* _i_ @r \ `c` <l> // ="


def squeezed(words: str) -> str:
    return re.sub(r"[\s\u200b]+", "", words)


def on_page(facts: BriefingFacts) -> str:
    return squeezed(pdf.text(briefing.render(facts)))


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> BriefingFacts:
    """Return the facts of a hexagon with six offences at known hours, people among them, knives in two."""
    from rasure.settings import settings
    from rasure.store.store import open_store

    folder = tmp_path_factory.mktemp("briefing")
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_squares(store, folder / "areas")
    occurrences = [
        {
            "occurrence_id": f"O{n}",
            "reported_at": f"2026-03-0{n + 1} 23:00",
            "committed_from": f"2026-03-0{n + 1} 22:10",
        }
        for n in range(6)
    ]
    offences = [
        {"offence_id": f"F{n}", "occurrence_id": f"O{n}", "ho_class": "5D", "ho_code": "005/01"} for n in range(6)
    ]
    weapons = [{"weapon_id": f"W{n}", "offence_id": f"F{n}"} for n in range(2)]
    people = [{"person_id": "P1", "family_name": "Canaryfamily", "given_name": "Canarygiven"}]
    roles = [{"role_id": "R1", "offence_id": "F5", "person_id": "P1"}]
    locations = [{"kind": "dwelling", "name": "7 Canaryhouse"}]
    given_rows = {"locations": locations, "occurrences": occurrences, "offences": offences, "weapons": weapons}
    load(store, drop(folder / "in", **given_rows, people=people, roles=roles))
    made = assembled(store)
    store.close()
    return made


def assembled(store: Store) -> BriefingFacts:
    scope = whole_force()
    record = place.place(store, scope, Question(AS_OF), CELL)
    return briefing_service.assemble(
        store,
        scope,
        record,
        marking="OFFICIAL-SENSITIVE",
        prepared_for="Inspector Reed (i-7)",
        prepared_at=datetime(2026, 7, 10, 12, 30, tzinfo=UTC),
        export_code="12-ABCD",
    )


class TestFile:
    def test_the_same_facts_give_the_same_bytes(self, facts: BriefingFacts) -> None:
        assert briefing.render(facts) == briefing.render(facts)

    def test_it_is_one_page_with_its_own_fonts_and_nothing_from_outside(self, facts: BriefingFacts) -> None:
        made = briefing.render(facts)
        assert made.startswith(b"%PDF-1.7")
        assert pdf.pages(made) == 1
        fonts = re.findall(rb"/FontName\s*/([\w+-]+)", made)
        assert len(fonts) == 2
        assert all(b"Atkinson" in name for name in fonts)
        assert b"/URI" not in made
        assert b"/JavaScript" not in made

    def test_it_carries_marking_kind_of_data_who_when_and_the_code_of_its_record(self, facts: BriefingFacts) -> None:
        shown = on_page(replace(facts, store_class=StoreClass.SYNTHETIC))
        assert shown.count("OFFICIAL-SENSITIVE") == 2
        assert shown.count(squeezed("Synthetic – no real person or place of crime")) == 2
        assert squeezed("Inspector Reed (i-7) · 10 July 2026 13:30 · export 12-ABCD") in shown

    def test_it_has_the_seven_headings_in_their_order(self, facts: BriefingFacts) -> None:
        shown = on_page(facts)
        heads = ["IInformation", "IIntention", "MMethod", "AAdministration", "RRisk", "CCommunications", "HHumanrights"]
        found = [shown.index(head) for head in heads]
        assert found == sorted(found)
        for _label, words in HUMAN_RIGHTS:
            assert squeezed(words) in shown


class TestWords:
    def test_why_and_what_are_on_it_with_their_counts(self, facts: BriefingFacts) -> None:
        shown = on_page(facts)
        assert facts.record.standing is not None
        assert squeezed("6 offences") in shown
        assert squeezed("Grievous bodily harm 6") in shown
        assert squeezed(briefing_words.title(facts.record)) in shown
        assert squeezed("In 2 of 6 offences that say: knife 2.") in shown

    def test_the_last_five_offences_are_listed_and_nobody_is_named(self, facts: BriefingFacts) -> None:
        shown = on_page(facts)
        assert squeezed("Last 5 offences") in shown
        assert "6March2026" in shown
        assert "1March2026" not in shown.split("Last5offences")[1].split("IIntention")[0]
        assert "Canary" not in repr(facts)
        assert "Canary" not in shown

    def test_what_is_not_known_says_so(self, facts: BriefingFacts) -> None:
        bare = replace(
            facts,
            weapons=Weapons((), 0, 6),
            record=replace(facts.record, tasked=None, plans=(), hours=None, premises=(), trend=None),
        )
        shown = on_page(bare)
        for said in (
            "Weapons Not recorded in any of the 6 offences.",
            "Contact Not recorded",
            "Cap Not recorded",
            "Review Not recorded",
            "Tasks Not recorded",
            "None of the 6 offences here has a clock time",
        ):
            assert squeezed(said) in shown

    def test_a_review_whose_day_is_past_is_overdue(self, facts: BriefingFacts) -> None:
        plan = Plan("Z", "Lights", None, None, None, None, date(2026, 1, 1), date(2026, 2, 1), None, None, ())
        there = replace(facts, record=replace(facts.record, plans=(plan,)))
        assert ("Review", "1 February 2026, overdue") in briefing_words.administration(there)

    @pytest.mark.parametrize(
        ("e_m", "n_m", "said"),
        [
            (471_600, 173_400, "SU 716 734"),
            (530_034, 180_381, "TQ 300 803"),
            (216_650, 771_250, "NN 166 712"),
            (451_250, 206_250, "SP 512 062"),
        ],
    )
    def test_the_grid_reference_is_the_ordnance_surveys(self, e_m: float, n_m: float, said: str) -> None:
        assert briefing_words.grid_reference(e_m, n_m) == said

    @given(st.text(max_size=400), st.integers(2, 150))
    def test_short_text_is_never_longer_than_asked_and_says_when_it_was_cut(self, said: str, longest: int) -> None:
        made = briefing_words.short(said, longest)
        assert len(made) <= longest
        assert made.endswith("…") or squeezed(made) == squeezed(said)


def crowded(facts: BriefingFacts, words: str) -> BriefingFacts:
    """Return facts that are as long as facts can be, every free text being `words`."""
    record = facts.record
    tasked = Tasked("H", words, "S", 1, words, True, AS_OF, AS_OF, words, 4, (words,) * 9, 9)
    plan = Plan("Z", words, words, words, words, words, AS_OF, AS_OF, None, None, ())
    full = replace(
        record,
        name=words,
        street=words,
        tasked=tasked,
        plans=(plan,) * 3,
        mix=tuple(Group(words, 1_000, None, 0) for _ in range(9)),
        premises=tuple(
            Premises(str(n), words, "licensed_premises", False, 99, record.lon, record.lat) for n in range(9)
        ),
        recent=tuple(replace(record.recent[0], street=words, weapon=words, group=words, when=words) for _ in range(9)),
    )
    outline = (*record.outline, record.outline[0])
    areas = tuple(PatrolArea(n, words, outline) for n in range(9))
    return replace(
        facts, record=full, picture=replace(facts.picture, patrol_areas=areas), weapons=Weapons(((words, 9),) * 9, 9, 9)
    )


class TestHostileText:
    def test_markup_of_the_typesetter_is_shown_as_it_was_written(self, facts: BriefingFacts) -> None:
        shown = on_page(crowded(facts, MARKUP))
        assert shown.count(squeezed(MARKUP)) >= 20

    @pytest.mark.parametrize("words", ["Wide " * 60, "W" * 400, MARKUP * 9, "北京 ☃ \u202e\x07 Łódź", "</svg><script>"])
    def test_however_long_or_odd_it_stays_one_page(self, facts: BriefingFacts, words: str) -> None:
        assert pdf.pages(briefing.render(crowded(facts, words))) == 1

    def test_letters_beyond_basic_latin_are_drawn(self, facts: BriefingFacts) -> None:
        assert "Łódźžluťoučkýkůň" in on_page(crowded(facts, "Łódź žluťoučký kůň"))


class TestPictures:
    def test_the_map_has_a_mark_for_every_point_and_closes_its_outlines(self, facts: BriefingFacts) -> None:
        drawn = briefing_pictures.map_svg(facts)
        assert drawn.count("<circle") == len(facts.picture.points) > 0
        assert 'stroke-width="0.9"' in drawn

    def test_the_darkest_block_of_the_week_is_its_peak(self, facts: BriefingFacts) -> None:
        hours = facts.record.hours
        assert hours is not None
        fills = re.findall(r'<rect [^>]*fill="(#\w+)"', briefing_pictures.week_svg(hours))
        assert len(fills) == 56
        assert ink.SEQUENTIAL.index(fills[int(hours.shares.argmax())]) == max(map(ink.SEQUENTIAL.index, fills))

    def test_paper_has_the_colours_of_the_light_screen(self) -> None:
        for name in ("chrome", "chrome_text", "ink", "muted", "line", "ground", "accent", "sequential"):
            assert getattr(ink, name.upper()) == getattr(theme.LIGHT, name), name


def test_the_fonts_it_needs_are_carried(tmp_path: Path) -> None:
    carried = Path(typesetting.FONTS).glob("*.ttf")
    assert {path.name for path in carried} == {
        "atkinson-hyperlegible-next-400.ttf",
        "atkinson-hyperlegible-next-700.ttf",
    }
