"""The shell and its pages for every role, without a browser."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.gate import identity
from rasure.ingest import load_boundaries, load_police_uk
from rasure.places import fdr
from rasure.services import audit, audit_reading, sessions, wiring
from rasure.services.audit_reading import Wanted
from rasure.settings import PROJECT, settings
from rasure.store.ledger import sessions as session_table
from rasure.store.store import open_store
from rasure.terms import Role
from rasure.web import hot_spots_views, navigation
from tests.makers import EAST, crime, published, squares

INSPECTORS = {"demo-inspector-West", "demo-inspector-East", "demo-relief-inspector-East"}
SEES_OFFENCES = {"demo-analyst", "demo-gold", "demo-offender-manager"} | INSPECTORS
SEES_DATA = SEES_OFFENCES | {"demo-auditor"}


@pytest.fixture(scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("shell")
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_boundaries.load(store, squares(folder / "areas.geojson"))
    rows = [crime("w", month="2025-06"), crime("w2", month="2025-06"), crime("e", month="2025-06", at=EAST)]
    published(folder / "in", "2025-06", "street", rows)
    load_police_uk.load(store, folder / "in")
    store.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        settings.cache_clear()
        yield
        wiring.close()
    settings.cache_clear()


def opened(person: str, page: str | None = None) -> AppTest:
    """Open the shell as one of the invented people, on a page if one is named."""
    secret = sessions.begin()
    sessions.become(secret, person)
    shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
    shell.user = {identity.USER_KEY: identity.signed(secret)}
    shell.run()
    if page:
        shell.switch_page(str(PROJECT / "pages" / f"{page}.py")).run()
    return shell


def people() -> list[str]:
    return sorted(SEES_DATA | {"demo-partner", "demo-officer"})


@pytest.mark.usefixtures("_served")
class TestRoles:
    @pytest.mark.parametrize("person", people())
    def test_each_starts_on_a_page_that_is_theirs(self, person: str) -> None:
        shell = opened(person)
        assert not shell.exception
        title = shell.title[0].value
        if person in SEES_OFFENCES:
            assert "violence" in title
        elif person in SEES_DATA:
            assert title == "Offences run to June 2025"
        elif person == "demo-partner":
            assert title == "No whole quarter can be shown yet"
        else:
            assert title == "There is nothing for your role in the dashboard yet"

    @pytest.mark.parametrize("person", sorted(set(people()) - SEES_OFFENCES))
    def test_a_page_the_role_lacks_does_not_exist_for_it(self, person: str) -> None:
        with pytest.raises(ValueError, match="hot_spots"):
            opened(person, "hot_spots")

    def test_an_inspector_may_choose_only_the_own_area(self) -> None:
        shell = opened("demo-inspector-West")
        assert shell.selectbox(key="area").options == ["West"]
        assert "West’s violence" in shell.title[0].value

    def test_the_whole_force_is_offered_to_those_who_see_it(self) -> None:
        assert opened("demo-gold").selectbox(key="area").options == ["Whole force", "East", "West"]

    def test_every_invented_person_is_covered_by_these_tests(self) -> None:
        assert {person.id for person in sessions.demo_people()} == set(people())


@pytest.mark.usefixtures("_served")
class TestSession:
    def test_without_the_gate_nothing_is_shown(self) -> None:
        shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60).run()
        assert [title.value for title in shell.title] == ["Not started through Rasure"]
        assert not shell.sidebar

    def test_a_session_that_is_over_shows_the_way_back_in(self) -> None:
        secret = sessions.begin()
        sessions.end(secret)
        shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
        shell.user = {identity.USER_KEY: identity.signed(secret)}
        assert [title.value for title in shell.run().title] == ["You are signed out"]

    def test_a_header_the_gate_did_not_sign_is_no_session(self) -> None:
        shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
        shell.user = {identity.USER_KEY: sessions.begin() + ".forged"}
        assert [title.value for title in shell.run().title] == ["Not started through Rasure"]

    def test_an_idle_session_has_ended(self) -> None:
        secret = sessions.begin(clock=lambda: 1_000.0)
        assert sessions.principal_of(secret, clock=lambda: 1_000.0 + sessions.IDLE_S - 1) is not None
        assert sessions.principal_of(secret, clock=lambda: 1_000.0 + sessions.IDLE_S) is None

    def test_no_session_outlives_a_shift(self) -> None:
        secret = sessions.begin(clock=lambda: 1_000.0)
        for minute in range(0, 12 * 60, 10):
            sessions.touch(secret, clock=lambda at=minute: 1_000.0 + at * 60)
        assert sessions.principal_of(secret, clock=lambda: 1_000.0 + sessions.ABSOLUTE_S) is None


@pytest.mark.usefixtures("_served")
class TestFilters:
    def test_a_change_of_area_changes_the_answer_and_the_map(self) -> None:
        shell = opened("demo-analyst")
        shell.selectbox(key="area").set_value("East").run()
        assert "East’s violence" in shell.title[0].value
        assert "lpa=East" in shell.get("deck_gl_json_chart")[0].proto.json

    def test_night_on_published_data_says_why_it_is_empty(self) -> None:
        shell = opened("demo-analyst")
        shell.selectbox(key="time").set_value("Night, 18–06").run()
        assert not shell.exception
        assert any("published data have no clock times" in text.value for text in shell.markdown)


@pytest.mark.usefixtures("_served")
class TestMoreAboutARanking:
    def test_nothing_more_is_worked_out_until_a_view_is_opened(self) -> None:
        shell = opened("demo-analyst")
        assert shell.get("button_group")
        assert [heading.value for heading in shell.subheader] == []

    def test_how_sure_says_which_leading_places_stay(self) -> None:
        shell = opened("demo-analyst")
        shell.segmented_control(key="view").set_value("How sure").run()
        assert not shell.exception
        assert "leading places" in shell.subheader[0].value
        assert "of 8 shifts of the grid" in shell.subheader[0].value

    def test_data_too_few_for_a_back_test_are_a_screen_with_the_reason(self) -> None:
        shell = opened("demo-gold")
        shell.segmented_control(key="view").set_value("How well it would have done").run()
        assert not shell.exception
        assert shell.subheader[0].value == "These data are too few to test the ranking"
        assert any("span 30 days" in said.value.replace("\\", "") for said in shell.markdown)

    @pytest.mark.parametrize("view", list(hot_spots_views.VIEWS))
    def test_every_view_opens_for_an_inspector(self, view: str) -> None:
        shell = opened("demo-inspector-East")
        shell.segmented_control(key="view").set_value(view).run()
        assert not shell.exception
        assert shell.subheader

    @pytest.mark.parametrize("shading", ["Clusters (Gi*)", "Density"])
    def test_the_map_is_shaded_by_what_was_chosen(self, shading: str) -> None:
        shell = opened("demo-inspector-West")
        shell.segmented_control(key="shading").set_value(shading).run()
        assert not shell.exception
        layers = shell.get("deck_gl_json_chart")[0].proto.json
        assert ("/api/v1/map/gi-star?" in layers, "/api/v1/map/density?" in layers) == (
            (True, False) if shading.startswith("Clusters") else (False, True)
        )
        assert "/api/v1/map/hot-spots?" not in layers


@pytest.mark.usefixtures("_served")
class TestChecks:
    def test_every_sum_agrees_and_names_its_source(self) -> None:
        shell = opened("demo-auditor", "checks")
        assert shell.title[0].value.startswith("All ")
        assert not shell.error
        assert "Where the answer comes from" in " ".join(html.proto.body for html in shell.get("html"))

    def test_a_broken_statistic_turns_the_page_red(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fdr, "adjusted", lambda p_values: p_values)
        shell = opened("demo-auditor", "checks")
        assert "not agree" in shell.title[0].value
        assert "fdr" in shell.error[0].value


def html_of(shell: AppTest) -> str:
    return " ".join(found.proto.body for found in shell.get("html"))


@pytest.mark.usefixtures("_served")
class TestAudit:
    def test_it_says_in_a_sentence_that_the_log_is_whole(self) -> None:
        shell = opened("demo-auditor", "audit")
        assert not shell.exception
        title = shell.title[0].value
        assert title.startswith("The log is whole: ")
        assert title.endswith("last checked just now")
        assert "Nobody has opened a person" in html_of(shell)
        assert "nothing to review" in html_of(shell)

    @pytest.mark.parametrize("person", sorted(set(people()) - {"demo-auditor"}))
    def test_it_does_not_exist_for_anybody_else(self, person: str) -> None:
        with pytest.raises(ValueError, match="audit"):
            opened(person, "audit")

    def test_the_administrator_has_no_audit_page(self) -> None:
        keeper = Principal("K", "K", Role.ADMINISTRATOR, frozenset())
        secret = session_table.create(wiring.store().ledger, keeper, time.time())
        shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
        shell.user = {identity.USER_KEY: identity.signed(secret)}
        assert shell.run().title[0].value == "Offences run to June 2025"
        with pytest.raises(ValueError, match="audit"):
            shell.switch_page(str(PROJECT / "pages" / "audit.py"))

    def test_a_search_shows_what_matches_and_is_recorded_once(self) -> None:
        shell = opened("demo-auditor", "audit")
        shell.text_input(key="audit-who").set_value("demo-auditor")
        shell.selectbox(key="audit-what").set_value("sign-in")
        before = wiring.store().audit.head().seq
        next(button for button in shell.button if button.label == "Search").click().run()
        assert "became another person" in html_of(shell)
        assert wiring.store().audit.head().seq == before + 1
        shell.run()
        assert wiring.store().audit.head().seq == before + 1

    def test_text_in_a_record_stays_text(self) -> None:
        own = Principal("A<b>1</b>", "A", Role.ANALYST, frozenset())
        audit.record(wiring.store(), own, Op.ADMIN, object="x:<img src=y>", reason="![](http://evil.example/x)")
        shell = opened("demo-auditor", "audit")
        assert "x:&lt;img src=y&gt;" in html_of(shell)
        assert "<img src=y>" not in html_of(shell)
        assert not any("evil.example" in found.value for found in shell.markdown)

    def test_pages_turn_and_the_whole_log_is_checked_on_request(self) -> None:
        store = wiring.store()
        for number in range(60):
            audit.record(store, Principal("N", "N", Role.ANALYST, frozenset()), Op.ADMIN, object=f"thing:{number}")
        shell = opened("demo-auditor", "audit")
        assert "Records 1 to 20 of" in html_of(shell)
        next(button for button in shell.button if button.label == "Older").click().run()
        assert "Records 21 to " in html_of(shell)
        next(button for button in shell.button if button.label.startswith("Check")).click().run()
        assert f"{store.audit.head().seq - 1:,} records" in shell.title[0].value

    def test_a_consultation_of_last_week_is_drawn_and_reviewed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        officer = Principal("I7", "I", Role.INSPECTOR, frozenset({"West"}))
        seq = audit.record(wiring.store(), officer, Op.CONSULTATION, object="person:P1", reason="seen at X").seq
        next_week = datetime.now(UTC).date() + timedelta(days=7)
        monkeypatch.setattr("rasure.web.audit._today", lambda: next_week)
        shell = opened("demo-auditor", "audit")
        assert "0 of 1 reviewed" in html_of(shell)
        assert "Nobody stands out among 1 look-up by 1 person" in html_of(shell)
        shell.radio(key="review-verdict").set_value("to follow up")
        shell.text_input(key="review-note").set_value("No operation named")
        next(button for button in shell.button if button.label.startswith("Write")).click().run()
        assert not shell.exception
        assert "1 of 1 reviewed" in html_of(shell)
        found = audit_reading.search(wiring.store(), AUDITOR, Wanted(object=f"record:{seq}")).entries
        assert (found[0].fields, found[0].reason) == (("reviewed", "to follow up"), "No operation named")

    def test_reaching_into_another_area_from_a_page_is_in_the_log(self) -> None:
        script = (
            "from rasure.errors import OutOfArea\nfrom rasure.web import problems\n"
            "problems.on_script_error(OutOfArea('Not there.'))"
        )
        shell = AppTest.from_string(script)
        secret = sessions.begin()
        sessions.become(secret, "demo-inspector-West")
        shell.user = {identity.USER_KEY: identity.signed(secret)}
        assert shell.run().info[0].value == "Not there\\."
        (entry, *_) = audit_reading.search(wiring.store(), AUDITOR, Wanted(op=Op.DENIED)).entries
        assert (entry.actor, entry.object[:5]) == ("demo-inspector-West", "page:")

    def test_a_broken_log_says_where(self) -> None:
        path = wiring.store().audit.segments()[0]
        path.write_bytes(path.read_bytes().replace(b'"actor":"rasure"', b'"actor":"nobody"'))
        shell = opened("demo-auditor", "audit")
        next(button for button in shell.button if button.label.startswith("Check")).click().run()
        assert shell.title[0].value.startswith("The log is not whole: something is wrong in one place")
        assert "record 1 was changed" in shell.error[0].value
        path.write_bytes(path.read_bytes().replace(b'"actor":"nobody"', b'"actor":"rasure"'))
        next(button for button in shell.button if button.label.startswith("Check")).click().run()
        assert shell.title[0].value.startswith("The log is whole")


AUDITOR = Principal("A1", "Auditor", Role.AUDITOR, frozenset())


def failing(error: str) -> AppTest:
    script = f"""
from rasure.errors import InputRejected, NotAllowed
from rasure.web import problems
problems.on_script_error({error})
"""
    return AppTest.from_string(script).run()


class TestProblems:
    def test_what_a_person_may_not_is_said_plainly(self) -> None:
        assert failing("NotAllowed('Not yours.')").info[0].value == "Not yours\\."

    def test_what_a_person_can_mend_is_a_warning_in_words(self) -> None:
        assert failing("InputRejected('Mend it.')").warning[0].value == "Mend it\\."

    def test_anything_else_shows_no_traceback(self) -> None:
        shown = failing("ZeroDivisionError('secret detail')").error[0].value
        assert shown.startswith("This page failed.")
        assert "secret" not in shown

    def test_streamlits_own_display_is_kept_away(self) -> None:
        script = (
            "import streamlit as st\nfrom rasure.web import problems\nst.text(problems.on_script_error(KeyError('x')))"
        )
        assert AppTest.from_string(script).run().text[0].value == "True"


def test_pages_and_their_files_agree() -> None:
    assert {stem for stem, *_ in navigation.PAGES} == {path.stem for path in (PROJECT / "pages").glob("*.py")}
