"""What a text means, as numbers: one seam, behind which an encoder can be changed for another."""
