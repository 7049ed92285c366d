CREATE INDEX "thread_events_comments" ON "thread_events" USING btree ("tenant_id","thread_id","seq") WHERE "thread_events"."type" like 'comment.%';--> statement-breakpoint

-- What people said to each other about a thread is not copied with it: in its place stands that something did, so that the copy has no hole.
CREATE OR REPLACE FUNCTION fork_thread(p_source uuid, p_head bigint, p_thread jsonb, p_settings text, p_node text, p_lease_seconds double precision,
  p_entries text, p_events text, p_turns text, p_items text, p_commands text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  target uuid := (p_thread ->> 'id')::uuid;
BEGIN
  PERFORM FROM threads t WHERE t.tenant_id = current_tenant() AND t.id = p_source AND t.head_seq = p_head FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM create_thread(p_thread, p_settings, p_node, p_lease_seconds, '', '', '', '', '');
  UPDATE threads t SET head_seq = p_head WHERE t.tenant_id = current_tenant() AND t.id = target;
  INSERT INTO thread_events (tenant_id, thread_id, seq, type, version, item_id, payload, at, bodies)
    SELECT e.tenant_id, target, e.seq, c.type, CASE WHEN c.stays THEN e.version ELSE 1 END, e.item_id,
      CASE WHEN c.stays THEN e.payload ELSE '{}' END, e.at, e.bodies
    FROM thread_events e
    CROSS JOIN LATERAL (SELECT e.type NOT LIKE 'comment.%' AS stays, CASE WHEN e.type LIKE 'comment.%' THEN 'comment.left' ELSE e.type END AS type) c
    WHERE e.tenant_id = current_tenant() AND e.thread_id = p_source;
  INSERT INTO turns (tenant_id, thread_id, turn_id, ordinal, status, error, started_at, completed_at, duration_ms, extras, as_of, bodies)
    SELECT r.tenant_id, target, r.turn_id, r.ordinal, r.status, r.error, r.started_at, r.completed_at, r.duration_ms, r.extras, r.as_of, r.bodies
    FROM turns r WHERE r.tenant_id = current_tenant() AND r.thread_id = p_source;
  INSERT INTO items (tenant_id, thread_id, item_id, turn_id, ordinal, type, item, text, started_at_ms, completed_at_ms, as_of, bodies)
    SELECT i.tenant_id, target, i.item_id, i.turn_id, i.ordinal, i.type, i.item, i.text, i.started_at_ms, i.completed_at_ms, i.as_of, i.bodies
    FROM items i WHERE i.tenant_id = current_tenant() AND i.thread_id = p_source;
  INSERT INTO blob_refs (tenant_id, thread_id, sha256)
    SELECT b.tenant_id, target, b.sha256 FROM blob_refs b WHERE b.tenant_id = current_tenant() AND b.thread_id = p_source;
  IF NOT coalesce((SELECT bool_and(a.appended) FROM append_events(p_entries, p_events, p_turns, p_items, p_commands) a), true) THEN
    RAISE EXCEPTION 'the events added to thread % do not continue its log', target;
  END IF;
  RETURN true;
END $$;
