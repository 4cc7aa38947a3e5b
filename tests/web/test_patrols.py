"""The patrol pages: who sees them, what they say, who is named on them, and what a supervisor can do there."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.gate import identity
from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import audit_reading, operational_day, sessions, wiring
from rasure.services.audit_reading import Wanted
from rasure.settings import PROJECT, settings
from rasure.store.analytics import presence
from rasure.store.ledger import sessions as session_table
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests.makers import EAST, crime, published, squares
from tests.patrol_world import HELD, MONDAY, add, at, fill, visit

AUDITOR = Principal("A1", "Auditor", Role.AUDITOR, frozenset())
DAYS = [MONDAY + timedelta(days=n) for n in range(8)]
#: The last day is today; the page shows the seven before it.
TODAY = DAYS[-1]


@pytest.fixture(scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("patrol-pages")
    store = open_store(folder / "store", reference_folder=settings().reference)
    load_boundaries.load(store, squares(folder / "areas.geojson"))
    published(folder / "in", "2025-06", "street", [crime("w", month="2025-06"), crime("e", month="2025-06", at=EAST)])
    load_police_uk.load(store, folder / "in")
    arms = {(day, spot): "control" if spot == "W2" else "patrol" for day in DAYS for spot in ("W1", "W2", "E1")}
    visits = [visit("W1", 9 + n, 15, day=day) for day in DAYS[:7] for n in range(2)]
    visits += [visit("W2", 11, 5, day=DAYS[2], tasked=False), visit("E1", 10, 15, day=DAYS[0], officer="PC3")]
    visits += [visit("W1", 20, 15, day=DAYS[1], officer="PC2", flag="same_point"), visit("W1", 12, 20, day=TODAY)]
    _on_the_ground(store)
    fill(store.analytics, arms, visits)
    store.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        patch.setattr(operational_day, "now", lambda *_: at(12.25, TODAY))
        settings.cache_clear()
        yield
        wiring.close()
    settings.cache_clear()


def _on_the_ground(store: Store) -> None:
    """Put a patrol area, the positions of one doubted visit and a patrol record in, and let the store follow them."""
    with store.analytics.transaction() as writer:
        e_dm, n_dm, cell = writer.rows("select e_dm, n_dm, cell from offence where lpa = 'West'")[0]
        there = {"e_dm": e_dm, "n_dm": n_dm, "cell": cell}
        area = {"patrol_area_id": "W1-1", "hotspot_id": "W1", "set_id": "S", "version": 1, "lpa": "West"}
        add(writer, "patrol_area", [area | there | {"name": "W1 Road"} | HELD])
        ping = {"officer_id": "PC2", "source": "app", "batch_id": 1} | there
        add(writer, "ping", [ping | {"seen_at": at(20 + n / 60, DAYS[1]), "seq": n} for n in range(15)])
        wrote = {"patrol_id": "P1", "officer_id": "PC1", "hotspot_id": "W1", "lpa": "West", "is_tasked": True}
        counts = {"spoken_to": 4, "searched": 1, "arrested": 0, "started_at": at(9)}
        add(writer, "patrol", [wrote | counts | HELD])
    presence.ensure(store.analytics)


def opened(person: str | Principal, page: str) -> AppTest:
    if isinstance(person, str):
        secret = sessions.begin()
        sessions.become(secret, person)
    else:
        secret = session_table.create(wiring.store().ledger, person, time.time())
    shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
    shell.user = {identity.USER_KEY: identity.signed(secret)}
    shell.run()
    return shell.switch_page(str(PROJECT / "pages" / f"{page}.py")).run()


def title(shell: AppTest) -> str:
    return str(shell.title[0].value).replace("\\", "").replace("\u00a0", " ")


def everything(shell: AppTest) -> str:
    """Return every text on the page, tables and charts' rows among them."""
    assert not shell.exception
    return " ".join([*(str(part.proto) for part in shell.main), *(part.proto.body for part in shell.get("html"))])


