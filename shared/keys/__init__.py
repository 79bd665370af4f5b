"""A key for each person at each agency, apart from what it seals: erasing a person is deleting it."""
