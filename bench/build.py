"""`python -m bench.build s|m|l`: fill the migrated database as the owner of its tables."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from bench.column_defaults import set_column_defaults
    from bench.hundred_cohorts import build_hundred_cohorts
    from bench.world import SIZES, build_world

    set_column_defaults()
    build_world(SIZES[sys.argv[1]])
    build_hundred_cohorts()
