"""hub.web.operation: what an operator does at the page, and what nobody else can do there."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from hub.model import SourceState
from hub.registration.sessions import LIFE
from tests.hub.registration.conftest import VERIFY, Counter
from tests.hub.registration.test_decisions import QUEUE, SMALL, STATUSES, published
from tests.hub.web.operation.conftest import OWN, SECTIONS, Person, forms, person_at
from tests.sites import Fault

pytestmark = pytest.mark.anyio
SCRIPT = "<script>alert(1)</script>"


async def proved(
    counter: Counter, key: str = "puebla-csv", path: str = "/puebla/compromisos.csv", **values: Any
) -> str:
    """A registration whose ownership is proved; its publisher's token."""
    made = await counter.register(path, key, **values)
    counter.serve(made["challenge"]["body"])
    assert (await counter.ask(VERIFY, key=key))["errors"] == []
    return str(made["token"])


async def source_of(counter: Counter, key: str = "puebla-csv") -> Any:
    source = await counter.store.source(key)
    assert source is not None
    return source


async def acts(counter: Counter) -> list[tuple[str, str, str | None]]:
    """Who did what to which source, oldest first; actors by the names of their tokens."""
    names = {token.id: token.name or "" for token in await counter.store.tokens()}
    return [
        (names.get(entry.actor, entry.actor), entry.action, entry.source)
        for entry in reversed(await counter.store.audit_log())
    ]


