"""Misread characters: what else the recognizer considered possible, and which of it the rules prefer."""
