#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What a browser shows of a page: browser.py PAGE [DIRECTORY]

Opens the file PAGE in headless Chromium by the WebDriver protocol, on a small screen
and a large one, light and dark, and as it is for paper. Prints one JSON object of what
the browser itself has measured; with DIRECTORY its screenshots and the PDF go there.
Exit status 77: no browser could be started; stderr says why.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SCREENS = {"phone": 360, "desk": 1200}

LOOK = r"""
const text = e => e.textContent.trim().replace(/\s+/g, " ");
const all = (what, in_ = document) => [...in_.querySelectorAll(what)];
const shows = e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
return {
    title: document.title, lang: document.documentElement.lang,
    text: document.body.innerText, scripted: String(window.scripted),
    elements: all("script,link,img,iframe,object,embed,a,form,base").length,
    loaded: performance.getEntriesByType("resource").map(e => e.name),
    headings: all("h1,h2,h3").map(e => e.tagName + " " + text(e)),
    tables: all("table").map(t => ({ caption: text(t.caption),
        head: all("thead th", t).map(e => e.scope + " " + text(e)),
        unscoped: all("th:not([scope])", t).length,
        rows: all("tbody tr,tfoot tr", t).map(r => all("th,td", r).map(c =>
            (c.querySelector("bdi") ? text(c.querySelector("bdi")) : text(c)))) })),
    pictures: all("svg[role]").map(s => ({ role: s.getAttribute("role"),
        title: text(s.querySelector("title")), desc: text(s.querySelector("desc")),
        texts: all("text", s).filter(shows).map(text),
        bars: all("rect:not(.track)", s).map(r => r.getBoundingClientRect())
            .map(r => [r.x, r.y, r.width, r.height].map(n => Math.round(n * 10) / 10)) })),
};"""

# What stands out of the window, and texts of a picture that lie over each other.
MEASURE = r"""
const box = e => e.getBoundingClientRect();
const within = e => box(e).right <= window.innerWidth + 0.5 && box(e).left >= -0.5;
const texts = [...document.querySelectorAll("svg text")];
const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 2 &&
    b.top < a.bottom - 2;
return {
    width: window.innerWidth, scroll: document.documentElement.scrollWidth,
    outside: [...document.querySelectorAll("body *")].filter(e => !within(e))
        .map(e => e.tagName + " " + e.textContent.trim().slice(0, 40)),
    overlapping: texts.flatMap((a, i) => texts.slice(i + 1).filter(b => over(box(a), box(b)))
        .map(b => a.textContent + " | " + b.textContent)),
    pictures: [...document.querySelectorAll("svg[role]")].map(s =>
        [Math.round(box(s).width), Math.round(box(s).height)]),
    size: parseFloat(getComputedStyle(document.body).fontSize),
    smallest: Math.min(...[...document.querySelectorAll("body *")].filter(e => [...e.childNodes]
        .some(n => n.nodeType == 3 && n.data.trim())).map(e =>
        parseFloat(getComputedStyle(e).fontSize))),
};"""

# The least contrast of texts and of bars, as WCAG 2.2 counts it.
CONTRAST = r"""
const rgb = c => (c.match(/[\d.]+/g) || []).map(Number);
const light = c => { const [r, g, b] = rgb(c).slice(0, 3).map(v => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05); };
const behind = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (rgb(c).length == 3 || rgb(c)[3] > 0) return c; } return "rgb(255, 255, 255)"; };
const least = (list) => Math.round(Math.min(...list) * 100) / 100;
const has = e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim());
const shown = [...document.querySelectorAll("body *")].filter(has)
    .filter(e => !e.closest("svg") || e.tagName == "text");
const track = getComputedStyle(document.querySelector("svg .track")).fill;
const paper = getComputedStyle(document.documentElement).backgroundColor;
return { paper: paper,
    text: least(shown.map(e => { const s = getComputedStyle(e);
        return ratio(e.tagName == "text" ? s.fill : s.color, behind(e)); })),
    bars: least([...document.querySelectorAll("svg rect:not(.track)")].flatMap(e =>
        [ratio(getComputedStyle(e).fill, track), ratio(getComputedStyle(e).fill, paper)])
        .concat(21)) };"""


