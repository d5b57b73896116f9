"""The builder of condition trees: rows and groups in a form, their sentence and how many customers fit."""
