"""`python -m bench.build s|m`: fill the migrated database as the owner of its tables."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from bench.world import SIZES, build_world

    build_world(SIZES[sys.argv[1]])
