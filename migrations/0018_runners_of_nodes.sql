-- As before, but without threads that the caller would only wait with: their workspace is at a runner that it does not reach and another node
-- does. So no claim is made to be given back, and no thread goes to and fro. A caller of an earlier version does not say what it reaches, and
-- leaves threads to nodes that say that they reach them.
CREATE OR REPLACE FUNCTION claim_abandoned_threads(p_node text, p_held uuid[], p_lease_seconds double precision, p_limit int)
RETURNS TABLE (tenant_id uuid, id uuid, log_epoch bigint, head_seq bigint, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH abandoned AS MATERIALIZED (
    SELECT t.tenant_id, t.id FROM threads t
    WHERE t.id IN (SELECT w.id FROM threads_at_work w) AND t.id <> ALL (p_held)
      AND (t.owner_node IS NULL OR t.lease_until < clock_timestamp())
      AND NOT EXISTS (
        SELECT FROM workspaces w WHERE w.tenant_id = t.tenant_id AND w.id = t.workspace_id
          AND w.runner <> ALL (coalesce((SELECT n.runners FROM nodes n WHERE n.id = p_node), '{}')) AND node_of_runner(w.runner) IS NOT NULL)
    LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE threads t SET owner_node = p_node, fence = t.fence + 1, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  FROM abandoned a WHERE t.tenant_id = a.tenant_id AND t.id = a.id
  RETURNING t.tenant_id, t.id, t.log_epoch, t.head_seq, t.fence
$$;--> statement-breakpoint

-- No thread is left to the node any more for what it reaches: it is about to leave, and hands its threads over.
CREATE FUNCTION withdraw_runners(p_id text, p_instance uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ UPDATE nodes n SET runners = '{}' WHERE n.id = p_id AND n.instance = p_instance $$;--> statement-breakpoint

REVOKE ALL ON FUNCTION withdraw_runners(text, uuid) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION withdraw_runners(text, uuid) TO skein_log;
