"""The checks of a server that stops: with real threads, which events hold back, not times."""

from collections.abc import Callable
from threading import Barrier, BrokenBarrierError, Event, Lock, Thread
from time import monotonic, sleep
from typing import Any

from scalelab.workbook.hint import NotYet, answered, expect

PATIENCE_S = 3.0  # for what should happen soon, on a machine with other things to do
LONG_S = 600.0  # a time-out that is never waited for
SHORT_S = 0.1
TICK_S = 0.002
A_WHILE_S = 0.1  # for what should not happen


class Failed(Exception):
    """Of a request."""


class Handler:
    """What a server calls for each request: it waits if told to, and counts."""

    def __init__(self) -> None:
        self.may_end, self.begun = Event(), 0
        self.running = self.most = 0
        self._lock = Lock()

    def __call__(self, request: Any) -> Any:
        with self._lock:
            self.begun += 1
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            if request == "fail":
                raise Failed("the request's own error")
            if request == "wait":
                self.may_end.wait(LONG_S)
            return ("answer to", request)
        finally:
            with self._lock:
                self.running -= 1


class Call:
    """Something that is called in a thread of its own."""

    def __init__(self, what: Callable[..., Any], *arguments: Any) -> None:
        self.value: Any = None
        self.error: BaseException | None = None
        self._done = Event()

        def run() -> None:
            try:
                self.value = what(*arguments)
            except BaseException as error:
                self.error = error
            self._done.set()

        Thread(target=run, daemon=True).start()

    def ends(self, within_s: float = PATIENCE_S) -> bool:
        return self._done.wait(within_s)


def _soon(condition: Callable[[], bool]) -> bool:
    """Whether it holds after a while."""
    until = monotonic() + PATIENCE_S
    while not condition():
        if monotonic() > until:
            return False
        sleep(TICK_S)
    return True


def _at_once() -> None:
    """The balancer knows already."""


def task_7(server: Callable[..., Any]) -> None:
    """Not ready first, then no new requests, then an end to those in work, or to patience."""
    cases: tuple[tuple[str, Callable[[Callable[..., Any], str], None]], ...] = (
        ("Before it stops", _before),
        ("An idle server stops", _idle),
        ("The balancer does not know yet", _noticed),
        ("Requests in work", _drained),
        ("A request that fails", _failed),
        ("A request that does not end", _timed_out),
        ("Eight threads", _among_threads),
    )
    for case, check in cases:
        check(server, case)
    print(f"Right, in {len(cases)} situations.")


def _new(server: Callable[..., Any], handler: Callable[..., Any]) -> Any:
    made = answered(server, handler)
    for name in ("ready", "request", "stop"):
        expect(hasattr(made, name), f"Server should have a method {name}.")
    return made


def _asked(case: str, what: Callable[..., Any], *arguments: Any) -> Any:
    """What it returns or raises, if it comes to an end."""
    call = Call(what, *arguments)
    expect(call.ends(), f"{case}: {_name(what)} does not come to an end.")
    _is_written(call, what)
    if call.error is not None:
        raise call.error
    return call.value


def _name(what: Callable[..., Any]) -> str:
    return f"{getattr(what, '__name__', 'it')}()"


def _is_written(call: Call, what: Callable[..., Any]) -> None:
    if isinstance(call.error, NotImplementedError):
        raise NotYet(f"{_name(what)} is not written yet.") from None


def _ready(case: str, made: Any) -> bool:
    try:
        said = _asked(case, made.ready)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: ready() raised {error!r}.") from None
    expect(isinstance(said, bool), f"{case}: ready() says {said!r}; it should be True or False.")
    return bool(said)


def _is_answered(case: str, made: Any, request: str = "hello") -> None:
    try:
        said = _asked(case, made.request, request)
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: a request that should be answered got {error!r}.") from None
    expect(
        said == ("answer to", request),
        f"{case}: a request got {said!r}. It should get what the handler returns.",
    )


