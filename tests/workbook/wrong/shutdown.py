"""Wrong servers that stop, and the hint each of them has to get."""

import time
from collections.abc import Callable
from threading import Condition, Lock, Thread
from typing import Any

from scalelab.workbook import shutdown as check


class Server:
    """A right answer; each method is one of its decisions."""

    def __init__(self, handle: Callable[[Any], Any]) -> None:
        self.handle = handle
        self.is_ready = self.accepts = True
        self.in_work = 0
        self.changed = Condition()

    def ready(self) -> Any:
        return self.is_ready

    def request(self, request: Any) -> Any:
        with self.changed:
            if not self.accepts:
                return self.refuse(request)
            self.in_work += 1
        try:
            return self.handle(request)
        finally:
            self.ended()

    def refuse(self, request: Any) -> Any:
        raise ConnectionRefusedError

    def ended(self) -> None:
        with self.changed:
            self.in_work -= 1
            self.changed.notify_all()

    def stop(self, wait_for_balancer: Callable[[], None], timeout_s: float) -> Any:
        self.unready()
        wait_for_balancer()
        self.close()
        return self.left(timeout_s)

    def unready(self) -> None:
        self.is_ready = False

    def close(self) -> None:
        with self.changed:
            self.accepts = False

    def left(self, timeout_s: float) -> Any:
        with self.changed:
            self.changed.wait_for(lambda: self.in_work == 0, timeout_s)
            return self.in_work


class ReadyIsText(Server):
    def ready(self) -> Any:
        return "yes" if self.is_ready else "no"


class NeverReady(Server):
    def ready(self) -> Any:
        return not self.is_ready


class SaysNothingBack(Server):
    def request(self, request: Any) -> Any:
        super().request(request)


class Swallows(Server):
    def request(self, request: Any) -> Any:
        try:
            return super().request(request)
        except ConnectionRefusedError:
            raise
        except Exception:
            return None


class OtherError(Server):
    def request(self, request: Any) -> Any:
        try:
            return super().request(request)
        except ConnectionRefusedError:
            raise
        except Exception as error:
            raise RuntimeError("500") from error


class UnreadyAfterError(Swallows):
    def request(self, request: Any) -> Any:
        try:
            return Server.request(self, request)
        except ConnectionRefusedError:
            raise
        except Exception:
            self.is_ready = False
            raise


class OneAtATime(Server):
    def __init__(self, handle: Callable[[Any], Any]) -> None:
        super().__init__(handle)
        lock = Lock()

        def alone(request: Any) -> Any:
            with lock:
                return handle(request)

        self.handle = alone


class StaysReady(Server):
    def unready(self) -> None:
        pass


class UnreadyLate(Server):
    def unready(self) -> None:
        pass

    def close(self) -> None:
        self.is_ready = False
        super().close()


class ClosesFirst(Server):
    def unready(self) -> None:
        super().unready()
        self.close()


class DoesNotWaitForBalancer(Server):
    def stop(self, wait_for_balancer: Callable[[], None], timeout_s: float) -> Any:
        self.unready()
        self.close()
        return self.left(timeout_s)


class AsksInTheBackground(Server):
    def stop(self, wait_for_balancer: Callable[[], None], timeout_s: float) -> Any:
        self.unready()
        Thread(target=wait_for_balancer, daemon=True).start()
        time.sleep(0.003)
        self.close()
        return self.left(timeout_s)


class HoldsTheLock(Server):
    """While it waits for the balancer, nobody gets in."""

    def ready(self) -> Any:
        with self.changed:
            return self.is_ready

    def stop(self, wait_for_balancer: Callable[[], None], timeout_s: float) -> Any:
        with self.changed:
            self.unready()
        with self.changed:
            wait_for_balancer_in_thread(wait_for_balancer)
            self.accepts = False
        return self.left(timeout_s)


def wait_for_balancer_in_thread(wait: Callable[[], None]) -> None:
    thread = Thread(target=wait, daemon=True)
    thread.start()
    thread.join()


class LetsIn(Server):
    def close(self) -> None:
        pass


class SaysNo(Server):
    def refuse(self, request: Any) -> Any:
        return None


class AnotherRefusal(Server):
    def refuse(self, request: Any) -> Any:
        raise RuntimeError("stopped")


class DoesNotDrain(Server):
    def left(self, timeout_s: float) -> Any:
        return self.in_work


class SaysNoneCut(Server):
    def left(self, timeout_s: float) -> Any:
        super().left(timeout_s)
        return 0


class SaysWhether(Server):
    def left(self, timeout_s: float) -> Any:
        return super().left(timeout_s) == 0


