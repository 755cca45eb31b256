"""Transactional read-process-write on Kafka: one transaction for each batch, nothing lost, nothing twice.

The runtime knows nothing of complaints. A stage (contract.py) says what a record means; the runtime
(run.py) owns partitions, state, transactions, fencing, back-off and the records that cannot be read.
"""
