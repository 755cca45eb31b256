"""What the encoder's vectors say: heads trained on written texts of many languages."""
