"""Spanish words with the figures of a utility's bill: $1,234.50, 4:05 p.m.

Django's own Spanish writes as Spain does, 1 234,50 and 16:05; a customer who compares an answer
with the bill must find the same figures in both.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
FIRST_DAY_OF_WEEK = 0  # Sunday
TIME_FORMAT = "P"
DATE_FORMAT = r"j \d\e F \d\e Y"
DATETIME_FORMAT = r"j \d\e F \d\e Y, P"
YEAR_MONTH_FORMAT = r"F \d\e Y"
MONTH_DAY_FORMAT = r"j \d\e F"
SHORT_DATE_FORMAT = "j b Y"
SHORT_DATETIME_FORMAT = "j b Y, P"
