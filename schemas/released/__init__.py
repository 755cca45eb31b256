"""The JSON Schemas of every release, one file each: file name of the record's schema → schema."""