class Browser:
    def __init__(self, directory):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.at = None
        for line in self.driver.stdout:
            port = re.search(r"started successfully on port (\d+)", line)
            if port:
                self.at = f"http://127.0.0.1:{port[1]}"
                break
        if self.at is None:
            raise OSError("chromedriver does not start")
        # As root Chromium has no sandbox; the page is ours.
        options = {"args": ["--headless=new", "--disable-gpu", "--no-first-run",
                            "--disable-dev-shm-usage", f"--user-data-dir={directory}"]
                   + (["--no-sandbox"] if os.geteuid() == 0 else [])}
        answer = self.call("/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.at += "/session/" + answer["sessionId"]

    def call(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.at + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise OSError(json.load(error)["value"]["message"].split("\n")[0]) from error

    def tools(self, command, **parameters):
        return self.call("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def run(self, script):
        return self.call("/execute/sync", {"script": script, "args": []})

    def screen(self, width, media="screen", scheme="light"):
        self.tools("Emulation.setDeviceMetricsOverride", width=width, height=800,
                   deviceScaleFactor=1, mobile=False)
        self.tools("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def spoken(self):
        nodes = self.tools("Accessibility.getFullAXTree")["nodes"]
        told = []
        for node in nodes:
            role = node.get("role", {}).get("value")
            if node.get("ignored") or role not in (
                    "RootWebArea", "heading", "image", "table", "note", "main"):
                continue
            told.append(" ".join(filter(None, (
                role, node.get("name", {}).get("value"),
                node.get("description", {}).get("value")))))
        return told

    def shot(self, name):
        picture = self.tools("Page.captureScreenshot", captureBeyondViewport=True)
        pathlib.Path(name).write_bytes(base64.b64decode(picture["data"]))

    def close(self):
        try:
            self.call("", method="DELETE")
        except OSError:
            pass
        self.driver.terminate()
        self.driver.wait()


def look(browser, page, directory):
    browser.call("/url", {"url": pathlib.Path(page).resolve().as_uri()})
    seen = browser.run(LOOK)
    seen["spoken"] = browser.spoken()
    seen["complaints"] = [entry["message"] for entry in browser.call(
        "/se/log", {"type": "browser"})]
    seen["screens"], seen["contrast"] = {}, {}
    for name, width in SCREENS.items():
        browser.screen(width)
        seen["screens"][name] = browser.run(MEASURE)
        for look_, media, scheme in (("light", "screen", "light"),
                                     ("dark", "screen", "dark"), ("paper", "print", "dark")):
            browser.screen(width, media, scheme)
            seen["contrast"][look_] = browser.run(CONTRAST)
            if directory:
                browser.shot(f"{directory}/{name}-{look_}.png")
    browser.screen(1200, "")
    paper = base64.b64decode(browser.tools(
        "Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])
    seen["sheets"] = len(re.findall(rb"/Type\s*/Page\b", paper))
    if directory:
        pathlib.Path(directory, "paper.pdf").write_bytes(paper)
    return seen


def main():
    page = sys.argv[1]
    directory = sys.argv[2] if len(sys.argv) > 2 else None
    if not os.path.isfile(page):
        print(f"no page {page}", file=sys.stderr)
        return 1
    if shutil.which("chromedriver") is None:
        print("chromedriver is not installed", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        try:
            browser = Browser(profile)
        except OSError as error:
            print(f"no browser starts: {error}", file=sys.stderr)
            return 77
        try:
            print(json.dumps(look(browser, page, directory), indent=1, ensure_ascii=False))
        finally:
            browser.close()
    return 0


sys.exit(main())
