-- As before, but it waits for nobody who holds the row: a fork does for as long as it copies, and a claim that waits keeps one of the few
-- connections from the appends of every other thread. A row that is locked is reported as not claimed, with what it says now.
CREATE OR REPLACE FUNCTION claim_thread(p_thread uuid, p_node text, p_lease_seconds double precision)
RETURNS TABLE (claimed boolean, tenant_id uuid, log_epoch bigint, head_seq bigint, fence bigint, owner_node text, lease_ms double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM threads t WHERE t.id = p_thread FOR NO KEY UPDATE SKIP LOCKED;
  IF FOUND THEN
    RETURN QUERY
    UPDATE threads t SET owner_node = p_node, fence = t.fence + 1, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
    WHERE t.id = p_thread AND (t.owner_node IS NULL OR t.owner_node = p_node OR t.lease_until < clock_timestamp())
    RETURNING true, t.tenant_id, t.log_epoch, t.head_seq, t.fence, t.owner_node, p_lease_seconds * 1000;
  END IF;
  IF NOT FOUND THEN
    RETURN QUERY SELECT false, t.tenant_id, t.log_epoch, t.head_seq, t.fence, t.owner_node,
      extract(epoch FROM t.lease_until - clock_timestamp())::double precision * 1000
    FROM threads t WHERE t.id = p_thread;
  END IF;
END $$;
