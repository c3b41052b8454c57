# SPDX-License-Identifier: MIT
"""What dev/bench prints: tables of what was measured and of what was to be reached; a plot."""

import shutil
import statistics
import subprocess

COLUMNS = (("rate/s", "rate"), ("CPU us", "cpu_us"), ("p50 us", "p50_us"), ("p99 us", "p99_us"))


def number(x):
    if x is None:
        return "-"
    if x == int(x) or abs(x) >= 100:
        return f"{x:,.0f}"
    return f"{x:.1f}" if abs(x) >= 10 else f"{x:.2f}"


def table(rows, left):
    """Columns as wide as they must be; the first ones, so many, begin at the left."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [s.ljust(w) if i < left else s.rjust(w)
                 for i, (s, w) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def middle(rounds, what):
    values = [r[what] for r in rounds if r[what] is not None]
    return statistics.median(values) if values else None


def measured(results):
    """A line for each server; the middle of its rounds."""
    rows = [("case", "server", *(title for title, _ in COLUMNS), "failed")]
    for result in results:
        for server, rounds in result.get("servers", {}).items():
            rows.append((result["case"], server,
                         *(number(middle(rounds, what)) for _, what in COLUMNS),
                         number(sum(r["failed"] for r in rounds))))
    if len(rows) > 1:
        table(rows, 2)
        print()


def reached(goal):
    """True, False, or None where there is nothing to reach or no figure."""
    value = goal["value"]
    if value is None or (goal["most"] is None and goal["least"] is None):
        return None
    if goal["most"] is not None:
        return value <= goal["most"]
    return value >= goal["least"]


def goal_row(case, goal):
    values, unit = goal["values"], goal["unit"]
    spread = ""
    if len(values) > 1 and not goal["is_sum"]:
        spread = f"{number(min(values))} to {number(max(values))}"
    wanted = ""
    if goal["most"] is not None:
        wanted = f"<= {number(goal['most'])} {unit}"
    elif goal["least"] is not None:
        wanted = f">= {number(goal['least'])} {unit}"
    figure = "not measured" if goal["value"] is None else f"{number(goal['value'])} {unit}"
    return (case, goal["figure"], figure, spread, wanted,
            {True: "yes", False: "no", None: ""}[reached(goal)])


def goals(results):
    rows = [("case", "figure", "measured", "spread", "wanted", "reached")]
    for result in results:
        rows += [goal_row(result["case"], goal) for goal in result.get("goals", ())]
    if len(rows) > 1:
        table(rows, 6)
    for result in results:
        if "reason" in result:
            print(f"{result['case']}: not measured: {result['reason']}")
        for name, reason in result.get("notes", {}).items():
            print(f"{result['case']}, {name}: not measured: {reason}")
    if any("nginx return*" in result.get("servers", {}) for result in results):
        print("* its clients send nothing, as it does not read")


def is_complete(results):
    return not any("reason" in r or r["notes"] or any(g["value"] is None for g in r["goals"])
                   for r in results)


def shares(results):
    """(label, value, low, high) as shares of the limit: up to 1 is reached."""
    for result in results:
        for goal in result.get("goals", ()):
            if goal["value"] is None or not (goal["most"] or goal["least"]):
                continue
            three = goal["value"], min(goal["values"]), max(goal["values"])
            if goal["most"]:
                three = [x / goal["most"] for x in three]
            else:
                three = [goal["least"] / x for x in three]
            yield (f"{result['case']}: {goal['figure']}", three[0], *sorted(three[1:]))


def plot(results, path):
    """A bar for each figure; True if there is one."""
    if not shutil.which("gnuplot"):
        return False
    lines = "".join(f'"{label}" {value} {low} {high}\n'
                    for label, value, low, high in shares(results))
    name = path.replace("'", "''")
    script = f"""set terminal png size 1000, {100 + 30 * lines.count(chr(10))}
set output '{name}'
set title 'sockd: what was measured, as a share of what is allowed'
set style fill solid 0.4
set lmargin 45
set xrange [0:*]
set yrange [*:*] reverse
set offsets 0, 0, 0.5, 0.5
set key off
set arrow from 1, graph 0 to 1, graph 1 nohead linewidth 2
$data << END
{lines}END
plot $data using 2:0:(0):2:($0-0.3):($0+0.3):ytic(1) with boxxyerror, \
     $data using 2:0:3:4 with xerrorbars pointtype 0 linewidth 2
"""
    return subprocess.run(["gnuplot"], input=script, text=True).returncode == 0
