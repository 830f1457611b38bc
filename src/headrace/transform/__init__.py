"""Pure functions from values to values: albums, layouts, text, thumbnails, file names."""
