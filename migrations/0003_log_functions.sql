-- Rows come as one text: lines end with chr(30), fields with chr(31), chr(29) alone is NULL. JSON text has none of these
-- characters, so nothing needs escaping, and JSON reaches the table byte for byte: every function that looks into json
-- refuses the escapes of NUL and of lone surrogates.
-- The planner takes an array of unknown length for 10 rows, and so looks threads up by index however few there are;
-- OFFSET 0 keeps it from splitting a line anew for every field that is read.
CREATE FUNCTION text_rows(lines text) RETURNS TABLE (f text[]) LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT string_to_array(line, chr(31), chr(29)) FROM unnest(string_to_array(lines, chr(30))) AS line OFFSET 0 $$;--> statement-breakpoint

-- Appends to many threads in one statement. An entry is (entry, thread, fence, expected head, number of events, patch of the
-- list columns, settings); the other rows name the entry that they belong to. An entry whose thread is not owned under its
-- fence, or whose head is elsewhere, writes nothing and reports what the thread's row says now; a missing row is a thread that
-- is gone. The tenant is always that of the thread's row. Rows are locked in the order of their ids, here and in
-- renew_leases, so that the two never wait for each other in a circle.
CREATE FUNCTION append_events(p_entries text, p_events text, p_turns text, p_items text, p_commands text)
RETURNS TABLE (entry int, appended boolean, head_seq bigint, fence bigint, owned boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  moved_entries int[];
BEGIN
  WITH entries AS MATERIALIZED (
    SELECT f[1]::int AS entry, f[2]::uuid AS thread_id, f[3]::bigint AS fence, f[4]::bigint AS expected, f[5]::int AS count,
           f[6]::jsonb AS patch, f[7]::json AS settings
    FROM text_rows(p_entries)
  ), locked AS MATERIALIZED (
    SELECT e.*, t.tenant_id FROM entries e JOIN threads t ON t.id = e.thread_id
    WHERE t.fence = e.fence AND t.head_seq = e.expected AND t.owner_node IS NOT NULL
    ORDER BY t.id FOR NO KEY UPDATE OF t
  ), moved AS (
    UPDATE threads t SET
      head_seq = l.expected + l.count,
      settings = coalesce(l.settings, t.settings),
      cwd = coalesce(l.patch ->> 'cwd', t.cwd),
      model = coalesce(l.patch ->> 'model', t.model),
      model_provider = coalesce(l.patch ->> 'modelProvider', t.model_provider),
      status = coalesce(l.patch ->> 'status', t.status),
      preview = CASE WHEN t.preview = '' THEN coalesce(l.patch ->> 'preview', '') ELSE t.preview END,
      name = CASE WHEN l.patch ? 'name' THEN l.patch ->> 'name' ELSE t.name END,
      archived_at = CASE WHEN l.patch ? 'archivedAt'
        THEN to_timestamp((l.patch ->> 'archivedAt')::bigint / 1000.0) ELSE t.archived_at END,
      updated_at = coalesce(to_timestamp((l.patch ->> 'updatedAt')::bigint / 1000.0), t.updated_at),
      recency_at = coalesce(to_timestamp((l.patch ->> 'recencyAt')::bigint / 1000.0), t.recency_at)
    FROM locked l WHERE t.tenant_id = l.tenant_id AND t.id = l.thread_id
    RETURNING l.entry, t.tenant_id, t.id
  ), new_events AS (
    INSERT INTO thread_events (tenant_id, thread_id, seq, type, version, item_id, at, payload)
    SELECT m.tenant_id, m.id, f[2]::bigint, f[3], f[4]::smallint, f[5], to_timestamp(f[6]::bigint / 1000.0), f[7]::json
    FROM text_rows(p_events) JOIN moved m ON m.entry = f[1]::int
  ), turn_rows AS MATERIALIZED (
    SELECT m.tenant_id, m.id AS thread_id, f[2] AS turn_id, f[3]::bigint AS ordinal, f[4] AS status, f[5]::json AS error, f[6]::bigint AS started_at,
      f[7]::bigint AS completed_at, f[8]::bigint AS duration_ms, f[9]::json AS extras, f[10]::bigint AS as_of
    FROM text_rows(p_turns) JOIN moved m ON m.entry = f[1]::int
  ), new_turns AS (
    INSERT INTO turns (tenant_id, thread_id, turn_id, ordinal, status, error, started_at, completed_at, duration_ms, extras, as_of)
    SELECT r.* FROM turn_rows r WHERE r.ordinal IS NOT NULL
  ), changed_turns AS (
    UPDATE turns t SET status = r.status, error = r.error, started_at = r.started_at, completed_at = r.completed_at,
      duration_ms = r.duration_ms, extras = r.extras, as_of = r.as_of
    FROM turn_rows r WHERE r.ordinal IS NULL AND t.tenant_id = r.tenant_id AND t.thread_id = r.thread_id AND t.turn_id = r.turn_id
  ), item_rows AS MATERIALIZED (
    SELECT m.tenant_id, m.id AS thread_id, f[2] AS item_id, f[3] AS turn_id, f[4]::bigint AS ordinal, f[5]::bigint AS started_at_ms,
      f[6]::bigint AS completed_at_ms, f[7]::bigint AS as_of, f[8] AS type, coalesce(f[9], '') AS text, f[10]::json AS item
    FROM text_rows(p_items) JOIN moved m ON m.entry = f[1]::int
  ), new_items AS (
    INSERT INTO items (tenant_id, thread_id, item_id, turn_id, ordinal, started_at_ms, completed_at_ms, as_of, type, text, item)
    SELECT r.* FROM item_rows r WHERE r.ordinal IS NOT NULL
  ), changed_items AS (
    UPDATE items i SET started_at_ms = r.started_at_ms, completed_at_ms = r.completed_at_ms, as_of = r.as_of, text = r.text, item = r.item
    FROM item_rows r WHERE r.ordinal IS NULL AND i.tenant_id = r.tenant_id AND i.thread_id = r.thread_id AND i.item_id = r.item_id
  ), new_commands AS (
    INSERT INTO thread_commands (tenant_id, scope, principal, key, method, input_hash, result)
    SELECT m.tenant_id, f[2]::uuid, f[3], f[4], f[5], decode(f[6], 'hex'), f[7]::json
    FROM text_rows(p_commands) JOIN moved m ON m.entry = f[1]::int
  )
  SELECT array_agg(m.entry) INTO moved_entries FROM moved m;

  -- A statement of its own: what the entries that did not move say must be newer than what made them fail.
  RETURN QUERY
  SELECT f[1]::int, f[1]::int = ANY (coalesce(moved_entries, '{}')), t.head_seq, t.fence, t.owner_node IS NOT NULL
  FROM text_rows(p_entries) LEFT JOIN threads t ON t.id = f[2]::uuid;
END $$;--> statement-breakpoint

-- A new thread with its first events, owned by the given node under fence 1. The tenant is that of the transaction.
CREATE FUNCTION create_thread(p_thread jsonb, p_settings text, p_node text, p_lease_seconds double precision,
  p_entries text, p_events text, p_turns text, p_items text, p_commands text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  INSERT INTO threads (tenant_id, id, owner_node, fence, lease_until, name, preview, created_at, updated_at, recency_at,
    workspace_id, cwd, model, model_provider, source, thread_source, originator, ephemeral, settings, forked_from_id, created_by)
  SELECT current_tenant(), r."id", p_node, 1, clock_timestamp() + make_interval(secs => p_lease_seconds), r."name", r."preview",
    at, at, at, r."workspaceId", r."cwd", r."model", r."modelProvider", r."source", r."threadSource", r."originator", r."ephemeral", p_settings::json,
    r."forkedFromId", r."createdBy"
  FROM jsonb_to_record(p_thread) AS r("id" uuid, "name" text, "preview" text, "createdAt" bigint, "workspaceId" uuid,
    "cwd" text, "model" text, "modelProvider" text, "source" text, "threadSource" text, "originator" text, "ephemeral" boolean, "forkedFromId" uuid,
    "createdBy" uuid),
    to_timestamp(r."createdAt" / 1000.0) AS at;
  IF NOT (SELECT bool_and(a.appended) FROM append_events(p_entries, p_events, p_turns, p_items, p_commands) a) THEN
    RAISE EXCEPTION 'the first events of thread % do not start its log', p_thread ->> 'id';
  END IF;
END $$;--> statement-breakpoint

-- Copies the log and its projections into a new thread, provided that the source still ends at p_head. False: it does not,
-- or there is no such thread in this tenant. What the copy adds is appended by the caller in the same transaction.
CREATE FUNCTION fork_thread(p_source uuid, p_head bigint, p_thread jsonb, p_settings text, p_node text, p_lease_seconds double precision,
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
  INSERT INTO thread_events (tenant_id, thread_id, seq, type, version, item_id, payload, at)
    SELECT e.tenant_id, target, e.seq, e.type, e.version, e.item_id, e.payload, e.at
    FROM thread_events e WHERE e.tenant_id = current_tenant() AND e.thread_id = p_source;
  INSERT INTO turns (tenant_id, thread_id, turn_id, ordinal, status, error, started_at, completed_at, duration_ms, extras, as_of)
    SELECT r.tenant_id, target, r.turn_id, r.ordinal, r.status, r.error, r.started_at, r.completed_at, r.duration_ms, r.extras, r.as_of
    FROM turns r WHERE r.tenant_id = current_tenant() AND r.thread_id = p_source;
  INSERT INTO items (tenant_id, thread_id, item_id, turn_id, ordinal, type, item, text, started_at_ms, completed_at_ms, as_of)
    SELECT i.tenant_id, target, i.item_id, i.turn_id, i.ordinal, i.type, i.item, i.text, i.started_at_ms, i.completed_at_ms, i.as_of
    FROM items i WHERE i.tenant_id = current_tenant() AND i.thread_id = p_source;
  IF NOT coalesce((SELECT bool_and(a.appended) FROM append_events(p_entries, p_events, p_turns, p_items, p_commands) a), true) THEN
    RAISE EXCEPTION 'the events added to thread % do not continue its log', target;
  END IF;
  RETURN true;
END $$;--> statement-breakpoint

-- False: there is no such thread in this tenant. Its owner learns of it by its next append.
CREATE FUNCTION delete_thread(p_thread uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM threads t WHERE t.tenant_id = current_tenant() AND t.id = p_thread;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  DELETE FROM thread_events e WHERE e.tenant_id = current_tenant() AND e.thread_id = p_thread;
  DELETE FROM turns r WHERE r.tenant_id = current_tenant() AND r.thread_id = p_thread;
  DELETE FROM items i WHERE i.tenant_id = current_tenant() AND i.thread_id = p_thread;
  DELETE FROM thread_commands c WHERE c.tenant_id = current_tenant() AND c.scope = p_thread;
  RETURN true;
END $$;--> statement-breakpoint

CREATE FUNCTION thread_heads(p_threads uuid[])
RETURNS TABLE (id uuid, head_seq bigint, log_epoch bigint, fence bigint, owner_node text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT t.id, t.head_seq, t.log_epoch, t.fence, t.owner_node FROM threads t WHERE t.id = ANY (p_threads) $$;--> statement-breakpoint

-- Maintenance: receipts are kept long enough that no client still repeats the command.
CREATE FUNCTION forget_commands(p_older_than interval, p_limit int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH forgotten AS (
    DELETE FROM thread_commands WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM thread_commands WHERE created_at < clock_timestamp() - p_older_than LIMIT p_limit FOR UPDATE SKIP LOCKED))
    RETURNING 1)
  SELECT count(*) FROM forgotten
$$;--> statement-breakpoint

REVOKE ALL ON FUNCTION text_rows(text), append_events(text, text, text, text, text), thread_heads(uuid[]), delete_thread(uuid),
  create_thread(jsonb, text, text, double precision, text, text, text, text, text),
  fork_thread(uuid, bigint, jsonb, text, text, double precision, text, text, text, text, text),
  forget_commands(interval, int) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION append_events(text, text, text, text, text), thread_heads(uuid[]), forget_commands(interval, int)
  TO skein_log;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION create_thread(jsonb, text, text, double precision, text, text, text, text, text),
  fork_thread(uuid, bigint, jsonb, text, text, double precision, text, text, text, text, text), delete_thread(uuid) TO skein_app;
