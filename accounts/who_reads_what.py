"""Who may read which kind of data: the one table that pages, disclosures and tests are made from.

Strings only, no imports. Letters of a cell: `R` reads, `W` writes, `A` only as a total of a group
above the threshold, `S` only what its author shared with that person by name, `-` nothing. The
column `admin` differs by the visibility that the contract grants.
"""

PERSONAS = {
    "clinician": "You",
    "peer": "Your group",
    "admin": "Your organization",
    "consultant": "Your coach or facilitator",
    "owner": "The owner of the practice",
}

VISIBILITIES = ("completion", "aggregate_only")

# Below these numbers of people a figure is hidden; a contract may raise them, never lower them.
THRESHOLD_FLOORS = {"progress": 5, "means": 8, "distributions": 10, "reliable_change": 20}

# kind: (label, clinician, peer, admin if completion, admin if aggregate_only, consultant, owner)
ROWS = {
    "name": ("Your name, unit and profession", "RW", "-", "R", "-", "RW", "RW"),
    "participation": (
        "Whether you were invited, take part, completed or withdrew; required steps done",
        *("R", "-", "R", "A", "R", "R"),
    ),
    "progress": ("Progress in each step, due dates", "R", "-", "A", "A", "R", "R"),
    "reflections": (
        "Reflections, journal, field entries, practice log",
        *("RW", "S", "-", "-", "S", "-"),
    ),
    "checks": (
        "Scenario choices and answers to knowledge checks",
        *("RW", "-", "-", "-", "-", "-"),
    ),
    "rubrics": ("Observations of your skills", "R", "-", "-", "-", "RW", "-"),
    "threads": ("What you post in your group", "RW", "RW", "-", "-", "RW", "-"),
    # What two buddies write; a report about it goes to the named contact.
    "buddies": ("What you and a buddy write", "RW", "S", "-", "-", "S", "-"),
    "answers": ("Answers to questionnaires, and scores", "RW", "-", "A", "A", "A", "A"),
    # One person of the practice, allowed by its owner by name; each export is logged.
    "answers_unnamed": (
        "Your answers to questionnaires without your name, to be analyzed",
        *("R", "-", "-", "-", "-", "R"),
    ),
    "safety": ("An answer about your own safety", "RW", "-", "-", "-", "-", "-"),
    # A yes goes to the cohort's named contact and to nobody else.
    "concern": ("A yes to “Was practice upsetting?”", "RW", "-", "-", "-", "S", "-"),
    "bookings": ("Which sessions you book and attend", "RW", "-", "A", "A", "RW", "R"),
    "coaching": ("Shared summaries, goals, actions, worksheets", "RW", "-", "-", "-", "RW", "-"),
    "private_notes": ("A coach's private note", "-", "-", "-", "-", "RW", "-"),
    "conversation": ("Messages between you and your coach", "RW", "-", "-", "-", "RW", "-"),
    "rota": ("Your rota calendar", "RW", "-", "-", "-", "-", "-"),
    "hours": ("Contract, hours and invoices, without your name", "-", "-", "R", "R", "RW", "RW"),
    "reminders": (
        "How you are reminded, your phone number, quiet hours",
        "RW",
        "-",
        "-",
        "-",
        "-",
        "-",
    ),
    # Only who claims has any. License and birthday are sealed, and given by permission alone.
    "credit": (
        "Continuing-education credit you claim; your license, if you let it be reported",
        *("RW", "-", "A", "A", "-", "R"),
    ),
    "evaluation": ("What you answer before claiming credit", "RW", "-", "-", "-", "-", "A"),
    "disclosure": ("This text", "R", "R", "R", "R", "R", "RW"),
    "access_log": ("Who opened your record, and when", "R", "-", "-", "-", "-", "R"),
    "credentials": ("Your password and sign-ins", "RW", "-", "-", "-", "-", "-"),
}

LETTERS = {
    "R": "reads",
    "RW": "reads and writes",
    "A": "totals of groups only",
    "S": "only what you share with them",
    "-": "nothing",
}

# What a person signs: six plain lines for each visibility. Only the first differs.
_SAME_LINES = (
    "{organization} sees totals of groups: progress from {progress} people on, average change "
    "from {means}, spread of answers from {distributions}, shares of people who changed from "
    "{reliable_change}. Smaller groups are hidden.",
    "{organization} never sees what you write or answer, your scores, messages, goals or "
    "notes, nor which sessions you book or attend.",
    "Your coach sees the sessions, goals and actions you work on together, and of your own "
    "entries only those you share.",
    "{practice} sees which steps you have done and when you meet your coach, so that the "
    "program runs. What you write for yourself is shown to nobody there.",
    "You can stop at any time. If any of this is to become looser, you are asked to sign "
    "again first, and it never reaches back.",
)
LINES = {
    "completion": (
        "{organization} sees your name, your unit, whether you were invited, take part, completed "
        "or withdrew, and how many required steps you have done.",
        *_SAME_LINES,
    ),
    "aggregate_only": (
        "{organization} sees nothing with your name: not whether you take part, and not what you "
        "have done.",
        *_SAME_LINES,
    ),
}

# Columns of models that hold text of a person, and the kind of data above that rules them.
TEXT_COLUMNS = {
    "programs.Reflection.answers": "reflections",
    "programs.FieldEntry.answers": "reflections",
    "programs.ThreadPost.text": "threads",
    "programs.Observation.note": "rubrics",
    "programs.Observation.ratings": "rubrics",
    "programs.Attempt.answers": "checks",
    # Commitments, self-ratings, buddies
    "programs.Commitment.text": "reflections",
    "programs.SelfRating.ratings": "rubrics",
    "programs.BuddyMessage.text": "buddies",
    "programs.BuddyReport.text": "buddies",
    # Questionnaires
    "outcomes.Answer.text": "answers",
}


def cells(visibility: str) -> dict[str, dict[str, str]]:
    """Return kind of data -> persona -> letters under one visibility."""
    table = {}
    for kind, (_label, you, peer, completion, aggregate, consultant, owner) in ROWS.items():
        admin = completion if visibility == "completion" else aggregate
        letters = (you, peer, admin, consultant, owner)
        table[kind] = dict(zip(PERSONAS, letters, strict=True))
    return table


def label(kind: str) -> str:
    return ROWS[kind][0]
