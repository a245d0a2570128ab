"""Headless Chromium for tests of pages; they are skipped, with the reason, where it is not installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
AXE = Path(os.environ.get("XEVAL_AXE", ROOT / "node_modules" / "axe-core" / "axe.min.js"))  # npm install axe-core
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1000")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser with no network, that remembers what its console says."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install selenium")
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    found = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if not all(found):  # a browser is no Python package, so the test extra cannot bring it
        pytest.skip("Chromium is not installed: apt-get install chromium chromium-driver")
    options = Options()
    options.binary_location = str(found[0])
    for flag in (*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(found[1])))
    driver.set_script_timeout(60)
    try:
        yield driver
    finally:
        driver.quit()


def in_colours(driver: Any, scheme: str) -> None:
    """Say that the user prefers dark or light."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def violations(driver: Any) -> list[str]:
    """What axe-core finds of serious and critical in the page that is open."""
    if not AXE.exists():  # a package of npm, which the test extra cannot bring
        pytest.skip("axe-core is not installed: npm install axe-core, or XEVAL_AXE=FILE")
    driver.execute_script(AXE.read_text(encoding="utf-8"))
    run = "const done = arguments[0]; axe.run(document).then((found) => done(found.violations))"
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in driver.execute_async_script(run)
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
