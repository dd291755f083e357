"""Other people's programs that ours are held against; they come with the test dependencies."""
