"""The seam to understanding: the texts of a whole batch are assessed before the sequential rules run."""
