"""Small files made by the project, so that there is always something to read."""
