"""What must be survived: processes killed, stalled and raced."""
