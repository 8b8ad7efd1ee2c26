"""What pages are drawn with: tokens and icons; no request, no database."""
