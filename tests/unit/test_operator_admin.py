"""The operator's pages: off unless asked for, near, behind all factors, closed to writing and to secrets, and logged."""

import importlib
import os
import re
import runpy
import time
from datetime import timedelta
from html import unescape
from io import StringIO
from unittest.mock import Mock

import pyotp
import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches, get_resolver, reverse

import citycoin.urls
from citycoin.foundation import vault
from citycoin.foundation.kernel import clock
from citycoin.money.issuance.apps import IssuanceConfig
from citycoin.platform.accounts.doors.permissions import SEEN_AT
from citycoin.platform.accounts.models import OfficialSession, Operator, Person, SignInCode, TextMessage
from citycoin.platform.accounts.operations.people import (
    NameTaken,
    close_operator,
    open_official,
    open_operator,
    person_of_phone,
)
from citycoin.platform.accounts.operations.sign_in import SignInRefused, sign_in_official
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.audit.queries import first_broken
from citycoin.platform.cities.models import City
from citycoin.platform.health.models import Heartbeat
from citycoin.runtime.operations.static_files import collected
from citycoin.web.operator.contexts import tables
from merchants.apps import MerchantsConfig
from tests.running import STATIC
from wallets.apps import WalletsConfig
from wallets.models import Wallet

pytestmark = pytest.mark.django_db

PASSWORD, TOTP = "an operator's password", pyotp.random_base32()
SIGN_IN = "/operator/sign-in"
STYLE = "admin/css/base.css"
# What a secret may be called, and what is called so and is none.
SECRET = re.compile(
    r"password|passwd|secret|seal|fingerprint|token|totp|session|pin|hash|code|cipher|private|credential"
)
NO_SECRET = {
    "accounts.Person.uid",
    "contracts.Chain.first_block_hash",
    "contracts.ChainLog.block_hash",
    "contracts.ChainLog.tx_hash",
    "contracts.Contract.code_hash",
    "contracts.Contract.last_block_hash",
    "contracts.Submission.tx_hash",
    "merchants.Counter.pairing_expires_at",
    "merchants.Shop.code",  # stands on its poster
    "merchants.Staff.pin_failures",
    "merchants.Staff.pin_locked_until",
    "wallets.Movement.tx_hash",
    "wallets.Refusal.code",  # of an error
    "wallets.Wallet.pin_failures",
    "wallets.Wallet.pin_locked_until",
}


@pytest.fixture(autouse=True)
def _passwords_that_cost_nothing():
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def on(monkeypatch):
    """The settings and the URLs as CITYCOIN_ADMIN=1 makes them; what makes a browser on this machine."""
    monkeypatch.setenv("CITYCOIN_ADMIN", "1")
    said = runpy.run_path(str(settings.BASE_DIR / "citycoin" / "settings.py"))
    names = ("ADMIN", "INSTALLED_APPS", "MIDDLEWARE", "TEMPLATES")
    for config in (WalletsConfig, IssuanceConfig, MerchantsConfig):
        monkeypatch.setattr(config, "ready", AppConfig.ready)  # they have taken their place in the register already
    with override_settings(STATIC_ROOT=collected(STATIC, environ=os.environ), **{name: said[name] for name in names}):
        reload_urls()
        yield Client
    reload_urls()


def reload_urls():
    importlib.reload(citycoin.urls)
    clear_url_caches()


@pytest.fixture
def cities():
    return [City.objects.create(slug=slug, name_ko=slug, name_en=slug) for slug in ("first", "second")]


@pytest.fixture
def operator():
    return open_operator(username="night-shift", password=PASSWORD, totp_secret=TOTP, now=clock.now())


@pytest.fixture
def reader(on, cities, operator):
    """A browser on this machine in which the operator has signed in."""
    client = on()
    assert signed_in(client, operator).status_code == 302
    assert len(cities) == 2
    return client


