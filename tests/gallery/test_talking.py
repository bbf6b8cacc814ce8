"""Comments, replies, pins and being called: what is kept, who may, who is told (C13, C14)."""

import pytest
from django.db import IntegrityError, transaction

from gallery import calling, talking, thread
from gallery.models import Card, Comment, Mention
from gallery.refusals import Impossible, NotTheirs
from gallery.talking import Spot
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.conftest import MakeMember
from tests.gallery import factories
from tests.gallery.factories import PRIVATE

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(ada: Member) -> Image:
    return factories.rows(ada, ["a dune"])[0]


class TestSaying:
    def test_what_is_said_is_there_with_the_answers_below_it(
        self, ada: Member, bob: Member, image: Image
    ) -> None:
        first = talking.say(bob, image, " Could it be **darker**?\r\n")
        answer = talking.say(ada, image, "It could", parent=first)
        talking.say(bob, image, "Good", parent=answer)
        (one,) = thread.of(ada, image).open
        assert one.head.html == "<p>Could it be <strong>darker</strong>?</p>"
        assert [said.comment.text for said in one.replies] == ["It could", "Good"]
        assert [said.own for said in one.replies] == [True, False]

    def test_the_card_finds_it_by_its_words_and_counts_it(self, bob: Member, image: Image) -> None:
        comment = talking.say(bob, image, "Zeppelin")
        assert "zeppelin" in Card.objects.get(image=image).words
        talking.delete(bob, comment)
        assert "zeppelin" not in Card.objects.get(image=image).words

    @pytest.mark.parametrize("text", ["", "  \n", "\0", "\0 \r\n"])
    def test_nothing_is_not_said(self, ada: Member, image: Image, text: str) -> None:
        with pytest.raises(Impossible, match="Write something first"):
            talking.say(ada, image, text)

    def test_a_novel_is_too_long(self, ada: Member, image: Image) -> None:
        with pytest.raises(Impossible, match="This has 10,000 characters"):
            talking.say(ada, image, "x" * 10_000)
        assert not Comment.objects.exists()

    def test_an_answer_belongs_to_the_same_image(self, ada: Member, image: Image) -> None:
        other = talking.say(ada, factories.rows(ada, ["another"])[0], "Hello")
        with pytest.raises(Impossible, match="not there any more"):
            talking.say(ada, image, "Hello", parent=other)


class TestChanging:
    def test_its_writer_changes_and_deletes_it(self, ada: Member, image: Image) -> None:
        comment = talking.say(ada, image, "Helo")
        talking.edit(ada, comment, "Hello")
        comment.refresh_from_db()
        assert (comment.text, comment.edited_at is not None) == ("Hello", True)
        talking.delete(ada, comment)
        assert thread.of(ada, image).count == 0
        assert thread.of(ada, image).open == ()

    def test_nobody_else_does_not_even_an_owner(self, ada: Member, member: MakeMember, image: Image) -> None:
        comment, owner = talking.say(ada, image, "Hello"), member("owner")
        with pytest.raises(NotTheirs):
            talking.edit(owner, comment, "Bye")
        with pytest.raises(NotTheirs):
            talking.delete(owner, comment)

    def test_a_deleted_one_keeps_the_answers_and_loses_its_words(self, ada: Member, image: Image) -> None:
        comment = talking.say(ada, image, "A secret")
        talking.say(ada, image, "Noted", parent=comment)
        talking.delete(ada, comment)
        (one,) = thread.of(ada, image).open
        assert (one.head.comment.text, len(one.replies)) == ("", 1)

    def test_resolved_it_is_hidden_and_kept_and_can_be_taken_up_again(
        self, ada: Member, bob: Member, image: Image
    ) -> None:
        comment = talking.say(ada, image, "Hello", spot=Spot(x=0.5, y=0.5))
        for _ in range(2):
            talking.resolve(bob, comment, done=True)
        talk = thread.of(ada, image)
        assert (talk.open, len(talk.resolved), talk.pins, talk.count) == ((), 1, [], 1)
        assert talk.resolved[0].head.comment.resolved_by == bob
        talking.resolve(ada, comment, done=False)
        assert len(thread.of(ada, image).pins) == 1

    def test_an_answer_is_not_resolved_alone(self, ada: Member, image: Image) -> None:
        answer = talking.say(ada, image, "Hello", parent=talking.say(ada, image, "Hello"))
        with pytest.raises(Impossible):
            talking.resolve(ada, answer, done=True)


