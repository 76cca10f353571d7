"""What is signed stays as it was signed: guards for migrations, kept by the database itself.

A row counts as signed from the moment its `signed_at` (or another column) is filled in; filling it
in is the last change that it takes. The rows that belong to it are frozen with it. Whoever tries
gets an IntegrityError (SQLSTATE 23001), with or without this application.
"""

from typing import Final

from django.db.migrations.operations.special import RunSQL

_FUNCTIONS: Final = """
CREATE OR REPLACE FUNCTION patients_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % is % and no longer changes',
          TG_TABLE_NAME, OLD.id, COALESCE(TG_ARGV[0], 'signed')
          USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE FUNCTION patients_refuse_change_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    frozen boolean;
BEGIN
    -- both: a part neither leaves a signed whole nor joins one
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = ANY ($1) AND %I IS NOT NULL)',
                   TG_ARGV[0], TG_ARGV[2])
       INTO frozen
      USING ARRAY[(to_jsonb(OLD) ->> TG_ARGV[1])::bigint, (to_jsonb(NEW) ->> TG_ARGV[1])::bigint];
    IF frozen THEN
        RAISE EXCEPTION '% of a % that is signed and no longer changes', TG_TABLE_NAME, TG_ARGV[0]
              USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
"""


def freeze(table: str, once: str = "signed_at", word: str = "signed") -> RunSQL:
    """Rows of `table` take no UPDATE and no DELETE once this column is filled in; `word` says in
    the refusal what has become of them."""
    name = f"{table}_frozen"
    return RunSQL(
        f"{_FUNCTIONS} CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        f"WHEN (OLD.{once} IS NOT NULL) EXECUTE FUNCTION patients_refuse_change('{word}');",
        f"DROP TRIGGER {name} ON {table};",
    )


def freeze_but(table: str, *columns: str) -> RunSQL:
    """Rows of `table` take no DELETE, and no UPDATE but of these columns, which are filled in once:
    when the first of them stands, the whole row stays."""
    but = ", ".join(f"'{each}'" for each in columns)
    before, after = (f"to_jsonb({row}) - ARRAY[{but}]" for row in ("OLD", "NEW"))
    act = "FOR EACH ROW %s EXECUTE FUNCTION patients_refuse_change();"
    changed = f"WHEN (OLD.{columns[0]} IS NOT NULL OR {before} IS DISTINCT FROM {after})"
    return RunSQL(
        f"{_FUNCTIONS} CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} {act % changed} "
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {act % ''}",
        f"DROP TRIGGER {table}_frozen ON {table}; DROP TRIGGER {table}_kept ON {table};",
    )


def freeze_part(table: str, whole: str, key: str, once: str = "signed_at") -> RunSQL:
    """Rows of `table` are neither added, changed nor removed once the row of `whole` that their
    column `key` names has `once` filled in."""
    name = f"{table}_frozen"
    guard = f"patients_refuse_change_of_part('{whole}', '{key}', '{once}')"
    return RunSQL(
        f"{_FUNCTIONS} CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard};",
        f"DROP TRIGGER {name} ON {table};",
    )


def append_only(table: str) -> RunSQL:
    """Rows of `table` are added and then stay: no UPDATE, no DELETE."""
    name = f"{table}_frozen"
    return RunSQL(
        f"{_FUNCTIONS} CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION patients_refuse_change();",
        f"DROP TRIGGER {name} ON {table};",
    )
