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
-- is resolved. Of what was not appended nothing is kept. A node of the version before calls the function without the last argument.
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
GRANT EXECUTE ON FUNCTION append_events(text, text, text, text, text, text, text) TO skein_log;