def signed_in(client, who, *, steps=0, **other):
    """The answer to the form of signing in, with the code of so many steps from now."""
    code = pyotp.TOTP(TOTP).at(int(time.time()) + 30 * steps)
    return client.post(SIGN_IN, {"username": who.person.username, "password": PASSWORD, "code": code, **other})


def leads_to_sign_in(answer):
    return answer.status_code == 302 and answer["Location"].split("?")[0] == SIGN_IN


def looks(city):
    rows = AuditEvent.objects.filter(city=city, act="operator.looked").order_by("number")
    return [each.facts for each in rows]


def page_of(model, row=None):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return reverse(f"{name}_change", args=[row.pk]) if row else reverse(f"{name}_changelist")


class TestOff:
    @pytest.mark.parametrize("path", ["/operator/", SIGN_IN, "/operator/accounts/person/"])
    def test_operators_pages_do_not_exist_while_they_are_off(self, path):
        assert Client().get(path).status_code == 404
        assert not apps.is_installed("django.contrib.admin")
        assert "operator/" not in {str(each.pattern) for each in get_resolver().url_patterns}

    def test_operators_static_files_are_collected_only_where_the_pages_are_on(self, request):
        assert not AppDirectoriesFinder().find(STYLE)

        request.getfixturevalue("on")

        assert AppDirectoriesFinder().find(STYLE)


