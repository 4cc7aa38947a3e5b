"""Patrol: visits, dose and what is offered to an officer. Pure, like `places`; never imports another subject."""
