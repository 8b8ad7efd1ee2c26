"""Pages of files that the worker makes: asked for, watched, fetched; the console draws them within its frame."""