class TestNear:
    @pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1"])
    def test_operators_pages_are_found_from_this_machine(self, on, address):
        assert on(REMOTE_ADDR=address).get(SIGN_IN).status_code == 200

    @pytest.mark.parametrize(
        "unwanted",
        [
            {"REMOTE_ADDR": "10.0.0.7"},
            {"REMOTE_ADDR": "203.0.113.9"},
            {"REMOTE_ADDR": ""},
            {"HTTP_FORWARDED": "for=127.0.0.1"},
            {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
            {"HTTP_X_FORWARDED_PROTO": "https"},
            {"HTTP_X_REAL_IP": "127.0.0.1"},
            {"HTTP_VIA": "1.1 proxy"},
        ],
        ids=str,
    )
    def test_operator_signed_in_from_elsewhere_or_through_a_proxy_finds_no_page(self, reader, unwanted):
        paths = [
            SIGN_IN,
            "/operator/",
            page_of(Person),
            reverse("admin:app_list", args=["accounts"]),
            reverse("admin:jsi18n"),
        ]

        assert [reader.get(path, **unwanted).status_code for path in paths] == [404] * len(paths)
        assert reader.post(reverse("admin:logout"), **unwanted).status_code == 404
        assert reader.get("/operator/").status_code == 200


class TestSignIn:
    def test_operator_who_signed_in_sees_the_list_of_tables(self, reader):
        answer = reader.get("/operator/")

        assert answer.status_code == 200
        assert "wallets/payment/" in answer.text

    @pytest.mark.parametrize(
        "wrong", [{"code": "000000"}, {"code": ""}, {"password": "another"}, {"username": "nobody"}]
    )
    def test_operators_sign_in_with_a_wrong_factor_is_refused(self, on, operator, wrong):
        client = on()

        answer = signed_in(client, operator, **wrong)

        assert answer.status_code == 422
        assert "sign_in_refused" in answer.text
        assert leads_to_sign_in(client.get("/operator/"))

    def test_operators_sign_in_with_a_code_used_before_is_refused(self, on, operator):
        assert signed_in(on(), operator).status_code == 302
        assert signed_in(on(), operator).status_code == 422
        assert signed_in(on(), operator, steps=1).status_code == 302

    def test_operators_sign_in_is_locked_after_so_many_wrong_tries(self, on, operator):
        for _ in range(settings.SIGN_IN_TRIES):
            signed_in(on(), operator, code="000000")

        answer = signed_in(on(), operator)

        assert answer.status_code == 422
        assert "sign_in_locked" in answer.text

    def test_operators_sign_in_without_the_forms_token_is_refused(self, on, operator):
        assert signed_in(on(enforce_csrf_checks=True), operator).status_code == 409

    def test_operators_session_ends_with_signing_out(self, reader):
        reader.post(reverse("admin:logout"))

        assert leads_to_sign_in(reader.get("/operator/"))

    def test_operators_session_ends_after_it_was_idle_for_too_long(self, reader):
        session = reader.session
        session["operator_seen_at"] = time.time() - settings.OFFICIAL_IDLE_SECONDS - 1
        session.save()

        assert leads_to_sign_in(reader.get("/operator/"))

    def test_operators_session_ends_when_the_operator_is_closed(self, on, reader, operator):
        assert close_operator(username="night-shift", now=clock.now())

        assert leads_to_sign_in(reader.get("/operator/"))
        assert signed_in(on(), operator, steps=1).status_code == 422
        assert not close_operator(username="night-shift", now=clock.now())


class TestAnOfficial:
    @pytest.fixture
    def official(self, cities):
        return open_official(city=cities[0], username="first-1", password=PASSWORD, totp_secret=TOTP, now=clock.now())

    @pytest.fixture
    def at_work(self, on, official):
        client = on()
        client.force_login(official.person)
        session = client.session
        session[SEEN_AT] = time.time()
        session.save()
        assert client.get("/first/console/audit").status_code == 200
        return client

    def test_official_is_led_to_the_operators_sign_in_and_refused_there(self, at_work, official):
        assert leads_to_sign_in(at_work.get("/operator/"))
        assert leads_to_sign_in(at_work.get(page_of(Person)))
        assert signed_in(at_work, official).status_code == 422

    def test_officials_session_ends_where_an_operator_signs_in_by_the_same_browser(self, at_work, operator):
        signed_in(at_work, operator)

        assert at_work.get("/operator/").status_code == 200
        assert at_work.get("/first/console/audit")["Location"].startswith("/officials/sign-in")

    def test_operators_session_ends_where_an_official_signs_in_by_the_same_browser(self, reader, official):
        code = pyotp.TOTP(TOTP).now()
        reader.post("/officials/sign-in", {"username": official.person.username, "password": PASSWORD, "code": code})

        assert reader.get("/first/console/audit").status_code == 200
        assert leads_to_sign_in(reader.get("/operator/"))

    def test_operator_cannot_sign_in_as_an_official_or_see_officials_pages(self, reader, operator):
        with pytest.raises(SignInRefused):
            sign_in_official(
                username=operator.person.username,
                password=PASSWORD,
                code=pyotp.TOTP(TOTP).at(int(time.time()) + 30),
                now=clock.now(),
            )
        for path in ("/first/console/", "/first/console/audit"):
            assert reader.get(path)["Location"].startswith("/officials/sign-in")
        assert reader.get("/first/wallet/")["Location"].startswith("/sign-in")

    def test_official_and_operator_of_the_same_name_are_refused(self, cities, official, operator):
        with pytest.raises(NameTaken):
            open_operator(username="first-1", password=PASSWORD, totp_secret=TOTP, now=clock.now())
        with pytest.raises(NameTaken):
            open_official(
                city=cities[0], username=operator.person.username, password=PASSWORD, totp_secret=TOTP, now=clock.now()
            )
        assert not Operator.objects.filter(person=official.person).exists()


class TestCommands:
    def test_open_operator_command_takes_a_piped_password_and_does_not_show_it(self, monkeypatch, capsys):
        monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))

        call_command("open_operator", "day-shift")

        said = capsys.readouterr().out
        person = Operator.objects.get().person
        assert pyotp.parse_uri(said.split()[-1]).name == "day-shift"
        assert PASSWORD not in said
        assert person.check_password(PASSWORD)

    @pytest.mark.parametrize("typed", ["short", ""])
    def test_open_operator_command_refuses_a_short_password(self, monkeypatch, typed):
        monkeypatch.setattr("sys.stdin", StringIO(typed))

        with pytest.raises(CommandError, match="12 characters"):
            call_command("open_operator", "day-shift")

        assert not Operator.objects.exists()

    def test_operator_commands_refuse_a_name_that_is_taken_and_one_that_nobody_has(self, monkeypatch, operator):
        monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))

        with pytest.raises(CommandError, match="night-shift already"):
            call_command("open_operator", operator.person.username)
        with pytest.raises(CommandError, match="no operator called day-shift"):
            call_command("close_operator", "day-shift")

        call_command("close_operator", "night-shift", stdout=StringIO())
        assert Operator.objects.get().until is not None


