"""People: criteria, ordering and disproportionality. Pure, like `places`; never imports another subject."""
