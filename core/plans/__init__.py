"""What is to be done: recipes, experiments, stages and their keys. Pure."""
