"""The page of the lists: what each role sees, decisions made on it, refusals, and a record of every look."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rasure.gate import identity
from rasure.people.criterion import ListName
from rasure.people.standing import State
from rasure.services import desk, people_lists, people_ranking, sessions, wiring
from rasure.services.people_ranking import SEEN_BY, Asked
from rasure.settings import PROJECT, settings
from rasure.store.store import open_store
from tests import list_world
from tests.list_world import AS_OF, CHILD, FAR, PAT, SUE, VIC

MANAGER, WEST, EAST, ANALYST = "demo-offender-manager", "demo-inspector-W", "demo-inspector-E", "demo-analyst"


@pytest.fixture(scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("people-page")
    list_world.build(open_store(folder / "store", reference_folder=settings().reference), folder).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        patch.setattr(people_ranking, "today", lambda _store: AS_OF)
        settings.cache_clear()
        yield
        wiring.close()
    settings.cache_clear()


def opened(who: str, **asked: str) -> AppTest:
    """Open the page as an invented person; the offender manager's area is the first, East."""
    secret = sessions.begin()
    sessions.become(secret, who)
    shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
    shell.user = {identity.USER_KEY: identity.signed(secret)}
    shell.run().switch_page(str(PROJECT / "pages" / "about.py")).run()
    shell.switch_page(str(PROJECT / "pages" / "people.py"))
    for name, value in asked.items():
        shell.query_params[name] = value
    return shell.run()


def title(shell: AppTest) -> str:
    return str(shell.title[0].value).replace("\\", "")


def everything(shell: AppTest) -> str:
    return " ".join([*(str(part.proto) for part in shell.main), *(found.proto.body for found in shell.get("html"))])


def entry_of(shell: AppTest, person: str, name: ListName = ListName.CARRIERS) -> AppTest:
    return shell.selectbox(key=f"people-entry-{name.value}").set_value(person).run()


def say(shell: AppTest, person: str, state: State, step: str, why: str, name: ListName = ListName.CARRIERS) -> AppTest:
    """Fill in the form of the open entry and press its button."""
    prefix = f"people-form-{name.value}-{person}-{state.value}"
    shell.radio(key=f"{prefix}-step").set_value(step).run()
    shell.text_area(key=f"{prefix}-reason").set_value(why)
    return shell.button(key=f"{prefix}-do").click().run()


def log() -> list[dict[str, Any]]:
    return [json.loads(line) for _, lines in wiring.store().audit.lines() for line in lines]


def state_of(person: str) -> State | None:
    scope = desk.admit(desk.operator(), SEEN_BY[ListName.CARRIERS])
    entry = people_lists.whole(wiring.store(), scope, Asked(ListName.CARRIERS, AS_OF)).of(person)
    return entry.state if entry else None


class TestWhoSeesWhat:
    def test_an_inspector_sees_the_own_area_and_three_lists_apart(self) -> None:
        shell = opened(WEST)
        assert not shell.exception
        assert title(shell) == "Nobody in West Square is on the knife carriers’ list, and two meet the rule"
        assert shell.selectbox(key="people_list").options == [
            "Habitual knife carriers",
            "People at heightened risk",
            "Repeat victims",
        ]
        shown = everything(shell)
        assert "Canary-Pat" in shown
        for other in (FAR, VIC, SUE, "Canary-Far", "Canary-Child"):
            assert other not in shown
        assert CHILD in shown

    def test_victims_stand_alone_on_their_list(self) -> None:
        shown = everything(opened(WEST, people_list="Repeat victims"))
        assert VIC in shown
        assert "Canary-Vic" not in shown, "of unknown age: as a child"
        assert not any(person in shown for person in (PAT, CHILD))

    def test_an_offender_manager_has_no_list_of_victims_and_is_told_of_a_need_alone(self) -> None:
        shell = opened(MANAGER, people_list="Repeat victims")
        assert shell.selectbox(key="people_list").options == ["Habitual knife carriers", "People at heightened risk"]
        assert VIC not in everything(shell)

    @pytest.mark.parametrize("who", ["demo-gold", "demo-auditor", "demo-partner", "demo-officer"])
    def test_others_have_no_such_page(self, who: str) -> None:
        with pytest.raises(ValueError, match="people"):
            opened(who)

    def test_a_look_is_recorded_once_with_how_many(self) -> None:
        before = len(log())
        shell = opened(EAST)
        shell.run()
        new = [entry for entry in log()[before:] if entry["object"].startswith("view_people:")]
        assert [(entry["actor"], entry["n"]) for entry in new] == [(EAST, 2)]

    def test_an_area_where_nobody_meets_it_says_so(self) -> None:
        shell = opened(EAST, people_list="Repeat victims")
        assert title(shell) == "Nobody in East Square meets the rule for the list of repeat victims"
        assert "published data hold no people" in everything(shell)


class TestOneEntry:
    def test_it_says_why_with_every_event_and_is_recorded(self) -> None:
        shell = entry_of(opened(WEST), PAT)
        shown = everything(shell)
        assert "because of two dates, the latest 19 February 2026" in shown.replace("\\", "")
        assert "in another area" in shown
        assert "nothing found, counts nothing" in shown
        assert any(e["object"] == f"person:{PAT}" and e["reference"] == "list:carriers" for e in log())

    def test_where_it_cannot_be_recorded_nothing_is_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        shell = opened(WEST)
        monkeypatch.setattr(wiring.store().audit, "append", _broken)
        shown = everything(entry_of(shell, CHILD))
        assert "because of" not in shown

    def test_nominated_by_one_and_approved_by_another(self) -> None:
        shell = say(entry_of(opened(MANAGER), PAT), PAT, State.PROPOSED, "Nominate for the list", "")
        assert "Say why" in shell.warning[0].value
        shell = say(shell, PAT, State.PROPOSED, "Nominate for the list", "Op Thistle 12")
        assert "Nominated: PAT" in shell.success[0].value.replace("\\", "")
        assert state_of(PAT) is State.NOMINATED
        own = entry_of(opened(MANAGER), PAT)
        assert "an inspector who did not" in everything(own)
        assert "Approve: put on the list" not in own.radio(key=f"people-form-carriers-{PAT}-nominated-step").options
        shell = entry_of(opened(WEST), PAT)
        shell = say(shell, PAT, State.NOMINATED, "Approve: put on the list", "Records read")
        assert state_of(PAT) is State.LISTED
        assert title(shell).startswith("One person in West Square is on the knife carriers’ list")
        assert "Op Thistle 12" in everything(shell)

    def test_a_child_needs_a_safeguarding_lead(self) -> None:
        shell = say(entry_of(opened(WEST), CHILD), CHILD, State.PROPOSED, "Nominate for the list", "why")
        assert "safeguarding lead" in shell.warning[0].value
        assert state_of(CHILD) is State.PROPOSED

    def test_a_button_pressed_after_the_session_ended_decides_nothing(self) -> None:
        shell = entry_of(opened(WEST), CHILD)
        prefix = f"people-form-carriers-{CHILD}-proposed"
        shell.text_area(key=f"{prefix}-reason").set_value("late")
        shell.text_input(key=f"{prefix}-lead").set_value("Sgt Guard")
        store = wiring.store()
        store.ledger.run("update session set revoked_at = 1")
        shell.button(key=f"{prefix}-do").click().run()
        assert state_of(CHILD) is State.PROPOSED
        assert title(shell) == "You are signed out"


def _broken(_values: object) -> None:
    from rasure.errors import Unavailable

    raise Unavailable("The log cannot be written.")
