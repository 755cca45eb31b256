"""What is done to the gateway as data, with the tests that show what holds."""
