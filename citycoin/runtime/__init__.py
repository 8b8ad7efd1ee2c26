"""The processes of one installation: started, watched, shown and stopped by the `city` script."""
