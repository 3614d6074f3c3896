"""Studies over models: fits with their uncertainty, sensitivities, benchmarks."""
