"""One person's messages become cases: deduplicate → thread → classify → assess → route, one delta each."""
