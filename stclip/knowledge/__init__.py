"""Knowledge of actions beside their names: attributes, graphs, prompts."""
