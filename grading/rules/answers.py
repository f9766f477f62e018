"""Three-valued answers: yes, no, and None for "not recorded"."""

Answer = bool | None


def either(*answers: Answer) -> Answer:
    """Yes when any is yes; no only when all are no."""
    if any(answers):
        return True
    return None if None in answers else False


def both(*answers: Answer) -> Answer:
    """Yes only when all are yes; no when any is no."""
    if any(answer is False for answer in answers):
        return False
    return None if None in answers else True


def neither(*answers: Answer) -> Answer:
    """Yes only when all are no; no when any is yes."""
    met = either(*answers)
    return None if met is None else not met