class TestReading:
    def test_operators_pages_list_every_table_of_ours_and_none_of_djangos(self, reader):
        ours = [model for model in apps.get_models() if not model.__module__.startswith("django.")]
        assert len(ours) > 30

        for model in ours:
            answer = reader.get(page_of(model))
            assert answer.status_code == 200, model
        for path in ("sessions/session", "contenttypes/contenttype", "admin/logentry"):
            assert reader.get(f"/operator/{path}/").status_code == 404

    def test_operators_list_of_every_table_can_be_searched_and_sorted(self, reader):
        for model in tables.tables():
            assert reader.get(page_of(model), {"q": "7", "o": "1"}).status_code == 200, model

    def test_operators_page_of_a_row_shows_its_open_columns_and_no_button_to_send(self, reader, cities):
        wallet = a_wallet(cities[0])

        answer = reader.get(page_of(Wallet, wallet))

        assert answer.status_code == 200
        assert "1,234,567" in answer.text or "1234567" in answer.text
        assert '<input type="submit"' not in answer.text

    def test_operators_search_finds_a_row_by_number_and_by_text(self, reader, cities):
        assert "first" in reader.get(page_of(City), {"q": cities[0].pk}).text
        found = reader.get(page_of(City), {"q": "second"}).text
        assert f"/operator/cities/city/{cities[1].pk}/" in found
        assert f"/operator/cities/city/{cities[0].pk}/" not in found

    def test_operators_list_has_fifty_rows_a_page(self, reader):
        Heartbeat.objects.bulk_create(
            Heartbeat(process=f"p{n}", host="h", pid=n, beaten_at=clock.now()) for n in range(60)
        )

        assert reader.get(page_of(Heartbeat)).text.count("field-process") == 50
        assert reader.get(page_of(Heartbeat), {"all": ""}).text.count("field-process") == 50

    def test_operators_list_makes_as_many_queries_for_many_rows_as_for_one(
        self, reader, cities, django_assert_num_queries
    ):
        people = [person_of_phone(phone=f"010000000{n:02}", now=clock.now()) for n in range(20)]
        a_wallet(cities[0])
        with CaptureQueriesContext(connection) as for_one:
            reader.get(page_of(Wallet))
        for person in people:
            a_wallet(cities[0], owner=person)

        with django_assert_num_queries(len(for_one)):
            reader.get(page_of(Wallet))

    @pytest.mark.parametrize("path", ["999999/", "nothing/", "1/delete/", "1/history/", "add/"])
    def test_operators_page_of_a_missing_row_or_a_missing_action_is_not_found(self, reader, path):
        assert reader.get(f"/operator/cities/city/{path}").status_code == 404

    def test_operators_page_asked_for_by_another_field_than_the_key_is_not_found(self, reader, cities):
        assert reader.get(page_of(City, cities[0]), {"_to_field": "id"}).status_code == 404
        assert reader.get("/operator/cities/city/first/", {"_to_field": "slug"}).status_code == 404

    def test_operators_pages_keep_to_the_content_security_policy(self, reader, cities):
        for path in ("/operator/", reverse("admin:app_list", args=["cities"]), page_of(City), page_of(City, cities[0])):
            answer = reader.get(path)
            assert "unsafe" not in answer["Content-Security-Policy"]
            assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", answer.text), path
            assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", answer.text)), path
            assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", answer.text), path


