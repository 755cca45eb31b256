"""Dead letters after they were laid down: what waits, sending it in again, giving it up for a reason."""
