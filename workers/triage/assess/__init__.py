"""What the words alone cannot say: flags of the channel and the case's context change the assessment."""