class TestWriting:
    @pytest.mark.parametrize("path", ["", "add/", "{pk}/", "{pk}/change/", "{pk}/delete/", "{pk}/history/"])
    def test_operators_write_is_refused_on_every_page_of_a_table(self, reader, cities, path):
        body = {"slug": "changed", "name_ko": "changed", "action": "delete_selected", "_selected_action": cities[0].pk}
        where = f"/operator/cities/city/{path.format(pk=cities[0].pk)}"

        answers = [reader.post(where, body), *(reader.generic(method, where) for method in ("PUT", "PATCH", "DELETE"))]

        assert {answer.status_code for answer in answers} <= {403, 404}
        assert sorted(City.objects.values_list("slug", flat=True)) == ["first", "second"]
        assert looks(cities[0]) == []


class TestSecrets:
    def test_column_that_may_be_a_secret_is_closed_or_named_as_none(self):
        for model in tables.tables():
            for field in model._meta.concrete_fields:
                name = f"{model._meta.label}.{field.name}"
                suspect = isinstance(field, models.BinaryField) or SECRET.search(field.name)
                assert tables.is_closed(field) or not suspect or name in NO_SECRET, f"{name}: close it, or say why not"

    def test_column_that_is_named_as_closed_exists(self):
        there = {f"{model._meta.label}.{field.name}" for model in tables.tables() for field in model._meta.fields}

        assert there >= tables.CLOSED

    def test_secrets_are_on_no_page_of_the_operator(self, reader, cities):
        person = person_of_phone(phone="01012345678", name="홍길동", now=clock.now())
        person.totp_used_step = 987654321
        person.password = "scrypt$known"
        person.save()
        wallet = a_wallet(cities[0], access_hash=bytes(range(32)), pin_fingerprint=bytes(range(100, 132)), owner=person)
        now = clock.now()
        code = SignInCode.objects.create(
            phone_fingerprint=b"\xa1" * 32, code_fingerprint=b"\xa2" * 32, sent_at=now, expires_at=now
        )
        text = TextMessage.objects.create(
            phone_sealed=vault.seal(b"01012345678", owner="message"), text_sealed=b"plain text", written_at=now
        )
        session = OfficialSession.objects.create(
            person=person,
            session_key="known-session-key",
            browser=b"\xa3" * 32,
            agent="x",
            is_new=False,
            since=now,
            seen_at=now,
        )
        secrets = ["987654321", "scrypt$known", "known-session-key", "plain text", "홍길동", "1234-5678", "12345678"]
        for kept in (
            *(wallet.access_hash, wallet.pin_fingerprint, code.phone_fingerprint, code.code_fingerprint),
            *(text.phone_sealed, text.text_sealed, session.browser),
            *(person.phone_sealed, person.name_sealed, person.phone_fingerprint),
        ):
            secrets += [bytes(kept).hex(), repr(bytes(kept))[2:-1], "memory at"]

        for row in (person, wallet, code, text, session):
            for path in (page_of(type(row)), page_of(type(row), row)):
                answer = reader.get(path)
                assert answer.status_code == 200
                assert [secret for secret in secrets if secret in unescape(answer.text)] == [], path

    @pytest.mark.parametrize(
        "asked",
        [{"password__startswith": "scrypt"}, {"totp_sealed__isnull": "0"}, {"username": "a"}, {"e": "1", "id": "1"}],
    )
    def test_operators_list_with_a_filter_in_the_address_is_refused(self, reader, asked):
        assert reader.get(page_of(Person), asked).status_code == 400

    def test_operators_search_finds_no_row_by_a_secret(self, reader):
        Person.objects.update(password="scrypt$known")

        assert "field-username" not in reader.get(page_of(Person), {"q": "scrypt$known"}).text


