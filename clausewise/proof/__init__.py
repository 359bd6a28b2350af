"""Shows which broken servers the suite catches, and which rightful ones it leaves alone."""
