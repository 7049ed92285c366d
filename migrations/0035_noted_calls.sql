-- Calls of the model that nobody has to pay for out of a limit are written down before they are made, so that one in the air when its node
-- dies is known. A line is (thread, fence, call, turn, user, model, credential, input, output). "noted": it may be made. "lost": the thread
-- is not owned under the fence. "again": what an earlier owner had in the air came in between. It does not wait for the disk, as
-- reserve_call does not.
CREATE FUNCTION note_calls(p_calls text) RETURNS TABLE (call_id uuid, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  tenant uuid;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR tenant IN
    SELECT DISTINCT r.tenant_id FROM text_rows(p_calls) JOIN threads t ON t.id = f[1]::uuid
    JOIN usage_reservations r ON r.tenant_id = t.tenant_id AND r.thread_id = t.id AND r.fence <> t.fence ORDER BY 1
  LOOP
    PERFORM settle_lost_calls(tenant);
  END LOOP;
  RETURN QUERY
  WITH lines AS MATERIALIZED (
    SELECT f[1]::uuid AS thread_id, f[2]::bigint AS fence, f[3]::uuid AS call_id, f FROM text_rows(p_calls)
  ), owned AS MATERIALIZED (
    SELECT t.tenant_id, l.* FROM lines l JOIN threads t ON t.id = l.thread_id AND t.fence = l.fence AND t.owner_node IS NOT NULL
  ), noted AS (
    INSERT INTO usage_reservations AS r (tenant_id, thread_id, fence, call_id, turn_id, user_id, model, credential, source, input_tokens, output_tokens, at)
    SELECT o.tenant_id, o.thread_id, o.fence, o.call_id, o.f[4], coalesce(o.f[5]::uuid, '00000000-0000-0000-0000-000000000000'), o.f[6], o.f[7],
      'pool', o.f[8]::bigint, o.f[9]::bigint, now()
    FROM owned o ORDER BY o.tenant_id, o.thread_id
    ON CONFLICT (tenant_id, thread_id) DO UPDATE SET call_id = excluded.call_id, turn_id = excluded.turn_id, user_id = excluded.user_id,
      model = excluded.model, credential = excluded.credential, source = excluded.source, input_tokens = excluded.input_tokens,
      output_tokens = excluded.output_tokens, at = excluded.at
      WHERE r.fence = excluded.fence
    RETURNING r.call_id
  )
  SELECT l.call_id, CASE WHEN n.call_id IS NOT NULL THEN 'noted' WHEN o.call_id IS NULL THEN 'lost' ELSE 'again' END
  FROM lines l LEFT JOIN owned o USING (call_id) LEFT JOIN noted n USING (call_id);
END $$;--> statement-breakpoint

-- Who may do what has changed: every node hears of it with the commit, be there a bus or not. What is said to a node that does not hear is
-- found by its own looks.
CREATE FUNCTION tell_access() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$ BEGIN PERFORM pg_notify('skein_access', ''); RETURN NULL; END $$;--> statement-breakpoint
CREATE TRIGGER sessions_access AFTER DELETE OR UPDATE OF revoked_at ON sessions FOR EACH ROW EXECUTE FUNCTION tell_access();--> statement-breakpoint
CREATE TRIGGER access_tokens_access AFTER DELETE OR UPDATE OF revoked_at ON access_tokens FOR EACH ROW EXECUTE FUNCTION tell_access();--> statement-breakpoint
CREATE TRIGGER members_access AFTER DELETE OR UPDATE OF role ON members FOR EACH ROW EXECUTE FUNCTION tell_access();--> statement-breakpoint
CREATE TRIGGER thread_grants_access AFTER INSERT OR DELETE OR UPDATE ON thread_grants FOR EACH ROW EXECUTE FUNCTION tell_access();--> statement-breakpoint

REVOKE ALL ON FUNCTION tell_access(), note_calls(text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION note_calls(text) TO skein_log;