class SaysNothingAtEnd(Server):
    def left(self, timeout_s: float) -> Any:
        super().left(timeout_s)


class SaysAll(Server):
    """Those in work when it was closed."""

    def left(self, timeout_s: float) -> Any:
        with self.changed:
            many = self.in_work
        super().left(timeout_s)
        return many


class WaitsForEver(Server):
    def left(self, timeout_s: float) -> Any:
        with self.changed:
            self.changed.wait_for(lambda: self.in_work == 0)
            return self.in_work


class AlwaysTheWholeTime(Server):
    def left(self, timeout_s: float) -> Any:
        time.sleep(timeout_s)
        return self.in_work


class Milliseconds(Server):
    def left(self, timeout_s: float) -> Any:
        return super().left(timeout_s / 1000)


class TellsNobody(Server):
    def ended(self) -> None:
        with self.changed:
            self.in_work -= 1


class LostByErrors(Server):
    def request(self, request: Any) -> Any:
        with self.changed:
            if not self.accepts:
                return self.refuse(request)
            self.in_work += 1
        said = self.handle(request)
        self.ended()
        return said


class CountsLate(Server):
    """Looks whether it may, and counts a moment later."""

    def request(self, request: Any) -> Any:
        if not self.accepts:
            return self.refuse(request)
        time.sleep(0.1)
        with self.changed:
            self.in_work += 1
        try:
            return self.handle(request)
        finally:
            self.ended()


class CountsDownFirst(Server):
    """Not in work any more while it is still handled."""

    def request(self, request: Any) -> Any:
        with self.changed:
            if not self.accepts:
                return self.refuse(request)
        return self.handle(request)


WRONG: list[tuple[str, Callable[..., None], tuple[Any, ...], str]] = [
    ("nothing", check.task_7, (lambda _: None,), "returns nothing"),
    ("no method", check.task_7, (lambda _: [],), "a method ready"),
    ("ready is a text", check.task_7, (ReadyIsText,), "True or False"),
    ("never ready", check.task_7, (NeverReady,), "never get a request"),
    ("no answer", check.task_7, (SaysNothingBack,), "what the handler returns"),
    ("swallows errors", check.task_7, (Swallows,), "whose handler raised an error got None"),
    ("another error", check.task_7, (OtherError,), "the handler's own error became"),
    ("not ready after an error", check.task_7, (UnreadyAfterError,), "after one error ready"),
    ("one at a time", check.task_7, (OneAtATime,), "What is the lock for"),
    ("stays ready", check.task_7, (StaysReady,), "ready\\(\\) is still True"),
    ("ready until closed", check.task_7, (UnreadyLate,), "How should it ever learn"),
    ("closes first", check.task_7, (ClosesFirst,), "does not know yet\\.$"),
    ("does not wait for the balancer", check.task_7, (DoesNotWaitForBalancer,),
     "stop\\(\\) did not wait for it"),
    ("asks in the background", check.task_7, (AsksInTheBackground,),
     "stop\\(\\) did not wait for it"),
    ("holds the lock", check.task_7, (HoldsTheLock,), "or ready\\(\\) hangs"),
    ("lets in", check.task_7, (LetsIn,), "after all"),
    ("says no", check.task_7, (SaysNo,), "gets None after all"),
    ("another refusal", check.task_7, (AnotherRefusal,), "not RuntimeError"),
    ("does not drain", check.task_7, (DoesNotDrain,),
     "ended before that was answered|did not wait for them"),
    ("says none cut", check.task_7, (SaysNoneCut,), "says that 0 requests were cut; it was 2"),
    ("says whether", check.task_7, (SaysWhether,), "the number of requests"),
    ("says nothing", check.task_7, (SaysNothingAtEnd,), "How many requests were cut"),
    ("all that there were", check.task_7, (SaysAll,), "says that [13] requests were cut"),
    ("for ever", check.task_7, (WaitsForEver,), "It had 0.1 s"),
    ("the whole time", check.task_7, (AlwaysTheWholeTime,), "after 3 s it still waits"),
    ("milliseconds", check.task_7, (Milliseconds,), "and had 0.1 s"),
    ("tells nobody", check.task_7, (TellsNobody,), "does not come to an end|Who tells it"),
    ("lost by errors", check.task_7, (LostByErrors,), "of the count after an error"),
    ("counts late", check.task_7, (CountsLate,), "between looking and counting"),
    ("never counts", check.task_7, (CountsDownFirst,),
     "ended before that|says that|did not wait for them"),
]  # fmt: skip
