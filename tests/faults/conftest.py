"""Says at the end of a run what was killed how often, and what came of it."""

import pytest

pytest.register_assert_rewrite("tests.faults.records")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the line that each test of this folder leaves."""
    lines = [
        str(value)
        for report in terminalreporter.stats.get("passed", [])
        for name, value in getattr(report, "user_properties", [])
        if name == "faults" and report.when == "call"
    ]
    if lines:
        terminalreporter.section("faults")
        for line in sorted(lines):
            terminalreporter.write_line(line)
