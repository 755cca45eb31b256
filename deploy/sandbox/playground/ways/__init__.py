"""One file for each way that customers write on: how a customer's program speaks there, and what it shows him."""