def _is_refused(case: str, made: Any) -> None:
    try:
        said = _asked(case, made.request, "late")
    except ConnectionRefusedError:
        return
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(
            f"{case}: raise a ConnectionRefusedError, not {type(error).__name__}. It tells the "
            "balancer that nothing was done, so that it may send the request elsewhere."
        ) from None
    raise NotYet(f"{case}: a new request gets {said!r} after all.")


def _stopped(case: str, call: Call, left: int) -> None:
    """``stop`` has said that so many were cut."""
    if isinstance(call.error, NotImplementedError):
        raise NotYet("stop() is not written yet.") from None
    if call.error is not None:
        raise NotYet(f"{case}: stop() raised {call.error!r}.") from None
    said = call.value
    expect(said is not None, f"{case}: stop() returns nothing. How many requests were cut?")
    expect(
        isinstance(said, int) and not isinstance(said, bool),
        f"{case}: stop() returned {said!r}; it should be the number of requests that were cut.",
    )
    expect(said == left, f"{case}: stop() says that {said} requests were cut; it was {left}.")


def _before(server: Callable[..., Any], case: str) -> None:
    handler = Handler()
    made = _new(server, handler)
    expect(_ready(case, made), f"{case}: ready() is False. It would never get a request.")
    _is_answered(case, made)
    try:
        said = _asked(case, made.request, "fail")
    except Failed:
        pass
    except NotYet:
        raise
    except Exception as error:
        raise NotYet(f"{case}: the handler's own error became {error!r}.") from None
    else:
        raise NotYet(f"{case}: a request whose handler raised an error got {said!r}.")
    expect(_ready(case, made), f"{case}: after one error ready() is False.")
    _side_by_side(server, case)


def _side_by_side(server: Callable[..., Any], case: str) -> None:
    both = Barrier(2)

    def meet(request: Any) -> Any:
        both.wait(PATIENCE_S / 2.0)
        return request

    made = _new(server, meet)
    calls = [Call(made.request, i) for i in range(2)]
    expect(all(call.ends() for call in calls), f"{case}: two requests do not come to an end.")
    expect(
        not any(isinstance(call.error, BrokenBarrierError) for call in calls),
        f"{case}: the second request waits until the first one is answered. What is the lock for?",
    )
    expect(
        [call.value for call in calls] == [0, 1],
        f"{case}: two requests at once got {[call.value for call in calls]}.",
    )


def _idle(server: Callable[..., Any], case: str) -> None:
    made = _new(server, Handler())
    _is_answered(case, made)
    call = Call(made.stop, _at_once, LONG_S)
    expect(
        call.ends(),
        f"{case}: nothing is in work, and after {PATIENCE_S:g} s it still waits.",
    )
    _stopped(case, call, 0)
    expect(not _ready(case, made), f"{case}: ready() is still True.")
    _is_refused(case, made)


def _noticed(server: Callable[..., Any], case: str) -> None:
    """Until the balancer knows, requests still come."""
    handler, knows = Handler(), Event()
    made = _new(server, handler)
    asked: list[bool] = []

    def noticed() -> None:
        asked.append(made.ready())
        knows.wait(LONG_S)

    call = Call(made.stop, noticed, LONG_S)
    expect(
        _soon(lambda: bool(asked) or call.ends(0.0)),
        f"{case}: stop() never waits for the balancer to know, or ready() hangs there.",
    )
    if not asked:
        _stopped(case, call, 0)
        raise NotYet(f"{case}: stop() did not wait for it.")
    expect(
        not asked[0],
        f"{case}: while stop() waits for it, ready() is True. How should it ever learn?",
    )
    expect(not call.ends(A_WHILE_S), f"{case}: stop() did not wait for it.")
    expect(not _ready(case, made), f"{case}: ready() is True again.")
    try:
        _is_answered(case, made)
    except NotYet as hint:
        raise NotYet(f"{hint} It was sent by a balancer that does not know yet.") from None
    slow = Call(made.request, "wait")
    expect(_soon(lambda: handler.running == 1), f"{case}: a request is not begun.")
    knows.set()
    expect(
        not call.ends(A_WHILE_S),
        f"{case}, and a request came meanwhile: stop() ended before that was answered.",
    )
    handler.may_end.set()
    expect(call.ends(), f"{case}: stop() does not come to an end.")
    _stopped(case, call, 0)
    slow.ends()
    expect(slow.error is None, f"{case}: a request that came meanwhile got {slow.error!r}.")