@pytest.mark.usefixtures("_served")
class TestPatrolsPage:
    def test_gold_reads_the_answer_first(self) -> None:
        shell = opened("demo-gold", "patrols")
        assert title(shell) == (
            "Patrols made a valid visit on 57 % of patrol days in the force; 14 % of control days saw police too"
        )
        text = everything(shell).replace("\u00a0", " ")
        assert "8 of 14 patrol days, 95 % interval 33–79 %" in text
        assert "1 of 7 control days" in text

    def test_an_inspector_sees_the_own_area_and_nothing_of_another(self) -> None:
        shell = opened("demo-inspector-East", "patrols")
        assert "14 % of patrol days in East" in title(shell)
        text = everything(shell)
        assert "E1 Road" in text
        assert "W1 Road" not in text
        assert "PC1" not in text
        assert shell.selectbox(key="patrol-area").options == ["East"]

    @pytest.mark.parametrize("person", ["demo-gold", "demo-analyst"])
    def test_no_officer_is_named_to_those_who_do_not_supervise_them(self, person: str) -> None:
        shell = opened(person, "patrols")
        text = everything(shell)
        assert "PC1" not in text
        assert "PC2" not in text
        assert "Whom to thank" not in [heading.value for heading in shell.subheader]
        assert "the same exact point for more than five minutes" in text

    def test_a_supervisor_is_told_whom_to_thank_and_on_how_many_visits(self) -> None:
        shell = opened("demo-inspector-West", "patrols")
        text = everything(shell)
        assert "Most valid visits" in text
        assert "14 of 14" in text
        assert "1 of 1 officer with a tasked visit had at least 10" in text

    @pytest.mark.parametrize("person", ["demo-officer", "demo-partner", "demo-auditor", "demo-offender-manager"])
    @pytest.mark.parametrize("page", ["patrols", "live"])
    def test_a_role_without_the_right_has_no_such_page(self, person: str, page: str) -> None:
        with pytest.raises(ValueError, match=page):
            opened(person, page)

    def test_a_longer_period_is_drawn_by_week(self) -> None:
        shell = opened("demo-gold", "patrols")
        assert "Patrol days with a valid visit, by day" in [heading.value for heading in shell.subheader]
        shell.selectbox(key="patrol-period").set_value("Last week").run()
        assert not shell.exception

    def test_a_chosen_area_changes_the_answer(self) -> None:
        shell = opened("demo-gold", "patrols")
        shell.selectbox(key="patrol-area").set_value("West").run()
        assert "in West" in title(shell)
        assert "E1 Road" not in everything(shell)


@pytest.mark.usefixtures("_served")
class TestLookingCloserAndRestoring:
    def test_the_track_is_drawn_after_the_look_is_in_the_log(self) -> None:
        shell = opened("demo-inspector-West", "patrols")
        assert not shell.get("deck_gl_json_chart")
        before = wiring.store().audit.head().seq
        next(button for button in shell.button if button.label == "Show the track").click().run()
        assert not shell.exception
        assert "15 positions from five minutes before" in everything(shell)
        assert shell.get("deck_gl_json_chart")
        assert wiring.store().audit.head().seq == before + 1
        shell.run()
        assert wiring.store().audit.head().seq == before + 1

    def test_another_visit_does_not_show_the_track_of_the_one_before(self) -> None:
        shell = opened("demo-inspector-West", "patrols")
        next(button for button in shell.button if button.label == "Show the track").click().run()
        chooser = shell.selectbox(key="patrol-visit")
        chooser.set_value(chooser.options[1]).run()
        assert not shell.get("deck_gl_json_chart")

    def test_too_short_a_reason_is_answered_in_a_sentence(self) -> None:
        shell = opened("demo-inspector-West", "patrols")
        shell.text_input(key="patrol-reason").set_value("no")
        next(button for button in shell.button if button.label == "Restore this visit").click().run()
        assert any("Give a reason of at least 10 characters" in found.value for found in shell.info)

    def test_a_restored_visit_counts_at_once_and_says_so(self) -> None:
        shell = opened("demo-inspector-West", "patrols")
        assert "shown, not counted" in everything(shell)
        shell.text_input(key="patrol-reason").set_value("Seen on CCTV, phone was on the dashboard")
        next(button for button in shell.button if button.label == "Restore this visit").click().run()
        text = everything(shell)
        assert "restored, counted" in text
        assert not [button for button in shell.button if button.label == "Restore this visit"]
        (entry,) = audit_reading.search(wiring.store(), AUDITOR, Wanted(op=Op.ALTERATION)).entries
        assert (entry.actor, entry.reason) == ("demo-inspector-West", "Seen on CCTV, phone was on the dashboard")


@pytest.mark.usefixtures("_served")
class TestLiveBoard:
    def test_a_sergeant_sees_who_is_where_and_what_waits(self) -> None:
        shell = opened("demo-inspector-West", "live")
        assert title(shell) == "The patrol place has had a visit today in West"
        text = everything(shell)
        assert "there now: PC1" in text
        assert "As of 9 March 2026, 12:15" in text

    def test_gold_sees_that_somebody_is_there_and_not_who(self) -> None:
        text = everything(opened("demo-gold", "live"))
        assert "somebody is there now" in text
        assert "PC1" not in text

    def test_a_control_place_is_counted_and_never_named(self) -> None:
        text = everything(opened("demo-gold", "live"))
        assert "0 of 1" in text
        assert "W2 Road" not in text

    def test_the_board_asks_for_the_right_each_time_it_draws_itself(self) -> None:
        script = "from rasure.web import live\nlive._drawn(None, 'the force')\n"
        board = AppTest.from_string(script, default_timeout=60)
        secret = sessions.begin()
        sessions.become(secret, "demo-gold")
        board.user = {identity.USER_KEY: identity.signed(secret)}
        assert "no visit yet today" in str(board.run().title[0].value)
        sessions.become(secret, "demo-partner")
        assert board.run().title[0].value == "This board is no longer yours to see"
        assert "E1 Road" not in everything(board)
