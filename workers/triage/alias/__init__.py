"""One person under several addresses: what a message that names another address of its sender makes possible."""
