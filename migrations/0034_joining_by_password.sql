-- Somebody who has an account joins by its password; they may belong to no tenant any more. `p_password_hash`: what `find_account` gave,
-- against which the password was right. Empty: the invitation opens nothing.
CREATE FUNCTION join_by_password(p_token_hash bytea, p_email_key text, p_password_hash text, p_device_hash bytea, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  person uuid;
  place record;
BEGIN
  SELECT a.user_id INTO person FROM accounts a WHERE a.email_key = p_email_key AND a.password_hash = p_password_hash FOR SHARE;
  IF person IS NULL THEN
    RETURN QUERY SELECT 'wrong', NULL::uuid, NULL::uuid, NULL::uuid;
    RETURN;
  END IF;
  -- Who is there already spends no invitation, and keeps their role.
  IF EXISTS (SELECT FROM invitations i JOIN members m ON m.tenant_id = i.tenant_id AND m.user_id = person
             WHERE i.token_hash = p_token_hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()) THEN
    RETURN QUERY SELECT 'alreadyMember', NULL::uuid, NULL::uuid, NULL::uuid;
    RETURN;
  END IF;
  SELECT s.* INTO place FROM spend_invitation(p_token_hash, person) s;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO members (tenant_id, user_id, role) VALUES (place.tenant_id, person, place.role) ON CONFLICT DO NOTHING;
  INSERT INTO known_devices (user_id, token_hash) VALUES (person, p_device_hash)
    ON CONFLICT (user_id, token_hash) DO UPDATE SET seen_at = clock_timestamp();
  RETURN QUERY SELECT 'signedIn', o.* FROM open_session(person, place.tenant_id, p_session) o;
END $$;--> statement-breakpoint

-- The same password under other parameters: nothing ends by it. False: it was changed in between.
CREATE FUNCTION renew_password_hash(p_email_key text, p_before text, p_password_hash text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  UPDATE accounts SET password_hash = p_password_hash WHERE email_key = p_email_key AND password_hash = p_before;
  RETURN FOUND;
END $$;--> statement-breakpoint

REVOKE ALL ON FUNCTION join_by_password(bytea, text, text, bytea, json), renew_password_hash(text, text, text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION join_by_password(bytea, text, text, bytea, json), renew_password_hash(text, text, text) TO skein_app;
