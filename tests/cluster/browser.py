"""A headless Chromium that uses Airflow's pages as a person does; every wait is for something on the page."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from night.airflow import Run
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as page
from selenium.webdriver.support.ui import WebDriverWait

WAIT_S = 120.0
WIDTH_PX, HEIGHT_PX = 1400, 800
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars"
)
SUBMIT = "[data-testid=trigger-dag-submit]"
FORM = f"[role=dialog]:has({SUBMIT})"
FIT = ".react-flow__controls-fitview"
LOOK_AT_GRAPH = """
const pane = document.querySelector('.react-flow').getBoundingClientRect();
const nodes = [...document.querySelectorAll('.react-flow__node')];
const inside = (box) => box.left >= pane.left && box.right <= pane.right
    && box.top >= pane.top && box.bottom <= pane.bottom;
const ready = nodes.length > 0 && nodes.every((node) => inside(node.getBoundingClientRect())
    && node.querySelector('[data-testid=state-badge]')?.textContent);
return ready ? pane.width + document.querySelector('.react-flow__viewport').style.transform : null;
"""


class StepError(AssertionError):
    """A step on a page failed; the message names the step, the page and the picture of it."""


@dataclass(frozen=True)
class Browser:
    """One window.

    :ivar address: of Airflow, such as http://localhost:8080
    :ivar pictures: folder for the pictures of failed steps
    """

    driver: Chrome
    address: str
    pictures: Path

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Run one step of a person's work.

        :raises StepError: the step failed or took more than WAIT_S seconds.
        """
        try:
            yield
        except WebDriverException as error:
            picture = self.pictures / f"failed_{name.replace(' ', '_')}.png"
            self.driver.save_screenshot(str(picture))
            reason = (error.msg or type(error).__name__).strip().splitlines()[0:1]
            raise StepError(
                f"cannot {name} at {self.driver.current_url}: {' '.join(reason)}; see the picture {picture}"
            ) from error

    def wait(self, condition: Callable[[Any], Any], awaited: str) -> Any:
        """Wait until the condition is true and return its value; a redrawn page is no failure."""
        patient = WebDriverWait(self.driver, WAIT_S, ignored_exceptions=[StaleElementReferenceException])
        return patient.until(condition, f"no {awaited} after {WAIT_S:.0f} s")

    def find(self, css: str) -> WebElement:
        """Wait until the element can be clicked."""
        found: WebElement = self.wait(page.element_to_be_clickable((By.CSS_SELECTOR, css)), css)
        return found

    def open(self, path: str) -> None:
        """Go to a page of Airflow."""
        self.driver.get(f"{self.address}{path}")


@contextmanager
def chromium(address: str, pictures: Path) -> Iterator[Browser]:
    """Start Chromium with an empty profile and American dates, and end it afterwards.

    :raises FileNotFoundError: Chromium or its driver is not installed.
    """
    options = ChromeOptions()
    options.binary_location = _program("chromium")
    service = ChromeService(_program("chromedriver"), env={**os.environ, "LANGUAGE": "en_US"})
    with tempfile.TemporaryDirectory(prefix="nightscan-chromium-", ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS.split(), f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = Chrome(options=options, service=service)
        try:
            size = {"width": WIDTH_PX, "height": HEIGHT_PX, "deviceScaleFactor": 1, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            yield Browser(driver, address, pictures)
        finally:
            driver.quit()


def login(browser: Browser, user: str, password: str) -> None:
    """Log in on Airflow's first page."""
    with browser.step("log in"):
        browser.open("/")
        browser.find("input[name=username]").send_keys(user)
        browser.find("input[name=password]").send_keys(password, Keys.ENTER)
        browser.find("[data-testid=nav-sidebar]")


def trigger_with_form(browser: Browser, dag_id: str, scan_date: str) -> None:
    """Open the DAG, press Trigger, fill the field "Scan date" and press the form's button."""
    with browser.step(f"open {dag_id}"):
        browser.open(f"/dags/{dag_id}")
        browser.find("[data-testid=trigger-dag-button]")
    open_form(browser)
    fill_scan_date(browser, scan_date)
    with browser.step("press the trigger button of the form"):
        browser.find(SUBMIT).click()
        browser.wait(page.invisibility_of_element_located((By.CSS_SELECTOR, SUBMIT)), "end of the form")


def open_form(browser: Browser, *, beside_run: bool = False) -> None:
    """Press Trigger on the page of the DAG, or on that of a run, where it opens a menu."""
    with browser.step("open the trigger form"):
        browser.find("[data-testid=trigger-dag-button]").click()
        if beside_run:
            browser.find("[role=menuitem][data-value=trigger]").click()
        browser.find(SUBMIT)


def fill_scan_date(browser: Browser, scan_date: str) -> None:
    """Type the date (YYYY-MM-DD) into the field that the label "Scan date" stands beside."""
    with browser.step("fill the field Scan date"):
        browser.wait(
            lambda driver: "Scan date" in driver.find_element(By.CSS_SELECTOR, FORM).text, 'label "Scan date"'
        )
        year, month, day = scan_date.split("-")
        browser.find("#element_scan_date").send_keys(month, day, year)
        browser.wait(
            lambda driver: (
                driver.find_element(By.ID, "element_scan_date").get_attribute("value") == scan_date
            ),
            f"{scan_date} in the field",
        )


def graph_screenshot(browser: Browser, run: Run, picture: Path) -> dict[str, str]:
    """Show the graph of an ended run over the whole window and save it as a PNG.

    :returns: the state written on each task, by the name written on it
    """
    with browser.step(f"show the graph of {run.dag_id}"):
        browser.open(f"/dags/{run.dag_id}/runs/{quote(run.run_id, safe='')}")
        browser.find("button[value=graph]").click()
        browser.find(".react-flow__node")
        browser.find("button[aria-label='Collapse Details Panel']").click()
        browser.find("button[aria-label='Show Details Panel']")
        browser.find(FIT)
        browser.wait(_Fitted(), "graph that fits the window, with a state on every task")
        browser.driver.save_screenshot(str(picture))
        nodes = browser.driver.find_elements(By.CSS_SELECTOR, ".react-flow__node")
        return dict(_name_state(node) for node in nodes)


class _Fitted:
    """True when the graph is complete, inside the window, and stays where it is when it is fitted again."""

    def __init__(self) -> None:
        self._last: str | None = None

    def __call__(self, driver: Chrome) -> bool:
        before, self._last = self._last, driver.execute_script(LOOK_AT_GRAPH)
        driver.find_element(By.CSS_SELECTOR, FIT).click()
        return self._last is not None and self._last == before


def _name_state(node: WebElement) -> tuple[str, str]:
    return (
        node.find_element(By.CSS_SELECTOR, "a p").text,
        node.find_element(By.CSS_SELECTOR, "[data-testid=state-badge]").text,
    )


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not installed; `python3 -m cluster install --dev` installs it")
    return path
