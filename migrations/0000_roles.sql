-- Roles belong to the whole cluster and outlive this database. Both are reached from the login of the server, either because
-- they may log in themselves (embedded Postgres) or because the login is a member of them (DATABASE_URL).
DO $$
DECLARE
  needed text;
BEGIN
  FOREACH needed IN ARRAY ARRAY['skein_app', 'skein_log'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = needed) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', needed);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this cluster was being migrated at the same moment
      END;
    END IF;
    IF NOT pg_has_role(current_user, needed, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', needed, current_user);
    END IF;
  END LOOP;
END $$;
