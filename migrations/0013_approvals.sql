CREATE TABLE "approvals" (
	"tenant_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"approval_id" text NOT NULL,
	"turn_id" text NOT NULL,
	"item_id" text NOT NULL,
	"request" json NOT NULL,
	"asked_by" json,
	"requested_at" timestamp with time zone NOT NULL,
	"outcome" json,
	"answered_by" json,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "approvals_tenant_id_thread_id_approval_id_pk" PRIMARY KEY("tenant_id","thread_id","approval_id")
);
--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_thread" FOREIGN KEY ("tenant_id","thread_id") REFERENCES "public"."threads"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "approvals_id" ON "approvals" USING btree ("tenant_id","approval_id");--> statement-breakpoint
CREATE INDEX "approvals_pending" ON "approvals" USING btree ("tenant_id","thread_id") WHERE "approvals"."resolved_at" is null;--> statement-breakpoint

DO $$
BEGIN
  ALTER TABLE approvals ENABLE ROW LEVEL SECURITY;
  ALTER TABLE approvals FORCE ROW LEVEL SECURITY;
  CREATE POLICY of_tenant ON approvals TO skein_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
  EXECUTE format('CREATE POLICY of_owner ON approvals TO %I USING (true) WITH CHECK (true)', current_user);
END $$;--> statement-breakpoint
GRANT SELECT ON approvals TO skein_app;--> statement-breakpoint

-- As append_events, with what the appended events say of approvals. A line is (entry, thread, approval, turn, item, request,
-- who asks, when) for one that is asked for, and (entry, thread, approval, NULL, NULL, outcome, who answered, when) for one that
-- is resolved. Of what was not appended nothing is kept.
CREATE FUNCTION append_events(p_entries text, p_events text, p_turns text, p_items text, p_commands text, p_blobs text, p_approvals text)
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
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION append_events(text, text, text, text, text, text, text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION append_events(text, text, text, text, text, text, text) TO skein_log;--> statement-breakpoint

-- The row of an approval, from the event that asks for it or resolves it. Text that Postgres cannot take apart (NUL in what is asked)
-- leaves the approval without a row: the log has it, and is not to fail for it.
CREATE FUNCTION note_approval(p_tenant uuid, p_thread uuid, p_type text, p_at timestamptz, p_payload json) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF p_type = 'approval.requested' THEN
    INSERT INTO approvals (tenant_id, thread_id, approval_id, turn_id, item_id, request, asked_by, requested_at)
    SELECT p_tenant, p_thread, p_payload ->> 'approvalId', p_payload ->> 'turnId', p_payload ->> 'itemId', p_payload -> 'request',
      (SELECT (e.payload ->> 'actor')::json FROM turns u
        JOIN thread_events e ON e.tenant_id = u.tenant_id AND e.thread_id = u.thread_id AND e.seq = u.ordinal
        WHERE u.tenant_id = p_tenant AND u.thread_id = p_thread AND u.turn_id = p_payload ->> 'turnId'), p_at
    ON CONFLICT DO NOTHING;
  ELSE
    UPDATE approvals a SET outcome = p_payload -> 'outcome', answered_by = (p_payload ->> 'actor')::json, resolved_at = p_at
    WHERE a.tenant_id = p_tenant AND a.thread_id = p_thread AND a.approval_id = p_payload ->> 'approvalId';
  END IF;
EXCEPTION WHEN data_exception THEN
  NULL;
END $$;--> statement-breakpoint

-- As a node from before there were rows of approvals calls it. What it asks is answered by any node, so the rows are taken from the events.
CREATE FUNCTION append_events(p_entries text, p_events text, p_turns text, p_items text, p_commands text)
RETURNS TABLE (entry int, appended boolean, head_seq bigint, fence bigint, owned boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  moved_entries int[] := '{}';
BEGIN
  FOR entry, appended, head_seq, fence, owned IN
    SELECT a.* FROM append_events(p_entries, p_events, p_turns, p_items, p_commands, '') a
  LOOP
    IF appended THEN
      moved_entries := moved_entries || entry;
    END IF;
    RETURN NEXT;
  END LOOP;
  IF strpos(p_events, 'approval.re') > 0 THEN
    PERFORM note_approval(t.tenant_id, t.id, v.f[3], to_timestamp(v.f[6]::bigint / 1000.0), v.f[7]::json)
    FROM (SELECT f FROM text_rows(p_events) WHERE f[3] IN ('approval.requested', 'approval.resolved') ORDER BY f[2]::bigint) v
    JOIN text_rows(p_entries) n ON n.f[1] = v.f[1] JOIN threads t ON t.id = n.f[2]::uuid
    WHERE v.f[1]::int = ANY (moved_entries);
  END IF;
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION note_approval(uuid, uuid, text, timestamptz, json), append_events(text, text, text, text, text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION append_events(text, text, text, text, text) TO skein_log;--> statement-breakpoint

-- What waits for an answer now was asked before this migration.
SELECT note_approval(e.tenant_id, e.thread_id, e.type, e.at, e.payload)
FROM turns u JOIN thread_events e ON e.tenant_id = u.tenant_id AND e.thread_id = u.thread_id AND e.seq > u.ordinal
WHERE u.status = 'inProgress' AND e.type IN ('approval.requested', 'approval.resolved')
ORDER BY e.tenant_id, e.thread_id, e.seq;
