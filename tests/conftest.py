"""What holds for all tests."""

import hypothesis

# No deadline: a loaded machine is slow, and that is no failure. Derandomized, so that a red run can be repeated.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")