def _drained(server: Callable[..., Any], case: str) -> None:
    handler = Handler()
    made = _new(server, handler)
    calls = [Call(made.request, "wait") for _ in range(3)]
    expect(_soon(lambda: handler.running == 3), f"{case}: three requests are not begun.")
    stop = Call(made.stop, _at_once, LONG_S)
    expect(_soon(lambda: not _ready(case, made)), f"{case}: ready() stays True.")
    expect(not stop.ends(A_WHILE_S), f"{case}: stop() did not wait for them.")
    _is_refused(f"{case}, and it has stopped", made)
    handler.may_end.set()
    expect(all(call.ends() for call in calls), f"{case}: they do not come to an end.")
    expect(
        all(call.value == ("answer to", "wait") for call in calls),
        f"{case}: they were begun before, and got {[call.error or call.value for call in calls]}.",
    )
    expect(
        stop.ends(),
        f"{case}: all are answered, and stop() still waits. Who tells it?",
    )
    _stopped(case, stop, 0)
    _is_refused(f"{case}, and it has stopped", made)


def _failed(server: Callable[..., Any], case: str) -> None:
    made = _new(server, Handler())
    for _ in range(3):
        try:
            _asked(case, made.request, "fail")
        except Failed:
            continue
    stop = Call(made.stop, _at_once, LONG_S)
    expect(
        stop.ends(),
        f"{case}: it has ended, but stop() waits for it. What becomes of the count after an error?",
    )
    _stopped(case, stop, 0)


def _timed_out(server: Callable[..., Any], case: str) -> None:
    handler = Handler()
    made = _new(server, handler)
    calls = [Call(made.request, "wait") for _ in range(2)]
    expect(_soon(lambda: handler.running == 2), f"{case}: two requests are not begun.")
    began = monotonic()
    stop = Call(made.stop, _at_once, SHORT_S)
    ended, took_s = stop.ends(), monotonic() - began
    handler.may_end.set()
    expect(ended, f"{case}: stop() waits for it for ever. It had {SHORT_S:g} s.")
    _stopped(case, stop, 2)
    expect(
        took_s >= 0.9 * SHORT_S,
        f"{case}: it was cut after {took_s:.3f} s, and had {SHORT_S:g} s.",
    )
    for call in calls:
        call.ends()


def _among_threads(server: Callable[..., Any], case: str) -> None:
    """All that is accepted is answered, and nothing runs when ``stop`` says that nothing does."""
    handler = Handler()
    stopped, after = Event(), list[int]()

    def work(customer: int) -> Any:
        said = handler(customer)
        sleep(TICK_S * (1 + customer))  # so that they do not go in step
        if stopped.is_set():
            after.append(customer)
        return said

    made = _new(server, work)

    def customer(number: int) -> int:
        """How many were answered, until the first that was refused."""
        many = 0
        while True:
            try:
                made.request(number)
            except ConnectionRefusedError:
                return many
            many += 1

    calls = [Call(customer, number) for number in range(8)]
    expect(_soon(lambda: handler.begun > 40), f"{case}: requests are not begun.")
    stop = Call(made.stop, _at_once, LONG_S)
    expect(stop.ends(), f"{case}: stop() does not come to an end.")
    stopped.set()
    _stopped(case, stop, 0)
    for call in calls:
        expect(call.ends(), f"{case}: their requests are still accepted.")
        if call.error is not None:
            raise NotYet(f"{case}: a request got {call.error!r}.")
    expect(
        not after and handler.begun == sum(call.value for call in calls),
        f"{case}: a request was still in work when stop() said that none was. What may happen "
        "between looking and counting?",
    )
