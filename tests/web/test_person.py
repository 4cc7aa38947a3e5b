"""The pages about people without a browser: reason first, what each role is shown, the frame, the notices."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from rasure.gate import identity
from rasure.services import sessions, wiring
from rasure.settings import PROJECT, settings
from rasure.store.ledger import sessions as session_table
from rasure.store.store import Store, open_store
from tests.people_world import CHILD, EAST_MAN, NAMES, VICTIM, WEST_MAN, fill, serving

ANALYST, WEST, EAST, MANAGER = "demo-analyst", "demo-inspector-W", "demo-inspector-E", "demo-offender-manager"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("person-pages")
    fill(open_store(folder / "store", reference_folder=settings().reference), folder).close()
    with pytest.MonkeyPatch.context() as patch, serving(folder / "store", patch) as store:
        yield store


@pytest.fixture(autouse=True)
def _nothing_open(world: Store) -> None:
    for table in ("opening", "opening_request", "broken_glass", "broken_glass_seen"):
        world.ledger.run(f"delete from {table}")


class Reader:
    """One of the invented people before the shell."""

    def __init__(self, person: str) -> None:
        self.secret = sessions.begin()
        sessions.become(self.secret, person)
        self.shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
        self.shell.user = {identity.USER_KEY: identity.signed(self.secret)}
        self.shell.run()

    def go(self, page: str, **asked: str) -> "Reader":
        for name, value in asked.items():
            self.shell.query_params[name] = value
        self.shell.switch_page(str(PROJECT / "pages" / f"{page}.py")).run()
        assert not self.shell.exception
        return self

    def give_reason(self, subject: str) -> "Reader":
        """Fill the prompt and send it."""
        key = f"open-{subject}"
        self.shell.selectbox(key=f"{key}-reason").set_value("Investigation")
        self.shell.text_area(key=f"{key}-detail").set_value("Robbery series")
        self.shell.text_input(key=f"{key}-reference").set_value("Op Thistle")
        self.press("Open, and log it")
        return self

    def press(self, label: str) -> None:
        next(button for button in self.shell.button if button.label == label).click().run()
        assert not self.shell.exception

    @property
    def title(self) -> str:
        return str(self.shell.title[0].value)

    def everything(self) -> str:
        """Return all that reached the page, as text."""
        drawn = [str(element.proto) for part in (self.shell.main, self.shell.sidebar) for element in part]
        return "\n".join(drawn)


class TestReasonFirst:
    def test_nobody_is_told_of_before_a_reason_was_given(self, world: Store) -> None:
        reader = Reader(WEST).go("person", person=WEST_MAN)
        assert reader.title == "Say first why you need this record"
        assert not any(name in reader.everything() for name in NAMES.values())
        reader.give_reason(f"person:{WEST_MAN}")
        assert "is recorded as suspect or offender in three offences" in reader.title
        assert NAMES[WEST_MAN] in reader.everything()
        assert NAMES[EAST_MAN] not in reader.everything()

    def test_an_empty_prompt_says_what_is_missing_and_opens_nothing(self, world: Store) -> None:
        reader = Reader(WEST).go("person", person=WEST_MAN)
        reader.press("Open, and log it")
        assert "Choose a reason" in reader.shell.warning[0].value
        assert world.ledger.value("select count(*) from opening") == 0

    def test_another_areas_person_and_none_look_the_same(self, world: Store) -> None:
        pages = set()
        for name in (EAST_MAN, "P-none"):
            reader = Reader(WEST).go("person", person=name).give_reason(f"person:{name}")
            pages.add(reader.everything().replace(name, "X"))
            assert reader.title == "Say first why you need this record"
        said = {page.split("No person of that identifier")[1][:60] for page in pages}
        assert len(said) == 1

    def test_closed_it_asks_again(self, world: Store) -> None:
        reader = Reader(WEST).go("person", person=WEST_MAN).give_reason(f"person:{WEST_MAN}")
        reader.press("Close it now")
        assert reader.title == "Say first why you need this record"
        assert NAMES[WEST_MAN] not in reader.everything()

    def test_what_is_open_is_offered_where_no_one_is_named(self, world: Store) -> None:
        reader = Reader(WEST).go("person", person=WEST_MAN).give_reason(f"person:{WEST_MAN}")
        del reader.shell.query_params["person"]
        reader.shell.run()
        assert reader.title == "Whose record?"
        assert [sub.value for sub in reader.shell.subheader] == ["Open to you now"]


class TestRoles:
    @pytest.mark.parametrize("person", ["demo-gold", "demo-auditor", "demo-partner", "demo-officer"])
    def test_who_never_sees_a_named_person_has_no_such_page(self, world: Store, person: str) -> None:
        with pytest.raises(ValueError, match="person"):
            Reader(person).go("person", person=WEST_MAN)

    def test_gold_sees_an_offence_and_nobody_in_it(self, world: Store) -> None:
        reader = Reader("demo-gold").go("incident", offence="F1")
        assert "3 March 2026" in reader.title
        assert not any(name in reader.everything() for name in NAMES.values())
        assert not [button for button in reader.shell.button if button.label == "Open, and log it"]

    def test_an_offender_manager_is_shown_no_victim_of_an_offence(self, world: Store) -> None:
        sessions_areas = {person.id: person.lpas for person in sessions.demo_people()}
        offence = "F1" if "W" in sessions_areas[MANAGER] else "F5"
        victim = VICTIM if offence == "F1" else EAST_MAN
        reader = Reader(MANAGER).go("incident", offence=offence).give_reason(f"offence:{offence}")
        assert "Victims and witnesses are not shown" in reader.everything()
        assert NAMES[victim] not in reader.everything()


class TestChild:
    def test_another_inspector_is_asked_agrees_and_then_it_opens(self, world: Store) -> None:
        asking = Reader(ANALYST).go("person", person=CHILD).give_reason(f"person:{CHILD}")
        assert "An inspector has been asked" in asking.shell.info[0].value
        assert NAMES[CHILD] not in asking.everything()
        assert CHILD not in Reader(EAST).go("times").everything().replace("\\\\", "")
        other = Reader(WEST).go("times")
        assert CHILD in other.everything().replace("\\\\", "")
        assert NAMES[CHILD] not in other.everything()
        other.press("Approve")
        asking.shell.run()
        asking.press("Open, and log it")
        assert NAMES[CHILD] in asking.title
        assert "safeguarding lead" in asking.shell.info[0].value


class TestGlass:
    def test_it_is_asked_for_framed_on_every_page_told_and_ended(self, world: Store) -> None:
        reader = Reader(WEST).go("outside")
        box = next(box for box in reader.shell.selectbox if box.label == "Area" and box.key is None)
        box.set_value("E")
        reader.shell.text_area[-1].set_value("Suspect of Op Thistle seen there")
        reader.press("Look outside my areas")
        assert "You are looking outside your area." in reader.everything()
        reader.go("about")
        assert "Suspect of Op Thistle seen there" in reader.everything()
        told = Reader(EAST).go("about")
        assert "looking outside their area" in told.everything().replace("\\", "")
        told.press("I have taken note")
        assert "looking outside their area" not in told.everything()
        auditor = Reader("demo-auditor").go("audit")
        assert "demo-inspector-E" in auditor.everything()
        next(button for button in reader.shell.button if button.label.startswith("Stop looking")).click().run()
        assert "You are looking outside your area." not in reader.everything()


class TestRevoked:
    """A page that stays open in a browser after the right to it is gone."""

    def open_page(self, person: str = WEST) -> Reader:
        return Reader(person).go("person", person=WEST_MAN).give_reason(f"person:{WEST_MAN}")

    def test_after_the_session_ended_a_rerun_shows_nothing(self, world: Store) -> None:
        reader = self.open_page()
        assert NAMES[WEST_MAN] in reader.everything()
        sessions.end(reader.secret)
        reader.shell.run()
        assert reader.title == "You are signed out"
        assert not any(name in reader.everything() for name in NAMES.values())

    def test_a_stale_button_after_the_role_was_lost_does_nothing(self, world: Store) -> None:
        asking = Reader(ANALYST).go("person", person=CHILD).give_reason(f"person:{CHILD}")
        assert asking.shell.info
        other = Reader(WEST).go("about")
        held = next(person for person in sessions.demo_people() if person.id == "demo-officer")
        session_table.switch(wiring.store().ledger, other.secret, held)
        stale = next(button for button in other.shell.button if button.label == "Approve")
        stale.click().run()
        assert world.ledger.value("select count(*) from opening_request where answered_at is not null") == 0

    def test_after_the_role_was_lost_a_rerun_shows_nobody(self, world: Store) -> None:
        reader = self.open_page()
        held = next(person for person in sessions.demo_people() if person.id == "demo-gold")
        session_table.switch(wiring.store().ledger, reader.secret, held)
        reader.shell.run()
        assert not any(name in reader.everything() for name in NAMES.values())

    def test_another_inspector_gets_nothing_of_what_the_analyst_warmed(self, world: Store) -> None:
        warm = self.open_page(ANALYST)
        assert NAMES[EAST_MAN] in warm.everything()
        for person in (EAST, WEST, MANAGER):
            reader = Reader(person).go("person", person=WEST_MAN)
            assert not any(name in reader.everything() for name in NAMES.values())
        cold = Reader(WEST).go("person", person=WEST_MAN).give_reason(f"person:{WEST_MAN}")
        assert NAMES[EAST_MAN] not in cold.everything()
