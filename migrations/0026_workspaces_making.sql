-- A workspace may come from an archive or a repository, which takes time and can fail, and may be deleted while threads still refer to it.
DROP INDEX "workspaces_place";--> statement-breakpoint
DROP INDEX "workspaces_created_name";--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "created_by" uuid;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "state" text DEFAULT 'ready' NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "holds_files" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "source" json;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "progress" json;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "made_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "failure" text;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "disk_bytes" bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "disk_files" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "measured_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "threads_workspace" ON "threads" USING btree ("tenant_id","workspace_id");--> statement-breakpoint
CREATE UNIQUE INDEX "workspaces_place" ON "workspaces" USING btree ("tenant_id","runner","host_path") WHERE "workspaces"."holds_files";--> statement-breakpoint
CREATE UNIQUE INDEX "workspaces_created_name" ON "workspaces" USING btree ("tenant_id","name") WHERE "workspaces"."kind" = 'created' and "workspaces"."holds_files";--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_state" CHECK ("workspaces"."state" in ('making', 'ready', 'failed', 'deleted'));--> statement-breakpoint

-- Across tenants, for the node that sweeps: what nobody makes any more has failed, and what is not usable any more may still have files.
CREATE FUNCTION find_workspaces_to_sweep(p_runners text[]) RETURNS TABLE (tenant_id uuid, id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  UPDATE workspaces w SET state = 'failed', failure = 'the server that made it has stopped; begin again', progress = NULL, made_until = NULL
  WHERE w.state = 'making' AND w.made_until < clock_timestamp();
  SELECT w.tenant_id, w.id FROM workspaces w
  WHERE w.state IN ('failed', 'deleted') AND w.holds_files AND w.runner = ANY (p_runners)
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION find_workspaces_to_sweep(text[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION find_workspaces_to_sweep(text[]) TO skein_log;--> statement-breakpoint

-- Those in which threads have worked since they were measured, if that is some time ago.
CREATE FUNCTION find_workspaces_to_measure(p_runners text[], p_pause_seconds double precision, p_limit int)
RETURNS TABLE (tenant_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT w.tenant_id, w.id FROM workspaces w
  WHERE w.state = 'ready' AND w.kind = 'created' AND w.runner = ANY (p_runners)
    AND (w.measured_at IS NULL OR w.measured_at < clock_timestamp() - make_interval(secs => p_pause_seconds)
      AND EXISTS (SELECT FROM threads t WHERE t.tenant_id = w.tenant_id AND t.workspace_id = w.id AND t.updated_at > w.measured_at))
  ORDER BY w.measured_at NULLS FIRST LIMIT p_limit
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION find_workspaces_to_measure(text[], double precision, int) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION find_workspaces_to_measure(text[], double precision, int) TO skein_log;
