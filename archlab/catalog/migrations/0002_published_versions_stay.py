"""The database itself refuses to change what was published: no code can do it by mistake."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE TRIGGER published_version_stays
BEFORE UPDATE OF scenario_id, number, sha256, content, created, status
ON catalog_scenarioversion
WHEN OLD.status IN ('published', 'deprecated') AND (
    NEW.scenario_id IS NOT OLD.scenario_id OR NEW.number IS NOT OLD.number
    OR NEW.sha256 IS NOT OLD.sha256 OR NEW.content IS NOT OLD.content
    OR NEW.created IS NOT OLD.created OR NEW.status NOT IN ('published', 'deprecated')
)
BEGIN SELECT RAISE(ABORT, 'a published version is never changed'); END
"""
POSTGRESQL = """
CREATE FUNCTION published_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('published', 'deprecated') AND (
        NEW.scenario_id IS DISTINCT FROM OLD.scenario_id
        OR NEW.number IS DISTINCT FROM OLD.number
        OR NEW.sha256 IS DISTINCT FROM OLD.sha256
        OR NEW.content IS DISTINCT FROM OLD.content
        OR NEW.created IS DISTINCT FROM OLD.created
        OR NEW.status NOT IN ('published', 'deprecated')
    ) THEN
        RAISE EXCEPTION 'a published version is never changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_version_stays BEFORE UPDATE ON catalog_scenarioversion
FOR EACH ROW EXECUTE FUNCTION published_version_stays()
"""
AWAY = {
    "sqlite": ["DROP TRIGGER published_version_stays"],
    "postgresql": [
        "DROP TRIGGER published_version_stays ON catalog_scenarioversion",
        "DROP FUNCTION published_version_stays()",
    ],
}


def guard(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL)


def leave(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in AWAY[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(guard, leave)]
