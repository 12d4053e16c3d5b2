"""The command ``stclip``: one thin file for each subcommand.

Modules here import click alone until a command runs, so that ``--help`` does
not wait for torch.
"""
