"""The application, its errors, and the pages that no feature has."""

import warnings

# Pyramid imports it, and knows: it asks for a setuptools that still has it.
warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)
