"""What ships: perturbations and language orders."""
