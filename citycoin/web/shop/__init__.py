"""The shops' pages: the list, applying, the counter, takings and settlements, staff and devices."""
