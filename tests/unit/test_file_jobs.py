"""Files that the worker makes: asked for once, made whole or not at all, fetched by who may still see them, taken away."""

from __future__ import annotations

import csv
import tracemalloc
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.exports import operations, queries, tasks
from citycoin.platform.exports.domain.formats import FORMATS
from citycoin.platform.exports.domain.pdf_files import MOST_ROWS, MOST_ROWS_OF_A_STRIP
from citycoin.platform.exports.domain.tables import Column, ExportTooLong, Kind, Table
from citycoin.platform.exports.domain.xlsx_files import MOST_ROWS as MOST_ROWS_OF_A_SHEET
from citycoin.platform.exports.doors.files import exported
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.operations import KEPT, MOST_UNDER_WAY, FileIdReused, TooManyFiles
from citycoin.platform.exports.queries import PEOPLE, Recipe, Wanted
from citycoin.platform.queues.models import FailedRow
from merchants.models import Shop, Staff
from tests.unit.refunding import RefundingLedger

pytestmark = pytest.mark.django_db

CSV, XLSX = FORMATS["csv"], FORMATS["xlsx"]
State = FileJob.State


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.VAR = tmp_path


@pytest.fixture
def ledger() -> RefundingLedger:
    founded = RefundingLedger()
    founded.found_a_city()
    return founded


@pytest.fixture
def rows() -> SimpleNamespace:
    """A file of as many rows as is said, and what happens before one of them is read."""
    return SimpleNamespace(many=100, before={}, may_see=True)


@pytest.fixture
def recipe(rows, monkeypatch) -> Recipe:
    def read():
        for number in range(rows.many):
            rows.before.get(number, lambda: None)()
            yield (f"줄 {number}", number)

    def table(_wanted: Wanted) -> Table:
        if not rows.may_see:
            raise NotHere
        columns = (Column(Words("이름", "Name")), Column(Words("금액", "Amount"), Kind.WON))
        return Table(Words("시험 파일", "A file"), columns, read(), size=lambda: rows.many)

    made = Recipe(
        name="a-file",
        place=PEOPLE,
        fields=("year",),
        table=table,
        called=lambda wanted: f"file-{wanted.of['year']}",
        back=lambda _wanted: "/gimpo/back",
    )
    monkeypatch.setitem(queries._recipes, made.name, made)
    return made


@pytest.fixture
def ask(ledger, recipe):
    def asked(year="2026", *, client_id=None, person=None, format_=CSV) -> FileJob:
        wanted = Wanted(person or ledger.keeper, ledger.city, {"year": year}, ledger.now)
        return operations.ask_for_file(client_id=client_id or uuid4(), recipe=recipe, wanted=wanted, format_=format_)

    return asked


def made(job: FileJob) -> FileJob:
    """After a round of the worker."""
    operations.make_files(now=job.asked_at)
    job.refresh_from_db()
    return job


def lines(job: FileJob) -> list[list[str]]:
    return list(csv.reader(StringIO(queries.path_of(job).read_text("utf-8-sig"), newline="")))


def files() -> list[str]:
    return sorted(each.name for each in queries.folder().iterdir())


class TestAsking:
    def test_the_same_press_twice_is_one_file_under_its_id_and_under_another_one(self, ask):
        first = ask(client_id=(name := uuid4()))

        assert ask(client_id=name) == first
        assert ask() == first
        assert FileJob.objects.count() == 1

    def test_id_of_another_file_or_of_somebody_elses_is_refused(self, ask, ledger):
        name = ask().client_id
        other = Person.objects.create(username="other", joined_at=ledger.now)

        with pytest.raises(FileIdReused):
            ask("2025", client_id=name)
        with pytest.raises(FileIdReused):
            ask(client_id=name, person=other)

    def test_the_same_file_is_made_anew_once_the_first_has_ended(self, ask):
        first = made(ask())

        assert ask() != first

    def test_other_rows_another_format_and_somebody_elses_are_files_of_their_own(self, ask, ledger):
        other = Person.objects.create(username="other", joined_at=ledger.now)

        assert len({each.pk for each in (ask(), ask("2025"), ask(format_=XLSX), ask(person=other))}) == 4

    def test_more_files_than_may_be_under_way_are_refused_until_one_has_ended(self, ask, ledger):
        first, *_ = [ask(str(year)) for year in range(2000, 2000 + MOST_UNDER_WAY)]
        with pytest.raises(TooManyFiles) as refusal:
            ask()
        operations.cancel_file(job=first, now=ledger.now)

        assert refusal.value.details == {"most": MOST_UNDER_WAY}
        assert ask().state == State.WAITING

    def test_file_of_rows_that_they_may_not_see_is_not_begun(self, ask, rows):
        rows.may_see = False

        with pytest.raises(NotHere):
            ask()
        assert not FileJob.objects.exists()

    def test_file_that_no_job_could_hold_is_refused_before_it_is_begun(self, ask, rows):
        rows.many = MOST_ROWS + 1

        with pytest.raises(ExportTooLong):
            ask(format_=FORMATS["pdf"])


