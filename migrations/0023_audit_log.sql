CREATE TABLE "audit_lines" (
	"tenant_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"actor_type" text NOT NULL,
	"actor_id" uuid,
	"actor_name" text,
	"credential_id" uuid,
	"action" text NOT NULL,
	"thread_id" uuid,
	"subject" text,
	"details" json NOT NULL,
	"address" text,
	"user_agent" text,
	CONSTRAINT "audit_lines_tenant_id_at_id_pk" PRIMARY KEY("tenant_id","at","id"),
	CONSTRAINT "audit_lines_actor_type" CHECK ("audit_lines"."actor_type" in ('user', 'token', 'link', 'operator', 'system', 'nobody')),
	CONSTRAINT "audit_lines_details" CHECK (octet_length("audit_lines"."details"::text) <= 4096)
);
--> statement-breakpoint
CREATE INDEX "audit_lines_actor" ON "audit_lines" USING btree ("tenant_id","actor_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_lines_action" ON "audit_lines" USING btree ("tenant_id","action","at","id");--> statement-breakpoint
CREATE INDEX "audit_lines_thread" ON "audit_lines" USING btree ("tenant_id","thread_id","at","id");--> statement-breakpoint

-- Lines are added and read; the roles of the server can neither change nor delete one, nor say when it was written. The owner deletes
-- them with their tenant, and when the operator says that they are old enough; to change one is refused to everybody.
DO $$
BEGIN
  ALTER TABLE audit_lines ENABLE ROW LEVEL SECURITY;
  ALTER TABLE audit_lines FORCE ROW LEVEL SECURITY;
  CREATE POLICY of_tenant ON audit_lines TO skein_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
  EXECUTE format('CREATE POLICY of_owner ON audit_lines TO %I USING (true) WITH CHECK (true)', current_user);
END $$;--> statement-breakpoint
GRANT SELECT, INSERT (tenant_id, actor_type, actor_id, actor_name, credential_id, action, thread_id, subject, details, address, user_agent)
  ON audit_lines TO skein_app;--> statement-breakpoint

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$ BEGIN RAISE EXCEPTION 'a line of the audit log is never changed'; END $$;--> statement-breakpoint
CREATE TRIGGER audit_lines_stay BEFORE UPDATE OR TRUNCATE ON audit_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();--> statement-breakpoint

-- As append_events, with the audit lines of what the appended events say that somebody did. A line is (entry, thread, person, action,
-- subject, details); without a person it was the server itself. Of what was not appended nothing is kept.
CREATE FUNCTION append_events(p_entries text, p_events text, p_turns text, p_items text, p_commands text, p_blobs text, p_approvals text,
  p_audit text)
RETURNS TABLE (entry int, appended boolean, head_seq bigint, fence bigint, owned boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  moved_entries int[] := '{}';
BEGIN
  FOR entry, appended, head_seq, fence, owned IN
    SELECT a.* FROM append_events(p_entries, p_events, p_turns, p_items, p_commands, p_blobs, p_approvals) a
  LOOP
    IF appended THEN
      moved_entries := moved_entries || entry;
    END IF;
    RETURN NEXT;
  END LOOP;
  INSERT INTO audit_lines (tenant_id, thread_id, actor_type, actor_id, actor_name, action, subject, details)
    SELECT t.tenant_id, t.id, CASE WHEN f[3] IS NULL THEN 'system' ELSE 'user' END, f[3]::uuid,
      (SELECT u.name FROM users u WHERE u.id = f[3]::uuid), f[4], f[5], f[6]::json
    FROM text_rows(p_audit) JOIN threads t ON t.id = f[2]::uuid WHERE f[1]::int = ANY (moved_entries);
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION append_events(text, text, text, text, text, text, text, text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION append_events(text, text, text, text, text, text, text, text) TO skein_log;--> statement-breakpoint

-- Refused sign-ins, of (address of the account, action, details, address, user agent): told to every tenant to which the account belongs. An
-- address that has no account is nobody's to be told of.
CREATE FUNCTION record_refused_sign_ins(p_lines json) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  INSERT INTO audit_lines (tenant_id, actor_type, action, subject, details, address, user_agent)
  SELECT m.tenant_id, 'nobody', l ->> 1, a.email, (l ->> 2)::json, l ->> 3, l ->> 4
  FROM json_array_elements(p_lines) l JOIN accounts a ON a.email_key = l ->> 0 JOIN members m ON m.user_id = a.user_id
$$;--> statement-breakpoint
-- As before, and the tenants of the person are told that the operator made it.
CREATE OR REPLACE FUNCTION make_password_link(p_email_key text, p_id uuid, p_token_hash bytea, p_seconds double precision) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  made boolean;
BEGIN
  INSERT INTO sign_in_links (tenant_id, id, user_id, token_hash, purpose, expires_at)
  SELECT m.tenant_id, p_id, a.user_id, p_token_hash, 'password', clock_timestamp() + make_interval(secs => p_seconds)
  FROM accounts a JOIN members m ON m.user_id = a.user_id WHERE a.email_key = p_email_key ORDER BY m.created_at LIMIT 1;
  made := FOUND;
  INSERT INTO audit_lines (tenant_id, actor_type, action, subject, details)
  SELECT m.tenant_id, 'operator', 'passwordLink.created', a.user_id, '{}'
  FROM accounts a JOIN members m ON m.user_id = a.user_id WHERE a.email_key = p_email_key;
  RETURN made;
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION refuse_audit_change(), record_refused_sign_ins(json) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION record_refused_sign_ins(json) TO skein_app;
