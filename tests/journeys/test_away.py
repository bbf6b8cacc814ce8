"""People go away while their pictures are made: they close the tab, change the machine, restart it all."""

from pathlib import Path

import pytest

from tests.house import House, running
from tests.journeys.records import check_ledger, held, rows, settled, wait_until_priced
from tests.visitor import Books, Visitor

PROMPT = "{red|blue|green} dunes under {a full moon|rain}"


def test_a_person_closes_the_tab_and_finds_everything_on_another_machine(running_studio: House) -> None:
    with Visitor(running_studio) as here:
        run = here.sign_in("designer").generate(PROMPT, visibility="private")
    with Visitor(running_studio) as there:
        there.sign_in("designer")
        assert len(there.states_of(run)) == 6
        there.wait_until_quiet()
        assert there.states_of(run) == ["done"] * 6
        images = there.images_of(run)
        assert len(set(images)) == 6
        gallery = there.page("/gallery")
        assert all(image in gallery for image in images)
    with Visitor(running_studio) as colleague:
        colleague.sign_in("reviewer")
        assert colleague.http.get(run).status_code == 404
        assert [colleague.http.get(image).status_code for image in images] == [404] * 6
        assert not any(image in colleague.page("/gallery") for image in images)


@pytest.mark.xdist_group("house")
def test_the_studio_is_started_twice_and_keeps_everything(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as first, Visitor(first) as person:
        old = person.sign_in("designer").generate("a lighthouse in the fog")
        person.wait_until_quiet()
        picture = person.images_of(old)[0]
        Books(first).set_latency("4")
        under_way = person.generate(PROMPT)
        person.wait_until_accepted(under_way)  # what is cut off while it is sent is honestly unknown
    with running(data) as second, Visitor(second) as person:  # stopped in the midst of it
        person.sign_in("designer")
        assert person.images_of(old) == [picture]
        assert person.http.get(f"{picture}/original").headers["content-type"] == "image/jpeg"
        person.wait_until_quiet()
        wait_until_priced(second)
        assert person.states_of(under_way) == ["done"] * 6
        books = Books(second)
        assert len(books.jobs()) == 7  # nothing was bought again
        assert settled(second) == books.charged()
        assert held(second) == 0
        assert len(rows(second, "SELECT 1 FROM generation_image")) == 7
        assert "0 open holds" in check_ledger(second)


def test_the_same_form_sent_twice_makes_one_run(running_studio: House) -> None:
    with Visitor(running_studio) as person:
        person.sign_in("reviewer").page("/")
        first = person.press_generate("two boats on a calm sea")
        second = person.press_generate("two boats on a calm sea")
        assert (first.status_code, second.status_code) == (200, 200)
        person.wait_until_quiet()
    made = rows(running_studio, "SELECT 1 FROM generation_run WHERE template = 'two boats on a calm sea'")
    assert len(made) == 1
