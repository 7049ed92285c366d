CREATE TABLE "thread_grants" (
	"tenant_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"level" text NOT NULL,
	"granted_by" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "thread_grants_tenant_id_thread_id_user_id_pk" PRIMARY KEY("tenant_id","thread_id","user_id"),
	CONSTRAINT "thread_grants_level" CHECK ("thread_grants"."level" in ('read', 'prompt', 'approve', 'manage'))
);
--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "hand_overs" json DEFAULT '[]'::json NOT NULL;--> statement-breakpoint
ALTER TABLE "thread_grants" ADD CONSTRAINT "thread_grants_tenant_id_thread_id_threads_tenant_id_id_fk" FOREIGN KEY ("tenant_id","thread_id") REFERENCES "public"."threads"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "thread_grants" ADD CONSTRAINT "thread_grants_tenant_id_user_id_members_tenant_id_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."members"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "thread_grants_user" ON "thread_grants" USING btree ("tenant_id","user_id");--> statement-breakpoint

DO $$
BEGIN
  ALTER TABLE thread_grants ENABLE ROW LEVEL SECURITY;
  ALTER TABLE thread_grants FORCE ROW LEVEL SECURITY;
  CREATE POLICY of_tenant ON thread_grants TO skein_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
  EXECUTE format('CREATE POLICY of_owner ON thread_grants TO %I USING (true) WITH CHECK (true)', current_user);
END $$;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON thread_grants TO skein_app;--> statement-breakpoint

-- What people who follow threads have a right to now, for the check that finds what the bus has lost. `p_follows`: [[thread, user], …].
-- Threads that are gone are missing. `level` is null where nothing was granted.
CREATE FUNCTION follower_access(p_follows json) RETURNS TABLE (thread_id uuid, user_id uuid, created_by uuid, level text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT t.id, f.user_id, t.created_by, g.level
  FROM (SELECT (e ->> 0)::uuid AS thread_id, (e ->> 1)::uuid AS user_id FROM json_array_elements(p_follows) e) f
  JOIN threads t ON t.id = f.thread_id
  LEFT JOIN thread_grants g ON g.tenant_id = t.tenant_id AND g.thread_id = t.id AND g.user_id = f.user_id
$$;--> statement-breakpoint

-- As before, and a hand-over changes in the same transaction whose the thread is, and what its creator until then keeps: the patch has
-- `handOver: {to, by, keep, entry}` then, `keep` null for nothing, `entry` for those who show it.
CREATE OR REPLACE FUNCTION append_events(p_entries text, p_events text, p_turns text, p_items text, p_commands text, p_blobs text, p_approvals text)
RETURNS TABLE (entry int, appended boolean, head_seq bigint, fence bigint, owned boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  moved_entries int[] := '{}';
BEGIN
  FOR entry, appended, head_seq, fence, owned IN
    SELECT a.* FROM append_events(p_entries, p_events, p_turns, p_items, p_commands, p_blobs) a
  LOOP
    IF appended THEN
      moved_entries := moved_entries || entry;
    END IF;
    RETURN NEXT;
  END LOOP;
  INSERT INTO approvals (tenant_id, thread_id, approval_id, turn_id, item_id, request, asked_by, requested_at)
    SELECT t.tenant_id, t.id, f[3], f[4], f[5], f[6]::json, f[7]::json, to_timestamp(f[8]::bigint / 1000.0)
    FROM text_rows(p_approvals) JOIN threads t ON t.id = f[2]::uuid WHERE f[1]::int = ANY (moved_entries) AND f[4] IS NOT NULL;
  UPDATE approvals a SET outcome = f[6]::json, answered_by = f[7]::json, resolved_at = to_timestamp(f[8]::bigint / 1000.0)
    FROM text_rows(p_approvals) JOIN threads t ON t.id = f[2]::uuid WHERE f[1]::int = ANY (moved_entries) AND f[4] IS NULL
      AND a.tenant_id = t.tenant_id AND a.thread_id = t.id AND a.approval_id = f[3];
  IF strpos(p_entries, 'handOver') > 0 THEN
    PERFORM hand_over_thread(f[2]::uuid, (f[6]::json -> 'handOver'))
    FROM text_rows(p_entries) WHERE f[1]::int = ANY (moved_entries) AND f[6]::json -> 'handOver' IS NOT NULL;
  END IF;
END $$;--> statement-breakpoint

-- Only within an append. Who has left the tenant in between is granted nothing.
CREATE FUNCTION hand_over_thread(p_thread uuid, p_terms json) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  tenant uuid;
  before uuid;
BEGIN
  SELECT t.tenant_id, t.created_by INTO tenant, before FROM threads t WHERE t.id = p_thread;
  UPDATE threads t SET created_by = (p_terms ->> 'to')::uuid, hand_overs = (
      SELECT json_agg(last.entry ORDER BY last.place) FROM (
        SELECT e.entry, e.place FROM (
          SELECT h.entry, h.place FROM json_array_elements(t.hand_overs) WITH ORDINALITY h (entry, place)
          UNION ALL SELECT p_terms -> 'entry', json_array_length(t.hand_overs) + 1
        ) e ORDER BY e.place DESC LIMIT 50
      ) last)
    WHERE t.tenant_id = tenant AND t.id = p_thread;
  DELETE FROM thread_grants g WHERE g.tenant_id = tenant AND g.thread_id = p_thread AND g.user_id IN (before, (p_terms ->> 'to')::uuid);
  INSERT INTO thread_grants (tenant_id, thread_id, user_id, level, granted_by)
    SELECT tenant, p_thread, m.user_id, p_terms ->> 'keep', (p_terms ->> 'by')::uuid FROM members m
    WHERE m.tenant_id = tenant AND m.user_id = before AND before <> (p_terms ->> 'to')::uuid AND p_terms ->> 'keep' IS NOT NULL;
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION follower_access(json), hand_over_thread(uuid, json) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION follower_access(json) TO skein_log;
