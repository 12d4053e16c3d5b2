"""Running models: a config's checks, runner, loops, hooks, checkpoints.

Nothing is imported here: what starts a run looks at its config first, which
takes no torch. Registries name the modules that register.
"""
