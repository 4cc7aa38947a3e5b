"""Trial: allocation, evaluation, cost. Pure, like `places`; never imports another subject."""
