"""The long run of random faults: the whole gateway on a real Kafka, broken in every way it can be, then counted.

`python -m tests.acceptance.chaos --help` tells what can be asked for. A seed gives the same faults in the same
order; when they strike depends on the machine.
"""
