"""Let the polite signals act like Ctrl-C, so that everything that was started is stopped."""

import signal


def stop_on_signals() -> None:
    """Turn SIGTERM, and SIGINT even where a shell had it ignored, into KeyboardInterrupt."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, signal.default_int_handler)


def ignore_signals() -> None:
    """While things are being stopped, a second Ctrl-C must not leave half of them running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