class TestMaking:
    @pytest.mark.parametrize("name", ["csv", "xlsx", "pdf", "80mm"])
    def test_file_of_each_kind_is_made_whole_with_its_size(self, ask, name):
        job = made(ask(format_=FORMATS[name]))

        assert (job.state, job.done, job.total) == (State.DONE, 100, 100)
        assert files() == [f"{job.client_id}{FORMATS[name].ending}"]
        assert queries.path_of(job).stat().st_size == job.size
        assert queries.path_of(job).stat().st_mode & 0o777 == 0o600
        assert job.expires_at == job.ended_at + KEPT

    def test_file_is_in_the_language_in_which_it_was_asked_for(self, ask):
        job = made(ask())

        assert lines(job)[0] == ["이름", "금액(원)"]
        assert job.title == "시험 파일"

    def test_progress_is_told_while_it_is_made_in_so_many_steps_at_most(self, ask, rows):
        rows.many, seen = 5_000, []
        for number in range(1, rows.many, 100):
            rows.before[number] = lambda: seen.append(FileJob.objects.get().done)

        made(ask())

        assert seen == sorted(seen)
        assert len(set(seen)) == operations.STEPS
        assert seen[-1] == rows.many - rows.many // operations.STEPS

    def test_file_of_a_worker_that_died_is_made_from_its_first_row_on_and_once(self, ask, rows):
        def die():
            raise KeyboardInterrupt

        job, rows.before[50] = ask(), die
        with pytest.raises(KeyboardInterrupt):
            operations.make_files(now=job.asked_at)
        job.refresh_from_db()
        left = (job.state, job.done > 0, files())
        rows.before.clear()

        made(job)

        assert left == (State.MAKING, True, [])
        assert len(lines(job)) == 101
        assert operations.make_files(now=job.asked_at) == 0

    def test_file_cancelled_while_it_is_made_stops_and_leaves_nothing(self, ask, rows, ledger):
        job, read = ask(), []
        rows.before[50] = lambda: operations.cancel_file(job=job, now=ledger.now)
        rows.before[99] = lambda: read.append("the last row")

        made(job)

        assert (job.state, files(), read) == (State.CANCELLED, [], [])

    def test_file_cancelled_at_its_last_row_leaves_nothing(self, ask, rows, ledger):
        job = ask()
        rows.before[99] = lambda: operations.cancel_file(job=job, now=ledger.now)

        made(job)

        assert (job.state, files()) == (State.CANCELLED, [])

    def test_file_of_who_lost_the_right_meanwhile_is_not_made(self, ask, rows):
        job, rows.may_see = ask(), False

        made(job)

        assert (job.state, job.reason, files()) == (State.REFUSED, "not_theirs", [])

    def test_file_that_grew_beyond_its_limit_is_refused(self, ask, rows):
        job = ask(format_=FORMATS["80mm"])
        rows.many = MOST_ROWS_OF_A_STRIP + 1

        made(job)

        assert (job.state, job.reason, files()) == (State.REFUSED, "too_long", [])

    def test_file_that_fails_by_itself_waits_and_is_set_aside_and_the_next_one_is_made(self, ask, ledger):
        first, second = ask(), ask("2025")
        FileJob.objects.filter(pk=first.pk).update(language="ko", recipe="a-file", format="torn")
        for later in (0, 10, 60):
            operations.make_files(now=ledger.now + timedelta(seconds=later))

        assert FailedRow.objects.get().row == first.pk
        assert queries.is_set_aside(first)
        second.refresh_from_db()
        assert second.state == State.DONE

    def test_memory_is_flat_however_many_rows_a_spreadsheet_has(self, ask, rows):
        def most_of(many: int) -> int:
            rows.many = many
            job = ask(str(many), format_=XLSX)
            tracemalloc.start()
            made(job)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert job.state == State.DONE
            return peak

        most_of(100)  # what is imported once

        assert most_of(8_000) < 2 * most_of(1_000)


class TestTidying:
    def test_file_goes_with_its_row_when_it_has_expired(self, ask):
        job = made(ask())

        assert operations.tidy_files(now=job.expires_at - timedelta(seconds=1)) == 0
        assert files() == [f"{job.client_id}.csv"]
        assert operations.tidy_files(now=job.expires_at) == 1
        assert (files(), FileJob.objects.count()) == ([], 0)

    def test_what_dead_workers_left_goes_and_what_is_under_way_stays(self, ask, ledger):
        under_way, over = ask(), ask("2025")
        operations.cancel_file(job=over, now=ledger.now)
        for name in (f"{under_way.client_id}.csv.part", f"{over.client_id}.csv", f"{uuid4()}.csv", "nothing.of.ours"):
            (queries.folder() / name).touch()

        operations.tidy_files(now=ledger.now)

        assert files() == [f"{under_way.client_id}.csv.part"]

    def test_round_of_the_worker_tidies_and_makes(self, ask):
        job = ask()

        assert tasks.make() == 1
        job.refresh_from_db()
        assert job.state == State.DONE


