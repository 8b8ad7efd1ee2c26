"""The shops' pages: the list, applying, the counter, sales and settlements, staff and devices."""
