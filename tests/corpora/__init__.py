"""Scores the readers on mails and payloads that nobody here wrote: `python -m tests.corpora`.

The material lies beside the checkout, in `../shared/corpora`; without it the scorer says so and passes.
Its other halves judge the same code, so a rule that only fits one file is worth nothing.
"""