class TestChoice:
    """The one place that says what is made while one waits."""

    def asked(self, many: int, what: str, job: str):
        columns = (Column(Words("이름", "Name")),)
        table = Table(Words("파일", "File"), columns, iter([]), size=lambda: many)
        return exported(RequestFactory().get("/", {"as": what}), table, "file", job=job)

    @pytest.mark.parametrize("what", ["csv", "xlsx", "pdf"])
    def test_file_with_more_rows_than_one_waits_for_is_asked_for_as_a_job(self, what):
        at_once = FORMATS[what].at_once

        answer = self.asked(at_once, what, "/gimpo/files/new/x?year=2026")
        led = self.asked(at_once + 1, what, "/gimpo/files/new/x?year=2026")

        assert answer.status_code == 200
        answer.close()
        assert (led.status_code, led["Location"]) == (302, f"/gimpo/files/new/x?year=2026&as={what}")

    def test_file_that_not_even_a_job_holds_is_refused(self):
        with pytest.raises(ExportTooLong):
            self.asked(MOST_ROWS + 1, "pdf", "/gimpo/files/new/x?year=2026")

    def test_limits_are_those_of_the_writers(self):
        most = {name: each.most for name, each in FORMATS.items()}

        assert most == {"csv": None, "xlsx": MOST_ROWS_OF_A_SHEET, "pdf": MOST_ROWS, "80mm": MOST_ROWS_OF_A_STRIP}


class TestPages:
    """As a manager of a shop meets them."""

    @pytest.fixture
    def shop(self, ledger) -> Shop:
        return Shop.objects.get(wallet=ledger.shops[0].wallet)

    @pytest.fixture
    def part(self, ledger, shop) -> Staff:
        return Staff.objects.create(shop=shop, person=ledger.keeper, role=Staff.Role.MANAGER, since=ledger.now)

    @pytest.fixture
    def browser(self, ledger, part) -> Client:  # noqa: ARG002 - they are its manager
        client = Client()
        client.force_login(ledger.keeper, backend="django.contrib.auth.backends.ModelBackend")
        return client

    @pytest.fixture
    def url(self, ledger, shop) -> str:
        year = ledger.now.year
        return f"/{ledger.city.slug}/files/new/shop-payments?shop={shop.pk}&period={year}&as=csv"

    def begun(self, browser, url) -> str:
        answer = browser.post(url, {"id": str(uuid4())})
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def test_file_of_a_shops_year_is_asked_for_watched_and_fetched(self, browser, url, ledger):
        page = browser.get(url).content.decode()
        where = self.begun(browser, url)
        waits = browser.get(where).content.decode()
        operations.make_files(now=ledger.now)
        done = browser.get(where).content.decode()
        file = b"".join(browser.get(f"{where}/content").streaming_content).decode("utf-8-sig")

        assert "파일 만들기" in page
        assert "차례를 기다리는 중" in waits
        assert "내려받기" in done
        assert "data-over" in done
        assert sum(int(each["결제 금액(원)"]) for each in csv.DictReader(StringIO(file))) == 120
        listed = browser.get(f"/{ledger.city.slug}/files/").content.decode()
        assert where in listed

    def test_file_is_not_fetched_any_more_by_who_is_staff_no_longer(self, browser, url, part, ledger):
        where = self.begun(browser, url)
        operations.make_files(now=ledger.now)
        Staff.objects.filter(pk=part.pk).update(until=ledger.now)

        assert browser.get(f"{where}/content").status_code == 404

    def test_file_is_not_there_for_another_manager_of_the_shop(self, browser, url, shop, ledger):
        where = self.begun(browser, url)
        operations.make_files(now=ledger.now)
        other = Person.objects.create(username="other", joined_at=ledger.now)
        Staff.objects.create(shop=shop, person=other, role=Staff.Role.OWNER, since=ledger.now)
        client = Client()
        client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")

        assert {client.get(where + rest).status_code for rest in ("", "/content")} == {404}
        assert client.post(f"{where}/cancel").status_code == 404

    def test_cancelled_file_has_no_content_and_its_page_says_so(self, browser, url):
        where = self.begun(browser, url)

        browser.post(f"{where}/cancel")

        queries.path_of(FileJob.objects.get()).write_text("what a worker left that died before its last commit")
        assert "취소해서 파일이 없어요" in browser.get(where).content.decode()
        assert browser.get(f"{where}/content").status_code == 404

    def test_cashier_and_nonsense_find_nothing(self, browser, url, part):
        wrong = [
            url.replace("shop=", "shop=x"),
            url.replace("period=2", "period=x"),
            url.replace("shop-payments", "no"),
        ]
        answers = {browser.get(each).status_code for each in wrong}
        Staff.objects.filter(pk=part.pk).update(role=Staff.Role.CASHIER)

        assert {*answers, browser.get(url).status_code} == {404}

    @pytest.mark.parametrize("name", ["", "1", "nonsense"])
    def test_form_without_an_id_is_refused(self, browser, url, name):
        assert browser.post(url, {"id": name}).status_code == 400

    def test_file_of_these_pages_is_none_of_the_officials(self):
        with pytest.raises(NotHere):
            queries.recipe_named("shop-payments", queries.CONSOLE)
