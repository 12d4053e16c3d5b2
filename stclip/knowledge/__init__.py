"""What is known of actions beside their names: attributes, graphs, prompts."""
