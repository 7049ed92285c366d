-- What people change of their own accounts. As before it is found by the hash of a session, and by the hash of the password as it was when
-- the password was right (null where there is none).

-- Gives where the person is known, and as whom until now. Empty: signed out.
CREATE FUNCTION change_own_name(p_session_hash bytea, p_name text) RETURNS TABLE (tenant_id uuid, user_id uuid, before text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  person record;
BEGIN
  SELECT u.id, u.name INTO person FROM holder_of(p_session_hash) h JOIN accounts a ON a.user_id = h.user_id
    JOIN users u ON u.id = h.user_id FOR UPDATE OF u;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE users u SET name = p_name WHERE u.id = person.id;
  RETURN QUERY SELECT m.tenant_id, m.user_id, person.name FROM members m WHERE m.user_id = person.id;
END $$;--> statement-breakpoint

-- `changed`, once for each tenant of the person; `taken`: another account has the address. Empty: signed out, or the password has changed in
-- between. Nobody has vouched for another address, so by it no identity of a provider is connected.
CREATE FUNCTION change_own_email(p_session_hash bytea, p_before text, p_email text, p_email_key text)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  person uuid := (SELECT h.user_id FROM holder_of(p_session_hash) h);
BEGIN
  UPDATE accounts SET email = p_email, email_key = p_email_key,
      email_verified_at = CASE WHEN email_key = p_email_key THEN email_verified_at END
    WHERE user_id = person AND password_hash IS NOT DISTINCT FROM p_before;
  IF FOUND THEN
    RETURN QUERY SELECT 'changed', m.tenant_id, m.user_id FROM members m WHERE m.user_id = person;
  END IF;
EXCEPTION WHEN unique_violation THEN
  RETURN QUERY SELECT 'taken', NULL::uuid, NULL::uuid;
END $$;--> statement-breakpoint

-- `deleted`, once for each tenant that the person has left; or `lastOwner`, once for each that would have no owner, and nothing has happened.
-- Empty: signed out, or the password has changed in between. With the person go account, memberships, sessions, access tokens, keys and
-- grants; what they did in threads stays, under the name that stands there.
CREATE FUNCTION delete_own_account(p_session_hash bytea, p_before text)
RETURNS TABLE (outcome text, tenant_id uuid, tenant_name text, user_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  person uuid;
BEGIN
  SELECT h.user_id INTO person FROM holder_of(p_session_hash) h JOIN accounts a ON a.user_id = h.user_id
    WHERE a.password_hash IS NOT DISTINCT FROM p_before;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- Who joins somewhere in this moment refers to the person: they are waited for, and what they have made is seen below, or they find nobody.
  PERFORM FROM users u WHERE u.id = person FOR UPDATE;
  -- In one order, and before it is asked who owns them: of two owners who go together one stays.
  PERFORM FROM tenants t WHERE t.id IN (SELECT m.tenant_id FROM members m WHERE m.user_id = person) ORDER BY t.id FOR UPDATE;
  RETURN QUERY SELECT 'lastOwner', t.id, t.name, person FROM members m JOIN tenants t ON t.id = m.tenant_id
    WHERE m.user_id = person AND m.role = 'owner'
      AND NOT EXISTS (SELECT FROM members o WHERE o.tenant_id = m.tenant_id AND o.role = 'owner' AND o.user_id <> person)
    ORDER BY lower(t.name), t.id;
  IF FOUND THEN
    RETURN;
  END IF;
  UPDATE invitations i SET revoked_at = clock_timestamp()
    WHERE i.created_by = person AND i.accepted_at IS NULL AND i.revoked_at IS NULL;
  RETURN QUERY SELECT 'deleted', t.id, t.name, person FROM members m JOIN tenants t ON t.id = m.tenant_id WHERE m.user_id = person;
  DELETE FROM users u WHERE u.id = person;
END $$;--> statement-breakpoint

REVOKE ALL ON FUNCTION change_own_name(bytea, text), change_own_email(bytea, text, text, text), delete_own_account(bytea, text)
  FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION change_own_name(bytea, text), change_own_email(bytea, text, text, text), delete_own_account(bytea, text)
  TO skein_app;