class TestLooks:
    def test_operators_look_at_a_list_and_by_a_search_is_an_act_in_every_city(self, reader, cities, operator):
        reader.get(page_of(Wallet))
        reader.get(page_of(Person), {"q": "somebody"})

        for city in cities:
            assert looks(city) == [
                {"operator": operator.pk, "table": "wallets.Wallet", "how": "list", "row": ""},
                {"operator": operator.pk, "table": "accounts.Person", "how": "search", "row": ""},
            ]
            assert first_broken(city.pk) is None
        assert not AuditEvent.objects.exclude(official=None).exists()

    @pytest.mark.parametrize("asked", [{"p": "99"}, {"all": ""}, {"o": "-2.1"}, {"_popup": "1"}, {"e": "1"}], ids=str)
    def test_operators_look_at_a_list_is_an_act_however_it_is_asked_for(self, reader, cities, asked):
        assert reader.get(page_of(City), asked).status_code == 200
        assert reader.head(page_of(City), asked).status_code == 200

        assert [len(looks(city)) for city in cities] == [2, 2]

    def test_operators_look_at_a_row_of_a_city_is_an_act_in_that_city_alone(self, reader, cities, operator):
        wallet = a_wallet(cities[1])

        reader.get(page_of(Wallet, wallet))
        reader.get(page_of(City, cities[1]))

        assert looks(cities[0]) == []
        assert looks(cities[1]) == [
            {"operator": operator.pk, "table": "wallets.Wallet", "how": "row", "row": str(wallet.pk)},
            {"operator": operator.pk, "table": "cities.City", "how": "row", "row": str(cities[1].pk)},
        ]
        assert first_broken(cities[1].pk) is None

    def test_operators_look_at_a_row_of_no_city_is_an_act_in_every_city(self, reader, cities, operator):
        reader.get(page_of(Person, operator.person))

        assert [looks(city) for city in cities] == [
            [{"operator": operator.pk, "table": "accounts.Person", "how": "row", "row": str(operator.person.pk)}]
        ] * 2

    def test_operators_look_whose_act_cannot_be_written_shows_nothing(self, reader, cities, monkeypatch):
        monkeypatch.setattr(AuditEvent, "save", Mock(side_effect=OSError("no room")))
        reader.raise_request_exception = False

        for path in (page_of(City), page_of(City, cities[0])):
            answer = reader.get(path)
            assert answer.status_code == 500
            assert "second" not in answer.text
            assert "first" not in answer.text

    def test_operators_look_is_logged_in_no_city_where_one_city_cannot_log_it(self, reader, cities, monkeypatch):
        written = AuditEvent.save

        def fails(self, **how):
            if self.city_id == cities[1].pk:
                raise OSError("no room")
            written(self, **how)

        monkeypatch.setattr(AuditEvent, "save", fails)
        reader.raise_request_exception = False

        assert reader.get(page_of(City)).status_code == 500
        assert looks(cities[0]) == []

    def test_operators_look_is_not_found_where_no_city_keeps_a_log(self, on, operator):
        client = on()
        signed_in(client, operator)

        assert client.get(page_of(Person)).status_code == 404
        assert client.get(page_of(Person, operator.person)).status_code == 404


class TestWayToCity:
    def test_way_from_each_table_to_its_city_is_the_shortest(self):
        ways = {model._meta.label: tables.way_to_city(model) for model in tables.tables()}

        assert {name for name, way in ways.items() if way is None} == {
            "accounts.Operator",
            "accounts.OfficialSession",
            "accounts.Person",
            "accounts.SignInCode",
            "accounts.TextMessage",
            "contracts.Chain",
            "health.FailingStep",
            "health.Heartbeat",
            "notices.TextChoice",
            "passkeys.Passkey",
            "passkeys.PasskeyChallenge",
        }
        assert ways["cities.City"] == ()
        assert ways["wallets.Payment"] == ("city",)
        assert ways["contracts.Submission"] == ("sender", "city")
        assert ways["wallets.Take"] == ("payment", "city")


def a_wallet(city, **facts):
    return Wallet.objects.create(
        city=city, kind=Wallet.Kind.RESIDENT, posted=1_234_567, created_at=clock.now() - timedelta(days=1), **facts
    )