class TestActs:
    async def test_a_registration_is_approved_with_a_comment_that_its_publisher_reads(
        self, counter: Counter, operator: Person
    ) -> None:
        await proved(counter)
        page = await operator.look()
        assert "Primer Plan de Acción Local de Puebla" in page
        assert "datos@puebla.example" in page
        answer = await operator.press("/operacion", "aprobar", comentario="Bienvenidos al hub.")
        assert (answer.status_code, answer.headers["location"]) == (303, "/operacion")
        assert (await source_of(counter)).state is SourceState.ACTIVE
        assert "Bienvenidos al hub." in (await counter.client.get("/conectar/puebla-csv")).text
        assert "Ningún registro espera revisión" in await operator.look()
        assert ("operator", "approve", "puebla-csv") in await acts(counter)

    async def test_a_registration_is_refused_with_a_comment_and_may_be_approved_later(
        self, counter: Counter, operator: Person
    ) -> None:
        await proved(counter)
        await operator.press("/operacion", "rechazar", comentario="Falta el plan.")
        assert (await source_of(counter)).state is SourceState.REJECTED
        assert "Falta el plan." in (await counter.client.get("/conectar/puebla-csv")).text
        await operator.press("/operacion", "aprobar")
        assert (await source_of(counter)).state is SourceState.ACTIVE

    @pytest.mark.parametrize("path", ["/acerca", "/descargas"])
    async def test_a_registration_is_told_among_the_sources_once_it_is_approved(
        self, counter: Counter, operator: Person, path: str
    ) -> None:
        await proved(counter)
        assert "/fuentes/puebla-csv" not in (await counter.client.get(path)).text
        await operator.press("/operacion", "aprobar")
        assert "/fuentes/puebla-csv" in (await counter.client.get(path)).text

    async def test_what_nobody_proved_has_no_button_that_approves_it(self, counter: Counter, operator: Person) -> None:
        await counter.register()
        page = await operator.look()
        assert 'value="rechazar"' in page
        assert 'value="aprobar"' not in page
        (form,) = [form for form in forms(page) if "rechazar" in form.text]
        answer = await operator.client.post(form.action, data=form.values | {"acto": "aprobar"}, headers=OWN)
        assert answer.status_code == 422
        assert "Falta comprobar la propiedad" in answer.text
        assert (await source_of(counter)).state is SourceState.PENDING

    async def test_a_reviewer_sees_what_would_be_published_before_approving(
        self, counter: Counter, operator: Person
    ) -> None:
        await proved(counter)
        answer = await operator.press("/operacion", "probar")
        assert answer.status_code == 200
        assert "Padrón abierto de proveedores" in answer.text
        assert (await source_of(counter)).state is SourceState.PENDING

    async def test_a_value_is_decided_and_the_answer_changes_at_once(self, counter: Counter, operator: Person) -> None:
        await published(counter)
        page = await operator.look("/operacion/valores")
        assert "Vamos a medio camino" in page
        assert '<option value="IN_PROGRESS"' in page
        blank = await operator.press("/operacion/valores", "guardar", valor="")
        assert blank.status_code == 422
        answer = await operator.press("/operacion/valores", "guardar", valor="IN_PROGRESS")
        assert answer.status_code == 303
        statuses = [node["status"] for node in (await counter.ask(STATUSES))["nodes"]]
        assert statuses.count("IN_PROGRESS") == 2
        page = await operator.look("/operacion/valores")
        assert "Ningún valor espera decisión" in page
        assert "Ya decididos" in page
        await operator.press("/operacion/valores", "sin-dato")  # and it may be decided anew
        statuses = [node["status"] for node in (await counter.ask(STATUSES))["nodes"]]
        assert statuses.count("UNKNOWN") == 2

    async def test_a_value_that_its_field_cannot_have_is_refused(self, counter: Counter, operator: Person) -> None:
        await published(counter)
        answer = await operator.press("/operacion/valores", "guardar", valor="tal vez")
        assert answer.status_code == 422
        assert "no es un valor" in answer.text

    async def test_a_likely_duplicate_is_decided(self, counter: Counter, operator: Person) -> None:
        await published(counter)
        other = "No.,Compromiso,Estatus\n7,PRESUPUESTO ABIERTO EN LAS ESCUELAS,Concluido\n"
        counter.sites.add("/y.csv", other.encode(), "text/csv")
        first = await counter.store.challenge("puebla-csv")
        assert first is not None
        made = await counter.register("/y.csv", "puebla-otra", fields=SMALL)
        counter.serve(first.body, made["challenge"]["body"])
        assert (await counter.ask(VERIFY, key="puebla-otra"))["errors"] == []
        await operator.press("/operacion", "aprobar")
        await operator.press("/operacion/fuentes", "leer")
        page = await operator.look("/operacion/duplicados")
        assert "PRESUPUESTO ABIERTO EN LAS ESCUELAS" in page
        assert "Presupuesto abierto en escuelas" in page
        assert (await operator.press("/operacion/duplicados", "dos")).status_code == 303
        assert await counter.ask(QUEUE) == []
        assert "Son distintos" in await operator.look("/operacion/duplicados")
        assert (await acts(counter))[-1] == ("operator", "resolve-duplicate", None)

    async def test_a_source_is_harvested_paused_and_taken_up_again(self, counter: Counter, operator: Person) -> None:
        await proved(counter)
        await operator.press("/operacion", "aprobar")
        assert (await operator.press("/operacion/fuentes", "leer")).status_code == 303
        page = await operator.look("/operacion/fuentes")
        assert "Publicó cambios" in page
        assert (await counter.ask('{ commitments(filter: {source: ["puebla-csv"]}) { totalCount } }'))[
            "totalCount"
        ] == 8
        await operator.press("/operacion/fuentes", "pausar")
        assert (await source_of(counter)).state is SourceState.PAUSED
        assert "Pausada por el operador" in await operator.look("/operacion/fuentes")
        await operator.press("/operacion/fuentes", "reanudar")
        assert (await source_of(counter)).state is SourceState.ACTIVE

    async def test_every_act_is_in_the_log_with_the_name_of_who_did_it(
        self, counter: Counter, operator: Person
    ) -> None:
        await proved(counter)
        await operator.press("/operacion", "aprobar", comentario="Sí.")
        await operator.press("/operacion/fuentes", "leer")
        await operator.press("/operacion/fuentes", "pausar")
        page = await operator.look("/operacion/bitacora")
        (leave,) = [form for form in forms(page) if "salir" in form.action]
        await operator.client.post(leave.action, data=leave.values, headers=OWN)
        assert await acts(counter) == [
            ("operator", "sign-in", None), ("public", "register", "puebla-csv"), ("public", "verify", "puebla-csv"),
            ("operator", "approve", "puebla-csv"), ("operator", "harvest", "puebla-csv"),
            ("operator", "pause", "puebla-csv"), ("operator", "sign-out", None),
        ]  # fmt: skip
        text = " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page)).split())
        for said in ("una visita registró puebla-csv", "aprobó puebla-csv comentario: Sí.", "puso en pausa puebla-csv"):
            assert said in text, said

    async def test_a_refusal_of_the_registration_is_told_where_it_was_asked_for(
        self, counter: Counter, operator: Person
    ) -> None:
        await proved(counter)
        await operator.press("/operacion", "aprobar")
        counter.sites.set("/puebla/compromisos.csv", Fault.NOT_FOUND)
        page = await operator.look("/operacion/fuentes")
        (form,) = [form for form in forms(page) if "leer" in form.text]
        nothing = form.values | {"acto": "leer", "fuente": "no-hay"}
        answer = await operator.client.post(form.action, data=nothing, headers=OWN)
        assert answer.status_code == 404
        assert "No hay una fuente «no-hay»" in answer.text
        assert 'role="alert"' in answer.text

    async def test_what_strangers_wrote_stays_text(self, counter: Counter, operator: Person) -> None:
        rows = f"No.,Compromiso,Estatus\n1,{SCRIPT} Agua,{SCRIPT}\n2,Escuelas,Concluido\n3,Rutas,Concluido\n"
        counter.sites.add("/x.csv", rows.encode(), "text/csv")
        await proved(counter, path="/x.csv", title=SCRIPT, fields=SMALL, license=SCRIPT)
        await operator.press("/operacion", "aprobar", comentario=SCRIPT)
        await operator.press("/operacion/fuentes", "leer")
        await operator.press("/operacion/fuentes", "pausar")
        for path in SECTIONS:
            page = await operator.look(path)
            assert SCRIPT not in page
            assert "{{" not in page
        assert html.escape(SCRIPT) in await operator.look("/operacion/valores")


class TestWhoMayNot:
    async def test_without_a_session_every_part_asks_to_sign_in_and_none_acts(self, counter: Counter) -> None:
        await proved(counter)
        stranger = person_at(counter)
        for path in SECTIONS:
            page = await stranger.look(path)
            assert 'name="token"' in page
            assert "puebla" not in page
            answer = await stranger.client.post(path, data={"acto": "aprobar", "fuente": "puebla-csv"}, headers=OWN)
            assert answer.status_code == 403
        assert (await source_of(counter)).state is SourceState.PENDING

    async def test_a_reader_sees_all_of_it_and_changes_nothing(self, counter: Counter) -> None:
        await published(counter)
        await proved(counter, "otra-csv", "/hidalgo/avances.csv", title="Otra")
        reader = person_at(counter)
        await reader.sign_in(await counter.token("reader"))
        assert "Otra" in await reader.look()
        assert "Vamos a medio camino" in await reader.look("/operacion/valores")
        assert "datos@puebla.example" not in await reader.look()
        for path in SECTIONS:
            assert 'name="acto"' not in await reader.look(path)
        seal = forms(await reader.look())[0].values["sello"]
        before = await acts(counter)
        for path, given in (
            ("/operacion", {"acto": "aprobar", "fuente": "otra-csv"}),
            ("/operacion", {"acto": "rechazar", "fuente": "otra-csv"}),
            ("/operacion", {"acto": "probar", "fuente": "otra-csv"}),
            ("/operacion/fuentes", {"acto": "pausar", "fuente": "puebla-csv"}),
            ("/operacion/fuentes", {"acto": "leer", "fuente": "puebla-csv"}),
            ("/operacion/duplicados", {"acto": "uno", "uno": "A", "otro": "B"}),
            (
                "/operacion/valores",
                {"acto": "guardar", "fuente": "puebla-csv", "campo": "status", "publicado": "Vamos a medio camino",
                 "valor": "COMPLETED"},
            ),
        ):  # fmt: skip
            answer = await reader.client.post(path, data=given | {"sello": seal}, headers=OWN)
            assert answer.status_code == 403, given
            assert "no alcanza" in answer.text
        assert await acts(counter) == before

    async def test_a_publisher_sees_and_moves_its_own_source_only(self, counter: Counter) -> None:
        token = await published(counter)
        await counter.register("/hidalgo/avances.csv", "hidalgo-csv", title="Plan ajeno", state="Hidalgo")
        publisher = person_at(counter)
        await publisher.sign_in(token)
        for path in SECTIONS:
            page = await publisher.look(path)
            assert "Plan ajeno" not in page
            assert "hidalgo-csv" not in page
        answer = await publisher.press("/operacion/valores", "guardar", valor="IN_PROGRESS")
        assert answer.status_code == 303
        seal = forms(await publisher.look())[0].values["sello"]
        for given in ({"acto": "aprobar", "fuente": "hidalgo-csv"}, {"acto": "aprobar", "fuente": "puebla-csv"}):
            answer = await publisher.client.post("/operacion", data=given | {"sello": seal}, headers=OWN)
            assert answer.status_code == 403
        await publisher.press("/operacion/fuentes", "pausar")
        assert (await source_of(counter)).reason == "Pausada por quien la publica."

    async def test_unknown_and_revoked_tokens_do_not_sign_in(self, counter: Counter) -> None:
        person = person_at(counter)
        for token in ("no-existe", "", "x" * 10_000, "ñ\x00"):
            answer = await person.sign_in(token)
            assert answer.status_code == 403
            assert "no existe o ya no vale" in answer.text
            assert "set-cookie" not in answer.headers
        secret = await counter.token()
        (made,) = await counter.store.tokens()
        await counter.store.revoke_token(made.id, now=counter.time.now())
        assert (await person.sign_in(secret)).status_code == 403

    async def test_a_session_ends_with_its_token(self, counter: Counter, operator: Person) -> None:
        await proved(counter)
        form = next(form for form in forms(await operator.look()) if "aprobar" in form.text)
        (token,) = [token for token in await counter.store.tokens() if token.role == "operator"]
        await counter.store.revoke_token(token.id, now=counter.time.now())
        assert 'name="token"' in await operator.look()
        answer = await operator.client.post(form.action, data=form.values | {"acto": "aprobar"}, headers=OWN)
        assert answer.status_code == 403
        assert "La sesión terminó" in answer.text
        assert (await source_of(counter)).state is SourceState.PENDING

    async def test_a_session_ends_by_time(self, counter: Counter, operator: Person) -> None:
        counter.time.at += LIFE - timedelta(minutes=1)
        assert "Registros por revisar" in await operator.look()
        counter.time.at += timedelta(minutes=2)
        assert 'name="token"' in await operator.look()

    async def test_a_stolen_cookie_is_worth_nothing_after_its_owner_has_left(
        self, counter: Counter, operator: Person
    ) -> None:
        await proved(counter)
        thief = person_at(counter)
        thief.client.cookies.set("hub-operacion", operator.cookie, domain="hub.example", path="/operacion")
        assert "Registros por revisar" in await thief.look()
        (leave,) = [form for form in forms(await operator.look()) if "salir" in form.action]
        answer = await operator.client.post(leave.action, data=leave.values, headers=OWN)
        assert answer.status_code == 303
        assert 'name="token"' in await thief.look()
        assert 'name="token"' in await operator.look()

    async def test_a_form_of_another_site_another_session_or_without_a_seal_does_nothing(
        self, counter: Counter, operator: Person
    ) -> None:
        await proved(counter)
        form = next(form for form in forms(await operator.look()) if "aprobar" in form.text)
        given = form.values | {"acto": "aprobar"}
        other = person_at(counter)
        await other.sign_in(await counter.token())
        seal = forms(await other.look())[0].values["sello"]
        unsealed = {name: value for name, value in given.items() if name != "sello"}
        for data, headers in (
            (given, {"sec-fetch-site": "cross-site"}), (given, {"sec-fetch-site": "same-site"}),
            (given, {"origin": "https://mal.example"}), (given, {"origin": "null"}), (unsealed, OWN),
            (given | {"sello": seal}, OWN), (given | {"sello": "é"}, OWN), (given | {"acto": "borrar"}, OWN),
        ):  # fmt: skip
            answer = await operator.client.post(form.action, data=data, headers=headers)
            assert answer.status_code == 403, (data, headers)
            assert "Nada cambió" in answer.text
        for content in (b"{}", b"a=" + b"x" * 70_000):
            kind = {"content-type": "application/json" if content == b"{}" else "application/x-www-form-urlencoded"}
            assert (await operator.client.post(form.action, content=content, headers=OWN | kind)).status_code == 403
        assert (await source_of(counter)).state is SourceState.PENDING
        assert (await operator.client.post(form.action, data=given, headers=OWN)).status_code == 303

    async def test_another_sites_page_cannot_sign_a_visitor_in_or_out(self, counter: Counter, operator: Person) -> None:
        token = await counter.token("reader")
        person = person_at(counter)
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://mal.example"}):
            answer = await person.client.post("/operacion/entrar", data={"token": token}, headers=headers)
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
        assert (await operator.client.post("/operacion/salir", data={}, headers=OWN)).status_code == 403
        assert "Registros por revisar" in await operator.look()
        assert (await operator.client.get("/operacion/salir")).status_code == 303
        assert "Registros por revisar" in await operator.look()


async def test_answers_are_kept_by_nobody_and_under_the_policy_of_the_other_pages(
    counter: Counter, operator: Person
) -> None:
    policy = (await operator.client.get("/conectar")).headers["content-security-policy"]
    assert "'unsafe" not in policy
    for path in SECTIONS:
        headers = (await operator.client.get(path)).headers
        assert headers["content-security-policy"] == policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert headers["referrer-policy"] == "same-origin"


async def test_parameters_that_mean_nothing_do_no_harm(operator: Person) -> None:
    for query in ("as_of=ayer", "desde=-1", "desde=99999", "desde=%00", "fuente=no-hay", "lang=xx"):
        for path in SECTIONS:
            assert (await operator.client.get(f"{path}?{query}")).status_code == 200, (path, query)


async def test_it_speaks_english_by_switch_and_stays_in_it(counter: Counter, operator: Person) -> None:
    await proved(counter)
    page = await operator.look("/operacion?lang=en")
    assert "Registrations to review" in page
    answer = await operator.press("/operacion?lang=en", "aprobar")
    assert answer.headers["location"] == "/operacion?lang=en"


async def test_a_harvest_that_takes_long_does_not_keep_the_page_waiting(counter: Counter) -> None:
    from hub.web.operation.acts import Harvests
    from schema.registration import Principal

    await proved(counter)
    token = await counter.token()
    from tests.hub.registration.conftest import REVIEW

    assert (await counter.ask(REVIEW, token, key="puebla-csv", approve=True))["errors"] == []
    harvests = Harvests(patience=0)
    done = await harvests(counter.site.office, Principal(operator=True), {"fuente": "puebla-csv"})
    assert done.errors == ()
    (task,) = harvests._under_way
    outcome = await task
    assert outcome.run is not None
    assert outcome.run.verdict == "PUBLISHED"
