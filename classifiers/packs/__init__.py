"""The packs that are shipped: each folder is data, and a spaCy model that `spacy.load` opens."""
