"""What a client is not allowed."""


def refuses(action, *words):
    """Fails unless the action does, with a message that has all the words in it."""
    try:
        action()
    except Exception as error:
        assert all(word in str(error) for word in words), error
        return
    raise AssertionError("it was not refused")
