"""Mail: taken in by IMAP, answered by SMTP."""
