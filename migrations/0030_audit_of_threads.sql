-- As before, and the lines of threads say by which credential and from where. A line is (entry, thread, person, action, subject, details,
-- type of actor, credential, address, user agent); one of an earlier build ends with the details.
CREATE OR REPLACE FUNCTION append_events(p_entries text, p_events text, p_turns text, p_items text, p_commands text, p_blobs text, p_approvals text,
  p_audit text)
RETURNS TABLE (entry int, appended boolean, head_seq bigint, fence bigint, owned boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  moved_entries int[] := '{}';
BEGIN
  FOR entry, appended, head_seq, fence, owned IN
    SELECT a.* FROM append_events(p_entries, p_events, p_turns, p_items, p_commands, p_blobs, p_approvals) a
  LOOP
    IF appended THEN
      moved_entries := moved_entries || entry;
    END IF;
    RETURN NEXT;
  END LOOP;
  INSERT INTO audit_lines (tenant_id, thread_id, actor_type, actor_id, actor_name, credential_id, action, subject, details, address, user_agent)
    SELECT t.tenant_id, t.id, coalesce(f[7], CASE WHEN f[3] IS NULL THEN 'system' ELSE 'user' END), f[3]::uuid,
      (SELECT u.name FROM users u WHERE u.id = f[3]::uuid), f[8]::uuid, f[4], f[5], f[6]::json, f[9], f[10]
    FROM text_rows(p_audit) JOIN threads t ON t.id = f[2]::uuid WHERE f[1]::int = ANY (moved_entries);
END $$;
