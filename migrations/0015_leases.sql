-- The runners that a node reaches. Empty for a node of an earlier version, which does not say.
ALTER TABLE "nodes" ADD COLUMN "runners" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "threads_ephemeral" ON "threads" USING btree ("id") WHERE "threads"."ephemeral";--> statement-breakpoint

-- As renew_leases, which waits for whoever holds the row of a thread, be it a fork that copies for a minute. Here such a row is passed over and
-- said to be locked, which is neither renewed nor lost; threads that are missing from the answer are lost. With p_wait_ms each
-- row is waited for so long first; that is for one thread at a time, because what is renewed already is held meanwhile.
CREATE FUNCTION renew_free_leases(p_threads uuid[], p_fences bigint[], p_lease_seconds double precision, p_wait_ms int DEFAULT 0)
RETURNS TABLE (id uuid, renewed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM wait_for_threads(p_threads, p_wait_ms);
  RETURN QUERY
  WITH held AS MATERIALIZED (
    SELECT t.tenant_id, t.id FROM unnest(p_threads, p_fences) AS h(id, fence) JOIN threads t ON t.id = h.id
    WHERE t.fence = h.fence AND t.owner_node IS NOT NULL ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED
  ), moved AS (
    UPDATE threads t SET lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
    FROM held h WHERE t.tenant_id = h.tenant_id AND t.id = h.id RETURNING t.id
  )
  SELECT t.id, m.id IS NOT NULL FROM unnest(p_threads, p_fences) AS h(id, fence) JOIN threads t ON t.id = h.id
  LEFT JOIN moved m ON m.id = t.id WHERE t.fence = h.fence AND t.owner_node IS NOT NULL;
END $$;--> statement-breakpoint

-- Gives the threads that could not be released, because somebody holds their rows for longer than p_wait_ms. Their leases end by themselves.
CREATE FUNCTION release_free_leases(p_threads uuid[], p_fences bigint[], p_wait_ms int DEFAULT 0) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM wait_for_threads(p_threads, p_wait_ms);
  RETURN QUERY
  WITH held AS MATERIALIZED (
    SELECT t.tenant_id, t.id FROM unnest(p_threads, p_fences) AS h(id, fence) JOIN threads t ON t.id = h.id
    WHERE t.fence = h.fence AND t.owner_node IS NOT NULL ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED
  ), moved AS (
    UPDATE threads t SET owner_node = NULL, lease_until = NULL
    FROM held h WHERE t.tenant_id = h.tenant_id AND t.id = h.id RETURNING t.id
  )
  SELECT t.id FROM unnest(p_threads, p_fences) AS h(id, fence) JOIN threads t ON t.id = h.id
  WHERE t.fence = h.fence AND t.owner_node IS NOT NULL AND NOT EXISTS (SELECT FROM moved m WHERE m.id = t.id);
END $$;--> statement-breakpoint

-- Holds the rows until the transaction ends, or nothing when that takes longer than p_ms for one of them.
CREATE FUNCTION wait_for_threads(p_threads uuid[], p_ms int) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF p_ms <= 0 THEN
    RETURN;
  END IF;
  PERFORM set_config('lock_timeout', p_ms::text, true);
  PERFORM FROM threads t WHERE t.id = ANY (p_threads) ORDER BY t.id FOR NO KEY UPDATE;
EXCEPTION WHEN lock_not_available THEN
  RETURN;
END $$;--> statement-breakpoint

-- As register_node, for a node that says which runners it reaches.
CREATE FUNCTION register_node(p_id text, p_home uuid, p_instance uuid, p_seconds double precision, p_runners text[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF NOT register_node(p_id, p_home, p_instance, p_seconds) THEN
    RETURN false;
  END IF;
  UPDATE nodes n SET runners = p_runners WHERE n.id = p_id AND n.instance = p_instance;
  RETURN FOUND;
END $$;--> statement-breakpoint

-- A node that is there and reaches the runner. NULL: none does.
CREATE FUNCTION node_of_runner(p_runner text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT n.id FROM nodes n WHERE p_runner = ANY (n.runners) AND n.alive_until > clock_timestamp() ORDER BY n.id LIMIT 1
$$;--> statement-breakpoint

-- Of the threads, those whose workspace is at none of the caller's runners, but at one that another node reaches.
CREATE FUNCTION threads_of_other_nodes(p_threads uuid[], p_runners text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT t.id FROM threads t JOIN workspaces w ON w.tenant_id = t.tenant_id AND w.id = t.workspace_id
  WHERE t.id = ANY (p_threads) AND w.runner <> ALL (p_runners) AND node_of_runner(w.runner) IS NOT NULL
$$;--> statement-breakpoint

-- As before, and ephemeral threads: whoever owns one deletes it when nobody follows it any more, so one whose owner is gone needs another.
CREATE OR REPLACE VIEW threads_at_work AS
  SELECT r.thread_id AS id FROM turns r WHERE r.status = 'inProgress'
  UNION ALL
  SELECT t.id FROM threads t WHERE t.ephemeral
  UNION ALL
  SELECT t.id FROM threads t
  WHERE t.queued > 0 AND t.archived_at IS NULL
    AND (SELECT r.status FROM turns r WHERE r.tenant_id = t.tenant_id AND r.thread_id = t.id ORDER BY r.ordinal DESC LIMIT 1)
        IS DISTINCT FROM 'interrupted'
    AND NOT EXISTS (SELECT FROM thread_events e WHERE e.tenant_id = t.tenant_id AND e.thread_id = t.id AND e.seq = t.head_seq
                    AND e.type = 'warning.reported');--> statement-breakpoint

REVOKE ALL ON FUNCTION renew_free_leases(uuid[], bigint[], double precision, int), release_free_leases(uuid[], bigint[], int),
  wait_for_threads(uuid[], int), register_node(text, uuid, uuid, double precision, text[]), node_of_runner(text),
  threads_of_other_nodes(uuid[], text[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION renew_free_leases(uuid[], bigint[], double precision, int), release_free_leases(uuid[], bigint[], int),
  register_node(text, uuid, uuid, double precision, text[]), threads_of_other_nodes(uuid[], text[]) TO skein_log;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION node_of_runner(text) TO skein_app;
