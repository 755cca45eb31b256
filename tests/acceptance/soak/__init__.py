"""An hour of ordinary life: nothing is broken on purpose, and nothing may grow, end or complain on its own."""
