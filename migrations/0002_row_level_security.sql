-- skein_app sees and writes the rows of one tenant, the one that `withTenant` set for the transaction; without it, none.
-- Row level security is forced, so that even the owner needs a policy: it has one, because the functions of the log serve
-- many tenants in one statement and take the tenant from the row of the thread.
ALTER TABLE threads SET (fillfactor = 50);--> statement-breakpoint
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO skein_app, skein_log;--> statement-breakpoint

CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.tenant', true), '')::uuid $$;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION current_tenant() TO skein_app;--> statement-breakpoint

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['members', 'sessions', 'sign_in_links', 'access_tokens', 'workspaces',
                              'threads', 'thread_events', 'turns', 'items', 'thread_commands'] LOOP
    EXECUTE format('CREATE POLICY of_tenant ON %I TO skein_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['tenants', 'users', 'members', 'sessions', 'sign_in_links', 'access_tokens', 'workspaces',
                              'threads', 'thread_events', 'turns', 'items', 'thread_commands'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY of_owner ON %I TO %I USING (true) WITH CHECK (true)', name, current_user);
  END LOOP;
END $$;--> statement-breakpoint
CREATE POLICY of_tenant ON tenants TO skein_app USING (id = current_tenant()) WITH CHECK (id = current_tenant());--> statement-breakpoint
CREATE POLICY of_tenant ON users TO skein_app
  USING (EXISTS (SELECT FROM members WHERE members.tenant_id = current_tenant() AND members.user_id = users.id));--> statement-breakpoint

GRANT SELECT ON database_incarnation, tenants, users, members, sessions, sign_in_links, access_tokens, workspaces,
  threads, thread_events, turns, items, thread_commands TO skein_app;--> statement-breakpoint
GRANT INSERT, UPDATE, DELETE ON workspaces TO skein_app;--> statement-breakpoint
GRANT INSERT ON sessions, sign_in_links, access_tokens TO skein_app;--> statement-breakpoint
GRANT UPDATE (revoked_at) ON sessions, access_tokens TO skein_app;--> statement-breakpoint
INSERT INTO database_incarnation DEFAULT VALUES;
