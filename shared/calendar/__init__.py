"""Jalali dates, and the time in which offices work. Pure: no clock, no input or output."""
