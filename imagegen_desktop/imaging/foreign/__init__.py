"""What other programs wrote into their pictures, read within bounds from whatever bytes are there."""
