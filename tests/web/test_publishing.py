"""The page's publishing view, walked as a person walks it, without a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from rasure.gate import identity
from rasure.places.outline import Shift
from rasure.services import drafts, hot_spot_sets, sessions, wiring
from rasure.services.drafts import Change
from rasure.settings import PROJECT, settings
from rasure.store.audit_key import key_beside
from rasure.store.store import open_store
from rasure.web import draft_state
from tests.tasking import COUNTS, EAST, busy_store, publisher


@pytest.fixture(scope="module")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publishing")
    store = open_store(folder / "store", reference_folder=settings().reference)
    busy_store(store, folder).close()
    return folder / "store"


@pytest.fixture
def _served(_filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    shutil.copytree(_filled, tmp_path / "store")
    shutil.copy2(key_beside(_filled), key_beside(tmp_path / "store"))
    monkeypatch.setenv("RASURE_STORE", str(tmp_path / "store"))
    # Without a browser there is no address to write into the log.
    monkeypatch.setattr(ContextProxy, "ip_address", "127.0.0.1")
    settings.cache_clear()
    yield
    wiring.close()
    settings.cache_clear()


def opened(person: str = "demo-analyst") -> AppTest:
    secret = sessions.begin()
    sessions.become(secret, person)
    shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
    shell.user = {identity.USER_KEY: identity.signed(secret)}
    shell.secret = secret
    return shown(shell.run().switch_page(str(PROJECT / "pages" / "hot_spots.py")).run())


def key(shell: AppTest, name: str) -> str:
    """Return the key a widget has now: all of them change when a set was published or an outline was put back."""
    return f"draft-{name}-{shell.session_state['draft-kept']['round']}"


def fitted(shell: AppTest) -> Selectbox:
    return next(found for found in shell.selectbox if found.label == "Hot spot")


def shown(shell: AppTest) -> AppTest:
    """Open the view, however the page offers it."""
    shell.segmented_control(key="view").set_value("Publish for tasking").run()
    assert not shell.exception
    return shell


def headings(shell: AppTest) -> list[str]:
    return [found.value for found in shell.subheader]


def words(shell: AppTest) -> str:
    return " ".join(html.proto.body for html in shell.get("html"))


def publish(shell: AppTest, name: str = "Winter") -> AppTest:
    shell.text_input(key=key(shell, "name")).set_value(name).run()
    shell.checkbox(key=key(shell, "sure")).check().run()
    button = next(found for found in shell.button if found.label.startswith("Publish"))
    return button.click().run()


@pytest.mark.usefixtures("_served")
class TestDraft:
    def test_the_answer_is_one_sentence_and_the_table_holds_it(self) -> None:
        shell = opened()
        n = sum(COUNTS.values())
        assert headings(shell)[0].startswith("Four places make three hot spots that hold ")
        assert f"{n - 3:,} of {n:,} ranked offences" in words(shell)
        assert "1 with fewer than 6 offences" in words(shell)
        assert ", 2 places" in words(shell)

    def test_another_rule_makes_other_hot_spots(self) -> None:
        shell = opened()
        shell.number_input(key=key(shell, "n")).set_value(1).run()
        assert headings(shell)[0].startswith("One place makes one hot spot that holds ")
        shell.number_input(key=key(shell, "n")).set_value(4).run()
        shell.selectbox(key=key(shell, "joined")).set_value("Do not join").run()
        assert headings(shell)[0].startswith("Four places make four hot spots")

    def test_rings_that_overlap_are_listed(self) -> None:
        assert "1 pair of hot spots lie less than 200 m apart" in words(opened())

    def test_too_few_eligible_places_are_said_and_no_error(self) -> None:
        shell = opened()
        assert "The eligible places end before what was asked for" in words(shell)

    def test_the_draft_outlives_a_page_change(self) -> None:
        shell = opened()
        shell.number_input(key=key(shell, "n")).set_value(2).run()
        spot = fitted(shell).value
        shell.number_input(key=key(shell, f"east_m-{spot}")).set_value(-30.0).run()
        shell.text_input(key=key(shell, "note")).set_value("keep me").run()
        shell.switch_page(str(PROJECT / "pages" / "about.py")).run()
        shell.switch_page(str(PROJECT / "pages" / "hot_spots.py")).run()
        shell = shown(shell)
        assert shell.number_input(key=key(shell, "n")).value == 2
        assert shell.number_input(key=key(shell, f"east_m-{spot}")).value == -30.0
        assert shell.text_input(key=key(shell, "note")).value == "keep me"


@pytest.mark.usefixtures("_served")
class TestFit:
    def said(self, shell: AppTest) -> str:
        return " ".join(found.value for found in shell.markdown).replace("\\", "")

    def test_a_nudge_says_what_it_gains_and_loses(self) -> None:
        shell = opened()
        east = next(own for own in fitted(shell).options if "2 ·" in own)
        fitted(shell).set_value(self.key_of(shell, east)).run()
        spot = fitted(shell).value
        assert f"holds {COUNTS[EAST]} offences in 5.0 ha" in self.said(shell)
        shell.number_input(key=key(shell, f"east_m-{spot}")).set_value(-90.0).run()
        assert f"+0 offences, −{COUNTS[EAST]}: {COUNTS[EAST]} → 0 in the same 5.0 ha" in self.said(shell)
        assert "less score" in self.said(shell)
        next(found for found in shell.button if found.label == "Put it back").click().run()
        assert f"holds {COUNTS[EAST]} offences" in self.said(shell)

    def key_of(self, shell: AppTest, _label: str) -> str:
        scope = publisher()
        question = shell.session_state["choice"].question
        found = drafts.draft(wiring.store(), scope, question, drafts.Rule(drafts.FirstN(12)))
        return next(spot.key for spot in found.spots if spot.cells == (EAST,))


@pytest.mark.usefixtures("_served")
class TestPublish:
    def test_a_set_is_published_listed_and_offered_as_a_file(self) -> None:
        shell = publish(opened())
        assert not shell.exception
        assert shell.success[0].value.replace("\\", "") == (
            "Published as version 1 of winter: 3 hot spots with 4 patrol areas."
        )
        assert "One set is published; the latest, Winter version 1, has 3 hot spots" in headings(shell)
        assert "/export/new?what=hot-spot-set&as=csv&set=winter&version=1" in {
            link.proto.url for link in shell.get("link_button")
        }
        assert "First 12 by count" in words(shell)

    def test_what_was_said_of_a_hot_spot_is_published(self) -> None:
        shell = opened()
        spot = fitted(shell).value
        shell.session_state["draft-changes"] = {spot: Change(name="Larch Row", contact="PS Sparrow", shift=Shift(20.0))}
        publish(shell.run())
        found = hot_spot_sets.contents(wiring.store(), publisher(), "winter", 1)
        assert (found.hot_spots[0].name, found.hot_spots[0].contact) == ("Larch Row", "PS Sparrow")
        assert found.hot_spots[0].is_moved

    def test_again_is_a_new_version_of_the_same_name(self) -> None:
        shell = publish(opened())
        shell.radio(key=key(shell, "kind")).set_value("A new version of a set").run()
        shell = publish(shell, name="")
        assert "Nothing differs from version 1." in shell.success[0].value.replace("\\", "")
        held = hot_spot_sets.versions(wiring.store(), publisher())
        assert [(found.name, found.version) for found in held] == [("Winter", 2), ("Winter", 1)]

    def test_bad_input_is_said_and_loses_nothing(self) -> None:
        shell = opened()
        shell.text_input(key=key(shell, "note")).set_value("keep me").run()
        spot = fitted(shell).value
        shell.number_input(key=key(shell, f"north_m-{spot}")).set_value(15.0).run()
        shell = publish(shell, name="=cmd")
        assert "may not begin with" in shell.warning[0].value
        assert shell.text_input(key=key(shell, "name")).value == "=cmd"
        assert shell.text_input(key=key(shell, "note")).value == "keep me"
        assert shell.number_input(key=key(shell, f"north_m-{spot}")).value == 15.0
        assert hot_spot_sets.versions(wiring.store(), publisher()) == []

    def test_a_button_pressed_after_the_right_to_it_is_gone_publishes_nothing(self) -> None:
        shell = opened()
        shell.text_input(key=key(shell, "name")).set_value("Winter").run()
        shell.checkbox(key=key(shell, "sure")).check().run()
        sessions.become(shell.secret, "demo-gold")
        button = next(found for found in shell.button if found.label.startswith("Publish"))
        shell = button.click().run()
        assert hot_spot_sets.versions(wiring.store(), publisher()) == []
        assert "may not publish a set" in shell.session_state["draft-said"][1]

    def test_the_one_who_may_not_publish_reads_and_is_offered_no_draft(self) -> None:
        publish(opened())
        shell = opened("demo-inspector-E")
        assert not [found for found in shell.button if found.label.startswith("Publish")]
        assert "One set is published; the latest, Winter version 1, has 1 hot spot" in headings(shell)


class TestTyped:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ({"Name": "Elm"}, Change(name="Elm")),
            ({"Name": None, "Contact": None}, Change()),
            ({"Cap": 2}, Change(daily_cap=2)),
            ({"Cap": None}, Change()),
            ({"Keep": False}, Change(is_left_out=True)),
            ({"Keep": True}, Change()),
            ({"Tasks": "walk|talk", "#": 9}, Change(tasks="walk|talk")),
        ],
    )
    def test_what_is_typed_into_a_row_is_kept(self, said: dict[str, object], expected: Change) -> None:
        assert draft_state.said_of(Change(), said) == expected

    def test_what_was_said_before_stays(self) -> None:
        before = Change(name="Elm", shift=Shift(5.0), tasks="walk")
        assert draft_state.said_of(before, {"Cap": 3}) == Change(
            name="Elm", shift=Shift(5.0), tasks="walk", daily_cap=3
        )
