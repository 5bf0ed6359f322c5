from hypothesis import given
from hypothesis import strategies as st

from programs.engine.content import load_program
from programs.engine.practice_plan import Planned, assigned_by_week, home_minutes, track_at
from programs.tests.engine.program_folders import edit, write_program

HOME = {"days": 6, "full": 45, "short": 20}
WEEKS = [(0, 100), (100, 200), (200, 300)]


def test_home_practice_follows_the_track_and_other_practice_does_not():
    assert Planned(0, 20, home=HOME).assigned("full") == 270
    assert Planned(0, 20, home=HOME).assigned("short") == 120
    assert Planned(0, 15, sittings=5).assigned("full") == 75


def test_a_practice_is_assigned_in_the_week_its_module_opens():
    planned = [
        Planned(0, 20, home=HOME),
        Planned(199, 15, sittings=5),
        Planned(200, 3),
        Planned(None, 9),
    ]

    assert assigned_by_week(planned, [], WEEKS) == [120, 75, 3]


def test_a_change_of_track_leaves_the_weeks_that_are_over():
    planned = [Planned(start, 20, home=HOME) for start, _end in WEEKS]
    choices = [(10, "full"), (150, "short"), (160, "full"), (200, "short")]

    assert assigned_by_week(planned, choices, WEEKS) == [270, 270, 120]


def test_track_is_short_until_one_is_chosen():
    assert track_at([], 5) == "short"
    assert track_at([(5, "full")], 5) == "short"
    assert track_at([(4, "full")], 5) == "full"


@given(st.lists(st.integers(0, 299), max_size=8), st.sampled_from(["full", "short"]))
def test_weeks_share_out_every_assigned_minute(opens, track):
    planned = [Planned(at, 20, home=HOME) for at in opens]
    choices = [(-1, track)]

    assert sum(assigned_by_week(planned, choices, WEEKS)) == len(opens) * 6 * HOME[track]


def test_home_minutes_stay_out_of_the_online_total(tmp_path):
    root = write_program(tmp_path)
    edit(
        root,
        "modules/01-one/module.yaml",
        "  - {id: meet,",
        "  - {id: sit, title: Sit, file: 050-sit.practice.yaml, kind: practice, minutes: 15,\n"
        "     required: true, sittings: 5}\n"
        "  - {id: scan, title: Scan, file: 060-scan.practice.yaml, kind: practice, minutes: 15,\n"
        "     required: false, home: {days: 6, full: 45, short: 20}}\n"
        "  - {id: meet,",
    )
    for number, key in ((50, "sit"), (60, "scan")):
        (root / f"modules/01-one/0{number}-{key}.practice.yaml").write_text(
            f"id: {key}\nintro: Sit.\ndone_minutes: 15\nlengths: [15]\n"
            "script: [{at_seconds: 0, text: One.}, {at_seconds: 9, text: Two.}]\n"
            "variants: [{id: seated, label: Seated, text: Sit.}]\ntext_alternative: Words.\n"
        )

    program = load_program(root)

    assert program.minutes(live=False) == 8 + 12 + 8 + 75
    assert home_minutes(program, "full") == 270
    assert home_minutes(program, "short") == 120
