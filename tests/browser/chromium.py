"""A headless Chromium, driven over a pair of pipes by its own debugging protocol: nothing to install beside it."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE = 60.0


def find():
    """Return the path of a Chromium, None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One browser with an empty profile in `folder`; close it in the end."""

    def __init__(self, path, folder):
        # The browser reads commands from 3 and writes answers to 4.
        commands_out, self._commands = _pipe()
        self._answers, answers_in = _pipe()
        quiet = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        actions = [(os.POSIX_SPAWN_DUP2, commands_out, 3), (os.POSIX_SPAWN_DUP2, answers_in, 4), quiet]
        arguments = [path, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
        # What it leaves behind is to lie where it is cleaned up.
        around = {**os.environ, "TMPDIR": str(folder)}
        self._process = os.posix_spawn(path, arguments, around, file_actions=actions, setpgroup=0)
        os.close(commands_out)
        os.close(answers_in)
        self._numbers = itertools.count(1)
        self._unread = b""
        self.events = []

    def call(self, method, session=None, **params):
        """Send one command and return its result; what is told meanwhile goes to `events`."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while True:
            answer = self._read(end)
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.events.append(answer)

    def _read(self, end):
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            part = os.read(self._answers, 1 << 16)
            assert part, "the browser has ended"
            self._unread += part
        message, _, self._unread = self._unread.partition(b"\0")
        return json.loads(message)

    def page(self, path, *, width=1280, height=900, theme="light"):
        """Return a new page with the file at `path`."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session, path, width=width, height=height, theme=theme)

    def close(self):
        """End the browser, and all that it has started."""
        with contextlib.suppress(OSError, AssertionError):
            self.call("Browser.close")
        os.close(self._commands)
        os.close(self._answers)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


class Page:
    """A page as a reader has it: it can be looked at, clicked, and typed into."""

    def __init__(self, browser, session, path, *, width, height, theme):
        self._browser, self._session = browser, session
        for part in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{part}.enable")
        is_phone = width < 600
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=is_phone,
        )
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        self._call("Page.navigate", url=path.resolve().as_uri())
        self.until("document.readyState === 'complete' && location.protocol === 'file:'")

    def _call(self, method, **params):
        return self._browser.call(method, self._session, **params)

    def ask(self, expression):
        """Return the value of a JavaScript expression."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, expression):
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.ask(expression):
            assert time.monotonic() < end, expression

    def point_at(self, selector, *, across=0.5, down=0.5):
        """Bring an element into view, move the mouse over it and return the place."""
        box = self.ask(
            f"(() => {{ const found = document.querySelector({json.dumps(selector)});"
            "found.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});"
            "const box = found.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; })()"
        )
        place = {"x": box[0] + across * box[2], "y": box[1] + down * box[3]}
        self._call("Input.dispatchMouseEvent", type="mouseMoved", **place)
        return place

    def click(self, selector):
        """Click on an element."""
        place = self.point_at(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def press(self, key, text=""):
        """Press and release a key."""
        named = {"key": key, "code": key, "windowsVirtualKeyCode": {"Enter": 13, "Tab": 9, " ": 32}[key]}
        self._call("Input.dispatchKeyEvent", type="keyDown", text=text, **named)
        self._call("Input.dispatchKeyEvent", type="keyUp", **named)

    def type(self, text):
        """Type into what has the focus."""
        self._call("Input.insertText", text=text)

    def told(self, method):
        """Return what the page has told of one kind so far."""
        own = (one for one in self._browser.events if one.get("sessionId") == self._session)
        return [one["params"] for one in own if one.get("method") == method]

    def picture(self):
        """Return the whole page as PNG."""
        answer = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(answer["data"])


def _pipe():
    """Return a pipe whose ends are not among the first descriptors, which the browser's own take."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved
