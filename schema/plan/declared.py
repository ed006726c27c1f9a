"""The declarations of every planned field, by ``Type.field``."""

from __future__ import annotations

from schema.planned import Body, Column, Form, Held, Many, One, Planned, Same, Special, number, text, word

_RUN = One("run", "{j}.id = {t}.lineage_run AND {j}.finished_at IS NOT NULL")
_JURISDICTION = One("jurisdiction", "{j}.id = {t}.jurisdiction_id", few="{t}.jurisdiction_id")
_SOURCE = One("source", "{j}.key = {t}.source", few="{t}.source", key="key")
_IN_LINEAGE: dict[str, Planned] = {
    "url": text("{t}.lineage_url", promised=True),
    "fetchedAt": word("{t}.lineage_fetched_at", promised=True),
    "sha256": word("{t}.lineage_sha256", promised=True),
    "mediaType": text("{t}.lineage_media_type"),
    "locator": text("{t}.lineage_locator"),
    "snapshotUrl": word("'/snapshots/' || {t}.lineage_sha256", promised=True),
    "run": _RUN,
}

_MEMBERS: dict[str, Planned] = {
    "government": number("{t}.members_json ->> '$.government'"),
    "civilSociety": number("{t}.members_json ->> '$.civil_society'"),
    "oversightBody": number("{t}.members_json ->> '$.oversight_body'"),
    "academia": number("{t}.members_json ->> '$.academia'"),
    "autonomousBodies": number("{t}.members_json ->> '$.autonomous_bodies'"),
    "total": number("(SELECT sum(value) FROM json_each({t}.members_json) WHERE type = 'integer')"),
}
_RUN_COUNTS: dict[str, Planned] = {
    name: number(f'{{t}}."{name}"', nullable=False)
    for name in ("read", "added", "modified", "removed", "rejected", "requests", "bytes")
}

DECLARED: dict[str, dict[str, Planned]] = {
    "Commitment": {
        "id": word(
            "hub_id('Commitment', iif({t}.is_primary, {t}.code, {t}.code || '@' || {t}.source))", nullable=False
        ),
        "code": text("{t}.code", nullable=False),
        "number": number("{t}.number"),
        "title": text("{t}.title", nullable=False),
        "description": text("{m}.description"),
        "kind": word("{t}.kind"),
        "axis": word("{t}.axis"),
        "themes": Column("coalesce({m}.body -> '$.themes', '[]')", Form.JSON, nullable=False),
        "plan": One(
            "plan",
            "{j}.id = {t}.plan_id",
            few="{t}.plan_id",
            as_of=(
                "{j}.id = (SELECT v.id FROM plan v WHERE v.code = {t}.plan_code AND v.valid_from <= :as_of "
                "AND (v.valid_to IS NULL OR v.valid_to > :as_of) LIMIT 1)"
            ),
        ),
        "jurisdiction": _JURISDICTION,
        "ods": Held("alignment", "{t}.alignments"),
        "institutions": Many("{space}_institution", "{j}.row = {t}.id", "{j}.pos"),
        "startDate": word("{t}.start_date"),
        "endDate": word("{t}.end_date"),
        "years": Column("{t}.years", Form.JSON, nullable=False),
        "status": word("{t}.status", nullable=False),
        "statusRaw": text("{t}.status_raw"),
        "progress": Column("{t}.progress", Form.FLOAT),
        "progressRaw": text("{t}.progress_raw"),
        "progressReports": Body("progress_reports"),
        "milestones": Body("milestones"),
        "evidence": Body("evidence"),
        "url": text("{t}.url"),
        "updatedAt": word("{t}.updated_at", nullable=False),
        "history": Special("history", ("{t}.code",)),
        "alsoPublishedBy": Special("also_published_by", ("{t}.code", "{t}.source")),
        "raw": Column("coalesce({m}.body -> '$.raw', '{{}}')", Form.JSON, nullable=False),
        "issues": Body("issues"),
        "source": _SOURCE,
        "lineage": Same(),
    },
    "ActionPlan": {
        "id": word("hub_id('ActionPlan', {t}.code)", nullable=False),
        "code": text("{t}.code", nullable=False),
        "title": text("{t}.title", nullable=False),
        "jurisdiction": _JURISDICTION,
        "program": word("{t}.program", nullable=False),
        "ordinal": number("{t}.ordinal"),
        "published": word("{t}.published"),
        "startDate": word("{t}.start_date"),
        "endDate": word("{t}.end_date"),
        "declaredCommitments": number("{t}.declared_commitments"),
        "statusRaw": text("{t}.status_raw"),
        "url": text("{t}.url"),
        "commitments": Special("commitments_of_plan", ("{t}.code",)),
        "source": _SOURCE,
        "lineage": Same(),
    },
    "Jurisdiction": {
        "id": word("hub_id('Jurisdiction', {t}.code)", nullable=False),
        "code": word("{t}.code", nullable=False),
        "iso": word("{t}.iso"),
        "level": word("{t}.level", nullable=False),
        "name": text("{t}.name", nullable=False),
        "officialName": text("{t}.official_name", nullable=False),
        "parent": One("jurisdiction", "{j}.id = {t}.parent_id", nullable=True, few="{t}.parent_id"),
        "exercise": One("exercise", "{j}.jurisdiction = {t}.code", nullable=True),
        "plans": Special("plans_of_jurisdiction", ("{t}.code", "{t}.level")),
        "commitments": Special("commitments_of_jurisdiction", ("{t}.code", "{t}.level")),
    },
    "Exercise": {
        "joined": word("{t}.joined"),
        "joinedYear": number("{t}.joined_year"),
        "step": word("{t}.step"),
        "secretariatInstalled": word("{t}.secretariat_installed"),
        "members": One(
            "exercise", "{j}.jurisdiction = {t}.jurisdiction AND {j}.members_json IS NOT NULL", nullable=True
        ),
        "statusRaw": text("{t}.status_raw"),
        "source": _SOURCE,
        "lineage": Same(),
    },
    "SecretariatMembers": _MEMBERS,
    "Lineage": _IN_LINEAGE,
    "OdsAlignment": {
        "goal": One("ods_goal", "{j}.number = {t}.goal", few="{t}.goal"),
        "target": text("{t}.target"),
        "basis": word("{t}.basis", nullable=False),
        "reason": text("{t}.reason"),
    },
    "OdsGoal": {
        "id": word("hub_id('OdsGoal', {t}.number)", nullable=False),
        "number": number("{t}.number", nullable=False),
        "name": text("{t}.name", nullable=False),
        "color": word("{t}.color", nullable=False),
        "commitments": Special("commitments_of_goal", ("{t}.number",)),
    },
    "ResponsibleInstitution": {
        "name": text("{t}.name", nullable=False),
        "role": word("{t}.role", nullable=False),
        "raw": text("{t}.raw"),
    },
    "CommitmentVersion": {
        "validFrom": word("{t}.updated_at", nullable=False),
        "validTo": word("{t}.valid_to"),
        "changedFields": Column("{m}.changed_fields", Form.JSON, nullable=False),
        "status": word("{t}.status", nullable=False),
        "progress": Column("{t}.progress", Form.FLOAT),
        "run": One("run", "{j}.id = {m}.run AND {j}.finished_at IS NOT NULL"),
    },
    "Source": {
        "id": word("hub_id('Source', {t}.key)", nullable=False),
        "key": word("{t}.key", nullable=False),
        "commitmentCount": number("{t}.commitment_count", nullable=False),
    },
    "HarvestRun": {
        "id": word("hub_id('HarvestRun', {t}.id)", nullable=False),
        "verdict": word("{t}.verdict", nullable=False),
        "reason": text("{t}.reason"),
        "startedAt": word("{t}.started_at", nullable=False),
        "finishedAt": word("{t}.finished_at"),
        **_RUN_COUNTS,
        "source": _SOURCE,
    },
    "Event": {
        "id": word("hub_id('Event', {t}.source || '/' || {t}.native_key)", nullable=False),
        "date": word("{t}.date", nullable=False),
        "endDate": word("{t}.end_date"),
        "title": text("{t}.title", nullable=False),
        "place": text("{t}.place"),
        "organiser": text("{t}.organiser"),
        "kind": text("{t}.kind"),
        "url": text("{t}.url"),
        "jurisdiction": One("jurisdiction", "{j}.code = {t}.jurisdiction", nullable=True),
        "source": _SOURCE,
    },
    "Change": {
        "cursor": word("hub_change_cursor({t}.seq)", nullable=False),
        "kind": word("{t}.kind", nullable=False),
        "at": word("{t}.at", nullable=False),
        "code": text("{t}.code", nullable=False),
        "changedFields": Column("{t}.changed_fields", Form.JSON, nullable=False),
        "commitment": Special("commitment_now", ("{t}.code",)),
        "run": One("run", "{j}.id = {t}.run AND {j}.finished_at IS NOT NULL"),
    },
}
