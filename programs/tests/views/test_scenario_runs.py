"""The learner's own way through a conversation, and another try from any moment of it."""

import pytest

from programs.models import Item, ScenarioStep

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(item_of):
    return item_of(Item.Kind.SCENARIO)


def post(learner, url_of, item, name, **fields):
    reached = learner.get(url_of("item_detail", item)).context["reached"]
    values = {"run": reached.run, "number": reached.number, **fields}
    return learner.post(url_of(name, item), values)


def test_the_path_with_its_codes_in_plain_words_only_at_the_end(learner, item, url_of):
    page = url_of("item_detail", item)
    assert "Your way through it" not in learner.get(page).content.decode()
    post(learner, url_of, item, "scenario_choose", choice="a")
    html = learner.get(page).content.decode()
    assert "You moved past it" in html
    assert "terminator" not in html


def test_another_try_from_a_moment_is_stored_and_erases_nothing(learner, item, url_of):
    post(learner, url_of, item, "scenario_choose", choice="a")
    before = list(ScenarioStep.objects.values_list("pk", flat=True))
    post(learner, url_of, item, "scenario_turn", turn="again", node="open")
    context = learner.get(url_of("item_detail", item)).context
    assert (context["reached"].at.node, context["reached"].at.is_end) == ("open", False)
    assert ScenarioStep.objects.get(is_rewind=True).to_node == "open"
    assert set(before) < set(ScenarioStep.objects.values_list("pk", flat=True))

    post(learner, url_of, item, "scenario_choose", choice="b")
    [run] = learner.get(url_of("item_detail", item)).context["runs"]
    assert (run.kept_open, run.said, [str(end) for end in run.ends]) == (
        1,
        2,
        ["A moment passed by", "You met them"],
    )


@pytest.mark.parametrize("node", ["quiet", "nowhere", ""])
def test_no_try_from_where_one_has_not_been(learner, item, url_of, node):
    post(learner, url_of, item, "scenario_choose", choice="a")
    post(learner, url_of, item, "scenario_turn", turn="again", node=node)
    assert learner.get(url_of("item_detail", item)).context["reached"].at.is_end
    assert not ScenarioStep.objects.filter(is_rewind=True).exists()


def test_runs_are_compared(learner, item, url_of):
    post(learner, url_of, item, "scenario_choose", choice="a")
    post(learner, url_of, item, "scenario_turn", turn="over")
    post(learner, url_of, item, "scenario_choose", choice="b")
    runs = learner.get(url_of("item_detail", item)).context["runs"]
    assert [(run.number, run.kept_open, run.said) for run in runs] == [(2, 1, 1), (1, 0, 1)]
