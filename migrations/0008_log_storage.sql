ALTER TABLE "items" ADD COLUMN "compacted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "items_to_compact" ON "items" USING btree ("completed_at_ms") WHERE not "items"."compacted" and "items"."completed_at_ms" is not null and "items"."as_of" > "items"."ordinal" + 1;--> statement-breakpoint

-- Maintenance: deletes the chunks of items that were completed longer than p_older_than ago, at most p_limit items and p_limit
-- chunks in one call, and says how many there were. Their text is in the item's completion, so every fold of what is left ends
-- where the fold of the whole ends. Only a completion in the log counts: an item that merely ended with its turn has its text
-- in its chunks and nowhere else. What somebody else has locked is left for the next call.
CREATE FUNCTION compact_chunks(p_older_than interval, p_limit int, OUT items bigint, OUT chunks bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  item record;
  deleted bigint;
BEGIN
  items := 0;
  chunks := 0;
  FOR item IN
    SELECT i.tenant_id, i.thread_id, i.item_id, i.ordinal, i.as_of
    FROM items i JOIN threads t ON t.tenant_id = i.tenant_id AND t.id = i.thread_id
    WHERE NOT i.compacted AND i.completed_at_ms IS NOT NULL AND i.as_of > i.ordinal + 1
      AND i.completed_at_ms < extract(epoch FROM now() - p_older_than)::bigint * 1000
    ORDER BY i.completed_at_ms LIMIT p_limit
    FOR KEY SHARE OF t SKIP LOCKED FOR UPDATE OF i SKIP LOCKED
  LOOP
    DELETE FROM thread_events e WHERE e.tenant_id = item.tenant_id AND e.thread_id = item.thread_id AND e.seq = ANY (ARRAY(
      SELECT c.seq FROM thread_events c
      WHERE c.tenant_id = item.tenant_id AND c.thread_id = item.thread_id AND c.seq > item.ordinal AND c.seq < item.as_of
        AND c.item_id = item.item_id AND c.type IN ('item.chunk', 'item.summaryPart')
        AND EXISTS (SELECT FROM thread_events d WHERE d.tenant_id = item.tenant_id AND d.thread_id = item.thread_id
          AND d.seq = item.as_of AND d.type = 'item.completed' AND d.item_id = item.item_id)
      ORDER BY c.seq LIMIT p_limit - chunks));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    items := items + 1;
    chunks := chunks + deleted;
    EXIT WHEN chunks >= p_limit;
    UPDATE items i SET compacted = true
    WHERE i.tenant_id = item.tenant_id AND i.thread_id = item.thread_id AND i.item_id = item.item_id;
  END LOOP;
END $$;--> statement-breakpoint

REVOKE ALL ON FUNCTION compact_chunks(interval, int) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION compact_chunks(interval, int) TO skein_log;
