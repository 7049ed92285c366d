-- A lease runs by the clock of the database, and every claim raises the fence. A thread is free when nobody owns it, when its
-- lease has ended, or when the claiming node owned it in an earlier life (only one process at a time is a given node).
CREATE FUNCTION claim_thread(p_thread uuid, p_node text, p_lease_seconds double precision)
RETURNS TABLE (claimed boolean, tenant_id uuid, log_epoch bigint, head_seq bigint, fence bigint, owner_node text, lease_ms double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  UPDATE threads t SET owner_node = p_node, fence = t.fence + 1, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  WHERE t.id = p_thread AND (t.owner_node IS NULL OR t.owner_node = p_node OR t.lease_until < clock_timestamp())
  RETURNING true, t.tenant_id, t.log_epoch, t.head_seq, t.fence, t.owner_node, p_lease_seconds * 1000;
  IF NOT FOUND THEN
    RETURN QUERY SELECT false, t.tenant_id, t.log_epoch, t.head_seq, t.fence, t.owner_node,
      extract(epoch FROM t.lease_until - clock_timestamp())::double precision * 1000
    FROM threads t WHERE t.id = p_thread;
  END IF;
END $$;--> statement-breakpoint

-- Gives the threads whose lease still is the caller's; those it lost are missing from the answer. A lease that has ended but that
-- nobody has claimed is renewed, the fence being unchanged.
CREATE FUNCTION renew_leases(p_threads uuid[], p_fences bigint[], p_lease_seconds double precision) RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH held AS MATERIALIZED (
    SELECT t.tenant_id, t.id FROM unnest(p_threads, p_fences) AS h(id, fence) JOIN threads t ON t.id = h.id
    WHERE t.fence = h.fence AND t.owner_node IS NOT NULL ORDER BY t.id FOR NO KEY UPDATE OF t
  )
  UPDATE threads t SET lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  FROM held h WHERE t.tenant_id = h.tenant_id AND t.id = h.id RETURNING t.id
$$;--> statement-breakpoint

CREATE FUNCTION release_leases(p_threads uuid[], p_fences bigint[]) RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH held AS MATERIALIZED (
    SELECT t.tenant_id, t.id FROM unnest(p_threads, p_fences) AS h(id, fence) JOIN threads t ON t.id = h.id
    WHERE t.fence = h.fence AND t.owner_node IS NOT NULL ORDER BY t.id FOR NO KEY UPDATE OF t
  )
  UPDATE threads t SET owner_node = NULL, lease_until = NULL
  FROM held h WHERE t.tenant_id = h.tenant_id AND t.id = h.id RETURNING t.id
$$;--> statement-breakpoint

-- Claims threads in the middle of a turn whose owner is gone: those with an ended lease, and at once those of the caller's own
-- earlier life. Threads without a running turn need nobody until somebody asks for them. Nodes that look at the same moment
-- share the work, because rows that another is claiming are skipped.
CREATE FUNCTION claim_abandoned_threads(p_node text, p_earlier_self boolean, p_lease_seconds double precision, p_limit int)
RETURNS TABLE (tenant_id uuid, id uuid, log_epoch bigint, head_seq bigint, fence bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH abandoned AS MATERIALIZED (
    SELECT t.tenant_id, t.id FROM threads t
    WHERE t.id IN (SELECT r.thread_id FROM turns r WHERE r.status = 'inProgress')
      AND CASE WHEN p_earlier_self THEN t.owner_node = p_node
               ELSE t.owner_node IS NULL OR (t.owner_node <> p_node AND t.lease_until < clock_timestamp()) END
    LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE threads t SET owner_node = p_node, fence = t.fence + 1, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  FROM abandoned a WHERE t.tenant_id = a.tenant_id AND t.id = a.id
  RETURNING t.tenant_id, t.id, t.log_epoch, t.head_seq, t.fence
$$;--> statement-breakpoint

REVOKE ALL ON FUNCTION claim_thread(uuid, text, double precision), renew_leases(uuid[], bigint[], double precision),
  release_leases(uuid[], bigint[]), claim_abandoned_threads(text, boolean, double precision, int) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION claim_thread(uuid, text, double precision), renew_leases(uuid[], bigint[], double precision),
  release_leases(uuid[], bigint[]), claim_abandoned_threads(text, boolean, double precision, int) TO skein_log;
