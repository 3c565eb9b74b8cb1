"""The public site from the web server as `serve` starts it, 16 connections, by wrk (PostgreSQL).

A course's page, whose seats and price are read each time, beside a page of Wagtail's with the same words, picture and
body and no live facts; and the index of courses with 200 of them beside the same with 20. In turn, in one run.
"""

import json
import os
import subprocess
import sys
import tempfile
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from .rest import wrk
from .served_sheet import web_server
from .servers import ROOT, environment_of, own_database

OF_PLAIN, INDEX_TIMES = 0.5, 2.0
FEW, MANY = 20, 200
RUNS, SECONDS = 3, 5
_HEADERS: Final = {"Host": "localhost"}


def main() -> int:
    """Measure, print, and fail when a goal isn't met, or can't be measured."""
    if not wrk.is_there():
        print("FAILS  wrk is missing, nothing is measured: apt-get install wrk")
        return 1
    name = f"bench_site_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="bench-site-") as folder, own_database(name):
        environment = environment_of(
            name, VAR_DIR=folder, HTTPS_ONLY="0", DJANGO_SETTINGS_MODULE="benchmarks.site_settings"
        )
        for command in (["prepare_database"], ["collectstatic", "--noinput"]):
            run = [sys.executable, "manage.py", *command, "--verbosity", "0"]
            subprocess.run(run, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        paths = _fill(FEW, environment)
        with web_server(environment) as (_process, port):
            with_few = _measure(port, {"index": paths["index"]})
            _fill(MANY, environment)
            found = _measure(port, paths)
    return _tell(found | {f"index of {FEW}": with_few["index"]})


def _fill(count: int, environment: dict[str, str]) -> dict[str, str]:
    """Have so many courses on show; where the pages are."""
    command = [sys.executable, "-m", "benchmarks.site", "--fill", str(count)]
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, str] = json.loads(told.splitlines()[-1])
    return found


def _measure(port: int, paths: dict[str, str]) -> dict[str, wrk.Run]:
    """Each page in turn, and again, so that a busy minute is nobody's alone; the middle of each."""
    runs: dict[str, list[wrk.Run]] = {name: [] for name in paths}
    for _round in range(RUNS):
        for name, path in paths.items():
            one = wrk.run(f"http://127.0.0.1:{port}{path}", seconds=SECONDS, headers=_HEADERS)
            print(f"  {name}: {one.rate:,.0f} a second, p50 {one.p50:.1f} ms, p99 {one.p99:.1f} ms", flush=True)
            runs[name].append(one)
    return {name: sorted(found, key=lambda one: one.rate)[RUNS // 2] for name, found in runs.items()}


def _tell(found: dict[str, wrk.Run]) -> int:
    table = Table(f"Public site, {wrk.CONNECTIONS} connections, middle of {RUNS}", "a second", "p50 ms", "p99 ms")
    for name, run in found.items():
        table.add_row(name, f"{run.rate:,.0f}", f"{run.p50:.1f}", f"{run.p99:.1f}")
    Console(width=100).print(table)
    rate = found["course"].rate / found["plain"].rate
    times = found["index"].p50 / found[f"index of {FEW}"].p50
    checks = {
        f"a course's page: {rate:.2f} of the rate of a page without live facts (at least {OF_PLAIN})": rate >= OF_PLAIN,
        f"the index of {MANY} courses: {times:.2f} times the one of {FEW} (at most {INDEX_TIMES:.0f})": times
        <= INDEX_TIMES,
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


def fill(count: int) -> dict[str, str]:
    """Courses with hours, subjects, instructors and pages; one page without facts beside the first of them."""
    import django

    django.setup()
    from backoffice.courses.models import Course, Season, Tag
    from backoffice.courses.tests.makers import make_course, make_schedule, make_season
    from backoffice.users.tests.makers import make_instructor
    from cms.models import CourseIndexPage, CoursePage, HomePage, PlainPage
    from cms.tests.makers import make_course_page, make_index, make_picture

    home = HomePage.objects.get(depth=2, locale__language_code="ar")
    index = CourseIndexPage.objects.first() or make_index()
    picture = CoursePage.objects.first().picture if CoursePage.objects.exists() else make_picture()
    tag, _created = Tag.objects.get_or_create(name="قرآن")
    season = Season.objects.first() or make_season()
    fields: dict[str, Any] = {"picture": picture, "summary": "نتعلم خطوة خطوة.", "body": json.dumps(_body())}
    for number in range(Course.objects.count(), count):
        course = make_course(
            name=f"دورة رقم {number}", slug=f"دورة-{number}", season=season, instructor=_teacher(make_instructor)
        )
        course.tags.add(tag)
        make_schedule(course)
        make_schedule(course, weekday=3)
        make_course_page(index, course, **fields)
    plain = PlainPage.objects.first() or home.add_child(
        instance=PlainPage(title="دورة بلا أرقام", slug="بلا", **fields)
    )
    course = CoursePage.objects.order_by("path").first()
    return {"course": course.url, "plain": plain.url, "index": index.url}


def _teacher(make_instructor: Any) -> Any:
    """An instructor whose number nobody has: each process of the makers begins to count anew."""
    from backoffice.users.models import CustomUser

    return make_instructor(phone_number1=f"+2012{CustomUser.objects.count():08d}")


def _body() -> list[dict[str, Any]]:
    words = "<p>" + "نتعلم معًا في مجموعة صغيرة، ويعرف ولي الأمر ما حدث بعد كل محاضرة. " * 4 + "</p>"
    text = {"type": "text", "value": f"<h2>ماذا نتعلم؟</h2>{words}<ul><li>الحفظ</li><li>التلاوة</li></ul>"}
    return [text, {"type": "quote", "value": {"words": "من جد وجد", "source": "مثل"}}, text]


if __name__ == "__main__":
    os.chdir(ROOT)
    if len(sys.argv) == 3:
        json.dump(fill(int(sys.argv[2])), sys.stdout)
    else:
        sys.exit(main())
