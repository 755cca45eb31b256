"""The front door: takes bytes in, makes them durable, confirms; the pages; the command line."""
