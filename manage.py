#!/usr/bin/env python
"""Run Awase's management commands."""

import os
import sys

from django.core.management import execute_from_command_line

from config.role import Role, play

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    play(Role.COMMAND)
    execute_from_command_line(sys.argv)