class TestPins:
    def test_they_are_numbered_and_keep_their_numbers(self, ada: Member, image: Image) -> None:
        pins = [talking.say(ada, image, f"Spot {n}", spot=Spot(x=n / 4, y=0.25)) for n in range(3)]
        talking.delete(ada, pins[2])
        again = talking.say(ada, image, "Another", spot=Spot(x=1, y=0))
        assert [pin.pin for pin in (*pins, again)] == [1, 2, 3, 4]
        shown = thread.of(ada, image).pins
        assert [(one.comment.pin, one.across, one.down) for one in shown] == [
            (1, "0%", "25%"),
            (2, "25%", "25%"),
            (4, "100%", "0%"),
        ]

    def test_an_answer_is_no_pin(self, ada: Member, image: Image) -> None:
        first = talking.say(ada, image, "Hello")
        answer = talking.say(ada, image, "Hello", parent=first, spot=Spot(x=0.1, y=0.1))
        assert answer.pin is None

    @pytest.mark.parametrize(
        ("x", "y"),
        [("1.01", "0"), ("0", "-0.1"), ("nan", "0"), ("0", "inf"), ("left", "0"), ("0.5", ""), ("1e9", "0")],
    )
    def test_beside_the_picture_there_is_no_spot(self, x: str, y: str) -> None:
        with pytest.raises(Impossible, match="between 0 and 1"):
            talking.spot_of(x, y)

    def test_a_spot_is_read_from_a_form(self) -> None:
        assert talking.spot_of("0.123456", "1") == Spot(x=0.1235, y=1)
        assert talking.spot_of(" ", "") is None

    def test_the_database_keeps_pins_on_the_picture(self, ada: Member, image: Image) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.create(image=image, member=ada, text="x", pin=1, x=1.5, y=0)


class TestCalling:
    def test_a_name_is_called_whole_or_by_its_first_word(
        self, ada: Member, bob: Member, member: MakeMember
    ) -> None:
        adam = member(name="Adam Apt")
        team = [ada, bob, adam]
        assert calling.called("@Ada Lovelace and @bob, see @ADAM.", team) == [ada, bob, adam]
        assert calling.called("a@bob @@bob @bobby bob @nobody @Ada_x", team) == []

    def test_a_word_that_two_share_calls_nobody(self, ada: Member, member: MakeMember) -> None:
        other = member(name="Ada Byron")
        assert calling.called("@Ada", [ada, other]) == []
        assert calling.called("@Ada Byron", [ada, other]) == [other]

    def test_who_is_called_is_told_and_oneself_is_not(self, ada: Member, bob: Member, image: Image) -> None:
        talking.say(ada, image, "@Bob and @Ada: look")
        assert (calling.unread(bob), calling.unread(ada)) == (1, 0)
        bob.refresh_from_db()
        assert bob.notices == 1
        calling.mark_read(bob)
        bob.refresh_from_db()
        assert bob.notices == 0
        assert (calling.unread(bob), len(calling.mentions(bob))) == (0, 1)

    def test_after_a_change_others_are_called(self, ada: Member, bob: Member, image: Image) -> None:
        comment = talking.say(ada, image, "@Bob look")
        talking.edit(ada, comment, "Look")
        assert not Mention.objects.exists()

    def test_of_a_private_image_nobody_is_told(self, ada: Member, bob: Member) -> None:
        image = factories.rows(ada, ["secret"], visibility=PRIVATE)[0]
        talking.say(ada, image, "@Bob look")
        assert not Mention.objects.exists()

    def test_what_went_private_since_is_told_no_more(self, ada: Member, bob: Member, image: Image) -> None:
        talking.say(ada, image, "@Bob look")
        Image.objects.update(visibility=PRIVATE)
        assert (calling.mentions(bob), calling.unread(bob)) == ([], 0)

    def test_names_are_offered_by_any_of_their_words(self, ada: Member, bob: Member) -> None:
        assert calling.offered("love", but=bob) == [ada]
        assert calling.offered("", but=bob) == [ada]
        assert calling.offered("b", but=bob) == []
