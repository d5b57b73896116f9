"""The decision journal: what was decided, one line per decision, in files of the web processes.

`record` says what a line holds, `lines` writes and reads lines, `writer` appends them to the file of this
process, and `files` finds the files and tells which of them are finished. `docs/journal.md` describes the
format.
"""
