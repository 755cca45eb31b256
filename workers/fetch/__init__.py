"""Media by reference: fetched off the path, before the provider forgets them, from addresses that strangers chose."""
